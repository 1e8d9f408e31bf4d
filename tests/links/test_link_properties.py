"""Invariants of the link stage on any text of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from links_samples import read

from extractor.links import connect
from extractor.links.projects import group

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = ("其中", "合计", "占总户数的", "，", "；", "。", "、", "（", "）", "投入", "较上年的", "增长", "按类分：")
_FIGURES = ("3户", "12人", "5万元", "40%", "2公里", "xx人", "3-5座", "1.5个百分点", "两处")
_PHRASES = st.lists(st.sampled_from(_WORDS + _FIGURES), min_size=1, max_size=40)
_TEXTS = _PHRASES.map(lambda words: f"全乡{''.join(words)}。")


@settings(max_examples=150)
@given(_TEXTS)
def test_links_stay_inside_the_article_and_make_no_circle(text: str) -> None:
    scope, figures = read(text, project_type={"*": "road"})
    connected = connect(scope, figures)
    by_start = {figure.start: figure for figure in connected.figures}
    assert [figure.start for figure in connected.figures] == [figure.start for figure in figures]
    for figure in connected.figures:
        seen = {figure.start}
        end = figure.part_of
        while end is not None:
            assert end not in seen
            seen.add(end)
            end = by_start[end].part_of
        assert figure.pair is None or by_start[figure.pair].dimension == "households"
        assert (figure.pct is not None) == (figure.unit in ("%", "百分点"))
    assert {link.source for link in connected.links} | {link.target for link in connected.links} <= set(by_start)
    grouped, projects = group(scope, connected.figures)
    assert all(len(project.figures) >= 2 for project in projects)
    assert [figure.start for figure in grouped] == [figure.start for figure in figures]


def test_work_grows_with_the_text_and_not_faster(calls: Callable[..., int]) -> None:
    texts = [read("全县投入" + "其中3户、12人（5万元，占40%" * count) for count in (200, 800)]
    short, long = (calls(lambda text: group(text[0], connect(*text).figures), text) for text in texts)
    assert long < 6 * short
