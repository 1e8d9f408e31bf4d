"""Logging in with a key, where keys are on."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from service.page.render import page, root
from service.security import PUBLIC

router = APIRouter(dependencies=[PUBLIC])


_OWN = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")
"""A path of this server: browsers drop tabs and line breaks, and take a backslash for a slash."""


@router.get("/login")
def login(request: Request, to: str = "") -> HTMLResponse:
    """Ask for a key; afterwards the browser goes on to a page of ours."""
    first = f"{root(request)}/"
    return page(request, "login.html", to=to if to.startswith(first) and _OWN.fullmatch(to) else first)
