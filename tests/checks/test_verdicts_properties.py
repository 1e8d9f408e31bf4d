"""What no order, unit or scale changes about a verdict, and what rounding allows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as st

from extractor import extract
from extractor.checks import check
from extractor.checks.claim import Claim, Trust, add, divide, evaluate, holds, multiply, percentage, subtract
from extractor.checks.view import Item, views
from extractor.intervals import Number, total
from extractor.types import CheckKind, Role, Verdict

FACTORS = {"万元": Fraction(10_000), "亿元": Fraction(100_000_000), "公顷": Fraction(10_000), "亩": Fraction(20_000, 3)}
AMOUNTS = st.fractions(min_value=Fraction(1), max_value=Fraction(10_000), max_denominator=10_000)
SHOWN = frozenset((Verdict.HOLDS, Verdict.WITHIN_ROUNDING, Verdict.TRUNCATED))


def figure_items() -> list[Item]:
    (view,) = views(extract("总投资90万元，其中甲50万元、乙40万元。"))
    return view.items


ITEM = figure_items()[0]


def written(value: Fraction, places: int, unit: Fraction = Fraction(1)) -> Number:
    """Return what is written of an amount in a unit, with so many decimals."""
    step = Fraction(1, 10**places)
    return Number(round(value / unit / step) * step * unit, step * unit, step * unit)


def verdict(kind: CheckKind, stated: Number, *parts: Number, bound: bool = False) -> Verdict:
    operation = percentage if kind is CheckKind.SHARE else add
    claim = Claim(kind, ITEM, ((ITEM, Role.PART),) * len(parts), operation, "", Trust.SAID, bound)
    return evaluate(claim, [stated, *parts])[0]


@given(st.lists(AMOUNTS, min_size=2, max_size=8), st.integers(0, 4))
def test_a_sum_of_rounded_numbers_never_fails(parts: list[Fraction], places: int) -> None:
    stated = written(sum(parts, Fraction(0)), places)
    assert verdict(CheckKind.SUM, stated, *(written(part, places) for part in parts)) in SHOWN


@given(st.lists(AMOUNTS, min_size=2, max_size=8), st.integers(0, 4), st.booleans(), st.integers(0, 50))
def test_a_sum_that_misses_by_more_than_the_bound_always_fails(
    parts: list[Fraction], places: int, more: bool, beyond: int
) -> None:
    numbers = [written(part, places) for part in parts]
    step = numbers[0].step
    # Half a place for each part and one for the total, which may be cut off instead of rounded.
    least = step * (Fraction(len(parts), 2) + 1) + step * (1 + beyond)
    amount = sum((number.value for number in numbers), Fraction(0)) + (least if more else -least)
    assert verdict(CheckKind.SUM, Number(amount, step, step), *numbers) is Verdict.FAILS


@given(st.lists(AMOUNTS, min_size=2, max_size=6), AMOUNTS, st.integers(0, 3), st.randoms())
def test_the_order_of_parts_changes_no_verdict(
    parts: list[Fraction], stated: Fraction, places: int, random: object
) -> None:
    numbers = [written(part, places) for part in parts]
    shuffled = numbers.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for kind, bound in ((CheckKind.SUM, False), (CheckKind.PARTS, True)):
        total_ = written(stated, places)
        assert verdict(kind, total_, *numbers, bound=bound) is verdict(kind, total_, *shuffled, bound=bound)


@given(
    st.lists(AMOUNTS, min_size=2, max_size=6),
    AMOUNTS,
    st.integers(0, 3),
    st.sampled_from([Fraction(10) ** power for power in (-6, -1, 1, 3, 12)] + list(FACTORS.values())),
)
def test_the_scale_changes_no_verdict(parts: list[Fraction], stated: Fraction, places: int, factor: Fraction) -> None:
    def scaled(number: Number) -> Number:
        return replace(number, value=number.value * factor, step=number.step * factor, coarse=number.coarse * factor)

    numbers = [written(stated, places), *(written(part, places) for part in parts)]
    assert verdict(CheckKind.SUM, *numbers) is verdict(CheckKind.SUM, *map(scaled, numbers))
    assume(numbers[2].value > 0)
    percent = written(Fraction(37), places)
    assert verdict(CheckKind.SHARE, percent, *numbers[1:3]) is verdict(
        CheckKind.SHARE, percent, *map(scaled, numbers[1:3])
    )


@given(
    st.lists(AMOUNTS, min_size=2, max_size=6), st.integers(0, 3), st.lists(st.sampled_from(["亩", "公顷"]), min_size=7)
)
def test_the_unit_of_each_part_changes_no_right_sum(parts: list[Fraction], places: int, units: list[str]) -> None:
    amounts = [part * FACTORS["公顷"] for part in parts]
    numbers = [written(amount, places, FACTORS[unit]) for amount, unit in zip(amounts, units, strict=False)]
    stated = written(sum(amounts, Fraction(0)), places, FACTORS[units[-1]])
    assert verdict(CheckKind.SUM, stated, *numbers) in SHOWN
    assert total(number.rounding for number in numbers).meets(stated.rounding)


@given(AMOUNTS, AMOUNTS, st.integers(1, 3))
def test_a_share_that_is_worked_out_never_fails(part: Fraction, rest: Fraction, places: int) -> None:
    numbers = [written(part, 4), written(part + rest, 4)]
    assume(numbers[0].value > 0)
    percent = written(numbers[0].value / numbers[1].value * 100, places)
    assert verdict(CheckKind.SHARE, percent, *numbers) in SHOWN


def digits(value: int, places: int) -> str:
    return f"{Decimal(value).scaleb(-places):f}"


@given(
    st.lists(st.integers(10, 99_999), min_size=2, max_size=4),
    st.integers(0, 2),
    st.sampled_from(["，其中：", "，其中", "，分别为", "，包括", "（", "。按来源分："]),
    st.sampled_from("、，；"),
)
def test_a_right_list_has_no_failure(parts: list[int], places: int, opening: str, joint: str) -> None:
    names = ("中央资金", "省级资金", "县级配套", "群众自筹")
    listed = joint.join(f"{name}{digits(part, places)}万元" for name, part in zip(names, parts, strict=False))
    closing = "）。" if opening == "（" else "。"
    text = f"云梓县总投资{digits(sum(parts), places)}万元{opening}{listed}{closing}"
    assert [result for result in check(extract(text)) if result.verdict is Verdict.FAILS] == []


@given(st.integers(100, 99_999), st.integers(100, 99_999), st.sampled_from(["占", "占比"]))
def test_a_right_share_and_growth_have_no_failure(old: int, new: int, word: str) -> None:
    growth = (Decimal(new) / Decimal(old) - 1) * 100
    assume(abs(growth) >= Decimal("0.05"))
    said = f"{'增长' if growth > 0 else '下降'}{abs(growth):.1f}%"
    whole = old + new
    text = (
        f"云梓县发放补助{new}万元，比上年的{old}万元{said}。"
        f"全县共有农户{whole}户，其中脱贫户{new}户，{word}{Decimal(new) / whole * 100:.2f}%。"
    )
    assert [result for result in check(extract(text)) if result.verdict is Verdict.FAILS] == []


def whole(value: int, step: int = 0) -> Number:
    return Number(Fraction(value), Fraction(step), Fraction(1))


COARSE = st.builds(
    lambda digits, place: Number(digits * Fraction(10) ** place, Fraction(10) ** place, Fraction(10) ** place),
    st.integers(0, 30),
    st.integers(-2, 2),
)
COUNTS = st.integers(0, 30).map(whole)
OPERATIONS = {
    CheckKind.SUM: add, CheckKind.DIFFERENCE: subtract, CheckKind.PRODUCT: multiply, CheckKind.MEAN: divide,
    CheckKind.SHARE: percentage,
}  # fmt: skip


@given(st.sampled_from(sorted(OPERATIONS)), COARSE | COUNTS, COARSE | COUNTS, COARSE | COUNTS)
@example(CheckKind.MEAN, whole(0), whole(1), whole(3))
@example(CheckKind.PRODUCT, whole(1, 1), whole(3, 1), whole(3, 1))
def test_what_is_not_worked_out_fails(kind: CheckKind, stated: Number, first: Number, second: Number) -> None:
    items = [Item(ITEM.mention, number) for number in (stated, first, second)]
    terms = tuple((item, Role.PART) for item in items[1:])
    claim = Claim(kind, items[0], terms, OPERATIONS[kind], "", Trust.SAID)
    try:
        fails = evaluate(claim, [stated, first, second])[0] is Verdict.FAILS
    except ValueError:
        fails = True
    assert holds(claim) is not fails
