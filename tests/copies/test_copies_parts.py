"""Masking, fingerprints and alignment hold what their descriptions promise, on any text."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise

import pytest
from copies_samples import OTHER, PARAGRAPHS, ROAD, WATER, compare, search, source
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.copies.align import align
from extractor.copies.fingerprints import GRAM, TWO, WINDOW, fingerprints
from extractor.copies.masks import MASK, mask
from extractor.types import Agreement, CopySource

TEXTS = st.text(st.sampled_from("村路水户，。 \n　12３0.x×一百万ＡbZ（）"), max_size=60)
LETTERS = st.text(st.sampled_from("甲乙丙丁0"), max_size=60)
VARIED = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9000), max_size=120)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("投入38.6万元，", "投入0元"),
        ("３８．６ 万元", "00元"),
        ("1,200人", "0人"),
        ("1，20人", "00人"),
        ("XX村xx户", "0村0户"),
        ("201×年*月", "0年0月"),
        ("二〇一五年", "0年"),
        ("ＧＤＰ 增长", "gdp增长"),
        ("“十三五”（规划）", "0规划"),
        (" \n", ""),
    ],
)
def test_masks(text: str, letters: str) -> None:
    assert mask(text).letters == letters


@given(TEXTS | st.text(max_size=40))
def test_each_letter_leads_back_to_the_text(text: str) -> None:
    masked = mask(text)
    assert len(masked.letters) == len(masked.starts)
    position = 0
    for index, letter in enumerate(masked.letters):
        start, end = masked.span(index, index + 1)
        assert position <= start < end <= len(text)
        assert letter == MASK or (end == start + 1 and not text[start].isspace())
        assert (letter == MASK) == (index in masked.ends)
        position = end


@given(VARIED, VARIED, st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9000), min_size=TWO, max_size=80))
def test_texts_with_a_common_run_share_two_fingerprints(before: str, behind: str, common: str) -> None:
    left = {value for value, at in fingerprints(common + behind) if at + GRAM <= len(common)}
    right = {value for value, at in fingerprints(before + common) if at >= len(before)}
    assert len(left & right) >= 2 or len(set(common)) < len(common) / 2


@given(LETTERS | VARIED)
def test_fingerprints_are_near_each_other(letters: str) -> None:
    places = [at for _, at in fingerprints(letters)]
    assert places == sorted(set(places))
    if len(letters) >= GRAM:
        assert places[0] < WINDOW
        assert all(second - first <= WINDOW for first, second in pairwise(places))
    else:
        assert places == []


@given(LETTERS, LETTERS)
def test_alignment_is_true_and_in_order(left: str, right: str) -> None:
    first = second = 0
    for block in align(left, right):
        assert block.first >= first
        assert block.second >= second
        assert block.size > 0
        first, second = block.first + block.size, block.second + block.size
        assert left[block.first : first] == right[block.second : second]


def test_alignment_finds_what_difflib_finds_on_a_copy() -> None:
    left, right = mask("\n".join(PARAGRAPHS)).letters, mask("\n".join((ROAD, OTHER, WATER))).letters
    exact = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    found = sum(block.size for block in align(left, right))
    assert found >= sum(block.size for block in exact if block.size > 8)


DIGITS = st.lists(st.integers(1, 9), min_size=120, max_size=120)


@given(DIGITS, st.permutations(PARAGRAPHS))
def test_a_copy_with_other_digits_has_all_its_figures_paired(digits: list[int], paragraphs: list[str]) -> None:
    text = "\n".join(paragraphs)
    number = iter(digits)
    copied = "".join(str(next(number)) if char.isdigit() else char for char in text)
    (found,) = compare(text, f"{OTHER}{copied}")
    assert found.left.text == text
    assert found.right.text == copied
    assert found.containment == 1
    for figure in found.figures:
        assert figure.left
        assert figure.right
        assert figure.agreement in (Agreement.SAME, Agreement.CHANGED)
        assert text[figure.left.start : figure.left.end] == figure.left.text
        assert f"{OTHER}{copied}"[figure.right.start : figure.right.end] == figure.right.text


@settings(max_examples=50)
@given(st.lists(st.permutations([*PARAGRAPHS, *OTHER.splitlines()]).map("\n".join), min_size=2, max_size=4), st.data())
def test_the_order_of_documents_does_not_matter(texts: list[str], data: st.DataObject) -> None:
    texts = [f"{text}\n第{number}份" for number, text in enumerate(texts)]
    sources = [source(str(number), text) for number, text in enumerate(texts)]
    shuffled = data.draw(st.permutations(sources))

    def places(order: list[CopySource]) -> set[frozenset[tuple[str, int, int]]]:
        found = search(order)
        for one in found:
            for side in (one.left, one.right):
                assert texts[int(side.document)][side.start : side.end] == side.text
        return {frozenset((side.document, side.start, side.end) for side in (one.left, one.right)) for one in found}

    assert places(sources) == places(shuffled)
