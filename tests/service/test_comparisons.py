"""Comparisons over HTTP: what `gouji compare` gives, with the evidence of each verdict."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pyarrow import parquet
from service_samples import TEXT, WRONG, at, save, told
from serving import serving

from extractor.cli import main
from extractor.report.comparison_rows import ITEM_COLUMNS

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from service import ServiceSettings

pytestmark = pytest.mark.any_database

LEDGER = (
    "地点,年度,指标,数值,单位\n"
    "新平县,2015,投入资金,38.6,万元\n"
    "平甸乡,2015,硬化通村道路,5.2,公里\n"
    "新平县,2015,培训农民,1200,人次\n"
    "新平县,2015,粮食产量,9,吨\n"
)


@pytest.fixture
def prepared(client: TestClient, database_url: str) -> int:
    """Return the id of a ledger; the report it speaks of is stored too."""
    save(database_url)
    save(database_url, WRONG, "错.txt")
    made = client.post("/v1/ledgers", files={"file": ("台账.csv", LEDGER.encode())})
    assert made.status_code == 201, made.text
    number: int = made.json()["id"]
    return number


def compare(client: TestClient, **asked: object) -> dict[str, Any]:
    made = client.post("/v1/comparisons", json=asked)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def test_a_comparison_is_made_stored_and_told(client: TestClient, prepared: int) -> None:
    made = compare(client, ledger=prepared, documents=[1], tolerance="0.5%")
    assert (made["ledger"], made["ledger_id"], made["document_ids"]) == ("台账", prepared, [1])
    assert (made["tolerance"], made["copies"], made["mismatch"], made["ledger_only"]) == (0.005, False, 1, 1)
    assert made["summary"][0].startswith("台账“台账”4 行，比对 1 个文件")
    assert client.get(f"/v1/comparisons/{made['comparison_id']}").json() == made
    second = compare(client, ledger="台账")
    listed = client.get("/v1/comparisons", params={"limit": 1}).json()
    assert [one["comparison_id"] for one in listed["items"]] == [second["comparison_id"]]
    rest = client.get("/v1/comparisons", params={"cursor": listed["next"]}).json()
    assert ([one["comparison_id"] for one in rest["items"]], rest["next"]) == ([made["comparison_id"]], None)
    assert client.get(f"/v1/ledgers/{prepared}").json()["comparisons"] == 2


def test_the_tolerance_is_that_of_the_settings(
    service_settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOUJI_TOLERANCE", "99%")
    save(service_settings.extractor.database_url)
    with serving(service_settings, extractor=replace(service_settings.extractor, tolerance=Decimal("0.25"))) as client:
        client.post("/v1/ledgers", files={"file": ("台账.csv", LEDGER.encode())})
        assert compare(client, ledger="台账")["tolerance"] == 0.25
        assert compare(client, ledger="台账", tolerance="0.5%")["tolerance"] == 0.005
        answer = client.get("/v1/comparisons/1/items")
        assert answer.headers["vary"] == "Accept"


def test_what_does_not_agree_comes_first_with_its_evidence(client: TestClient, prepared: int) -> None:
    number = compare(client, ledger=prepared)["comparison_id"]
    items: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = client.get(f"/v1/comparisons/{number}/items", params=params).json()
        items += page["items"]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    first = items[0]
    assert (first["match"], first["cell"], first["reported"], first["difference_text"]) == (
        "mismatch", "台账!D3", "4.2公里", "-1公里（-19.23%）",
    )  # fmt: skip
    begin = first["offset_in_sentence"]
    assert first["sentence_text"][begin:].startswith("4.2公里")
    assert TEXT[first["start"] : first["end"]] == "4.2公里"
    printed = CliRunner().invoke(main, ["compare", "--stored", str(number), "--db", client.app.state.service.store.address, "--format", "jsonl"])  # type: ignore[attr-defined]  # fmt: skip
    if printed.exit_code == 0:  # an address without its password opens SQLite only
        expected = [json.loads(line) for line in printed.stdout.splitlines()]
        same = [{name: item[name] for name in ITEM_COLUMNS} for item in items]
        assert sorted(map(json.dumps, same)) == sorted(map(json.dumps, expected))
    wrong = client.get(f"/v1/comparisons/{number}/items", params={"verdict": ["mismatch", "ledger_only"]}).json()
    assert [one["match"] for one in wrong["items"]] == ["mismatch", "ledger_only"]


def test_a_corrected_figure_says_what_it_is_now(client: TestClient, prepared: int) -> None:
    said = {**at("4.2公里"), "changes": {"value": "5.2"}}
    assert client.post("/v1/documents/1/corrections", json=said).status_code == 201
    number = compare(client, ledger=prepared, documents=[1])["comparison_id"]
    items = client.get(f"/v1/comparisons/{number}/items").json()["items"]
    (same,) = [one for one in items if one["cell"] == "台账!D3"]
    assert (same["match"], same["reported"], same["reported_amount"]) == ("exact", "4.2公里", "5.2公里（已更正）")
    assert "台账 5.2公里 与报告 5.2公里（已更正） 相等" in same["explanation"]
    assert "5.2公里（已更正）" in client.get(f"/comparisons/{number}?verdict=exact").text


def test_files_are_those_of_the_command_line(client: TestClient, prepared: int) -> None:
    number = compare(client, ledger=prepared)["comparison_id"]
    path = f"/v1/comparisons/{number}/items"
    book = load_workbook(io.BytesIO(client.get(path, params={"format": "xlsx"}).content))
    assert book.sheetnames == ["摘要", "全部", "差异", "未匹配", "方法与容差"]
    rows = list(csv.DictReader(io.StringIO(client.get(path, params={"format": "csv"}).content.decode("utf-8-sig"))))
    assert (list(rows[0]), len(rows)) == (list(ITEM_COLUMNS), len(list(book["全部"].iter_rows())) - 1)
    some = client.get(path, params={"format": "jsonl", "verdict": "mismatch"}).text.splitlines()
    assert [json.loads(line)["match"] for line in some] == ["mismatch"]
    table = parquet.read_table(
        io.BytesIO(client.get(path, headers={"Accept": "application/vnd.apache.parquet"}).content)
    )
    assert [(row["match"], row["recorded_value"]) for row in table.to_pylist()] == [
        (row["match"], Decimal(row["recorded_value"]) if row["recorded_value"] else None) for row in rows
    ]
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406
    html = client.get(path, params={"format": "html"})
    assert "Content-Security-Policy" in html.text


def test_a_corrected_figure_is_compared_and_an_earlier_comparison_stays(client: TestClient, prepared: int) -> None:
    before = compare(client, ledger=prepared)
    body = {**at("4.2公里"), "changes": {"value": "5.2"}}
    assert client.post("/v1/documents/1/corrections", json=body).status_code == 201
    after = compare(client, ledger=prepared)
    assert (before["mismatch"], after["mismatch"], after["exact"]) == (1, 0, before["exact"] + 1)
    kept = client.get(f"/v1/comparisons/{before['comparison_id']}/items").json()["items"][0]
    assert (kept["match"], kept["reported_value"]) == ("mismatch", 4.2)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"ledger": 99}, "没有名为“99”的台账"),
        ({"ledger": "无"}, "没有名为"),
        ({"ledger": 1, "documents": [77]}, "没有编号为 77 的文件"),
        ({"ledger": 1, "documents": []}, "documents"),
        ({"ledger": 1, "documents": [2**40]}, "documents"),
        ({"ledger": 1, "tolerance": "很大"}, "tolerance：'很大' 应为"),
        ({"ledger": 1, "tolerance": "nan"}, "tolerance"),
        ({"ledger": 1, "tolerance": 1.5}, "tolerance"),
        ({"ledger": 1, "unit": "元"}, "unit"),
        ({}, "ledger"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    client: TestClient, prepared: int, asked: dict[str, object], word: str
) -> None:
    assert word in told(client.post("/v1/comparisons", json=asked), 422)
    assert client.get("/v1/comparisons").json()["items"] == []


@pytest.mark.parametrize("path", ["/7", "/7/items", "/7/items?format=xlsx"])
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert "没有编号为 7 的比对" in told(client.get(f"/v1/comparisons{path}"), 404)


def test_without_documents_there_is_nothing_to_compare(client: TestClient) -> None:
    client.post("/v1/ledgers", files={"file": ("台账.csv", LEDGER.encode())})
    assert "请先存入报告" in told(client.post("/v1/comparisons", json={"ledger": "台账"}), 422)
