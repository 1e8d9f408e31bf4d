"""The server under the application: uvicorn, with a bound on the time in which the head of a request must come."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from extractor.errors import UsageError
from service.app import create_app
from service.headers import CROWDED
from service.limits import LINE, Line
from service.logs import configuration
from service.problems import ProblemError, answer
from service.settings import ServiceSettings

if TYPE_CHECKING:
    from collections.abc import Sized

try:
    import resource
except ModuleNotFoundError:  # Windows
    resource = None  # type: ignore[assignment]

_MOST_CONNECTIONS = 2000
_FEWEST_CONNECTIONS = 16
_FILES = 1024
"""That a process may have open, where the system does not say."""
_NOT_STARTED = 1
_TAKEN = {
    errno.EADDRINUSE: "已被别的程序占用；请用 --port 换一个端口，或先停掉那个程序",
    errno.EACCES: "没有权限使用；请用 --port 换一个 1024 以上的端口",
}
"""Why one cannot listen at an address, and what to do."""


_NO_REQUEST = "这不是有效的 HTTP 请求；地址里的中文和空格要先编码，如 curl -G --data-urlencode 'place=白水乡' 地址"
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what somebody chose to listen at


class _Server(uvicorn.Server):
    """Tells people where it answers; uvicorn tells it to the log, in English."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            click.echo(f"勾稽已启动：http://{_shown(self.config.host)}:{self.config.port}（按 Ctrl+C 结束）")
            if self.config.host in _EVERYWHERE:
                click.echo(f"其他机器请用这台机器的名称或 IP 地址，端口 {self.config.port}")


def require_free(host: str, port: int) -> None:
    """See that one can listen at an address.

    Raises:
        UsageError: another program does, or it is none of this machine.
    """
    slips: list[OSError] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        found, slips = [], [error]
    for family, kind, protocol, _, address in found:
        try:
            with socket.socket(family, kind, protocol) as probe:
                if sys.platform != "win32":  # there it would let two listen at one address
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            slips.append(error)
    worst = next((one for one in slips if one.errno in _TAKEN), None)
    if worst is None and len(slips) >= max(len(found), 1):  # of several addresses, one is enough
        worst = slips[0]
    if worst is not None:
        why = _TAKEN.get(worst.errno or 0, "不是本机的地址；请用 --host 换一个地址")
        raise UsageError(f"地址 {_shown(host)}:{port} {why}", f"cannot listen at {host}:{port}: {worst}") from worst


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def run(settings: ServiceSettings) -> None:
    """Serve until a signal ends it; exits with status 1 if it cannot start."""
    server = _Server(server_config(settings))
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_NOT_STARTED)  # the log says why


def server_config(settings: ServiceSettings) -> uvicorn.Config:
    """Return how uvicorn serves the application."""
    return uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        root_path=settings.root_path.rstrip("/"),
        forwarded_allow_ips=settings.trusted_proxies,
        http=_bounded(settings.max_seconds_idle, most_connections()),
        ws="none",
        timeout_graceful_shutdown=settings.max_seconds_per_request,
        log_config=configuration(),
        access_log=False,  # it would write what is searched for; service/logs.py has ours
        server_header=False,
    )


def most_connections() -> int:
    """Return how many connections there may be: half of the files that this process may have open.

    The other half is for the database, uploads and worker processes.
    """
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if resource else _FILES
    return max(_FEWEST_CONNECTIONS, min(_MOST_CONNECTIONS, files // 2))


def _told(app: Any, line: Line, connections: Sized, most: int) -> Any:
    """Return an application whose requests tell it their line, and whether there are more connections than ``most``."""

    async def told(scope: Any, receive: Any, send: Any) -> None:
        scope[CROWDED] = len(connections) > most
        scope[LINE] = line
        await app(scope, receive, send)

    return told


def _bounded(seconds: int, most: int) -> type[H11Protocol]:
    """Return uvicorn's protocol, with bounds.

    Args:
        seconds: within which a request must come over a connection, which is closed else.
        most: connections over which requests are answered.
    """

    class Bounded(_Protocol):
        most_seconds, most_connections = seconds, most

    return Bounded


class _Protocol(H11Protocol):
    """A connection that knows how long it may take to say something, and tells its requests when it is cut."""

    most_seconds: int
    most_connections: int

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._waiting: asyncio.TimerHandle | None = None
        self._line = Line()
        self.app = _told(self.app, self._line, self.connections, self.most_connections)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_waiting()
        self._line.cut()

    def send_400_response(self, msg: str) -> None:
        """Tell what is no request as any other error is told; h11 has one word for all that is wrong with it."""
        told = answer(ProblemError(400, _NO_REQUEST, msg))
        head = h11.Response(status_code=told.status_code, headers=[*told.raw_headers, (b"connection", b"close")])
        for event in (head, h11.Data(data=bytes(told.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def shutdown(self) -> None:
        super().shutdown()
        self._line.cut()

    def handle_events(self) -> None:
        super().handle_events()
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        else:
            self._stop_waiting()

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(self.most_seconds, self.timeout_keep_alive_handler)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
