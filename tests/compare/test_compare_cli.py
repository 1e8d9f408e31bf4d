"""``gouji compare`` and ``gouji comparisons`` as people call them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from compare_samples import CORPUS, ROOT, read_ledger, save_ledger, save_reports
from openpyxl import load_workbook

from extractor.cli import main
from extractor.report.comparison_rows import ITEM_COLUMNS

pytestmark = pytest.mark.any_database
REPORTS = [CORPUS / f"{name}.txt" for name in ("transport", "township_year")]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def url(database_url: str) -> str:
    """A database of two reports and the sample ledger."""
    save_reports(database_url, REPORTS)
    ledger, _ = read_ledger(ROOT / "corpus" / "ledger" / "county_ledger.csv")
    save_ledger(database_url, ledger)
    return database_url


def as_json(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_summary_comes_first(url: str) -> None:
    result = run("compare", "county_ledger", "--db", url)
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].startswith("台账“county_ledger”104 行，比对 2 个文件：相符 ")
    assert lines[1].startswith(
        "按比例出入最大 1：硬化通组路（三岔村、2019），台账 84公里，报告比台账少 75.6公里（-90.00%）"
    )
    assert any(line.startswith("按数额出入最大") for line in lines)
    assert any(line.startswith("报告未提") for line in lines)
    assert "乡道里程" in result.stdout
    assert "已存为比对 1" in result.stderr


def test_json_holds_every_row_and_every_figure_once(url: str) -> None:
    found = as_json("compare", "county_ledger", "--db", url)
    items = found["items"]
    assert [item["recorded"] for item in items if item["recorded"] is not None] == list(range(104))
    places = [
        (item["document_id"], item["start"]) for item in items if item["start"] is not None and not item["elsewhere"]
    ]
    assert len(places) == len(set(places))
    assert found["agreeing"] + sum(
        found["verdicts"][verdict]
        for verdict in ("mismatch", "ambiguous", "not_comparable", "ledger_only", "unchecked")
    ) == found["rows"]  # fmt: skip
    wrong = next(item for item in items if item["recorded_indicator"] == "乡道里程")
    assert (wrong["match"], wrong["reported"], wrong["difference"], wrong["difference_unit"]) == (
        "mismatch", "783.5公里", 45, "公里"
    )  # fmt: skip
    sentence = wrong["sentence_text"]
    text = REPORTS[0].read_text(encoding="utf-8")
    assert text[wrong["start"] : wrong["end"]] == "783.5公里"
    assert "783.5公里" in sentence


def test_again_is_the_same_and_stored(url: str) -> None:
    first, second = (as_json("compare", "county_ledger", "--db", url) for _ in range(2))
    assert (first["comparison_id"], second["comparison_id"]) == (1, 2)
    assert first["items"] == second["items"]
    stored = as_json("compare", "--stored", "1", "--db", url)
    assert stored == first
    listed = run("comparisons", "--db", url, "--format", "jsonl")
    rows = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [(row["comparison_id"], row["ledger"], row["documents"]) for row in rows] == [
        (1, "county_ledger", 2), (2, "county_ledger", 2)
    ]  # fmt: skip
    assert rows[0]["mismatch"] == first["verdicts"]["mismatch"]


def test_options(url: str) -> None:
    whole = as_json("compare", "1", "--db", url, "--no-store")
    assert whole["comparison_id"] is None
    one = as_json("compare", "county_ledger", "--db", url, "--documents", "2", "--no-store")
    assert one["documents"] == [2]
    assert one["verdicts"]["ledger_only"] > whole["verdicts"]["ledger_only"]
    lax = as_json("compare", "county_ledger", "--db", url, "--tolerance", "10%", "--no-store", "--documents", "1,2")
    assert lax["tolerance"] == 0.1
    assert lax["verdicts"]["mismatch"] < whole["verdicts"]["mismatch"]
    assert run("comparisons", "--db", url).stderr == "还没有存下的比对\n"


def test_csv_and_jsonl_have_all_columns(url: str) -> None:
    table = run("compare", "county_ledger", "--db", url, "--format", "csv")
    rows = list(csv.reader(io.StringIO(table.stdout.removeprefix("\ufeff"))))
    assert rows[0] == list(ITEM_COLUMNS)
    lines = run("compare", "--stored", "1", "--db", url, "--format", "jsonl").stdout.splitlines()
    assert len(lines) == len(rows) - 1
    assert list(json.loads(lines[0])) == list(ITEM_COLUMNS)


def test_workbook_an_auditor_hands_on(url: str, tmp_path: Path) -> None:
    file = tmp_path / "比对.xlsx"
    assert run("compare", "county_ledger", "--db", url, "-o", str(file)).exit_code == 0
    book = load_workbook(file)
    assert book.sheetnames == ["摘要", "全部", "差异", "未匹配", "方法与容差"]
    assert str(book["摘要"]["A2"].value).startswith("台账“county_ledger”104 行")
    head = [cell.value for cell in book["差异"][1]]
    first = dict(zip(head, [cell.value for cell in book["差异"][2]], strict=True))
    assert (first["结论"], first["台账指标"], first["报告"]) == ("不符", "乡道里程", "783.5公里")
    assert "783.5公里" in str(first["句子"])
    assert {row[0].value for row in book["差异"].iter_rows(min_row=2)} == {"不符"}
    assert "不符" not in {row[0].value for row in book["未匹配"].iter_rows(min_row=2)}
    assert book["全部"].max_row - 1 >= 104
    rules = {row[0].value: row[1].value for row in book["方法与容差"].iter_rows(min_row=2)}
    assert "0%" in str(rules["容差"])
    assert rules["文件编号"] == "1、2"


def test_page_shows_discrepancies_first_with_the_figure_marked(url: str, tmp_path: Path) -> None:
    file = tmp_path / "比对.html"
    assert run("compare", "county_ledger", "--db", url, "-o", str(file)).exit_code == 0
    page = file.read_text(encoding="utf-8")
    assert "<mark>783.5公里</mark>" in page
    assert page.index('class="mismatch"') < page.index('class="ambiguous"') < page.index('class="exact"')
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")
    assert "<script" not in page


def test_comparisons_go_with_their_ledger_only_when_wanted(url: str, tmp_path: Path) -> None:
    assert run("compare", "county_ledger", "--db", url, "--format", "summary").exit_code == 0
    [row] = [json.loads(line) for line in run("ledger", "list", "--db", url, "--format", "jsonl").stdout.splitlines()]
    assert row["comparisons"] == 1
    file = tmp_path / "county_ledger.csv"
    file.write_text("指标,地点,时期,数值,单位\n乡道里程,石坪县,2020,738.5,公里\n", encoding="utf-8")
    for refused in (("import", str(file), "--replace"), ("remove", "county_ledger")):
        result = run("ledger", *refused, "--db", url)
        assert result.exit_code == 2
        assert "将一并删除用它做过的 1 次比对；确要如此请加 --yes" in result.stderr
        assert run("compare", "--stored", "1", "--db", url, "--format", "summary").exit_code == 0
    replaced = run("ledger", "import", str(file), "--replace", "--yes", "--db", url)
    assert "一并删除了 1 次比对" in replaced.stderr
    assert run("comparisons", "--db", url).stderr == "还没有存下的比对\n"
    assert run("compare", "county_ledger", "--db", url, "--format", "summary").exit_code == 0
    assert "一并删除了 1 次比对" in run("ledger", "remove", "county_ledger", "--yes", "--db", url).stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "请写台账的名称或编号"),
        (("county_ledger", "--stored", "1"), "二者取一"),
        (("--stored", "1", "--tolerance", "1%"), "不能与"),
        (("没有",), "没有名为“没有”的台账；现有：county_ledger"),
        (("county_ledger", "--documents", "99"), "没有编号为 99 的文件"),
        (("county_ledger", "--documents", "一"), "应为文件编号"),
        (("county_ledger", "--tolerance", "200%"), "0 到 1 之间"),
        (("county_ledger", "--tolerance", "少许"), "0 到 1 之间"),
        (("--stored", "42"), "没有编号为 42 的比对"),
        (("county_ledger", "-o", "比对.pdf"), "可用的后缀：.txt、.json、.jsonl、.csv、.html、.xlsx，或用 --format"),
    ],
)
def test_wrong_usage(url: str, arguments: tuple[str, ...], message: str) -> None:
    result = run("compare", *arguments, "--db", url)
    assert result.exit_code == 2
    assert message in result.stderr
    assert run("comparisons", "--db", url).stderr == "还没有存下的比对\n"


def test_no_documents(database_url: str) -> None:
    ledger, _ = read_ledger(ROOT / "corpus" / "ledger" / "county_ledger.csv")
    save_ledger(database_url, ledger)
    result = run("compare", "county_ledger", "--db", database_url)
    assert result.exit_code == 2
    assert "数据库里没有文件" in result.stderr


def test_nothing_matches_is_said(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "报告.txt"
    path.write_text("石坪县2020年总结\n\n全县召开会议7次。\n", encoding="utf-8")
    save_reports(database_url, [path])
    ledger, _ = read_ledger(ROOT / "corpus" / "ledger" / "county_ledger.csv")
    save_ledger(database_url, ledger)
    result = run("compare", "county_ledger", "--db", database_url)
    assert "没有一行能与报告相对应；请核对" in result.stdout


def test_tolerance_setting(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_TOLERANCE", "10%")
    assert as_json("compare", "county_ledger", "--db", url, "--no-store")["tolerance"] == 0.1
    monkeypatch.setenv("GOUJI_TOLERANCE", "许多")
    assert "GOUJI_TOLERANCE" in run("compare", "county_ledger", "--db", url).stderr
