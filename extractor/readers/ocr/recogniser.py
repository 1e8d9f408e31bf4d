"""The picture of a page → lines and ruled tables, upright, in the units the caller counts in.

RapidOCR finds pieces of lines however they are turned. From how most of them stand follows how the page is turned: by
quarters the picture is turned and looked at again, a slant of a few degrees is taken out of the boxes.
"""

from __future__ import annotations

import math
import os
import re
import time
from bisect import bisect_right
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from extractor.errors import ReadError
from extractor.readers.layout.grids import Cell, Frame, find_frames, place_in
from extractor.readers.layout.lines import Line, Stroke, width_of
from extractor.readers.layout.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from PIL.Image import Image

    from extractor.readers.writer import Writer

LONGEST_SIDE = 2000
"""Pixels of the longer side of a picture that the recogniser takes; 170 dots per inch on A4. A larger one is reduced."""

_SHORTEST_SIDE = 64
_SLIMMEST = 4
"""A picture that is shorter, or so many times longer than wide, gets a margin: RapidOCR would enlarge it to gigabytes."""
_TYPE = 0.75  # share of the height of the box of a piece that is the size of its type
_FAR_APART = 3.0  # sizes of the type by which a piece is longer than its text if its two words stand apart
_SURE = 0.5  # confidence below which a piece is no text but a stamp or a picture
_SAME_SIZE = 0.15  # share by which the size of type that a line seems to have may be off
_FEWEST_CHARACTERS = 6  # of a line from which on its width tells the size of its type
_TALL = 1.5  # times its width that a piece is high if it is turned by a quarter
_PER_MILLE = re.compile(r"%[oO0](?![\d.])")  # as ‰ is read
_INSET = 0.22  # share of its height above and below that the box of a line reaches beyond its letters
_RULED = 40  # this part of the width of the page is a ruled line long at least …
_FADED = 25  # … and this part of it is bridged where it fades
_THICKEST = 3  # units (points on A4) by which a ruled line may be thick

Point = tuple[float, float]


class Piece(NamedTuple):
    """What the recogniser tells of a piece; its corners run clockwise from the top left of the picture."""

    text: str
    corners: tuple[Point, ...]
    confidence: float


def is_installed() -> bool:
    """Whether the extra ``ocr`` is installed."""
    try:
        return all(find_spec(package) is not None for package in ("rapidocr", "onnxruntime"))
    except ValueError:  # what sys.modules says is not there
        return False


@cache
def _engine() -> Any:
    # From 1.31 onnxruntime reports on its use to its maker unless it is told not to before it is loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    from rapidocr import RapidOCR

    return RapidOCR(
        params={"Global.log_level": "critical", "Global.text_score": 0.0, "Global.max_side_len": LONGEST_SIDE}
    )


class Recogniser:
    """Recognises the pages of one file.

    Args:
        seconds: that all of them may take.

    Attributes:
        doubtful: how many pieces were left out because they are hardly text.

    Raises:
        ReadError: ``needs_ocr`` if the extra ``ocr`` is not installed.
    """

    def __init__(self, seconds: int) -> None:
        if not is_installed():
            raise ReadError(
                "这是扫描件或图片，要做文字识别才能读取；请运行 pip install 'gouji[ocr]' 后再试",
                "the extra 'ocr' is not installed",
                kind="needs_ocr",
            )
        self.doubtful = 0
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds

    def read(self, picture: Image, number: int, width: float = 0.0) -> Page:
        """Recognise one page.

        Args:
            picture: in RGB; best reduced to :data:`LONGEST_SIDE`.
            number: of the page.
            width: of the page as the picture shows it, in the units of the result; ``0`` for pixels.

        Raises:
            ReadError: ``timeout``.
        """
        if time.monotonic() > self._deadline:
            raise ReadError(
                f"文字识别超过 {self._seconds} 秒，到第 {number} 页前中止；请拆分文件，"
                "或用环境变量 GOUJI_MAX_SECONDS_PER_FILE 调高上限",
                f"recognition took more than {self._seconds} s",
                kind="timeout",
            )
        pixels, pieces = _pieces(picture)
        sure = [piece for piece in pieces if piece.confidence >= _SURE]
        self.doubtful += len(pieces) - len(sure)
        height, across = pixels.shape[:2]
        upright = _Upright(across, height, _slant(sure), width / across or 1.0)
        lines = _sized([_line(piece, upright) for piece in sure])
        page = Page(number, upright.width, upright.height)
        frames = find_frames(_strokes(pixels, pieces, upright))
        outside, held = place_in(frames, lines)
        grids = tuple(
            frame.filled(
                {part: tuple(own) for cell, inside in cells.items() for part, own in _split(frame, cell, inside)}
            )
            for frame, cells in zip(frames, held, strict=True)
            if cells
        )
        return replace(page, lines=tuple(outside), grids=grids)


def _split(frame: Frame, cell: Cell, lines: Sequence[Line]) -> Iterator[tuple[Cell, list[Line]]]:
    """Yield the cells that one seems to be because the ruled line between them is too faint, with what they hold."""
    row, column, height, span = cell
    columns = [(bisect_right(frame.across, line.left), bisect_right(frame.across, line.right)) for line in lines]
    if span == 1 or height > 1 or len(set(columns)) == 1 or any(begin != end for begin, end in columns):
        yield cell, list(lines)
        return
    for own in range(column, column + span):
        held = [line for line, (begin, _) in zip(lines, columns, strict=True) if begin == own + 1]
        if held:
            yield (row, own, 1, 1), held


def tell(pages: Sequence[Page], recogniser: Recogniser, writer: Writer) -> None:
    """Warn that the text of ``pages`` is recognised, and how sure that is."""
    lines = [
        line for page in pages for line in (*page.lines, *(x for g in page.grids for c in g.cells for x in c.lines))
    ]
    known = [(line.confidence or 0.0, len(line.text)) for line in lines]
    total = sum(length for _, length in known)
    share = sum(sure * length for sure, length in known) / total if total else 0.0
    numbers = listed(page.number for page in pages)
    writer.warn(f"第{numbers}页的文字由图像识别而来，平均置信度 {share:.0%}；数字请对照原件")
    if recogniser.doubtful:
        writer.warn(f"图像上有 {recogniser.doubtful} 处认不清（印章、手写或图案），没有读取")


def listed(numbers: Iterable[int]) -> str:
    """Return numbers of pages for people: 1—3、7."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(f"{run[0]}—{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _pieces(picture: Image) -> tuple[Any, list[Piece]]:
    """Return the pixels of the picture, turned by the quarters that make it upright, and its pieces."""
    import numpy
    from rapidocr.ch_ppocr_cls import TextClsOutput
    from rapidocr.main import RapidOCRError

    engine = _engine()
    pixels = numpy.ascontiguousarray(numpy.asarray(_with_margin(picture))[:, :, ::-1])
    try:
        image, record = engine.preprocess_img(pixels)
        crops, found = engine.detect_and_crop(image, record)
        if quarters := _quarters(crops, found.boxes):
            pixels = numpy.ascontiguousarray(numpy.rot90(pixels, quarters))
            image, record = engine.preprocess_img(pixels)
            crops, found = engine.detect_and_crop(image, record)
        # Which way up is decided for the page: a single piece is easily taken to be upside down.
        read = engine.recognize_txt(crops)
    except RapidOCRError:  # so it says that there is nothing
        return pixels, []
    result = engine.build_final_output(pixels, found, TextClsOutput(elapse=0.0), read, crops, record)
    if result.boxes is None:
        return pixels, []
    pieces = [
        Piece(_PER_MILLE.sub("‰", text.strip()), tuple((float(x), float(y)) for x, y in box), float(score))
        for text, box, score in zip(result.txts, result.boxes, result.scores, strict=True)
    ]
    return pixels, [part for piece in pieces for part in _apart(piece)]


def _with_margin(picture: Image) -> Image:
    """Return the picture, on a larger white one if it is too slim; what stands on it keeps its place."""
    from PIL import Image

    least = max(_SHORTEST_SIDE, max(picture.size) // _SLIMMEST)
    if min(picture.size) >= least:
        return picture
    padded = Image.new("RGB", (max(picture.width, least), max(picture.height, least)), "white")
    padded.paste(picture)
    return padded


def _apart(piece: Piece) -> Iterator[Piece]:
    """Yield the two words of a piece that stand far apart, as in two cells of a table; else the piece itself."""
    words = piece.text.split()
    first, second, third, last = piece.corners
    size = _TYPE * math.dist(first, last)
    length = math.dist(first, second)
    if len(words) != 2 or length < width_of(piece.text, size) + _FAR_APART * size:
        yield piece
        return
    begin, end = (width_of(word, size) / length for word in words)
    yield piece._replace(
        text=words[0], corners=(first, _between(first, second, begin), _between(last, third, begin), last)
    )
    yield piece._replace(
        text=words[1], corners=(_between(second, first, end), second, third, _between(third, last, end))
    )


def _between(start: Point, stop: Point, share: float) -> Point:
    return start[0] + share * (stop[0] - start[0]), start[1] + share * (stop[1] - start[1])


def _quarters(crops: Sequence[Any], boxes: Sequence[Sequence[Sequence[float]]]) -> int:
    """Return by how many quarters the page is to be turned counterclockwise to be upright, as most of its text says."""
    _, turned = _engine().cls_and_rotate(crops)
    tall = flipped = total = 0.0
    for crop, (first, second, _, last), (label, _) in zip(crops, boxes, turned.cls_res, strict=True):
        length = max(crop.shape[:2])
        total += length
        tall += length * bool(math.dist(first, last) > _TALL * math.dist(first, second))
        flipped += length * (label == "180")
    return (2 * tall > total) + 2 * (2 * flipped > total)


def _slant(pieces: Sequence[Piece]) -> float:
    """Return the angle (radians, clockwise) at which most lines run."""
    angles = [
        math.atan2(y1 - y0, x1 - x0)
        for (x0, y0), (x1, y1), *_ in (piece.corners for piece in pieces if len(piece.text) >= _FEWEST_CHARACTERS)
        if x1 - x0 > _TALL * abs(y1 - y0)
    ]
    return median(angles) if angles else 0.0


class _Upright:
    """Turns points of a slanted picture to where they stand on the upright page, in the units of the result."""

    def __init__(self, width: int, height: int, slant: float, scale: float) -> None:
        self.slant, self.scale = slant, scale
        self._centre = width / 2, height / 2
        self.width, self.height = width * scale, height * scale

    def __call__(self, x: float, y: float) -> Point:
        (cx, cy), cos, sin = self._centre, math.cos(self.slant), math.sin(self.slant)
        dx, dy = x - cx, y - cy
        return (cx + dx * cos + dy * sin) * self.scale, (cy - dx * sin + dy * cos) * self.scale


def _line(piece: Piece, upright: _Upright) -> Line:
    points = [upright(x, y) for x, y in piece.corners]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    ems = width_of(piece.text, 1.0)
    size = (right - left) / ems if len(piece.text) >= _FEWEST_CHARACTERS else bottom - top
    return Line(piece.text, left, top, right, bottom, size, round(piece.confidence, 4))


def _sized(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with one size of type for all that seem to have nearly the same as most of the text."""
    sizes = [line.size for line in lines for _ in line.text]
    usual = median(sizes) if sizes else 0.0
    return [replace(line, size=usual) if abs(line.size - usual) <= _SAME_SIZE * usual else line for line in lines]


def _strokes(pixels: Any, pieces: Sequence[Piece], upright: _Upright) -> list[Stroke]:
    """Return the ruled lines of a picture: what is dark for long stretches along the page."""
    import cv2
    import numpy

    dark = cv2.adaptiveThreshold(
        cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15
    )
    for piece in pieces:  # a letter is no ruled line
        inner = numpy.array(piece.corners)
        cv2.fillConvexPoly(dark, (inner + _INSET * (inner[::-1] - inner)).round().astype(numpy.int32), 0)
    height, width = dark.shape
    turned = cv2.getRotationMatrix2D((width / 2, height / 2), math.degrees(upright.slant), 1.0)
    dark = cv2.warpAffine(dark, turned, (width, height))
    dark = cv2.dilate(dark, cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3)))  # a slanted line is drawn in steps …
    strokes = []
    for is_across in (True, False):
        ruled = dark
        # … and fades where it goes from one to the next.
        for operation, share in ((cv2.MORPH_OPEN, _RULED), (cv2.MORPH_CLOSE, _FADED)):
            shape = (width // share, 1) if is_across else (1, width // share)
            ruled = cv2.morphologyEx(ruled, operation, cv2.getStructuringElement(cv2.MORPH_RECT, shape))
        for contour in cv2.findContours(ruled, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
            x, y, w, h = (value * upright.scale for value in cv2.boundingRect(contour))
            if is_across and h <= _THICKEST:
                strokes.append(Stroke(x, y + h / 2, x + w, y + h / 2))
            elif not is_across and w <= _THICKEST:
                strokes.append(Stroke(x + w / 2, y, x + w / 2, y + h))
    return strokes
