"""Messages in the words of whom they reach: each pair still meets a message that there is."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from service import speech

ROOT = Path(__file__).parents[2]


@cache
def texts() -> str:
    """Return all texts of the code but those of the pairs themselves; what is filled in is left out."""
    found = []
    for folder in ("extractor", "service"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "speech.py":
                found += [_joined(node) for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    return "\n".join(found)


def _joined(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_joined(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "files"  # the one that is part of a pair
    return ""


@pytest.mark.parametrize("said", [said for said, _ in (*speech._TO_API, *speech._TO_PAGE)])
def test_what_is_put_into_other_words_is_said(said: str) -> None:
    of_api = {meant for _, meant in speech._TO_API}
    assert said in texts() or said in of_api


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("单位（--unit）或量纲（--dimension）", "“单位”或“量纲”（在“更多条件”里）"),
        ("请拆分，或用环境变量 GOUJI_MAX_FILE_BYTES 调高上限", "请拆分，或请管理员调高上限"),
        ("拆分文件，或调高 GOUJI_MAX_SECONDS_PER_FILE 后重试这个任务", "拆分文件，或请管理员调高上限后重试这个任务"),
        ("密钥“甲”的权限是 read，这里需要 write；请", "密钥“甲”的权限是“只读”，这里需要“可写”；请"),
        ("没有单位 'x'；见 gouji ledger import", "没有单位 “x”；请先在“台账”一栏导入"),
    ],
)
def test_the_page_names_its_own_fields_and_buttons(message: str, shown: str) -> None:
    assert speech.to_page(message) == shown
