"""The export of a real database, read back as an analyst reads it: by pyarrow and by the csv module."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date
from decimal import Decimal, localcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import dataset as datasets
from store_samples import RUN, extractions, sample

from extractor.cli import main
from extractor.config import Settings
from extractor.export import Options, export
from extractor.export.columns import TABLES
from extractor.export.files import OVERSIZED, fitted
from extractor.export.partitions import folder, place, year
from extractor.export.readme import TITLE
from extractor.pipeline import extract_document
from extractor.readers import read_path
from extractor.store import FigureFilter
from extractor.types import CheckFigure, CheckKind, CheckResult, Document, Extraction, Place, Role, Verdict

if TYPE_CHECKING:
    from extractor.store import Store

    Rows = list[dict[str, Any]]

pytestmark = pytest.mark.any_database

CORPUS = Path(__file__).parents[2] / "corpus" / "dev"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def fill(store: Store) -> None:
    """Store two samples, one of them with a finding, and two real reports."""
    document, extraction = sample("甲村")
    figures = tuple(CheckFigure(figure.start, Role.RESULT) for figure in extraction.figures[:2])
    check = CheckResult(
        CheckKind.SUM, Verdict.FAILS, figures, "=1+2", "元", Decimal("1.5"), None, None, Decimal(2), Decimal("0.5")
    )
    store.save(document, replace(extraction, checks=(check,)), RUN)
    store.save(*sample("乙村", "0.12345"), RUN)
    for name in ("transport.txt", "township_year.txt"):
        read = read_path(CORPUS / name, Settings())
        store.save(read, extract_document(read), RUN)


def parquet(target: Path, table: str) -> Rows:
    found = datasets.dataset(target / table, format="parquet", partitioning="hive").to_table()
    rows: Rows = found.to_pylist()
    return rows


def csv_rows(target: Path, table: str) -> Rows:
    rows = []
    for path in sorted((target / table).rglob("*.csv")):
        keys = dict(part.split("=") for part in path.parent.relative_to(target / table).parts)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows += [row | keys for row in csv.DictReader(file)]
    return rows


def test_parquet_holds_what_the_database_holds(database_url: str, store: Store, tmp_path: Path) -> None:
    fill(store)
    target = tmp_path / "数据"
    result = run("export", target, "--db", database_url)
    assert result.exit_code == 0, result.output
    stored = {(one.document, one.figure.start): one.figure for one in store.figures()}
    rows = parquet(target, "figures")
    assert {(row["document_id"], row["start"]) for row in rows} == set(stored)
    assert len(rows) == len(stored)
    for row in rows:
        figure = stored[row["document_id"], row["start"]]
        assert row["text"] == figure.text
        assert row["places"] == [one.name for one in figure.place]
        assert row["period_start"] == (date.fromisoformat(figure.period_start) if figure.period_start else None)
        assert (row["year"], row["place"]) == (year(figure), place(figure, "province"))
        assert (row["value"], row["base_value"], row[OVERSIZED]) == (figure.value, figure.base_value, None)
    money = [figure.base_value for figure in stored.values() if figure.base_unit == "元" and figure.base_value]
    assert sum(row["base_value"] or 0 for row in rows if row["base_unit"] == "元") == sum(money)
    assert len(parquet(target, "documents")) == 4
    assert parquet(target, "documents")[0]["extracted"].astimezone(UTC) >= RUN.started
    projects = {(one.document, one.project.id): one.project for one in store.projects()}
    assert {(row["document_id"], row["project"]): tuple(row["figures"]) for row in parquet(target, "projects")} == {
        key: project.figures for key, project in projects.items()
    }
    (check,) = parquet(target, "checks")
    assert (check["stated"], check["computed"], check["low"]) == (Decimal(2), Decimal("1.5"), None)


def test_amounts_are_typed_and_none_is_lost(store: Store, tmp_path: Path) -> None:
    store.save(*sample("甲村", "0.123456789012345"), RUN)
    with store.selection() as selection:
        export(selection, tmp_path, Options(by=()))
    (file,) = (tmp_path / "figures").iterdir()
    table = pyarrow.parquet.read_table(file)
    assert table.schema.field("value").type == pyarrow.decimal128(38, 10)
    assert table.schema.field("period_end").type == pyarrow.date32()
    assert table.schema.field("places").type == pyarrow.list_(pyarrow.string())
    assert table.column_names == [*TABLES["figures"].names, OVERSIZED]
    first = table.to_pylist()[0]
    assert first["value"] is None
    assert first[OVERSIZED] == "value=1234.567890123450000；base_value=1234.567890123450000"


def test_csv_keeps_every_digit_and_runs_no_formula(database_url: str, store: Store, tmp_path: Path) -> None:
    fill(store)
    assert run("export", tmp_path / "甲", "--format", "csv", "--db", database_url).exit_code == 0
    rows = csv_rows(tmp_path / "甲", "figures")
    stored = {(one.document, one.figure.start): one.figure for one in store.figures()}
    assert len(rows) == len(stored)
    for row in rows:
        figure = stored[int(row["document_id"]), int(row["start"])]
        assert (Decimal(row["value"]) if row["value"] else None) == figure.value
        assert (row["year"], row["place"]) == (year(figure), place(figure, "province"))
    (check,) = csv_rows(tmp_path / "甲", "checks")
    assert check["formula"] == "'=1+2"


def test_the_mark_of_csv_can_be_left_out(database_url: str, store: Store, tmp_path: Path) -> None:
    store.save(*sample(), RUN)
    for options, begin in ((), b"\xef\xbb\xbfdoc"), (("--no-bom",), b"document_id"):
        run("export", tmp_path / "甲", "--format", "csv", "--by", "none", "--replace", "--db", database_url, *options)
        assert (tmp_path / "甲" / "figures" / "part-00000.csv").read_bytes().startswith(begin)
    refused = run("export", tmp_path / "乙", "--no-bom", "--db", database_url)
    assert refused.exit_code == 2
    assert "--format csv" in refused.stderr


def test_a_filter_selects_what_belongs_to_its_figures(database_url: str, store: Store, tmp_path: Path) -> None:
    fill(store)
    wanted = FigureFilter(project_type="road")
    assert run("export", tmp_path / "甲", "--project-type", "road", "--db", database_url).exit_code == 0
    found = [(one.document, one.figure) for one in store.figures(wanted)]
    assert found
    keys = {(number, figure.start) for number, figure in found}
    assert {(row["document_id"], row["start"]) for row in parquet(tmp_path / "甲", "figures")} == keys
    assert {row["document_id"] for row in parquet(tmp_path / "甲", "documents")} == {number for number, _ in found}
    assert {(row["document_id"], row["project"]) for row in parquet(tmp_path / "甲", "projects")} == {
        (number, figure.project) for number, figure in found if figure.project is not None
    }
    assert len(parquet(tmp_path / "甲", "checks")) == 1
    assert "project_type=road" in (tmp_path / "甲" / "README.md").read_text()
    run("export", tmp_path / "乙", "--status", "planned", "--text", "改厕", "--db", database_url)
    assert parquet(tmp_path / "乙", "checks") == []


def test_an_empty_answer_has_its_columns(database_url: str, store: Store, tmp_path: Path) -> None:
    for name in ("parquet", "csv"):
        result = run("export", tmp_path / name, "--format", name, "--db", database_url)
        assert result.exit_code == 0, result.output
        assert "没有符合条件的数字" in result.stderr
        for table in TABLES.values():
            assert (tmp_path / name / table.name / f"part-00000.{name}").is_file()
    assert parquet(tmp_path / "parquet", "figures") == []


def test_the_page_names_every_column(store: Store, tmp_path: Path) -> None:
    with store.selection() as selection:
        export(selection, tmp_path, Options(by=("year",)), ["数据库：甲"])
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert page.startswith(TITLE)
    assert "- 数据库：甲\n" in page
    assert "`place`：" not in page
    for table in TABLES.values():
        section = page.split(f"## {table.name}\n")[1].split("\n## ")[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")][
            : len(table.columns)
        ] == [*table.names]


def test_the_documentation_names_every_column() -> None:
    page = (CORPUS.parents[1] / "docs" / "export.md").read_text(encoding="utf-8")
    for table in TABLES.values():
        assert f"| `{table.name}` | {', '.join(f'`{name}`' for name in table.names)} |\n" in page


def test_an_export_gives_way_only_where_that_is_asked_for(database_url: str, store: Store, tmp_path: Path) -> None:
    store.save(*sample(), RUN)
    target = tmp_path / "数据"
    target.mkdir()
    assert run("export", target, "--db", database_url).exit_code == 0
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    refused = run("export", target, "--db", database_url)
    assert (refused.exit_code, "--replace" in refused.stderr) == (2, True)
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before
    assert run("export", target, "--by", "none", "--replace", "--db", database_url).exit_code == 0
    assert [path.name for path in (target / "figures").iterdir()] == ["part-00000.parquet"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("stranger", ["笔记.txt", "figures/../README.md", "README.md"])
def test_nothing_but_an_export_is_replaced(store: Store, database_url: str, tmp_path: Path, stranger: str) -> None:
    target = tmp_path / "数据"
    if stranger == "笔记.txt":
        assert run("export", target, "--db", database_url).exit_code == 0
    else:
        target.mkdir()
    (target / Path(stranger).name).write_text("重要", encoding="utf-8")
    refused = run("export", target, "--replace", "--db", database_url)
    assert refused.exit_code == 2, refused.output
    assert (target / Path(stranger).name).read_text(encoding="utf-8") == "重要"


def test_what_fails_halfway_leaves_the_former_export(database_url: str, store: Store, tmp_path: Path) -> None:
    store.save(*sample(), RUN)
    target = tmp_path / "数据"
    assert run("export", target, "--db", database_url).exit_code == 0
    kept = sorted(target.rglob("*"))
    refused = run("export", target, "--replace", "--by", "year,year", "--db", database_url)
    assert (refused.exit_code, "year,year" in refused.stderr) == (2, True)
    assert sorted(target.rglob("*")) == kept
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_cannot_be_made_is_a_clear_error(database_url: str, store: Store, tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("")
    for target in (tmp_path / "没有" / "数据", tmp_path / "文件", tmp_path / "文件" / "数据"):
        refused = run("export", target, "--db", database_url)
        assert refused.exit_code == 2
        assert refused.stderr.startswith("错误：")


def test_without_pyarrow_csv_works_and_parquet_says_what_to_do(migrated_sqlite: Path, tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError('not here')")
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    options = ("export", str(tmp_path / "数据"), "--db", f"sqlite:///{migrated_sqlite}")
    command = (sys.executable, "-c", "from extractor.cli import main; main()", *options)
    refused = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment)
    assert refused.returncode == 2, refused.stderr
    assert "gouji[export]" in refused.stderr
    assert "--format csv" in refused.stderr
    assert not (tmp_path / "数据").exists()
    done = subprocess.run(
        [*command, "--format", "csv"], capture_output=True, text=True, encoding="utf-8", env=environment
    )
    assert done.returncode == 0, done.stderr


def test_the_tables_are_of_one_moment(database_url: str, store: Store) -> None:
    store.save(*sample("甲村"), RUN)
    with store.selection() as selection:
        first = next(selection.figures())
        store.save(*sample("乙村"), RUN)
        assert [one.id for one in selection.documents()] == [first.document]
        assert len(list(selection.figures())) == 5
    assert len(list(store.documents())) == 2


PLACES = {
    (): "unknown",
    (None,): "unknown",
    ("53",): "530000",
    ("53", "530427"): "530427",
    ("530427", "530428"): "530400",
    ("5304", "530427", "530428101"): "530400",
    ("530427101", "530427102"): "530427",
    ("53", "52"): "several",
    ("53", "5304", "52"): "several",
}


@pytest.mark.parametrize(("codes", "expected"), PLACES.items())
def test_a_figure_goes_where_all_its_places_lie(codes: tuple[str | None, ...], expected: str) -> None:
    figure = replace(sample()[1].figures[0], place=tuple(Place("某地", code) for code in codes))
    assert place(figure, "county") == expected
    cut = expected if len(expected) != 6 else f"{expected[:2]}0000"
    assert place(figure, "province") == cut


def test_the_year_of_a_period() -> None:
    def told(first: str | None, last: str | None) -> str:
        return year(replace(sample()[1].figures[0], period_start=first, period_end=last))

    assert told("2019-01-01", "2019-06-30") == "2019"
    assert told("2016-01-01", "2020-12-31") == "2016-2020"
    assert (told("2016-01-01", None), told(None, "2020-12-31"), told(None, None)) == (
        "since_2016",
        "until_2020",
        "unknown",
    )


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_column_holds_an_amount_exactly_or_not_at_all(amount: Decimal) -> None:
    held = fitted(amount)
    if held is None:
        with localcontext(prec=400), suppress(pyarrow.ArrowInvalid):  # normalize() rounds to the precision
            column = pyarrow.array([amount.normalize()], pyarrow.decimal128(38, 10))
            assert column[0].as_py() != amount  # some that are too small become 0
    else:
        assert pyarrow.array([held], pyarrow.decimal128(38, 10)).to_pylist() == [amount]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    reports=st.lists(extractions(), min_size=1, max_size=4),
    by=st.sampled_from([(), ("year",), ("place",), ("year", "place"), ("place", "year")]),
    format_=st.sampled_from(["parquet", "csv"]),
)
def test_the_partitions_together_are_all_rows(
    reports: list[Extraction],
    by: tuple[str, ...],
    format_: str,
    store: Store,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("extractor.export.dataset._WAITING", 4)  # so that partitions are written again and again
    monkeypatch.setattr("extractor.export.files._OPEN", 2)
    for extraction in reports:
        store.save(Document(extraction.text, source="甲"), extraction, RUN)
    target = tmp_path_factory.mktemp("数据")
    with store.selection() as selection:
        counts = export(selection, target, Options(format_, by, "county"))
    stored = list(store.figures())
    assert counts["figures"] == len(stored)
    found = Counter[tuple[str, int, int]]()
    for path in (target / "figures").rglob("part-*"):
        where = path.parent.relative_to(target / "figures").as_posix().removeprefix(".")
        if format_ == "csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows: Rows = list(csv.DictReader(file))
        else:
            rows = pyarrow.parquet.ParquetFile(path).read().to_pylist()
        found.update((where, int(row["document_id"]), int(row["start"])) for row in rows)
    assert found == Counter((folder(one.figure, by, "county"), one.document, one.figure.start) for one in stored)
