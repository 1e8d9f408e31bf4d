"""``GET /v1/indicators``, ``/v1/project-types``, ``/v1/units``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from listing_samples import fill

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from service import ServiceSettings

pytestmark = pytest.mark.any_database


def test_indicators_tell_how_many_figures_measure_them(client: TestClient, service_settings: ServiceSettings) -> None:
    before = client.get("/v1/indicators").json()["items"]
    assert {one["figures"] for one in before} == {0}
    fill(service_settings)
    items = client.get("/v1/indicators").json()["items"]
    figures = client.get("/v1/figures").json()["items"]
    for item in items:
        assert item["figures"] == sum(one["indicator_code"] == item["code"] for one in figures)
    assert sum(item["figures"] for item in items) > 0
    income = next(item for item in items if item["code"] == "farmer_net_income")
    assert (income["name"], income["dimensions"]) == ("农民人均纯收入", ["money"])


def test_project_types_and_units(client: TestClient) -> None:
    types = client.get("/v1/project-types").json()["items"]
    assert {"code": "road", "name": "道路桥梁"} in types
    units = client.get("/v1/units").json()["items"]
    assert {"name": "公里", "dimension": "length", "base_unit": "米", "factor": "1000"} in units
    assert [one["name"] for one in units] == [one["name"] for one in {one["name"]: one for one in units}.values()]
