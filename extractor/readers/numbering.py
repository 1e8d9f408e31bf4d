"""The numbers that programs draw before paragraphs but do not store in them: 一、 （二） 1. ①."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
_LEGAL = str.maketrans(_DIGITS + "十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Digits above the line, so that neither m² nor a note behind a figure becomes part of the figure."""


def with_space(label: str) -> str:
    """Return a label as it stands before a text: "1." must not run into "2亩" behind it; 一、 needs no space."""
    return label + " " if label and label[-1].isascii() else label


def format_number(number: int, style: str) -> str:
    """Write ``number`` in one of Word's number formats (ST_NumberFormat); a format not known here gives digits."""
    if number < 1 or style in ("decimal", "decimalHalfWidth"):
        return str(number)
    if style == "decimalZero":
        return f"{number:02}"
    if style == "decimalFullWidth":
        return str(number).translate({ord("0") + i: ord("０") + i for i in range(10)})
    if style.startswith("decimalEnclosedCircle") and number <= 20:
        return chr(ord("①") + number - 1)
    if style in ("upperLetter", "lowerLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("upperRoman", "lowerRoman"):
        return _roman(number).upper() if style == "upperRoman" else _roman(number)
    if style == "ideographTraditional" and number <= len(_STEMS):
        return _STEMS[number - 1]
    if style in ("chineseLegalSimplified", "ideographLegalTraditional"):
        return _chinese(number).translate(_LEGAL)
    if style.startswith(("chinese", "japanese", "taiwanese", "korean", "ideograph")):
        return _chinese(number)
    return str(number)


def _chinese(number: int) -> str:
    if number >= 10_000:
        return str(number)
    text = ""
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += _DIGITS[digit] + name
        elif text and number % place and not text.endswith("零"):
            text += "零"
    return text.removeprefix("一") if text.startswith("一十") else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in (*_ROMAN, *_ROMAN_SMALL):
        count, number = divmod(number, value)
        text += letters * count
    return text
