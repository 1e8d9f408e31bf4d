"""Ledgers against reports: what was compared, and each verdict with its evidence."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from extractor.report.comparison_html import ORDER
from extractor.report.comparison_rows import method_rows
from extractor.types import Match
from service.arguments import Number
from service.context import StoreDep
from service.page import data
from service.page.forms import Offset, Search
from service.page.render import page
from service.security import READ

router = APIRouter(prefix="/comparisons", dependencies=[READ])

_PAGE = 50
_LEDGERS = 500
"""Of which one may be chosen; older ones are compared from their own pages."""


@router.get("")
def comparisons(request: Request, store: StoreDep, ledger: str = "", after: Offset = 0) -> HTMLResponse:
    """List the comparisons, the latest first, and offer a new one."""
    found = store.catalogue().comparisons(_PAGE + 1, after or None)
    return page(
        request,
        "comparisons.html",
        rows=found[:_PAGE],
        after={"after": found[_PAGE - 1].id} if len(found) > _PAGE else None,
        first={} if after else None,
        ledgers=store.catalogue().ledgers(_LEDGERS),
        chosen=ledger,
        order=ORDER,
        documents=data.documents(store, "", 0, _PAGE),
    )


@router.get("/{number}")
def comparison(
    request: Request,
    store: StoreDep,
    number: Number,
    verdict: Match | Literal["all"] | None = None,
    q: Search = "",
    offset: Offset = 0,
) -> HTMLResponse:
    """Show the verdicts of a comparison: those asked for, else those that concern a reader most."""
    found = data.comparison(store, number)
    counts = Counter(item.verdict for item in found.comparison.items)
    shown: str = verdict or next((match for match in ORDER if counts[match]), "all")
    items = data.verdicts(found, None if shown == "all" else Match(shown), q)
    return page(
        request,
        "comparison.html",
        number=number,
        ledger=found.ledger.name,
        made=found.comparison.made,
        lines=list(found.lines()),
        method=list(method_rows(found.comparison)),
        counts=[(match.value, counts[match]) for match in ORDER if counts[match]],
        rows=data.evidence(found, items[offset : offset + _PAGE]),
        address=data.address,
        values={"verdict": shown, "q": q},
        before={"offset": max(offset - _PAGE, 0)} if offset else None,
        after={"offset": offset + _PAGE} if offset + _PAGE < len(items) else None,
    )
