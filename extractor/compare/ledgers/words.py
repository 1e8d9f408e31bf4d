"""What the lexicon ``ledger_words.tsv`` says of headers and cells."""

from __future__ import annotations

from enum import StrEnum
from functools import cache, lru_cache

from extractor.resources.cells import closed_up
from extractor.resources.cues import load
from extractor.resources.headers import normal
from extractor.types import Status

_LEVELS = ("place_province", "place_city", "place_county", "place_township", "place_village")
_STATES = {Status.PLANNED: "planned", Status.ACTUAL: "actual", Status.STANDARD: "standard"}


@cache
def _words(role: str) -> frozenset[str]:
    return load("ledger_words.tsv").words(role)


class Role(StrEnum):
    """What a column tells of the values of its row; a ``VALUE`` column holds them."""

    VALUE = "value"
    INDICATOR = "indicator"
    UNIT = "unit"
    PLACE = "place"
    PLACE_CODE = "place_code"
    PERIOD = "period"
    STATUS = "status"
    PROJECT_TYPE = "project_type"
    PROJECT = "project"
    FUNDER = "funder"
    NOTE = "note"
    IGNORE = "ignore"

    @property
    def label(self) -> str:
        """What people call the role: the first of its names."""
        return {name: role for role, name in reversed(_labels())}[self]


def _labels() -> list[tuple[str, Role]]:
    return [(word, role) for role in Role for word in load("ledger_words.tsv").listed(f"role_{role}")]


def roles_by_label() -> dict[str, Role]:
    """Return every name of a role that a mapping file may use, in Chinese and English."""
    return dict(_labels())


@cache
def role_of(header: str) -> tuple[Role, int] | None:
    """Return the role that a header names, and of a place how far inside it lies (省 0, 村 4); ``None`` if it names none."""
    name = normal(header)
    for depth, level in enumerate(_LEVELS):
        if name in _words(level):
            return Role.PLACE, depth
    if name in _words("generic"):
        return Role.VALUE, 0
    found = next((role for role in Role if name in _words(role)), None)
    return None if found is None else (found, len(_LEVELS) - 1 if found is Role.PLACE else 0)


def is_generic(header: str) -> bool:
    """Whether a header names no indicator by itself (数值, 合计)."""
    return normal(header) in _words("generic")


@lru_cache(maxsize=65536)
def is_total(text: str) -> bool:
    """Whether a cell calls its row a sum of others (合计, 全县小计)."""
    name = normal(text)
    return any(name.endswith(word) and len(name) <= len(word) + 4 for word in _words("total"))


def is_plain_total(text: str) -> bool:
    """Whether a cell says nothing but that its row is a sum (合计, not 收入合计)."""
    return normal(text) in _words("total")


def is_none(text: str) -> bool:
    """Whether a cell says that there is no value (—, /, 无数据)."""
    return closed_up(text) in _words("none")


def is_example(text: str) -> bool:
    """Whether a place is one of the template's examples (示例乡)."""
    return text.startswith(tuple(_words("example")))


def is_numbering(text: str) -> bool:
    """Whether a cell belongs to a row that numbers the columns (甲, 栏次)."""
    return text in _words("numbering")


def status_of(text: str) -> Status | None:
    """Return the status that a whole cell or storey of a header names."""
    name = normal(text)
    return next((status for status, role in _STATES.items() if name in _words(role)), None)


def word_of(status: Status) -> str:
    """Return the word by which people write a status."""
    return {Status.PLANNED: "计划", Status.ACTUAL: "完成", Status.STANDARD: "标准"}[status]


def statuses() -> str:
    """Return the words for the statuses, for a message."""
    return "、".join(map(word_of, _STATES))


@cache
def status_within(words: str) -> tuple[Status | None, str]:
    """Return the status that a header begins or ends with, and the rest of it: 计划投资 is planned 投资."""
    for status, role in ((Status.PLANNED, "planned_part"), (Status.ACTUAL, "actual_part")):
        for word in sorted(_words(role), key=lambda word: (-len(word), word)):
            for rest in (words.removeprefix(word), words.removesuffix(word)):
                if rest != words and len(rest) > 1:
                    return status, rest
    return None, words


def is_subtotal(text: str) -> bool:
    """Whether a total adds up the rows next to it only (小计)."""
    return "小计" in normal(text)
