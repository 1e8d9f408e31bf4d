"""The library, and a report with its figures, projects and findings."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from extractor.report.panes import legend, panes
from extractor.types import Verdict
from service.arguments import Number
from service.context import StoreDep
from service.page import data
from service.page.forms import Offset, Search
from service.page.render import page, root
from service.security import READ

router = APIRouter(prefix="/documents", dependencies=[READ])

_PAGE = 50
_CHECKS = 200


@router.get("")
def library(
    request: Request,
    store: StoreDep,
    q: Search = "",
    after: Offset = 0,
) -> HTMLResponse:
    """List the documents, the latest first."""
    found = data.documents(store, q, after, _PAGE + 1)
    failing = store.holdings().failing([one.id for one in found[:_PAGE]])
    rows = [(one, failing.get(one.id, 0)) for one in found[:_PAGE]]
    following = {"after": rows[-1][0].id} if len(found) > _PAGE else None
    return page(request, "documents.html", rows=rows, values={"q": q}, after=following, first={} if after else None)


@router.get("/{number}")
def report(request: Request, store: StoreDep, number: Number, at: Offset = 0) -> HTMLResponse:
    """Show a report; of one with very many figures the stretch around the offset ``at``."""
    return view(request, data.stored(store, number), at)


@router.get("/{number}/projects")
def projects(request: Request, store: StoreDep, number: Number) -> HTMLResponse:
    """Show the projects of a report."""
    found = data.stored(store, number)
    return page(request, "document_projects.html", **_common(request, found), projects=found.projects)


@router.get("/{number}/checks")
def checks(
    request: Request,
    store: StoreDep,
    number: Number,
    verdict: Verdict | str = "",
    offset: Offset = 0,
) -> HTMLResponse:
    """Show the findings of a report, the worst first."""
    found = data.stored(store, number)
    failing, others = found.ordered()
    listed = [check for check in (*failing, *others) if not verdict or check.result.verdict == verdict]
    return page(
        request,
        "document_checks.html",
        **_common(request, found),
        counted=data.counted(found.checks) or "没有可核算的内容",
        verdict=verdict,
        checks=listed[offset : offset + _CHECKS],
        before={"offset": max(offset - _CHECKS, 0)} if offset else None,
        after={"offset": offset + _CHECKS} if offset + _CHECKS < len(listed) else None,
    )


def view(request: Request, found: data.Report, at: int = 0) -> HTMLResponse:
    """Return the page on a report, stored or not."""
    failing, agreeing = found.ordered()
    pieces = data.stretches(found.figures, len(found.document.text))
    shown = data.stretch_at(pieces, at)
    return page(
        request,
        "report.html",
        **_common(request, found, shown),
        warnings=found.document.warnings,
        counted=data.counted(found.checks),
        failing=failing,
        agreeing=[] if found.number else agreeing,
        spoken_of=found.spoken_of(),
        projects=found.projects,
        legend=Markup(legend()),  # noqa: S704 - escaped where it is made
        stretches=pieces,
        stretch=shown,
        shown=sum(shown.start <= figure.start < shown.end for figure in found.figures),
        panes=Markup(  # noqa: S704
            panes(found.number, found.document, found.figures, shown.start, shown.end, _told(request, found))
        ),
    )


def _told(request: Request, found: data.Report) -> dict[int, str]:
    return {start: edit.told(found.number, root(request)) for start, edit in found.edits.items()}


def _common(request: Request, found: data.Report, shown: data.Stretch | None = None) -> dict[str, Any]:
    def at(start: int) -> str:
        """Return where a figure is shown, ``""`` if it is not."""
        if found.number:
            return root(request) + data.address(found.number, start)
        return f"#m0-{start}" if shown and shown.start <= start < shown.end else ""

    return {
        "number": found.number,
        "title": found.title,
        "about": found.about,
        "texts": found.texts,
        "at": at,
        "edits": found.edits,
        "removed": sum(edit.removes for edit in found.edits.values()),
    }
