"""Logging in with a key, where keys are on."""

from __future__ import annotations

import re
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from service.page.render import page, root
from service.security import COOKIE, PUBLIC, identity

router = APIRouter(dependencies=[PUBLIC])


_OWN = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")
"""A path of this server: browsers drop tabs and line breaks, and take a backslash for a slash."""


@router.get("/login", response_class=Response)
def login(request: Request, to: str = "") -> Response:
    """Ask for a key; afterwards the browser goes on to a page of ours."""
    first = f"{root(request)}/"
    after = to if to.startswith(first) and _OWN.fullmatch(to) else first
    if identity(request) and COOKIE not in request.cookies:  # no key is asked for here
        return RedirectResponse(after, HTTPStatus.SEE_OTHER)
    return page(request, "login.html", to=after)
