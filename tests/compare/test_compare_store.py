"""Comparisons in the database: what goes into one and what is kept of it, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from compare_samples import read_ledger, recorded, save_into, save_ledger
from sqlalchemy import text

from extractor import extract_document
from extractor.compare import compare
from extractor.errors import UsageError
from extractor.readers import read_path
from extractor.store import Run, Store
from extractor.store.engine import make_engine, parse_url, reading
from extractor.types import Comparison, ComparisonItem, FigureRef, Ledger, Match

REPORT = (
    "石坪县2020年交通工作总结\n\n一、通组公路硬化\n实际完成204条、352.4公里，其中三岔镇46.8公里。2020年完成投资10572万元。\n"
    "二、危桥改造\n2020年改造危桥8座。\n"
)
LEDGER = Ledger(
    "交通台账",
    "交通.csv",
    "0" * 64,
    (
        recorded("通组公路硬化里程", "352.4", "公里", "石坪县", "2020"),
        recorded("通组公路硬化里程", "64.8", "公里", "三岔镇", "2020", index=1),
        recorded("桥梁总数", "486", "座", "石坪县", "2020", index=2),
    ),
)
MADE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def reports(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("甲.txt", "乙.txt")]
    for path, more in zip(paths, ("", "\n三、其他\n全年无事故。\n"), strict=True):
        path.write_text(REPORT + more, encoding="utf-8")
    return paths


def compared(store: Store, ledger: int, items: tuple[ComparisonItem, ...]) -> Comparison:
    return Comparison(ledger, store.document_numbers(), Decimal("0.005"), False, "0.1.0", MADE, items)


def test_figures_come_as_they_were_stored(store: Store, reports: list[Path]) -> None:
    save_into(store, reports)
    stored = {(one.document, one.figure.start): one for one in store.figures()}
    streamed = list(store.reported())
    assert [(one.document, one.figure.start) for one in streamed] == list(stored)
    for one in streamed:
        whole = stored[one.document, one.figure.start]
        assert (one.title, one.sentence) == (whole.title, whole.sentence)
        places = tuple((place.name, place.code) for place in whole.figure.place)
        assert tuple((place.name, place.code) for place in one.figure.place) == places
        kept = replace(
            whole.figure,
            place=one.figure.place,
            section=whole.figure.section[-1:],
            project_type=None,
            funder=None,
            part_of=None,
            pair=None,
            pct=None,
            project=None,
        )
        assert replace(one.figure, confidence=kept.confidence) == kept


def test_copied_articles_are_left_out_unless_wanted(store: Store, tmp_path: Path) -> None:
    for name in ("甲.txt", "乙.txt"):
        (tmp_path / name).write_text(REPORT + (" " if name == "乙.txt" else ""), encoding="utf-8")
    save_into(store, [tmp_path / "甲.txt", tmp_path / "乙.txt"])
    assert {one.document for one in store.reported()} == {1}
    assert {one.document for one in store.reported(copies=True)} == {1, 2}
    assert {one.document for one in store.reported([2], copies=True)} == {2}


def test_documents_that_do_not_exist(store: Store, reports: list[Path]) -> None:
    save_into(store, reports)
    assert store.document_numbers() == (1, 2)
    assert store.document_numbers([2, 2]) == (2,)
    with pytest.raises(UsageError, match="没有编号为 9 的文件"):
        store.document_numbers([9])


def test_a_comparison_is_kept_as_it_was_made(store: Store, database_url: str, reports: list[Path]) -> None:
    save_into(store, reports)
    number = save_ledger(database_url, LEDGER)
    assert store.ledger_number("交通台账") == store.ledger_number(number) == number
    assert store.ledger(number) == LEDGER
    items = compare(LEDGER.figures, store.reported())
    assert [item.verdict for item in items[:3]] == [Match.EXACT, Match.MISMATCH, Match.LEDGER_ONLY]
    made = compared(store, number, items)
    stored = store.save_comparison(made)
    assert store.comparison(stored) == made
    [listed] = store.comparisons()
    assert (listed.id, listed.ledger, listed.documents, listed.made) == (stored, "交通台账", 2, MADE)
    assert listed.verdicts[Match.MISMATCH] == 1
    assert sum(listed.verdicts.values()) == len(items)


def test_a_comparison_outlives_a_new_extraction(store: Store, database_url: str, reports: list[Path]) -> None:
    """What was compared is shown as it was, also where the figure now reads otherwise or is gone."""
    save_into(store, reports[:1])
    number = save_ledger(database_url, LEDGER)
    items = compare(LEDGER.figures, store.reported())
    stored = store.save_comparison(compared(store, number, items))
    refs = [ref for item in items for ref in (item.reported, *item.others) if ref]
    before = store.evidence(refs, stored)
    assert before == store.evidence(refs)
    [document] = [read_path(path) for path in reports[:1]]
    extraction = extract_document(document)
    start = REPORT.index("46.8公里")
    left = (
        replace(one, indicator="别的", part_of=None, pair=None, pct=None, project=None) for one in extraction.figures
    )
    others = tuple(one for one in left if one.start != start)
    store.save(document, replace(extraction, figures=others, links=(), projects=(), checks=None), Run("0", MADE))
    assert FigureRef(1, start) not in store.evidence(refs)
    assert store.evidence(refs, stored) == before
    assert store.comparison(stored).items == items
    with reading(make_engine(parse_url(database_url))) as connection:
        assert connection.execute(text("SELECT reported FROM v_discrepancy")).scalars().all() == ["46.8公里"]
    with pytest.raises(UsageError, match="重新抽取"):
        store.save_comparison(compared(store, number, items))
    assert len(list(store.comparisons())) == 1


def test_a_long_sentence_is_kept_around_its_figure(store: Store, database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "甲.txt"
    path.write_text(
        f"石坪县2020年交通工作总结\n\n{'逐村推进，' * 90}全县通组公路硬化352.4公里{'，逐户落实' * 90}。\n",
        encoding="utf-8",
    )
    save_into(store, [path])
    [one] = store.evidence([FigureRef(figure.document, figure.figure.start) for figure in store.figures()]).values()
    assert (one.sentence_end - one.sentence_start, len(one.snippet)) == (916, 407)
    assert one.snippet[one.start - one.snippet_start :].startswith("352.4公里")


def test_the_same_comparison_again_gives_the_same_items(store: Store, database_url: str, reports: list[Path]) -> None:
    save_into(store, reports)
    number = save_ledger(database_url, LEDGER)
    first, second = (compare(store.ledger(number).figures, store.reported()) for _ in range(2))
    assert first == second
    one, other = (store.save_comparison(compared(store, number, items)) for items in (first, second))
    assert store.comparison(one) == store.comparison(other)


def test_unknown_numbers_and_names(store: Store, database_url: str) -> None:
    with pytest.raises(UsageError, match="没有名为“没有”的台账"):
        store.ledger_number("没有")
    save_ledger(database_url, LEDGER)
    with pytest.raises(UsageError, match="现有：交通台账"):
        store.ledger_number("没有")
    with pytest.raises(UsageError, match="没有编号为 5 的比对"):
        store.comparison(5)


def test_evidence_names_the_sentence_and_forgets_what_is_gone(store: Store, reports: list[Path]) -> None:
    save_into(store, reports[:1])
    start = REPORT.index("46.8公里")
    found = store.evidence([FigureRef(1, start), FigureRef(1, 3)])
    assert set(found) == {FigureRef(1, start)}
    one = found[FigureRef(1, start)]
    assert one.text == "46.8公里"
    assert "其中三岔镇46.8公里" in one.snippet
    assert one.snippet[one.start - one.snippet_start :].startswith("46.8公里")


def test_view_of_discrepancies(store: Store, database_url: str, reports: list[Path]) -> None:
    save_into(store, reports)
    number = save_ledger(database_url, LEDGER)
    store.save_comparison(compared(store, number, compare(LEDGER.figures, store.reported())))
    with reading(make_engine(parse_url(database_url))) as connection:
        rows = connection.execute(text("SELECT * FROM v_discrepancy")).mappings().all()
    [row] = rows
    assert (row["ledger"], row["row"], row["column"], row["indicator"], row["place"]) == (
        "交通台账", 3, "E", "通组公路硬化里程", "三岔镇"
    )  # fmt: skip
    assert (row["reported"], float(row["difference"]), row["base_unit"]) == ("46.8公里", -18000.0, "米")
    assert float(row["recorded_value"]) == 64.8
    assert "三岔镇46.8公里" in row["snippet"]
    assert row["source"].endswith("甲.txt")


def test_documents_of_a_sample_ledger_can_be_chosen(store: Store, database_url: str, reports: list[Path]) -> None:
    save_into(store, reports)
    ledger, _ = read_ledger(Path(__file__).parents[2] / "corpus" / "ledger" / "county_ledger.csv")
    save_ledger(database_url, ledger)
    items = compare(ledger.figures, store.reported([2]))
    assert {ref.document for item in items for ref in (item.reported, *item.others) if ref} == {2}
