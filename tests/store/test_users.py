"""Keys, sessions and the audit log, on both engines."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from extractor.errors import UsageError
from extractor.types import UserRole

if TYPE_CHECKING:
    from extractor.store import Store

HOUR = timedelta(hours=1)


def everything(store: Store) -> str:
    """Return all that is stored of keys and sessions."""
    with store._engine.connect() as connection:
        return str([connection.execute(text(f"SELECT * FROM {name}")).all() for name in ("api_key", "session")])


def test_keys_are_kept_as_hashes(store: Store) -> None:
    users = store.users()
    assert not users.has_keys()
    key = users.add_key("统计局", UserRole.WRITE)
    session = users.open_session(key, HOUR)
    assert session is not None
    stored = everything(store)
    for secret in (key, session):
        assert len(secret) >= 43  # 256 bits in base64
        assert secret not in stored
        assert hashlib.sha256(secret.encode()).hexdigest() in stored


def test_key_is_good_until_it_is_revoked(store: Store) -> None:
    users = store.users()
    keys = {role: users.add_key(role.value, role) for role in UserRole}
    assert len(set(keys.values())) == 3
    for role, key in keys.items():
        holder = users.holder(key)
        assert holder is not None
        assert (holder.name, holder.role, holder.revoked) == (role.value, role, None)
    assert users.holder("gj_x") is users.holder("") is users.holder("\ud800") is None
    users.revoke("read")
    assert users.holder(keys[UserRole.READ]) is None
    assert [(key.name, key.revoked is None) for key in users.all_keys()] == [
        ("admin", True),
        ("read", False),
        ("write", True),
    ]
    with pytest.raises(UsageError, match="没有名为“read”的有效密钥"):
        users.revoke("read")
    with pytest.raises(UsageError, match="已有名为“read”"):
        users.add_key("read", UserRole.READ)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\0b", "a\nb", "\ud800", "\u202eabc"])
def test_names_that_would_mislead_are_refused(store: Store, name: str) -> None:
    with pytest.raises(UsageError, match="密钥的名称"):
        store.users().add_key(name, UserRole.READ)


def test_session_ends(store: Store) -> None:
    users = store.users()
    key = users.add_key("甲", UserRole.READ)
    first, second, expired = (users.open_session(key, age) for age in (HOUR, HOUR, -HOUR))
    assert first is not None
    assert second is not None
    assert expired is not None
    assert users.session_holder(expired) is None
    holder = users.session_holder(first)
    assert holder is not None
    assert holder.name == "甲"
    users.close_session(first)
    users.close_session(first)
    assert users.session_holder(first) is None
    assert users.session_holder(second) is not None
    users.open_session(key, HOUR)  # clears the expired one
    assert hashlib.sha256(expired.encode()).hexdigest() not in everything(store)
    users.revoke("甲")
    assert users.session_holder(second) is None
    assert users.open_session(key, HOUR) is None


def test_events_come_latest_first(store: Store) -> None:
    users = store.users()
    for number in range(3):
        users.record("甲", "upload", f"job {number}", {"files": number})
    events = users.events()
    assert [event.subject for event in events] == ["job 2", "job 1", "job 0"]
    assert events[0].detail == {"files": 2}
    assert [event.subject for event in users.events(before=events[0].id, limit=1)] == ["job 1"]
