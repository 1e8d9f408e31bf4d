"""The page on a database: its numbers are those of the database, on both engines, and nothing in it runs."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from playwright.sync_api import sync_playwright
from sqlalchemy import text
from store_samples import RUN, sample

from extractor.cli import main
from extractor.cli.progress import told_if_slow
from extractor.report.archive import advice
from extractor.resources import project_types
from extractor.store import FigureFilter, Store, open_store
from extractor.store.columns import add
from extractor.store.engine import make_engine, parse_url, reading
from extractor.store.money import _APART
from extractor.types import Extraction, Figure, Link, LinkKind, Status, WorkReason

CORPUS = Path(__file__).parents[2] / "corpus" / "dev"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = "<script>alert(1)</script>&.txt"
WRONG = "云南省玉溪市新平县2019年交通工作总结\n\n2019年，新平县完成投资900万元，其中道路硬化500万元、桥梁300万元、安防150万元。\n2019年，新平县硬化通组公路32.5公里。\n"
LEDGER = "指标,地点,时期,数值,单位\n硬化通组公路,新平县,2019,35.5,公里\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture
def filled(database_url: str, tmp_path: Path) -> str:
    """A database of real reports, one with what does not hold, one that repeats it, and files that cannot be read."""
    folder = tmp_path / "归档"
    folder.mkdir()
    for name in ("transport.txt", "finance.txt", "township_year.txt"):
        shutil.copy(CORPUS / name, folder / name)
    (folder / HOSTILE.replace("/", "∕")).write_text(WRONG, encoding="utf-8")
    (folder / "副本.txt").write_text(f"{WRONG}\n", encoding="utf-8")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 broken")
    (folder / "空.txt").write_bytes(b"")
    (tmp_path / "台账.csv").write_text(LEDGER, encoding="utf-8")
    run("archive", "add", folder, "--workers", "1", "--db", database_url)
    assert run("ledger", "import", tmp_path / "台账.csv", "--yes", "--db", database_url).exit_code == 0
    assert run("compare", "台账", "--db", database_url).exit_code == 0
    return database_url


def written(url: str, tmp_path: Path) -> html.HtmlElement:
    result = run("report", "archive", "-o", tmp_path / "概览.html", "--db", url)
    assert result.exit_code == 0, result.output
    return html.document_fromstring((tmp_path / "概览.html").read_bytes())


def charts(page: html.HtmlElement) -> dict[str, dict[str, Decimal]]:
    """Return what each chart says: caption → label → value."""
    return {
        table.xpath("string(caption/text())"): {
            row.xpath("string(th)"): Decimal(row.xpath("string(.//data/@value)")) for row in table.iterfind("tbody/tr")
        }
        for table in page.find_class("chart")
    }


def asked(url: str, statement: str) -> list[tuple[Any, ...]]:
    with reading(make_engine(parse_url(url))) as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_the_numbers_are_those_of_the_database(filled: str, tmp_path: Path) -> None:
    page = written(filled, tmp_path)
    found = charts(page)
    ((documents, figures),) = asked(filled, "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM figure)")
    assert found["按文件格式"] == {".txt": documents}
    assert sum(found["按年份"].values()) == documents
    kept = (
        "FROM figure f JOIN sentence s ON s.document_id = f.document_id AND s.start_offset = f.sentence_start "
        "JOIN article a ON a.document_id = s.document_id AND a.article_index = s.article_index "
        "WHERE a.duplicate_of_document IS NULL"
    )
    ((counted,),) = asked(filled, f"SELECT count(*) {kept}")
    assert counted < figures
    summary = page.xpath("string(body/header/p)")
    assert summary.startswith(f"{documents} 个文件")
    assert f"{counted:,} 个数字（另有 {figures - counted} 个" in summary
    names = dict(asked(filled, "SELECT code, name FROM indicator"))
    indicators = Counter[str]()
    for code, written_name, number in asked(filled, f"SELECT indicator_code, indicator, count(*) {kept} GROUP BY 1, 2"):
        indicators[names.get(code, written_name)] += number
    for name, number in found["按指标"].items():
        assert indicators[name] == number
    assert [*found["按指标"].values()] == sorted(indicators.values(), reverse=True)[:20]
    places = "SELECT name, count(DISTINCT document_id) FROM figure_place GROUP BY name"
    assert found["按地名"].items() <= dict(asked(filled, places)).items()
    assert found["按区划"]["玉溪市新平彝族傣族自治县"] == 2
    verdicts = asked(filled, "SELECT verdict, count(*) FROM check_result GROUP BY verdict")
    assert sorted(found["核算结论"].values()) == sorted(number for _, number in verdicts)
    assert sum(found["不符的类型"].values()) == dict(verdicts)["fails"]


def brute_force(store: Store, name: str) -> dict[str, tuple[int, Decimal]]:
    """Add up money figure by figure: what no figure above is added up for under the same heading."""
    figures = {(one.document, one.figure.start): one.figure for one in store.figures()}
    unique = {(one.document, one.figure.start) for one in store.figures(FigureFilter(unique=True))}
    links = defaultdict(list)
    with reading(store._engine) as connection:
        for document, kind, source, target in connection.execute(
            text("SELECT document_id, kind, source_start, target_start FROM figure_link")
        ):
            if kind in ("part_of", "restates"):
                links[document, source].append((document, target))

    def counts(key: tuple[int, int]) -> bool:
        figure = figures[key]
        return (
            key in unique
            and figure.dimension == "money"
            and figure.base_unit == "元"
            and figure.base_value is not None
            and figure.status is Status.ACTUAL
            and not _APART.search(figure.indicator)
            and getattr(figure, name) is not None
        )

    sums: dict[str, tuple[int, Decimal]] = {}
    for key, figure in figures.items():
        above, open_ = set(), [*links[key]]
        while open_:
            one = open_.pop()
            if one not in above:
                above.add(one)
                open_ += links[one]
        if counts(key) and not any(counts(one) for one in above):
            number, total = sums.get(getattr(figure, name), (0, Decimal(0)))
            assert figure.base_value is not None
            sums[getattr(figure, name)] = number + 1, total + figure.base_value
    return sums


def test_money_is_added_up_without_parts(filled: str, tmp_path: Path) -> None:
    found = charts(written(filled, tmp_path))
    with open_store(filled) as store:
        types, funders = brute_force(store, "project_type"), brute_force(store, "funder")
    assert types
    assert found["按项目类型"] == {project_types.names()[code]: total for code, (_, total) in types.items()}
    largest = sorted((total for _, total in funders.values()), reverse=True)[:20]
    assert [*found["按资金来源"].values()] == largest


def test_a_part_of_a_part_is_not_added_to_the_whole(store: Store) -> None:
    """投入 (road) ← 其中 (no type) ← 其中 (road): the last is inside the first, over a figure that is not added up."""
    document, extraction = sample()
    whole, length, part, *rest = extraction.figures
    inner = replace(part, project_type=None)
    third = replace(rest[0], dimension="money", base_unit="元", project_type="road", base_value=Decimal("7.25"))
    links = (Link(LinkKind.PART_OF, third.start, inner.start), Link(LinkKind.PART_OF, inner.start, whole.start))
    figures: tuple[Figure, ...] = (whole, length, inner, replace(third, part_of=inner.start), *rest[1:])
    store.save(document, replace(extraction, figures=figures, links=links), RUN)
    (road,) = store.overview().project_types.named
    assert (road.name, road.figures, road.total) == ("road", 1, whole.base_value)
    around = (*links, Link(LinkKind.PART_OF, whole.start, third.start))
    figures = (replace(whole, part_of=third.start), *figures[1:])
    store.save(document, replace(extraction, figures=figures, links=around), RUN)
    assert store.overview().project_types.named == ()  # links in a circle: each is inside the other


def test_a_long_chain_in_one_document_is_added_up_in_linear_time(store: Store) -> None:
    """20,000 figures, each of which restates the one before: all pairs of them would be 200,000,000."""
    document, extraction = sample()
    text = "9" * 20_000
    whole = replace(extraction.figures[0], project=None, funder="县级", sentence=(0, len(text)), section=())
    figures = tuple(replace(whole, text="9", start=start, end=start + 1) for start in range(len(text)))
    links = tuple(Link(LinkKind.RESTATES, start, start - 1) for start in range(1, len(text)))
    sentence = replace(extraction.sentences[0], start=0, end=len(text))
    article = replace(extraction.articles[0], end=len(text))
    chain = Extraction(text, (article,), (), (sentence,), figures, links)
    store.save(replace(document, text=text), chain, RUN)
    found = store.overview()
    for sums in (found.project_types, found.funders):
        assert [(one.figures, one.total) for one in sums.named] == [(1, whole.base_value)]


@pytest.mark.any_database
def test_what_does_not_hold_is_listed_with_links(filled: str, tmp_path: Path) -> None:
    page = written(filled, tmp_path)
    todo = [link.text_content() for link in page.find_class("todo")[0].iter("a")]
    assert [link.get("href") for link in page.find_class("todo")[0].iter("a")] == [
        "#checks",
        "#comparisons",
        "#failures",
    ]
    ((fails,),) = asked(filled, "SELECT count(*) FROM check_result WHERE verdict = 'fails'")
    ((mismatches,),) = asked(filled, "SELECT count(*) FROM v_discrepancy")
    assert todo == [f"勾稽不符 {fails} 处", f"与台账不符 {mismatches} 处", "没有读成 2 个文件"]
    assert (fails > 0, mismatches) == (True, 1)
    for target in ("checks", "comparisons", "failures"):
        (section,) = page.xpath(f"//section[@aria-labelledby='{target}']")
        assert [link for link in section.iter("a") if link.get("href").startswith("file:///")]
    failures = page.xpath("//section[@aria-labelledby='failures']")[0].text_content()
    assert "检查文件是否完整" in failures
    assert "坏.docx" in failures
    advised = [
        cell.text_content() for cell in page.xpath("//section[@aria-labelledby='failures']//td[@data-label='怎么办']")
    ]
    assert advised == [advice(reason) for reason in (WorkReason.UNREADABLE, WorkReason.EMPTY)] * 2
    assert "32.5公里" in page.xpath("//section[@aria-labelledby='comparisons']")[0].text_content()


@pytest.mark.any_database
def test_it_says_of_what_and_when_it_is(filled: str, tmp_path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    page = written(filled, tmp_path)
    terms, said = ([one.text_content() for one in page.find_class("about")[0].iter(tag)] for tag in ("dt", "dd"))
    told = dict(zip(terms, said, strict=True))
    assert before <= datetime.fromisoformat(told["生成于"]) <= datetime.now(UTC)
    with open_store(filled) as store:
        assert told["数据库"] == store.address
    assert re.fullmatch(re.escape(f"{tmp_path}/归档（") + r"\S+ 清点）", told["归档"])
    assert told["归档里的文件"] == "7 个：完成 5，重复 0，失败 2，跳过 0"
    lines = run("archive", "status", "--db", filled).stdout
    assert re.findall(r"(完成|重复|失败|跳过)\D*?\t(\d+)", lines) == re.findall(r"(..) (\d)", told["归档里的文件"])


def test_a_finding_that_was_explained_is_counted_apart(filled: str, tmp_path: Path) -> None:
    before = sum(charts(written(filled, tmp_path))["不符的类型"].values())
    document, claim = asked(
        filled, "SELECT document_id, claim FROM check_result WHERE verdict = 'fails' ORDER BY 1, 2"
    )[0]
    assert run("explain", str(document), claim, "另有说明", "--author", "甲", "--db", filled).exit_code == 0
    page = written(filled, tmp_path)
    assert sum(charts(page).get("不符的类型", {}).values()) == before - 1
    assert "不符的里面有 1 处已有人工说明" in page.text_content()


@pytest.mark.any_database
def test_there_is_no_script_and_every_chart_is_a_table(filled: str, tmp_path: Path) -> None:
    page = written(filled, tmp_path)
    assert not list(page.iter("script"))
    assert not [name for node in page.iter() for name in node.attrib if name.startswith("on") or name == "style"]
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert HOSTILE.split("/")[0] in page.text_content()
    for picture in page.iter("svg"):
        assert picture.get("aria-hidden") == "true"
        assert picture.xpath("string(ancestor::tr/th)")
        assert picture.xpath("string(ancestor::tr//data)")


@pytest.mark.parametrize("width", [1300, 390])
def test_it_fits_the_screen_and_asks_for_nothing(migrated_sqlite: Path, tmp_path: Path, width: int) -> None:
    if CHROMIUM is None:
        message = "Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    shutil.copy(migrated_sqlite, tmp_path / "甲.db")
    url = f"sqlite:///{tmp_path / '甲.db'}"
    run("archive", "add", CORPUS / "finance.txt", CORPUS / "transport.txt", "--workers", "1", "--db", url)
    written(url, tmp_path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        page.on("request", lambda request: told.append(request.url))
        page.goto((tmp_path / "概览.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # The longest bar of each chart is seen, and fills its cell.
        for box in page.locator(".chart tbody tr:first-child td[aria-hidden]").all():
            assert box.bounding_box()["width"] > 40  # type: ignore[index]
        browser.close()
    assert [one for one in told if not one.startswith("data:")] == [(tmp_path / "概览.html").as_uri()]


@pytest.mark.any_database
def test_an_empty_database_has_a_page(database_url: str, tmp_path: Path) -> None:
    page = written(database_url, tmp_path)
    assert "0 个文件" in page.text_content()
    assert charts(page) == {}
    refused = run("report", "archive", "-o", tmp_path / "概览.pdf", "--db", database_url)
    assert (refused.exit_code, "可用的后缀：.html\n" in refused.stderr) == (2, True)


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40)))
def test_a_sum_keeps_every_digit(amounts: list[Decimal]) -> None:
    assert Fraction(reduce(add, amounts, Decimal(0))) == sum(map(Fraction, amounts), Fraction(0))


def test_what_takes_long_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with told_if_slow("正在统计", seconds=0.01):
        time.sleep(0.2)
    with told_if_slow("很快", seconds=60):
        pass
    assert capsys.readouterr().err == "正在统计\n"
