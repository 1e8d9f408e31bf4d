"""The log: one line for each request, without what could be secret (keys, texts, what was searched for)."""

from __future__ import annotations

import contextvars
import json
import logging
import time
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Scope

number: contextvars.ContextVar[str] = contextvars.ContextVar("number", default="-")
"""Of the request that is being answered; it stands in its answer and in every line of the log about it."""
UNKNOWN = "（无此路径）"
_access = logging.getLogger("gouji.access")


class Exchange:
    """A request and what is known of its answer."""

    def __init__(self, scope: Scope) -> None:
        self.number = uuid.uuid4().hex
        self.status: int | None = None
        self.bytes = 0
        self._scope = scope
        self._begun = time.perf_counter()

    @property
    def method(self) -> str:
        """The method of HTTP."""
        return str(self._scope["method"])

    @property
    def route(self) -> str:
        """The path as it is declared, with the names of its parameters."""
        return str(getattr(self._scope.get("route"), "path", None) or UNKNOWN)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self._begun

    def log(self) -> None:
        """Write the line: the path without what stands behind the question mark."""
        line: dict[str, Any] = {
            "request": self.number,
            "client": (self._scope.get("client") or ("",))[0],
            "author": self._scope.get("state", {}).get("author", ""),
            "method": self.method,
            "path": self._scope["path"],
            "status": self.status,
            "bytes": self.bytes,
            "ms": round(self.seconds * 1000, 1),
        }
        _access.info("%s", _escaped(json.dumps(line, ensure_ascii=False)))


def _escaped(line: str) -> str:
    """Return JSON with what is not shown as it stands escaped: it could move what a person reads (bidi, line breaks)."""
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in line)


class _Numbered(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        record.request = number.get()
        return super().format(record)


def configuration() -> dict[str, Any]:
    """Return how ``gouji serve`` logs, for :func:`logging.config.dictConfig`; all goes to standard error."""
    plain = {"()": _Numbered, "format": "%(asctime)s %(levelname)s %(name)s [%(request)s] %(message)s"}
    handlers = {
        name: {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": name}
        for name in ("plain", "access")
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": plain, "access": {"format": "%(asctime)s %(message)s"}},
        "handlers": handlers,
        "loggers": {
            "gouji": {"handlers": ["plain"], "level": "INFO"},
            "gouji.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
            "uvicorn": {"handlers": ["plain"], "level": "INFO"},
        },
    }
