"""The content of one paragraph → its text. What stands beside the line (notes, text boxes) is handed back as asides."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from extractor.readers.docx.package import W
from extractor.resources import read_table

if TYPE_CHECKING:
    from lxml import etree

_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"

_CHARACTERS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_NOTES = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}
# Deleted or moved-away text, instructions of fields, readings of ruby text, and properties that hold no text.
_LEFT_OUT = frozenset(
    W + name for name in ("del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "pPr", "rPr", "sdtPr")
)
# Four hexadecimal digits that are neither a control character nor half of a surrogate pair.
_SYMBOL_CODE = re.compile(r"(?!00[01]|00[89]|D[89A-F])[0-9A-F]{4}")
_LINE_SPACE = str.maketrans("\t\r\n", "   ")  # inside w:t these are plain white space to Word


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands after the paragraph or row it was found in: a note, a text box, a nested table.

    ``kind`` is ``footnote``, ``endnote`` (``note_id`` names it), ``textbox`` or ``nested`` (``content``: the blocks).
    """

    kind: str
    content: tuple[etree._Element, ...] = ()
    note_id: str = ""
    locator: str = ""


@dataclass(slots=True)
class Inline:
    """Reads the content of paragraphs; fields that run over several paragraphs are why it keeps state.

    ``asides`` fills up as paragraphs are read; whoever writes the text takes them out.
    """

    asides: list[Aside] = field(default_factory=list)
    _instruction: list[bool] = field(default_factory=list)  # of each open field: are we still in its instruction?

    def text(self, paragraph: etree._Element) -> str:
        """Return the text of ``paragraph`` as it reads with all tracked changes accepted."""
        pieces: list[str] = []
        self._walk(paragraph, pieces)
        # An instruction never runs past its paragraph; a damaged one must not swallow the rest of the document.
        self._instruction = [False] * len(self._instruction)
        return "".join(pieces)

    def _walk(self, parent: etree._Element, pieces: list[str]) -> None:
        for child in parent:
            tag = child.tag
            if tag in _LEFT_OUT or is_placeholder(child):
                continue
            if tag in (W + "t", _MATH_TEXT):
                self._write((child.text or "").translate(_LINE_SPACE), pieces)
            elif tag in _CHARACTERS:
                self._write(_CHARACTERS[tag], pieces)
            elif tag == W + "sym":
                self._write(_symbol(child), pieces)
            elif tag == W + "fldChar":
                self._field(child.get(W + "fldCharType", ""))
            elif tag in _NOTES:
                self.asides.append(Aside(_NOTES[tag], note_id=child.get(W + "id", "")))
            elif tag == W + "txbxContent":
                self.asides.append(Aside("textbox", tuple(child)))
            else:
                self._walk(preferred(child), pieces)

    def _write(self, text: str, pieces: list[str]) -> None:
        if not any(self._instruction):
            pieces.append(text)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._instruction.append(True)
        elif kind == "separate" and self._instruction:
            self._instruction[-1] = False
        elif kind == "end" and self._instruction:
            self._instruction.pop()


def preferred(element: etree._Element) -> etree._Element:
    """Return the branch of an ``mc:AlternateContent`` to read (once, not twice); any other element is itself."""
    if element.tag != _ALTERNATE:
        return element
    branches = [*element.findall(_CHOICE), *element.findall(_FALLBACK)]
    with_text = (branch for branch in branches if next(branch.iter(W + "t"), None) is not None)
    return next(with_text, branches[0] if branches else element)


def is_placeholder(element: etree._Element) -> bool:
    """Whether ``element`` is a form field that still shows its prompt (单击此处输入文字)."""
    return element.tag == W + "sdt" and element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def _symbol(element: etree._Element) -> str:
    """Return the character of a ``w:sym``: Unicode where the symbol font's code is known, else the code as stored."""
    code = element.get(W + "char", "").upper()
    if not _SYMBOL_CODE.fullmatch(code):
        return ""
    return _symbols().get((element.get(W + "font", ""), code[-2:])) or chr(int(code, 16))


@cache
def _symbols() -> dict[tuple[str, str], str]:
    rows = read_table("symbol_fonts.tsv", ("font", "code", "character"))
    return {(row["font"], row["code"]): row["character"] for row in rows}
