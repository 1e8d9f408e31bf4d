"""``gouji extract`` as a person runs it: files, folders and standard input, to every format and to the database."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result

from extractor import extract
from extractor.cli import main
from extractor.cli.output import opened
from extractor.report.documents import REPORT_FORMATS
from extractor.store import open_store

TEXT = "柳湾镇2019年工作总结\n全镇投入60.5万元，新建水塔3座，惠及120户。\n"
OTHER = "东坪乡2020年工作总结\n新修水渠2.4公里，完成投资33万元。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a text, a Word document below it, a broken file, and files that are not meant."""
    reports = tmp_path / "报告"
    (reports / "下级").mkdir(parents=True)
    (reports / "甲.txt").write_bytes(TEXT.encode("gb18030"))
    made = docx.Document()
    for line in OTHER.splitlines():
        made.add_paragraph(line)
    made.save(str(reports / "下级" / "乙.docx"))
    (reports / "坏.docx").write_bytes(b"PK\x03\x04" + b"x" * 40)
    (reports / "~$甲.docx").write_bytes(b"lock")
    (reports / "说明.ppt").write_bytes(b"\xd0\xcf\x11\xe0")
    return reports


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["extract", *map(str, arguments)], input=stdin)


def rows(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_folder_is_read_in_order_and_the_bad_file_does_not_stop_it(folder: Path) -> None:
    result = run(folder, "--format", "jsonl")
    assert result.exit_code == 2
    found = rows(result.stdout)
    sources = list(dict.fromkeys(row["document"] for row in found))
    assert sources == [str(folder / "下级/乙.docx"), str(folder / "甲.txt")]
    assert [row["text"] for row in found] == [f.text for text in (OTHER, TEXT) for f in extract(text).figures]
    errors = result.stderr.splitlines()
    assert any(line.startswith(f"错误：{folder / '坏.docx'}：文件已损坏") for line in errors)
    assert "1 个文件未处理" in errors[-1]


def test_offsets_hold_in_the_text_that_was_read(folder: Path) -> None:
    for row in rows(run(folder / "甲.txt", "--format", "jsonl").stdout):
        assert TEXT[row["start"] : row["end"]] == row["text"]  # type: ignore[index]


def test_standard_input_and_the_table_for_people() -> None:
    result = run("-", stdin=TEXT.encode("utf-16"))
    assert result.exit_code == 0
    assert result.stdout.startswith("标准输入：")
    assert "60.5万元" in result.stdout
    assert "已完成" in result.stdout


def test_a_file_named_twice_counts_once(folder: Path) -> None:
    once = run(folder / "甲.txt", "--format", "jsonl")
    assert run(folder / "甲.txt", folder / "下级" / ".." / "甲.txt", "--format", "jsonl").stdout == once.stdout


@pytest.mark.parametrize("format_", REPORT_FORMATS)
def test_every_format_to_a_file(folder: Path, tmp_path: Path, format_: str) -> None:
    target = tmp_path / f"结果.{format_}"
    result = run(folder / "甲.txt", "--format", format_, "-o", target)
    assert (result.exit_code, result.stdout) == (0, "")
    content = target.read_bytes()
    if format_ == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["数字", "项目", "勾稽", "文件"]
    else:
        assert "60.5万元" in content.decode()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert target.stat().st_mode & 0o777 == (folder / "甲.txt").stat().st_mode & 0o777


def test_an_output_that_is_also_an_input_is_refused_and_stays(folder: Path) -> None:
    for paths in ([folder / "甲.txt"], [folder]):
        result = run(*paths, "-o", folder / "下级" / ".." / "甲.txt", "--format", "csv")
        assert result.exit_code == 2
        assert "不能同时作为输出" in result.stderr
        assert (folder / "甲.txt").read_bytes() == TEXT.encode("gb18030")


def test_what_was_written_and_what_was_passed_over_is_told(folder: Path, tmp_path: Path) -> None:
    result = run(folder, "-o", tmp_path / "结果.xlsx")
    assert f"提示：{folder}：跳过 1 个其他格式的文件（.ppt 1）\n" in result.stderr
    count = sum(len(extract(text).figures) for text in (TEXT, OTHER))
    assert f"已写入 {tmp_path / '结果.xlsx'}：2 个文件，{count} 个数字\n" in result.stderr


def test_the_suffix_chooses_the_format(folder: Path, tmp_path: Path) -> None:
    run(folder / "甲.txt", "-o", tmp_path / "结果.jsonl")
    assert rows((tmp_path / "结果.jsonl").read_text(encoding="utf-8"))


def test_warnings_are_told(tmp_path: Path) -> None:
    path = tmp_path / "甲.docx"
    path.write_text(TEXT, encoding="utf-8")
    result = run(path)
    assert result.exit_code == 0
    assert f"提示：{path}：文件名以 .docx 结尾" in result.stderr


def test_the_database_takes_the_good_and_leaves_the_bad(folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gouji.db'}"
    for _ in range(2):  # a second run replaces, it does not add
        assert run(folder, "--db", url).exit_code == 2
        with open_store(url) as store:
            documents = list(store.documents())
            assert {Path(document.source).name for document in documents} == {"甲.txt", "乙.docx"}
            found = [stored.figure for stored in store.figures()]
            assert sorted(figure.text for figure in found) == sorted(
                figure.text for text in (TEXT, OTHER) for figure in extract(text).figures
            )


def test_a_database_that_cannot_be_used_is_told_before_anything_is_written(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "结果.csv"
    result = run(folder / "甲.txt", "--db", f"sqlite:///{tmp_path / '没有' / 'x.db'}", "-o", target)
    assert result.exit_code == 2
    assert result.stderr.startswith("错误：")
    assert not target.exists()


def test_an_output_that_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    result = run(folder / "甲.txt", "-o", tmp_path / "没有" / "结果.csv")
    assert result.exit_code == 2
    assert "不能写入" in result.stderr
    assert "不存在" in result.stderr


def test_a_run_that_reads_nothing_touches_no_database(folder: Path, tmp_path: Path) -> None:
    database, url = tmp_path / "gouji.db", f"sqlite:///{tmp_path / 'gouji.db'}"
    assert run(folder / "坏.docx", "--db", url).exit_code == 2
    assert not database.exists()
    assert run(folder / "甲.txt", "--db", url).exit_code == 0
    with closing(sqlite3.connect(database)) as connection:  # what upgrade and seed would mend
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.execute("DELETE FROM meta")
        connection.commit()
    before = {path.name: path.read_bytes() for path in tmp_path.glob("gouji.db*")}
    assert run(folder / "坏.docx", tmp_path / "没有.txt", "--db", url).exit_code == 2
    assert {path.name: path.read_bytes() for path in tmp_path.glob("gouji.db*")} == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "缺少参数 路径…"),
        (["甲.txt", "--format", "xml"], "选项 --format：'xml' 应为 'table', "),
        (["甲.txt", "--formt", "csv"], "没有选项 --formt，是不是 --format？用法见"),
        (["甲.txt", "--db"], "选项 '--db' 缺少值"),
        (["甲.txt", "-o", "."], "选项 --output：'.' 是文件夹"),
        ([""], "路径是空的"),
    ],
)
def test_wrong_usage_is_told_in_chinese(arguments: list[str], told: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"错误：{told}")
    assert len(result.stderr.splitlines()) <= 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["figures", "--limit", "0"], "错误：选项 --limit：0 不在范围 x>=1 内；用法见 "),
        (["figures", "--document", "一"], "错误：选项 --document：'一' 应为整数"),
        (["evaluate", "没有", "没有"], "错误：参数 文本目录：'没有' 不存在"),
        (["documents", "多余"], "错误：多余的参数 多余"),
        (["没有"], "错误：没有命令 '没有'"),
        (["--没有"], "错误：没有选项 --没有"),
        (["annotations", "convert", "没有", "x", "--from", "gold", "--to", "brat"], "错误：参数 来源：'没有' 不存在"),
    ],
)
def test_every_command_tells_wrong_usage_in_one_chinese_line(arguments: list[str], told: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(told)
    assert len(result.stderr.splitlines()) == 1


def test_the_help_of_a_group_is_chinese_and_names_every_exit_status() -> None:
    assert CliRunner().invoke(main, ["archive", "--help"]).stdout.startswith("用法：main archive [选项] 命令 …\n")
    assert "130 被 Ctrl-C 停止" in CliRunner().invoke(main, ["--help"]).stdout


_FULL = Path("/dev/full")


@pytest.mark.skipif(not _FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize("format_", ["table", "csv", "jsonl", "html"])
def test_a_full_disk_is_one_line(folder: Path, format_: str) -> None:
    command = [sys.executable, "-c", "from extractor.cli import main; main()", "extract", str(folder / "甲.txt")]
    command += ["--format", format_]
    with _FULL.open("wb") as full:
        redirected = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    named = subprocess.run([*command, "-o", str(_FULL)], capture_output=True, check=False)
    for done in (redirected, named):
        assert done.returncode == 2
        assert done.stderr.decode() == "错误：读写出错：磁盘空间不足；请腾出空间后再运行同一命令\n"


@pytest.mark.parametrize("format_", REPORT_FORMATS)
def test_a_reader_that_goes_away_ends_the_command_without_a_word(folder: Path, format_: str) -> None:
    code = "from extractor.cli import main; main()"
    command = [sys.executable, "-c", code, "extract", str(folder / "甲.txt"), "--format", format_]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (1, b"")


def test_devices_and_links_stay_what_they_are(folder: Path, tmp_path: Path) -> None:
    assert run(folder / "甲.txt", "-o", os.devnull).exit_code == 0
    assert Path(os.devnull).is_char_device()
    real, link = tmp_path / "真.csv", tmp_path / "链接.csv"
    real.write_text("旧")
    real.chmod(0o640)
    link.symlink_to(real)
    assert run(folder / "甲.txt", "-o", link).exit_code == 0
    assert link.is_symlink()
    assert "60.5万元" in real.read_text(encoding="utf-8")
    assert real.stat().st_mode & 0o777 == 0o640


def test_an_error_leaves_the_former_output_alone(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "结果.jsonl"
    target.write_text("旧")

    def interrupted() -> None:
        with opened(target, "jsonl") as out:
            out.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert target.read_text() == "旧"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["报告", "结果.jsonl"]


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"", "空"), (b"%PDF-1.7", "PDF"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "已损坏"), (b"\0\1\2", "无法")],
)
def test_what_cannot_be_read_is_one_line_and_status_2(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "总结.txt"
    path.write_bytes(content)
    result = run(path)
    assert result.exit_code == 2
    first, *rest = result.stderr.splitlines()
    assert first.startswith(f"错误：{path}：")
    assert what in first
    assert len(rest) == 1


def test_missing_paths_and_empty_folders(tmp_path: Path) -> None:
    result = run(tmp_path / "没有.txt", tmp_path)
    assert result.exit_code == 2
    assert "打不开" in result.stderr
    assert "文件夹里没有" in result.stderr


def test_a_bound_on_size_from_the_environment(folder: Path) -> None:
    for path, stdin in ((folder / "甲.txt", None), ("-", TEXT.encode())):
        arguments = ["extract", str(path)]
        result = CliRunner().invoke(main, arguments, input=stdin, env={"GOUJI_MAX_FILE_BYTES": "10"})
        assert result.exit_code == 2
        assert "超过上限 10" in result.stderr
    result = CliRunner().invoke(main, ["extract", "-"], input=b"x", env={"GOUJI_MAX_FILE_BYTES": "many"})
    assert result.exit_code == 2
    assert "GOUJI_MAX_FILE_BYTES" in result.stderr


def test_help_is_chinese_and_tells_the_exit_status() -> None:
    for arguments in (["--help"], ["extract", "--help"], ["annotations", "convert", "--help"]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0
        assert result.stdout.startswith("用法：")
        assert "选项" in result.stdout
        assert "Options" not in result.stdout
        assert "退出码" in result.stdout


def test_help_waits_for_no_library() -> None:
    code = (
        "import sys; from extractor.cli import main; main(['--help'], standalone_mode=False); "
        "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {"sqlalchemy", "jieba", "lxml", "openpyxl", "pydantic"} & set(done.stderr.split())


def test_every_command_of_the_overview_exists() -> None:
    overview = CliRunner().invoke(main, ["--help"]).stdout
    for name in main.list_commands(None):  # type: ignore[arg-type]
        assert name in overview
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0
    assert CliRunner().invoke(main, ["没有"]).exit_code == 2
