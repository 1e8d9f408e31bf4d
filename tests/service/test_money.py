"""``GET /v1/money``."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from listing_samples import fill

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
        "2016": (3, 330_800_000),  # 80万元 do not fit among the parts of 500万元
    }
    planned = client.get("/v1/money", params={"by": "year", "status": "planned"}).json()
    assert [(one["name"], one["total"]) for one in planned["items"]] == [("2017", 800_000)]


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
