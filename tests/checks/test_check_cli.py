"""``gouji check`` and ``gouji explain`` as a person runs them, on files and on both databases."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections import Counter
from typing import TYPE_CHECKING

import openpyxl
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len
from sqlalchemy import create_engine, text

from extractor.cli import main
from extractor.store import CheckFilter, open_store
from extractor.types import Cause, CheckKind, Severity, Verdict

if TYPE_CHECKING:
    from pathlib import Path

WRONG = (
    "青石镇2021年工作总结\n"
    "全镇实施危房改造任务82户，已完成63户，占任务82户的68.7%。\n"
    "农民人均纯收入达到11600元，比上年的9010元增加2590元，增长28.7%。\n"
)
RIGHT = "柳湾乡2020年工作总结\n共有贫困户120户、412人，其中低保户37户。投入96万元，其中县级60万元、自筹36万元。\n"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "甲.txt").write_text(WRONG, encoding="utf-8")
    (folder / "乙.txt").write_text(RIGHT, encoding="utf-8")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


def rows(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_what_fails_is_listed_and_counted(reports: Path) -> None:
    result = run("check", reports, "--format", "jsonl")
    (found,) = rows(result)
    assert (found["kind"], found["verdict"]) == ("progress", "fails")
    assert found["document"] == str(reports / "甲.txt")
    assert "63户 ÷ " in str(found["formula"])
    assert "76.8" in str(found["formula"])
    assert found["stated"] == 68.7
    assert found["figures"] == [WRONG.index("68.7%"), WRONG.index("63户"), WRONG.rindex("82户")]
    assert found["sentences"] == [WRONG.splitlines()[1]]
    assert "不符 1 处" in result.stderr


def test_everything_can_be_listed_and_narrowed(reports: Path) -> None:
    everything = rows(run("check", reports, "--all", "--format", "jsonl"))
    assert {"holds", "fails"} <= {row["verdict"] for row in everything}
    growth = rows(run("check", reports, "--all", "--kind", "growth", "--format", "jsonl"))
    assert [row["kind"] for row in growth] == ["growth"]
    held = rows(run("check", reports, "--verdict", "holds", "--format", "jsonl"))
    assert {row["verdict"] for row in held} == {"holds"}
    assert rows(run("check", reports, "--verdict", "相符", "--format", "jsonl")) == held


def test_the_table_and_the_page_are_for_people(reports: Path, tmp_path: Path) -> None:
    shown = run("check", reports).stdout
    for words in ("不符", "须改正", "进度", "68.7%"):
        assert words in shown
    page = tmp_path / "核算.html"
    assert run("check", reports, "-o", page).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert 'class="must_fix"' in text
    assert "核算 " in text
    number = text.index('href="#m')  # a finding leads to the figure in the text
    assert f'id="{text[number + 7 : text.index(chr(34), number + 7)]}"' in text


@pytest.mark.parametrize("columns", [80, 120])
def test_findings_fit_the_terminal(reports: Path, columns: int) -> None:
    shown = on_terminal(columns, "check", "--all", reports)
    assert max(cell_len(line) for line in shown.splitlines()) <= columns
    assert "63户÷占任务82户=76.8293%" in "".join(shown.split())


def on_terminal(columns: int, *arguments: object) -> str:
    """Return what the command shows on a terminal of so many columns, without its colours."""
    terminal, ours = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    command = [sys.executable, "-c", "from extractor.cli import main; main()", *map(str, arguments)]
    with subprocess.Popen(command, stdout=ours, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(ours)
        pieces = []
        with contextlib.suppress(OSError):  # the end of what a terminal shows
            while piece := os.read(terminal, 65536):
                pieces.append(piece)
        os.close(terminal)
    assert process.returncode == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", b"".join(pieces).decode()).replace("\r", "")


def test_a_command_that_is_interrupted_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from extractor.cli import main; main()", "check", str(tmp_path / "无.txt"), "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a shell's background jobs have none
    ) as process:  # fmt: skip
        assert process.stderr is not None
        told = process.stderr.readline().decode()  # the first path is done, the second waits for input
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=60)[1].decode()
    assert "无.txt" in told
    assert process.returncode == 130
    assert "已中断" in rest
    assert "Traceback" not in rest


def test_the_page_of_several_files_lists_what_fails_first(reports: Path, tmp_path: Path) -> None:
    (reports / "丙.txt").write_text(RIGHT.replace("投入96万元", "投入约96万元").replace("36万元", "26万元"), "utf-8")
    page = tmp_path / "核算.html"
    assert run("check", reports, "-o", page).exit_code == 0
    text = page.read_text(encoding="utf-8")
    listed = text[text.index('aria-label="各文件的勾稽"') : text.index("</section>")]
    assert re.findall(r'<li class="(\w+)">', listed) == ["must_fix", "please_verify"]
    for number in re.findall(r'href="#([^"]+)"', listed):
        assert f'id="{number}"' in text
    assert "甲.txt</a>" in listed
    assert run("check", reports / "甲.txt", "-o", page).exit_code == 0
    assert "各文件的勾稽" not in page.read_text(encoding="utf-8")


def test_the_workbook_of_extract_holds_the_findings(reports: Path, tmp_path: Path) -> None:
    target = tmp_path / "数字.xlsx"
    assert run("extract", reports, "-o", target).exit_code == 0
    sheet = openpyxl.load_workbook(io.BytesIO(target.read_bytes()))["勾稽"]
    heads = [cell.value for cell in sheet[1]]
    verdicts = [row[heads.index("结论")].value for row in sheet.iter_rows(min_row=2)]
    assert verdicts.count("不符") == 1
    assert verdicts.count("相符") >= 4


def test_the_database_keeps_findings_and_what_is_said_of_them(reports: Path, database_url: str) -> None:
    (found,) = rows(run("check", reports, "--db", database_url, "--format", "jsonl"))
    with open_store(database_url) as store:
        number = next(one.id for one in store.documents() if one.source.endswith("甲.txt"))
        (stored,) = store.checks(CheckFilter(verdicts=(Verdict.FAILS,)))
        assert (stored.document, stored.result.kind, stored.result.severity) == (
            number, CheckKind.PROGRESS, Severity.MUST_FIX,
        )  # fmt: skip
        assert stored.result.cause in (Cause.TRANSPOSED, Cause.DIGIT, None)
        assert stored.result.key == found["claim"]
    assert (
        run("explain", number, found["claim"], "按年初任务计算", "--author", "王会计", "--db", database_url).exit_code
        == 0
    )
    again = run("explain", number, found["claim"], "另有原因", "--author", "李会计", "--db", database_url)
    assert again.exit_code == 2
    assert re.search(
        r"王会计 已于 \d{4}-\d\d-\d\dT[\d:]{8}[+-]\d\d:\d\d 说明：“按年初任务计算”；.*--replace", again.stderr
    )
    assert rows(run("check", "--db", database_url, "--format", "jsonl")) == []
    assert run("extract", reports, "--db", database_url).exit_code == 0  # read again
    (kept,) = rows(run("check", "--db", database_url, "--explained", "--document", number, "--format", "jsonl"))
    assert (kept["person_note"], kept["author"]) == ("按年初任务计算", "王会计")
    assert rows(run("check", reports, "--db", database_url, "--format", "jsonl")) == []
    replaced = run(
        "explain", number, found["claim"], "另有原因", "--author", "李会计", "--replace", "--db", database_url
    )
    assert "原说明“按年初任务计算”（王会计，" in replaced.stderr
    (kept,) = rows(run("check", "--db", database_url, "--explained", "--document", number, "--format", "jsonl"))
    assert (kept["person_note"], kept["author"]) == ("另有原因", "李会计")
    assert run("explain", number, found["claim"], "--withdraw", "--db", database_url).exit_code == 0
    assert len(rows(run("check", "--db", database_url, "--format", "jsonl"))) == 1


def test_the_database_narrows_and_counts(reports: Path, database_url: str) -> None:
    everything = rows(run("check", reports, "--all", "--db", database_url, "--format", "jsonl"))
    narrowed = ("--db", database_url, "--verdict", "holds", "--verdict", "fails", "--kind", "growth", "--kind", "sum")
    wanted = [row for row in everything if row["kind"] in ("growth", "sum") and row["verdict"] in ("holds", "fails")]
    assert len(wanted) >= 2
    with open_store(database_url) as store:
        counts = Counter(store.count_checks())
        assert counts == Counter(Verdict(str(row["verdict"])) for row in everything)
        growth = CheckFilter(kinds=(CheckKind.GROWTH,), limit=1)
        assert store.count_checks(growth) == {Verdict.HOLDS: 1}
        explained = next(one for one in store.checks() if one.result.key == wanted[0]["claim"])
    claims = [row["claim"] for row in rows(run("check", *narrowed, "--format", "jsonl"))]
    assert claims == [row["claim"] for row in wanted]
    assert run("explain", explained.document, wanted[0]["claim"], "已核实", "--db", database_url).exit_code == 0
    result = run("check", *narrowed, "--format", "jsonl")
    assert [row["claim"] for row in rows(result)] == claims[1:]
    assert f"核算 {counts.total()} 处" in result.stderr
    assert "1 处已有说明" in result.stderr
    assert "已有说明" not in run("check", "--db", database_url, "--kind", "progress").stderr
    other = next(row for row in everything if row["document"] != wanted[0]["document"])
    alone = run("check", "--db", database_url, "--all", "--document", 3 - explained.document, "--format", "jsonl")
    assert {row["document"] for row in rows(alone)} == {other["document"]}
    assert f"核算 {len(alone.stdout.splitlines())} 处" in alone.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "--verdict", "fails", "--all", "x.txt"), "不能同时使用"),
        (("check", "x.txt", "--document", "1"), "不能再用 --document"),
        (("explain", "1", "1=2"), "二者取一"),
        (("explain", "1", "1=2", "说明", "--withdraw"), "二者取一"),
        (("explain", "1", "1=2", "--replace", "--withdraw"), "二者取一"),
        (("check", "x.txt", "-o", "核算.pdf"), "可用的后缀：.txt、.jsonl、.csv、.xlsx、.html"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_what_does_not_exist_is_told(reports: Path, database_url: str) -> None:
    run("check", reports, "--db", database_url)
    for arguments, said in [
        (("explain", "99", "1=2", "说明"), "编号为 99"),
        (("explain", "1", "1=2", "说明"), "没有编号为 1=2 的核算"),
        (("explain", "1", "1=2", "--withdraw"), "没有说明可以撤回"),
        (("check", "--document", "99"), "编号为 99"),
        (("check", "--format", "html"), "只用于文件"),
    ]:
        result = run(*arguments, "--db", database_url)
        assert result.exit_code == 2, arguments
        assert said in result.stderr


def test_documents_stored_without_checks_are_told(reports: Path, database_url: str) -> None:
    assert run("check", reports, "--db", database_url).exit_code == 0
    with create_engine(database_url.replace("postgresql:", "postgresql+psycopg:")).begin() as connection:
        connection.execute(text("UPDATE extraction_run SET checks = NULL WHERE document_id = 1"))
    result = run("check", "--db", database_url)
    assert "另有 1 个文件存入时没有核算" in result.stderr


def test_pages_take_no_filter_and_nothing_found_is_said(reports: Path) -> None:
    assert "要筛选请用其他格式" in run("check", reports, "--kind", "sum", "--format", "html").stderr
    assert run("check", reports / "乙.txt").stdout == "没有符合条件的核算\n"
