"""Where commands write, and what they say of a batch of files of which some cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from extractor.cli import main
from extractor.cli.output import OutputFile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    reports = tmp_path / "报告"
    (reports / "下级").mkdir(parents=True)
    (reports / "甲.txt").write_text(
        "柳湾镇2019年工作总结\n全镇投入60.5万元，新建水塔3座，惠及120户。\n", encoding="utf-8"
    )
    (reports / "下级" / "乙.txt").write_text("东坪乡2020年工作总结\n新修水渠2.4公里。\n", encoding="utf-8")
    (reports / "坏.docx").write_bytes(b"PK\x03\x04" + b"x" * 40)
    return reports


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def commands(command: click.Command = main, name: str = "gouji") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its name."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for below in command.list_commands(context):
        found = command.get_command(context, below)
        assert found is not None
        yield from commands(found, f"{name} {below}")


def test_minus_is_standard_output(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    shown = run("extract", "甲.txt", "-o", "-", "--format", "csv")
    assert shown.exit_code == 0
    assert shown.stdout == run("extract", "甲.txt", "--format", "csv").stdout
    assert "已写入" not in shown.stderr
    assert not (folder / "-").exists()
    assert run("extract", "甲.txt", "-o", "./-", "--format", "csv").exit_code == 0
    assert (folder / "-").read_text(encoding="utf-8") == shown.stdout


def test_every_output_takes_minus_and_every_target_refuses_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert run("extract", "甲.txt", "--db", "sqlite:///g.db").exit_code == 0

    for name, command in commands():
        for parameter in command.params:
            if "--output" in parameter.opts:
                assert isinstance(parameter.type, OutputFile), name
    for arguments in (
        ["check", "甲.txt"],
        ["copies", "甲.txt"],
        ["figures"],
        ["report", "archive"],
        ["ledger", "list"],
    ):
        database = [] if "甲.txt" in arguments else ["--db", "sqlite:///g.db"]
        assert run(*arguments, *database, "-o", "-").stdout == run(*arguments, *database).stdout
    assert run("ledger", "template", "-o", "-").stdout_bytes.startswith(b"PK")
    for refused in (
        ["export", "-", "--db", "sqlite:///g.db"],
        ["annotations", "convert", ".", "-", "--from", "gold", "--to", "brat"],
    ):
        done = run(*refused)
        assert done.exit_code == 2
        assert "不能写到标准输出" in done.stderr
    assert not (folder / "-").exists()


@pytest.mark.parametrize("command", ["extract", "check", "copies"])
def test_a_batch_of_which_nothing_can_be_used_gives_no_result(folder: Path, tmp_path: Path, command: str) -> None:
    target = tmp_path / "结果.csv"
    target.write_text("旧")
    bad = [str(folder / "坏.docx"), str(tmp_path / "没有.txt")]
    done = run(command, *bad, "-o", target)
    assert done.exit_code == 2
    assert target.read_text() == "旧"
    *errors, last = done.stderr.splitlines()
    assert [line.split("：")[:2] for line in errors] == [["错误", name] for name in bad]
    assert last == "错误：没有一个文件可以处理（共 2 个，原因见上），没有结果"
    shown = run(command, bad[0])
    assert (shown.exit_code, "没有符合条件" in shown.output, "没有可核算" in shown.output) == (2, False, False)


@pytest.mark.parametrize("command", ["extract", "check", "copies"])
def test_a_batch_with_a_bad_file_tells_how_many_of_how_many(folder: Path, command: str) -> None:
    files = [str(folder / name) for name in ("甲.txt", "坏.docx", "下级/乙.txt")]
    done = run(command, *files)
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == "2 个文件已处理，1 个文件未处理，原因见上"
