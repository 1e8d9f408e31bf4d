"""The fields of a figure that a person may change: what may stand in each, and the figure that it then is.

What follows from a field (the amount in the base unit, the code of the indicator, the first and last day of the period)
is derived as it is for a figure that was extracted, by the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from extractor.compare.ledgers.periods import parse_period
from extractor.errors import UsageError
from extractor.quantities.numerals import parse_numeral
from extractor.resources import project_types
from extractor.resources.gazetteer import gazetteer
from extractor.resources.headers import measure_named
from extractor.resources.indicators import code_of
from extractor.resources.units import Amounts, Unit, amounts, spellings
from extractor.store.columns import UNSTORABLE
from extractor.types import PERSON, PLACE_LEVELS, Figure, Modifier, Place, Status

FIELDS = (
    "value", "value_max", "modifier", "unit", "indicator", "status", "period", "place", "project_type", "funder",
)  # fmt: skip
"""The fields that may be changed."""

REDACTED = "redacted"
"""The period of a figure whose year is masked."""

Settle = Callable[[Sequence[str]], tuple[Place, ...]]
"""Returns places by their names, with the codes that they have where the figure stands."""

_DIGITS, _PLACES = 20, 10
"""Digits of a value before and after the point."""
_LONGEST = {"indicator": 100, "funder": 100, "place": 60}
"""Characters of a text."""
_MOST_PLACES = 50
_SIGNED = frozenset(("money", "percent", "temperature"))
"""Dimensions in which an amount may be below 0."""


def read(given: Mapping[str, object]) -> dict[str, Any]:
    """Read what a person says of a figure.

    Args:
        given: some of :data:`FIELDS`. ``value`` and ``value_max`` are numbers, or their decimal texts, with 万 and 亿
            multiplied out; ``place`` is a list of names, or of ``{"name": …, "code": …}``; ``project_type`` is a code or
            name, ``period`` as figures write it (2015, 2014/2015, 2016-12, 2016-2020, redacted). ``None`` empties a field;
            a ``value`` of ``None`` is a masked one.

    Returns:
        The same in one form, which JSON keeps: amounts are decimal texts, units and types by their canonical names.

    Raises:
        UsageError: a field does not exist, or a value cannot stand in it; names the field and what can.
    """
    if not given:
        raise UsageError(f"没有写要改什么；可改：{'、'.join(FIELDS)}", "no field to change")
    unknown = next((name for name in given if name not in FIELDS), None)
    if unknown is not None:
        near = get_close_matches(unknown, FIELDS, n=1)
        hint = f"是不是 {near[0]}？" if near else ""
        raise UsageError(
            f"没有 {unknown[:40]!r} 这一项；{hint}可改：{'、'.join(FIELDS)}", f"unknown field {unknown[:40]!r}"
        )
    return {name: _READERS[name](name, given[name]) for name in FIELDS if name in given}


def changed(figure: Figure, changes: Mapping[str, Any], settle: Settle) -> Figure:
    """Return the figure that a person says it is.

    Args:
        figure: as it was extracted.
        changes: from :func:`read`.
        settle: gives the codes of places that are named without one.

    Raises:
        UsageError: the fields contradict each other, or one is no longer known.
    """
    told = {name: value for name, value in changes.items() if value != _present(figure, name)}
    amount = _amount(figure, told)
    new = replace(
        figure,
        value=amount.value,
        value_max=amount.value_max,
        unit=amount.unit,
        dimension=amount.dimension,
        base_value=amount.base_value,
        base_value_max=amount.base_value_max,
        base_unit=amount.base_unit,
        modifier=_modifier(figure, told, amount),
        redacted=amount.value is None,
        indicator=told.get("indicator", figure.indicator),
        status=Status(told.get("status", figure.status)),
        project_type=_known_type(told["project_type"]) if "project_type" in told else figure.project_type,
        funder=told.get("funder", figure.funder),
        place=_places(told["place"], settle) if "place" in told else figure.place,
        confidence=1.0,
        rule_or_model=PERSON,
    )
    if "indicator" in told or amount.unit != figure.unit:
        new = replace(new, indicator_code=code_of(new.indicator, new.unit, new.dimension))
    return _dated(new, told["period"]) if "period" in told else new


def _present(figure: Figure, name: str) -> object:
    """Return a field as :func:`read` gives it, so that what is said again is no change."""
    if name == "place":
        return [{"name": place.name} for place in figure.place]
    value = getattr(figure, name)
    return format(value, "f") if isinstance(value, Decimal) else value


def _amount(figure: Figure, told: Mapping[str, Any]) -> Amounts:
    written = {name: _decimal(told[name]) if name in told else getattr(figure, name) for name in ("value", "value_max")}
    if not told.keys() & {"value", "value_max", "unit"}:
        return Amounts(*(getattr(figure, name) for name in Amounts._fields))
    unit, rate = _known_unit(told.get("unit", figure.unit))
    amount = amounts(written["value"], written["value_max"], unit, rate)
    for name in ("value", "value_max"):
        number = written[name]
        if name in told and number is not None and number < 0 and amount.dimension not in _SIGNED:
            raise UsageError(
                f"{name}：{amount.unit or '个数'}不能是负数（{told[name]}）", f"{name} below 0 in {amount.unit!r}"
            )
    return amount


def _modifier(figure: Figure, told: Mapping[str, Any], amount: Amounts) -> Modifier:
    default = Modifier.RANGE if amount.value_max is not None else figure.modifier
    modifier = Modifier(told.get("modifier", default))
    if (modifier is Modifier.RANGE) is not (amount.value_max is not None):
        raise UsageError(
            "modifier、value_max：范围（range）须有上限 value_max，其他约数不能有；只是一个数时请把 value_max 设为 null，"
            "并写明 modifier（如 exact）",
            "a range has value_max, and nothing else has",
        )
    if amount.value_max is not None and (amount.value is None or amount.value >= amount.value_max):
        raise UsageError("value_max：上限须大于 value", "value_max must be above value")
    return modifier


def _dated(figure: Figure, text: str | None) -> Figure:
    if text is None or text == REDACTED:
        return replace(figure, period=text, period_start=None, period_end=None)
    period = parse_period(text)
    if period is None:
        raise _no_period(text)
    return replace(figure, period=period.text, period_start=period.start, period_end=period.end)


def _places(told: Sequence[Mapping[str, str]], settle: Settle) -> tuple[Place, ...]:
    by_name = settle([one["name"] for one in told])
    return tuple(
        Place(one["name"], one["code"], PLACE_LEVELS[len(one["code"])]) if "code" in one else place
        for one, place in zip(told, by_name, strict=True)
    )


def _known_unit(name: str) -> tuple[Unit | None, str]:
    """Return a unit and what it is per, of a canonical name: 元, 元/公里."""
    if not name:
        return None, ""
    head, slash, tail = name.partition("/")
    for written, rate in ((name, ""), (head, slash + tail)):
        if written in spellings():
            return spellings()[written], rate
    raise _no_unit(name)


def _known_type(code: str | None) -> str | None:
    return None if code is None else _read_type("project_type", code)


def _read_number(name: str, given: object) -> str | None:
    if given is None:
        return None
    number = _decimal(given)
    if number is None or not number.is_finite():
        raise UsageError(
            f"{name}：应为数，如 5085000、508.5 或 18.6万，不写单位，实为“{str(given)[:40]}”", f"{name} is no number"
        )
    exponent = int(number.as_tuple().exponent)
    if number.adjusted() >= _DIGITS or -exponent > _PLACES:
        raise UsageError(
            f"{name}：{str(given)[:40]} 不可能；整数至多 {_DIGITS} 位，小数至多 {_PLACES} 位",
            f"{name} has too many digits",
        )
    return format(amounts(number, None, None).value, "f")


def _decimal(given: object) -> Decimal | None:
    if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
        return None
    text = str(given)
    try:
        return Decimal(text) if text.isascii() and "_" not in text else _numeral(text)
    except InvalidOperation:
        return _numeral(text)


def _numeral(text: str) -> Decimal | None:
    """Return what a number is worth that is written as reports do (18.6万); about so many, or from so many on, is none."""
    numeral = None if "_" in text else parse_numeral(text)
    return None if numeral is None or numeral.approximate or numeral.upper is not None else numeral.value


def _read_unit(name: str, given: object) -> str:
    text = "" if given is None else _text(name, given, 20)
    if not text:
        return ""
    measure = measure_named(text)
    if measure is None:
        raise _no_unit(text)
    if measure.scale != 1:
        raise UsageError(
            f"{name}：请写单位本身（{measure.name}），数值写完整的数（如 5万元写 50000 和 元），不写“{text}”",
            f"scaled unit {text!r}",
        )
    return measure.name


def _read_modifier(name: str, given: object) -> str:
    return _code(name, given, [one.value for one in Modifier])


def _read_status(name: str, given: object) -> str:
    return _code(name, given, [one.value for one in Status])


def _read_type(name: str, given: object) -> str | None:
    if given is None:
        return None
    known = project_types.names()
    codes = {label: code for code, label in known.items()} | {code: code for code in known}
    if not isinstance(given, str) or given not in codes:
        listed = " ".join(f"{code}（{label}）" for code, label in known.items())
        raise UsageError(
            f"{name}：没有项目类型 {str(given)[:40]!r}；可用：{listed}", f"unknown {name} {str(given)[:40]!r}"
        )
    return codes[given]


def _read_period(name: str, given: object) -> str | None:
    if given is None:
        return None
    text = _text(name, given, 20)
    if text == REDACTED:
        return text
    if parse_period(text) is None:
        raise _no_period(text)
    return text


def _read_places(name: str, given: object) -> list[dict[str, str]]:
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > _MOST_PLACES:
        raise UsageError(
            f'{name}：应为地点的列表，至多 {_MOST_PLACES} 个，如 ["平甸乡"] 或 [{{"name": "平甸乡", "code": "530427200"}}]',
            f"{name} must be a list",
        )
    return [_read_place(name, one) for one in given]


def _read_place(name: str, given: object) -> dict[str, str]:
    if isinstance(given, str):
        given = {"name": given}
    if not isinstance(given, Mapping) or not {"name"} <= given.keys() <= {"name", "code"}:
        raise UsageError(f"{name}：地点应为名称，或 name 和 code", f"{name}: a name, or name and code")
    place = {"name": _text(name, given["name"], _LONGEST["place"])}
    if not place["name"]:
        raise UsageError(f"{name}：地点的名称是空的", f"{name}: an empty name")
    code = given.get("code")
    if code is None:
        return place
    if not isinstance(code, str) or not gazetteer().is_code(code):
        raise UsageError(
            f"{name}：没有区划代码 {str(code)[:40]!r}（应为 2、4、6 或 9 位数字，见 /v1/places）；不确定时请不写 code",
            f"{name}: unknown code {str(code)[:40]!r}",
        )
    return {**place, "code": code}


def _read_words(name: str, given: object) -> str:
    return "" if given is None else _text(name, given, _LONGEST[name])


def _read_funder(name: str, given: object) -> str | None:
    return _read_words(name, given) or None


def _code(name: str, given: object, known: Sequence[str]) -> str:
    if not isinstance(given, str) or given not in known:
        raise UsageError(
            f"{name}：没有 {str(given)[:40]!r}；可用：{'、'.join(known)}", f"unknown {name} {str(given)[:40]!r}"
        )
    return given


def _text(name: str, given: object, longest: int) -> str:
    if not isinstance(given, str):
        raise UsageError(f"{name}：应为文字，实为 {str(given)[:40]!r}", f"{name} must be a text")
    text = given.strip()
    if len(text) > longest:
        raise UsageError(f"{name}：至多 {longest} 个字", f"{name} has more than {longest} characters")
    if UNSTORABLE.search(text):
        raise UsageError(f"{name}：含有无法保存的字符（NUL 等）", f"{name} holds NUL or half a surrogate pair")
    return text


def _no_unit(name: str) -> UsageError:
    near = get_close_matches(name, list(spellings()), cutoff=0.5)
    hint = f"相近的有：{' '.join(near)}" if near else "请写规范单位，如 元、公里、户、元/公里"
    return UsageError(f"unit：没有单位 {name!r}；{hint}", f"unknown unit {name!r}")


def _no_period(text: str) -> UsageError:
    return UsageError(
        f"period：应写成 2015、2014/2015、2016-12、2016-2020 或 {REDACTED}（隐去），实为 {text!r}",
        f"no period {text!r}",
    )


_READERS: Mapping[str, Callable[[str, object], Any]] = {
    "value": _read_number,
    "value_max": _read_number,
    "modifier": _read_modifier,
    "unit": _read_unit,
    "indicator": _read_words,
    "status": _read_status,
    "period": _read_period,
    "place": _read_places,
    "project_type": _read_type,
    "funder": _read_funder,
}
