"""Bounds on what a client may take: requests in a minute, bytes of a body, and the time in which they come and go."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers

from service.problems import ProblemError
from service.security import client, nobody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from service.security import Identity
    from service.settings import ServiceSettings

_BYTES_PER_SECOND = 1024
"""What a client must manage on average."""
_MOST_OF_NOBODY = 64 * 2**10
"""Bytes of a body that are taken from one who has not said who they are: enough to log in."""
_PIECE = 64 * 2**10
"""Bytes of an answer that are handed to the connection at once, so that a slow reader is noticed."""
_FREE = ("/healthz", "/readyz", "/static/")
"""Paths that are not counted: monitors and the files of a page ask often, and cost nothing."""


def allow_body(request: Request, most: int, advice: str, besides: int = 0) -> None:
    """Let the body of a request have up to ``most`` bytes; for endpoints that stream it, before they begin.

    Args:
        request: of one who has said who they are.
        most: bytes.
        advice: what to do about a larger one, in Chinese.
        besides: bytes of the frame, of which people are not told.
    """
    body: _Body = request.scope["gouji.body"]
    body.most, body.besides, body.advice = most, besides, advice


def too_large(most: int, advice: str) -> ProblemError:
    """Return the answer to a body of more than ``most`` bytes; ``advice``: what to do about it."""
    return ProblemError(
        413,
        f"请求超过 {most:,} 字节的上限；{advice}",
        f"more than {most} bytes",
        reason="too_large",
        headers={"Connection": "close"},
    )


@contextmanager
def turn(places: threading.Semaphore, seconds: int, busy: str, busy_en: str) -> Iterator[None]:
    """Hold one of a few places for what takes long, in a thread of its own.

    Args:
        places: how many there are.
        seconds: to wait at most.
        busy: what there is too much of, in Chinese.
        busy_en: the same for developers.

    Raises:
        ProblemError: none became free.
    """
    if not places.acquire(timeout=seconds):
        raise ProblemError(503, f"{busy}，请稍后再试", busy_en, headers={"Retry-After": str(seconds)})
    try:
        yield
    finally:
        places.release()


class Limits:
    """Holds clients to their bounds; comes after :class:`service.security.Guard`, for a key is one client."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self._app = app
        self._settings = settings
        self._rate = RateLimitItemPerMinute(settings.requests_per_minute)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with a body and an answer that are counted and timed.

        Raises:
            ProblemError: the client has sent too many.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known: Identity | None = scope["state"]["identity"]
        if not scope["path"].removeprefix(scope.get("root_path", "")).startswith(_FREE):
            self._count(f"{known.name if known else ''} {client(scope)}")
        body = _Body(scope, receive, send, known, self._settings)
        scope["gouji.body"] = body
        await self._app(scope, body.receive, body.send)

    def _count(self, who: str) -> None:
        if self._limiter.hit(self._rate, who):
            return
        reset, _ = self._limiter.get_window_stats(self._rate, who)
        seconds = max(1, math.ceil(reset - time.time()))
        raise ProblemError(
            429,
            f"请求过多：每分钟最多 {self._settings.requests_per_minute} 次；请 {seconds} 秒后再试",
            f"more than {self._settings.requests_per_minute} requests a minute",
            headers={"Retry-After": str(seconds)},
        )


class _Body:
    """The body of one request and its answer, with how many bytes went which way since when."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, known: Identity | None, settings: ServiceSettings
    ) -> None:
        self.most = settings.max_body_bytes if known else _MOST_OF_NOBODY
        self.besides = 0
        self.advice = "请拆分，或用 POST /v1/documents 上传"
        self._known = known
        self._idle = settings.max_seconds_idle
        self._receive, self._send = receive, send
        self._received = self._sent = 0
        self._begun: float | None = None
        self._whole = False
        self._sending = 0.0
        length = Headers(scope=scope).get("content-length", "")
        self._told = int(length) if length.isdecimal() else 0

    async def receive(self) -> Message:
        """Return what the client sends next.

        Raises:
            ProblemError: the body is too large or comes too slowly.
        """
        if self._whole:
            return await self._receive()  # waits for the client to go
        if self._told > self.most + self.besides:
            raise self._too_large()
        self._begun = self._begun or time.monotonic()
        left = self._left(self._received, time.monotonic() - self._begun)
        try:
            message = await asyncio.wait_for(self._receive(), left)
        except TimeoutError:
            raise ProblemError(
                408,
                f"请求的内容来得太慢（已收 {self._received:,} 字节）；请检查网络后重试",
                "the body comes too slowly",
                headers={"Connection": "close"},
            ) from None
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._received > self.most + self.besides:
                raise self._too_large()
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer, in pieces; a client that does not take them in time is cut off."""
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        data, more = message.get("body", b""), message.get("more_body", False)
        for start in range(0, max(len(data), 1), _PIECE):
            piece = data[start : start + _PIECE]
            last = start + _PIECE >= len(data)
            begun = time.monotonic()
            left = self._left(self._sent, self._sending)
            body: Message = {"type": "http.response.body", "body": piece, "more_body": more or not last}
            try:
                await asyncio.wait_for(self._send(body), left)
            except TimeoutError:
                raise ConnectionAbortedError("the client takes its answer too slowly") from None
            self._sending += time.monotonic() - begun
            self._sent += len(piece)

    def _left(self, count: int, seconds: float) -> float:
        """Return in how many seconds the next bytes must go their way, after so many took so many seconds."""
        on_average = self._idle + count / _BYTES_PER_SECOND - seconds
        return max(0.0, min(on_average, self._idle))

    def _too_large(self) -> ProblemError:
        if self._known is None:
            return nobody()
        return too_large(self.most, self.advice)
