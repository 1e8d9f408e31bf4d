"""A PostgreSQL cluster that is thrown away: for the tests, and for scripts that try what both engines do.

The server refuses to run as root, so root starts it as the user that Debian's package makes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
_SERVER_USER = "postgres"


def server_programs() -> Path | None:
    """Return the folder of the server's programs, ``None`` where it is not installed."""
    found = shutil.which("initdb")
    candidates = [found] if found else sorted(glob("/usr/lib/postgresql/*/bin/initdb"))
    return Path(candidates[-1]).parent if candidates else None


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Start a cluster; yields the URL of its databases with ``{}`` for the name."""
    folder = Path(tempfile.mkdtemp(prefix="gouji-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _SERVER_USER)
    data, control = str(folder / "data"), str(programs / "pg_ctl")
    try:
        _as_server([str(programs / "initdb"), "-D", data, "-U", _SERVER_USER, "-A", "trust", "-E", "UTF8", "--no-sync"])
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        _as_server([control, "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start"])
        try:
            yield f"postgresql+psycopg://{_SERVER_USER}@/{{}}?host={folder}"
        finally:
            _as_server([control, "-D", data, "-w", "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder)


def _as_server(command: list[str]) -> None:
    prefix = ["runuser", "-u", _SERVER_USER, "--"] if os.geteuid() == 0 else []
    # The server keeps what it inherits: its output must not be a pipe that somebody waits on.
    subprocess.run([*prefix, *command], check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
