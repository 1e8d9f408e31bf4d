"""The content of one paragraph of an OpenDocument text; what stands beside the line is handed back as asides."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from extractor.readers.numbering import RAISED
from extractor.readers.odf.names import DRAW, OFFICE, TEXT

if TYPE_CHECKING:
    from lxml import etree

    from extractor.readers.odf.styles import Styles

_LEFT_OUT = frozenset(
    (
        OFFICE + "annotation", OFFICE + "annotation-end", TEXT + "note-citation", TEXT + "ruby-text", TEXT + "hidden-text",
        TEXT + "hidden-paragraph", TEXT + "tracked-changes", TEXT + "script",
    )
)  # fmt: skip
_SPACE = re.compile(r"[ \t\r\n]+")
_MOST_SPACES = 1000


class Aside(NamedTuple):
    """What stands after the paragraph it was found in: a ``footnote``, an ``endnote`` or a ``textbox``."""

    kind: str
    content: tuple[etree._Element, ...]


@dataclass(slots=True)
class Inline:
    """Reads the content of paragraphs; ``asides`` fills up, and whoever writes the text takes them out."""

    styles: Styles
    asides: list[Aside] = field(default_factory=list)

    def text(self, paragraph: etree._Element) -> str:
        """Return the text of a ``text:p`` or ``text:h``."""
        pieces: list[str] = []
        self._walk(paragraph, pieces, raised=False)
        return "".join(pieces)

    def _walk(self, parent: etree._Element, pieces: list[str], raised: bool) -> None:
        self._write(parent.text, pieces, raised)
        for child in parent:
            if child.tag not in _LEFT_OUT:
                self._child(child, pieces, raised)
            self._write(child.tail, pieces, raised)

    def _child(self, child: etree._Element, pieces: list[str], raised: bool) -> None:
        tag = str(child.tag)
        if tag == TEXT + "s":
            count = child.get(TEXT + "c", "1")
            pieces.append(" " * (min(int(count), _MOST_SPACES) if count.isascii() and count.isdecimal() else 1))
        elif tag == TEXT + "tab":
            pieces.append("\t")
        elif tag == TEXT + "line-break":
            pieces.append("\n")
        elif tag == TEXT + "note":
            kind = "endnote" if child.get(TEXT + "note-class") == "endnote" else "footnote"
            self.asides.append(Aside(kind, tuple(child.iterchildren(TEXT + "note-body"))))
        elif tag.startswith(DRAW):
            self.asides += boxes(child)
        elif tag != TEXT + "span" or not self.styles.is_hidden(child, "text"):
            self._walk(child, pieces, raised or (tag == TEXT + "span" and self.styles.is_raised(child)))

    @staticmethod
    def _write(text: str | None, pieces: list[str], raised: bool) -> None:
        if text:
            text = _SPACE.sub(" ", text)
            pieces.append(text.translate(RAISED) if raised else text)


def boxes(shape: etree._Element) -> list[Aside]:
    """Return the texts in a frame, shape or group: each text box, and what is written on a shape itself."""
    if shape.tag == DRAW + "text-box" or shape.find(TEXT + "p") is not None:
        return [Aside("textbox", tuple(shape))]
    return [aside for child in shape if str(child.tag).startswith(DRAW) for aside in boxes(child)]
