"""Taking archives out of a database again: a folder or file that was added, or a part of it, whether or not it is still there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from extractor.archive.names import shown
from extractor.archive.run import held
from extractor.errors import UsageError
from extractor.types import INSIDE

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.store import Extent, Store


def known_path(store: Store, path: str) -> tuple[str, Extent]:
    """Return how the ledger writes a path, and how much there is at it or below.

    Args:
        store: an open database.
        path: as the system knows it, or as ``gouji archive status`` and ``gouji archive errors`` write it.

    Raises:
        UsageError: nothing was added there, or it is a member of a container.
    """
    work = store.work()
    roots = {root.path for root in work.status().roots}
    for known in (shown(os.path.abspath(path)), path.rstrip("/") or path):
        extent = work.extent(known)
        if extent.files or known in roots:
            return known, extent
        if INSIDE in known and work.extent(known.partition(INSIDE)[0]).files:
            container = known.partition(INSIDE)[0]
            raise UsageError(f"{path}：压缩包里的文件不能单独移出；请移出 {container}", "a member of a container")
    raise UsageError(f"{path}：数据库里没有这个路径下的文件；已加入的路径见 gouji archive status", f"{path} is unknown")


def remove(store: Store, path: str, tick: Callable[[], None]) -> int:
    """Remove all that was added at a path or below, with the documents whose content lies nowhere else.

    Args:
        store: an open database.
        path: as :func:`known_path` returned it.
        tick: is called as it goes on; may raise to stop it, then the rest is removed the next time.

    Returns:
        How many documents went.

    Raises:
        UsageError: another process is at work on this database.
        StoreError: the database refuses; what was removed before is gone.
    """
    documents = 0
    with held(store.work()) as ledger:
        for removed in ledger.remove(path):
            documents += removed.document
            tick()
    return documents
