"""A folder for the files of this process that no other one touches, and that none leaves behind, even when it is killed."""

from __future__ import annotations

import os
import re
import shutil
import socket
import tempfile
from contextlib import contextmanager, suppress
from multiprocessing import util
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.store.lease import has_ended, this_process

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"gouji-(\d+)-(\d*)-")
_LONGEST = 34
"""Of the system's folder: what stands below it is 69 characters long at most, and a socket there may have 103 on macOS."""
_SHORT = Path("/tmp")  # noqa: S108 - only we can read what is made there
_LAST = -1000
"""After all that :mod:`multiprocessing` does when a process ends, which has files in the folder, too."""


@contextmanager
def own_folder() -> Iterator[Path]:
    """Make a folder below the system's for temporary files, removed with all in it at the end of the block.

    Those that a process left which has ended without it are removed first.
    """
    folder = _new_folder(Path(tempfile.gettempdir()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep_together() -> None:
    """Let all temporary files of this process, of its libraries and of the processes it starts lie in a folder of its own.

    It is removed when the process ends or, if it was killed, when the next one starts. It lies below the system's folder for
    temporary files, or in /tmp where the path of that is too long.
    """
    folder = _new_folder(_above())
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    util.Finalize(None, shutil.rmtree, args=(folder, True), exitpriority=_LAST)


def _new_folder(above: Path) -> Path:
    _remove_left(above)
    me = this_process()
    return Path(tempfile.mkdtemp(prefix=f"gouji-{me['process']}-{me['born'] or ''}-", dir=above))


def _above() -> Path:
    """Return where the folder is made: processes talk through sockets in it, whose paths must be short."""
    usual = Path(tempfile.gettempdir())
    return _SHORT if len(os.fsencode(usual)) > _LONGEST and os.access(_SHORT, os.W_OK) else usual


def _remove_left(above: Path) -> None:
    with os.scandir(above) as entries:
        for entry in entries:
            named = _NAME.match(entry.name)
            with suppress(OSError):
                if named and entry.is_dir(follow_symlinks=False) and _is_ours(entry):
                    born = int(named[2]) if named[2] else None
                    if has_ended(socket.gethostname(), int(named[1]), born):
                        shutil.rmtree(entry.path, ignore_errors=True)


def _is_ours(entry: os.DirEntry[str]) -> bool:
    return not hasattr(os, "getuid") or entry.stat(follow_symlinks=False).st_uid == os.getuid()
