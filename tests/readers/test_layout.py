"""Lines with boxes back into the text that was set: what a typesetter does to a text, reading undoes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from extractor.readers.layout.flow import write_pages
from extractor.readers.layout.furniture import without_furniture
from extractor.readers.layout.grids import find_frames
from extractor.readers.layout.lines import Line, Stroke, width_of
from extractor.readers.layout.page import Page
from extractor.readers.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIZE = 16.0
PITCH = 28.0
LEFT, TOP = 80.0, 100.0
WIDTH, HEIGHT = 595.0, 842.0
NEVER_FIRST = "，。、；：！？%）》”"
CLAUSES = (
    "全县新修水渠12.5公里",
    "投入资金1,308万元",
    "占总数的45.6%",
    "惠及群众2306户",
    "粮食产量达到3.2万吨",
    "各项工作有序推进",
)


def piece(text: str, left: float, top: float, size: float = SIZE) -> Line:
    return Line(text, left, top, left + width_of(text, size), top + size, size)


def words(text: str) -> list[str]:
    """Split where a line may end: not inside a number, not before closing punctuation."""
    found: list[str] = []
    for character in text:
        joins = bool(found) and (
            character in NEVER_FIRST or (character in "0123456789.," and found[-1][-1] in "0123456789.,")
        )
        if joins:
            found[-1] += character
        else:
            found.append(character)
    return found


def typeset(paragraphs: Iterable[str], width: float, left: float = LEFT, top: float = TOP) -> list[Line]:
    lines: list[Line] = []
    for paragraph in paragraphs:
        text, start = "", left + 2 * SIZE
        for word in words(paragraph):
            if start + width_of(text + word, SIZE) > left + width + 1e-6:
                lines.append(piece(text, start, top + PITCH * len(lines)))
                text, start = "", left
            text += word
        lines.append(piece(text, start, top + PITCH * len(lines)))
    return lines


def text_of(*pages: Page) -> str:
    writer = Writer(1_000_000)
    write_pages(pages, writer)
    return writer.document("", "").text


def page(lines: Sequence[Line], number: int = 1) -> Page:
    return Page(number, WIDTH, HEIGHT, tuple(lines))


def paragraph(*clauses: str) -> str:
    return "，".join(clauses) + "。"


paragraphs = st.lists(
    st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=12).map(lambda clauses: paragraph(*clauses)),
    min_size=3,
    max_size=6,
)


@given(paragraphs, st.integers(16, 28))
def test_paragraphs_are_those_that_were_set(texts: list[str], characters: int) -> None:
    lines = typeset(texts, characters * SIZE)
    assert text_of(page(lines)).replace("\n", "") == "".join(texts)
    if sum(line.left == LEFT for line in lines) >= len(lines) / 2:  # else nothing shows which lines are set in
        assert text_of(page(lines)).splitlines() == texts


@given(paragraphs, paragraphs)
def test_columns_are_read_one_after_the_other(left: list[str], right: list[str]) -> None:
    width = 14 * SIZE
    sides = typeset(left, width), typeset(right, width, LEFT + width + 1.5 * SIZE, TOP + 0.4 * PITCH)
    full = [sum(line.right - line.left >= 0.86 * width for line in side) for side in sides]
    if all(2 * times >= len(side) and times >= 3 for times, side in zip(full, sides, strict=True)):
        assert text_of(page([*sides[0], *sides[1]])).replace("\n", "") == "".join(left + right)


def test_a_title_over_two_columns_comes_first() -> None:
    text = [paragraph(*CLAUSES, *CLAUSES)]
    lines = [
        piece("全县水利工作总结材料", 250, 60, 22),
        *typeset(text, 224),
        *typeset(text, 224, LEFT + 248),
    ]
    assert text_of(page(lines)).splitlines()[0] == "全县水利工作总结材料"


def test_a_number_broken_over_lines_is_one_number() -> None:
    lines = [
        piece("全年完成农林牧渔业总产值共计123", LEFT, TOP),
        piece("456万元，同比增长百分之五点六，", LEFT, TOP + PITCH),
        piece("其中种植业产值占总产值近六成左右。", LEFT, TOP + 2 * PITCH),
    ]
    assert "123456万元" in text_of(page(lines))


def test_words_of_latin_letters_keep_their_space() -> None:
    lines = [piece("推广使用的系统名为Smart", LEFT, TOP), piece("Water，已覆盖全县各乡镇", LEFT, TOP + PITCH)]
    assert "Smart Water" in text_of(page(lines))


def test_a_paragraph_goes_on_over_the_page() -> None:
    lines = typeset([paragraph(*CLAUSES, *CLAUSES, *CLAUSES)], 28 * SIZE)
    half = len(lines) // 2
    second = [piece(line.text, line.left, TOP + PITCH * n) for n, line in enumerate(lines[half:])]
    foot = [page([*lines[:half], piece("— 1 —", 280, 790)]), page([*second, piece("— 2 —", 280, 790)], 2)]
    assert text_of(*foot).splitlines() == [paragraph(*CLAUSES, *CLAUSES, *CLAUSES)]


def furnished(number: int, head: str, foot: str) -> Page:
    body = typeset([paragraph(*CLAUSES)], 28 * SIZE)
    return page([piece(head, 200, 40), *body, piece(foot, 280, 800)], number)


def test_running_headers_and_page_numbers_go() -> None:
    pages = [furnished(n, "龙泉县2024年工作总结", f"第{n}页 共3页") for n in (1, 2, 3)]
    assert [line.text[:2] for kept in without_furniture(pages) for line in kept.lines if line.top < 60] == []
    assert text_of(*pages).count("共3页") == 0


def test_what_stands_once_in_the_margin_stays() -> None:
    pages = [furnished(1, "龙泉县2024年工作总结", "共投入355万元"), furnished(2, "下一步打算新建12座", "全县4个乡镇")]
    text = text_of(*pages)
    assert all(
        shown in text for shown in ("龙泉县2024年工作总结", "共投入355万元", "下一步打算新建12座", "全县4个乡镇")
    )


def test_bare_numbers_go_only_where_they_count_pages() -> None:
    counted = [furnished(n, f"本页第{n * n}段", str(n + 4)) for n in (1, 2, 3)]
    assert not any(line.top > 780 for kept in without_furniture(counted) for line in kept.lines)
    others = [furnished(n, f"本页第{n * n}段", str(n * 7 + 3)) for n in (1, 2, 3)]
    assert all(kept.lines[-1].text.isdigit() for kept in without_furniture(others))


def test_contents_with_dotted_leaders_are_no_text() -> None:
    lines = [piece("一、工作回顾…………………………3", LEFT, TOP), *typeset([paragraph(*CLAUSES)], 448, top=TOP + PITCH)]
    assert "工作回顾" not in text_of(page(lines))


def test_cells_merged_over_rows_and_columns() -> None:
    across = [Stroke(0, y, 300, y) for y in (0, 60)] + [Stroke(100, 20, 300, 20), Stroke(0, 40, 300, 40)]
    down = [Stroke(x, 0, x, 60) for x in (0, 100, 300)] + [Stroke(200, 20, 200, 60)]
    (frame,) = find_frames([*across, *down])
    assert frame.cell_at(50, 30) == (0, 0, 2, 1)
    assert frame.cell_at(250, 10) == (0, 1, 1, 2)
    assert frame.cell_at(250, 50) == (2, 2, 1, 1)
    assert frame.cell_at(350, 50) is None


def test_numbers_under_each_other_in_a_cell_are_several() -> None:
    frame = find_frames([Stroke(0, y, 200, y) for y in (0, 100, 200)] + [Stroke(x, 0, x, 200) for x in (0, 100, 200)])[
        0
    ]
    short, full = [piece("1.3", 20, 10), piece("0.9", 20, 40)], [piece("12345678", 120, 10), piece("90", 120, 40)]
    grid = frame.filled({(0, 0, 1, 1): tuple(short), (0, 1, 1, 1): tuple(full)})
    assert text_of(Page(1, WIDTH, HEIGHT, (), (grid,))).splitlines() == ["1.3 0.9\t1234567890"]


def test_a_table_without_ruling_is_told_by_its_columns() -> None:
    rows = [("项目", "2023年", "2024年"), ("水渠（公里）", "12.5", "14.8"), ("泵站（座）", "6", "9")]
    lines = [
        piece(text, LEFT + 150 * n, TOP + PITCH * row) for row, texts in enumerate(rows) for n, text in enumerate(texts)
    ]
    assert text_of(page(lines)).splitlines() == ["\t".join(texts) for texts in rows]
