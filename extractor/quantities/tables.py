"""Tables: a number in a cell takes label and unit from the headers of its column and of its row.

Where the cells stand, the reader of a format tells (:class:`~extractor.types.Part`, with the headers of every cell);
in plain text they are found: lines with TABs, or one cell on each line. From then on both are read alike, row by row:

* 投资（万元） over 120 makes 1,200,000 元; so do 投资（万元） left of it, a column of units, and 单位：万元 above the table.
* The label joins the words of the row and of the column: 粮食 and 产量 are 粮食产量. Places, totals and dates are no
  part of it; a year (2019年, 上年同期 over the column) is kept apart as ``period_label``.
* Without a header over it, a number belongs to the words left of it, if these tell a unit: 贫困户数（户） and 230.
* Serial, telephone and document numbers and dates are no figures, not even in a row with a column of units, and a column
  of periods (年份, 统计时期) tells the period of its row; sentences in a cell are read like any other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.quantities.grids import Field, closed_up, is_number, tables
from extractor.quantities.lexer import Mention, lex
from extractor.quantities.ranges import join
from extractor.resources.cells import is_year
from extractor.resources.headers import (
    LONGEST_HEADER,
    Measure,
    implied_measure,
    is_dated,
    is_reference,
    is_source,
    may_refer,
    split_unit,
    without_enumeration,
)
from extractor.resources.implied_units import last_implied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extractor.types import Part

_UNIT_COLUMN = re.compile(r"(?:计量|数量)?单位")
_CAPTION = re.compile(r"单位[^\S\n]*[:：]")
_CAPTION_UNIT = re.compile(r"[^\S\n]*[、，,；;和及]?[^\S\n]*(?P<unit>[^\s:：、，,；;和及（(）)【】\[\]\d]{1,8})")
_TELEPHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}[-－]\d{7,8}|\d{15,18}")
_DATE_NUMBER = re.compile(r"(?:19|20)\d\d(?:[.．](?:0?[1-9]|1[0-2]))?")
_YEAR = re.compile(
    r"(?<!\d)(?:19|20)(?:\d\d|[xX×*]{2})年(?:度|[末底初]|[上下]半年|前[一二三]季度|(?:\d{1,2}[-－—–~～至])?\d{1,2}月(?:份|[末底])?)?"
)
_PERIOD = re.compile(r"(?P<year>(?:19|20)\d\d)(?:[-./．]?(?P<month>1[0-2]|0[1-9]|(?<=\D)[1-9])(?:\D.*|\d\d)?)?")
_NEAR_YEAR = r"(?:[今本去]年|上年|前年|当年)度?(?!结[转余]|留)(?:同[期月]|年?[末底初])?"
_RELATIVE = re.compile(rf"^{_NEAR_YEAR}|[（(]{_NEAR_YEAR}[）)]")
_TOTAL = re.compile(r"(?:合|小|总|累|共)\s*计|总数|[全本][省市州县区旗乡镇村]")
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,7}(?:[省市州县区旗乡镇村]|街道|社区|林场|农场)")
_NAMES = re.compile(
    r"[省市州县区旗乡镇村组][名别]?|乡镇.{0,4}|.{0,4}(?:地区|区划|单位|部门|镇村|村组|[乡镇县区]名称|村名称?)|姓名"
    r"|.{0,2}(?:负责|联系)人|备注"
)
_GENERIC = re.compile(
    r"数量|数值|数据|数|数额|指标值|值|合计|总计|小计|总数|.{0,2}情况|绝对[数值量]|总量"
    r"|(?:累计|实际|全年)?(?:完成|实绩|实现)|实际"
)
_PART = re.compile(r"其中")
_CLASS = re.compile(r"年龄|周岁|级别|等级|档次|分数")
_RELATION = re.compile(r"(?:[比较占]|同比|环比|增长|增幅|增速|增减|升降|下降)")
_LEAD = re.compile(r"(?:约|近|超过?|逾|达|[-－−–+＋±≥≤<>])?")
_TAIL = re.compile(r"(?:左右|以上|以下|以内)?")
_BREAK = re.compile(r"(?:左右|以上|以下|以内)?(?:\Z|[\s、，,；;/／。（(]*)")
_MINUS = frozenset("-－−–")
_CAPTION_LINES = 3
_CAPTION_REACH = 160
_KEY_AND_VALUE = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and what its headers say of a number in it.

    Attributes:
        start: where its text begins.
        end: where its text ends.
        label: words of the headers of row and column.
        period_label: the year that a header names (2019年, 上年同期), else ``""``.
        measure: the unit that a header, a column of units or a caption tells.
        numeric: whether a bare number in the cell is a figure.
        is_name: whether a quantity that fills the cell is none but names its row (3000元以下).
    """

    start: int
    end: int
    label: str = ""
    period_label: str = ""
    measure: Measure | None = None
    numeric: bool = False
    is_name: bool = False


def find_cells(text: str, parts: Sequence[Part] = ()) -> list[Cell]:
    """Return the cells of every table in ``text``, in order.

    Args:
        text: the whole document.
        parts: where the reader found its parts; cells among them stand for all tables, else tables are looked for.
    """
    cells: list[Cell] = []
    end = 0  # of the table before, if it has figures: what stands in it tells nothing of the next
    for rows in tables(text, parts):
        cells += _read_table(text, rows, end if end <= rows[0][0].start else 0)
        if any(is_number(field.text) for row in rows for field in row):
            end = rows[-1][-1].end
    return sorted(cells, key=lambda cell: cell.start)


def read_cells(text: str, mentions: Iterable[Mention], cells: Sequence[Cell]) -> list[Mention]:
    """Return ``mentions`` with those in ``cells`` read anew, cell by cell: no number or unit reaches across a border."""
    starts = [cell.start for cell in cells]
    kept = []
    for mention in mentions:
        position = bisect_right(starts, mention.start) - 1
        if position < 0 or mention.start >= cells[position].end:
            kept.append(mention)
    found = [mention for cell in cells for mention in _mentions(text, cell)]
    return sorted((*kept, *found), key=lambda mention: mention.start)


def _mentions(text: str, cell: Cell) -> Iterator[Mention]:
    content = text[cell.start : cell.end]
    found = list(join(content, lex(content)))
    leads = bool(found) and _LEAD.fullmatch(content, 0, found[0].start) is not None
    alone = leads and len(found) == 1 and _TAIL.fullmatch(content, found[0].end) is not None
    for position, mention in enumerate(found):
        if alone and cell.is_name:
            return
        if alone and mention.unit is None and not mention.masked:
            if not cell.numeric:
                return
            _take_measure(mention, cell)
        following = found[position + 1].start if position + 1 < len(found) else len(content)
        leads = leads and _BREAK.match(content, mention.end, following) is not None
        if leads:
            mention.label, mention.period_label = cell.label, cell.period_label
            if alone and mention.value is not None and mention.start and content[0] in _MINUS:
                mention.start, mention.value = 0, -mention.value
        leads = leads and _BREAK.fullmatch(content, mention.end, following) is not None
        mention.start += cell.start
        mention.number_end += cell.start
        mention.end += cell.start
        yield mention


def _take_measure(mention: Mention, cell: Cell) -> None:
    mention.in_cell = True
    if cell.measure is not None and mention.value is not None:
        mention.unit, mention.rate = cell.measure.unit, cell.measure.rate
        mention.value *= cell.measure.scale
        mention.upper = None if mention.upper is None else mention.upper * cell.measure.scale


def _read_table(text: str, rows: Sequence[Sequence[Field]], since: int) -> Iterator[Cell]:
    captions = _captions(text, rows, since)
    columns = max(len(row) for row in rows)
    first_header: tuple[str, ...] = ()  # of the first column, for rows where its cell continues the one above
    headers: dict[str, tuple[str, ...]] = {}  # of the other names, for rows below that continue them
    for row in rows:
        opening, *others = row
        headers.update((field.text, field.header) for field in others)
        continued = [
            replace(opening, text=name, row_header="", header=headers.get(name, ()), end=opening.start)
            for name in row[-1].continued
        ]
        if opening.row_header:
            first = replace(opening, text=opening.row_header, row_header="", header=first_header, end=opening.start)
            row = [first, *continued, *row]
        else:
            row = [opening, *continued, *others]
        first_header = row[0].header
        yield from _read_row(row, captions, columns)


def _captions(text: str, rows: Sequence[Sequence[Field]], since: int) -> tuple[Measure, ...]:
    """Return the units that stand above the table, or in the rows over its first figures (单位：万元、公里).

    Above it, the text from ``since`` on is looked at.
    """
    first = rows[0][0].start
    above = text[max(since, first - _CAPTION_REACH) : first].rstrip().split("\n")[-_CAPTION_LINES:]
    head = [field.text for row in rows[:_CAPTION_LINES] for field in row if not is_number(field.text)]
    lines = "\n".join((*above, *head))
    for match in _CAPTION.finditer(lines):
        found: list[Measure] = []
        position = match.end()
        while (unit := _CAPTION_UNIT.match(lines, position)) is not None:
            measure = _measure(unit["unit"])
            if measure is None:
                break
            found.append(measure)
            position = unit.end()
        if found:
            return tuple(found)
    return ()


@dataclass(slots=True)
class _Stub:
    """The words with which a row begins: the names of what its numbers measure, its year, its unit."""

    names: list[str]
    year: str = ""
    measure: Measure | None = None


def _read_row(row: Sequence[Field], captions: Sequence[Measure], columns: int) -> Iterator[Cell]:
    stub = _stub(row)
    key: Field | None = None
    is_series = any(is_number(field.text) for field in row[1:]) and not _counts(row[0], row)
    whole = _Whole()
    for field in row:
        if field.start == field.end:  # stands for a cell above
            key = field
            continue
        if not any(character.isdecimal() for character in field.text) or len(field.text) > LONGEST_HEADER:
            key = field
            yield Cell(field.start, field.end)
            continue
        names = [name for name in field.header if not is_number(name) or is_year(name)]
        if field is row[0] and names and is_series:
            cell = Cell(field.start, field.end, is_name=True)
        elif names:
            cell = _under_header(field, names, stub, captions, whole, columns)
        else:
            cell = _after_key(field, key, captions)
        if cell.numeric and (cell.measure is None or cell.measure.unit.dimension != "percent"):
            whole.label = cell.label
            if names and not any(map(_PART.match, names)):
                whole.header = names[-1]
        if not is_number(field.text):
            key = field
        yield cell


@dataclass(slots=True)
class _Whole:
    """What the cells to the right relate to: 比上年增长 to the last amount, 其中 to the last that is no part itself."""

    label: str = ""
    header: str = ""


def _counts(first: Field, row: Sequence[Field]) -> bool:
    """Whether the first cell of a row without any words is no serial number or class but counts something itself."""
    header = "".join(first.header)
    words, measure = _unit_of(header)
    return (
        all(is_number(field.text) for field in row)
        and not is_year(first.text)
        and not (is_reference(header) or may_refer(header))
        and not _CLASS.search(header)
        and (measure is not None or last_implied(words) is not None)
    )


def _stub(row: Sequence[Field]) -> _Stub:
    stub = _Stub([])
    leading = True
    for position, field in enumerate(row):
        header = "".join(field.header)
        if _UNIT_COLUMN.fullmatch(header):
            stub.measure = _measure(field.text)
            if stub.measure is not None:
                continue
        if not leading:
            continue
        if field.header and is_reference(
            field.header[-1]
        ):  # 白河镇, 2023, 投资: what comes behind it names the row too
            stub.year = stub.year or (_period(field.text) if is_dated(field.header[-1]) else "")
        elif is_year(field.text) and (position == 0 or "年" in header):
            stub.year = field.text + "年"
        elif field.text[0].isdecimal() and position > 0:
            leading = False
        elif is_number(field.text):
            leading = field.text.isdecimal()  # a serial number
        elif not _NAMES.fullmatch(header) or _unit_of(field.text)[1] is not None:
            stub.names.append(closed_up(field.text))
    return stub


def _period(text: str) -> str:
    """Return a period as people speak of it: 2023年 for 2023, 2023年6月 for 202306 and 2023-06."""
    found = _PERIOD.fullmatch(text)
    if found is None:
        return text
    month = f"{int(found['month'])}月" if found["month"] else ""
    return f"{found['year']}年{month}"


def _under_header(
    field: Field, names: Sequence[str], stub: _Stub, captions: Sequence[Measure], whole: _Whole, columns: int
) -> Cell:
    """Return a cell with a header over it."""
    row_names = [name for name in stub.names if name != field.text]
    heads = [_unit_of(name) for name in names]
    sides = [_unit_of(name) for name in row_names]
    own = _last(measure for _, measure in heads)
    aside = _last(measure for _, measure in sides)
    words, year = _words([name for name, _ in heads])
    row_words, row_year = _words([name for name, _ in sides])
    if own is None and aside is not None and columns == _KEY_AND_VALUE:
        words = []  # what stands over the numbers of a list of keys and values is only the first of them
    words = _in_order(words, whole.header if any(map(_PART.match, names)) else "")
    told = own or aside or stub.measure
    relation = bool(words) and _RELATION.match(words[-1]) is not None
    if relation and whole.label:
        label = _joined((whole.label, words[-1]))
    else:
        label = _joined((*row_words, *(words if not row_words else filter(_is_specific, words))))
    measure = told or implied_measure(words, row_words, () if relation else captions)
    period = year or row_year or stub.year
    no_figures = any(map(may_refer, [*words[-1:], *row_words[-1:]])) and told is None
    no_figures |= is_reference(names[-1]) or (is_year(field.text) and is_dated(heads[-1][0]))
    called = words or row_words or told or period or any(map(_TOTAL.fullmatch, names))
    numeric = bool(called) and not no_figures and not _is_code(field.text, measure)
    return Cell(field.start, field.end, label, period, measure, numeric)


def _after_key(field: Field, key: Field | None, captions: Sequence[Measure]) -> Cell:
    """Return a cell without a header over it: the words left of it name it, if they tell what is counted."""
    if key is None:
        return Cell(field.start, field.end)
    name, told = _unit_of(key.text)
    words, year = _words([name])
    measure = told or implied_measure(words, (), captions)
    no_figures = is_reference(key.text) or (told is None and any(map(may_refer, words)))
    numeric = measure is not None and not no_figures and (told is not None or not _DATE_NUMBER.fullmatch(field.text))
    return Cell(field.start, field.end, _joined(words), year, measure, numeric)


def _is_code(text: str, measure: Measure | None) -> bool:
    """Whether a number is one that names or dates something: a telephone number, or a year where nothing is counted."""
    return _TELEPHONE.fullmatch(text) is not None or (measure is None and _DATE_NUMBER.fullmatch(text) is not None)


def _last(measures: Iterable[Measure | None]) -> Measure | None:
    found = [measure for measure in measures if measure is not None]
    return found[-1] if found else None


@lru_cache(maxsize=4096)
def _unit_of(header: str) -> tuple[str, Measure | None]:
    """Return a header without its unit, and the unit: 投资（万元）, 投资/万元, or 万元 alone."""
    return split_unit(header, _measure)


@lru_cache(maxsize=1024)
def _measure(unit: str) -> Measure | None:
    """Read 万元, 公里, 元/人 as the lexer reads it behind the number 1."""
    written = "1" + unit
    mention = None if any(map(str.isdecimal, unit)) else next(lex(written), None)
    if mention is None or mention.unit is None or mention.value is None or mention.end != len(written):
        return None
    return Measure(mention.unit, mention.value, mention.rate)


def _words(names: Iterable[str]) -> tuple[list[str], str]:
    """Return what the headers say besides totals, places and dates, and the last year they name."""
    words, year = [], ""
    for name in names:
        name = without_enumeration(name)
        found = _YEAR.search(name) or _RELATIVE.search(name)
        if found is not None:
            year = found[0].strip("（()）")
            name = name[: found.start()] + name[found.end() :]
        elif is_year(name):
            year, name = name + "年", ""
        name = "".join(name.split()).strip("（）()[]【】-—:：±")
        if name and not _TOTAL.fullmatch(name) and not _PLACE.fullmatch(name):
            words.append(name)
    return words, year


def _is_specific(word: str) -> bool:
    return _GENERIC.fullmatch(word) is None


def _in_order(storeys: Sequence[str], whole: str) -> list[str]:
    """Return the storeys of a header in the order they are spoken: 中央 below 投资 is 中央投资.

    ``whole`` is the header that a source below 其中 is part of: 总投资.
    """
    words = list(storeys)
    sources: list[str] = []
    while words and is_source(words[-1]):
        sources.append(words.pop())
    if not words and sources and whole:
        words = _words([_unit_of(whole)[0].removeprefix("总")])[0][-1:]
    if not words:
        return sources[::-1] if len(sources) > 1 else sources
    return [*words[:-1], _joined((*sources, words[-1]))]


def _joined(words: Iterable[str]) -> str:
    """Return the words as one phrase; what one of them already says is not said again."""
    label = ""
    for word in words:
        if word in label:
            continue
        if label in word:
            label = word
            continue
        common = next((size for size in range(min(len(label), len(word)) - 1, 1, -1) if label.endswith(word[:size])), 0)
        label += word[common:]
    return label
