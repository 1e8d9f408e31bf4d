"""``gouji copies`` over files and over a database: what each format shows, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from copies_samples import HERBS, OTHER, ROAD, WATER
from openpyxl import load_workbook

from extractor.cli import main

pytestmark = pytest.mark.alone

COPIED = ROAD.replace("青岭", "白果").replace("38.6", "45.2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three reports: a road copied with another amount, a water supply copied as it is."""
    reports = tmp_path / "各村"
    reports.mkdir()
    (reports / "a青岭.txt").write_text(f"青岭村总结\n{ROAD}\n{HERBS}\n", encoding="utf-8")
    (reports / "b白果.txt").write_text(f"白果村总结\n{OTHER}{COPIED}\n{WATER}\n", encoding="gb18030")
    (reports / "c石桥.txt").write_text(f"石桥村总结\n{WATER}\n", encoding="utf-8")
    return reports


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["copies", *map(str, arguments)])


def rows(*arguments: object) -> list[dict[str, object]]:
    done = run(*arguments, "--format", "jsonl")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_jsonl_leads_back_to_the_texts(folder: Path) -> None:
    road, water = rows(folder)
    left, right = ((folder / f"{name}.txt") for name in ("a青岭", "b白果"))
    assert (road["left_document"], road["right_document"]) == (str(left), str(right))
    for side, text in (("left", left.read_text("utf-8")), ("right", right.read_text("gb18030"))):
        start, end = road[f"{side}_start"], road[f"{side}_end"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        assert text[start:end] == road[f"{side}_text"]
    assert road["right_line"] == 4
    assert (road["same"], road["changed"], road["changes"]) == (6, 1, ["38.6万元 → 45.2万元"])
    assert road["differences"] == ["青岭 → 白果"]
    figures = road["figures"]
    assert isinstance(figures, list)
    assert figures[0] == {
        "agreement": "changed", "left_start": 26, "left_end": 32, "left_text": "38.6万元",
        "right_start": figures[0]["right_start"], "right_end": figures[0]["right_start"] + 6, "right_text": "45.2万元",
    }  # fmt: skip
    assert (water["changed"], water["containment"]) == (0, 1.0)


def test_table_says_where_and_what(folder: Path) -> None:
    done = run(folder)
    assert done.exit_code == 0
    shown = "".join(done.stdout.split())
    assert "38.6万元→45.2万元" in shown
    assert "《青岭村总结》第2行" in shown
    assert "雷同段落 2 处" in done.stderr


def test_only_changed(folder: Path) -> None:
    assert [row["changed"] for row in rows(folder, "--only-changed")] == [1]


def test_selection_and_bounds(folder: Path) -> None:
    assert rows(folder, "--inside") == []
    assert len(rows(folder, "--between")) == 2
    assert rows(folder, "--min-characters", 400) == []
    assert len(rows(folder, "--min-containment", "1")) == 1


def test_workbook_has_passages_and_figures(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "雷同.xlsx"
    assert run(folder, "-o", file).exit_code == 0
    book = load_workbook(file)
    assert book.sheetnames == ["雷同段落", "数字"]
    assert book["雷同段落"].max_row == 3
    cells = [[cell.value for cell in row] for row in book["数字"].iter_rows()]
    assert cells[0] == ["雷同编号", "异同", "甲数字", "乙数字"]
    assert [1, "数字不同", "38.6万元", "45.2万元"] in cells


def test_csv_has_a_row_for_each_passage(folder: Path) -> None:
    lines = run(folder, "--format", "csv").stdout.splitlines()
    assert lines[0].removeprefix("\ufeff").startswith("left_id,left_document")
    assert "38.6万元 → 45.2万元" in lines[1]


def test_page_marks_figures_and_runs_nothing(folder: Path) -> None:
    (folder / "d<b>.txt").write_text(f"<script>alert(1)</script>\n{HERBS}", encoding="utf-8")
    page = run(folder, "--format", "html").stdout
    assert '<mark class="changed">38.6万元</mark>' in page
    assert '<mark class="changed">45.2万元</mark>' in page
    assert '<mark class="same">1200个</mark>' in page
    assert "<ins>青岭</ins>" in page
    assert "d&lt;b&gt;.txt" in page
    assert "<script" not in page
    assert "<b>" not in page


def test_unreadable_files_are_told_and_the_others_compared(folder: Path) -> None:
    (folder / "e.docx").write_bytes(b"PK\x03\x04nothing")
    done = run(folder, "--format", "jsonl")
    assert done.exit_code == 2
    assert len(done.stdout.splitlines()) == 2
    assert "1 个文件未处理" in done.stderr


def test_set_phrases_passed_over_are_told(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.txt").write_text(f"{WATER.split('，总')[0]}。\n第{number}村\n", encoding="utf-8")
    done = run(tmp_path, "--common", 2)
    assert "雷同段落 0 处" in done.stderr
    assert "--common" in done.stderr


@pytest.mark.parametrize("option", [("--db", "sqlite:///x.db"), ("--document", "1")])
def test_paths_and_a_database_exclude_each_other(folder: Path, option: tuple[str, str]) -> None:
    done = run(folder, *option)
    assert done.exit_code == 2
    assert "不能再用 --db 或 --document" in done.stderr


def test_output_must_not_be_an_input(folder: Path) -> None:
    before = (folder / "a青岭.txt").read_bytes()
    assert run(folder, "-o", folder / "a青岭.txt").exit_code == 2
    assert (folder / "a青岭.txt").read_bytes() == before


def test_database(folder: Path, database_url: str) -> None:
    done = CliRunner().invoke(main, ["extract", str(folder), "--db", database_url, "--format", "jsonl"])
    assert done.exit_code == 0
    road, water = rows("--db", database_url)
    assert (road["left_id"], road["right_id"], road["left_article"]) == (1, 2, "青岭村总结")
    assert (water["left_id"], water["right_id"]) == (2, 3)
    assert [row["right_id"] for row in rows("--db", database_url, "--document", 3)] == [3]
    from_files = [{**row, "left_id": None, "right_id": None} for row in (road, water)]
    assert rows(folder) == from_files
    missing = run("--db", database_url, "--document", 99)
    assert missing.exit_code == 2
    assert "99" in missing.stderr


def test_a_database_that_is_missing_is_an_error(tmp_path: Path) -> None:
    done = run("--db", f"sqlite:///{tmp_path / 'none.db'}")
    assert done.exit_code == 2
    assert "不存在" in done.stderr
    assert not (tmp_path / "none.db").exists()
