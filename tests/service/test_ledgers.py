"""Ledgers over HTTP: looked at, confirmed, stored; and files that are no ledgers, or worse."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient
from ledger_files import one_sheet, xlsx
from service_samples import told

from service import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service import ServiceSettings

pytestmark = pytest.mark.any_database

ROWS: list[list[object]] = [["投资台账"], ["乡镇", "年度", "投资(万元)"], ["平甸乡", 2015, 120.5], ["扬武镇", 2015, 80]]
UNCLEAR: list[list[object]] = [["乡镇", "牵头人员", "投资(万元)"], ["平甸乡", "甲", 120.5], ["扬武镇", "乙", 80]]


def send(client: TestClient, path: str, data: bytes, name: str = "投资.xlsx", **fields: str) -> Any:
    return client.post(f"/v1/ledgers{path}", files={"file": (name, data)}, data=fields)


def test_a_look_shows_what_each_column_is_and_stores_nothing(client: TestClient) -> None:
    found = send(client, "/preview", one_sheet(ROWS), place="新平县")
    assert found.status_code == 200, found.text
    looked = found.json()
    (sheet,) = looked["sheets"]
    assert (sheet["name"], sheet["rows"], sheet["header_rows"]) == ("台账", 4, [2, 2])
    assert sheet["first_rows"][1:3] == [["乡镇", "年度", "投资(万元)"], ["平甸乡", "2015", "120.5"]]
    assert [(one["column"], one["role"], one["unit"]) for one in looked["columns"]] == [
        ("A", "地点", ""), ("B", "时期", ""), ("C", "数值", "万元"),
    ]  # fmt: skip
    assert (looked["certain"], looked["figures"], looked["problems"]) == (True, 2, [])
    assert client.get("/v1/ledgers").json()["items"] == []
    again = send(client, "/preview", one_sheet(ROWS), mapping=json.dumps(looked["mapping"]), place="新平县").json()
    assert again["columns"] == looked["columns"]


def test_a_confirmed_ledger_is_stored_with_its_cells(client: TestClient) -> None:
    looked = send(client, "/preview", one_sheet(UNCLEAR)).json()
    assert not looked["certain"]
    assert "未认出的列：B 列“牵头人员”" in told(send(client, "", one_sheet(UNCLEAR)), 422)
    mapping = looked["mapping"]
    mapping["sheets"]["台账"]["columns"]["牵头人员"] = "忽略"
    made = send(client, "", one_sheet(UNCLEAR), mapping=json.dumps(mapping), name_="x")
    assert made.status_code == 201, made.text
    row = made.json()
    assert (row["ledger"], row["source"], row["figures"], row["comparisons"]) == ("投资", "投资.xlsx", 2, 0)
    shown = client.get(f"/v1/ledgers/{row['id']}", params={"limit": 1}).json()
    assert [(one["index"], one["row"], one["column"], one["value"], one["unit"]) for one in shown["items"]] == [
        (0, 2, "C", 1205000, "元")
    ]
    rest = client.get(f"/v1/ledgers/{row['id']}", params={"cursor": shown["next"]}).json()
    assert ([one["place"] for one in rest["items"]], rest["next"]) == (["扬武镇"], None)
    assert [one["id"] for one in client.get("/v1/ledgers").json()["items"]] == [row["id"]]


def test_ledgers_are_given_a_page_at_a_time_the_latest_first(client: TestClient) -> None:
    made = [send(client, "", one_sheet(ROWS), name=f"台账{number}").json()["id"] for number in range(5)]
    seen, cursor = [], None
    for _ in range(3):
        page = client.get("/v1/ledgers", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert seen == made[::-1]
    assert cursor is None


def test_names_are_taken_once(client: TestClient) -> None:
    first = send(client, "", one_sheet(ROWS)).json()
    assert "已有名为“投资”的台账" in told(send(client, "", one_sheet(ROWS[:3])), 409)
    assert send(client, "", one_sheet(ROWS[:3]), replace="true").json()["id"] == first["id"]
    assert send(client, "", one_sheet(ROWS), name="另一份").json()["ledger"] == "另一份"
    assert client.delete(f"/v1/ledgers/{first['id']}").status_code == 204
    told(client.delete(f"/v1/ledgers/{first['id']}"), 404)
    told(client.get(f"/v1/ledgers/{first['id']}"), 404)
    assert [one["ledger"] for one in client.get("/v1/ledgers").json()["items"]] == ["另一份"]


def test_all_problems_are_told_and_nothing_is_stored(client: TestClient) -> None:
    rows = [*ROWS, ["老厂乡", "去年", "约5"], ["平甸乡", 2015, 3]]
    looked = send(client, "/preview", one_sheet(rows)).json()
    assert looked["figures"] is None
    assert len(looked["problems"]) >= 2
    assert all(problem.startswith("工作表“台账”第 ") for problem in looked["problems"])
    detail = told(send(client, "", one_sheet(rows)), 422)
    assert all(problem in detail for problem in looked["problems"])
    assert client.get("/v1/ledgers").json()["items"] == []


def _bomb() -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(one_sheet(ROWS))) as book,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in book.namelist():
            data = book.read(name)
            packed.writestr(name, data + b" " * 400_000_000 if name.endswith("sheet1.xml") else data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"", "空.csv", "空的"),
        (b"%PDF-1.7\n", "a.xlsx", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "密码"),
        (b"PK\x03\x04" + b"\xff" * 300, "a.xlsx", "a.xlsx"),
        (b'"a,b\n1,2\n', "a.csv", "引号"),
        ("只有一句话".encode(), "a.csv", ""),
        (b"\x81\x00\xff\xfe\x80" * 40, "a.csv", ""),
        (("甲," * 60_000 + "\n").encode(), "a.csv", ""),
    ],
)
@pytest.mark.parametrize("path", ["/preview", ""])
def test_what_is_no_ledger_is_refused(client: TestClient, path: str, data: bytes, name: str, word: str) -> None:
    answer = send(client, path, data, name)
    if path == "/preview" and answer.status_code == 200:
        assert answer.json()["problems"]
    else:
        assert word in told(answer, 422)
    assert client.get("/v1/ledgers").json()["items"] == []


def test_a_bomb_is_refused(client: TestClient) -> None:
    told(send(client, "/preview", _bomb()), 422)


@pytest.mark.parametrize(
    "mapping", ["{", "[]", '{"sheets": {}}', '{"sheets": {"台账": {"unit": "公礼"}}}', '{"sheets": 3}']
)
def test_a_mapping_that_makes_no_sense_is_refused(client: TestClient, mapping: str) -> None:
    assert "映射" in told(send(client, "/preview", one_sheet(ROWS), mapping=mapping), 422)


def test_a_mapping_nested_without_end_is_refused(client: TestClient) -> None:
    told(send(client, "/preview", one_sheet(ROWS), mapping="{" + '"a":{' * 50_000), 422)


def test_what_is_missing_is_told(client: TestClient) -> None:
    told(client.post("/v1/ledgers/preview", data={"place": "新平县"}), 422)
    told(client.post("/v1/ledgers", files={"file": ("a.xlsx", one_sheet(ROWS))}, data={"name": "\0"}), 422)
    told(client.get("/v1/ledgers/0"), 422)


@pytest.fixture
def hasty(service_settings: ServiceSettings) -> Iterator[TestClient]:
    """A service that gives a file neither time nor memory."""
    extractor = replace(service_settings.extractor, max_seconds_per_file=1)
    with TestClient(
        create_app(replace(service_settings, extractor=extractor)), base_url="http://127.0.0.1:8420"
    ) as opened:
        yield opened


def test_a_file_has_no_more_time_than_a_request(service_settings: ServiceSettings) -> None:
    rows: list[list[object]] = [["乡镇", "年度", "投资(万元)"], *([f"第{n}乡", 2015, n] for n in range(60_000))]
    settings = replace(service_settings, max_seconds_per_request=1)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8420") as client:
        assert "超过 1 秒" in told(send(client, "/preview", xlsx(("台账", rows, ()))), 422)


def test_a_file_that_takes_too_long_is_given_up(hasty: TestClient) -> None:
    rows: list[list[object]] = [["乡镇", "年度", "投资(万元)"], *([f"第{n}乡", 2015, n] for n in range(60_000))]
    assert "超过 1 秒" in told(send(hasty, "", xlsx(("台账", rows, ()))), 422)
    assert hasty.get("/v1/ledgers").json()["items"] == []
