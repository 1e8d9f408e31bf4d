"""Who may use the service: keys, sessions of browsers, and what was done with them.

A key or a session is known by its SHA-256 alone: both are 256 random bits, which no table of hashes covers, so that a slow
hash would protect nothing. It is looked up by that hash; how long the search takes tells nothing of a key.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, Select, delete, exists, select, update

from extractor.errors import UsageError
from extractor.store import schema_service as schema
from extractor.store.columns import UNSTORABLE
from extractor.store.engine import reading, writing
from extractor.types import UserRole

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_NAME = 100
_MARK = "gj_"
"""What keys begin with, so that one that was published by mistake is found."""
_RANDOM_BYTES = 32
_key, _session, _event = schema.api_key.c, schema.session.c, schema.audit_event.c


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key, without the key; ``revoked`` is when it was, ``None`` while it is good (UTC)."""

    name: str
    role: UserRole
    created: datetime
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Who (the name of a key) did what to which thing, and when (UTC)."""

    id: int
    at: datetime
    author: str
    action: str
    subject: str
    detail: Mapping[str, Any]


class Users:
    """Keys, sessions and the audit log of a database; closed with the store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_key(self, name: str, role: UserRole) -> str:
        """Make a key and return it; it is kept nowhere.

        Args:
            name: of its holder, in the audit log and as author of what is written.
            role: what the holder may do.

        Raises:
            UsageError: the name is empty, too long or taken (also by a revoked key: the audit log names it).
        """
        if not name.strip() or len(name) > LONGEST_NAME or UNSTORABLE.search(name) or not name.isprintable():
            raise UsageError(
                f"密钥的名称应为 1 到 {LONGEST_NAME} 个可见字符，实为 {name[:LONGEST_NAME]!r}", "invalid name of a key"
            )
        secret = _MARK + secrets.token_urlsafe(_RANDOM_BYTES)
        row = {"name": name, "role": role.value, "hash": _hash(secret), "created": _now(), "revoked": None}
        with writing(self._engine) as connection:
            if connection.execute(select(_key.id).where(_key.name == name)).first():
                raise UsageError(f"已有名为“{name}”的密钥（可能已停用）；请换一个名称", f"the key {name!r} exists")
            connection.execute(schema.api_key.insert(), row)
        return secret

    def all_keys(self) -> list[StoredKey]:
        """Return all keys by name, revoked ones too."""
        statement = select(_key.name, _key.role, _key.created, _key.revoked).order_by(_key.name)
        with reading(self._engine) as connection:
            return [StoredKey(name, UserRole(role), *moments) for name, role, *moments in connection.execute(statement)]

    def has_keys(self) -> bool:
        """Whether there is a key, or was one: whoever revokes the last one does not open the service to everybody."""
        with reading(self._engine) as connection:
            return bool(connection.execute(select(exists().where(_key.id.is_not(None)))).scalar())

    def revoke(self, name: str) -> None:
        """Let a key be good no more, nor the sessions that were opened with it.

        Raises:
            UsageError: there is no key of this name that is good.
        """
        with writing(self._engine) as connection:
            statement = update(schema.api_key).where(_key.name == name, _key.revoked.is_(None)).values(revoked=_now())
            if connection.execute(statement).rowcount != 1:
                raise UsageError(
                    f"没有名为“{name}”的有效密钥；用 gouji keys list 查看", f"no key {name!r}, or it is revoked"
                )

    def holder(self, key: str) -> StoredKey | None:
        """Return whose key it is, ``None`` if it is nobody's or was revoked."""
        return self._holder(_holders().where(_key.hash == _hash(key)))

    def open_session(self, key: str, lifetime: timedelta) -> str | None:
        """Return a session for the holder of a key, ``None`` if the key is nobody's; expired ones are cleared away."""
        token, now = secrets.token_urlsafe(_RANDOM_BYTES), _now()
        with writing(self._engine) as connection:
            connection.execute(delete(schema.session).where(_session.expires <= now))
            found = connection.execute(
                select(_key.id).where(_key.hash == _hash(key), _key.revoked.is_(None))
            ).scalar_one_or_none()
            if found is None:
                return None
            row = {"hash": _hash(token), "api_key_id": found, "created": now, "expires": now + lifetime}
            connection.execute(schema.session.insert(), row)
        return token

    def session_holder(self, token: str) -> StoredKey | None:
        """Return whose session it is, ``None`` if it has ended or its key was revoked."""
        joined = _holders().join(schema.session, _session.api_key_id == _key.id)
        return self._holder(joined.where(_session.hash == _hash(token), _session.expires > _now()))

    def close_session(self, token: str) -> None:
        """End a session; nothing if there is none."""
        with writing(self._engine) as connection:
            connection.execute(delete(schema.session).where(_session.hash == _hash(token)))

    def record(self, author: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        """Add to the audit log that ``author`` did ``action`` to ``subject`` just now."""
        row = {"at": _now(), "author": author, "action": action, "subject": subject, "detail": dict(detail)}
        with writing(self._engine) as connection:
            connection.execute(schema.audit_event.insert(), row)

    def events(self, before: int | None = None, limit: int = 100) -> list[AuditEvent]:
        """Return the latest events, latest first; only those with an id below ``before`` where one is given."""
        statement = select(schema.audit_event).order_by(_event.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(_event.id < before)
        with reading(self._engine) as connection:
            return [AuditEvent(**row) for row in connection.execute(statement).mappings()]

    def _holder(self, statement: Select[Any]) -> StoredKey | None:
        with reading(self._engine) as connection:
            row = connection.execute(statement).first()
        return StoredKey(row.name, UserRole(row.role), row.created, row.revoked) if row else None


def _holders() -> Select[Any]:
    return select(_key.name, _key.role, _key.created, _key.revoked).where(_key.revoked.is_(None))


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
