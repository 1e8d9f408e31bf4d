"""What is wrong with a ledger: all of it together, each problem with sheet, row and column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.errors import GoujiError

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 20
"""So many problems are told in one message, the others counted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a ledger from being imported.

    ``row`` counts from 1; ``column`` is a letter, or a range of cells; 0 and ``""`` where the problem has none, as is
    ``sheet`` where it is no sheet's.
    """

    sheet: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        """Return the problem in one line: 工作表“投资”第 3 行 C 列：…."""
        if not self.sheet:
            return self.message
        row = f"第 {self.row} 行" if self.row else ""
        column = f" {self.column} 列" if self.column else ""
        return f"工作表“{self.sheet}”{row}{column}：{self.message}"


class LedgerError(GoujiError):
    """A ledger cannot be imported; nothing of it is. ``problems`` are all that were found, in the order of the file."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [f"{source}：有 {len(problems)} 处问题，没有导入任何内容"]
        lines += [f"  {problem}" for problem in problems[:SHOWN]]
        if len(problems) > SHOWN:
            lines.append(f"  另有 {len(problems) - SHOWN} 处，改正上列各处后重新导入即可看到")
        super().__init__("\n".join(lines), f"{source}: {len(problems)} problems, which the message lists")
