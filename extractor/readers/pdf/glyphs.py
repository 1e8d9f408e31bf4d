"""The characters of a page with their boxes → pieces of lines, with spaces only where the page shows some.

pdfium guesses spaces from the distance of glyphs and guesses wrong beside digits ("2024 年") and in spaced-out lines.
What it guessed is left out here; spaces that stand in the file stay, others come only from the gaps between glyphs.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extractor.readers.layout.lines import WIDE_GAP, Line

_LATIN = re.compile(r"[A-Za-z]")
_NUMERAL = re.compile(r"[0-9]")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BASELINE = 0.35  # sizes by which baselines of one line differ at most
_RAISED = 0.9  # share of a line's size under which a number that stands higher is a superscript
_WORD_GAP = 0.16  # sizes between two Latin words at least …
_NUMBER_GAP = 0.35  # … and between two numbers
_HYPHEN = "\x02"  # what pdfium makes of a hyphen at the end of a line
_FAULTY = re.compile(r"[\x00\x03-\x08\x0e-\x1f\ufffd\ufffe\uffff\ue000-\uf8ff]")
_RIGHT_ANGLE = 90
_ASCENT = 0.85  # share of its size by which type stands above its baseline …
_DESCENT = 0.15  # … and below
_TWIN = 0.2  # sizes within which a glyph is drawn over itself


class Glyph(NamedTuple):
    """A character: its loose box and baseline, downwards from the top of the page."""

    character: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class PageText:
    """The glyphs of a page by the direction they are read in.

    Attributes:
        glyphs: those in the direction of most.
        turned: those at right angles to it, upright as their own reader sees them.
        slanted: how many stand at other angles (stamps and watermarks), which are left out.
        faulty: how many have no meaning as text.
        turn: by how many quarters the page is turned clockwise to be read.
        width: of the page as turned.
        height: of the page as turned.
    """

    glyphs: list[Glyph]
    turned: list[list[Glyph]]
    slanted: int
    faulty: int
    turn: int
    width: float
    height: float


def read_glyphs(page: pdfium.PdfPage) -> PageText:
    """Return the characters of a page that stand in the file, upright."""
    left, bottom, right, top = page.get_bbox()
    by_turn: dict[int, list[Glyph]] = {}
    slanted = faulty = 0
    text_page = page.get_textpage()
    try:
        for index in range(text_page.count_chars()):
            if raw.FPDFText_IsGenerated(text_page, index) == 1:
                continue
            code = raw.FPDFText_GetUnicode(text_page, index)
            character = _character(code)
            if raw.FPDFText_HasUnicodeMapError(text_page, index) == 1 or _FAULTY.match(character):
                faulty += 1
            quarter = _quarter(raw.FPDFText_GetCharAngle(text_page, index))
            if quarter is None:
                slanted += 1
                continue
            glyph = _glyph(text_page, index, character, quarter, (left, bottom, right, top))
            if glyph is not None:
                by_turn.setdefault(quarter, []).append(glyph)
    finally:
        text_page.close()
    order = Counter({quarter: len(glyphs) for quarter, glyphs in by_turn.items()}).most_common()
    turn = order[0][0] if order else page.get_rotation() // _RIGHT_ANGLE % 4
    width, height = right - left, top - bottom
    if turn % 2:
        width, height = height, width
    ranked = [by_turn[quarter] for quarter, _ in order]
    return PageText(ranked[0] if ranked else [], ranked[1:], slanted, faulty, turn, width, height)


def upright(x: float, y: float, quarter: int, box: tuple[float, float, float, float]) -> tuple[float, float]:
    """Return a point of a page (PDF: upwards from the bottom left) as seen when the page is turned.

    Args:
        x: in points.
        y: in points.
        quarter: by how many quarters the page is turned clockwise.
        box: left, bottom, right and top of the page.
    """
    left, bottom, right, top = box
    match quarter:
        case 0:
            return x - left, top - y
        case 1:
            return y - bottom, x - left
        case 2:
            return right - x, y - bottom
        case _:
            return top - y, right - x


def _quarter(angle: float) -> int | None:
    """Return how many quarters the page is to be turned so that text at ``angle`` (radians) runs to the right."""
    quarters = angle / (math.pi / 2)
    nearest = round(quarters)
    return nearest % 4 if abs(quarters - nearest) < 0.06 else None


def _character(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return "\ufffd"
    character = chr(code)
    return "-" if character == _HYPHEN else character


def _glyph(
    text_page: pdfium.PdfTextPage, index: int, character: str, quarter: int, box: tuple[float, float, float, float]
) -> Glyph | None:
    rect = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    if not raw.FPDFText_GetLooseCharBox(text_page, index, rect) or not raw.FPDFText_GetCharOrigin(
        text_page, index, x, y
    ):
        return None
    corners = (upright(rect.left, rect.bottom, quarter, box), upright(rect.right, rect.top, quarter, box))
    (x1, y1), (x2, y2) = corners
    _, baseline = upright(x.value, y.value, quarter, box)
    matrix = raw.FS_MATRIX()
    scale = math.hypot(matrix.c, matrix.d) if raw.FPDFText_GetMatrix(text_page, index, matrix) else 1.0
    size = raw.FPDFText_GetFontSize(text_page, index) * scale or abs(y1 - y2) or 1.0
    # The box of the font tells nothing of the height of single glyphs; the size does.
    return Glyph(
        character, min(x1, x2), baseline - _ASCENT * size, max(x1, x2), baseline + _DESCENT * size, baseline, size
    )


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """Return the pieces of lines that ``glyphs`` make: split where the gap is wide, superscripts as such."""
    return [line for row in _rows(glyphs) for line in _pieces(row)]


def _rows(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the glyphs of each visual line from left to right; small ones set high or low join the line they stand in."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.baseline):
        if rows and glyph.baseline - rows[-1][0].baseline <= _BASELINE * min(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    heights = [median(glyph.size for glyph in row) for row in rows]
    hosts: dict[int, int] = {}
    for index, row in enumerate(rows):
        for other in (index + 1, index - 1):
            if 0 <= other < len(rows) and heights[index] < _RAISED * heights[other] and _hosts(rows[other], row):
                hosts[index] = other
                break
    for index, other in hosts.items():
        if other not in hosts:
            rows[other] += [
                glyph._replace(character=glyph.character.translate(_SUPERSCRIPTS))
                if glyph.baseline < rows[other][0].baseline
                else glyph
                for glyph in rows[index]
            ]
            rows[index] = []
    for row in rows:
        if row:
            yield _without_doubles(sorted(row, key=lambda glyph: (glyph.left, glyph.right)))


def _hosts(row: Sequence[Glyph], small: Sequence[Glyph]) -> bool:
    """Whether the glyphs of ``small`` all stand within the height of ``row``, right behind one of its glyphs."""
    top, bottom, size = row[0].top, row[0].bottom, row[0].size
    return all(
        top - 0.3 * size <= glyph.top
        and glyph.bottom <= bottom + 0.3 * size
        and any(-0.3 * size <= glyph.left - other.right <= 0.5 * size for other in (*row, *small) if other is not glyph)
        for glyph in small
    )


def _without_doubles(row: list[Glyph]) -> list[Glyph]:
    """Return the row without glyphs drawn twice to look bold, or over each other as a shadow."""
    kept: list[Glyph] = []
    for glyph in row:
        twins = (other for other in kept[-2:] if other.character == glyph.character)
        if all(glyph.left - other.left > _TWIN * glyph.size for other in twins):
            kept.append(glyph)
    return kept


def _pieces(row: Sequence[Glyph]) -> Iterator[Line]:
    printed = [glyph for glyph in row if not glyph.character.isspace()]
    if not printed:
        return
    gaps = [after.left - before.right for before, after in pairwise(printed)]
    usual = max(0.0, median(gaps)) if len(gaps) > 3 else 0.0
    size = max(glyph.size for glyph in printed)
    piece: list[Glyph] = []
    text = ""
    spaced = False
    for glyph in row:
        if glyph.character.isspace():
            spaced = True
            continue
        if piece:
            gap = glyph.left - piece[-1].right - min(usual, 0.8 * size)
            if gap > WIDE_GAP * size:
                yield _line(text, piece)
                piece, text = [], ""
            elif spaced or _apart(piece[-1], glyph, gap):
                text += " "
        spaced = False
        piece.append(glyph)
        text += glyph.character
    yield _line(text, piece)


def _apart(before: Glyph, after: Glyph, gap: float) -> bool:
    """Whether a gap that no character fills separates two Latin words or two numbers."""
    if _LATIN.match(before.character) and _LATIN.match(after.character):
        return gap > _WORD_GAP * after.size
    if _NUMERAL.match(before.character) and _NUMERAL.match(after.character):
        return gap > _NUMBER_GAP * after.size
    return False


def _line(text: str, glyphs: Sequence[Glyph]) -> Line:
    return Line(
        text,
        glyphs[0].left,
        min(glyph.top for glyph in glyphs),
        max(glyph.right for glyph in glyphs),
        max(glyph.bottom for glyph in glyphs),
        median(glyph.size for glyph in glyphs),
    )
