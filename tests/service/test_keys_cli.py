"""``gouji keys`` and ``gouji serve`` at the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from extractor.cli import main
from extractor.store import open_store
from extractor.types import UserRole

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.any_database


def gouji(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_key_is_shown_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    made = gouji("keys", "add", "统计局", "--role", "write", "--db", url)
    assert made.exit_code == 0
    key = made.stdout.strip()
    assert key.startswith("gj_")
    assert key not in made.stderr
    with open_store(url) as store:
        holder = store.users().holder(key)
    assert holder is not None
    assert holder.role is UserRole.WRITE
    listed = gouji("keys", "list", "--db", url)
    assert key not in listed.output
    assert listed.stdout.split("\t")[:2] == ["统计局", "write"]
    assert gouji("keys", "add", "统计局", "--role", "read", "--db", url).exit_code == 2
    assert gouji("keys", "add", "乙", "--role", "king", "--db", url).exit_code == 2
    assert gouji("keys", "revoke", "统计局", "--db", url).exit_code == 0
    assert "已停用" in gouji("keys", "list", "--db", url).stdout
    again = gouji("keys", "revoke", "统计局", "--db", url)
    assert again.exit_code == 2
    assert "没有名为“统计局”的有效密钥" in again.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_serve_refuses_an_address_of_others_without_keys(tmp_path: Path, host: str) -> None:
    answer = gouji("serve", "--host", host, "--db", f"sqlite:///{tmp_path / 'gouji.db'}")
    assert answer.exit_code == 2
    assert "gouji keys add" in answer.stderr
    assert "--no-auth" in answer.stderr
