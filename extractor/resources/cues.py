"""Cue tables: words by their role in a sentence, kept as data and compiled into patterns once.

A table has the columns ``role`` and ``words`` (literal words separated by ``|``) or ``role`` and ``pattern`` (regular
expressions; several rows of one role are alternatives). Code names roles only: ``<role>`` in a template stands for its words.
"""

from __future__ import annotations

import re
from functools import cache

from extractor.errors import ResourceError
from extractor.resources import read_table


class Cues:
    """The roles of one table.

    Args:
        table: file name inside ``extractor/resources``.
        column: ``"words"`` for literal words, ``"pattern"`` for regular expressions.
    """

    def __init__(self, table: str, column: str = "words") -> None:
        self._table = table
        self._roles: dict[str, list[str]] = {}
        for row in read_table(table, ("role", column)):
            entries = row[column].split("|") if column == "words" else [row[column]]
            self._roles.setdefault(row["role"], []).extend(entries)
        self._literal = column == "words"

    def words(self, role: str) -> frozenset[str]:
        """Return the words of ``role`` as they are written in the table."""
        return frozenset(self._entries(role))

    def listed(self, role: str) -> tuple[str, ...]:
        """Return the words of ``role`` in the order of the table."""
        return tuple(self._entries(role))

    def pattern(self, template: str) -> re.Pattern[str]:
        """Compile ``template``, in which ``<role>`` stands for any of the words of that role."""
        return re.compile(re.sub(r"<([a-z_]+)>", lambda match: self._alternatives(match[1]), template))

    def _alternatives(self, role: str) -> str:
        """Return a group of all that stands for ``role``; of words, those that begin alike the longest first."""
        entries = self._entries(role)
        if self._literal:
            entries = [re.escape(word) for word in sorted(entries, key=len, reverse=True)]
        return f"(?:{'|'.join(entries)})"

    def _entries(self, role: str) -> list[str]:
        if role not in self._roles:
            raise ResourceError(f"资源文件 {self._table} 缺少 {role} 一行", f"{self._table}: no role {role}")
        return self._roles[role]


@cache
def load(table: str, column: str = "words") -> Cues:
    """Return the cues of ``table``, read once.

    Raises:
        ResourceError: the table breaks its schema.
    """
    return Cues(table, column)
