"""The ruled lines of a page: strokes, thin filled boxes and the edges of boxes, straight along the page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extractor.readers.layout.lines import Stroke
from extractor.readers.pdf.glyphs import upright

_STRAIGHT = 1.0  # points by which a line may lean
_SHORTEST = 1.0
_MOST_SEGMENTS = 50_000
"""Segments of paths on a page from which on it is a drawing or a map, whose lines rule no table."""

Box = tuple[float, float, float, float]
Point = tuple[float, float]


def read_strokes(paths: list[pdfium.PdfObject], turn: int, box: Box) -> tuple[Stroke, ...]:
    """Return the ruled lines among ``paths``, on the page turned by ``turn`` quarters."""
    strokes: list[Stroke] = []
    segments = 0
    for path in paths:
        segments += raw.FPDFPath_CountSegments(path)
        if segments > _MOST_SEGMENTS:
            return ()
        for start, end in _edges(path):
            stroke = _stroke(upright(*start, turn, box), upright(*end, turn, box))
            if stroke is not None:
                strokes.append(stroke)
    return tuple(strokes)


def _stroke(start: Point, end: Point) -> Stroke | None:
    (x1, y1), (x2, y2) = start, end
    left, right, top, bottom = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
    if bottom - top <= _STRAIGHT and right - left >= _SHORTEST:
        return Stroke(left, (top + bottom) / 2, right, (top + bottom) / 2)
    if right - left <= _STRAIGHT and bottom - top >= _SHORTEST:
        return Stroke((left + right) / 2, top, (left + right) / 2, bottom)
    return None


def _edges(path: pdfium.PdfObject) -> Iterator[tuple[Point, Point]]:
    """Yield the straight segments of a path on the page."""
    matrices = [path.get_matrix()]
    container = path.container
    while container is not None:
        matrices.append(container.get_matrix())
        container = container.container
    begin = here = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        if not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = (x.value, y.value)
        for matrix in matrices:
            point = matrix.on_point(*point)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begin = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield here, point
        here = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield here, begin
