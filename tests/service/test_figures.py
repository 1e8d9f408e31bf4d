"""``GET /v1/figures``: conditions, orders, pages and formats."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING
from unittest.mock import patch
from urllib.parse import unquote

import openpyxl
import pytest
from listing_samples import REPORTS, fill
from pyarrow import parquet

from extractor.export.columns import FIGURES
from extractor.report.stored import stored_figure_row
from extractor.report.tabular import to_json
from extractor.store import open_store
from service import formats, listings
from service.routes.figures import SHEET, ListedFigure

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from service import ServiceSettings


@pytest.fixture
def figures(client: TestClient, service_settings: ServiceSettings) -> TestClient:
    fill(service_settings)
    return client


def texts(client: TestClient, **asked: str) -> list[str]:
    answer = client.get("/v1/figures", params=asked)
    assert answer.status_code == 200, answer.text
    return [item["text"] for item in answer.json()["items"]]


CONDITIONS: list[tuple[dict[str, str], list[str]]] = [
    ({"project_type": "road", "dimension": "length"}, ["11.3公里"]),
    ({"indicator": "产值"}, ["3.25亿元"]),
    ({"text": "茶", "dimension": "area"}, ["1200亩"]),
    ({"status": "planned"}, ["12口", "80万元"]),
    ({"period": "2015", "unit": "户"}, ["926户"]),
    ({"dimension": "money", "min": "2500000", "max": "1e7"}, ["508.5万元", "500万元", "250万元"]),
    (
        {"dimension": "money", "sort": "base_value"},
        ["80万元", "80万元", "200万元", "200万元", "250万元", "500万元", "508.5万元", "3.25亿元"],
    ),
    ({"dimension": "money", "sort": "-base_value", "limit": "2"}, ["3.25亿元", "508.5万元"]),
    ({"document": "3"}, ["12口", "80万元"]),
    ({"place": "没有这个地方"}, []),
]


def test_conditions(figures: TestClient) -> None:
    for asked, found in CONDITIONS:
        assert texts(figures, **asked) == found, asked


def test_a_figure_is_the_line_that_the_command_line_writes(
    figures: TestClient, service_settings: ServiceSettings
) -> None:
    answer = figures.get("/v1/figures")
    with open_store(service_settings.extractor.database_url) as store:
        rows = [stored_figure_row(one) for one in store.figures()]
    lines = [to_json({column: row[column] for column in SHEET.columns}) for row in rows]
    assert answer.text == '{"items": [' + ", ".join(lines) + '], "next": null}'
    assert [*answer.json()["items"][0]] == [*ListedFigure.model_fields]
    assert json.loads(answer.text, parse_float=Decimal)["items"][1]["value"] == Decimal("11.3")
    assert answer.headers["vary"] == "Accept"


def test_pages_follow_each_other(client: TestClient, service_settings: ServiceSettings) -> None:
    fill(service_settings, copies=30)
    whole = texts(client, limit="1000")
    assert len(whole) > 90
    asked, seen = {"limit": "17"}, []
    while True:
        page = client.get("/v1/figures", params=asked).json()
        seen += [item["text"] for item in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert seen == whole


SLIPS: list[tuple[dict[str, str], str]] = [
    ({"unti": "km"}, "unti"),
    ({"unit": "天天"}, "没有单位"),
    ({"project_type": "raod"}, "road（道路桥梁）"),
    ({"place": "5"}, "位数字"),
    ({"document": "99"}, "编号为 99"),
    ({"min": "1"}, "dimension"),
    ({"sort": "base_value"}, "dimension"),
    ({"sort": "value"}, "sort"),
    ({"period": "2015-13"}, "period：写法不对，应如 2015、2015-06"),
    ({"place": "999999"}, "没有代码为 999999 的地区"),
    ({"unit": "元", "min": "2", "max": "1"}, "下限 2 大于上限 1"),
    ({"period": "2016-2015"}, "2015-06"),
    ({"min": "NaN", "unit": "元"}, "min"),
    ({"min": "1e1001", "unit": "元"}, "min"),
    ({"text": "a\0b"}, "text"),
    ({"text": ""}, "text"),
    ({"limit": "1001"}, "limit"),
    ({"cursor": "abc"}, "cursor"),
    ({"document": "99999999999999999999"}, "document"),
]


def test_what_makes_no_sense_is_told(figures: TestClient) -> None:
    for asked, told in SLIPS:
        for accept in ("application/json", "text/csv"):
            answer = figures.get("/v1/figures", params=asked, headers={"Accept": accept})
            assert answer.status_code == 422, asked
            assert answer.headers["content-type"] == "application/problem+json"
            assert told in answer.json()["detail"]
    assert texts(figures, unit="元", min="1e999") == []


ACCEPTED = [
    ("*/*", "application/json"),
    ("application/*", "application/json"),
    ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
    ("text/*", "text/csv; charset=utf-8"),
    ("text/csv;q=0.5, application/x-ndjson;q=0.9", "application/jsonl"),
    ("application/json;q=0, */*", "application/jsonl"),
    ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
    ("Text/CSV ; Q=1", "text/csv; charset=utf-8"),
    ("", "application/json"),
]


def test_accept_decides(figures: TestClient) -> None:
    for accept, media_type in ACCEPTED:
        answer = figures.get("/v1/figures", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type), accept


def test_what_there_is_not_is_406(figures: TestClient) -> None:
    for accept in ("image/png", "text/html", "application/json;q=0", "text/csv;q=x", ";;,,"):
        answer = figures.get("/v1/figures", headers={"Accept": accept})
        assert answer.status_code == 406, accept
        assert "text/csv" in answer.json()["detail"]


def test_csv_is_whole_and_runs_no_formula(client: TestClient, service_settings: ServiceSettings) -> None:
    fill(service_settings, copies=40)
    with patch.object(listings, "PIECE", 7):
        answer = client.get("/v1/figures", params={"format": "csv", "limit": "5"})
    assert answer.content.startswith(b"\xef\xbb\xbfdocument_id,")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["text"] for row in rows] == texts(client, limit="1000")
    assert {row["article"] for row in rows if row["document"] == "白水乡.txt"} == {"'=白水乡2016年工作总结"}
    disposition = answer.headers["content-disposition"]
    assert 'filename="figures.csv"' in disposition
    assert unquote(disposition).endswith("filename*=UTF-8''数字.csv")


def test_json_lines_are_the_items(figures: TestClient) -> None:
    answer = figures.get("/v1/figures", params={"format": "jsonl"})
    items = [json.loads(line) for line in answer.text.splitlines()]
    assert items == figures.get("/v1/figures").json()["items"]


def test_a_workbook_opens(figures: TestClient) -> None:
    answer = figures.get("/v1/figures", params={"format": "xlsx", "dimension": "money", "sort": "-base_value"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    header, *rows = sheet.iter_rows(values_only=True)
    assert header[:2] == ("文件编号", "文件")
    assert [row[header.index("数值")] for row in rows] == [
        325000000,
        5085000,
        5000000,
        2500000,
        2000000,
        2000000,
        800000,
        800000,
    ]


def test_parquet_has_typed_columns(client: TestClient, service_settings: ServiceSettings) -> None:
    fill(service_settings, copies=10)
    with patch.object(listings, "PIECE", 9):
        answer = client.get("/v1/figures", headers={"Accept": "application/vnd.apache.parquet"})
    table = parquet.read_table(io.BytesIO(answer.content))
    assert table.column_names[: len(FIGURES.names)] == [*FIGURES.names]
    assert table["text"].to_pylist() == texts(client, limit="1000")
    assert table["base_value"].to_pylist()[0] == Decimal(5085000)


def test_without_its_library_there_is_no_parquet(figures: TestClient) -> None:
    with patch.object(formats, "find_spec", return_value=None):
        answer = figures.get("/v1/figures", params={"format": "parquet"})
    assert answer.status_code == 406
    assert "gouji[export]" in answer.json()["detail"]


def test_nothing_found_is_a_file_with_a_header(figures: TestClient) -> None:
    for format_ in ("csv", "xlsx", "parquet", "jsonl"):
        answer = figures.get("/v1/figures", params={"format": format_, "text": "从未出现"})
        assert answer.status_code == 200
        assert bool(answer.content) == (format_ != "jsonl")
    assert len(REPORTS) == 3
