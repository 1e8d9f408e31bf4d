"""``gouji ledger`` as a person runs it: import from files and databases, the template, and what the database then holds."""

from __future__ import annotations

import io
import json
import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import openpyxl
import pytest
from click.testing import CliRunner, Result
from ledger_files import csv_text, one_sheet, told, xlsx
from sqlalchemy import create_engine, text

from extractor.cli import main
from extractor.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

ROWS: list[list[object]] = [["乡镇", "年度", "投资(万元)"], ["平甸乡", 2015, 120.5], ["扬武镇", 2015, 80]]
UNCLEAR = [["乡镇", "牵头人员", "投资(万元)"], ["平甸乡", "甲", 120.5], ["扬武镇", "乙", 80]]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["ledger", *map(str, arguments)])


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'gouji.db'}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "投资.xlsx"
    path.write_bytes(one_sheet(ROWS))
    return path


def names(url: str) -> list[str]:
    with open_store(url) as store:
        return [ledger.name for ledger in store.ledgers()]


def test_import_list_show_remove(file: Path, url: str) -> None:
    done = run("import", file, "--db", url)
    assert done.exit_code == 0, done.output
    assert "已导入台账“投资”：2 个数" in done.stderr
    assert names(url) == ["投资"]
    listed = run("list", "--db", url, "--format", "jsonl")
    assert json.loads(listed.stdout)["figures"] == 2
    shown = [json.loads(line) for line in run("show", "投资", "--db", url, "--format", "jsonl").stdout.splitlines()]
    assert [(row["row"], row["column"], row["value"], row["unit"], row["scale"]) for row in shown] == [
        (2, "C", 1205000, "元", 10000), (3, "C", 800000, "元", 10000),
    ]  # fmt: skip
    assert "平甸乡" in run("show", "投资", "--db", url).stdout
    assert run("remove", "投资", "--db", url).exit_code == 0
    assert names(url) == []
    missing = run("show", "投资", "--db", url)
    assert missing.exit_code == 2
    assert "没有名为“投资”的台账" in missing.stderr


def test_the_same_name_again_needs_replace(file: Path, url: str) -> None:
    run("import", file, "--db", url)
    file.write_bytes(one_sheet(ROWS[:2]))
    again = run("import", file, "--db", url)
    assert again.exit_code == 2
    assert "--replace" in again.stderr
    with open_store(url) as store:
        assert len(store.ledger("投资").figures) == 2
    assert run("import", file, "--db", url, "--replace").exit_code == 0
    assert run("import", file, "--db", url, "--name", "另一份").exit_code == 0
    with open_store(url) as store:
        assert len(store.ledger("投资").figures) == 1
    assert names(url) == ["另一份", "投资"]


def test_a_broken_ledger_changes_nothing(file: Path, url: str, tmp_path: Path) -> None:
    broken = tmp_path / "坏.csv"
    broken.write_text(csv_text([*ROWS, ["戛洒镇", 2015, "约3"]]))
    failed = run("import", broken, "--db", url)
    assert failed.exit_code == 2
    assert "工作表“坏”第 4 行 C 列：“约3”不是确切的数" in failed.stderr
    assert not (tmp_path / "gouji.db").exists()
    run("import", file, "--name", "坏", "--db", url)
    assert run("import", broken, "--db", url, "--replace").exit_code == 2
    with open_store(url) as store:
        assert len(store.ledger("坏").figures) == 2


def test_what_is_not_recognised_needs_a_person(url: str, tmp_path: Path) -> None:
    file = tmp_path / "投资.xlsx"
    file.write_bytes(one_sheet(UNCLEAR))
    refused = run("import", file, "--db", url)
    assert refused.exit_code == 2
    assert "未认出的列：牵头人员" in refused.stderr
    assert not (tmp_path / "gouji.db").exists()
    shown = run("import", file, "--show")
    assert shown.exit_code == 0
    mapping = tmp_path / "映射.toml"
    mapping.write_bytes(shown.stdout_bytes)
    assert '"牵头人员" = "忽略"  # 未认出' in mapping.read_text(encoding="utf-8")
    assert run("import", file, "--mapping", mapping, "--db", url).exit_code == 0
    accepted = run("import", file, "--yes", "--name", "乙", "--db", url)
    assert accepted.exit_code == 0
    assert "未认出 B 列“牵头人员”，没有导入" in accepted.stderr


BOOK: dict[str, list[list[object]]] = {
    "投资": [
        ["石坪县2021年投资台账"],
        ["单位：万元"],
        ["乡镇", "投资", None, "渠道（公里）", "建设规模及内容", "情况说明", "备注"],
        [None, "计划", "完成", None, None, None, None],
        ["平甸乡", 120.5, 80, 3.2, '沟渠3公里，"三面光"', "甲", None],
        ["扬武镇", 80, 76.2, 1.5, "新建水池", "乙", "按原计划"],
    ],
    "户数": [["村", "年度", "脱贫户", "人均收入/元"], ["甲村", 2020, 12, 9800], ["乙村", 2021, 9, 10200.5]],
}
MESSY_CSV = "单位：万元\n乡镇,年度,资金,资金,受益人口\n平甸乡,2015,120.5,30,1200\n扬武镇,2015,80,12,900\n"


@pytest.mark.parametrize("seed", ["1", "2"])
def test_what_show_writes_is_a_mapping_that_reads_the_same(url: str, tmp_path: Path, seed: str) -> None:
    """As in a shell: standard output goes to a file, whatever the order of Python's sets."""
    (tmp_path / "台账.xlsx").write_bytes(xlsx(*((name, sheet, ()) for name, sheet in BOOK.items())))
    (tmp_path / "乱.csv").write_text(MESSY_CSV.replace("资金,资金", "中央资金,县级资金"), encoding="gb18030")
    for name in ("台账.xlsx", "乱.csv"):
        command = [
            sys.executable,
            "-c",
            "from extractor.cli import main; main()",
            "ledger",
            "import",
            str(tmp_path / name),
        ]
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "gbk:replace"}
        mapping = tmp_path / f"{name}.toml"
        with mapping.open("wb") as out:
            done = subprocess.run([*command, "--show"], stdout=out, stderr=subprocess.PIPE, env=env, check=True)
        assert "地点" in done.stderr.decode()
        for args in ((), ("--mapping", mapping)):
            given = run("import", tmp_path / name, "--yes", "--name", f"{name}{len(args)}", "--db", url, *args)
            assert given.exit_code == 0, given.stderr
        with open_store(url) as store:
            plain, mapped = (store.ledger(f"{name}{number}").figures for number in (0, 2))
        assert plain == mapped
        assert len(plain) >= 6
    text = (tmp_path / "台账.xlsx.toml").read_text(encoding="utf-8")
    assert '"建设规模及内容" = "备注"' in text
    assert '"备注" = "备注"' in text
    assert '"情况说明" = "忽略"  # 未认出' in text


def test_the_mapping_may_be_json_and_say_what_the_header_does_not(url: str, tmp_path: Path) -> None:
    file, mapping = tmp_path / "a.csv", tmp_path / "a.json"
    file.write_text(csv_text([["乡镇", "甲一"], ["平甸乡", 3]]))
    column = {"role": "数值", "indicator": "总投资", "unit": "亿元", "status": "计划", "period": "2015"}
    mapping.write_text(json.dumps({"sheets": {"*": {"place": "新平县", "columns": {"B": column}}}}))
    assert run("import", file, "--mapping", mapping, "--db", url).exit_code == 0
    with open_store(url) as store:
        ledger = store.ledger("a")
    assert told(ledger, "indicator", "value", "status", "period") == [("总投资", 300_000_000, "planned", "2015")]
    (figure,) = ledger.figures
    assert (figure.within, figure.place_code) == ("新平县", "530427200")


def test_the_template_filled_in_needs_no_mapping(url: str, tmp_path: Path) -> None:
    file = tmp_path / "台账模板.xlsx"
    assert run("template", "-o", file).exit_code == 0
    book = openpyxl.load_workbook(file)
    sheet = book["台账"]
    assert {validation.sqref.__str__() for validation in sheet.data_validations.dataValidation} == {
        "E2:E10001", "F2:F10001", "K2:K10001",
    }  # fmt: skip
    empty = run("import", file, "--db", url)
    assert empty.exit_code == 2
    assert "没有一个数值" in empty.stderr
    sheet.append(["新平县", "平甸乡", None, "2015", "完成", "道路桥梁", "甲路", "省级", "投资", 12.5, "万元", None])
    sheet.append(["新平县", None, None, 2015, "计划", None, None, None, "贫困户", 300, "户", "年初"])
    book.save(file)
    done = run("import", file, "--db", url)
    assert done.exit_code == 0, done.output
    assert "第 2、3 行是示例，没有导入" in done.stderr
    with open_store(url) as store:
        first, second = store.ledger("台账模板").figures
    assert (first.place, first.place_code, first.status, first.project_type, first.project, first.funder) == (
        "平甸乡", "530427200", "actual", "road", "甲路", "省级",
    )  # fmt: skip
    assert (second.place, second.place_code, second.indicator_code) == ("新平县", "530427", "poor_households")


@pytest.fixture
def elsewhere(empty_url: str) -> str:
    """A database of somebody else, with a table of progress and a view of it."""
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE progress (id INTEGER PRIMARY KEY, place TEXT, year INTEGER, amount NUMERIC(12,2), unit TEXT, indicator TEXT)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO progress VALUES (2, '扬武镇', 2015, 80, '万元', '投资'), (1, '平甸乡', 2015, 120.50, '万元', '投资')"
            )
        )
        connection.execute(
            text("CREATE VIEW latest AS SELECT place, year, amount, unit, indicator FROM progress WHERE id = 1")
        )
    engine.dispose()
    return empty_url


def test_a_table_of_another_database(elsewhere: str, tmp_path: Path) -> None:
    own = f"sqlite:///{tmp_path / 'own.db'}"
    assert run("import", elsewhere, "--table", "progress", "--db", own).exit_code == 0
    assert run("import", elsewhere, "--table", "latest", "--db", own).exit_code == 0
    with open_store(own) as store:
        ledger = store.ledger("progress")
        assert told(ledger, "row", "place", "value") == [(2, "平甸乡", 1205000), (3, "扬武镇", 800000)]
        assert len(store.ledger("latest").figures) == 1
    slip = run("import", elsewhere, "--table", "progres", "--db", own)
    assert slip.exit_code == 2
    assert "没有表“progres”；现有：progress" in slip.stderr


def test_the_other_database_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "别处.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE t (乡镇 TEXT, 户数 INTEGER)")
        connection.execute("INSERT INTO t VALUES ('甲', 1)")
    path.chmod(0o444)
    before = path.read_bytes()
    assert run("import", f"sqlite:///{path}", "--table", "t", "--db", f"sqlite:///{tmp_path / 'own.db'}").exit_code == 0
    assert path.read_bytes() == before
    assert sorted(found.name for found in tmp_path.iterdir() if not found.name.startswith("own.db")) == ["别处.db"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["没有.xlsx"], "没有.xlsx：打不开文件（不存在）"),
        (["sqlite:///没有.db"], "请用 --table 指明表名"),
        (["sqlite:///没有.db", "--table", "t"], "数据库文件 没有.db 不存在"),
        (["mysql://a/b", "--table", "t"], "数据库地址"),
        (["{file}", "--table", "t"], "--table 只用于数据库"),
        (["{file}", "--mapping", "{file}"], "不是 UTF-8 编码"),
    ],
)
def test_wrong_use_is_one_line(file: Path, url: str, arguments: list[str], words: str) -> None:
    failed = run("import", *(argument.format(file=file) for argument in arguments), "--db", url)
    assert failed.exit_code == 2
    assert words in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_cells_that_look_like_formulas_are_written_as_text(url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(csv_text([["乡镇", "户数", "备注"], ["=cmd()", 3, "@x"]]))
    run("import", file, "--db", url)
    assert "'=cmd()" in run("show", "a", "--db", url, "--format", "csv").stdout
    out = tmp_path / "out.xlsx"
    assert run("show", "a", "--db", url, "-o", out).exit_code == 0
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(out.read_bytes())).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


@pytest.mark.parametrize(("answer", "held"), [("y", ["投资"]), ("n", [])])
def test_on_a_terminal_the_columns_are_shown_and_a_question_is_asked(
    file: Path, url: str, answer: str, held: list[str]
) -> None:
    assert run("import", file, "--name", "先有", "--db", url).exit_code == 0
    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-c",
        "from extractor.cli import main; main()",
        "ledger",
        "import",
        str(file),
        "--db",
        url,
    ]
    with subprocess.Popen(
        command, stdin=theirs, stderr=theirs, stdout=subprocess.DEVNULL, env=os.environ | {"COLUMNS": "160"}
    ) as process:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        said = b""
        with suppress(OSError):  # Linux: the terminal is gone when the command ends
            while some := os.read(ours, 4096):
                said += some
    os.close(ours)
    assert process.returncode == (0 if held else 2)
    assert "按以上各列导入 2 个数？" in said.decode()
    assert "投资(万元)" in said.decode()
    assert names(url) == sorted([*held, "先有"])
