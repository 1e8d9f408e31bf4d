"""How the client asks: requests that are repeated where that is safe, amounts with all their digits, files that are whole."""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from time import sleep
from typing import IO, Any, Self
from urllib.parse import quote

from extractor import __version__
from extractor.errors import UsageError, missing_extra

try:
    import httpx2
except ImportError as error:
    raise missing_extra("httpx2（访问服务用）", "client", error) from error

Row = dict[str, Any]
"""An object of JSON; amounts are ``Decimal``."""
File = str | os.PathLike[str] | tuple[str, bytes]
"""A file to send: its path, or a name with the bytes."""
AMOUNTS = frozenset({
    "value", "value_max", "base_value", "base_value_max", "stated", "computed", "difference", "low", "high",
    "recorded_value", "reported_value", "reported_value_max", "relative", "tolerance", "confidence", "score",
    "total",
})  # fmt: skip
"""Keys whose numbers are ``Decimal`` also where they are whole."""

_LONGEST_PAUSE = 60
"""Seconds: a server that wants to be left alone for longer is left to the caller."""
_PROBLEM = "application/problem+json"


class ServiceError(Exception):
    """The service refused, or did not answer.

    Attributes:
        status: of HTTP; 0 if no answer came.
        detail: what, where and what to do, in Chinese; also ``str(error)``.
        detail_en: the same for developers.
        reason: why a file could not be used (``encrypted``, ``too_large`` …), else ``None``.
        retry_after: seconds after which the service wants to be asked again, else ``None``.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        detail_en: str,
        *,
        reason: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.detail_en = status, detail, detail_en
        self.reason, self.retry_after = reason, retry_after


class Listing:
    """Rows that come in pages when one goes through them, or all at once as a file. Nothing is asked before."""

    def __init__(self, rows: Callable[[], Iterator[Row]], save: Callable[[os.PathLike[str] | str, str], Path]) -> None:
        self._rows, self._save = rows, save

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows, page by page.

        Raises:
            ServiceError: the service refused, or did not answer.
        """
        return self._rows()

    def save(self, target: str | os.PathLike[str], format: str | None = None) -> Path:  # noqa: A002
        """Write all rows into a file, as they come; a file that was there is replaced when the new one is whole.

        Args:
            target: the file.
            format: ``csv``, ``xlsx``, ``jsonl`` and where the service has it ``parquet`` or ``html``; by default as the
                name of the file ends.

        Raises:
            ServiceError: the service refused, or did not answer.
            UsageError: the name tells no format.
            OSError: the file cannot be written.
        """
        return self._save(target, format_of(target, format))


class Connection:
    """Requests to one service; safe for use by several threads.

    Args:
        address: of the service, with the path under which a proxy offers it: ``https://example.org/gouji``.
        key: made by ``gouji keys add``; ``None`` where the service asks for none.
        timeout: seconds in which a connection, and each part of an answer, must come.
        attempts: how often a request that may be repeated is sent at most.

    Raises:
        UsageError: the address is none.
    """

    def __init__(
        self,
        address: str = "http://127.0.0.1:8420",
        key: str | None = None,
        *,
        timeout: float = 120,
        attempts: int = 5,
    ) -> None:
        if not re.match(r"https?://[^/\s]", address):
            raise UsageError(f"地址应以 http:// 或 https:// 开头，不是“{address}”", f"no address of HTTP: {address!r}")
        headers = {"User-Agent": f"gouji/{__version__}"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._http = httpx2.Client(base_url=address, headers=headers, timeout=timeout)
        self._timeout, self._attempts = timeout, attempts

    def __enter__(self) -> Self:
        """Return the same."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _send(
        self, method: str, template: str, *values: object, again: bool | None = None, stream: bool = False, **asked: Any
    ) -> httpx2.Response:
        """Send a request until the service has answered it.

        Args:
            method: of HTTP.
            template: a path as the description of the API has it.
            values: what stands in it for ``{…}``, in order.
            again: whether it may be repeated when it may have been heard; by default a GET or DELETE.
            stream: leave the body of the answer to be read.
            asked: as ``httpx2.Client.build_request``; of ``params`` those that are ``None`` are left out.

        Raises:
            ServiceError: the service refused, or did not answer.
        """
        given = iter(values)
        path = re.sub(r"\{\w+\}", lambda _: quote(str(next(given)), safe=""), template)
        asked["params"] = {name: value for name, value in asked.get("params", {}).items() if value is not None}
        again = method in ("GET", "DELETE") if again is None else again
        attempt = 0
        while True:
            attempt += 1
            pause: float | None
            try:
                response = self._http.send(self._http.build_request(method, path, **asked), stream=stream)
            except httpx2.TransportError as error:
                # A DELETE that did arrive would now find nothing.
                problem, pause = _silence(self._http.base_url, error), 2.0 ** (attempt - 1)
                again = again and method != "DELETE"
            else:
                if response.is_success:
                    return response
                problem = _problem(response)
                pause = problem.retry_after
                again = again or problem.status == 429  # before anything was done
            if not again or pause is None or pause > _LONGEST_PAUSE or attempt >= self._attempts:
                raise problem
            sleep(pause)

    def _json(self, method: str, template: str, *values: object, body: object = None, **asked: Any) -> Row:
        """Send a request, with ``body`` as JSON if there is one, and return the object that is answered."""
        if body is not None:
            asked |= {"content": _written(body), "headers": {"Content-Type": "application/json"}}
        return _read(self._send(method, template, *values, **asked).text)

    def _text(self, template: str, *values: object) -> str:
        return self._send("GET", template, *values).text

    def _rows(self, template: str, *values: object, **query: Any) -> Iterator[Row]:
        """Yield the ``items`` of all pages."""
        following = None
        while True:
            page = self._json("GET", template, *values, params=query | {"cursor": following} if following else query)
            yield from page["items"]
            following = page.get("next")
            if following is None:
                return

    def _save(self, target: str | os.PathLike[str], method: str, template: str, *values: object, **asked: Any) -> Path:
        """Write what is answered into a file, which appears when it is whole."""
        path = Path(target)
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
        try:
            with self._streamed(method, template, *values, **asked) as response, temporary.open("xb") as out:
                for piece in response.iter_bytes():
                    out.write(piece)
            temporary.replace(path)
        except httpx2.TransportError as error:
            raise _silence(self._http.base_url, error) from error
        finally:
            temporary.unlink(missing_ok=True)
        return path

    @contextmanager
    def _streamed(self, method: str, template: str, *values: object, **asked: Any) -> Iterator[httpx2.Response]:
        response = self._send(method, template, *values, stream=True, **asked)
        try:
            yield response
        finally:
            response.close()

    def _events(self, template: str, *values: object, quiet: float) -> Generator[tuple[str, str, Row], None, None]:
        """Yield name, id and data of server-sent events until none comes for ``quiet`` seconds, or the connection breaks.

        Raises:
            ServiceError: the service refused, did not answer, or answered something else.
        """
        timeout = httpx2.Timeout(self._timeout, read=quiet)
        with self._streamed("GET", template, *values, timeout=timeout) as response:
            try:
                for event in httpx2.EventSource(response):
                    yield event.event, event.id, _read(event.data)
            except httpx2.SSEError as error:
                raise _silence(self._http.base_url, error) from error
            except httpx2.TransportError:
                return

    def _listing(self, template: str, *values: object, **query: Any) -> Listing:
        def save(target: str | os.PathLike[str], format_: str) -> Path:
            return self._save(target, "GET", template, *values, params=query | {"format": format_})

        return Listing(lambda: self._rows(template, *values, **query), save)


@contextmanager
def opened(files: Sequence[File], field: str) -> Iterator[list[tuple[str, tuple[str, IO[bytes] | bytes]]]]:
    """Open files as a form holds them.

    Args:
        files: to send.
        field: of the form.

    Raises:
        OSError: one cannot be opened.
    """
    with ExitStack() as stack:
        form: list[tuple[str, tuple[str, IO[bytes] | bytes]]] = []
        for file in files:
            if isinstance(file, tuple):
                form.append((field, file))
            else:
                path = Path(file)
                form.append((field, (path.name, stack.enter_context(path.open("rb")))))
        yield form


def format_of(target: str | os.PathLike[str], format_: str | None) -> str:
    """Return the format of a file: as asked, or as its name ends.

    Raises:
        UsageError: its name tells none.
    """
    found = format_ or Path(target).suffix.lower().removeprefix(".")
    if not found:
        raise UsageError(f"{target}：请写扩展名（如 .csv、.xlsx），或给出 format", f"{target} tells no format")
    return found


def _problem(response: httpx2.Response) -> ServiceError:
    """Return what the service says of a request that it did not answer."""
    try:
        response.read()
        told = _read(response.text) if response.headers.get("Content-Type", "").startswith(_PROBLEM) else {}
    except httpx2.TransportError:
        told = {}
    finally:
        response.close()
    status, after = response.status_code, response.headers.get("Retry-After", "")
    return ServiceError(
        status,
        told.get("detail") or f"得到 {status}，不是勾稽服务的应答；请检查地址和代理",
        told.get("detail_en") or f"status {status} without problem details",
        reason=told.get("reason"),
        retry_after=int(after) if status in (429, 503) and after.isdecimal() else None,
    )


def _silence(address: object, error: Exception) -> ServiceError:
    told = f"{type(error).__name__}: {error}"
    return ServiceError(0, f"{address} 没有应答（{told}）；请检查地址、网络，以及服务是否在运行", told)


def _read(text: str) -> Row:
    """Return an object of JSON.

    Raises:
        ServiceError: it is none.
    """
    try:
        found = json.loads(text, parse_float=Decimal, object_hook=_exact)
    except ValueError as error:
        raise ServiceError(0, f"应答不是 JSON（{error}）；请检查地址和代理", f"no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ServiceError(0, "应答不是勾稽服务的；请检查地址和代理", "JSON that is no object")
    return found


def _exact(found: Row) -> Row:
    for name in AMOUNTS & found.keys():
        if type(found[name]) is int:
            found[name] = Decimal(found[name])
    return found


def _written(value: object) -> bytes:
    """Return JSON in which amounts are texts, so that none of their digits is lost."""
    return json.dumps(value, ensure_ascii=False, default=_digits).encode()


def _digits(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON")
