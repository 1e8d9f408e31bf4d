"""``gouji figures|projects|documents|db`` as a person runs them."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
from click.testing import CliRunner, Result
from store_samples import RUN, sample

from extractor.cli import main
from extractor.report.rows import LABELS
from extractor.store import schema

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.store import Store


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def url(database_url: str, store: Store) -> str:
    for name in ("甲村", "乙村"):
        store.save(*sample(name), RUN)
    return database_url


def assert_one_chinese_line(error: str) -> None:
    assert re.fullmatch(r"错误：[^\n]*[\u4e00-\u9fff][^\n]*\n", error), error
    assert not re.search(r"Invalid|Error|Missing|not (?:a|in)\b|No such", error), error


def lines(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line, parse_float=Decimal) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("", 10),
        ("--indicator 投入", 4),
        ("--place 甲村", 4),
        ("--place 52", 8),
        ("--period 2015", 8),
        ("--period 2015年 --status 已完成", 8),
        ("--period 2015年1月", 8),
        ("--period 2014年—2015年", 8),
        ("--period 2014-2015年", 8),
        ("--dimension 金额", 4),
        ("--period 2015-12", 8),
        ("--period 2014/2015", 8),
        ("--period 2016-2020", 2),
        ("--status planned", 2),
        ("--project-type road", 4),
        ("--unit 公里", 2),
        ("--dimension money", 4),
        ("--unit km --min 11300", 2),
        ("--dimension money --min 2000000 --max 2000000.0", 2),
        ("--unit 元 --min -1 --max 0", 0),
        ("--text 改", 2),
        ("--document 1", 5),
        ("--limit 3", 3),
        ("--limit 3 --offset 8", 2),
    ],
)
def test_figures_options(url: str, options: str, found: int) -> None:
    assert len(lines(run("figures", "--db", url, "--format", "jsonl", *options.split()))) == found


@pytest.mark.any_database
def test_a_figure_row_tells_where_it_stands(url: str) -> None:
    first, *_ = lines(run("figures", "--db", url, "--format", "jsonl"))
    text = sample("甲村")[0].text
    start, end = first["start"], first["end"]
    assert isinstance(start, int)
    assert isinstance(end, int)
    assert first["text"] == text[start:end] == "508.5万元"
    assert (first["value"], first["unit"], first["place"]) == (Decimal("5085000.0"), "元", ["贵州省", "甲村"])
    assert (first["document_id"], first["document"], first["article"]) == (1, "甲村.txt", "甲村二〇一五年工作总结")
    assert str(first["sentence_text"]).startswith("投入508.5万元")


def test_projects_and_documents(url: str) -> None:
    (project,) = lines(run("projects", "--db", url, "--format", "jsonl", "--text", "乙"))
    assert (project["name"], project["document"], project["figures"]) == ("乙村水泥路", "乙村.txt", [21, 33])
    documents = lines(run("documents", "--db", url, "--format", "jsonl"))
    assert [(row["document_id"], row["document"], row["figures"]) for row in documents] == [
        (1, "甲村.txt", 5),
        (2, "乙村.txt", 5),
    ]


@pytest.mark.any_database
def test_formats(url: str, tmp_path: Path) -> None:
    table = run("figures", "--db", url, "--limit", "1").stdout
    assert "508.5万元" in table
    assert "原文" in table
    rows = list(csv.DictReader(io.StringIO(run("projects", "--db", url, "--format", "csv").stdout.lstrip("\ufeff"))))
    assert [row["name"] for row in rows] == ["甲村水泥路", "乙村水泥路"]
    assert run("figures", "--db", url, "-o", str(tmp_path / "数字.xlsx")).exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "数字.xlsx").active
    assert sheet.max_row == 11


@pytest.mark.any_database
def test_a_failed_command_leaves_the_output_file_alone(url: str, tmp_path: Path) -> None:
    output = tmp_path / "数字.jsonl"
    output.write_text("旧\n", encoding="utf-8")
    result = run("figures", "--db", url, "--project-type", "raod", "-o", str(output))
    assert result.exit_code == 2
    assert "raod" in result.stderr
    assert output.read_text(encoding="utf-8") == "旧\n"


@pytest.mark.any_database
@pytest.mark.parametrize(
    "options",
    [
        "--period 15",
        "--period 2015-13",
        "--period 2016-2015",
        "--period 0000",
        "--min 多",
        "--max NaN",
        "--min 1",
        "--max 1 --dimension count",
        "--limit 0",
        "--document 甲",
        "--document 99",
        "--unit 天天",
    ],
)
def test_options_that_make_no_sense(url: str, options: str) -> None:
    result = run("figures", "--db", url, *options.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert_one_chinese_line(result.stderr)


@pytest.mark.parametrize("command", [["figures"], ["projects"], ["documents"], ["db", "info"]])
def test_a_missing_database_is_named_with_its_remedy(tmp_path: Path, command: list[str]) -> None:
    result = run(*command, "--db", f"sqlite:///{tmp_path}/none.db")
    assert result.exit_code == 2
    assert "none.db 不存在" in result.stderr
    assert "gouji db upgrade" in result.stderr
    assert not list(tmp_path.iterdir())


def test_db_upgrade_and_info(empty_url: str) -> None:
    for _ in range(2):
        result = run("db", "upgrade", "--db", empty_url)
        assert result.exit_code == 0, result.output
        assert f"已是版本 {schema.REVISION}" in result.stdout
    assert "figure\t0\n" in run("db", "info", "--db", empty_url).stdout


def test_the_environment_names_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_DATABASE_URL", f"sqlite:///{tmp_path}/own.db")
    assert run("db", "upgrade").exit_code == 0
    assert (tmp_path / "own.db").is_file()


@pytest.mark.any_database
def test_every_column_has_a_heading_for_people(url: str) -> None:
    for command in ("figures", "projects", "documents"):
        table = run(command, "--db", url).stdout
        assert "文件编号" in table
        assert not re.search(r"[a-z]+_[a-z]+", table.splitlines()[1]), table
        assert set(lines(run(command, "--db", url, "--format", "jsonl"))[0]) <= set(LABELS)
