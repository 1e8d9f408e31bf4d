"""``GET /v1/money``."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from listing_samples import RUN, fill

from extractor.pipeline import extract
from extractor.store import open_store
from extractor.types import Document

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from service import ServiceSettings


def test_money_is_added_up_as_the_charts_show_it(client: TestClient, service_settings: ServiceSettings) -> None:
    fill(service_settings)
    answer = client.get("/v1/money", params={"by": "year"})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["by"], found["status"]) == ("year", "actual")
    assert {one["name"]: (one["figures"], one["total"]) for one in found["items"]} == {
        "2015": (1, 5_085_000),  # of which 200万元 are of the county
        "2016": (2, 5_800_000),  # 80万元 do not fit among the parts of 500万元; 产值3.25亿元 was not spent
    }
    planned = client.get("/v1/money", params={"by": "year", "status": "planned"}).json()
    assert [(one["name"], one["total"]) for one in planned["items"]] == [("2017", 800_000)]


def test_averages_and_what_is_earned_are_not_added(client: TestClient, service_settings: ServiceSettings) -> None:
    text = (
        "青石镇2020年工作总结\n2020年，发放小额信贷635万元，户均5万元；种植蔬菜投入46万元，亩均投入0.2万元，"
        "实现产值310万元，农民人均可支配收入1.2万元。全年地区生产总值58亿元，社会消费品零售总额3亿元。\n"
    )
    with open_store(service_settings.extractor.database_url) as store:
        store.save(Document(text, source="青石镇.txt"), extract(text), RUN)
    found = client.get("/v1/money", params={"by": "year"}).json()["items"]
    assert [(one["name"], one["figures"], one["total"]) for one in found] == [("2020", 2, 6_810_000)]


def test_conditions_narrow(client: TestClient, service_settings: ServiceSettings) -> None:
    fill(service_settings, copies=5)
    by = {"by": "funder"}
    county = client.get("/v1/money", params=by | {"document": 1}).json()
    assert [(one["figures"], one["total"]) for one in county["items"]] == [(1, 2_000_000)]
    assert county["unnamed"] == 1
    sums = client.get("/v1/money", params={"by": "year", "text": "修路"}).json()["items"]
    amounts = client.get("/v1/figures", params={"dimension": "money", "text": "修路"}).json()["items"]
    assert [Decimal(str(one["total"])) for one in sums] == [sum(Decimal(str(one["base_value"])) for one in amounts)]


@pytest.mark.parametrize("asked", [{}, {"by": "colour"}, {"by": "year", "limit": "5"}, {"by": "year", "unit": "光年"}])
def test_what_cannot_be_answered_is_said(client: TestClient, asked: dict[str, str]) -> None:
    assert client.get("/v1/money", params=asked).status_code == 422
