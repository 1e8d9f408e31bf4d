"""The development corpus as files of other formats, made by the programs that offices and browsers are."""

from __future__ import annotations

import html
import io
import os
import shutil
import subprocess
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
import xlsxwriter
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from playwright.sync_api import sync_playwright

from extractor import extract_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extractor.types import Document

CORPUS = Path(__file__).resolve().parent.parent.parent / "corpus" / "dev"
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(CORPUS.glob("*.txt"))}
FILTERS = {
    "doc": "doc:MS Word 97",
    "html": "html:HTML:EmbedImages",
    "mht": "mht",
    "csv": "csv:Text - txt - csv (StarCalc):44,34,76,1",
}

ENCRYPTED_PDF = (
    'pdf:writer_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},'
    '"DocumentOpenPassword":{"type":"string","value":"secret"}}'
)

_LONG = 30  # characters of a line that is a paragraph, not a heading

Block = str | list[list[str]]
"""A paragraph, or the rows of a table."""


def blocks(text: str) -> Iterator[Block]:
    """Yield paragraphs and tables; lines with TABs that follow each other are a table."""
    for in_table, lines in groupby(text.splitlines(), lambda line: "\t" in line):
        if not in_table:
            yield from lines
            continue
        rows = [line.split("\t") for line in lines]
        width = max(map(len, rows))
        yield [row + [""] * (width - len(row)) for row in rows]


def word_document(text: str, laid_out: str = "") -> bytes:
    """Return the text as a .docx; ``laid_out`` is a kind of page that :func:`_lay_out` knows."""
    made: Any = docx.Document()
    if laid_out:
        _lay_out(made, laid_out)
    for block in blocks(text):
        if isinstance(block, str):
            paragraph = made.add_paragraph(block)
            if laid_out and len(block) > _LONG:
                paragraph.paragraph_format.first_line_indent = made.styles["Normal"].font.size * 2
                paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if laid_out == "official" else None
            continue
        table = made.add_table(len(block), len(block[0]), style="Table Grid")
        for row, texts in zip(table.rows, block, strict=True):
            for cell, shown in zip(row.cells, texts, strict=True):
                cell.text = shown
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _lay_out(made: Any, kind: str) -> None:
    """Set a page as offices do: ``official`` with — 3 — at its foot, ``report`` with a running header, ``columns``."""
    section, normal = made.sections[0], made.styles["Normal"]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    normal.font.size = Pt(10.5 if kind == "columns" else 15)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if kind == "official":
        _page_number(foot, "— ", " —")
        return
    section.header.paragraphs[0].text = "白岩县2024年工作材料汇编"
    _page_number(foot, "第 ", " 页")
    if kind == "columns":
        columns = section._sectPr.xpath("./w:cols")[0]
        columns.set(qn("w:num"), "2")
        columns.set(qn("w:space"), "425")


def _page_number(paragraph: Any, before: str, after: str) -> None:
    paragraph.add_run(before)
    for kind in ("begin", "instruction", "end"):
        run = paragraph.add_run()
        if kind == "instruction":
            instruction = OxmlElement("w:instrText")
            instruction.text = "PAGE"
            run._r.append(instruction)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
    paragraph.add_run(after)


def workbook(text: str) -> bytes:
    """Return an .xlsx: the paragraphs below each other in one sheet, each table in a sheet of its own."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        prose = made.add_worksheet()
        row = 0
        for block in blocks(text):
            if isinstance(block, str):
                prose.write_string(row, 0, block)
                row += 1
                continue
            table = made.add_worksheet()
            for number, texts in enumerate(block):
                table.write_row(number, 0, texts, None)
    return out.getvalue()


def web_page(text: str, charset: str = "utf-8") -> str:
    """Return a page such as offices publish: menus around an article that a table lays out."""
    body = "\n".join(map(_markup, blocks(text)))
    links = "".join(f'<li><a href="/{n}.html">栏目{n}</a></li>' for n in range(8))
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"><title>信息公开</title>'
        f"<style>p {{ text-indent: 2em }}</style><script>var visits = 1024;</script></head><body><ul>{links}</ul>"
        f'<table width="1000"><tr><td width="200"><ul>{links}</ul></td><td><div id="zoom">{body}</div></td></tr></table>'
        "</body></html>"
    )


def _markup(block: Block) -> str:
    if isinstance(block, str):
        return f"<p>&nbsp;&nbsp;{html.escape(block)}</p>" if block.strip() else ""
    rows = "".join(f"<tr>{''.join(f'<td><p>{html.escape(text)}</p></td>' for text in row)}</tr>" for row in block)
    return f'<table border="1">{rows}</table>'


def require(program: str, package: str) -> str:
    """Return where a program is; without it the test is skipped, on CI it fails."""
    found = shutil.which(program)
    if found is None:
        message = f"{program} is not installed (Debian: apt-get install {package})"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def only_antiword(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this a machine where antiword is installed and LibreOffice is not."""
    (folder / "antiword").symlink_to(require("antiword", "antiword"))
    monkeypatch.setenv("PATH", str(folder))


def saved_pages(texts: Mapping[str, str], folder: Path) -> dict[str, bytes]:
    """Let chromium save web pages as MHTML, which keeps their GBK; return them by the names of ``texts``."""
    browser_path = require("chromium", "chromium")
    made = {}
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
        for name, text in texts.items():
            source = folder / f"{name}.html"
            source.write_bytes(web_page(text, "gb2312").encode("gb18030"))
            page.goto(source.as_uri())
            made[name] = session.send("Page.captureSnapshot", {"format": "mhtml"})["data"].encode()
        browser.close()
    return made


def convert(sources: Sequence[Path], suffix: str, folder: Path, how: str = "") -> dict[str, bytes]:
    """Let LibreOffice save files in another format (by the filter ``how``); return them by the stem of their names."""
    office = require("soffice", "libreoffice-writer-nogui libreoffice-calc-nogui")
    command = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
    command += [how or FILTERS.get(suffix, suffix), "--outdir", str(folder), *map(str, sources)]
    subprocess.run(command, check=True, timeout=300, stdin=subprocess.DEVNULL, capture_output=True)
    made = {path.stem: (folder / f"{path.stem}.{suffix}").read_bytes() for path in sources}
    assert len(made) == len(sources)
    return made


def values(document: Document) -> Counter[tuple[object, ...]]:
    """Return what must be the same whatever format a report is in."""
    return Counter((f.value, f.value_max, f.unit, f.status) for f in extract_document(document).figures)


def agreement(made: Counter[tuple[object, ...]], expected: Counter[tuple[object, ...]]) -> tuple[int, int]:
    """Return how many figures are the same, and how many there are in either."""
    return (made & expected).total(), (made | expected).total()
