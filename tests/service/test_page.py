"""The pages as they are sent: each with and without anything in the database, what a report holds is text, errors in Chinese."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from lxml import html
from page_samples import HOSTILE, WRONG, fill, many, place
from serving import bearer

from extractor.report.overview import yuan
from extractor.store import CheckFilter, CheckNote, open_store
from extractor.types import UserRole
from service.page import data
from service.page.render import NAVIGATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient

    from extractor.store import Store
    from service import ServiceSettings

pytestmark = pytest.mark.any_database

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
EMPTY = [to for to, _ in NAVIGATION] + ["/login", "/documents?q=没有", "/figures?indicator=没有"]
FILLED = [
    *EMPTY, "/documents/1", "/documents/2", "/documents/1/projects", "/documents/2/checks", "/documents/2/checks?verdict=fails",
    "/figures?text=投入&status=actual&project_type=road", "/figures?dimension=money&min=1000000", "/charts?period=2019",
    "/charts?place=柳湾镇", "/ledgers/1", "/comparisons/1", "/comparisons/1?verdict=all", "/comparisons?ledger=水路台账",
]  # fmt: skip


@pytest.fixture
def filled(service_settings: ServiceSettings, client: TestClient) -> Iterator[Store]:
    with open_store(service_settings.extractor.database_url) as store:
        assert fill(store) == (1, 2)
        yield store


def read(client: TestClient, path: str, status: int = 200) -> html.HtmlElement:
    """Ask for a page as a browser does, and see that it is one that everybody can use."""
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return checked(answer.text)


def checked(content: str) -> html.HtmlElement:
    page = html.document_fromstring(content)
    assert page.get("lang") == "zh-CN"
    assert (page.findtext(".//title") or "").endswith("· 勾稽")
    assert len(page.findall(".//h1")) == 1
    assert not [one for one in page.xpath("//script") if one.text or not one.get("src", "").startswith("/static/")]
    assert not page.xpath("//style | //@style | //@onclick | //@onerror | //img")
    names = [one.get("id") for one in page.xpath("//*[@id]")]
    assert len(names) == len(set(names))
    labelled = {one.get("for") for one in page.xpath("//label[@for]")}
    for control in page.xpath("//input[not(@type='hidden')] | //textarea | //select[not(ancestor::template)]"):
        said = control.get("aria-label") or control.get("aria-hidden") or control.get("id") in labelled
        assert said or control.xpath("ancestor::label"), html.tostring(control)
    for link in page.xpath("//a[starts-with(@href, '#')]"):
        assert link.get("href")[1:] in names
    return page


def words(page: html.HtmlElement) -> str:
    return " ".join(page.text_content().split())


@pytest.mark.parametrize("path", EMPTY)
def test_each_page_shows_with_an_empty_database(client: TestClient, path: str) -> None:
    read(client, path)


def test_each_page_shows_what_there_is(client: TestClient, filled: Store) -> None:
    for path in FILLED:
        page = read(client, path)
        assert "<script>alert" not in html.tostring(page, encoding="unicode")


def test_the_navigation_tells_where_one_is(client: TestClient, filled: Store) -> None:
    page = read(client, "/documents/1")
    assert [one.text for one in page.xpath("//header//a[@aria-current]")] == ["文件"]
    assert page.xpath("//header//a[@aria-current='true']")
    assert read(client, "/documents").xpath("//header//a[@aria-current='page']")[0].text == "文件"
    assert page.xpath("//a[@class='skip']/@href") == ["#main"]


def test_a_pasted_report_is_shown_and_not_stored(client: TestClient) -> None:
    answer = client.post("/", data={"text": WRONG.replace("\n", "\r\n")})
    page = checked(answer.text)
    assert page.findtext(".//h1") == "石盘乡2018年工作总结"
    assert page.xpath("//div[@class='text']")[0].text_content() == WRONG
    assert page.xpath("//div[@class='text']/mark/text()") == ["900万元", "400万元", "300万元", "100万元", "86座"]
    assert "道路建设400万元 + 人畜饮水300万元 + 产业发展100万元 = 800万元" in words(page)
    assert "还没有文件" in words(read(client, "/documents"))


def test_a_text_without_figures_is_told(client: TestClient) -> None:
    page = checked(client.post("/", data={"text": "各项工作进展顺利。"}).text)
    assert page.xpath("//p[@class='nothing']/text()") == ["没有找到数字。"]


def test_large_sums_are_told_in_large_units() -> None:
    assert [yuan(Decimal(one)) for one in ("3.62e12", "1.2e8", "900e4")] == ["3.62万亿元", "1.20亿元", "900.00万元"]


@pytest.mark.parametrize("text", ["", "  \r\n "])
def test_nothing_pasted_is_told(client: TestClient, text: str) -> None:
    answer = client.post("/", data={"text": text})
    assert answer.status_code == 422
    assert checked(answer.text).xpath("//*[@role='alert'][not(@hidden)]")[0].text.startswith("没有文字")


def test_text_and_table_name_each_figure_alike(client: TestClient, filled: Store) -> None:
    page = read(client, "/documents/1")
    marks = page.xpath("//div[@class='text']/mark/@id")
    rows = page.xpath("//tbody[@data-items]/tr/@id")
    assert [one[1:] for one in marks] == [one[1:] for one in rows]
    assert marks[0] == f"m1-{place(filled, 1, '508.5万元')}"
    assert page.xpath("//mark[@class='planned money']/text()") == ["86万元"]


def test_a_finding_shows_formula_sentence_figures_and_what_a_person_said(client: TestClient, filled: Store) -> None:
    claim = next(one.result.key for one in filled.checks(CheckFilter(document=2)) if one.result.verdict == "fails")
    page = read(client, "/documents/2")
    (item,) = page.xpath(f"//section[@class='checks']/ul/li[@data-claim='{claim}']")
    assert "must_fix" in item.get("class")
    assert WRONG.splitlines()[1] in item.findtext("blockquote")
    assert item.xpath(".//a/text()") == ["900万元", "400万元", "300万元", "100万元"]
    assert (
        item.xpath(".//a/@href")[0] == f"/documents/2?at={place(filled, 2, '900万元')}#m2-{place(filled, 2, '900万元')}"
    )
    assert item.xpath(".//button/text()") == ["说明"]
    filled.explain(2, claim, CheckNote("另有100万元<b>未列</b>", "审计组", datetime.now(UTC)))
    (item,) = read(client, "/documents/2").xpath("//section[@class='checks']/ul/li")
    assert (item.xpath("span[@class='badge']/text()"), item.xpath(".//button/text()")) == (
        ["已说明"],
        ["改写说明", "撤回说明"],
    )
    assert "；已说明 1 处" in words(read(client, "/documents/2"))
    assert not read(client, "/documents").xpath("//a[@class='bad']")
    said = words(read(client, "/documents/2/checks?verdict=fails"))
    assert "另有100万元<b>未列</b> 审计组" in said


def test_the_library_is_searched_and_turned_page_by_page(client: TestClient, filled: Store) -> None:
    page = read(client, "/documents?q=柳湾")
    assert page.xpath("//tbody/tr/th/a/@href") == ["/documents/1"]
    hostile = read(client, "/documents").xpath("//tbody/tr[1]/th")[0]
    assert HOSTILE in hostile.text_content()
    assert read(client, "/documents?after=2").xpath("//tbody/tr/th/a/@href") == ["/documents/1"]
    (fails,) = read(client, "/documents").xpath("//a[@class='bad']")
    assert (fails.text, fails.get("href")) == ("1", "/documents/2/checks?verdict=fails")


def test_figures_are_narrowed_by_the_address(client: TestClient, filled: Store) -> None:
    page = read(client, "/figures?place=柳湾镇&dimension=money&status=planned")
    assert page.xpath("//tbody/tr/th/a/mark/text()") == ["86万元"]
    assert page.xpath("//select[@name='status']/option[@selected]/text()") == ["计划"]
    assert page.xpath("//input[@name='place']/@value") == ["柳湾镇"]
    assert page.xpath("//details[@open]")
    start = place(filled, 1, "86万元")
    assert page.xpath("//tbody/tr/th/a/@href") == [f"/documents/1?at={start}#m1-{start}"]
    exports = page.xpath("//a[@download]/@href")
    assert exports[0].startswith("/v1/figures?place=")
    assert [re.search(r"format=(\w+)", one)[1] for one in exports] == ["csv", "xlsx", "parquet", "jsonl"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("period=去年", "时期“去年”写法不对，应如 2015"), ("min=很多&unit=元", "不小于“很多”写法不对，应如 10000"),
        ("min=5", "须指明单位"), ("unit=天天", "没有单位"), ("document=99", "没有编号为 99 的文件"),
        ("status=x", "状态“x”应为其中之一：actual、planned、standard"), ("cursor=x", "从第一页开始"),
        ("document=一", "文件编号“一”应为整数"), ("place=1", "地区代码 1 应为"), ("period=2016-2011", "应写成"),
        ("document=99999999999999999999", "不能大于 2147483647"), ("sort=base_value", "须指明单位"), ("unique=x", "只计一次“x”"),
        ("min=1e99999999&dimension=money", "不小于“1e99999999”写法不对"), ("document=" + "9" * 5000, "文件编号“" + "9" * 50 + "”"),
    ],
)  # fmt: skip
def test_a_slip_in_a_filter_is_told_beside_what_was_written(client: TestClient, query: str, told: str) -> None:
    page = read(client, f"/figures?{query}", 422)
    assert told in page.xpath("//*[@role='alert']")[0].text
    name, value = query.split("&")[0].split("=")
    assert name == "cursor" or page.xpath(f"//*[@name='{name}'][@value='{value}' or self::select or @type='checkbox']")


def test_many_figures_come_in_pages(client: TestClient, filled: Store) -> None:
    many(filled, 30)
    first = read(client, "/figures")
    assert len(first.xpath("//tbody/tr")) == 100
    (after,) = {one.get("href") for one in first.xpath("//a[@rel='next']")}
    second = read(client, f"/figures{after}")
    assert second.xpath("//nav[@aria-label='翻页']/a/text()")[0] == "« 第一页"
    starts = {one.get("href") for page in (first, second) for one in page.xpath("//tbody/tr/th/a")}
    assert len(starts) == 200


def test_a_document_with_very_many_figures_comes_in_stretches(client: TestClient, filled: Store) -> None:
    number = many(filled, 200)
    report = data.stored(filled, number)
    pieces = data.stretches(report.figures, len(report.document.text))
    assert "".join(report.document.text[one.start : one.end] for one in pieces) == report.document.text
    assert len(pieces) == 2
    last = report.figures[-1].start
    page = read(client, f"/documents/{number}?at={last}")
    assert page.xpath(f"//mark[@id='m{number}-{last}']")
    assert not page.xpath(f"//mark[@id='m{number}-{report.figures[0].start}']")
    assert page.xpath("//nav[@aria-label='原文分段']//a[@aria-current]/text()") == ["2"]


def test_bars_lead_to_their_figures(client: TestClient, filled: Store) -> None:
    page = read(client, "/charts?period=2019")
    done = page.xpath("//table[contains(caption, '按地点')]//tr[th='柳湾镇']/td[@data-label='已完成']/a")[0]
    assert done.text_content() == "508.50万元"
    assert "place=%E6%9F%B3%E6%B9%BE%E9%95%87" in done.get("href")
    shown = read(client, "/" + done.get("href"))
    assert "508.5万元" in shown.xpath("//tbody/tr/th/a/mark/text()")


def test_discrepancies_come_first_with_both_sides(client: TestClient, filled: Store) -> None:
    page = read(client, "/comparisons/1")
    (item,) = page.xpath("//details[starts-with(@class, 'verdict')]")
    assert item.xpath(".//mark/text()") == ["3座"]
    assert "水路!D3" in item.text_content()
    assert item.xpath("./summary/span[@class='meta']/text()") == ["柳湾镇，2019"]  # as the ledger says
    start = place(filled, 1, "3座")
    assert f"/documents/1?at={start}#m1-{start}" in item.xpath(".//a/@href")
    assert len(read(client, "/comparisons/1?verdict=exact").xpath("//details[@class='verdict exact']")) == 1
    only = client.post("/v1/comparisons", json={"ledger": "水路台账", "documents": [2]}).json()["comparison_id"]
    assert read(client, f"/comparisons/{only}").xpath("//nav[@class='tabs']//a[@aria-current]/text()") == ["报告未提 2"]
    assert not read(client, "/comparisons/1?q=没有").xpath("//details[starts-with(@class, 'verdict')]")


@pytest.mark.parametrize(
    "path", ["/nothing", "/documents/99", "/documents/99/checks", "/ledgers/9", "/comparisons/9", "/jobs/9"]
)
def test_what_is_not_there_is_told_in_words(client: TestClient, path: str) -> None:
    page = read(client, path, 404)
    assert page.findtext(".//h1") == "没有找到"
    assert client.get(path).headers["content-type"] == "application/problem+json"


def test_the_api_answers_programs_whatever_they_accept(client: TestClient) -> None:
    assert client.get("/v1/nothing", headers=BROWSER).headers["content-type"] == "application/problem+json"


def test_only_styles_and_scripts_are_served(client: TestClient) -> None:
    assert client.get("/static/site.css").headers["cache-control"] == "no-cache"
    assert "text/javascript" in client.get("/static/page.js").headers["content-type"]
    for path in ("/static/page.html", "/static/../render.py", "/static/head.html", "/static/"):
        assert client.get(path).status_code == 404


def test_every_script_that_is_named_is_there(client: TestClient, filled: Store) -> None:
    named = {one for path in FILLED for one in read(client, path).xpath("//script/@src | //link/@href")}
    imported = set(named)
    for path in named:
        answer = client.get(path)
        assert answer.status_code == 200
        imported |= {f"/static/{one}" for one in re.findall(r'from "\./([\w.]+)"', answer.text)}
    assert all(client.get(path).status_code == 200 for path in imported)


def test_login_goes_on_to_pages_of_ours_only(client: TestClient, store: Store) -> None:
    without = client.get("/login?to=/figures", follow_redirects=False)
    assert (without.status_code, without.headers["location"]) == (303, "/figures")
    bearer(store, UserRole.READ)

    def to(path: str) -> str:
        return str(read(client, f"/login?to={path}").xpath("//form[@id='login']/@data-to")[0])

    assert to("/figures") == "/figures"
    assert {to("//evil.example"), to("https://evil.example"), to("/%5Cevil.example")} == {"/"}


def test_lists_of_ledgers_and_comparisons_have_pages(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.page.ledgers._PAGE", 2)
    monkeypatch.setattr("service.page.comparisons._PAGE", 2)
    client.post("/v1/extract?store=true", json={"text": "新平县2015年总结\n投入资金2万元。", "name": "总结"})
    for number in range(3):
        ledger = f"地点,年度,指标,数值,单位\n新平县,2015,投入资金,{number + 1},万元\n".encode()
        made = client.post("/v1/ledgers", files={"file": (f"台账{number}.csv", ledger)}).json()
        assert client.post("/v1/comparisons", json={"ledger": made["id"]}).status_code == 201
    for path, names in (("/ledgers", ["台账2", "台账1", "台账0"]), ("/comparisons", ["比对 3", "比对 2", "比对 1"])):
        first = client.get(path).text
        assert [name for name in names if f">{name}</a>" in first] == names[:2]
        following = re.search(r'href="([^"]*)" rel="next"', first)
        assert following
        second = client.get(path + following[1]).text
        assert [name for name in names if f">{name}</a>" in second] == names[2:]
        assert 'rel="next"' not in second
