"""Ledgers: what is recorded, and a new one, whose columns a person looks at before it is stored."""

from __future__ import annotations

from itertools import islice

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from extractor.compare.ledgers import Role
from extractor.report.rows import RECORDED_PERSON_COLUMNS, recorded_row
from service.arguments import Number
from service.context import StoreDep
from service.page import data
from service.page.forms import Offset, Search
from service.page.render import page
from service.security import READ

router = APIRouter(prefix="/ledgers", dependencies=[READ])

_PAGE = 200


@router.get("")
def ledgers(request: Request, store: StoreDep, after: Offset = 0) -> HTMLResponse:
    """List the ledgers, the latest first, and take a new one."""
    found = store.catalogue().ledgers(_PAGE + 1, after or None)
    following = {"after": found[_PAGE - 1].id} if len(found) > _PAGE else None
    first: dict[str, object] | None = {} if after else None
    roles = [(role.label, role.label) for role in Role]
    return page(request, "ledgers.html", rows=found[:_PAGE], after=following, first=first, roles=roles)


@router.get("/{number}")
def ledger(request: Request, store: StoreDep, number: Number, q: Search = "", offset: Offset = 0) -> HTMLResponse:
    """Show what a ledger records."""
    found = data.ledger(store, number)
    wanted = q.split()
    fits = (
        one
        for one in data.recorded(store, number, 0 if wanted else offset)
        if all(word in f"{one.indicator} {one.place} {one.period or ''} {one.project}" for word in wanted)
    )
    begin = offset if wanted else 0  # without words the first that is read is the first that is shown
    rows = [recorded_row(one) for one in islice(fits, begin, begin + _PAGE + 1)]
    return page(
        request,
        "ledger.html",
        number=number,
        ledger=found,
        columns=RECORDED_PERSON_COLUMNS,
        rows=rows[:_PAGE],
        values={"q": q},
        before={"offset": max(offset - _PAGE, 0)} if offset else None,
        after={"offset": offset + _PAGE} if len(rows) > _PAGE else None,
    )
