"""Planted copies are found with their figures; what only sounds alike is not."""

from __future__ import annotations

import pytest
from copies_samples import CARE, DEFAULT, HERBS, OTHER, PARAGRAPHS, ROAD, SCHOOL, WATER, compare, search, source

from extractor.copies import CopyOptions
from extractor.errors import UsageError
from extractor.types import Agreement, Excerpt, Passage

SLOGAN = "坚持以习近平新时代中国特色社会主义思想为指导，深入贯彻落实各级会议精神，聚焦目标任务，压实工作责任。"


def text(excerpt: Excerpt | None) -> str | None:
    return excerpt.text if excerpt else None


def figures(passage: Passage, *wanted: Agreement) -> list[tuple[str | None, str | None]]:
    return [(text(one.left), text(one.right)) for one in passage.figures if not wanted or one.agreement in wanted]


def wording(passage: Passage) -> list[tuple[str | None, str | None]]:
    return [(text(one.left), text(one.right)) for one in passage.differences]


def test_a_copy_with_other_numbers_and_another_village() -> None:
    copied = (
        ROAD.replace("青岭", "白果").replace("38.6", "45.2").replace("4.2", "3.15").replace("86户312人", "71户260人")
    )
    (found,) = compare(f"青岭村总结\n{ROAD}\n", f"白果村总结\n{OTHER}{copied}\n")
    assert found.left.text == ROAD
    assert found.right.text == copied
    assert (found.left.line, found.right.line) == (2, 4)
    assert (found.left.title, found.right.title) == ("青岭村总结", "白果村总结")
    assert figures(found, Agreement.CHANGED) == [
        ("38.6万元", "45.2万元"), ("4.2公里", "3.15公里"), ("86户", "71户"), ("312人", "260人"),
    ]  # fmt: skip
    assert figures(found, Agreement.SAME) == [("1200个", "1200个"), ("五个月", "五个月"), ("6处", "6处")]
    assert wording(found) == [("青岭", "白果")]
    assert found.containment > 0.95


def test_a_copy_with_nothing_changed() -> None:
    (found,) = compare(WATER, OTHER + WATER)
    assert found.containment == 1
    assert found.differences == ()
    assert {figure.agreement for figure in found.figures} == {Agreement.SAME}
    assert len(found.figures) == 6


def test_a_date_that_differs_is_wording_not_a_figure() -> None:
    (found,) = compare(ROAD, ROAD.replace("2016年3月", "2017年11月"))
    assert wording(found) == [("2016", "2017"), ("3", "11")]
    assert found.count(Agreement.CHANGED) == 0


def test_the_same_amount_in_another_unit_is_the_same_figure() -> None:
    (found,) = compare(ROAD, ROAD.replace("38.6万元", "386000元").replace("1200个", "1200多个"))
    assert figures(found, Agreement.CHANGED) == []
    assert ("38.6万元", "386000元") in figures(found, Agreement.SAME)
    assert ("1200个", "1200多个") in figures(found, Agreement.SAME)


def test_an_inserted_sentence_is_no_part_of_the_copy() -> None:
    first, second = WATER.split("最终")
    longer = f"{first}县水务局的技术员还带来仪器测了两回流量，取了水样送检化验，花费2400元，最终{second}"
    (found,) = compare(WATER, longer)
    assert found.containment == 1
    assert figures(found, Agreement.RIGHT_ONLY) == [(None, "2400元")]
    assert figures(found, Agreement.CHANGED, Agreement.LEFT_ONLY) == []


def test_reordered_paragraphs_are_found_one_by_one() -> None:
    found = compare("\n".join((ROAD, WATER, HERBS)), "\n".join((HERBS, ROAD, WATER)))
    texts = sorted(one.left.text for one in found)
    assert texts == sorted([f"{ROAD}\n{WATER}", HERBS])


def test_a_copy_inside_a_longer_paragraph() -> None:
    (found,) = compare(OTHER.replace("\n", "") + HERBS + SCHOOL, "合作社情况：\n" + HERBS)
    assert found.containment == 1
    assert HERBS.rstrip("。") in found.left.text
    assert SCHOOL[:10] not in found.left.text


def test_adjacent_paragraphs_make_one_passage() -> None:
    (found,) = compare("\n\n".join(PARAGRAPHS), "\r\n　　".join(PARAGRAPHS))
    assert found.left.text.startswith(ROAD)
    assert found.left.text.endswith(CARE)
    assert found.containment == 1


def test_a_text_that_was_wrapped_is_the_same_text() -> None:
    wrapped = "\n".join(WATER[at : at + 17] for at in range(0, len(WATER), 17))
    (found,) = compare(WATER, wrapped.replace("，", ","))
    assert found.containment == 1


def test_hidden_digits_are_neither_same_nor_changed() -> None:
    (found,) = compare(ROAD, ROAD.replace("38.6万元", "xx万元").replace("86户312人", "XX户X人"))
    assert figures(found, Agreement.CHANGED) == []
    assert ("38.6万元", "xx万元") in figures(found, Agreement.MASKED)


def test_full_width_and_chinese_numerals_are_numbers() -> None:
    (found,) = compare(ROAD, ROAD.replace("86户", "８６户").replace("6处", "六处").replace("312人", "三百二十人"))
    assert figures(found, Agreement.CHANGED) == [("312人", "三百二十人")]
    assert ("6处", "六处") in figures(found, Agreement.SAME)


def test_copies_inside_a_document() -> None:
    twice = f"{ROAD}\n{OTHER}{ROAD.replace('86户', '68户')}\n"
    (found,) = search([source("甲", twice)])
    assert found.left.document == found.right.document == "甲"
    assert found.left.end <= found.right.start
    assert figures(found, Agreement.CHANGED) == [("86户", "68户")]


def test_places_can_be_chosen() -> None:
    sources = [source("甲", f"{ROAD}\n{OTHER}{ROAD}\n", 7), source("乙", WATER, 8), source("丙", WATER, 9)]
    assert len(search(sources)) == 2
    assert [one.left.document for one in search(sources, CopyOptions(between=False))] == ["甲"]
    assert [one.left.document for one in search(sources, CopyOptions(inside=False))] == ["乙"]
    assert [one.right.document for one in search(sources, CopyOptions(number=9))] == ["丙"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (ROAD, WATER),
        (OTHER, "\n".join(PARAGRAPHS)),
        ("关于进一步做好全县农村道路交通安全管理工作的实施意见\n" + ROAD, "关于进一步做好全县农村道路交通安全管理工作的实施意见\n" + WATER),
        (SLOGAN + ROAD, SLOGAN + WATER),
        ("", ROAD),
        ("3户\n5人\n" * 40, "7户\n9人\n" * 40),
    ],
    ids=["other", "subject", "title", "slogan", "empty", "only numbers"],
)  # fmt: skip
def test_no_copies(left: str, right: str) -> None:
    assert compare(left, right) == []


def test_a_paragraph_without_figures_must_be_longer() -> None:
    assert compare(CARE, OTHER + CARE) == []
    longer = CARE + "谁家的猪生了病、谁家的孩子要上学，都记在随身带的本子上，回来以后逐条商量着办。"
    (found,) = compare(longer, OTHER + longer)
    assert found.figures == ()


def test_set_phrases_of_many_reports_are_no_copies() -> None:
    phrase = WATER.split("，总投入")[0] + "。"
    report = [source(str(n), f"{PARAGRAPHS[n % 5][:30]}{n}。\n{phrase}\n") for n in range(DEFAULT.common + 1)]
    assert [one for one in search(report) if phrase[:20] in one.left.text] == []
    few = search(report[: DEFAULT.common])
    assert few
    assert all(one.left.text == phrase for one in few)


def test_a_long_text_that_many_copied_is_found() -> None:
    text = "\n".join(PARAGRAPHS[:3])
    copies = [source(str(n), text.replace("38.6", f"{n}8.6")) for n in range(DEFAULT.common + 2)]
    assert len(search(copies)) == len(copies) * (len(copies) - 1) // 2


@pytest.mark.parametrize(
    "options", [CopyOptions(min_characters=10), CopyOptions(min_containment=0), CopyOptions(min_containment=1.1),
                CopyOptions(common=1)],
)  # fmt: skip
def test_options_out_of_bounds(options: CopyOptions) -> None:
    with pytest.raises(UsageError, match="套话处数"):
        search([], options)
