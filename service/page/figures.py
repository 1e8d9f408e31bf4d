"""The figures of all documents; every filter is in the address bar."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from extractor.errors import UsageError
from extractor.store import FigureOrder, Page, StoredFigure
from service.context import StoreDep
from service.page import data
from service.page.forms import FigureForm, conditions, question
from service.page.render import page
from service.security import READ
from service.speech import to_page

router = APIRouter(dependencies=[READ])

_PAGE = 100
_ORDERS = {
    FigureOrder.DOCUMENT: "文件和位置",
    FigureOrder.VALUE_DOWN: "数值，大的在前（须有单位或量纲）",
    FigureOrder.VALUE: "数值，小的在前（须有单位或量纲）",
    FigureOrder.PERIOD_DOWN: "时期，近的在前",
    FigureOrder.PERIOD: "时期，早的在前",
    FigureOrder.CONFIDENCE: "把握，小的在前",
    FigureOrder.CONFIDENCE_DOWN: "把握，大的在前",
}


@router.get("/figures")
def figures(request: Request, store: StoreDep, form: FigureForm) -> HTMLResponse:
    """List the figures that a filter describes; a slip in it is told on the page."""
    problem = ""
    found: Page[StoredFigure] = Page((), None)
    given: dict[str, object] = {}
    try:
        asked = question(form)
        given = conditions(asked)
        found = store.listing().figures(asked.filter(), asked.sort, limit=_PAGE, cursor=asked.cursor)
    except UsageError as error:
        problem = to_page(str(error))
    return page(
        request,
        "figures.html",
        status=422 if problem else 200,
        form=form,
        orders=_ORDERS.items(),
        given=given,
        problem=problem,
        rows=found.items,
        address=data.address,
        first={} if form["cursor"] else None,
        after={"cursor": found.next} if found.next else None,
    )
