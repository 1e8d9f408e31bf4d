"""What an endpoint does not have is refused, and every message is in the words of whom it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html
from service_samples import save

from service.speech import PAGE_HEADER

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.any_database

LISTS = [
    "/v1/documents", "/v1/jobs", "/v1/ledgers", "/v1/comparisons", "/v1/corrections", "/v1/audit", "/v1/figures",
    "/v1/projects", "/v1/checks", "/v1/indicators", "/v1/units", "/v1/project-types", "/v1/session",
    "/v1/documents/1/figures", "/v1/documents/1/corrections",
]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_parameter_is_refused(client: TestClient, path: str) -> None:
    answer = client.get(path, params={"foo": "1"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "query.foo：没有这一项" in answer.json()["detail"]


def test_a_slip_is_told_with_what_is_near(client: TestClient) -> None:
    answer = client.get("/v1/jobs", params={"stat": "failed"})
    assert (answer.status_code, answer.json()["detail"]) == (422, "参数有误：query.stat：没有这一项；是不是 state？")
    assert answer.json()["detail_en"] == "unknown parameter stat; known are: limit, cursor, state, kind"
    assert client.get("/healthz?cache=1").status_code == 200
    assert client.get("/documents?foo=1").status_code == 200


def test_what_is_given_twice_is_refused_but_in_lists(client: TestClient) -> None:
    answer = client.get("/v1/documents?q=甲&q=乙")
    assert (answer.status_code, answer.json()["detail"]) == (422, "参数有误：query.q：只能写一次")
    assert client.get("/v1/figures?status=actual&status=planned").status_code == 422
    assert client.get("/v1/figures?sort=period&sort=period").status_code == 422
    assert client.get("/v1/jobs/99/items?state=done&state=failed").status_code == 404


SAID = {
    "/v1/figures?min=1": ("（unit）或量纲（dimension）", "请同时给出“单位”或“量纲”"),
    "/v1/figures?document=99": ("编号见 GET /v1/documents", "编号见“文件”一栏"),
    "/v1/figures?unit=天天": ("没有单位 '天天'", "没有单位 “天天”"),
    "/v1/jobs/99": ("请用 /v1/jobs 查找", "请在“任务”一栏查找"),
}


@pytest.mark.parametrize("path", SAID)
def test_programs_hear_of_parameters_and_people_of_fields(client: TestClient, path: str) -> None:
    to_program, to_person = SAID[path]
    assert to_program in client.get(path).json()["detail"]
    assert to_person in client.get(path, headers={PAGE_HEADER: "1"}).json()["detail"]


def test_the_page_itself_speaks_of_its_fields(client: TestClient) -> None:
    page = html.document_fromstring(client.get("/figures?min=1").text)
    assert "请同时给出“单位”或“量纲”（在“更多条件”里）" in page.xpath("//*[@role='alert']")[0].text


def test_amounts_are_asked_for_as_people_write_them(client: TestClient, database_url: str) -> None:
    save(database_url)

    def texts(**asked: str) -> list[str]:
        return [one["text"] for one in client.get("/v1/figures", params=asked).json()["items"]]

    assert texts(unit="万元", min="18.6", max="20") == ["20万元", "18.6万元"]
    assert texts(unit="亿元", min="0.0021") == ["38.6万元"]
    page = html.document_fromstring(client.get("/figures?unit=万元&min=30").text)
    assert page.xpath("//tbody/tr/th/a/mark/text()") == ["38.6万元"]
    told = client.get("/v1/figures", params={"unit": "元元"}).json()["detail"]
    assert len(set(told.split("：")[-1].split())) == len(told.split("：")[-1].split())
