"""A table as its lanes: its rows and its columns, each with its names, its numbers and what its words say of them.

A rule for rows is a rule for columns with the table turned: both are :class:`Lane`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from extractor.checks.claim import point_of
from extractor.checks.view import Item
from extractor.intervals import factor
from extractor.link_cues import pattern
from extractor.resources.cells import is_year

if TYPE_CHECKING:
    from extractor.checks.claim import Claim
    from extractor.checks.view import View
    from extractor.intervals import Number
    from extractor.types import Figure, TableCell

_ENUMERATED = (
    re.compile(r"[一二三四五六七八九十]{1,3}(?:[、.．]|$)"),
    re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"),
    re.compile(r"\d{1,2}(?:[、.．](?!\d)|$)"),
    re.compile(r"[（(]\d{1,2}[）)]|\d{1,2}[.．]\d{1,2}|[①-⑳]"),
)
_UNNUMBERED = len(_ENUMERATED)
_NUMBER = re.compile(r"[\d,，.．\s]+")
_UNIT = re.compile(r"[（(\[【][^（）()\[\]【】]*[）)\]】]|[/／][^/／]{1,4}$")
_AMONG = re.compile(r"其\s*中|#")
_SUBTOTAL = re.compile(r"小计|计|.{1,6}小计")
_TOTAL = re.compile(r"(?:合|共)计|总数|[^累]{1,6}合计|合计数")
_GRAND = re.compile(r"[^累]{0,6}总计|总合计|总和")
_WHOLE = re.compile(
    r"总[^计和数量分].*|.{2,6}总[量额数值]|累计|[全本][省市州县区旗乡镇村国]|全[^部体]{0,2}年|年度|.{0,4}(?:总体|全部)"
)
_NOT_ADDED = pattern(
    r"<average>|率|占比|比重|比例|指数|增长|增幅|增速|同比|环比|标准|等级|级别|序号|名次|排名|位次|得分|评分|分数"
    r"|密度|价格|海拔|温度|年限|期限|工期|年份|最[高大低小多少]|中位|[±%％‰]|系数|平均|去重|剔重|剔除|扣除|扣减|不含"
)
_RATIOS = frozenset(("percent", "ratio", "temperature", "age", "calendar", "time"))
_MODIFIED = re.compile(r"[约近超逾达\s]*|[-－−–+＋≥≤<>]")
_TRAILING = re.compile(r"\s*(?:左右|以上|以下|以内|多|余)?\s*")
_LONGEST_NAME = 30
_BETWEEN = 40  # characters between a table and the one that continues it
_FEWEST = 2  # numbers of a table
_TELLING = 10  # units of its last place that a number has which others come to hardly by chance


class Sum(IntEnum):
    """How a lane calls itself a total: ``PART`` not at all, ``WHOLE`` perhaps (总投资, 全县), the others plainly."""

    PART = 0
    WHOLE = 1
    SUBTOTAL = 2
    TOTAL = 3
    GRAND = 4


@dataclass(eq=False, slots=True)
class Lane:
    """A row or column with numbers.

    Attributes:
        index: its place among the rows or columns of the table.
        names: what it is called, the name of its group first.
        title: its own name.
        items: its numbers by the index of the crossing lane.
        level: depth of its enumeration (一、 0, （一） 1 …), behind which its indent counts.
        sum: whether it calls itself a total.
        among: whether it is called a part of what stands before (其中).
        added: whether amounts under its name add up: no rates, averages or norms.
        key: the unit of all its numbers (``Mention.key``), ``None`` where there are several.
    """

    index: int
    names: tuple[str, ...]
    title: str
    items: dict[int, Item]
    level: tuple[int, int] = (_UNNUMBERED, 0)
    sum: Sum = Sum.PART
    among: bool = False
    added: bool = True
    key: str | None = field(init=False)
    percent: bool = field(init=False)

    def __post_init__(self) -> None:
        """Note what all its numbers have in common."""
        keys = {item.mention.key for item in self.items.values()}
        self.key = keys.pop() if len(keys) == 1 else None
        self.percent = bool(self.items) and all(item.mention.percent for item in self.items.values())


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, or one of several that stand side by side.

    Attributes:
        rows: its rows with numbers.
        columns: its columns with numbers.
        heads: indices of rows with words only, which part the rows above from those below.
        subject: what stands over the names of its rows (乡镇, 项目名称).
        joined: whether it goes on over several tables.
    """

    rows: list[Lane]
    columns: list[Lane]
    heads: frozenset[int]
    subject: str
    joined: bool


def grids(view: View) -> Iterator[Grid]:
    """Yield the tables of an article that hold numbers in more than one cell.

    Tables behind each other with the same columns are one: the first has no total of its own and the second goes on.
    """
    open_: list[TableCell] = []
    last: Sequence[TableCell] = ()
    borders: set[int] = set()
    for table in view.tables:
        if last and _goes_on(view, last, table.cells):
            down = open_[-1].row + 1
            borders.add(down)
            open_ += [replace(cell, row=cell.row + down) for cell in table.cells]
        else:
            yield from _side_by_side(view, open_, borders)
            open_, borders = list(table.cells), set()
        last = table.cells
    yield from _side_by_side(view, open_, borders)


def _goes_on(view: View, above: Sequence[TableCell], cells: Sequence[TableCell]) -> bool:
    """Whether a table continues the one right above: its columns are called the same, and that one had no total row."""
    heads = [{(cell.column, cell.header) for cell in some if cell.header} for some in (above, cells)]
    if not heads[0] or heads[0] != heads[1] or cells[0].start - above[-1].end > _BETWEEN:
        return False
    words = (view.text[cell.start : cell.end] for cell in above if cell.header)
    return all(_sum_of(_plain(word)) < Sum.TOTAL for word in words)


def _side_by_side(view: View, cells: Sequence[TableCell], borders: set[int]) -> Iterator[Grid]:
    """The tables that stand beside each other in one: 收入 and its amounts, 支出 and its amounts."""
    items = {(cell.row, cell.column): item for cell in cells if (item := _item(view, cell)) is not None}
    if len(items) < _FEWEST:
        return
    first = min(column for _, column in items)
    last = max(column for _, column in items)
    names = {cell.header for cell in cells if cell.header and cell.column < first}
    edges = {
        cell.column
        for cell in cells
        if first < cell.column < last and cell.header and (cell.row, cell.column) not in items
        if cell.header in names or _sum_of(_plain(view.text[cell.start : cell.end])) > Sum.WHOLE
    }
    for left, right in pairwise((0, *sorted(edges), last + 1)):
        part = [cell for cell in cells if left <= cell.column < right]
        own = {at: item for at, item in items.items() if left <= at[1] < right}
        if len(own) >= _FEWEST:
            yield _grid(view, part, own, borders)


def _grid(
    view: View, cells: Sequence[TableCell], items: Mapping[tuple[int, int], Item], borders: Collection[int]
) -> Grid:
    lines: dict[int, list[TableCell]] = {}
    for cell in cells:
        lines.setdefault(cell.row, []).append(cell)
    by_row: dict[int, dict[int, Item]] = {}
    by_column: dict[int, dict[int, Item]] = {}
    for (row, column), item in items.items():
        by_row.setdefault(row, {})[column] = item
        by_column.setdefault(column, {})[row] = item
    headers = {cell.column: cell.header for cell in cells if cell.header}
    groups = {name for cell in cells for name in map(_plain, cell.names)}
    rows = [_row(view, line, by_row[row], groups) for row, line in lines.items() if row in by_row]
    columns = [_column(index, headers.get(index, ()), by_column[index]) for index in sorted(by_column)]
    heads = {row for row, line in lines.items() if row not in by_row and any(cell.header for cell in line)}
    subject = "".join(name for at, header in headers.items() if at < min(by_column) for name in header)
    return Grid(_even(rows), _even(columns), frozenset(heads | set(borders)), subject, bool(borders))


def _item(view: View, cell: TableCell) -> Item | None:
    """The number that fills a cell."""
    found = view.inside(cell.start, cell.end)
    if len(found) != 1 or found[0].number is None:
        return None
    item, text = found[0], view.text
    before, behind = text[cell.start : item.start], text[item.figure.end : cell.end]
    if _MODIFIED.fullmatch(before) is None or _TRAILING.fullmatch(behind) is None:
        return None
    return item


def _row(view: View, line: Sequence[TableCell], items: dict[int, Item], groups: Collection[str]) -> Lane:
    first = min(items)
    own = [cell for cell in line if cell.column < first and cell.end - cell.start <= _LONGEST_NAME]
    texts = [view.text[cell.start : cell.end] for cell in own]
    above, names = (tuple(filter(None, map(_plain, some))) for some in (line[0].names, texts))
    title = next((name for name in names if name not in groups), (*names, *above, "")[0])
    lane = _lane(line[0].row, (*above, *names), title, texts or line[0].names, items)
    opening = view.text[view.text.rfind("\n", 0, line[0].start) + 1 : line[0].start] if own else ""
    level = next((depth for text in texts[:2] if (depth := _depth(text)) < _UNNUMBERED), _UNNUMBERED)
    lane.level = level, len(opening.replace("\t", ""))
    return lane


def _column(index: int, header: Sequence[str], items: dict[int, Item]) -> Lane:
    names = tuple(filter(None, map(_plain, header)))
    return _lane(index, names, (names or ("",))[-1], header, items)


def _lane(index: int, names: tuple[str, ...], title: str, texts: Sequence[str], items: dict[int, Item]) -> Lane:
    said = max(map(_sum_of, names), default=Sum.PART)
    return Lane(
        index, names, title, items, sum=said if said > Sum.WHOLE else _sum_of(title),
        among=any(map(_AMONG.match, texts)), added=not any(map(_NOT_ADDED.search, texts)),
    )  # fmt: skip


def _depth(text: str) -> int:
    return next((depth for depth, form in enumerate(_ENUMERATED) if form.match(text)), _UNNUMBERED)


def _plain(name: str) -> str:
    """Return a name without its unit, its number and the blanks that set its characters apart; ``""`` for a number."""
    name = "".join(_UNIT.sub("", name).split())
    for form in _ENUMERATED:
        name = form.sub("", name, count=1) if form.match(name) else name
    name = _AMONG.sub("", name, count=1) if _AMONG.match(name) else name
    return "" if _NUMBER.fullmatch(name) and not is_year(name) else name.strip("：:，,、/-—－ ")


def _sum_of(name: str) -> Sum:
    forms = {Sum.SUBTOTAL: _SUBTOTAL, Sum.TOTAL: _TOTAL, Sum.GRAND: _GRAND, Sum.WHOLE: _WHOLE}
    return next((kind for kind, form in forms.items() if form.fullmatch(name)), Sum.PART)


def _even(lanes: list[Lane]) -> list[Lane]:
    """Let numbers without a unit stand for their rounding: nobody knows whether 12 is a count or 12万元."""
    for lane in lanes:
        lane.items = {at: _rounded(item) for at, item in lane.items.items()}
    return lanes


def _rounded(item: Item) -> Item:
    number = item.number
    if item.figure.unit or number is None or number.step:
        return item
    step = factor(item.figure)
    return Item(item.mention, replace(number, step=step, coarse=max(step, number.coarse)))


def is_made_up(claim: Claim, line: Lane) -> bool:
    """Whether what a sum or difference misses is a number of its line: of another cell, or of one that is taken off.

    合计 is 中央, 省级 and 自筹, and in one row 其他 too; 道路, 水利 and 电力, less 扣减.
    """
    stated, *terms = [item.number for item in claim.items if item.number is not None]
    result = point_of(claim, (stated, *terms))
    missing = abs(stated.value - result)
    if result > stated.value and any(missing in (term.value, 2 * term.value) for term in terms):
        return True  # added, but counted elsewhere already, or to be taken off
    known = {item.start for item in claim.items}
    key = claim.stated.mention.key
    return any(
        item.number is not None and item.number.value == missing
        for item in line.items.values()
        if item.start not in known and item.mention.key == key
    )


def named(item: Item, name: str, place: int) -> str:
    """Return how a figure is written in ``Claim.words``: with the name of its line, where its own does not hold it."""
    name = name.replace("{", "").replace("}", "")
    return f"{{{place}}}" if name in item.figure.indicator else f"{name} {{{place}}}"


def place(lane: Lane, line: Lane) -> str:
    """Say where two lanes cross, in Chinese."""
    names = "”“".join(filter(None, (line.title, lane.title)))
    return f"表中“{names}”" if names else ""


def has_digits(number: Number, figure: Figure, *, more: bool = False) -> bool:
    """Whether a number has so many digits, two or with ``more`` three, that others come to it hardly by chance."""
    shown = abs(number.value) / (number.step or factor(figure))
    return shown >= (_TELLING**2 if more else _TELLING) and number.value != Fraction(100) * factor(figure)
