"""Documents over HTTP: found, read in every format, and removed with nothing left behind."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from service_samples import TEXT, WRONG, at, save, told

from extractor.archive import Options, add
from extractor.cli import main
from extractor.compare import compare
from extractor.compare.ledgers import lay_out, open_file, read_ledger
from extractor.config import Settings
from extractor.report.archive import status_lines
from extractor.report.checks import CHECK_COLUMNS
from extractor.report.rows import FIGURE_COLUMNS, PROJECT_COLUMNS
from extractor.store import open_store
from extractor.types import Comparison, WorkState

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient


def test_documents_come_in_pages_the_latest_first(client: TestClient, database_url: str) -> None:
    ids = [save(database_url, f"某村{year}年总结\n投入{year}元。\n", f"村{year}.txt") for year in range(2010, 2017)]
    seen: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        answer = client.get("/v1/documents", params={"limit": 3, **cursor}).json()
        seen += [item["document_id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        cursor = {"cursor": answer["next"]}
    assert seen == ids[::-1]
    found = client.get("/v1/documents", params={"q": "2013"}).json()["items"]
    assert [(item["document"], item["title"]) for item in found] == [("村2013.txt", "某村2013年总结")]
    assert client.get("/v1/documents", params={"q": "100%"}).json() == {"items": [], "next": None}


def test_filters(client: TestClient, database_url: str) -> None:
    right, wrong = save(database_url), save(database_url, WRONG, "错.txt")

    def ids(**conditions: object) -> list[int]:
        items = client.get("/v1/documents", params=conditions).json()["items"]  # type: ignore[arg-type]
        return [item["document_id"] for item in items]

    assert ids(failing="true") == [wrong]
    assert ids(failing="false") == [right]
    assert ids(media_type="text/plain") == [wrong, right]
    assert ids(media_type="application/pdf") == []
    assert ids(corrected="true") == []
    body = {**at("20万元"), "changes": {"funder": "中央"}}
    assert client.post(f"/v1/documents/{right}/corrections", json=body).status_code == 201
    assert (ids(corrected="true"), ids(corrected="false")) == ([right], [wrong])
    claim = client.get(f"/v1/documents/{wrong}/checks").json()["items"][0]["claim"]
    assert client.post(f"/v1/documents/{wrong}/checks/{claim}/note", json={"note": "原件如此"}).status_code == 200
    assert ids(failing="true") == []


def test_one_document_with_its_counts(client: TestClient, database_url: str) -> None:
    number = save(database_url, WRONG, "错.txt")
    found = client.get(f"/v1/documents/{number}").json()
    assert (found["document"], found["characters"], found["figures"]) == ("错.txt", len(WRONG), 3)
    assert found["verdicts"]["fails"] == 1
    assert (found["explained"], found["corrections"], found["unfit"]) == (0, 0, 0)
    text = client.get(f"/v1/documents/{number}/text")
    assert (text.text, text.headers["content-type"]) == (WRONG, "text/plain; charset=utf-8")


@pytest.mark.any_database
def test_rows_are_those_of_the_command_line(client: TestClient, database_url: str, tmp_path: Path) -> None:
    number = save(database_url)
    (tmp_path / "总结.txt").write_text(TEXT, encoding="utf-8")
    printed = CliRunner().invoke(main, ["extract", str(tmp_path / "总结.txt"), "--format", "jsonl"]).stdout
    expected = [json.loads(line, parse_float=Decimal) for line in printed.splitlines()]
    answer = client.get(f"/v1/documents/{number}/figures")
    items = json.loads(answer.text, parse_float=Decimal)["items"]
    assert {item.pop("document_id") for item in items} == {number}
    for one in (*items, *expected):
        one["document"] = "总结.txt"
    assert items == expected
    assert list(items[0]) == list(FIGURE_COLUMNS)
    lines = client.get(f"/v1/documents/{number}/figures", headers={"Accept": "application/jsonl"})
    assert lines.headers["Vary"] == "Accept"
    assert [json.loads(line)["text"] for line in lines.text.splitlines()] == [item["text"] for item in items]
    projects = client.get(f"/v1/documents/{number}/projects").json()["items"]
    assert list(projects[0]) == ["document_id", *PROJECT_COLUMNS]
    checks = client.get(f"/v1/documents/{number}/checks").json()["items"]
    assert [list(one) for one in checks] == [list(CHECK_COLUMNS)] * len(checks)


@pytest.mark.any_database
def test_files_open_and_run_no_formula(client: TestClient, database_url: str) -> None:
    number = save(database_url, "某村总结\n=1+1，投入5万元。\n", "=cmd.txt")
    sheet = client.get(f"/v1/documents/{number}/figures", params={"format": "xlsx"})
    assert "filename*=UTF-8''" in sheet.headers["content-disposition"]
    rows = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True))
    assert rows[1][1] == "=cmd.txt"
    assert load_workbook(io.BytesIO(sheet.content)).active["B2"].data_type == "s"
    text = client.get(f"/v1/documents/{number}/figures", params={"format": "csv"}).content.decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["document"] == "'=cmd.txt"


@pytest.mark.any_database
def test_the_page_of_a_document_marks_its_figures_as_text(client: TestClient, database_url: str) -> None:
    number = save(database_url, "某村总结\n投入5万元<script>alert(1)</script>。\n", "<b>.txt")
    answer = client.get(f"/v1/documents/{number}/html")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<mark" in answer.text
    assert "<script>alert" not in answer.text
    assert "Content-Security-Policy" in answer.text


@pytest.mark.any_database
@pytest.mark.parametrize(
    "path", ["", "/text", "/figures", "/projects", "/checks", "/html", "/corrections", "/checks/1=2/note"]
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    method = "DELETE" if path.endswith("note") else "GET"
    assert "没有编号为 7 的文件" in told(client.request(method, f"/v1/documents/7{path}"), 404)


@pytest.mark.any_database
@pytest.mark.parametrize(
    "path",
    [
        "/v1/documents/0", "/v1/documents/x", "/v1/documents/99999999999999999999", "/v1/documents?limit=0",
        "/v1/documents?cursor=x", "/v1/documents?cursor=99999999999", "/v1/documents?q=%00", "/v1/documents?failing=maybe",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(client: TestClient, path: str) -> None:
    told(client.get(path), 422)


def stored_rows(database_url: str) -> dict[str, int]:
    """How many rows the tables hold, but the log, and what the index, which follows later, has yet to do."""
    with open_store(database_url) as store:
        return {
            name: count for name, count in store.info().rows.items() if name not in ("audit_event", "search_pending")
        }


def test_a_document_goes_with_all_that_hangs_on_it(client: TestClient, database_url: str) -> None:
    kept = save(database_url, WRONG, "留.txt")
    before = stored_rows(database_url)
    number = save(database_url)
    body = {**at("20万元"), "changes": {"funder": "中央"}}
    assert client.post(f"/v1/documents/{number}/corrections", json=body).status_code == 201
    claim = client.get(f"/v1/documents/{number}/checks").json()["items"][0]["claim"]
    client.post(f"/v1/documents/{number}/checks/{claim}/note", json={"note": "好"})
    assert client.delete(f"/v1/documents/{number}").status_code == 204
    told(client.delete(f"/v1/documents/{number}"), 404)
    told(client.get(f"/v1/documents/{number}"), 404)
    assert stored_rows(database_url) == before
    assert [item["document_id"] for item in client.get("/v1/documents").json()["items"]] == [kept]


def test_a_comparison_keeps_its_evidence(client: TestClient, database_url: str) -> None:
    number = save(database_url)
    data = "乡镇,年度,指标,数值,单位\n新平县,2015,投入资金,38.6,万元\n".encode()
    source = open_file(data, "台账.csv")
    with open_store(database_url) as store:
        ledger = store.save_ledger(read_ledger(source, lay_out(source), "台账"))
        recorded = store.ledger(ledger)
        items = compare(recorded.figures, list(store.reported()))
        made = datetime.now(UTC)
        comparison = store.save_comparison(Comparison(ledger, (number,), Decimal(0), False, "1", made, items))
        refs = [item.reported for item in items if item.reported]
        before = store.evidence(refs, comparison)
    assert before
    assert client.delete(f"/v1/documents/{number}").status_code == 204
    told(client.get(f"/v1/documents/{number}"), 404)
    told(client.get(f"/v1/documents/{number}/text"), 404)
    correction = {"start": 0, "end": 1, "changes": None}
    told(client.post(f"/v1/documents/{number}/corrections", json=correction), 404)
    told(client.post(f"/v1/documents/{number}/checks/1=2/note", json={"note": "原件如此"}), 404)
    told(client.get(f"/v1/figures?document={number}"), 422)
    assert client.get("/v1/documents").json()["items"] == []
    with open_store(database_url) as store:
        assert store.evidence(refs, comparison) == before
        assert store.comparison(comparison).items == items


def test_the_archive_it_came_from_still_adds_up(client: TestClient, database_url: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "c.txt").write_text(WRONG, encoding="utf-8")

    def run() -> None:
        with open_store(database_url) as store:
            add(store, [str(tmp_path)], Settings(), Options(workers=1), lambda _: None)

    run()
    items = client.get("/v1/documents", params={"q": "a.txt"}).json()["items"]
    assert client.delete(f"/v1/documents/{items[0]['document_id']}").status_code == 204
    for _ in range(2):
        with open_store(database_url) as store:
            status = store.work().status()
        assert status.states == {WorkState.DONE: 2, WorkState.DUPLICATE: 1}
        assert (status.removed, status.characters) == (1, len(WRONG))
        assert "    文件已删除\t1" in list(status_lines(status))
        assert [item["document"] for item in client.get("/v1/documents").json()["items"]] == [str(tmp_path / "c.txt")]
        run()  # does not bring it back
    (tmp_path / "a.txt").unlink()
    run()  # the duplicate takes its place, still without a document
    (tmp_path / "b.txt").write_text(TEXT + "完成投资7万元。\n", encoding="utf-8")
    run()  # changed: read again
    with open_store(database_url) as store:
        assert store.work().status().removed == 0
    assert len(client.get("/v1/documents").json()["items"]) == 2
