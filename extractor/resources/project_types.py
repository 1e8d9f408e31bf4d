"""The project types ``project_types.tsv``: their codes, what people call them, and the words that speak for them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from extractor.resources import read_table

TRAP = "-"
"""The code of words that look like a cue and are none (销售渠道 is no ditch); it is no project type."""

_COLUMNS = ("code", "name", "cues")


@cache
def names() -> dict[str, str]:
    """Return the name of every project type by its code."""
    return {row["code"]: row["name"] for row in read_table("project_types.tsv", _COLUMNS) if row["code"] != TRAP}


def cues() -> Iterator[tuple[str, str]]:
    """Yield every cue with the code it speaks for, or with :data:`TRAP`."""
    for row in read_table("project_types.tsv", _COLUMNS):
        yield from ((cue, row["code"]) for cue in row["cues"].split("|"))
