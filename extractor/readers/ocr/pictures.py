"""Files that are pictures of pages: PNG, JPEG, BMP, WebP, GIF, and TIFF with many pages, as scanners write it."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO
from typing import TYPE_CHECKING

from extractor.errors import ReadError
from extractor.readers.layout.flow import write_pages
from extractor.readers.ocr.recogniser import LONGEST_SIDE, Recogniser, tell
from extractor.readers.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

    from extractor.config import Settings
    from extractor.types import Document

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")
_MOST_PIXELS = 100_000_000
"""Of one page: A3 at 600 dots per inch has 70 million. Unpacked they take three bytes each."""
_A4 = 595.0  # points across; the picture of a page is taken to be that wide


def read_picture(data: bytes, settings: Settings) -> Document:
    """Read the bytes of a picture.

    Returns:
        The document, as of a PDF; ``parts`` are of the kind ``ocr`` with the recogniser's confidence.

    Raises:
        ReadError: no recogniser is installed (``needs_ocr``), too many pages or pixels (``too_large``), ``timeout``, no
            text on it (``empty``), damaged (``unreadable``).
    """
    recogniser = Recogniser(settings.max_seconds_per_file)
    writer = Writer(settings.max_unpacked_bytes)
    pages = [recogniser.read(picture, number, _A4) for number, picture in enumerate(_frames(data, settings), 1)]
    write_pages(pages, writer, recognised=[page.number for page in pages])
    tell(pages, recogniser, writer)
    return writer.document("", "图片上没有认出文字")


def _frames(data: bytes, settings: Settings) -> Iterator[Image]:
    from PIL import Image, ImageOps, UnidentifiedImageError

    damaged = ReadError("图片已损坏（可能没有下载完整），无法读取；请重新取得或重新扫描", "damaged picture")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its size is checked below
            opened = Image.open(BytesIO(data), formats=_FORMATS)
        # Of an animation the first picture tells what there is to read.
        count = getattr(opened, "n_frames", 1) if opened.format == "TIFF" else 1
        if count > settings.max_pages:
            raise ReadError(
                f"图片有 {count:,} 页，超过上限 {settings.max_pages:,}；请拆分，或用环境变量 GOUJI_MAX_PAGES 调高上限",
                f"{count} frames > {settings.max_pages}",
                kind="too_large",
            )
        for index in range(count):
            opened.seek(index)
            if opened.width * opened.height > _MOST_PIXELS:
                raise _too_many_pixels(opened.width, opened.height)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            frame = ImageOps.exif_transpose(opened)
            frame.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            yield _on_white(frame)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(0, 0) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
        damaged.detail = f"picture: {error}"
        raise damaged from error


def _on_white(picture: Image) -> Image:
    from PIL import Image

    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def _too_many_pixels(width: int, height: int) -> ReadError:
    return ReadError(
        f"图片超过上限 {_MOST_PIXELS:,} 像素；请按 300 dpi 重新扫描或缩小后再试",
        f"{width} x {height} pixels",
        kind="too_large",
    )
