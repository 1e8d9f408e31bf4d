"""Old Word documents by way of antiword: a small program without LibreOffice's sight of lists, notes and text boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from extractor.errors import ReadError
from extractor.readers.doc.programs import run
from extractor.readers.tables import Cell, Row, on_one_line
from extractor.readers.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.config import Settings
    from extractor.types import Document

PROGRAM = "antiword"


def read(program: str, data: bytes, folder: Path, settings: Settings) -> Document:
    """Read the bytes of a .doc.

    Args:
        program: where antiword is.
        data: the OLE container.
        folder: for its files.
        settings: bounds on time and size.

    Raises:
        ReadError: ``timeout``, ``too_large``, ``empty``, and ``unreadable`` when antiword cannot open the file.
    """
    source = folder / "source.doc"
    source.write_bytes(data)
    command = [program, "-x", "db", "-s", str(source)]
    book = run(command, folder, settings.max_seconds_per_file, settings.max_unpacked_bytes)
    writer = Writer(settings.max_unpacked_bytes)
    writer.warn("没有安装 LibreOffice，或它打不开此文件，改用 antiword 读取：自动编号、脚注和文本框读不出来")
    _write(_parse(book), writer)
    return writer.document("utf-8", "文档里没有文字（可能全是图片）；扫描件请先做文字识别")


def _parse(book: bytes) -> etree._Element:
    # antiword writes characters beyond U+FFFF as two surrogates.
    text = book.decode("utf-8", errors="surrogatepass").encode("utf-16", errors="surrogatepass")
    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False, huge_tree=True, recover=True)
    start = text.decode("utf-16", errors="replace")
    try:
        return etree.fromstring(start[start.index("<book") :], parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("文件无法转换，可能已损坏；请用 Word 或 WPS 打开后另存为 .docx", f"DocBook: {error}") from error


def _write(book: etree._Element, writer: Writer) -> None:
    paragraphs = tables = 0
    for element in book.iter("title", "para", "tgroup"):
        if next(element.iterancestors("tgroup"), None) is not None:
            continue
        if element.tag == "tgroup":
            tables += 1
            writer.table([_row(row) for row in element.iter("row")], f"表{tables}")
            continue
        text = _text_of(element)
        if element.find("informaltable") is None and text:
            paragraphs += 1
            writer.line(text, "heading" if element.tag == "title" else "paragraph", f"第{paragraphs}段")


def _row(row: etree._Element) -> Row:
    entries = row.iterchildren("entry")
    return Row(
        [Cell(n, 1, on_one_line(map(str.strip, "".join(e.itertext()).splitlines()))) for n, e in enumerate(entries)]
    )


def _text_of(element: etree._Element) -> str:
    return "".join(element.itertext()).replace("\n", "").strip()  # the line ends are those between markup
