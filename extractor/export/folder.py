"""A folder that appears under its name only when it is complete."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from extractor.errors import UsageError, os_reason
from extractor.export.columns import TABLES
from extractor.export.readme import PAGE, TITLE


@contextmanager
def replaced_folder(target: Path, *, replace: bool) -> Iterator[Path]:
    """Give a new folder beside ``target``, which takes its place at the end of the block, or goes when that fails.

    Args:
        target: the folder; it may be missing or empty.
        replace: whether an export that is there gives way. Nothing but an export is ever removed.

    Raises:
        UsageError: ``target`` holds something else, or an export without ``replace``; or the place cannot be written to.
    """
    target = target.resolve()  # a link stays a link
    try:
        _require_room(target, replace=replace)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise _refused(target, error) from error
    try:
        made.chmod(0o755)
        yield made
        _move(made, target)
    except OSError as error:
        raise _refused(target, error) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _require_room(target: Path, *, replace: bool) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise UsageError(f"{target} 是文件；请指定一个文件夹", f"{target} is a file")
    found = sorted(path.name for path in target.iterdir())
    if not found:
        return
    page = target / PAGE
    first = page.open(encoding="utf-8", errors="replace").readline().rstrip() if page.is_file() else ""
    if first != TITLE:
        raise UsageError(
            f"{target} 里已有其他文件（{found[0]} 等）；请指定新的或空的文件夹", f"{target} is not an export"
        )
    if others := [name for name in found if name not in {PAGE, *TABLES}]:
        raise UsageError(f"{target} 里有不是导出的文件 {others[0]}；请先移走", f"{target} holds {others}")
    if not replace:
        raise UsageError(f"{target} 里已有导出的数据；要替换请加 --replace", f"{target} holds an export")


def _move(made: Path, target: Path) -> None:
    """Put ``made`` in the place of ``target``; what was there comes back when that fails."""
    if not target.exists():
        made.rename(target)
        return
    former = made.with_name(f"{made.name}.old")
    target.rename(former)
    try:
        made.rename(target)
    except OSError:
        former.rename(target)
        raise
    shutil.rmtree(former)


def _refused(target: Path, error: OSError) -> UsageError:
    return UsageError(
        f"不能写入文件夹 {target}（{os_reason(error)}）；请检查路径、权限和磁盘空间", f"{target}: {error}"
    )
