"""How ``gouji serve`` begins: with the address it answers at, or with why it cannot listen there."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from extractor.errors import UsageError
from service.server import require_free

if TYPE_CHECKING:
    from pathlib import Path

_SERVE = "from extractor.cli import main; main()"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_an_address_that_is_taken_is_told_before_a_database_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-c", _SERVE, "serve", "--port", str(port), "--db", f"sqlite:///{tmp_path / 'g.db'}"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert f"地址 127.0.0.1:{port} 已被别的程序占用；请用 --port 换一个端口" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_start_tells_the_address(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-c", _SERVE, "serve", "--port", str(port), "--db", f"sqlite:///{tmp_path / 'g.db'}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == f"勾稽已启动：http://127.0.0.1:{port}（按 Ctrl+C 结束）\n"
        finally:
            server.terminate()


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(UsageError, match=r"192\.0\.2\.1:8420 不是本机的地址"):
        require_free("192.0.2.1", 8420)
    require_free("127.0.0.1", free_port())
