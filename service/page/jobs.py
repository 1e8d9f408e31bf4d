"""Jobs: the frame of the pages; scripts ask the API how far they are."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from extractor.types import FINISHED, JobKind, JobState
from service.arguments import Number
from service.context import StoreDep
from service.page.render import page
from service.security import READ

router = APIRouter(prefix="/jobs", dependencies=[READ])

_STATES = {
    JobState.QUEUED: "排队",
    JobState.RUNNING: "进行中",
    JobState.DONE: "完成",
    JobState.FAILED: "没有做成",
    JobState.CANCELLED: "已取消",
}
_KINDS = {JobKind.IMPORT: "读入文件"}
_WORDS: dict[str, Any] = {"states": _STATES, "kinds": _KINDS, "ended": sorted(FINISHED)}
"""What the scripts know of states and kinds; they read it from the page."""


@router.get("")
def jobs(request: Request, state: str = "") -> HTMLResponse:
    """List the jobs, the latest first."""
    return page(request, "jobs.html", state=state, **_WORDS)


@router.get("/{number}")
def job(request: Request, store: StoreDep, number: Number) -> HTMLResponse:
    """Show how far a job is, and what became of each file."""
    store.jobs().get(number)
    return page(request, "job.html", number=number, **_WORDS)
