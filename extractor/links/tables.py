"""Tables: a row or column called 合计, 小计 or 总计 is the total of cells above or beside it.

Which ones those are, the numbers tell: the lines up to the total before, all plain lines, or the subtotals; the reading
that adds up in most of the lines crossing it is meant. A table with one total row means all of its rows, even where a
number is misprinted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from extractor.link_cues import pattern
from extractor.links.sums import balances, is_under

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from extractor.mentions import Mention
    from extractor.types import Scope, Table, TableCell

_SUMS = (re.compile(r".{0,6}小\s*计"), re.compile(r".{0,6}[合共]\s*计"), re.compile(r".{0,6}总\s*计"))
_UNIT = re.compile(r"[（(\[【/／].*")
_AMONG = re.compile(r"\s*其\s*中|#")
_NOT_ADDED = pattern("<average>|率|占比|比重|比例|增长|增幅|增速|同比|标准|年限|期限|序号|累计")
_Told = dict[tuple[str, "Decimal"], "Mention"]
_FEWEST = 2  # parts of a total
_MOST = 12  # lines beside a total of which the first few are tried
_TELLING = 10


@dataclass(eq=False, slots=True)
class _Line:
    """A row or column: how high a total it calls itself (0 none), whether it is a part (其中), its figures by crossing line."""

    rank: int
    among: bool
    figures: dict[int, Mention]


def totals(mentions: Sequence[Mention], parents: list[int | None], scope: Scope) -> None:
    """Give the cells of every table that are part of nothing yet their total, that of a row before that of a column."""
    if not scope.tables:
        return
    starts = [mention.figure.start for mention in mentions]
    told = _told(mentions)
    for table in scope.tables:
        if "计" not in scope.text[table.cells[0].start : table.cells[-1].end]:
            continue
        found = dict(_figures(mentions, starts, table))
        if not found:
            continue
        for lines, only in ((_rows(scope.text, table, found), True), (_columns(table, found), False)):
            for here, line in enumerate(lines):
                if line.rank:
                    _link(told, lines, here, parents, alone=only and sum(bool(one.rank) for one in lines) == 1)


def _told(mentions: Sequence[Mention]) -> _Told:
    """The first mention of each amount that may be a part or a total."""
    told: _Told = {}
    for mention in mentions:
        if mention.amount is not None and mention.summable:
            told.setdefault((mention.key, mention.amount), mention)
    return told


def _figures(
    mentions: Sequence[Mention], starts: Sequence[int], table: Table
) -> Iterator[tuple[tuple[int, int], Mention]]:
    for cell in table.cells:
        first, last = bisect_left(starts, cell.start), bisect_left(starts, cell.end)
        if last - first == 1:
            yield (cell.row, cell.column), mentions[first]


def _rows(text: str, table: Table, found: dict[tuple[int, int], Mention]) -> list[_Line]:
    names: dict[int, list[str]] = {}
    for cell in table.cells:
        if (cell.row, cell.column) not in found:
            names.setdefault(cell.row, []).append(text[cell.start : cell.end])
    rows: dict[int, dict[int, Mention]] = {}
    for (row, column), mention in found.items():
        rows.setdefault(row, {})[column] = mention
    return [_line(names.get(row, ()), figures) for row, figures in sorted(rows.items())]


def _columns(table: Table, found: dict[tuple[int, int], Mention]) -> list[_Line]:
    headers: dict[int, TableCell] = {}
    columns: dict[int, dict[int, Mention]] = {}
    for cell in table.cells:
        mention = found.get((cell.row, cell.column))
        if mention is not None and cell.header:
            headers.setdefault(cell.column, cell)
            columns.setdefault(cell.column, {})[cell.row] = mention
    return [_line(headers[column].header[-1:], figures) for column, figures in sorted(columns.items())]


def _line(names: Iterable[str], figures: dict[int, Mention]) -> _Line:
    bare = [_UNIT.sub("", name).strip() for name in names]
    rank = max((rank for name in bare for rank, one in enumerate(_SUMS, 1) if one.fullmatch(name)), default=0)
    return _Line(rank, any(map(_AMONG.match, bare)), figures)


def _link(told: _Told, lines: Sequence[_Line], here: int, parents: list[int | None], *, alone: bool) -> None:
    """Choose what a total adds up, and point it there."""
    total = lines[here]
    tried = [
        (sum(balances(parts, whole) for whole, parts in _sums(total, reading)), -order, reading)
        for order, reading in enumerate(_readings(lines, here))
    ]
    held, _, meant = max(tried, key=lambda one: one[:2], default=(0, 0, []))
    if not held:
        if not alone:
            return
        meant = [line for line in lines if not line.rank and not line.among]
    first = min(next(iter(line.figures.values())).index for line in lines)  # they stand in the order of the text
    for whole, parts in _sums(total, meant):
        stated = _stated(told, whole, first)
        for part in parts:
            if parents[part.index] is None and not is_under(stated.index, part.index, parents):
                parents[part.index] = stated.index


def _stated(told: _Told, whole: Mention, first: int) -> Mention:
    """The first statement of a total, which the text before the table may give; small numbers are alike by chance."""
    if whole.amount is None or whole.amount < _TELLING:
        return whole
    same = told.get((whole.key, whole.amount))
    return same if same is not None and same.index < first else whole


def _sums(total: _Line, parts: Sequence[_Line]) -> Iterator[tuple[Mention, list[Mention]]]:
    """The totals of a line, each with its parts in the lines given."""
    for at, whole in total.figures.items():
        if not _is_added(whole):
            continue
        found = [line.figures[at] for line in parts if at in line.figures]
        like = [part for part in found if part.key == whole.key and _is_added(part)]
        if len(like) >= _FEWEST:
            yield whole, like


def _is_added(mention: Mention) -> bool:
    return not (mention.percent or "/" in mention.figure.unit or _NOT_ADDED.search(mention.label))


def _readings(lines: Sequence[_Line], here: int) -> Iterator[list[_Line]]:
    """What a total may add up, the likeliest first: what stands before it, and what follows it."""
    total = lines[here]
    for beside in (list(reversed(lines[:here])), lines[here + 1 :]):
        run = _until(beside, 1)
        plain = [line for line in run if not line.among]
        yield plain
        group = _until(beside, total.rank)
        top = max((line.rank for line in group), default=0)
        free = len(_until(group, top)) if top else 0  # what no subtotal has added up
        yield [line for at, line in enumerate(group) if (line.rank == top > 0 or at < free) and not line.among]
        yield [line for line in group if not line.rank and not line.among]
        for size in range(_FEWEST, min(len(plain), _MOST)):
            yield plain[:size]
        yield run  # 其中 over all of them


def _until(lines: Sequence[_Line], rank: int) -> list[_Line]:
    """The lines up to the first that is a total of ``rank`` or higher."""
    return list(takewhile(lambda line: line.rank < rank, lines))
