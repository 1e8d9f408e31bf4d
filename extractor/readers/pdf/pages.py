"""One page of a PDF → what stands on it: lines, ruled tables, and whether it has text at all or must be recognised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extractor.encoding import share_of_common
from extractor.readers.layout.grids import Frame, find_frames, place_in
from extractor.readers.layout.lines import Line
from extractor.readers.layout.page import Page
from extractor.readers.pdf.glyphs import Glyph, PageText, lines_of, read_glyphs
from extractor.readers.pdf.strokes import read_strokes

_FAULTY_SHARE = 0.2  # of the glyphs without meaning from which on the text layer is useless
_COMMON_SHARE = 0.3  # of common characters among those beyond ASCII below which it is
_JUDGED_FROM = 20  # glyphs that a judgement takes
_STAMP = 60  # glyphs over a picture of the whole page that are no text layer but a stamp or a page number
_PICTURE_SHARE = 0.5  # of the page that a scan covers at least
_ILLUSTRATION_SHARE = 0.1  # of the page from which on a picture beside text is worth a word
_MANY_PATHS = 100  # drawn shapes on a page without text: letters as outlines


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page as its text layer tells it.

    Attributes:
        content: what stands on it.
        needs_ocr: why its text layer cannot be used: it is a scan, its text has no meaning, or its letters are drawn.
        has_pictures: whether it has pictures beside its text that are large enough to hold text.
        slanted: how many characters stand at an angle and were left out.
        turn: by how many quarters the page is turned clockwise to be read.
    """

    content: Page
    needs_ocr: bool
    has_pictures: bool
    slanted: int
    turn: int


def read_page(page: pdfium.PdfPage, number: int) -> PdfPage:
    """Read the text layer of a page; ``number`` counts from 1."""
    text = read_glyphs(page)
    box = page.get_bbox()
    paths: list[pdfium.PdfObject] = []
    largest = 0.0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE]):
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            paths.append(item)
        else:
            largest = max(largest, _share_of_page(item.get_bounds(), box))
    needs_ocr = (
        _is_useless(text)
        or (largest >= _PICTURE_SHARE and sum(map(len, (text.glyphs, *text.turned))) < _STAMP)
        or (not text.glyphs and (largest > 0 or len(paths) >= _MANY_PATHS))
    )
    content = Page(number, text.width, text.height)
    if not needs_ocr:
        strokes = read_strokes(paths, text.turn, box)
        content = _with_text(content, text.glyphs, find_frames(strokes))
        for glyphs in text.turned:
            content = replace(content, lines=content.lines + _beside(content, glyphs))
    return PdfPage(content, needs_ocr, largest >= _ILLUSTRATION_SHARE, text.slanted, text.turn)


def _with_text(page: Page, glyphs: Iterable[Glyph], frames: Sequence[Frame]) -> Page:
    """Return the page with its glyphs as lines, in the cells of tables or outside of them."""
    outside, held = place_in(frames, glyphs)
    grids = []
    for frame, cells in zip(frames, held, strict=True):
        contents = {cell: lines for cell, inside in cells.items() if (lines := tuple(lines_of(inside)))}
        if contents:
            grids.append(frame.filled(contents))
    return replace(page, lines=tuple(lines_of(outside)), grids=tuple(grids))


def _beside(page: Page, glyphs: Sequence[Glyph]) -> tuple[Line, ...]:
    """Return what is written at a right angle to the page as lines below everything else, as wide as they are long."""
    lines = lines_of(glyphs)
    top = min((line.top for line in lines), default=0.0)
    return tuple(
        replace(line, top=line.top - top + page.height, bottom=line.bottom - top + page.height) for line in lines
    )


def _is_useless(text: PageText) -> bool:
    """Whether the text layer has no meaning: fonts without a table of their characters, or with a wrong one."""
    characters = "".join(glyph.character for glyphs in (text.glyphs, *text.turned) for glyph in glyphs)
    total = len(characters) + text.slanted
    if total < _JUDGED_FROM:
        return False
    return text.faulty > _FAULTY_SHARE * total or share_of_common(characters) < _COMMON_SHARE


def _share_of_page(bounds: tuple[float, float, float, float], box: tuple[float, float, float, float]) -> float:
    width = max(0.0, min(bounds[2], box[2]) - max(bounds[0], box[0]))
    height = max(0.0, min(bounds[3], box[3]) - max(bounds[1], box[1]))
    area = (box[2] - box[0]) * (box[3] - box[1])
    return width * height / area if area > 0 else 0.0
