"""In which code page the bytes of a text are: that of its font, else that of the document."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

_EAST_ASIAN = {134: "gb18030", 136: "cp950", 128: "cp932", 129: "cp949", 130: "johab"}
_OTHERS = {
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip
_CODE_PAGES = {936: "gb18030", 54936: "gb18030", 65001: "utf-8"}
_SYMBOLS = 2
_WESTERN = "cp1252"


@dataclass(slots=True)
class Fonts:
    """The fonts of a document; ``default`` is the encoding of its code page."""

    default: str = _WESTERN
    charsets: dict[int, int] = field(default_factory=dict)

    def set_code_page(self, number: int) -> None:
        """Take the code page of the document; one that is not known changes nothing."""
        name = _CODE_PAGES.get(number, f"cp{number}")
        try:
            codecs.lookup(name)
        except LookupError:
            return
        self.default = name

    def encoding(self, font: int | None, east_asian: int | None) -> str:
        """Return the encoding of a text.

        Args:
            font: its font, ``None`` for the default one.
            east_asian: the font of its characters of two bytes, if it names another one.
        """
        charsets = [self.charsets.get(number, 0) for number in (font, east_asian) if number is not None]
        for charset in charsets:
            if charset in _EAST_ASIAN:
                return _EAST_ASIAN[charset]
        return next((_OTHERS[charset] for charset in charsets[:1] if charset in _OTHERS), self.default)

    def is_symbols(self, font: int | None) -> bool:
        """Whether the bytes of a font are pictures (Wingdings) and no text."""
        return font is not None and self.charsets.get(font) == _SYMBOLS
