"""What the pages do not do: answer 5xx to an odd address, take more than they may, lead elsewhere, keep errors in JSON."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import html
from page_samples import REPORT, fill, many
from service_samples import save
from serving import bearer, listening, service_of, serving, wait_for_workers
from test_page import BROWSER, checked, read, words

from extractor.pipeline import examine
from extractor.store import Run, open_store
from extractor.types import Document, UserRole
from service import ServiceSettings
from service.page import PAGES
from service.questions import FigureQuestion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi.testclient import TestClient

    from extractor.store import Store

pytestmark = pytest.mark.any_database

LOSS = "某公司2019年总结\n2019年项目资金余额为-300万元。\n"
ROUTES = sorted({route.path for router in PAGES for route in router.routes if "GET" in route.methods})  # type: ignore[attr-defined]
NAMES = sorted({*FigureQuestion.model_fields, "q", "after", "offset", "at", "verdict", "state", "ledger", "to"})
ODD = (
    "", "0", "-1", "1", "9" * 23, "9" * 20, "9" * 5000, "1e99999999", "1e999", "-1e-999", "NaN", "²", "\0", "a\0b", "%", "_",
    "money", "元", "2015", "0000", "9999-0001", "2015-13", "true", "x" * 500, "base_value", "-period", "fails", "all", "//x",
    "AAAA", "/\t/evil.example", "٣", "1,000", "road", "530427", "[", "'", "1" * 60 + "e308",
)  # fmt: skip
VALUES = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=30))


@pytest.fixture(scope="module")
def asked(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with something in its database, for questions only."""
    file = tmp_path_factory.mktemp("odd") / "gouji.db"
    shutil.copy(migrated_sqlite, file)
    url = f"sqlite:///{file}"
    with open_store(url) as store:
        fill(store)
    extractor = replace(ServiceSettings().extractor, database_url=url)
    with serving(ServiceSettings(extractor=extractor), requests_per_minute=10**9) as client:
        yield client


@pytest.mark.parametrize("route", ROUTES)
@settings(max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(number=VALUES, query=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3))
@example(number="1", query={"cursor": "9" * 23})
@example(number="1", query={"document": "9" * 20})
@example(number="1", query={"min": "1e99999999", "dimension": "money"})
@example(number="1", query={"min": "1" * 60 + "e999", "dimension": "money", "sort": "base_value"})
@example(number="9" * 20, query={"offset": "9" * 20, "at": "9" * 20, "after": "9" * 20})
def test_no_address_makes_a_page_fail(asked: TestClient, route: str, number: str, query: dict[str, str]) -> None:
    path = route.replace("{number}", quote(number, safe="") or "1")
    answer = asked.get(f"{path}?{urlencode(query)}", headers=BROWSER)
    assert answer.status_code in (200, 404, 422), answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_a_pasted_report_takes_its_turn_among_the_extractions(service_settings: ServiceSettings) -> None:
    with serving(service_settings, max_extractions=0) as client:
        answer = client.post("/", data={"text": REPORT}, headers=BROWSER)
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert "个抽取请求在处理" in words(checked(answer.text))


def test_a_pasted_report_is_read_by_a_worker_in_bounded_time(service_settings: ServiceSettings) -> None:
    with serving(service_settings, max_seconds_per_request=1, extraction_workers=1, max_characters=10**6) as client:
        wait_for_workers(client)
        answer = client.post("/", data={"text": REPORT * 3000}, headers=BROWSER)
        assert answer.status_code == 422
        page = checked(answer.text)
        assert page.xpath("//*[@role='alert'][not(@hidden)]")[0].text.startswith("处理超过 1 秒")
        assert page.xpath("//textarea")[0].text_content().count("柳湾镇2019") == 3000
        assert service_of(client).pool.deaths == 1


def test_a_long_report_is_told_so_and_not_lost(service_settings: ServiceSettings) -> None:
    with serving(service_settings, max_characters=400_000) as client:
        text = "没有数字。" * 79_000
        assert checked(client.post("/", data={"text": text}, headers=BROWSER).text).findtext(".//h1") == "粘贴的报告"
        longer = client.post("/", data={"text": text + "没有数字。" * 2_000}, headers=BROWSER)
        assert longer.status_code == 413
        page = checked(longer.text)
        assert "文字有 405,000 字，超过一次 400,000 字的上限" in words(page)
        assert len(page.xpath("//textarea")[0].text_content()) == 405_000
        longest = client.post("/", data={"text": text * 2}, headers=BROWSER)
        assert longest.status_code == 413
        assert "请求超过 4,800,000 字节的上限；请上传文件，或拆分" in words(checked(longest.text))


def test_a_pasted_character_that_is_none_is_told(client: TestClient) -> None:
    answer = client.post("/", data={"text": "投入3万元\0。"}, headers=BROWSER)
    assert answer.status_code == 422
    assert "第 6 个字符（U+0000）不是文字" in words(checked(answer.text))


def test_a_pasted_report_with_very_many_figures_tells_that_it_is_cut(client: TestClient) -> None:
    page = checked(client.post("/", data={"text": REPORT * 200}, headers=BROWSER).text)
    assert "数字较多，这里只显示前" in words(page)
    assert not page.xpath("//nav[@aria-label='原文分段']")


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/a\\b",
        "\t//evil.example",
        "/\n/e",
    ],
)
def test_login_leads_to_no_other_server(client: TestClient, store: Store, to: str) -> None:
    bearer(store, UserRole.READ)
    page = read(client, f"/login?{urlencode({'to': to})}")
    assert page.xpath("//form[@id='login']/@data-to") == ["/"]


def test_login_under_a_path_of_a_proxy_leads_into_the_service(service_settings: ServiceSettings) -> None:
    import httpx2

    with (
        open_store(service_settings.extractor.database_url) as store,
        listening(replace(service_settings, root_path="/gouji")) as port,
    ):
        key = bearer(store, UserRole.WRITE)

        def data_to(query: str) -> Any:
            page = html.document_fromstring(httpx2.get(f"http://127.0.0.1:{port}/login{query}").text)
            return page.xpath("//form[@id='login']/@data-to")[0]

        assert {data_to(""), data_to("?to=/"), data_to("?to=/figures"), data_to("?to=//x")} == {"/gouji/"}
        sent = httpx2.get(f"http://127.0.0.1:{port}/figures?q=1", headers=BROWSER)
        assert sent.headers["location"] == "/gouji/login?to=%2Fgouji%2Ffigures%3Fq%3D1"
        assert data_to("?to=/gouji/figures") == "/gouji/figures"
        accepted = httpx2.post(f"http://127.0.0.1:{port}/v1/documents", files={"files": ("a.txt", REPORT)}, headers=key)
        assert accepted.headers["location"].startswith("/gouji/v1/jobs/")


def test_a_loss_is_written_and_has_no_bar(client: TestClient, store: Store) -> None:
    document = Document(LOSS, source="a.txt")
    extraction = examine(document)
    assert extraction.figures[0].base_value == Decimal(-3_000_000)
    store.save(document, extraction, Run("0.1.0", datetime.now(UTC)))
    page = read(client, "/charts")
    (number,) = page.xpath("//table[contains(caption, '按年份')]//tr[th='2019']/td[@data-label='已完成']//data")
    assert (number.text, number.get("value")) == ("-300.00万元", "-3000000")
    assert set(page.xpath("//table[contains(caption, '按年份')]//tbody//rect/@width")) == {"0"}


def test_charts_tell_what_they_leave_out(client: TestClient, store: Store) -> None:
    fill(store)
    document = Document("总结\n投入100万元修路。另支出30万元。\n", source="a.txt")
    store.save(document, examine(document), Run("0.1.0", datetime.now(UTC)))
    assert (
        "个金额没有写明年份"
        in read(client, "/charts").xpath("//table[contains(caption, '按年份')]/caption")[0].text_content()
    )
    assert "都没有写明年份" in words(read(client, "/charts?document=3"))


def test_figures_are_sorted_and_turned_page_by_page_with_the_cursor_of_the_api(
    client: TestClient, store: Store
) -> None:
    fill(store)
    many(store, 30)
    query = "?dimension=money&sort=-base_value"
    page = read(client, f"/figures{query}")
    assert page.xpath("//select[@name='sort']/option[@selected]/@value") == ["-base_value"]
    assert page.xpath("//tbody/tr[1]/th/a/mark/text()") == ["900万元"]
    following = client.get(f"/v1/figures{query}&limit=100").json()["next"]
    assert following
    assert [one for one in page.xpath("//a[@rel='next']/@href") if f"cursor={following}" in one]
    values = [Decimal(one.text.replace(",", "")) for one in page.xpath("//tbody/tr/td[@class='number']")]
    assert values == sorted(values, reverse=True)
    foreign = read(client, f"/figures?cursor={following}", 422)
    assert foreign.xpath("//nav[@aria-label='翻页']/a/text()") == ["« 第一页"]
    assert "sort=-base_value" in read(client, f"/figures{query}").xpath("//a[@download]/@href")[0]


def test_what_is_refused_before_the_pages_is_told_as_a_page(
    client: TestClient, service_settings: ServiceSettings
) -> None:
    foreign = {**BROWSER, "Host": "evil.example"}
    answer = client.get("/figures", headers=foreign)
    assert answer.status_code == 403
    assert "不回答以“evil.example”为名的请求" in words(checked(answer.text))
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert (
        client.get("/figures", headers={"Host": "evil.example"}).headers["content-type"] == "application/problem+json"
    )
    assert client.get("/v1/figures", headers=foreign).headers["content-type"] == "application/problem+json"
    with serving(service_settings, requests_per_minute=1) as often:
        read(often, "/")
        limited = often.get("/", headers=BROWSER)
        assert limited.status_code == 429
        assert limited.headers["retry-after"]
        assert "请求过多" in words(checked(limited.text))


def test_slips_are_told_in_chinese_and_shortly(client: TestClient) -> None:
    def slip(path: str) -> dict[str, Any]:
        answer = client.get(path)
        assert answer.status_code == 422
        return dict(answer.json())

    told = slip("/v1/figures?limit=9999")
    assert told["detail"] == "参数有误：query.limit：不能大于 1000"
    assert told["detail_en"] == "invalid arguments: query.limit: Input should be less than or equal to 1000"
    assert slip("/v1/figures?limit=x")["detail"] == "参数有误：query.limit：应为整数"
    assert slip("/v1/figures?status=x")["detail"] == "参数有误：query.status：应为其中之一：actual、planned、standard"
    assert slip("/v1/figures?" + "x" * 3000 + "=1")["detail"] == f"参数有误：query.{'x' * 50}：没有这一项"
    assert slip("/v1/figures?text=" + "x" * 300)["detail"] == "参数有误：query.text：至多 200 个字"
    wrong = client.post("/v1/comparisons", json={"ledger": "a", "documents": ["y" * 80] * 1000}).json()
    assert wrong["detail"].endswith("…… 另有 995 处")
    assert len(wrong["detail"]) < 500
    assert "y" * 51 not in wrong["detail"] + wrong["detail_en"]


def test_a_whole_report_is_a_page_of_its_own_policy(client: TestClient, service_settings: ServiceSettings) -> None:
    number = save(service_settings.extractor.database_url)
    policy = client.get(f"/v1/documents/{number}/html").headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts")
