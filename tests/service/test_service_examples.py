"""The examples of the page on the service work, one after the other, from an empty database."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

PAGE = Path(__file__).parents[2] / "docs" / "service.md"
SECTION = re.compile(r"^## Documents, corrections.*?(?=^## [^`]|\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVICE = "http://127.0.0.1:8420"


def call(client: TestClient, command: str) -> int:
    """Do what ``curl`` would, and return the status."""
    method, headers, fields, files, body, url = "", {}, {}, {}, None, ""
    words = iter(shlex.split(command)[1:])
    for word in words:
        match word:
            case "-s":
                pass
            case "-o":
                next(words)
            case "-X":
                method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-d":
                body = next(words).encode()
            case "-F":
                name, _, value = next(words).partition("=")
                if value.startswith("@"):
                    files[name] = (value[1:], Path(value[1:]).read_bytes())
                else:
                    fields[name] = value
            case _:
                url = word
    assert url.startswith(SERVICE), command
    method = method or ("POST" if body or files else "GET")
    answer = client.request(method, url.removeprefix(SERVICE), headers=headers, content=body, data=fields, files=files)
    return answer.status_code


def test_examples_work(client: TestClient, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("the examples name an SQLite file")
    monkeypatch.chdir(tmp_path)
    section = SECTION.search(PAGE.read_text(encoding="utf-8"))
    assert section
    prepare, *blocks = BLOCK.findall(section[0])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["bash", "-ec", prepare], check=True, capture_output=True, timeout=120, env={**os.environ, "PATH": path}
    )
    commands = [command for block in blocks for command in re.findall(r"^curl .*?(?=^curl |\Z)", block, re.M | re.S)]
    assert len(commands) > 20
    assert {command: status for command in commands if (status := call(client, command)) not in (200, 201, 204)} == {}
