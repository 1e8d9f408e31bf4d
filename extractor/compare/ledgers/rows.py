"""What the cells left and right of a value say of it: the words of its row."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from extractor.compare.ledgers.periods import Period, read_period
from extractor.compare.ledgers.places import code_of_place, named_divisions, nested, read_code
from extractor.compare.ledgers.problems import Problem
from extractor.compare.ledgers.words import Role, is_example, is_none, is_plain_total, is_total, status_of, statuses
from extractor.resources import project_types
from extractor.resources.cells import closed_up
from extractor.resources.headers import Measure, measure_named, split_unit, without_enumeration
from extractor.sheets.grid import Cell, Kind, Merge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractor.compare.ledgers.columns import Column, Layout
    from extractor.types import Status

#: Columns whose cell calls a row a total.
_NAMING = (Role.PLACE, Role.PROJECT, Role.INDICATOR, Role.FUNDER, Role.PROJECT_TYPE, Role.IGNORE, Role.PERIOD, None)


@dataclass(frozen=True, slots=True)
class Row:
    """The words of one row; ``number`` counts from 0. ``total`` is what a row that adds up others calls itself."""

    number: int
    indicator: str = ""
    measure: Measure | None = None
    place: str = ""
    within: str = ""
    place_code: str | None = None
    period: Period | None = None
    status: Status | None = None
    project_type: str | None = None
    project: str = ""
    funder: str | None = None
    note: str = ""
    total: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one sheet.

    Attributes:
        layout: how to read them.
        unknown_types: takes the project types that the lexicon does not know.
    """

    layout: Layout
    unknown_types: set[str] = field(default_factory=set)
    _above: dict[tuple[int, int], Cell] = field(init=False, default_factory=dict)
    _around: tuple[str, ...] = field(init=False, default=())
    _own: str = field(init=False, default="")
    _by_role: dict[Role | None, list[Column]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Note what merged cells say of all their rows, and what place the title names."""
        for merge in self.layout.sheet.merges:
            self._enter(merge)
        self._by_role = {role: self.layout.of(role) for role in (*Role, None)}
        given = nested(self.layout.place) if self.layout.place else None
        self._own = given[-1] if given else self.layout.place
        self._around = given or named_divisions([*self.layout.header.titles, self.layout.sheet.name])

    def unit_columns(self) -> list[Column]:
        """Return the columns of units."""
        return self._by_role[Role.UNIT]

    def read(self, number: int) -> Row:
        """Return the words of a row; what cannot be read is among its ``problems``."""
        total = self._total(number)
        problems: list[Problem] = []
        names = [name for column in self._by_role[Role.PLACE] if (name := self.text(number, column))]
        if not names and self._by_role[Role.PLACE] and not total and not self._says_none(number):
            column = self._by_role[Role.PLACE][-1]
            message = f"“{column.header}”是空的；与上一行相同的也要填写，或合并单元格；不分地点的请写“—”"
            problems.append(self.problem(number, column, message))
        names = names or [self._own]
        around = tuple(name for name in self._around if name not in names)
        indicator, measure = self._indicator(number, problems, total)
        return Row(
            number,
            indicator,
            measure,
            names[-1] if not is_total(names[-1]) else "",
            " ".join((*around, *names[:-1])),
            self._code(number, problems) or code_of_place((*around, *names)),
            self._period(number, problems),
            self._status(number, problems),
            self._project_type(number),
            self._first(Role.PROJECT, number),
            self._first(Role.FUNDER, number) or None,
            "；".join(filter(None, (self.text(number, column) for column in self._by_role[Role.NOTE]))),
            total,
            tuple(problems),
        )

    def _says_none(self, number: int) -> bool:
        """Whether a row says that it has no place (—), which an empty cell does not."""
        cells = (self.cell(number, column) for column in self._by_role[Role.PLACE])
        return any(cell is not None and cell.text.strip() and is_none(cell.text) for cell in cells)

    def is_example(self, number: int) -> bool:
        """Whether a row is an example of the template (示例乡), to be filled over."""
        return any(is_example(self.text(number, column)) for column in self._by_role[Role.PLACE])

    def cell(self, number: int, column: Column) -> Cell | None:
        """Return the cell of a column that describes the row: that of a merged range holds for all its rows."""
        found = self.layout.sheet.cell(number, column.index)
        return found if found is not None else self._above.get((number, column.index))

    def text(self, number: int, column: Column) -> str:
        """Return what the cell shows without blanks, ``""`` where it is empty or says so (—)."""
        cell = self.cell(number, column)
        return "" if cell is None or is_none(cell.text) or cell.kind is Kind.BAD else closed_up(cell.text)

    def problem(self, number: int, column: Column, message: str) -> Problem:
        """Return a problem of one cell."""
        return Problem(self.layout.sheet.name, number + 1, column.letter, message)

    def _enter(self, merge: Merge) -> None:
        sheet = self.layout.sheet
        anchor = sheet.cell(merge.top, merge.left)
        if anchor is None or merge.bottom == merge.top or merge.bottom < self.layout.header.end:
            return
        describing = {column.index for column in self.layout.columns if column.role is not Role.VALUE}
        if merge.left in describing:
            for row in range(merge.top + 1, min(merge.bottom + 1, len(sheet.rows))):
                self._above[row, merge.left] = anchor

    def _total(self, number: int) -> str:
        for role in _NAMING:
            says_total = is_plain_total if role is Role.INDICATOR else is_total  # 收入合计 is an indicator of its own
            for column in self._by_role[role]:
                text = self.text(number, column)
                if text and says_total(text):
                    return text
        return ""

    def _first(self, role: Role, number: int) -> str:
        return next((text for column in self._by_role[role] if (text := self.text(number, column))), "")

    def _indicator(self, number: int, problems: list[Problem], total: str) -> tuple[str, Measure | None]:
        for column in self._by_role[Role.INDICATOR]:
            text = self.text(number, column)
            if not text and not total:
                message = f"“{column.header}”是空的；与上一行相同的也要填写，或合并单元格"
                problems.append(self.problem(number, column, message))
            words, measure = split_unit(without_enumeration(text), measure_named)
            return (words or text, measure) if text != total else ("", None)
        return "", None

    def _code(self, number: int, problems: list[Problem]) -> str | None:
        for column in self._by_role[Role.PLACE_CODE]:
            text = self.text(number, column)
            code = read_code(text) if text else ""
            if code is None:
                message = f"“{text}”不是区划代码，应为 2、4、6、9 或 12 位数字"
                problems.append(self.problem(number, column, message))
            return code or None
        return None

    def _period(self, number: int, problems: list[Problem]) -> Period | None:
        for column in self._by_role[Role.PERIOD]:
            cell = self.cell(number, column)
            if cell is None or is_none(cell.text) or is_total(cell.text):
                return None
            period = read_period(cell)
            if period is None:
                message = f"“{cell.text}”不是时期；应写成 2015、2015-06、2015年上半年 或 2011-2015"
                problems.append(self.problem(number, column, message))
            return period
        return self.layout.period

    def _status(self, number: int, problems: list[Problem]) -> Status | None:
        for column in self._by_role[Role.STATUS]:
            text = self.text(number, column)
            status = status_of(text) if text else None
            if text and status is None and not is_total(text):
                message = f"看不懂状态“{text}”；可写 {statuses()}"
                problems.append(self.problem(number, column, message))
            return status
        return None

    def _project_type(self, number: int) -> str | None:
        text = self._first(Role.PROJECT_TYPE, number)
        code = _type_named(text) if text else None
        if text and code is None and not is_total(text):
            self.unknown_types.add(text)
        return code


@cache
def _type_named(text: str) -> str | None:
    """Return the project type of this code or name, or the only one whose cue this is."""
    if text in project_types.names():
        return text
    named = {name: code for code, name in project_types.names().items()}
    cues: Iterable[str] = {code for cue, code in project_types.cues() if cue == text and code != project_types.TRAP}
    return named.get(text) or (next(iter(cues)) if len(list(cues)) == 1 else None)
