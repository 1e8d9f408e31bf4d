"""Refuses who may not use an endpoint before the body of their request is taken.

The endpoints refuse them, too, and they alone decide; but the framework parses a form before it asks them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request
from starlette.routing import Match, Route

from service.openapi import endpoints, role_of
from service.security import require

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from extractor.types import UserRole

_WITH_BODY = ("POST", "PUT", "PATCH")


class Roles:
    """Holds requests with a body to the role that their endpoint needs; comes after :class:`service.security.Guard`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._known: list[tuple[Route, UserRole]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on.

        Raises:
            ProblemError: 401 for nobody, 403 for too small a role.
        """
        if scope["type"] == "http" and scope["method"] in _WITH_BODY:
            for route, role in self._needs(scope):
                if route.matches(scope)[0] is Match.FULL:
                    require(Request(scope), role)
                    break
        await self._app(scope, receive, send)

    def _needs(self, scope: Scope) -> list[tuple[Route, UserRole]]:
        if self._known is None:
            self._known = [
                (route.original_route, needs.role)
                for route in endpoints(scope["app"])
                if (needs := role_of(route)) and needs.role and isinstance(route.original_route, Route)
            ]
        return self._known
