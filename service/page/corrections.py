"""What people corrected."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from service.page.render import page
from service.security import READ

router = APIRouter(dependencies=[READ])


@router.get("/corrections")
def corrections(request: Request, document: str = "") -> HTMLResponse:
    """List the corrections of all documents, or of one."""
    return page(request, "corrections.html", document=document)
