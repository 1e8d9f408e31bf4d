"""What endpoints are asked with: numbers that a database can hold, words that it can store, and pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, StringConstraints

from extractor.store.columns import UNSTORABLE
from service.problems import ProblemError

MOST = 2**31 - 1
"""The highest id that a database gives."""


def storable(words: str) -> str:
    """Return words that a database can hold; for pydantic.

    Raises:
        ValueError: it cannot hold these.
    """
    if UNSTORABLE.search(words):
        raise ValueError("含有无法保存的字符（NUL 等）")
    return words


def cursor_of(cursor: str | None) -> int:
    """Return the number behind which a page begins, 0 for the first page.

    Raises:
        ProblemError: it is not one that an answer gave as ``next``.
    """
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal()) or not 0 < int(cursor) <= MOST:
        raise ProblemError(422, "cursor 无效；请用上一页的 next，或去掉它从第一页开始", "the cursor is damaged")
    return int(cursor)


_CALLED = {"文件": "document", "台账": "ledger", "比对": "comparison", "更正": "correction"}


def missing(what: str, number: int) -> ProblemError:
    """Return the answer for an id that nothing has."""
    return ProblemError(404, f"没有编号为 {number} 的{what}", f"there is no {_CALLED[what]} {number}")


Number = Annotated[int, Path(ge=1, le=MOST, description="编号")]
Words = Annotated[str, AfterValidator(storable)]
Search = Annotated[str, StringConstraints(max_length=200), AfterValidator(storable)]
"""Words that are looked for, :data:`Sought` where there must be some."""
Sought = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(storable)]
Cursor = Annotated[str | None, Query(max_length=40, description="上一页的 `next`；不写时从第一页开始")]
Limit = Annotated[int, Query(ge=1, le=500, description="一页最多多少个")]
