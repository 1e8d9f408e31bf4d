"""The command ``gouji``: parse, call, print. Each group of commands is a module of its own, loaded when it is called.

Loading on demand keeps ``gouji --help`` fast: a command's module may import the database or the models.

Exit status of every command: 0 all done; 2 wrong usage or a file, database or setting that cannot be used (the message
on standard error says which and what to do); 130 interrupted; 1 anything unforeseen.
"""

from __future__ import annotations

import importlib
from typing import Any

import click

from extractor import __version__
from extractor.cli.failures import explained, patient

# Command → the module of its code and what the overview says of it.
_COMMANDS = {
    "extract": ("extractor.cli.extract", "从文件中抽取数字"),
    "archive": ("extractor.cli.archive", "整批文件存入数据库，可中断、可继续"),
    "check": ("extractor.cli.check", "核算报告自称的数字关系"),
    "explain": ("extractor.cli.check", "说明一处核算为何不是错误"),
    "figures": ("extractor.cli.database", "查询数据库里的数字"),
    "projects": ("extractor.cli.database", "查询数据库里的项目"),
    "documents": ("extractor.cli.database", "查询数据库里的文件"),
    "export": ("extractor.cli.export", "导出供分析用的 Parquet、CSV"),
    "report": ("extractor.cli.report", "归档的概览页"),
    "ledger": ("extractor.cli.ledger", "导入、查看台账"),
    "compare": ("extractor.cli.compare", "台账与报告比对"),
    "comparisons": ("extractor.cli.compare", "列出存下的比对"),
    "serve": ("extractor.cli.serve", "启动服务和网页"),
    "keys": ("extractor.cli.keys", "服务的密钥"),
    "db": ("extractor.cli.database", "建立、升级、查看数据库"),
    "copies": ("extractor.cli.copies", "查找雷同段落，看哪些数字不同"),
    "annotations": ("extractor.cli.annotations", "转换标注格式"),
    "evaluate": ("extractor.cli.evaluate", "与人工标注比对，报告准确率"),
}
_HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS.get(heading, heading))


class _Context(click.Context):
    formatter_class = _Formatter


class _LazyGroup(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    context_class = _Context

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        with patient() as stop:
            command: click.Command = getattr(importlib.import_module(_COMMANDS[cmd_name][0]), cmd_name)
        stop()  # out here: until the block ends, a press is only noted
        _speak_chinese(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with explained():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with explained():
            return super().invoke(ctx)


def _speak_chinese(command: click.Command) -> None:
    """Give ``command`` and all below it Chinese headings in their help."""
    command.context_class = _Context
    command.options_metavar = "[选项]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 …"
    for below in getattr(command, "commands", {}).values():
        _speak_chinese(below)


@click.group(cls=_LazyGroup, options_metavar="[选项]", subcommand_metavar="命令 …")
@click.version_option(__version__, message="%(prog)s %(version)s", help="显示版本")
@click.help_option("--help", help="显示帮助")
def main() -> None:
    """勾稽：把工作报告里的数字变成可查询、可追溯、可核对的数据。

    \b
    退出码：0 全部完成；2 用法有误，或有文件、数据库不能用；130 被 Ctrl-C 停止；1 其他错误。
    """
