"""Whole ledgers against whole reports: every row gets the verdict that a person gave it.

The sample ledger stands in ``corpus/ledger``. The seed documents stand beside the repository; where they are missing
their test is skipped on a developer's machine and fails on CI. The third ledger was written after the program, but its
rows have since shown what to mend, and so have those of ``fresh``; to the one on the reports in ``corpus/test`` and to
``money`` no rule was fitted.
"""

from __future__ import annotations

import csv
import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from compare_samples import CORPUS, ROOT, SEEDS, read_ledger, save_reports

from extractor.compare import compare
from extractor.store import open_store, upgrade
from extractor.types import ComparisonItem, FigureRef, Match, RecordedFigure, ReportedFigure

HERE = Path(__file__).parent
AGREE = {Match.EXACT, Match.WITHIN_ROUNDING, Match.WITHIN_MODIFIER}

Figures = Sequence[ReportedFigure]


def figures_of(folder: Path, base: Path) -> list[ReportedFigure]:
    url = f"sqlite:///{base / 'gouji.db'}"
    upgrade(url)
    save_reports(url, sorted(path for path in folder.iterdir() if path.suffix in (".txt", ".html")))
    with open_store(url) as store:
        return list(store.reported())


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return figures_of(CORPUS, tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def unseen(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return figures_of(ROOT / "corpus" / "test", tmp_path_factory.mktemp("unseen"))


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    if not SEEDS.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{SEEDS} is missing: CI must compare every ledger")
        pytest.skip(f"{SEEDS} is not on this machine")
    return figures_of(SEEDS, tmp_path_factory.mktemp("seeds"))


def sample_ledger() -> tuple[tuple[RecordedFigure, ...], list[str]]:
    ledger, _ = read_ledger(ROOT / "corpus" / "ledger" / "county_ledger.csv")
    with (ROOT / "corpus" / "ledger" / "county_ledger_expected.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    assert [(int(row["行"]), row["指标"], row["地点"]) for row in expected] == [
        (figure.row, figure.indicator, figure.place) for figure in ledger.figures
    ]
    return ledger.figures, [row["结论"] for row in expected]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return figures_of(HERE / "fresh", tmp_path_factory.mktemp("fresh"))


@pytest.fixture(scope="module")
def stages_of_money(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return figures_of(HERE / "money", tmp_path_factory.mktemp("money"))


def ledger_of(name: str) -> tuple[tuple[RecordedFigure, ...], list[str]]:
    ledger, expected = read_ledger(HERE / f"{name}.csv")
    return ledger.figures, expected


def measured(items: Sequence[ComparisonItem], expected: Sequence[str]) -> tuple[float, float, float]:
    """Return the share of right verdicts, and precision and recall of ``mismatch``."""
    given = [item.verdict.value for item in items[: len(expected)]]
    pairs = Counter(zip(given, expected, strict=True))
    hits = pairs["mismatch", "mismatch"]
    right = sum(count for (one, other), count in pairs.items() if one == other)
    return right / len(expected), hits / given.count("mismatch"), hits / expected.count("mismatch")


def assert_partition(rows: Sequence[RecordedFigure], items: Sequence[ComparisonItem], figures: Figures) -> None:
    """Every row has one item, in their order; no figure has two."""
    assert [item.recorded for item in items[: len(rows)]] == list(range(len(rows)))
    assert all(item.recorded is None and item.reported for item in items[len(rows) :])
    named = [ref for item in items for ref in (item.reported, *item.others) if ref]
    assert len(named) == len(set(named))
    assert set(named) <= {FigureRef(one.document, one.figure.start) for one in figures}
    assert all(item.explanation for item in items)


def judged(ledger: tuple[Sequence[RecordedFigure], Sequence[str]], figures: Figures) -> tuple[float, float, float]:
    """Compare a ledger, and return what :func:`measured` does."""
    rows, expected = ledger
    items = compare(rows, figures)
    assert_partition(rows, items, figures)
    return measured(items, expected)


def test_both_ledgers_hold_what_ledgers_hold() -> None:
    for expected in (sample_ledger()[1], ledger_of("seed_ledger")[1]):
        counts = Counter(expected)
        least = {"exact": 28, "within_rounding": 10, "within_modifier": 5, "mismatch": 10, "ledger_only": 5}
        least |= {"ambiguous": 4, "not_comparable": 3}
        assert len(expected) >= 60
        assert all(counts[verdict] >= number for verdict, number in least.items()), counts


def test_sample_ledger(corpus: Figures) -> None:
    assert judged(sample_ledger(), corpus) == (1.0, 1.0, 1.0)


def test_seed_ledger(seeds: Figures) -> None:
    assert judged(ledger_of("seed_ledger"), seeds) == (1.0, 1.0, 1.0)


def test_ledger_written_after_the_program(corpus: Figures) -> None:
    assert judged(ledger_of("heldout_ledger"), corpus) == (1.0, 1.0, 1.0)


def test_ledger_that_nothing_was_fitted_to(unseen: Figures) -> None:
    right, precision, recall = judged(ledger_of("unseen_ledger"), unseen)
    assert precision == 1.0
    assert recall >= 9 / 12
    assert right >= 92 / 107


def test_a_ledger_on_messy_reports(fresh: Figures) -> None:
    right, precision, recall = judged(ledger_of("fresh_ledger"), fresh)
    assert precision == 1.0
    assert recall >= 23 / 24
    assert right >= 124 / 127


def test_a_ledger_on_stages_of_money_that_nothing_was_fitted_to(stages_of_money: Figures) -> None:
    right, precision, recall = judged(ledger_of("money_ledger"), stages_of_money)
    assert precision == 1.0
    assert recall >= 12 / 13
    assert right >= 47 / 52


@pytest.mark.parametrize("factor", ["1.13", "10", "0.9"])
def test_whatever_is_changed_is_told(corpus: Figures, factor: str) -> None:
    """Rows that agree, all recorded wrongly: most are called wrong, nearly none is passed."""
    rows, expected = sample_ledger()
    times = Decimal(factor)
    agreeing = [row for row, verdict in zip(rows, expected, strict=True) if Match(verdict) in AGREE]
    changed = [
        replace(row, index=index, value=row.value * times, base_value=row.base_value * times)
        for index, row in enumerate(agreeing)
    ]
    counts = Counter(item.verdict for item in compare(changed, corpus)[: len(changed)])
    assert counts[Match.MISMATCH] >= 0.75 * len(changed)
    assert sum(counts[match] for match in AGREE) <= 0.02 * len(changed)


def test_order_of_rows_decides_nothing(corpus: Figures) -> None:
    rows, _ = sample_ledger()
    verdicts = {row.row: item.verdict for row, item in zip(rows, compare(rows, corpus), strict=False)}
    for seed in range(3):
        mixed = list(rows)
        random.Random(seed).shuffle(mixed)
        again = [replace(row, index=index) for index, row in enumerate(mixed)]
        items = compare(again, corpus)
        assert_partition(again, items, corpus)
        assert {row.row: item.verdict for row, item in zip(again, items, strict=False)} == verdicts


def test_same_input_same_items(corpus: Figures) -> None:
    rows, _ = sample_ledger()
    assert compare(rows, corpus) == compare(rows, iter(corpus))


def test_tolerance_lets_small_gaps_pass(corpus: Figures) -> None:
    rows, _ = sample_ledger()
    strict, lax = (compare(rows, corpus, Decimal(share)) for share in ("0", "0.07"))
    wrong = {item.recorded for item in strict if item.verdict is Match.MISMATCH}
    still = {item.recorded for item in lax if item.verdict is Match.MISMATCH}
    assert still < wrong
    assert {lax[index].verdict for index in wrong - still if index is not None} == {Match.WITHIN_ROUNDING}
