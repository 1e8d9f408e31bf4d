"""``GET /v1/places``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.any_database


def test_a_place_is_found_by_name_with_what_it_lies_in(client: TestClient) -> None:
    found = client.get("/v1/places", params={"q": "新平彝族"}).json()["items"]
    assert found[0] == {
        "code": "530427", "name": "新平彝族傣族自治县", "level": "county",
        "within": [{"code": "5304", "name": "玉溪市"}, {"code": "53", "name": "云南省"}],
    }  # fmt: skip


def test_a_place_is_found_by_the_beginning_of_its_code(client: TestClient) -> None:
    found = client.get("/v1/places", params={"q": "5304", "limit": 5}).json()["items"]
    assert [one["code"] for one in found][:2] == ["5304", "530402"]
    assert len(found) == 5


def test_the_nearest_name_comes_first(client: TestClient) -> None:
    names = [one["name"] for one in client.get("/v1/places", params={"q": "云南", "limit": 100}).json()["items"]]
    assert names[0] == "云南省"
    starts = [name.startswith("云南") for name in names]
    assert starts == sorted(starts, reverse=True)
    assert client.get("/v1/places", params={"q": "%"}).json() == {"items": []}


def test_slips(client: TestClient) -> None:
    for asked in ({}, {"q": ""}, {"q": "a\0"}, {"q": "云", "limit": "101"}):
        assert client.get("/v1/places", params=asked).status_code == 422, asked
