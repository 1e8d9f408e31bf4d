"""The words that tie figures together, read from ``link_cues.tsv`` and compiled into patterns once."""

from __future__ import annotations

import re
from functools import cache

from extractor.errors import ResourceError
from extractor.resources import read_table

_TABLE = "link_cues.tsv"


@cache
def _roles() -> dict[str, str]:
    return {row["role"]: row["words"] for row in read_table(_TABLE, ("role", "words"))}


@cache
def words(role: str) -> str:
    """Return the words of ``role`` as a regular-expression group, longest first.

    Raises:
        ResourceError: the table has no such role.
    """
    listed = _roles().get(role)
    if listed is None:
        raise ResourceError(f"资源文件 {_TABLE} 缺少 {role} 一行", f"{_TABLE}: no role {role}")
    return "(?:" + "|".join(re.escape(word) for word in sorted(listed.split("|"), key=len, reverse=True)) + ")"


@cache
def pattern(template: str) -> re.Pattern[str]:
    """Compile ``template``, in which ``<role>`` stands for the words of that role."""
    return re.compile(re.sub(r"<(\w+)>", lambda match: words(match[1]), template))
