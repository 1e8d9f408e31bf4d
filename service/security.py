"""Who asks, and whether they may.

:class:`Guard` finds out who asks before anything of the application runs: a key (``Authorization: Bearer``) or the session
of a browser. Every endpoint declares what role it needs (``dependencies=[READ]``); a test goes through them all.

Without keys the service is for whoever sits at the machine. What a web page elsewhere makes a browser of that machine
send is told apart by the name under which the service is called (DNS rebinding) and by where the page came from (CSRF).
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from extractor.errors import UsageError
from extractor.types import UserRole
from service.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from extractor.store import Store, StoredKey, Users
    from service.settings import ServiceSettings

COOKIE = "gouji_session"
LOCAL_USER = "本机用户"
"""Who did what is done without a key."""
ANYBODY = "匿名用户"
"""Author of what is done with ``--no-auth`` on an address that others reach."""
_FAILURES = RateLimitItemPerMinute(10)
"""Of one address, until its keys are looked up one after the other, behind each other."""
_MOST_SUSPECTS = 9
"""Keys of such addresses that are looked up or wait for it; further ones are refused unseen."""
_OPEN = ("/healthz", "/static/")
"""Paths where nobody is asked who they are: they must answer whatever the database does."""
_NO_PAGES = ("/v1/", "/metrics")
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")
_log = logging.getLogger("gouji.service")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: the name of a key, and what its holder may do."""

    name: str
    role: UserRole


class Needs:
    """The dependency by which an endpoint declares the role that it needs.

    Args:
        role: the least that is enough, ``None`` for an endpoint that anybody may use.
    """

    def __init__(self, role: UserRole | None) -> None:
        self.role = role

    def __call__(self, request: Request) -> None:
        """Refuse a request whose sender may not.

        Raises:
            ProblemError: 401 for nobody, 403 for too small a role.
        """
        if self.role is not None:
            require(request, self.role)


PUBLIC = Depends(Needs(None))
READ = Depends(Needs(UserRole.READ))
WRITE = Depends(Needs(UserRole.WRITE))
ADMIN = Depends(Needs(UserRole.ADMIN))


def identity(request: Request) -> Identity | None:
    """Return who sent a request, ``None`` for nobody."""
    found: Identity | None = getattr(request.state, "identity", None)
    return found


def require(request: Request, role: UserRole) -> Identity:
    """Return who sent a request, if they may.

    Raises:
        ProblemError: 401 for nobody, 403 for too small a role.
    """
    found = identity(request)
    if found is None:
        raise nobody()
    if not found.role.includes(role):
        raise ProblemError(
            403,
            f"密钥“{found.name}”的权限是 {found.role.value}，这里需要 {role.value}；请向管理员申请",
            f"the role {role.value} is needed, the key has {found.role.value}",
        )
    return found


def nobody() -> ProblemError:
    """Return what is answered to a request without a key that is good."""
    return ProblemError(
        401,
        "需要密钥：请在请求头写 Authorization: Bearer 密钥，或在网页登录；密钥由管理员用 gouji keys add 生成",
        "a key is needed: Authorization: Bearer KEY, or a session",
        headers={"WWW-Authenticate": "Bearer"},
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host.strip("[]")).is_loopback)


def check_address(settings: ServiceSettings, store: Store) -> None:
    """Refuse to listen where others reach a service that asks for no key.

    Raises:
        UsageError: there is no good key, the address is none of loopback, and ``no_auth`` is not set.
    """
    if settings.no_auth or is_loopback(settings.host) or any(key.revoked is None for key in store.users().all_keys()):
        return
    raise UsageError(
        f"{settings.host} 可从其他机器访问，但没有有效的密钥；请先运行 gouji keys add 名称 --role admin 生成密钥，"
        "或只监听 127.0.0.1；确实要让所有人不用密钥做任何事，用 --no-auth",
        f"{settings.host} is no loopback address and there is no key",
    )


class Logins:
    """Counts keys and sessions that were wrong by address, so that nobody tries them at will or fills the log.

    An office is often behind one address: a good key is not refused for the bad ones of others there. It is only looked
    up behind them, so that who tries keys keeps nobody else waiting.
    """

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def suspects(self, address: str) -> bool:
        """Whether too many keys from an address were wrong."""
        return not self._limiter.test(_FAILURES, address)

    def failed(self, address: str) -> ProblemError:
        """Note that a key was wrong, and return what is answered."""
        if self._limiter.hit(_FAILURES, address):
            _log.warning("a wrong key from %s", address)
            return ProblemError(
                401,
                "密钥或会话无效：可能写错、已停用或已过期；请重新登录，或向管理员索取",
                "the key or session is wrong, revoked or expired",
                headers={"WWW-Authenticate": "Bearer"},
            )
        reset, _ = self._limiter.get_window_stats(_FAILURES, address)
        seconds = max(1, math.ceil(reset - time.time()))
        return ProblemError(
            429,
            f"密钥错误的次数过多；请 {seconds} 秒后再试",
            "too many wrong keys",
            headers={"Retry-After": str(seconds)},
        )


class Guard:
    """Finds out who asks and puts it into ``request.state``: ``identity``, and ``author`` for what is written.

    Args:
        app: what is guarded; its ``scope["app"].state`` has the service.
        settings: of the service.
        logins: counts wrong keys.
    """

    def __init__(self, app: ASGIApp, settings: ServiceSettings, logins: Logins) -> None:
        self._app = app
        self._settings = settings
        self._logins = logins
        self._threads = CapacityLimiter(4)  # of its own, so that long queries never keep anybody out
        self._suspects = CapacityLimiter(1)
        self._suspected = 0
        self._keyed = False
        self._local = is_loopback(settings.host)
        self._names = {name.strip().lower() for name in settings.allowed_hosts.split(",")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with who sent it.

        Raises:
            ProblemError: it came from another web page, under a name that is not ours, or with a wrong key.
        """
        if scope["type"] == "http":
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            found = None if path.startswith(_OPEN) else await self._identity(scope, path)
            state = scope.setdefault("state", {})
            state["identity"] = found
            state["author"] = found.name if found else ""
        await self._app(scope, receive, send)

    async def _identity(self, scope: Scope, path: str) -> Identity | None:
        headers = Headers(scope=scope)
        address = client(scope)
        users: Users = scope["app"].state.service.store.users()
        key = _bearer(headers)
        if key is None and scope["method"] not in _SAFE:
            _check_origin(headers)
        if self._settings.no_auth or (self._local and not await self._needs_key(users)):
            self._check_direct(headers)
            _check_site(path, headers)
            return Identity(LOCAL_USER if self._local else ANYBODY, UserRole.ADMIN)
        if key is not None:
            holder = await self._holder(users.holder, key, address)
            if holder is None:
                raise self._logins.failed(address)
            return Identity(holder.name, holder.role)
        token = session_token(headers)
        holder = await self._holder(users.session_holder, token, address) if token else None
        if token and holder is None:
            # A session ends by itself: whoever has one that did is nobody, and may log in again.
            self._logins.failed(address)
        return Identity(holder.name, holder.role) if holder else None

    async def _needs_key(self, users: Users) -> bool:
        """Whether there is a key, or was one, which is so for ever."""
        self._keyed = self._keyed or await self._ask(users.has_keys)
        return self._keyed

    async def _holder(self, look_up: Callable[[str], StoredKey | None], secret: str, address: str) -> StoredKey | None:
        """Return whose key or session it is, ``None`` for nobody's."""
        if not self._logins.suspects(address):
            return await self._ask(look_up, secret)
        if self._suspected >= _MOST_SUSPECTS:
            raise self._logins.failed(address)
        self._suspected += 1
        try:
            return await to_thread.run_sync(look_up, secret, limiter=self._suspects)
        finally:
            self._suspected -= 1

    async def _ask(self, question: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> _Result:
        return await to_thread.run_sync(question, *arguments, limiter=self._threads)

    def _check_direct(self, headers: Headers) -> None:
        """Refuse what came by another way than from a user at the machine, where no key is asked for."""
        host = _name(headers.get("host", ""))
        # The page of an attacker has a name of theirs, whatever address it leads to; an address cannot be forged so.
        known = host in self._names or (is_loopback(host) if self._local else _is_address(host))
        if not known:
            raise ProblemError(
                403,
                f"不回答以“{host[:100]}”为名的请求；请用 http://127.0.0.1:{self._settings.port} 访问，"
                "或把这个名称加到 GOUJI_ALLOWED_HOSTS",
                "the Host header is not one that is answered without keys",
            )
        if self._local and not self._settings.no_auth and any(name in headers for name in _FORWARDED):
            raise ProblemError(
                403,
                "请求经过了代理，而服务没有密钥；请先用 gouji keys add 生成密钥，或用 --no-auth 启动",
                "behind a proxy the service needs keys, or --no-auth",
            )


def client(scope: Scope) -> str:
    """Return the address that a request came from."""
    address = scope.get("client")
    return str(address[0]) if address else ""


def session_token(headers: Headers) -> str | None:
    """Return the session that a browser sent."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE) or None


def _bearer(headers: Headers) -> str | None:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def _check_origin(headers: Headers) -> None:
    """Refuse what a page elsewhere makes a browser send; a program sends neither header."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is None and origin is None:
        return
    if not (site in ("same-origin", "none") if site else _authority(origin or "") == headers.get("host")):
        raise _other_origin()


def _check_site(path: str, headers: Headers) -> None:
    """Refuse what a page elsewhere makes a browser fetch, where no key is asked for; links to our pages may be followed."""
    followed = headers.get("sec-fetch-mode") == "navigate" and not path.startswith(_NO_PAGES)
    if headers.get("sec-fetch-site") == "cross-site" and not followed:
        raise _other_origin()


def _other_origin() -> ProblemError:
    return ProblemError(
        403, "请求来自另一个网页，已拒绝；请在本服务的网页上操作", "a request of another origin is refused"
    )


def _authority(origin: str) -> str | None:
    """Return host and port of an origin, ``None`` where it has none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:  # such as http://[
        return None


def _name(host: str) -> str:
    """Return the Host header without the port, in small letters."""
    name = host.lower()
    return name.partition("]")[0] + "]" if name.startswith("[") else name.partition(":")[0]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
