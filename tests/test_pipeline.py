"""What holds for the result of every text whatever."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor import extract
from extractor.types import Extraction

if TYPE_CHECKING:
    from collections.abc import Callable

# Pieces that make numbers, units, headings and links collide; mixed with arbitrary Unicode.
PIECES = [
    "投入", "508.5万元", "１２", "三百余户", "、", "，", "。", "；", "其中：", "占", "38%", "（", "）", "(", "\n", "\t", "一、", "（二）",
    "1.", "一是", "20xx年", "今年", "2015年", "我镇", "该村", "排岭、石桥等村", "3-5户", "百分之九十", "一半", "至", "—", "xx", "**", "零",
    "9" * 40, "一" * 40, "万亿", "每人每年", "元/人", "第一书记", "1∶4.7", " ", "\u3000", "\u200b", "\U0001f600", "A", "\x00",
]  # fmt: skip
ANY_CHARACTER = st.characters(exclude_categories=())  # half character pairs and unassigned code points too
TEXTS = st.one_of(st.text(ANY_CHARACTER, max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


def check(text: str, extraction: Extraction) -> None:
    position = 0
    starts = {figure.start for figure in extraction.figures}
    assert len(starts) == len(extraction.figures)
    for figure in extraction.figures:
        assert position <= figure.start < figure.end <= len(text)
        assert figure.text == text[figure.start : figure.end]
        assert (figure.value is None) == figure.redacted
        assert figure.value is None or isinstance(figure.value, Decimal)
        assert figure.sentence[0] <= figure.start
        assert figure.end <= figure.sentence[1]
        assert 0 <= figure.article < len(extraction.articles)
        for target in (figure.part_of, figure.pair, *((figure.pct.of, figure.pct.numer) if figure.pct else ())):
            assert target is None or (target in starts and target != figure.start)
        position = figure.end
    for link in extraction.links:
        assert link.source in starts
        assert link.target in starts
    ids = [project.id for project in extraction.projects]
    assert ids == list(range(1, len(ids) + 1))
    for project in extraction.projects:
        assert set(project.figures) <= starts


@settings(max_examples=300)
@given(TEXTS)
def test_any_text_gives_sound_figures(text: str) -> None:
    check(text, extract(text))


@settings(max_examples=100)
@given(TEXTS)
def test_the_same_text_gives_the_same_result(text: str) -> None:
    assert extract(text) == extract(text)


def test_a_text_without_figures_is_no_error() -> None:
    assert extract("").figures == ()
    assert extract("我们要继续努力。").figures == ()


def test_no_part_is_in_a_cycle() -> None:
    text = "总投资100万元，其中：省级60万元，市级40万元，合计100万元，其中：省级60万元。"
    parents = {figure.start: figure.part_of for figure in extract(text).figures}
    assert parents[text.index("60万元")] == parents[text.index("40万元")] == text.index("100万元")
    for start in parents:
        seen = set()
        position: int | None = start
        while position is not None:
            assert position not in seen
            seen.add(position)
            position = parents[position]


def test_the_result_does_not_depend_on_the_process() -> None:
    text = "青溪镇2020年工作总结\n今年投入80万元，硬化柳林、石桥等村通组路6公里，受益320户、1200余人，占总人口的35%。"
    code = f"from extractor import extract; print(extract({text!r}))"
    printed = set()
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
        printed.add(done.stdout)
    assert len(printed) == 1


@pytest.mark.parametrize("piece", ["3户", "一是修路3公里；", "其中3户12人，", "投入", "7", "（占8%", "2020年"])
def test_work_grows_with_the_length_of_the_text(piece: str, calls: Callable[..., int]) -> None:
    """Four times the text is about four times the work."""
    short, long = (calls(extract, piece * (size // len(piece))) for size in (1500, 6000))
    assert long < 8 * short + 20_000
