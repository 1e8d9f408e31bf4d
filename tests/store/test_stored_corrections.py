"""Corrections in the database: they hold over extractions, replacements and withdrawals, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from store_samples import RUN, extractions

from extractor import __version__, examine
from extractor.archive import Options, add
from extractor.config import Settings
from extractor.corrections import correct
from extractor.corrections.changes import read
from extractor.errors import StoreError, UsageError
from extractor.report.tabular import to_json
from extractor.store import CheckFilter, CheckNote, CorrectionFilter, FigureFilter, Run, Store, open_store, schema
from extractor.store.corrections import Place
from extractor.store.engine import make_engine, parse_url, reading
from extractor.store.rows import content_rows
from extractor.types import CorrectionState, Document, Extraction, Verdict

TEXT = (
    "新平县2015年扶贫工作总结\n"
    "2015年投入资金38.6万元，其中省级20万元，县级18.6万元，硬化平甸乡通村道路4.2公里，惠及212户806人。\n"
    "全年培训农民1200人次，完成计划1500人次的80%。\n"
)
CORPUS = sorted((Path(__file__).parents[2] / "corpus").rglob("*.txt"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url, correct) as opened:
        yield opened


def save(store: Store, text: str = TEXT) -> int:
    document = Document(text, source="总结.txt", encoding="utf-8")
    return store.save(document, examine(document), Run(__version__, datetime.now(UTC)))


def place(text: str) -> Place:
    start = TEXT.index(text)
    return Place(start, start + len(text))


def say(store: Store, document: int, text: str, changes: dict[str, Any] | None, author: str = "王会计") -> int:
    told = None if changes is None else read(changes)
    return store.corrections().add(document, place(text), told, note="核对原件", author=author).correction.id


def contents(store: Store, document: int) -> dict[str, Any]:
    found = store.holdings().contents(document)
    assert found is not None
    return content_rows(found[1])


def fund(store: Store, text: str) -> tuple[str | None, str]:
    found = next(one.figure for one in store.figures() if one.figure.text == text)
    return found.funder, found.rule_or_model


def states(store: Store) -> list[CorrectionState]:
    return [one.state for one in store.corrections().listed()]


def test_a_correction_holds_everywhere(store: Store) -> None:
    document = save(store)
    say(store, document, "20万元", {"value": "210000", "funder": "中央"})
    assert fund(store, "20万元") == ("中央", "person")
    found = next(store.figures(FigureFilter(base_unit="元", min_value=Decimal(205000), max_value=Decimal(215000))))
    assert found.figure.text == "20万元"
    assert store.count_checks(CheckFilter(document))[Verdict.FAILS] == 1
    assert [one.figure.value for one in store.reported() if one.figure.text == "20万元"] == [Decimal(210000)]


def test_withdrawn_is_as_if_it_had_never_been(store: Store) -> None:
    document = save(store)
    before = contents(store, document)
    first = say(store, document, "20万元", {"value": "210000", "indicator": "省级投入"})
    gone = say(store, document, "212户", None)
    second = say(store, document, "20万元", {"funder": "中央"}, "李主任")
    now = next(one.figure for one in store.figures() if one.figure.text == "20万元")
    assert (now.value, now.indicator, now.funder) == (Decimal(200000), "省级", "中央")  # the new one, not both
    assert states(store) == [CorrectionState.REPLACED, CorrectionState.IN_FORCE, CorrectionState.IN_FORCE]
    store.corrections().withdraw(second, "李主任")
    now = next(one.figure for one in store.figures() if one.figure.text == "20万元")
    assert (now.value, now.funder) == (Decimal(210000), "省级")  # the one before holds again
    for number in (first, gone, second, first):
        store.corrections().withdraw(number, "李主任")
    assert contents(store, document) == before
    assert states(store) == [CorrectionState.WITHDRAWN] * 3
    assert {one.withdrawn_by for one in store.corrections().listed()} == {"李主任"}
    assert [(one.correction.author, one.correction.note) for one in store.corrections().listed()] == [
        ("王会计", "核对原件"), ("王会计", "核对原件"), ("李主任", "核对原件"),
    ]  # fmt: skip
    assert store.info().rows["uncorrected"] == 0


def test_a_corrected_figure_is_found_by_what_it_is_now(store: Store) -> None:
    document, index = save(store), store.search_index()

    def found(indicator: str) -> list[str]:
        while index.catch_up():
            pass
        return [one.figure.text for one in store.listing().figures(FigureFilter(indicator=indicator), limit=10).items]

    assert found("省级") == ["20万元"]
    number = say(store, document, "20万元", {"indicator": "道路养护"})
    assert found("道路养护") == ["20万元"]
    assert found("省级") == []
    store.corrections().withdraw(number, "李主任")
    assert found("道路养护") == []
    assert found("省级") == ["20万元"]


def test_a_new_extraction_is_corrected_again(store: Store) -> None:
    document = save(store)
    say(store, document, "20万元", {"funder": "中央"})
    say(store, document, "212户", None)
    before, check = contents(store, document), next(iter(store.checks(CheckFilter(document))))
    store.explain(document, check.result.key, CheckNote("已核", "王会计", datetime.now(UTC)))
    assert save(store) == document
    assert contents(store, document) == before
    assert states(store) == [CorrectionState.IN_FORCE] * 2
    figures = store.holdings().one(document)
    assert figures is not None
    assert figures.figures == len(list(store.figures()))


def test_one_that_does_not_fit_any_more_is_kept_and_told(store: Store) -> None:
    document = save(store)
    number = say(store, document, "20万元", {"funder": "中央"})
    again = Document(TEXT, source="总结.txt")
    extraction = examine(again)
    fewer = replace(
        extraction,
        figures=tuple(one for one in extraction.figures if "元" not in one.text),
        links=(),
        projects=(),
        checks=(),
    )
    fewer = replace(
        fewer, figures=tuple(replace(one, project=None, part_of=None, pair=None, pct=None) for one in fewer.figures)
    )
    store.save(again, fewer, RUN)
    (stored,) = store.corrections().listed(CorrectionFilter(state=CorrectionState.UNFIT))
    assert (stored.correction.id, stored.document) == (number, document)
    assert "没有抽取出" in stored.unfit
    save(store)  # found again
    assert states(store) == [CorrectionState.IN_FORCE]
    assert fund(store, "20万元") == ("中央", "person")


def test_other_text_of_the_same_file_is_not_corrected(store: Store) -> None:
    one = Document(TEXT, source="总结.txt", sha256="the same bytes")
    document = store.save(one, examine(one), RUN)
    store.corrections().add(document, place("20万元"), read({"funder": "中央"}), note="", author="甲")
    shifted = replace(one, text="附：\n" + TEXT)
    assert store.save(shifted, examine(shifted), RUN) == document
    assert states(store) == [CorrectionState.UNFIT]
    assert fund(store, "20万元") == ("省级", "rule")
    store.save(one, examine(one), RUN)
    assert states(store) == [CorrectionState.IN_FORCE]


def test_what_cannot_be_is_refused_and_leaves_nothing(store: Store) -> None:
    document = save(store)
    before = contents(store, document)
    tries: list[tuple[int, Place, dict[str, Any]]] = [
        (document, Place(0, 3), {"funder": "中央"}),
        (document, Place(5, 5), {"funder": "中央"}),
        (document, Place(0, 10**6), {"funder": "中央"}),
        (document, place("20万元"), {"modifier": "range"}),
        (document + 1, place("20万元"), {"funder": "中央"}),
    ]
    for number, where, changes in tries:
        with pytest.raises(UsageError):
            store.corrections().add(number, where, read(changes), note="", author="甲")
    assert contents(store, document) == before
    assert store.corrections().listed() == []
    with pytest.raises(UsageError, match="没有编号为 7"):
        store.corrections().withdraw(7, "李主任")


def test_a_program_that_cannot_correct_is_refused(database_url: str, store: Store) -> None:
    document = save(store)
    say(store, document, "20万元", {"funder": "中央"})
    before = contents(store, document)
    with open_store(database_url) as other:
        with pytest.raises(StoreError, match="人工更正"):
            save(other)
        save(other, "另一份报告。投入5万元。\n")  # has none
    assert contents(store, document) == before


def test_archives_apply_corrections(database_url: str, store: Store, tmp_path: Path) -> None:
    (tmp_path / "报告").mkdir()
    file = tmp_path / "报告" / "总结.txt"
    file.write_text(TEXT, encoding="utf-8")
    one = Options(workers=1)
    add(store, [str(file.parent)], Settings(), one, lambda _: None)
    document = next(store.documents()).id
    say(store, document, "20万元", {"funder": "中央"})
    file.touch()
    moved = file.rename(file.with_name("改名.txt"))
    add(store, [str(file.parent)], Settings(), one, lambda _: None)
    assert fund(store, "20万元") == ("中央", "person")
    assert next(store.documents()).source == str(moved)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(extraction=extractions())
def test_an_extraction_is_read_as_it_was_stored(store: Store, extraction: Extraction) -> None:
    document = store.save(Document(extraction.text, sha256="one"), extraction, RUN)
    assert contents(store, document) == content_rows(extraction)


@pytest.mark.parametrize("path", CORPUS[:6], ids=lambda path: path.stem)
def test_a_stored_report_is_checked_as_a_fresh_one(store: Store, path: Path) -> None:
    """Correcting nothing but a word recomputes the claims that were found at first, from what the database holds."""
    text = path.read_text(encoding="utf-8")
    document = save(store, text)
    found = store.holdings().contents(document)
    assert found is not None
    before = found[1]
    figure = next(one for one in before.figures if one.pct is None)
    told = read({"funder": "某某基金"})
    store.corrections().add(document, Place(figure.start, figure.end), told, note="", author="甲")
    after = store.holdings().contents(document)
    assert after is not None
    assert after[1].checks == before.checks == examine(Document(text)).checks
    assert [replace(one, funder=None, rule_or_model="", confidence=0) for one in after[1].figures] == [
        replace(one, funder=None, rule_or_model="", confidence=0) for one in before.figures
    ] or figure.funder is not None


@pytest.mark.any_database
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_history_ends_in_what_holds(store: Store, data: st.DataObject) -> None:
    """However corrections are made, withdrawn and re-extracted: the rows are those of the ones that hold, applied at once."""
    document = save(store)
    texts = ("38.6万元", "20万元", "212户", "806人", "80%", "4.2公里")
    holding: dict[str, list[tuple[int, Any]]] = {text: [] for text in texts}
    for stored in store.corrections().listed():
        store.corrections().withdraw(stored.correction.id, "李主任")
    said = st.sampled_from([None, {"value": 7}, {"unit": "公里"}, {"project_type": "training"}, {"place": ["平甸乡"]}])
    for _ in range(data.draw(st.integers(1, 6))):
        match data.draw(st.sampled_from(["say", "say", "withdraw", "extract"])):
            case "say":
                text, changes = data.draw(st.sampled_from(texts)), data.draw(said)
                holding[text].append((say(store, document, text, changes), changes))
            case "withdraw":
                text = data.draw(st.sampled_from(texts))
                if holding[text]:
                    store.corrections().withdraw(holding[text].pop()[0], "李主任")
            case _:
                save(store)
    now = contents(store, document)
    for stored in store.corrections().listed(CorrectionFilter(state=CorrectionState.IN_FORCE)):
        store.corrections().withdraw(stored.correction.id, "李主任")
    for stored in store.corrections().listed(CorrectionFilter(state=CorrectionState.IN_FORCE)):
        store.corrections().withdraw(stored.correction.id, "李主任")
    for text, history in holding.items():
        if history:
            say(store, document, text, history[-1][1])
    assert to_json(now) == to_json(contents(store, document))


def test_uncorrected_rows_are_plain(database_url: str, store: Store) -> None:
    document = save(store)
    say(store, document, "20万元", None)
    with reading(make_engine(parse_url(database_url))) as connection:
        kept = connection.execute(select(schema.uncorrected.c.content)).scalar_one()
    assert "20万元" in {row[3] for row in kept["figure"]["rows"]}
    assert set(kept) == {
        "project", "project_funder", "project_place", "figure", "figure_place", "figure_link", "check_result", "check_figure",
    }  # fmt: skip
