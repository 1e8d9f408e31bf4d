"""What people said of a report, on its pages: corrected figures are marked, claims recomputed with them say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from page_samples import fill, place
from serving import bearer
from test_page import BROWSER, read, words

from extractor.store import Store, open_store
from extractor.types import UserRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient

    from service import ServiceSettings

pytestmark = pytest.mark.any_database


@pytest.fixture
def filled(service_settings: ServiceSettings, client: TestClient) -> Iterator[Store]:
    with open_store(service_settings.extractor.database_url) as store:
        fill(store)
        yield store


def correct(client: TestClient, start: int, text: str, changes: object) -> int:
    said = {"start": start, "end": start + len(text), "text": text, "changes": changes}
    answer = client.post("/v1/documents/2/corrections", json=said)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def test_a_corrected_figure_is_marked_in_text_and_table(client: TestClient, filled: Store) -> None:
    start = place(filled, 2, "100万元")
    assert not read(client, "/documents/2").xpath("//th[@data-column='correction']")
    number = correct(client, start, "100万元", {"value": "2000000", "place": ["甲村", "乙村"], "funder": "县级"})
    page = read(client, "/documents/2")
    (mark,) = page.xpath("//mark[contains(@class, 'corrected')]")
    assert (mark.text, mark.get("aria-label"), mark.get("data-label")) == (
        "100万元",
        "100万元（已更正）",
        "¥ 已更正",
    )
    (cell,) = page.xpath("//td[@class='correction'][*]")
    assert cell.getparent().get("id") == f"r2-{start}"
    assert cell.xpath("a/@href") == [f"/corrections?document=2#c{number}"]
    assert "已更正 原为：数值 1,000,000；地点 石盘乡；资金来源 （空）（本机用户，20" in words(cell)
    assert cell.xpath("time/@datetime")[0].endswith("Z")
    assert read(client, "/figures?text=扶贫").xpath("//tbody/tr/th[mark or a/mark]/a[@class='badge']/text()") == [
        "已更正"
    ]


def test_claims_say_that_they_were_recomputed_with_corrected_figures(client: TestClient, filled: Store) -> None:
    correct(client, place(filled, 2, "100万元"), "100万元", {"value": "2000000"})
    correct(client, place(filled, 2, "86座"), "86座", None)
    for path in ("/documents/2", "/documents/2/checks", "/documents/2/projects"):
        page = read(client, path)
        (note,) = page.xpath("//p[@class='note-said'][b]")
        assert words(note) == "2 处数字经人工更正（其中 1 处不再算作数字），核算按更正后的值。查看更正"
        assert note.xpath("a/@href") == ["/corrections?document=2"]
    (item,) = read(client, "/documents/2").xpath("//section[@class='checks']/ul/li")
    assert "holds" in item.get("class")
    assert item.xpath("span[@class='badge']/text()") == ["按更正后的值核算"]
    assert "100万元（已更正）" in words(item)


def test_moments_are_told_once_and_for_every_zone(client: TestClient, filled: Store) -> None:
    for path in ("/", "/documents", "/ledgers", "/comparisons", "/comparisons/1"):
        times = read(client, path).xpath("//main//time")
        assert times, path
        for one in times:
            assert one.get("datetime").endswith("Z")
            assert one.text.endswith(" UTC")
            assert one.get("datetime")[:16].replace("T", " ") == one.text[:16]


def test_the_api_tells_moments_in_utc(client: TestClient, filled: Store) -> None:
    number = correct(client, place(filled, 2, "100万元"), "100万元", {"value": "2000000"})
    told = [
        client.get("/v1/documents/1").json()["extracted"],
        client.get("/v1/documents").json()["items"][0]["extracted"],
        client.get("/v1/ledgers").json()["items"][0]["imported"],
        client.get("/v1/comparisons").json()["items"][0]["made"],
        client.get("/v1/comparisons/1").json()["made"],
        client.get("/v1/corrections").json()["items"][0]["made"],
        client.delete(f"/v1/corrections/{number}").json()["withdrawn"],
    ]
    assert [one[-1] for one in told] == ["Z"] * len(told)


def test_who_only_reads_is_offered_nothing_else(client: TestClient, filled: Store) -> None:
    keys = {role: bearer(filled, role) for role in (UserRole.READ, UserRole.WRITE)}
    offers = {
        "/": "上传并入库", "/documents/2": "删除此文件", "/documents/2/checks": "保存说明", "/ledgers": "看各列是什么",
        "/ledgers/1": "删除此台账", "/comparisons": "开始比对",
    }  # fmt: skip
    for path, offer in offers.items():
        for role, key in keys.items():
            answer = client.get(path, headers={**key, **BROWSER})
            assert answer.status_code == 200
            assert (offer in answer.text) is (role is UserRole.WRITE), (path, role)
    reader = client.get("/", headers={**keys[UserRole.READ], **BROWSER}).text
    assert "您的密钥只读，不能上传文件" in reader
    assert "更正所选的数字" not in client.get("/documents/2", headers={**keys[UserRole.READ], **BROWSER}).text
