"""The unit lexicon is sound, and words are matched as whole words."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, localcontext
from fractions import Fraction

import pytest

from extractor.quantities.lexicon import abstract_nouns, fixed_expressions
from extractor.quantities.units import match_unit
from extractor.resources.implied_units import implied_units
from extractor.resources.units import (
    DIMENSIONS,
    PLACES,
    SPOKEN,
    UNCONVERTED,
    Unit,
    divisions,
    load_units,
    spellings,
    unit_named,
)


def test_every_row_keeps_the_schema() -> None:
    for unit in load_units():
        assert unit.name
        assert unit.dimension in DIMENSIONS
        assert unit.spoken in SPOKEN
        assert unit.factor > 0
        assert unit.base_unit


def test_every_spelling_names_one_unit() -> None:
    written = [spelling for unit in load_units() for spelling in (unit.name, *unit.aliases)]
    assert len(written) == len(set(written)) == len(spellings())


@pytest.mark.parametrize("dimension", sorted(set(DIMENSIONS) - UNCONVERTED))
def test_units_of_a_dimension_share_one_base_unit(dimension: str) -> None:
    (base,) = {unit.base_unit for unit in load_units() if unit.dimension == dimension}
    assert unit_named(base).name == base
    assert (unit_named(base).dimension, unit_named(base).factor) == (dimension, Fraction(1))


@pytest.mark.parametrize("unit", [unit for unit in load_units() if unit.dimension in UNCONVERTED], ids=lambda u: u.name)
def test_a_unit_that_does_not_convert_is_its_own_base(unit: Unit) -> None:
    assert (unit.base_unit, unit.factor) == (unit.name, Fraction(1))


def test_divisions_are_counted_things() -> None:
    assert {"村", "组", "乡镇", "县"} <= divisions()
    assert {unit_named(name).dimension for name in divisions()} == {"count"}


def test_all_dimensions_are_used() -> None:
    assert {unit.dimension for unit in load_units()} == set(DIMENSIONS)


ALIASES = """
km 公里
KM 公里
千米 公里
㎡ 平方米
m2 平方米
平米 平方米
KW 千瓦
方 立方米
名 人
位 人
人（次） 人次
％ %
个百分点 百分点
个月 月
个村 村
乡（镇） 乡镇
度 千瓦时
美金 美元
kg 公斤
hm2 公顷
"""


@pytest.mark.parametrize(("written", "name"), [tuple(line.split()) for line in ALIASES.strip().splitlines()])
def test_alias(written: str, name: str) -> None:
    assert unit_named(written).name == name


def test_unknown_unit_is_an_error() -> None:
    with pytest.raises(KeyError):
        unit_named("光年吧")


def test_conversion_is_exact() -> None:
    assert unit_named("亩").factor == Fraction(2000, 3)
    assert unit_named("亩").to_base(Decimal(300)) == Decimal(200000)
    assert unit_named("公里").to_base(Decimal("11.3")) == Decimal(11300)
    assert unit_named("斤").to_base(Decimal(7)) == Decimal("3.5")
    assert unit_named("微克").to_base(Decimal("0.1")) == Decimal("1e-10")
    assert unit_named("周").to_base(Decimal(2)) == Decimal(14)
    assert unit_named("小时").to_base(Decimal(12)) == Decimal("0.5")


def test_a_conversion_that_does_not_come_out_even_is_rounded() -> None:
    assert unit_named("亩").to_base(Decimal("0.5")) == Decimal("333.333333")
    assert unit_named("亩").to_base(Decimal(1)) == Decimal("666.666667")
    assert unit_named("小时").to_base(Decimal(1)).as_tuple().exponent == -PLACES


def test_conversion_does_not_depend_on_the_callers_decimal_context() -> None:
    with localcontext(Context(prec=3, traps=[Inexact])):
        assert unit_named("亩").to_base(Decimal("1234567")) == Decimal("823044666.666667")


WHOLE_WORDS = [("平方公里的", "平方公里", 4), ("平方米", "平方米", 3), ("个村民小组", "个", 1), ("个村", "村", 2)]


@pytest.mark.parametrize(("text", "name", "length"), [*WHOLE_WORDS, ("km", "公里", 2)])
def test_longest_whole_word(text: str, name: str, length: int) -> None:
    found = match_unit(text, 0)
    assert found is not None
    assert (found[0].name, found[1]) == (name, length)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("个人口大县", "个"), ("个人均收入偏低的村", "个"), ("个人大代表联络站", "个"), ("个人民调解室", "个"),
        ("个人才公寓", "个"), ("个人畜饮水工程", "个"), ("个人饮工程", "个"), ("个人工湖", "个"), ("个人社所", "个"),
        ("个人", "人"), ("个人均已脱贫", "人"), ("个人才能完成", "人"), ("个人工作", "人"), ("个人大病", "人"),
    ],
)  # fmt: skip
def test_a_word_that_begins_with_a_person_is_counted_by_its_classifier(text: str, name: str) -> None:
    found = match_unit(text, 0)
    assert found is not None
    assert found[0].name == name


@pytest.mark.parametrize("text", ["G网络", "mx", "部门", "方面", "支持", "级别", "", "的"])
def test_no_unit(text: str) -> None:
    assert match_unit(text, 0) is None


def test_word_lists_are_read() -> None:
    assert implied_units()["资金"].name == "元"
    assert any(entry.noun == "方面" and entry.digits for entry in abstract_nouns())
    assert ("千方百计", 0) in fixed_expressions()["千"]
    assert ("千方百计", 2) in fixed_expressions()["百"]
