"""A server that is killed loses nothing that it acknowledged; the long version is ``scripts/check_service_kills.py``."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

SCRIPT = Path(__file__).parents[2] / "scripts" / "check_service_kills.py"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_service_kills", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # for its dataclasses
    spec.loader.exec_module(module)
    return module


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.parametrize("kind", ["sqlite", "two"])
def test_a_kill(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server: Any = request.getfixturevalue("postgresql_server") if kind == "two" else None
    assert script().try_out(kind, 1, 11, server, tmp_path) == []
