"""Bounds on what a client may take: requests in a minute, bytes of a body and the time in which they come, what takes long."""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from anyio import CancelScope, CapacityLimiter, to_thread
from fastapi.responses import StreamingResponse
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers

from service.problems import ProblemError
from service.security import client, nobody

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping

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
_BEHIND_ONE_ADDRESS = 10
"""Clients that send as much as they may."""
LINE = "gouji.line"
"""Key of a scope: the :class:`Line` of its request."""
_LANE_SECONDS = 5
"""After which a client that was sent away may try again."""
_Result = TypeVar("_Result")


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


class OverError(ProblemError):
    """Nobody waits for an answer any more: the client has gone, or the server stops."""

    def __init__(self) -> None:
        super().__init__(
            503, "服务正在停止；请稍后再试", "the server stops, or the client has gone", headers={"Retry-After": "5"}
        )


class Line:
    """The connection over which a request came, as ``scope[LINE]``; changed in the event loop, asked in any thread."""

    def __init__(self) -> None:
        self._cut = False
        self._leave: set[Callable[[], None]] = set()

    def cut(self) -> None:
        """Note that nobody waits for an answer any more; what waits for its turn is told."""
        self._cut = True
        for leave in tuple(self._leave):
            leave()

    def check(self) -> None:
        """Go on, if somebody waits for an answer.

        Raises:
            OverError: nobody does.
        """
        if self._cut:
            raise OverError

    @contextmanager
    def leaving(self, leave: Callable[[], None]) -> Iterator[None]:
        """Have ``leave`` called when the line is cut."""
        self.check()
        self._leave.add(leave)
        try:
            yield
        finally:
            self._leave.discard(leave)


class Lane:
    """What takes long, in a few threads of its own: whoever asks for something else never waits for it.

    What waits for its turn waits in the event loop, without a thread. What nobody waits for any more gives up its place: in
    the queue at once, in a thread as soon as it looks (:meth:`Line.check`), so that nothing outlives the server.

    Args:
        threads: that work at the same time.
        most: requests that are at work or wait.
        busy: what there is too much of, in Chinese.
        busy_en: the same for developers.
    """

    def __init__(self, threads: int, most: int, busy: str, busy_en: str) -> None:
        self.admitted = 0
        self._threads = CapacityLimiter(threads)
        self._most, self._busy, self._busy_en = most, busy, busy_en

    @property
    def working(self) -> int:
        """How many threads are at work."""
        return self._threads.borrowed_tokens

    async def run(self, request: Request, work: Callable[[Line], _Result]) -> _Result:
        """Return what ``work`` returns, which has the line of the request to look at now and then.

        Raises:
            ProblemError: there is too much of it already, or nobody waits any more.
        """
        with self.place():
            return await self.turn(request.scope, work)

    def stream(
        self, make: Callable[[Line], Generator[bytes]], media_type: str, headers: Mapping[str, str]
    ) -> StreamingResponse:
        """Return an answer that is made while it is sent.

        Args:
            make: yields it in pieces, each of which takes a turn, so that files which are made at the same time grow side by
                side; empty ones let others have theirs. What goes wrong before the first that is not empty is answered as
                any other error.
            media_type: of the answer.
            headers: of the answer.
        """
        return _Made(self, make, media_type, headers)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place among those who are at work or wait.

        Raises:
            ProblemError: there is none.
        """
        if self.admitted >= self._most:
            raise ProblemError(
                503,
                f"{self._busy}（{self.admitted} 个），请 {_LANE_SECONDS} 秒后再试",
                self._busy_en,
                headers={"Retry-After": str(_LANE_SECONDS)},
            )
        self.admitted += 1
        try:
            yield
        finally:
            self.admitted -= 1

    async def turn(self, scope: Scope, work: Callable[[Line], _Result]) -> _Result:
        """Return what ``work`` returns, in a thread, when one is free; for who holds a place.

        Raises:
            OverError: nobody waits any more.
        """
        line: Line = scope.get(LINE) or Line()
        with CancelScope() as waiting, line.leaving(waiting.cancel):
            # Once begun it is waited for whatever happens: it looks at the line itself.
            return await to_thread.run_sync(work, line, limiter=self._threads)
        raise OverError


class _Made(StreamingResponse):
    """An answer that a lane makes."""

    def __init__(
        self, lane: Lane, make: Callable[[Line], Generator[bytes]], media_type: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(iter(()), media_type=media_type, headers=headers)
        self._lane, self._make = lane, make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the first piece, then send it and what follows."""
        with self._lane.place():
            made = await self._lane.turn(scope, self._make)
            try:
                first: bytes | None = b""
                while first == b"":
                    first = await self._lane.turn(scope, lambda _: next(made, None))
                self.body_iterator = self._pieces(scope, first, made)
                await super().__call__(scope, receive, send)
            finally:
                made.close()

    async def _pieces(self, scope: Scope, piece: bytes | None, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
        while piece is not None:
            yield piece
            try:
                piece = await self._lane.turn(scope, lambda _: next(rest, None))
            except OverError:  # too late to tell
                raise ConnectionAbortedError("the server stops, or the client has gone") from None


@dataclass(frozen=True, slots=True)
class Lanes:
    """What takes long, of each kind as much at the same time as the memory and the processors of one machine are for.

    Attributes:
        files: whole files, and what else goes through all of something.
        comparisons: each takes as much memory as all figures of the reports.
        ledgers: each file that is being read has a process of its own.
    """

    files: Lane = field(default_factory=lambda: Lane(2, 32, "正在生成的文件太多", "too many files are being made"))
    comparisons: Lane = field(
        default_factory=lambda: Lane(1, 8, "正在进行的比对太多", "too many comparisons are being made")
    )
    ledgers: Lane = field(default_factory=lambda: Lane(2, 8, "正在读取的台账太多", "too many ledgers are being read"))


class _Rate:
    """Counts requests of a minute by who sent them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rate = RateLimitItemPerMinute(most)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count(self, who: str) -> None:
        """Count one more.

        Raises:
            ProblemError: there were too many.
        """
        if self._limiter.hit(self._rate, who):
            return
        reset, _ = self._limiter.get_window_stats(self._rate, who)
        seconds = max(1, math.ceil(reset - time.time()))
        raise ProblemError(
            429,
            f"请求过多：每分钟最多 {self._most} 次；请 {seconds} 秒后再试",
            f"more than {self._most} requests a minute",
            headers={"Retry-After": str(seconds)},
        )


def _is_counted(scope: Scope) -> bool:
    return scope["type"] == "http" and not scope["path"].removeprefix(scope.get("root_path", "")).startswith(_FREE)


class Addresses:
    """Holds addresses to a bound, whoever they say they are; comes before anybody is asked who they are.

    Many may sit behind one address: it may send some times as much as one client.
    """

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self._app = app
        self._rate = _Rate(settings.requests_per_minute * _BEHIND_ONE_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on.

        Raises:
            ProblemError: its address has sent too many.
        """
        if _is_counted(scope):
            self._rate.count(client(scope))
        await self._app(scope, receive, send)


class Limits:
    """Holds clients to their bounds; comes after :class:`service.security.Guard`, for a key is one client."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self._app = app
        self._settings = settings
        self._rate = _Rate(settings.requests_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with a body and an answer that are counted and timed.

        Raises:
            ProblemError: the client has sent too many.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known: Identity | None = scope["state"]["identity"]
        if _is_counted(scope):
            self._rate.count(f"{known.name if known else ''} {client(scope)}")
        body = _Body(scope, receive, send, known, self._settings)
        scope["gouji.body"] = body
        await self._app(scope, body.receive, body.send)


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
