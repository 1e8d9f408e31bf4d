"""Articles, headings and sentences of reports and of compilations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.segment import segment
from extractor.segment.words import tag
from extractor.types import Outline

BODY = "今年以来，全镇干部群众团结一心，各项工作稳步推进，群众的生产生活条件有了明显改善。" * 6

COMPILATION = f"""某某范文网
乡镇工作总结(精选3篇)
时间:2021-03-04 作者:小编
篇一：青溪镇工作总结
{BODY}
一、基本情况
青溪镇辖9个村。
下载文档
篇二：石门乡工作汇报
各位领导：
{BODY}
（一）修路。修通组路3公里。
篇三：水磨镇工作总结
{BODY}
"""


def titles(outline: Outline) -> list[str]:
    return [article.title for article in outline.articles]


def section_titles(outline: Outline) -> list[tuple[int, str]]:
    return [(section.level, section.title) for section in outline.sections]


def test_a_single_report_is_one_article_with_its_title() -> None:
    outline = segment(f"青溪镇2020年工作总结\n{BODY}\n一、主要工作\n修路3公里。\n二、下步打算\n再修2公里。\n")
    assert titles(outline) == ["青溪镇2020年工作总结"]


def test_marks_bound_the_articles_of_a_compilation_and_residue_is_left_out() -> None:
    outline = segment(COMPILATION)
    assert titles(outline) == ["篇一：青溪镇工作总结", "篇二：石门乡工作汇报", "篇三：水磨镇工作总结"]
    text = "".join(COMPILATION[s.start : s.end] for s in outline.sentences)
    assert "下载文档" not in text
    assert "某某范文网" not in text
    assert "辖9个村" in text


def test_a_report_before_its_appendices_is_an_article() -> None:
    report = f"青溪镇2020年工作总结\n一、主要工作\n{BODY}\n二、下步打算\n再修2公里。\n"
    outline = segment(f"{report}第一篇：附件一\n{BODY}\n第二篇：附件二\n{BODY}\n")
    assert titles(outline) == ["青溪镇2020年工作总结", "第一篇：附件一", "第二篇：附件二"]
    assert outline.warnings == ()


def test_a_dropped_teaser_is_told() -> None:
    outline = segment(f"某某范文网\n{BODY}\n篇一：甲镇工作总结\n{BODY}\n篇二：乙镇工作总结\n{BODY}\n")
    assert len(outline.articles) == 2
    assert "未归入任何文章" in outline.warnings[0]


def test_half_a_character_pair_keeps_the_offsets() -> None:
    tokens = tag("\ud800投入5万元", 0, 6)
    assert tokens[0].start == 0
    assert tokens[-1].end == 6


def test_a_title_after_a_signature_opens_an_article_however_short_the_one_before() -> None:
    short = "柳溪镇2019年工作总结\n今年修路3公里。\n柳溪镇人民政府\n2019年12月20日\n\n\n石门乡2020年工作总结\n今年修路5公里。\n"
    assert titles(segment(short)) == ["柳溪镇2019年工作总结", "石门乡2020年工作总结"]
    swapped = (
        "柳溪镇工作总结\n今年修路3公里。\n二〇一九年十二月二十日\n柳溪镇人民政府\n石门乡工作汇报\n今年修路5公里。\n"
    )
    assert titles(segment(swapped)) == ["柳溪镇工作总结", "石门乡工作汇报"]


def test_a_date_under_the_title_signs_nothing() -> None:
    dated = "柳溪镇2019年工作会材料\n2019年12月20日\n柳溪镇工作总结\n今年修路3公里。\n"
    assert len(segment(dated).articles) == 1


def test_numbering_that_starts_again_opens_an_article() -> None:
    text = f"一、基本情况\n{BODY}\n二、打算\n{BODY}\n一、扶贫成效\n我乡修路。\n二、问题\n缺钱。\n"
    outline = segment(text)
    assert [text[a.start : a.start + 6] for a in outline.articles] == ["一、基本情况", "一、扶贫成效"]


def test_a_part_title_lets_the_numbering_start_again_inside_one_article() -> None:
    text = f"石门乡年度总结\n一、成绩\n{BODY}\n二、问题\n{BODY}\n2022年工作打算\n一、修路\n新修路5公里。\n"
    outline = segment(text)
    assert len(outline.articles) == 1
    assert (0, "2022年工作打算") in section_titles(outline)


def test_the_heading_tree_follows_the_markers() -> None:
    text = "一、主要工作\n（一）交通。一是修通组路3公里；二是修桥2座。\n1.水利\n修渠。\n二、下步打算\n再修路。\n"
    outline = segment(text)
    assert section_titles(outline) == [
        (1, "主要工作"),
        (2, "交通"),
        (5, "修通组路3公里"),
        (5, "修桥2座"),
        (3, "水利"),
        (1, "下步打算"),
    ]
    parents = {section.title: section.parent for section in outline.sections}
    assert parents["交通"] == 0
    assert parents["修桥2座"] == 1
    assert parents["下步打算"] is None


def test_a_decimal_at_a_line_start_is_no_heading() -> None:
    assert segment("3.5万元已经拨付。\n").sections == ()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("修路3公里。修桥2座！", ["修路3公里。", "修桥2座！"]),
        ("修路3公里；修桥2座", ["修路3公里；", "修桥2座"]),
        ("他说：“修好了。”大家笑了。", ["他说：“修好了。”", "大家笑了。"]),
        ("投资3.5万元\n修桥2座\n", ["投资3.5万元", "修桥2座"]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[s.start : s.end] for s in segment(text).sentences] == sentences


def test_lines_wrapped_at_a_fixed_width_are_joined() -> None:
    prose = (
        "全镇共投入资金三百二十万元，修建了通组道路、便民桥和蓄水池，解决了群众出行和饮水的困难，得到了群众的称赞，" * 8
    )
    width = 30
    text = "\n".join(prose[i : i + width] for i in range(0, len(prose), width)) + "。\n"
    assert len(segment(text).sentences) == 1


@pytest.mark.parametrize(
    "text", ["合格率98\n.7%。", "浇筑混凝土35立\n方米。", "完成投资30\n万元。", "修建水渠12.\n5公里。"]
)
def test_a_line_that_ends_within_a_figure_goes_on(text: str) -> None:
    assert len(segment(text).sentences) == 1


@pytest.mark.parametrize("text", ["户数\n30\n万元\n50\n", "修建水渠3处\n方案已经完成。", "投资30万元\n元旦前完工。"])
def test_the_cells_and_lines_of_a_list_stay_apart(text: str) -> None:
    assert len(segment(text).sentences) == text.count("\n") + (not text.endswith("\n"))


def test_words_keep_their_offsets_and_the_terms_of_the_field() -> None:
    text = "前言。整治山坪塘16座"
    tokens = tag(text, 3, len(text))
    assert [token.word for token in tokens][:2] == ["整治", "山坪塘"]
    assert all(text[token.start : token.end] == token.word for token in tokens)


@given(st.text(alphabet="一二三、（）()1.2是。；\n 篇范文总结汇报第各位：修路公里", max_size=300))
def test_any_text_has_nested_sections_and_ordered_sentences(text: str) -> None:
    outline = segment(text)
    position = 0
    for sentence in outline.sentences:
        assert position <= sentence.start < sentence.end <= len(text)
        position = sentence.end
        if sentence.section is not None:
            section = outline.sections[sentence.section]
            assert section.article == sentence.article
            assert section.start <= sentence.start < section.end
    for section in outline.sections:
        if section.parent is not None:
            parent = outline.sections[section.parent]
            assert parent.level < section.level
            assert parent.start <= section.start
            assert section.end <= parent.end
