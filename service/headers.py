"""The headers of every answer: what a browser must not do with it, and the number of the request.

This is the outermost layer of the application. What anything inside raises becomes an answer here, with the headers and
a line in the log, so that none ever goes out without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request

from service import problems
from service.logs import Exchange, number

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from service.metrics import Metrics
    from service.problems import Show

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
CROWDED = "gouji.crowded"
"""Key of a scope: whether there are more connections than can be served."""
_CROWDED_SECONDS = 5
REPORT_POLICY = "sandbox allow-scripts allow-downloads; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Of a self-contained report: it allows its own style and script by their hashes itself, and is kept apart from the service."""
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_UNLESS_SAID = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store", "X-Frame-Options": "DENY"}


class Envelope:
    """Puts the headers on every answer, writes a line to the log, counts, and answers what nothing inside did.

    Args:
        app: what is inside.
        metrics: counts.
        show: returns the answer to a request that failed.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, show: Show) -> None:
        self._app = app
        self._metrics = metrics
        self._show = show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and send its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope)

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = exchange.number
                headers.update(_ALWAYS)
                for name, value in _UNLESS_SAID.items():
                    headers.setdefault(name, value)
            elif message["type"] == "http.response.body":
                exchange.bytes += len(message.get("body", b""))
            await send(message)

        mark = number.set(exchange.number)
        try:
            if scope.get(CROWDED):
                raise _crowded()
            await self._app(scope, receive, sealed)
        except ConnectionAbortedError:
            pass  # a client that does not take its answer; the connection is closed
        except Exception as error:
            if exchange.status is not None:  # too late for another answer: the connection is closed
                raise
            shown = self._show(Request(scope), problems.problem_of(error))
            await shown(scope, receive, sealed)
        finally:
            self._metrics.observe(exchange)
            exchange.log()
            number.reset(mark)


def _crowded() -> problems.ProblemError:
    return problems.ProblemError(
        503,
        f"连接过多；请 {_CROWDED_SECONDS} 秒后再试",
        "too many connections",
        headers={"Retry-After": str(_CROWDED_SECONDS), "Connection": "close"},
    )
