"""What is wanted of the figures and projects of a database, as options of several commands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from extractor.cli.options import Words, joined
from extractor.errors import UsageError
from extractor.report.rows import codes, names
from extractor.store import FigureFilter, wanted
from extractor.types import Status

_T = TypeVar("_T")


def _read(reader: Callable[[str], _T]) -> Callable[[click.Context, click.Parameter, str | None], _T | None]:
    """Return the callback of an option that ``reader`` reads."""

    def callback(ctx: click.Context, param: click.Parameter, value: str | None) -> _T | None:
        try:
            return None if value is None else reader(value)
        except UsageError as error:
            raise click.BadParameter(str(error), ctx, param) from error

    return callback


def _dimension(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Return the code of a dimension that is given by its name, all else as it is: the database knows which there are."""
    return value and codes("dimension", names("dimension")).get(value, value)


FIGURE_CONDITIONS = joined(
    click.option("--indicator", metavar="指标", help="指标中的字，或指标代码"),
    click.option(
        "--period", metavar="时期", callback=_read(wanted.days), help="与此时期有重合：2015、2015-06、2011-2015"
    ),
    click.option("--unit", metavar="单位", help="单位，如 公里（也可写 km）、万元"),
    click.option("--dimension", metavar="量纲", callback=_dimension, help="量纲的代码或名称，如 money、长度"),
    click.option(
        "--min",
        "min_value",
        metavar="数值",
        callback=_read(wanted.amount),
        help="不小于，以基本单位计（元、米、平方米、公斤 …；单位写万元等时以它计）；须同时给出 --unit 或 --dimension",
    ),
    click.option("--max", "max_value", metavar="数值", callback=_read(wanted.amount), help="不大于，同上"),
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
