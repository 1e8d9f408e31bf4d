"""Annotated claims: they fit the corpus and hold; when a check is about one; what counts as found, flagged, stray."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from extractor import extract
from extractor.errors import UsageError
from extractor.evaluate import load_golden, predict
from extractor.evaluate.claims import (
    Claim,
    ExtractedFigures,
    Form,
    findings,
    fitting,
    is_found,
    read_claims,
    reveals,
    same_claim,
    touches,
)
from extractor.evaluate.recompute import agrees, amounts, computed, face_values
from extractor.evaluate.rows import Row
from extractor.readers import read_path
from extractor.types import CheckFigure, CheckKind, CheckResult, Extraction, Role, Verdict

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT / "corpus").with_suffix("").as_posix() for path in (ROOT / "corpus").glob("*/*.txt")
)

TEXT = (
    "全镇现有茶园2400亩，其中采摘园1500亩、幼龄园900亩，采摘园占62.5%。"
    "全年卖出干茶36吨，收入432万元，比上年的400万元增加32万元，增长8%。到年底，茶园2400亩全部确权。"
)


def at(words: str, nth: int = 0) -> int:
    """Return where some words of :data:`TEXT` begin, the ``nth`` time that they stand there."""
    place = -1
    for _ in range(nth + 1):
        place = TEXT.index(words, place + 1)
    return place


@pytest.fixture(scope="module")
def extraction() -> Extraction:
    return extract(TEXT)


@pytest.fixture(scope="module")
def figures(extraction: Extraction) -> ExtractedFigures:
    return ExtractedFigures(extraction)


def claim(kind: CheckKind, result: int | None, *parts: int, holds: bool = True) -> Claim:
    return Claim("tea", kind, result, parts, holds, None, None)


def check(kind: CheckKind, verdict: Verdict, *starts: int) -> CheckResult:
    return CheckResult(kind, verdict, tuple(CheckFigure(start, Role.PART) for start in starts), "", "")


SUM = claim(CheckKind.SUM, at("2400亩"), at("1500亩"), at("900亩"))
SHARE = claim(CheckKind.SHARE, at("62.5%"), at("1500亩"), at("2400亩"))
MORE = claim(CheckKind.DIFFERENCE, at("32万元", 1), at("432万元"), at("400万元"))


class TestSameClaim:
    def test_the_same_figures_in_any_order(self, figures: ExtractedFigures) -> None:
        result = check(CheckKind.SUM, Verdict.HOLDS, at("900亩"), at("2400亩"), at("1500亩"))
        assert same_claim(SUM, result, figures)

    def test_a_figure_that_restates_one(self, figures: ExtractedFigures) -> None:
        result = check(CheckKind.SUM, Verdict.HOLDS, at("2400亩", 1), at("1500亩"), at("900亩"))
        assert same_claim(SUM, result, figures)

    @pytest.mark.parametrize("other", ["36吨", "432万元", "确权"])
    def test_not_a_figure_that_says_something_else(self, figures: ExtractedFigures, other: str) -> None:
        result = check(CheckKind.SUM, Verdict.HOLDS, at(other), at("1500亩"), at("900亩"))
        assert not same_claim(SUM, result, figures)

    def test_not_with_a_figure_more_or_less(self, figures: ExtractedFigures) -> None:
        starts = [at("2400亩"), at("1500亩"), at("900亩")]
        assert not same_claim(SUM, check(CheckKind.SUM, Verdict.HOLDS, *starts[:2]), figures)
        assert not same_claim(SUM, check(CheckKind.SUM, Verdict.HOLDS, *starts, at("2400亩", 1)), figures)

    def test_kinds_that_are_the_same_arithmetic(self) -> None:
        assert fitting(CheckKind.SHARE, CheckKind.RATE)
        assert fitting(CheckKind.PROGRESS, CheckKind.SHARE)
        assert fitting(CheckKind.SUM, CheckKind.CROSS_SUM)
        assert fitting(CheckKind.PARTS, CheckKind.SUM)
        assert fitting(CheckKind.DIFFERENCE, CheckKind.SUM)
        assert not fitting(CheckKind.SUM, CheckKind.DIFFERENCE)
        assert not fitting(CheckKind.SHARE, CheckKind.GROWTH)
        assert not fitting(CheckKind.MEAN, CheckKind.PRODUCT)

    def test_an_annotation_may_begin_inside_the_extracted_figure(self, figures: ExtractedFigures) -> None:
        inside = claim(CheckKind.SUM, at("2400亩") + 1, at("1500亩"), at("900亩"))
        assert same_claim(inside, check(CheckKind.SUM, Verdict.HOLDS, *SUM.figures), figures)


class TestFindings:
    def test_only_a_check_that_confirms_finds(self, figures: ExtractedFigures) -> None:
        for verdict in (Verdict.HOLDS, Verdict.WITHIN_ROUNDING, Verdict.TRUNCATED):
            assert is_found(SUM, [check(CheckKind.SUM, verdict, *SUM.figures)], figures)
        for verdict in (Verdict.FAILS, Verdict.UNCHECKED):
            assert not is_found(SUM, [check(CheckKind.SUM, verdict, *SUM.figures)], figures)

    def test_claims_and_flags_are_sorted(self, extraction: Extraction) -> None:
        wrong = claim(CheckKind.GROWTH, at("8%"), at("432万元"), at("400万元"), holds=False)
        unseen = claim(CheckKind.PRODUCT, at("900亩"), at("36吨"), at("1500亩"), holds=False)
        right = check(CheckKind.SUM, Verdict.HOLDS, *SUM.figures)
        flag = check(CheckKind.GROWTH, Verdict.FAILS, *wrong.figures)
        stray = check(CheckKind.REPEAT, Verdict.FAILS, at("2400亩"), at("2400亩", 1))
        found = findings([SUM, SHARE, wrong, unseen], [right, flag, stray], extraction)
        assert found.found == (SUM,)
        assert found.missed == (SHARE,)
        assert found.flagged == (wrong,)
        assert found.unflagged == (unseen,)
        assert found.strays == (stray,)

    def test_a_flag_touches_by_the_result_or_by_half_of_the_figures(self, figures: ExtractedFigures) -> None:
        assert touches(SHARE, check(CheckKind.REPEAT, Verdict.FAILS, at("62.5%"), at("8%")), figures)
        assert touches(SHARE, check(CheckKind.SUM, Verdict.FAILS, at("2400亩"), at("1500亩")), figures)
        assert not touches(SHARE, check(CheckKind.SUM, Verdict.FAILS, at("2400亩"), at("900亩")), figures)

    def test_a_planted_error_is_shown_by_its_figure_or_by_a_claim(self, figures: ExtractedFigures) -> None:
        flag = check(CheckKind.MEAN, Verdict.FAILS, at("36吨"), at("432万元"))
        assert reveals(flag, at("36吨"), [], figures)
        assert not reveals(flag, at("400万元"), [SHARE], figures)
        assert reveals(check(CheckKind.SUM, Verdict.FAILS, *SHARE.figures), None, [SHARE], figures)
        assert not reveals(check(CheckKind.SUM, Verdict.HOLDS, *SHARE.figures), at("62.5%"), [SHARE], figures)


def row(text: str, value: str, unit: str, start: int, modifier: str = "exact") -> Row:
    nothing: dict[str, Any] = dict.fromkeys(("status", "period", "project_type", "funder", "part_of", "pair", "pct"))
    return Row(start, start + len(text), text, Decimal(value), None, modifier, unit, "", place=(), **nothing)


def holds(kind: CheckKind, rows: Sequence[tuple[str, str, str]], form: Form = Form.PLAIN, times: int | str = 1) -> bool:
    """Whether the first figure is what the others make."""
    known = amounts([row(*one, start=10 * place) for place, one in enumerate(rows)], " " * 10 * len(rows))
    parts = tuple(10 * place for place in range(1, len(rows)))
    return agrees(Claim("", kind, 0, parts, True, None, None, "", form, Fraction(times)), known)


class TestRecompute:
    def test_sums_meet_within_rounding(self) -> None:
        parts = [("3.2万亩", "32000", "亩"), ("1.9万亩", "19000", "亩")]
        assert holds(CheckKind.SUM, [("5.1万亩", "51000", "亩"), *parts])
        assert holds(CheckKind.SUM, [("5.2万亩", "52000", "亩"), *parts])
        assert not holds(CheckKind.SUM, [("5.3万亩", "53000", "亩"), *parts])

    def test_named_parts_may_be_less(self) -> None:
        assert holds(CheckKind.PARTS, [("20人", "20", "人"), ("8人", "8", "人")])
        assert not holds(CheckKind.PARTS, [("20人", "20", "人"), ("18人", "18", "人"), ("3人", "3", "人")])

    def test_shares_may_be_cut_off(self) -> None:
        parts = [("2354人", "2354", "人"), ("3079人", "3079", "人")]  # 76.4534 %
        assert holds(CheckKind.SHARE, [("76.5%", "76.5", "%"), *parts])
        assert holds(CheckKind.SHARE, [("76.4%", "76.4", "%"), *parts])
        assert not holds(CheckKind.SHARE, [("76.3%", "76.3", "%"), *parts])

    def test_rates_per_thousand_and_per_hundred_thousand(self) -> None:
        parts = [("16例", "16", "例"), ("4362人", "4362", "人")]
        assert holds(CheckKind.RATE, [("3.67‰", "3.67", "‰"), *parts])
        assert not holds(CheckKind.RATE, [("36.7‰", "36.7", "‰"), *parts])
        assert holds(CheckKind.RATE, [("366.80/10万", "366.80", "/10万"), *parts])

    def test_growth_in_its_four_forms(self) -> None:
        rate = ("8%", "8", "%")
        assert holds(CheckKind.GROWTH, [rate, ("432元", "432", "元"), ("400元", "400", "元")])
        assert holds(CheckKind.GROWTH, [rate, ("368元", "368", "元"), ("400元", "400", "元")])
        assert holds(CheckKind.GROWTH, [rate, ("432元", "432", "元"), ("32元", "32", "元")], Form.INCREASE)
        assert holds(CheckKind.GROWTH, [rate, ("368元", "368", "元"), ("32元", "32", "元")], Form.DECREASE)
        assert not holds(CheckKind.GROWTH, [rate, ("368元", "368", "元"), ("32元", "32", "元")], Form.INCREASE)
        years = [("26%", "26", "%"), ("2000元", "2000", "元"), ("1000元", "1000", "元")]
        assert holds(CheckKind.GROWTH, years, Form.COMPOUND, 3)
        assert not holds(CheckKind.GROWTH, years, Form.COMPOUND, 4)

    def test_means_are_rounded_and_divide_by_the_written_unit(self) -> None:
        total, land = ("27.9万吨", "279000", "吨"), ("68.4万亩", "684000", "亩")
        assert holds(CheckKind.MEAN, [("408公斤", "408", "公斤"), total, land])
        assert not holds(CheckKind.MEAN, [("480公斤", "480", "公斤"), total, land])
        beds = [("1840张", "1840", "张"), ("68200人", "68200", "人")]  # 26.98 per 1000
        assert holds(CheckKind.MEAN, [("27张", "27", "张"), *beds], times=1000)

    def test_products_and_sums_of_products(self) -> None:
        assert holds(
            CheckKind.PRODUCT, [("57.6万元", "576000", "元"), ("48户", "48", "户"), ("1.2万元", "12000", "元")]
        )
        pairs = [("31户", "31", "户"), ("8000元", "8000", "元"), ("45户", "45", "户"), ("3.5万元", "35000", "元")]
        assert holds(CheckKind.PRODUCT, [("182.3万元", "1823000", "元"), *pairs], Form.PAIRS)
        assert not holds(CheckKind.PRODUCT, [("128.3万元", "1283000", "元"), *pairs], Form.PAIRS)

    def test_a_balance_takes_off_the_last_part(self) -> None:
        rows = [("36名", "36", "人"), ("31名", "31", "人"), ("6名", "6", "人"), ("1名", "1", "人")]
        assert holds(CheckKind.DIFFERENCE, rows, Form.BALANCE)
        assert not holds(CheckKind.DIFFERENCE, rows)
        assert holds(CheckKind.DIFFERENCE, [("24名", "24", "人"), *rows[1:]])

    def test_a_masked_figure_is_an_error(self) -> None:
        with pytest.raises(KeyError):
            computed(claim(CheckKind.SUM, None, 1, 2), {})


def rows_of(part: str, stem: str) -> tuple[str, Sequence[Row]]:
    """Return a text with its annotated figures; those of ``corpus/arithmetic`` are extracted."""
    if part == "arithmetic":
        document = read_path(ROOT / "corpus" / part / f"{stem}.txt")
        return document.text, predict(document)
    golden = {one.name: one for one in load_golden(ROOT / "corpus" / part, ROOT / "annotations" / part)}[stem]
    return golden.document.text, golden.rows


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_claims_of_the_corpus_name_its_figures_and_hold(name: str) -> None:
    part, stem = name.split("/")
    text, rows = rows_of(part, stem)
    known = amounts(rows, text)
    claims = read_claims(ROOT / "annotations" / "arithmetic" / f"{name}.jsonl")
    assert len(claims) > 20
    assert len({(one.kind, one.result, one.parts) for one in claims}) == len(claims)
    for one in claims:
        assert one.doc == stem
        assert one.figures <= known.keys(), one
        assert one.holds, one
        assert agrees(one, known), one
        assert (one.computed, one.stated) == face_values(one, known), one


def test_a_claim_survives_its_file(tmp_path: Path) -> None:
    path = ROOT / "annotations" / "arithmetic" / "dev" / "civil_affairs.jsonl"
    claims = read_claims(path)
    lines = [json.dumps(one.record(), ensure_ascii=False) for one in claims]
    assert lines == path.read_text(encoding="utf-8").splitlines()
    assert any(one.form is Form.PAIRS and one.times == 12 for one in claims)
    bad = tmp_path / "bad.jsonl"
    bad.write_text(lines[0] + '\n{"doc": "x", "kind": "magic"}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="第 2 行"):
        read_claims(bad)
