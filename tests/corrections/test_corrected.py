"""What a person says of a figure, and all that follows from it."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from correction_samples import DOCUMENT, TEXT, corrected, correction, figure
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor import examine
from extractor.checks import check
from extractor.corrections import correct
from extractor.corrections.apply import _relinked
from extractor.corrections.changes import FIELDS, read
from extractor.errors import UsageError
from extractor.intervals import of_figure
from extractor.types import PERSON, Correction, Document, Extraction, LinkKind, Modifier, Place, Status, Verdict

CORPUS = sorted((Path(__file__).parents[2] / "corpus").rglob("*.txt"))
BEFORE = examine(DOCUMENT)


def test_the_sample_has_what_the_tests_correct() -> None:
    share = figure(BEFORE, "80%")
    assert share.pct is not None
    assert share.pct.of is not None
    assert figure(BEFORE, "806人").pair == figure(BEFORE, "212户").start
    assert figure(BEFORE, "20万元").part_of == figure(BEFORE, "38.6万元").start
    assert {result.verdict for result in BEFORE.checks or ()} == {Verdict.HOLDS}
    assert BEFORE.projects[0].funders == ("省级",)


def test_what_follows_from_a_field_is_derived_again() -> None:
    said = {
        "value": "39.6",
        "unit": "公里",
        "modifier": "about",
        "indicator": "公路里程",
        "status": "planned",
        "period": "2016-2020",
        "place": ["平甸乡", "某某山"],
        "project_type": "道路桥梁",
        "funder": "中央",
    }
    one = figure(corrected(("4.2公里", said)).extraction, "4.2公里")
    assert (one.value, one.unit, one.dimension) == (Decimal("39.6"), "公里", "length")
    assert (one.base_value, one.base_unit, one.base_value_max) == (Decimal(39600), "米", None)
    assert (one.modifier, one.status, one.indicator) == (Modifier.ABOUT, Status.PLANNED, "公路里程")
    assert one.indicator_code == "road_mileage"
    assert (one.period, one.period_start, one.period_end) == ("2016-2020", "2016-01-01", "2020-12-31")
    assert one.place == (Place("平甸乡", "530427200", "township"), Place("某某山", None, ""))
    assert (one.project_type, one.funder, one.rule_or_model, one.confidence) == ("road", "中央", PERSON, 1.0)
    assert (one.start, one.end, one.text, one.sentence) == (
        *((before := figure(BEFORE, "4.2公里")).start, before.end, before.text),
        before.sentence,
    )


def test_a_number_that_the_text_does_not_write_is_as_exact_as_what_it_writes() -> None:
    for value, low, high in (
        ("215000", "215000", "215000"),
        ("210000", "205000", "215000"),
        ("2100000", "2095000", "2105000"),
    ):
        number = of_figure(figure(corrected(("20万元", {"value": value})).extraction, "20万元"))
        assert number is not None
        assert (number.meaning.low, number.meaning.high) == (
            Fraction(low) - Fraction(1, 2) * (value == "215000"),
            Fraction(high) + Fraction(1, 2) * (value == "215000"),
        )
    assert of_figure(figure(corrected(("20万元", {"funder": "中央"})).extraction, "20万元")) == of_figure(
        figure(BEFORE, "20万元")
    )


def test_a_unit_of_another_kind_changes_amount_and_code() -> None:
    one = figure(corrected(("1200人次", {"unit": "元/人"})).extraction, "1200人次")
    assert (one.unit, one.base_unit, one.dimension, one.base_value) == ("元/人", "元/人", "money", Decimal(1200))
    assert one.indicator_code is None


def test_a_masked_number_and_a_range() -> None:
    masked = figure(corrected(("212户", {"value": None})).extraction, "212户")
    assert (masked.value, masked.base_value, masked.redacted) == (None, None, True)
    ranged = figure(corrected(("212户", {"value_max": 230})).extraction, "212户")
    assert (ranged.modifier, ranged.base_value_max) == (Modifier.RANGE, Decimal(230))


def test_a_place_with_its_code() -> None:
    said = {"place": [{"name": "平甸", "code": "530427200"}]}
    one = figure(corrected(("4.2公里", said)).extraction, "4.2公里")
    assert one.place == (Place("平甸", "530427200", "township"),)


def test_claims_are_recomputed() -> None:
    after = corrected(("20万元", {"value": "210000"})).extraction
    failed = [result for result in after.checks or () if result.verdict is Verdict.FAILS]
    assert [result.figures[0].start for result in failed] == [figure(BEFORE, "38.6万元").start]
    assert corrected(("20万元", {"value": "200000"})).extraction.checks == BEFORE.checks
    assert (
        correct(DOCUMENT, replace(BEFORE, checks=None), [correction(BEFORE, "20万元", None)]).extraction.checks is None
    )


def test_a_part_that_was_more_than_its_total_is_linked_when_its_number_is_put_right() -> None:
    wrong = Document(TEXT.replace("18.6万元", "28.6万元"))
    assert figure(examine(wrong), "28.6万元").part_of is None
    after = corrected(("28.6万元", {"value": "186000"}), document=wrong).extraction
    assert after.links == BEFORE.links
    assert [result.key for result in after.checks or ()] == [result.key for result in BEFORE.checks or ()]
    assert {result.verdict for result in after.checks or ()} == {Verdict.HOLDS}


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_linking_anew_what_is_as_it_was_extracted_gives_the_same_links(path: Path) -> None:
    document, extraction = _corpus(path)
    others = [replace(one, base_value=None) for one in extraction.figures]  # as if every number had been another one
    again = _relinked(extraction, others, document.parts)
    assert set(again.links) == set(extraction.links)
    assert again.figures == extraction.figures


def test_what_is_no_figure_goes_with_its_links() -> None:
    after = corrected(("38.6万元", None), ("212户", None), ("1500人次", None)).extraction
    gone = {figure(BEFORE, text).start for text in ("38.6万元", "212户", "1500人次")}
    assert [one.start for one in after.figures] == [one.start for one in BEFORE.figures if one.start not in gone]
    ends = {end for link in after.links for end in (link.source, link.target)}
    own = {end for one in after.figures for end in (one.part_of, one.pair, one.pct and one.pct.of)}
    assert not gone & (ends | own)
    assert not gone & {start for project in after.projects for start in project.figures}
    assert not gone & {one.start for result in after.checks or () for one in result.figures}
    share = figure(BEFORE, "80%").pct
    assert share is not None
    assert figure(after, "80%").pct == replace(share, of=None)


def test_what_no_longer_makes_sense_is_unlinked() -> None:
    after = corrected(("806人", {"unit": "公里"}), ("80%", {"unit": "户"})).extraction
    assert figure(after, "806人").pair is None
    assert figure(after, "80%").pct is None
    kinds = {link.kind for link in after.links}
    assert not kinds & {LinkKind.PAIR, LinkKind.PROGRESS_OF, LinkKind.NUMERATOR}


def test_a_project_follows_its_figures() -> None:
    after = corrected(("20万元", {"funder": "中央"}), ("38.6万元", {"project_type": "irrigation"})).extraction
    before, project = BEFORE.projects[0], after.projects[0]
    assert project.funders == ("中央",)
    assert figure(after, "38.6万元").project is None
    assert set(before.figures) - set(project.figures) == {figure(BEFORE, "38.6万元").start}
    members = [one.text for one in BEFORE.figures if one.project == before.id]
    assert corrected(*((text, None) for text in members)).extraction.projects == BEFORE.projects[1:]


def test_a_correction_that_does_not_fit_changes_nothing_and_is_told() -> None:
    good = correction(BEFORE, "20万元", {"funder": "中央"}, 7)
    moved = replace(good, id=8, start=good.start + 1)
    elsewhere = replace(correction(BEFORE, "212户", None, 9), sentence="另一句")
    shorter = replace(
        correction(BEFORE, "4.2公里", {"value": 5}, 10), end=figure(BEFORE, "4.2公里").end - 1, text="4.2公"
    )
    impossible = correction(BEFORE, "18.6万元", {"modifier": "range"}, 11)
    outcome = correct(DOCUMENT, BEFORE, [good, moved, elsewhere, shorter, impossible])
    assert set(outcome.unfit) == {8, 9, 10, 11}
    assert outcome.extraction.figures == correct(DOCUMENT, BEFORE, [good]).extraction.figures
    assert "value_max" in outcome.unfit[11]


def test_no_figure_any_more_is_what_was_wanted() -> None:
    gone = correction(BEFORE, "212户", None)
    without = replace(BEFORE, figures=tuple(one for one in BEFORE.figures if one.text != "212户"), links=())
    assert correct(DOCUMENT, without, [gone]).unfit == {}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "可改：value"),
        ({"vlaue": 1}, "是不是 value？"),
        ({"value": "18.6万元"}, "value：应为数"),
        ({"value": "NaN"}, "value：应为数"),
        ({"value": True}, "value：应为数"),
        ({"value": "1e400"}, "不可能"),
        ({"value": 10**25}, "不可能"),
        ({"value": "0.12345678901"}, "小数至多"),
        ({"unit": "万元"}, "5万元写 50000 和 元"),
        ({"unit": "公礼"}, "没有单位"),
        ({"unit": 3}, "unit：应为文字"),
        ({"modifier": "circa"}, "可用：exact"),
        ({"status": "done"}, "可用：actual"),
        ({"status": None}, "可用：actual"),
        ({"period": "去年"}, "period：应写成"),
        ({"period": "2020-2016"}, "period：应写成"),
        ({"place": "平甸乡"}, "应为地点的列表"),
        ({"place": [""]}, "名称是空的"),
        ({"place": [{"name": "平甸乡", "code": "999999"}]}, "没有区划代码"),
        ({"place": [{"code": "53"}]}, "name 和 code"),
        ({"project_type": "spaceport"}, "road（道路桥梁）"),
        ({"project_type": {}}, "road（道路桥梁）"),
        ({"indicator": "长" * 101}, "至多 100 个字"),
        ({"funder": "中\0央"}, "无法保存"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(changes)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "changes", "told"),
    [
        ("212户", {"value": -5}, "不能是负数"),
        ("212户", {"modifier": "range"}, "value_max"),
        ("212户", {"value_max": 200}, "须大于 value"),
        ("212户", {"value_max": 300, "modifier": "about"}, "value_max"),
        ("212户", {"value": None, "value_max": 300}, "须大于 value"),
    ],
)
def test_what_does_not_go_together_is_refused(text: str, changes: dict[str, Any], told: str) -> None:
    assert told in corrected((text, changes)).unfit[1]


def test_a_loss_may_be_below_zero() -> None:
    assert figure(corrected(("20万元", {"value": "-200000"})).extraction, "20万元").base_value == Decimal(-200000)


_changes = st.fixed_dictionaries(
    {},
    optional={
        "value": st.none() | st.decimals("-1e12", "1e12", places=3),
        "unit": st.sampled_from(["", "元", "%", "户", "人", "公里", "亩", "元/人", "万人"[1:], "个", "百分点", "岁"]),
        "indicator": st.sampled_from(["", "总人口", "投入", "粮食产量"]),
        "status": st.sampled_from([one.value for one in Status]),
        "period": st.sampled_from([None, "2015", "2014/2015", "2016-12", "redacted", "2015年上半年"]),
        "place": st.sampled_from([[], ["新平县"], ["平甸乡", "不知何处"], [{"name": "昆明", "code": "5301"}]]),
        "project_type": st.sampled_from([None, "road", "training"]),
        "funder": st.sampled_from([None, "中央", "群众"]),
    },
).filter(bool)


@settings(max_examples=80)
@given(data=st.data(), path=st.sampled_from(CORPUS))
def test_any_corrections_leave_an_extraction_that_hangs_together(data: st.DataObject, path: Path) -> None:
    document, before = _corpus(path)
    chosen = data.draw(st.sets(st.integers(0, len(before.figures) - 1), min_size=1, max_size=8))
    corrections = []
    for number in sorted(chosen):
        one = before.figures[number]
        changes = data.draw(st.none() | _changes)
        told = None if changes is None else read(changes)
        sentence = before.text[slice(*one.sentence)]
        corrections.append(Correction(one.start, one.end, one.text, one.sentence[0], sentence, told, id=number + 1))
    outcome = correct(document, before, corrections)
    after = outcome.extraction
    by_start = {one.start: one for one in after.figures}
    assert [one.start for one in after.figures] == sorted(by_start)
    said = {one.start: one for one in corrections if one.id not in outcome.unfit}
    for one in before.figures:
        if one.start not in said:  # only links may go
            links = {"part_of", "pair", "pct"}
            assert all(
                getattr(one, field.name) == getattr(by_start[one.start], field.name)
                for field in fields(one)
                if field.name not in links
            )
        elif said[one.start].changes is None:
            assert one.start not in by_start
        else:
            assert by_start[one.start].rule_or_model == PERSON
    assert all(link.source in by_start and link.target in by_start for link in after.links)
    for project in after.projects:
        assert project.figures == tuple(one.start for one in after.figures if one.project == project.id)
        assert project.figures
    assert after.checks == check(after)
    assert all(member.start in by_start for result in after.checks or () for member in result.figures)
    again = correct(document, after, corrections)
    assert set(again.unfit) == set(outcome.unfit)
    assert again.extraction.figures == after.figures


def _corpus(path: Path, known: dict[Path, tuple[Document, Extraction]] = {}) -> tuple[Document, Extraction]:  # noqa: B006
    if path not in known:
        document = Document(path.read_text(encoding="utf-8"))
        known[path] = document, examine(document)
    return known[path]


def test_every_field_of_the_guidelines_that_may_change_is_a_field_of_a_figure() -> None:
    assert set(FIELDS) <= {field.name for field in fields(BEFORE.figures[0])}
    assert BEFORE.text == TEXT


@pytest.mark.parametrize(
    ("written", "value"),
    [("18.6万", "186000"), ("1.2亿", "120000000"), ("186,000", "186000"), ("十八万六千", "186000")],
)
def test_a_value_may_be_written_as_reports_write_it(written: str, value: str) -> None:
    assert read({"value": written}) == {"value": value}


@pytest.mark.parametrize("written", ["几万", "十余万", "三五万", "1_000万"])
def test_about_so_many_is_no_value(written: str) -> None:
    with pytest.raises(UsageError, match="应为数"):
        read({"value": written})


@pytest.mark.parametrize(
    ("said", "formula"),
    [
        (
            [("600万元", {"value": 5500000})],
            "中央资金550万元（已更正） + 省级资金260.5万元 = 810.5万元，不应超过 完成投资860.5万元",
        ),
        (
            [("860.5万元", {"value": 9605000}), ("600万元", {"value": 7000000})],
            "中央资金700万元（已更正） + 省级资金260.5万元 = 960.5万元，原文 完成投资960.5万元（已更正）",
        ),
        # The same digits with the point elsewhere.
        (
            [("860.5万元", {"value": 860500})],
            "中央资金600万元 + 省级资金260.5万元 = 860.5万元，不应超过 完成投资86.05万元（已更正）",
        ),
        ([("860.5万元", {"indicator": "投资"})], "中央资金600万元 + 省级资金260.5万元 = 860.5万元，原文 投资860.5万元"),
    ],
)
def test_a_formula_has_the_numbers_that_people_say(said: list[tuple[str, dict[str, Any]]], formula: str) -> None:
    text = "青溪县2022年水利工作总结\n2022年，全县维修水库12座，完成投资860.5万元，其中中央资金600万元、省级资金260.5万元。"
    result = corrected(*said, document=Document(text)).extraction
    assert formula in [check.formula for check in result.checks or ()]
