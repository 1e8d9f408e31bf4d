"""Tables: what is right in them is never flagged, and one error is flagged where it stands."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_samples import FORMS, LEFT_ALONE, RIGHT, WRONG, Rows, cells, document

from extractor import examine
from extractor.types import CheckResult, Extraction, Verdict


def checked(form: str, *tables: Rows) -> tuple[Extraction, list[CheckResult]]:
    extraction = examine(document(form, *tables))
    return extraction, [one for one in extraction.checks or () if one.verdict is Verdict.FAILS]


def flags(form: str, *tables: Rows) -> list[tuple[str, str]]:
    extraction, found = checked(form, *tables)
    texts = {figure.start: figure.text for figure in extraction.figures}
    return [(texts[one.figures[0].start], one.formula) for one in found]


def changed(rows: Rows, right: str, wrong: str) -> Rows:
    """Return a table with another text in the one cell that says ``right``."""
    assert sum(line.count(right) for line in rows) == 1
    return [[wrong if cell == right else cell for cell in line] for line in rows]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", (RIGHT | LEFT_ALONE).values(), ids=RIGHT | LEFT_ALONE)
def test_a_right_table_is_left_alone(table: str, form: str) -> None:
    assert flags(form, cells(table)) == []


@pytest.mark.parametrize("table", RIGHT.values(), ids=RIGHT)
def test_what_a_table_claims_is_confirmed(table: str) -> None:
    (extraction, _) = checked(".html", cells(table))
    kinds = {one.kind.value for one in extraction.checks or ()}
    assert kinds - {"household_size"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("table", "right", "wrong", "stated", "formula"), WRONG.values(), ids=WRONG)
def test_an_error_is_flagged_where_it_stands(
    table: str, right: str, wrong: str, stated: str, formula: str, form: str
) -> None:
    found = flags(form, changed(cells(RIGHT[table]), right, wrong))
    assert any(flagged == stated and formula in told for flagged, told in found), found


def test_a_table_goes_on_in_the_next() -> None:
    rows = cells(RIGHT["total below"])
    first, second = rows[:3], [rows[0], *rows[3:]]
    assert flags(".docx", first, second) == []
    found = flags(".docx", first, changed(second, "333", "343"))
    assert [(flagged, "东坪村 人口120" in told) for flagged, told in found] == [("343", True)]


def test_two_tables_are_not_one() -> None:
    rows = cells(RIGHT["total below"])
    assert flags(".docx", rows, rows) == []


def test_sentences_in_one_cell_are_prose() -> None:
    rows = [["项目", "内容"], ["道路", "投入资金130万元，分别为县级70万元、自筹50万元。"], ["水渠", "长3公里。"]]
    assert [stated for stated, _ in flags(".docx", rows)] == ["130万元"]


def test_a_long_sum_is_shown_by_its_ends() -> None:
    rows = [["村名", "户数（户）", "人口（人）"], *([f"第{n}村", str(n), str(4 * n)] for n in range(20, 60))]
    rows.append(["合计", str(sum(range(20, 60))), "9999"])
    ((stated, formula),) = flags(".html", rows)
    assert stated == "9999"
    assert "…（共40项）" in formula


AMOUNTS = st.fractions(min_value=1, max_value=9000, max_denominator=1000)
COLUMNS = ("投资（万元）", "面积（亩）", "产量（吨）", "里程（公里）", "贷款（万元）")


def rounded(amount: Fraction, places: int) -> str:
    return str(Decimal(round(amount * 10**places)).scaleb(-places))


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """A table with a total, right before its numbers were rounded."""
    width, height, places = draw(st.integers(1, 5)), draw(st.integers(2, 8)), draw(st.integers(0, 3))
    amounts = [[draw(AMOUNTS) for _ in range(width)] for _ in range(height)]
    totals = [sum(column, Fraction(0)) for column in zip(*amounts, strict=True)]
    lines = [[f"第{number}村", *(rounded(amount, places) for amount in line)] for number, line in enumerate(amounts)]
    return [["村名", *COLUMNS[:width]], *lines, ["合计", *(rounded(amount, places) for amount in totals)]]


@settings(max_examples=40)
@given(tables(), st.randoms(use_true_random=False))
def test_a_table_that_was_right_before_rounding_is_never_flagged(rows: Rows, order: object) -> None:
    assert flags(".txt", shuffled(rows, order)) == []


def shuffled(rows: Rows, order: object) -> Rows:
    """Return a table with its rows and columns in another order; header and names stay."""
    body, columns = list(rows[1:]), list(range(1, len(rows[0])))
    order.shuffle(body)  # type: ignore[attr-defined]
    order.shuffle(columns)  # type: ignore[attr-defined]
    return [[line[0], *(line[column] for column in columns)] for line in (rows[0], *body)]


ORDERED = {
    "a total": ("total below", "333", "343"),
    "a rate": ("plan and done", "103.5", "108.5"),
    "growth": ("growth over the year before", "9.2", "92"),
    "a share": ("shares of a total", "31.9", "39.1"),
    "a year": ("quarters", "530.3", "503.3"),
}


@pytest.mark.parametrize(("table", "right", "wrong"), ORDERED.values(), ids=ORDERED)
@settings(max_examples=20)
@given(order=st.randoms(use_true_random=False))
def test_no_order_of_rows_and_columns_changes_a_verdict(table: str, right: str, wrong: str, order: object) -> None:
    rows = cells(RIGHT[table])
    assert flags(".txt", shuffled(rows, order)) == []
    flagged = {stated for stated, _ in flags(".txt", changed(rows, right, wrong))}
    assert {stated for stated, _ in flags(".txt", shuffled(changed(rows, right, wrong), order))} == flagged
