"""All files below a folder, in the order of the paths that the ledger writes, whatever the file system's own order."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from extractor.archive.names import TOO_LONG, cut_path, shown
from extractor.archive.work import unopened
from extractor.types import WorkReason

_TEMPORARY_NAMES = frozenset((".ds_store", "thumbs.db", "desktop.ini", "__macosx"))
_TEMPORARY_BEGINNINGS = ("~$", ".~", "._")
_TEMPORARY_SUFFIXES = (".tmp", ".crdownload", ".part")


class Found(NamedTuple):
    """A file: its path for the ledger and for the system, its size and time; ``reason``: why it is not to be opened.

    The path of a folder that cannot be opened ends with ``/``.
    """

    path: str
    actual: str
    bytes: int
    mtime_ns: int
    reason: WorkReason | None = None
    message: str = ""


def walk(path: str) -> Iterator[Found]:
    """Yield the file at ``path``, or all files below the folder there, by their path for the ledger.

    Links are not followed, but for ``path`` itself.

    Args:
        path: absolute, as the system knows it.

    Raises:
        OSError: there is nothing at ``path``.
    """
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        yield from map(_reachable, _below(path))
    else:
        yield _reachable(_found(path, status))


def skip_reason(name: str) -> tuple[WorkReason, str] | None:
    """Return why a file or member of this path is none that a person wrote, ``None`` for all others."""
    for step in name.lower().replace("\\", "/").split("/"):
        if step in _TEMPORARY_NAMES or step.startswith(_TEMPORARY_BEGINNINGS):
            return WorkReason.TEMPORARY, "系统或办公软件的临时文件"
    if name.lower().endswith(_TEMPORARY_SUFFIXES):
        return WorkReason.TEMPORARY, "系统或下载软件的临时文件"
    return None


def _reachable(found: Found) -> Found:
    """Return a file as it was found, or as a failure if its path is too long to be kept."""
    path = cut_path(found.path)
    return found if path == found.path else Found(path, found.actual, 0, 0, WorkReason.UNREADABLE, TOO_LONG)


def _below(folder: str) -> Iterator[Found]:
    # By hand and not by recursion: folders nest deeper than Python's stack on a file system that was tampered with.
    stack = [_listed(folder)]
    while stack:
        entry = next(stack[-1], None)
        if entry is None:
            stack.pop()
        elif isinstance(entry, Found):
            yield entry
        else:
            stack.append(_listed(entry))


def _listed(folder: str) -> Iterator[Found | str]:
    """Yield the files of a folder, and the folders in it by their name."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: shown(entry.name + ("/" if _is_folder(entry) else "")))
    except OSError as error:
        yield Found(shown(folder) + "/", folder, 0, 0, WorkReason.UNREADABLE, unopened("文件夹", error))
        return
    for entry in found:
        if _is_folder(entry):
            yield entry.path
            continue
        try:
            yield _found(entry.path, entry.stat(follow_symlinks=False))
        except FileNotFoundError:
            continue  # gone since the folder was listed
        except OSError as error:
            yield Found(shown(entry.path), entry.path, 0, 0, WorkReason.UNREADABLE, unopened("文件", error))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _found(path: str, status: os.stat_result) -> Found:
    reason, message = skip_reason(os.path.basename(path)) or (None, "")
    if stat.S_ISLNK(status.st_mode):
        reason, message = WorkReason.LINK, "是链接；所指的文件请直接加入"
    elif not stat.S_ISREG(status.st_mode):
        reason, message = WorkReason.SPECIAL, "不是普通文件（设备、管道等）"
    return Found(shown(path), path, status.st_size, status.st_mtime_ns, reason, message)
