"""What is wanted of the figures and projects of a database, as options of several commands."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from extractor.cli.options import Words, joined
from extractor.report.rows import codes, names
from extractor.store import FigureFilter
from extractor.types import Status

# 2015, 2015-06, 2011-2015, 2014/2015, and the same as tables and people write it: 2015年6月, 2011—2015年.
_PERIOD = re.compile(
    r"(?P<year>[0-9]{4})(?:年?(?:(?P<span>[-/—－~～至])(?P<last>[0-9]{4})年?)|-(?P<month>0[1-9]|1[0-2])"
    r"|年(?:(?P<of>0?[1-9]|1[0-2])月)?)?"
)


def _period(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[date, date] | None:
    """Turn a year, month or span of years, as the annotation guidelines write it, into its first and last day."""
    if value is None:
        return None
    match = _PERIOD.fullmatch(value)
    if match is None or not date.min.year <= int(match["year"]) <= int(match["last"] or match["year"]):
        raise click.BadParameter(f"{value!r} 应写成 2015、2015-06、2011-2015 或 2015年、2015年6月", ctx, param)
    year, last = int(match["year"]), int(match["last"] or match["year"])
    month = match["month"] or match["of"]
    first_month, last_month = (int(month),) * 2 if month else (1, 12)
    return date(year, first_month, 1), date(last, last_month, monthrange(last, last_month)[1])


def _amount(ctx: click.Context, param: click.Parameter, value: str | None) -> Decimal | None:
    """Read an exact amount."""
    if value is None:
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise click.BadParameter(f"{value!r} 应为数字，如 50000 或 -3.5", ctx, param)
    return amount


def _dimension(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Return the code of a dimension that is given by its name, all else as it is: the database knows which there are."""
    return value and codes("dimension", names("dimension")).get(value, value)


FIGURE_CONDITIONS = joined(
    click.option("--indicator", metavar="指标", help="指标中的字，或指标代码"),
    click.option("--period", metavar="时期", callback=_period, help="与此时期有重合：2015、2015-06、2011-2015"),
    click.option("--unit", metavar="单位", help="单位，如 公里（也可写 km）"),
    click.option("--dimension", metavar="量纲", callback=_dimension, help="量纲的代码或名称，如 money、长度"),
    click.option(
        "--min",
        "min_value",
        metavar="数值",
        callback=_amount,
        help="不小于，以基本单位计（元、米、平方米、公斤 …）；须同时给出 --unit 或 --dimension",
    ),
    click.option("--max", "max_value", metavar="数值", callback=_amount, help="不大于，同上"),
)
"""What only figures have; see :func:`figure_filter`."""

CONDITIONS = joined(
    click.option("--place", metavar="地点", help="地名中的字，或统计用区划代码（含其下级）"),
    click.option("--status", type=Words("status", [status.value for status in Status]), help="已完成、计划或标准"),
    click.option("--project-type", metavar="类型", help="项目类型的代码或名称，如 road、道路桥梁"),
    click.option("--text", metavar="文字", help="所在句（项目则为名称）中的字，一个字也可"),
    click.option("--document", type=int, metavar="编号", help="文件编号，见 gouji documents"),
    click.option("--unique", is_flag=True, help="内容相同的文章只计一次（先入库的那篇）"),
)
"""What figures and projects have."""

PAGE = joined(
    click.option("--limit", type=click.IntRange(min=1), metavar="行数", help="至多输出多少行"),
    click.option("--offset", type=click.IntRange(min=0), default=0, metavar="行数", help="跳过前面多少行"),
)


def figure_filter(*, period: tuple[date, date] | None, status: str | None, **conditions: Any) -> FigureFilter:
    """Return the filter that the options :data:`FIGURE_CONDITIONS`, :data:`CONDITIONS` and :data:`PAGE` make."""
    first, last = period or (None, None)
    return FigureFilter(**conditions, period_start=first, period_end=last, status=Status(status) if status else None)
