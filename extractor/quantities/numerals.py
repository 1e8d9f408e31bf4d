"""What a written numeral is worth: Arabic, full-width, Chinese, capital (伍拾) and mixed (3万4000) notation.

A numeral may hold an approximating character (余 餘 多 几 来 数 上): it is left out of the value and reported as
:attr:`Numeral.approximate`. Two neighbouring Chinese digits that follow each other (十七八, 三四十) are a range.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_WIDE = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_BLANK = re.compile(r"\s+")
_DIGITS = {character: digit for digit, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {character: digit for digit, character in enumerate("〇壹贰叁肆伍陆柒捌玖")} | {"○": 0, "两": 2}
_TENS = {"廿": 20, "卅": 30}
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8, "萬": 10**4, "億": 10**8}
_LENT = {piece: factor for piece, factor in (_SMALL | _LARGE).items() if factor >= 100}
_APPROXIMATE = frozenset("余餘多几来数上好")
_PIECE = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|\S")
MAX_LENGTH = 32
"""A longer run of digits is a code, not a number; it also bounds the work on hostile input."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A parsed numeral.

    Attributes:
        value: its worth, with 万/亿/千/百 multiplied out (the lower end of 十七八).
        upper: the upper end of an adjacent-digit range, else ``None``.
        scale: the multiplier written last (10000 in 50万, 1 in 50); 30至50万 lends it to its lower end.
        approximate: whether 余/多/几/来/数/上 stands inside it.
    """

    value: Decimal
    upper: Decimal | None = None
    scale: int = 1
    approximate: bool = False


def parse_numeral(written: str) -> Numeral | None:
    """Return what ``written`` is worth, or ``None`` when it is no numeral.

    Args:
        written: the characters of one numeral, possibly with spaces and full-width digits inside.
    """
    if len(written) > MAX_LENGTH:
        return None
    plain = _BLANK.sub("", written.translate(_WIDE))
    if plain.isascii():
        return _arabic(plain)
    whole, point, decimals = plain.partition("点")
    if point:
        return _decimal(whole, decimals)
    pieces: list[str] = _PIECE.findall(plain)
    kept = [piece for piece in pieces if piece not in _APPROXIMATE]
    pair = _adjacent(kept)
    low = _worth(kept if pair is None else kept[: pair + 1] + kept[pair + 2 :])
    high = None if pair is None else _worth(kept[:pair] + kept[pair + 1 :])
    return None if low is None else Numeral(low, high, _scale(kept), len(kept) < len(pieces))


def _arabic(plain: str) -> Numeral | None:
    try:
        return Numeral(Decimal(plain.replace(",", "")))
    except ArithmeticError:
        return None


def _decimal(whole: str, decimals: str) -> Numeral | None:
    """Read 九十五点五: the digits after 点 are positional."""
    number = parse_numeral(whole)
    if number is None or not decimals or not _DIGITS.keys() >= set(decimals):
        return None
    places = "".join(str(_DIGITS[character]) for character in decimals)
    return Numeral(number.value + Decimal(f"0.{places}"))


def _adjacent(pieces: list[str]) -> int | None:
    """Return where two Chinese digits make a range (七八, 一两, 三五), unless more digits stand in a row (一九七八)."""
    pairs = [i for i in range(len(pieces) - 1) if pieces[i] in _DIGITS and pieces[i + 1] in _DIGITS]
    if len(pairs) != 1:
        return None
    low, high = _DIGITS[pieces[pairs[0]]], _DIGITS[pieces[pairs[0] + 1]]
    return pairs[0] if low and (high == low + 1 or (low, high) == (3, 5)) else None


def _scale(pieces: list[str]) -> int:
    scale = 1
    for piece in reversed(pieces):
        if piece not in _LENT:
            break
        scale *= _LENT[piece]
    return scale


def _worth(pieces: list[str]) -> Decimal | None:
    """Add up digits and multipliers; ``None`` when a piece is no part of a numeral."""
    total = section = Decimal(0)  # finished groups of 万 and 亿; the group being read
    current: Decimal | None = None  # digits that no multiplier has taken up yet
    for index, piece in enumerate(pieces):
        if piece in _DIGITS:
            current = _appended(current, pieces, index)
        elif piece[0].isdecimal():
            current = Decimal(piece.replace(",", ""))
        elif piece in _TENS:
            section += _TENS[piece]
        elif piece in _SMALL:
            section, current = section + _SMALL[piece] * (1 if current is None else current), None
        elif piece in _LARGE:
            group = Decimal(1) if current is None and not section and not total else section + (current or 0)
            whole = total + group if _LARGE[piece] > 10**4 else group
            total = whole * _LARGE[piece] + (0 if _LARGE[piece] > 10**4 else total)
            section, current = Decimal(0), None
        else:
            return None
    rest = current or Decimal(0)
    if len(pieces) > 1 and pieces[-1] in _DIGITS and pieces[-2] in _LENT:  # 两万五 is 25000
        rest *= Decimal(_LENT[pieces[-2]]) / 10
    return total + section + rest


def _appended(current: Decimal | None, pieces: list[str], index: int) -> Decimal | None:
    """Return the number read so far with a Chinese digit appended; digits in a row are positional (一二三 is 123).

    The 零 of 一千零十五 only holds a place.
    """
    digit = Decimal(_DIGITS[pieces[index]])
    if not digit and index + 1 < len(pieces) and pieces[index + 1] in _SMALL:
        return None
    return current * 10 + digit if current is not None and index and pieces[index - 1] in _DIGITS else digit
