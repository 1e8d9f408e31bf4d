"""Money in charts: by project type and funder, plan against done, by year and place; each bar leads to its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from extractor.errors import UsageError
from extractor.report.charts import Length, Series, grouped
from extractor.report.overview import MONEY_BY_STATUS, yuan
from extractor.report.rows import names
from extractor.store import Grouping
from extractor.types import Status
from service.context import StoreDep
from service.page.forms import FigureForm, conditions, question
from service.page.render import page, query
from service.security import READ
from service.speech import to_page

if TYPE_CHECKING:
    from extractor.store import Money, Sums

router = APIRouter(dependencies=[READ])

_MOST = 15
_SERIES = (Series("已完成", "actual"), Series("计划", "planned"))
_STATUSES = (Status.ACTUAL, Status.PLANNED)
_CHARTS = (
    (Grouping.PROJECT_TYPE, "按项目类型：计划与完成", "项目类型"),
    (Grouping.YEAR, "按年份：计划与完成", "年份"),
    (Grouping.PLACE, "按地点：计划与完成", "地点"),
    (Grouping.FUNDER, "按资金来源：计划与完成", "资金来源"),
)
_FILTERS = {
    Grouping.PROJECT_TYPE: "project_type",
    Grouping.YEAR: "period",
    Grouping.PLACE: "place",
    Grouping.FUNDER: "text",
}
"""The field of the filter of figures by which a bar is narrowed to its own; funders are named in the sentence."""


@router.get("/charts")
def charts(request: Request, store: StoreDep, form: FigureForm) -> HTMLResponse:
    """Show sums of money, narrowed by the filter of figures."""
    problem, drawn = "", []
    try:
        asked = question(form)
        sums = [store.money(tuple(_FILTERS), asked.filter(), status) for status in _STATUSES]
        given = conditions(asked)
        shown = (_chart([one[by] for one in sums], given, by, title, head) for by, title, head in _CHARTS)
        drawn = [Markup(chart) for chart in shown if chart]  # noqa: S704
    except UsageError as error:
        problem = to_page(str(error))
    return page(
        request,
        "charts.html",
        status=422 if problem else 200,
        form=form,
        problem=problem,
        charts=drawn,
        note=MONEY_BY_STATUS,
    )


def _by_name(sums: Sums) -> dict[str, Money]:
    return {one.name: one for one in sums.named}


def _chart(sums: Sequence[Sums], given: Mapping[str, object], by: Grouping, title: str, head: str) -> str:
    """Return a chart that also tells how much it leaves out."""
    named = [_by_name(one) for one in sums]
    listed = (_by_year if by is Grouping.YEAR else _by_size)(named)
    called = names("project_type") if by is Grouping.PROJECT_TYPE else {}
    rows = [
        (
            called.get(name, name),
            [_length(found.get(name), given, by, status) for found, status in zip(named, _STATUSES, strict=True)],
        )
        for name in (listed[-_MOST:] if by is Grouping.YEAR else listed[:_MOST])
    ]
    left, unnamed = len(listed) - len(rows), sum(one.unnamed for one in sums)
    notes = [f"{'最近' if by is Grouping.YEAR else '最多'}的 {_MOST} 个；另有 {left} 个未列"] if left else []
    if unnamed:
        notes.append(f"另有 {unnamed:,} 个金额没有写明{head}")
    if rows or not unnamed:
        return grouped(title, head, _SERIES, rows, note="；".join(notes))
    return f'<p class="note">{title}：没有图，{unnamed:,} 个金额都没有写明{head}。</p>'


def _by_size(sums: Sequence[dict[str, Money]]) -> list[str]:
    totals: dict[str, Decimal] = {}
    for found in sums:
        for name, one in found.items():
            totals[name] = totals.get(name, Decimal(0)) + one.total
    return sorted(totals, key=lambda name: (-totals[name], name))


def _by_year(sums: Sequence[dict[str, Money]]) -> list[str]:
    return sorted({name for found in sums for name in found})


def _length(one: Money | None, given: Mapping[str, object], by: Grouping, status: Status) -> Length:
    if one is None:
        return Length(Decimal(0), "—")
    narrowed = {"dimension": "money", "unit": "元", "status": status.value, _FILTERS[by]: one.name}
    return Length(one.total, yuan(one.total), f"figures{query(given, **narrowed)}")
