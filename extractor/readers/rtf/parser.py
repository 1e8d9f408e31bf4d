"""Control words and text → blocks."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from extractor.errors import ReadError
from extractor.readers.blocks import Aside
from extractor.readers.numbering import RAISED
from extractor.readers.rtf import tokens as rtf
from extractor.readers.rtf.fonts import Fonts
from extractor.readers.rtf.frame import Frame
from extractor.readers.rtf.grid import CellShape, RowShape
from extractor.readers.rtf.state import State

if TYPE_CHECKING:
    from extractor.readers.blocks import Block

_MOST_GROUPS = 2000  # inside each other
_CHARACTERS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": "\u3000", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {"~": " ", "_": "-", "\t": "\t", "\\": "\\", "{": "{", "}": "}"}
_DEFINITIONS = frozenset(("fonttbl", "stylesheet"))
_LABELS = frozenset(("listtext", "pntext"))
_PARAGRAPH_ENDS = frozenset(("par", "sect", "page", "softpage"))
# Groups that hold no text of the document, though nothing marks them as such.
_LEFT_OUT = frozenset(
    (
        "colortbl", "info", "pict", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf",
        "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "fldinst", "nonesttables", "nonshppict", "shprslt",
        "sp", "xe", "tc", "tcn", "rxe", "txe", "revtbl", "filetbl", "annotation", "pntxta", "pntxtb", "template",
    )
)  # fmt: skip
# Groups that older programs are to pass over, and that hold text all the same.
_READ = frozenset(("shpinst", "nesttableprops", "ud", "footnote"))
_REVIVED = {"shpinst": "shptxt", "upr": "ud"}  # what is left out but for a group in it


class Parser:
    """Reads one file.

    Attributes:
        fonts: its fonts and code page.
        lost: how many characters its encoding does not know.
    """

    def __init__(self, data: bytes) -> None:
        self.fonts = Fonts()
        self.lost = 0
        self._data = data
        self._state = State()
        self._stack: list[State] = []
        self._frames: list[tuple[int, Frame]] = [(0, Frame())]  # with the number of groups around each
        self._labels: list[int] = []  # groups that hold the number of a list item
        self._bytes = bytearray()  # text that is not decoded yet …
        self._encoding = ""  # … and how it is
        self._units: list[int] = []  # UTF-16 of \u
        self._pending = 0  # characters still to come that only stand in for a \u
        self._starred = False
        self._default_font: int | None = None
        self._defined = 0  # font or style that is being defined
        self._headings: set[int] = set()
        self._contents: set[int] = set()
        self._names: dict[int, str] = {}
        self._shapes = {False: RowShape(), True: RowShape()}  # of the row that is read, of one inside another table

    def parse(self) -> list[Block]:
        """Return the blocks of the file.

        Raises:
            ReadError: ``unreadable``.
        """
        advice = "请重新取得，或用 Word 或 WPS 打开后另存为 .docx 再试"
        for token in rtf.tokens(self._data):
            if token.kind == rtf.OPEN:
                self._open()
                if len(self._stack) > _MOST_GROUPS:
                    raise ReadError(f"文件嵌套过深（可能已损坏），无法读取；{advice}", "groups nest too deeply")
            elif token.kind == rtf.CLOSE:
                self._close()
                if not self._stack:
                    break
            else:
                self._take(token)
        self._flush()
        if self._stack:
            raise ReadError(f"文件不完整（可能没有下载完整），在正文中间断开；{advice}", "groups are left open")
        return self._frame.end()

    @property
    def _frame(self) -> Frame:
        return self._frames[-1][1]

    def _open(self) -> None:
        self._flush()
        self._pending = 0
        self._stack.append(copy(self._state))

    def _close(self) -> None:
        self._flush()
        self._pending, self._starred = 0, False
        depth = len(self._stack)
        if self._labels and self._labels[-1] == depth:
            self._labels.pop()
        if self._frames[-1][0] == depth:
            frame = self._frames.pop()[1]
            self._frame.asides.append(Aside(frame.kind, frame.end()))
        if self._stack:
            self._state = self._stack.pop()

    def _take(self, token: rtf.Token) -> None:
        if token.kind == rtf.WORD:
            starred, self._starred = self._starred, False
            if starred and token.name not in _READ:
                self._state.skipped, self._state.revived_by = True, ""
            elif token.name == "u":
                self._unicode(token.number or 0)
            else:
                self._flush()
                self._word(token.name, token.number)
        elif token.kind == rtf.SYMBOL and token.name == "*":
            self._starred = True
        elif token.kind == rtf.SYMBOL and token.name in "\r\n":
            self._flush()
            self._end_paragraph()
        elif token.kind == rtf.SYMBOL and token.name not in "\\{}":
            self._flush()
            self._text(_SYMBOLS.get(token.name, ""))
        else:
            self._add(token.data)

    def _add(self, data: bytes) -> None:
        """Take bytes of text, those aside that stand in for a character already read."""
        if self._pending:
            passed = min(self._pending, len(data))
            self._pending -= passed
            data = data[passed:]
        if not data:
            return
        if self._units:
            self._flush()
        state = self._state
        if self.fonts.is_symbols(state.font) and not state.table:
            return
        encoding = self.fonts.encoding(state.font, state.east_asian)
        if encoding != self._encoding:
            self._flush()
            self._encoding = encoding
        self._bytes += data

    def _unicode(self, number: int) -> None:
        if self._bytes:
            self._flush()
        self._units.append(number % 0x10000)
        self._pending = self._state.fallback

    def _flush(self) -> None:
        if self._bytes:
            text = self._bytes.decode(self._encoding, errors="replace")
            self.lost += text.count("\ufffd") if self._state.shown and not self._state.table else 0
            self._bytes.clear()
            self._text(text)
        if self._units:
            data = b"".join(unit.to_bytes(2, "little") for unit in self._units)
            self._units.clear()
            self._text(data.decode("utf-16-le", errors="replace"))

    def _text(self, text: str) -> None:
        state = self._state
        if state.table == "stylesheet":
            self._names[self._defined] = self._names.get(self._defined, "") + text
            if self._names[self._defined].strip().lower().startswith("toc "):
                self._contents.add(self._defined)
        elif state.table or not state.shown:
            return
        elif self._labels:
            self._frame.label += text
        else:
            self._frame.pieces.append(text.translate(RAISED) if state.raised else text)

    def _word(self, name: str, number: int | None) -> None:
        state = self._state
        if name in _LEFT_OUT:
            state.skipped, state.revived_by = True, ""
        elif name in _DEFINITIONS:
            state.table = name
        elif state.table:
            self._define(name, number or 0)
        elif state.skipped:
            self._revive(name)
        elif name in _CHARACTERS:
            self._text(_CHARACTERS[name])
        elif name in _PARAGRAPH_ENDS:
            self._end_paragraph()
        elif not self._group_word(name) and not self._table_word(name, number):
            self._property(name, number)

    def _revive(self, name: str) -> None:
        if name == self._state.revived_by:
            self._state.skipped, self._state.revived_by = False, ""
            if name == "shptxt":
                self._begin("textbox")

    def _group_word(self, name: str) -> bool:
        """Take a word that tells what a group is; tell whether it was one."""
        state = self._state
        if name in _LABELS:
            self._labels.append(len(self._stack))
        elif name == "footnote":
            self._begin("footnote")
        elif name == "ftnalt":
            self._frame.kind = "endnote" if self._frame.kind == "footnote" else self._frame.kind
        elif name in _REVIVED:
            state.skipped, state.revived_by = True, _REVIVED[name]
        elif name == "nesttableprops":
            state.nested = True
        else:
            return False
        return True

    def _begin(self, kind: str) -> None:
        self._frames.append((len(self._stack), Frame(kind)))
        self._state.set("pard", None)

    def _define(self, name: str, number: int) -> None:
        """Take a word of the table of fonts or of styles."""
        if self._state.table == "fonttbl":
            if name == "f":
                self._defined = number
            elif name == "fcharset":
                self.fonts.charsets[self._defined] = number
        elif name == "s":
            self._defined = number
        elif name in ("cs", "ds", "ts"):  # other kinds of styles
            self._defined = -number - 1
        elif name == "outlinelevel" and number < 9:
            self._headings.add(self._defined)

    def _table_word(self, name: str, number: int | None) -> bool:
        """Take a word about tables; tell whether it was one."""
        shape = self._shapes[self._state.nested]
        if name == "trowd":
            self._shapes[self._state.nested] = RowShape()
        elif name == "trhdr":
            shape.marked_header = True
        elif name == "clmrg":
            shape.next.continues_left = True
        elif name == "clvmrg":
            shape.next.continues_above = True
        elif name == "cellx":
            shape.next.right = number or 0
            shape.cells.append(shape.next)
            shape.next = CellShape()
        elif name in ("cell", "nestcell"):
            depth = 1 if name == "cell" else max(self._depth, 2)
            self._end_paragraph(depth)
            self._frame.end_cell(depth)
        elif name in ("row", "nestrow"):
            self._frame.end_row(1 if name == "row" else max(self._depth, 2), shape)
        else:
            return False
        return True

    def _property(self, name: str, number: int | None) -> None:
        if name == "deff":
            self._default_font = self._state.font = number
        elif name == "ansicpg":
            self.fonts.set_code_page(number or 0)
        elif name == "plain":
            self._state.reset_characters(self._default_font)
        else:
            self._state.set(name, number)

    @property
    def _depth(self) -> int:
        return self._state.depth or int(self._state.in_table)

    def _end_paragraph(self, depth: int | None = None) -> None:
        if self._state.skipped:
            return
        style, level = self._state.style, self._state.outline
        is_heading = style in self._headings if level is None else level < 9
        self._frame.end_paragraph(self._depth if depth is None else depth, is_heading, style in self._contents)
