"""``GET /v1/checks``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listing_samples import fill

from service.routes.checks import ListedCheck

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from service import ServiceSettings


def test_checks(client: TestClient, service_settings: ServiceSettings) -> None:
    fill(service_settings)
    whole = client.get("/v1/checks").json()["items"]
    assert [*whole[0]] == [*ListedCheck.model_fields]
    wrong = client.get("/v1/checks", params={"verdict": ["fails", "truncated"], "explained": "false"}).json()["items"]
    assert wrong == [one for one in whole if one["verdict"] in ("fails", "truncated")]
    assert wrong[0]["document"] == "白水乡.txt"
    assert (wrong[0]["stated"], wrong[0]["computed"]) == (5000000, 5300000)
    assert client.get("/v1/checks", params={"kind": "growth"}).json() == {"items": [], "next": None}
    first = client.get("/v1/checks", params={"limit": 1}).json()
    if len(whole) > 1:
        rest = client.get("/v1/checks", params={"cursor": first["next"]}).json()
        assert first["items"] + rest["items"] == whole


def test_formats_and_slips(client: TestClient, service_settings: ServiceSettings) -> None:
    fill(service_settings)
    for format_ in ("csv", "xlsx", "parquet", "jsonl"):
        answer = client.get("/v1/checks", params={"format": format_, "verdict": "fails"})
        assert answer.status_code == 200
        assert answer.content
    for asked in ({"verdict": "wrong"}, {"document": "99"}, {"cursor": "x"}):
        assert client.get("/v1/checks", params=asked).status_code == 422
