"""``POST /v1/extract``: what goes in, what comes out, what is refused, and that nothing stays behind."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from serving import bearer, serving

from extractor import examine
from extractor.readers import read
from extractor.report.checks import CHECK_COLUMNS
from extractor.report.documents import write_report
from extractor.report.rows import FIGURE_COLUMNS, PROJECT_COLUMNS
from extractor.types import UserRole
from service import ServiceSettings

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from extractor.store import Store

pytestmark = pytest.mark.any_database

TEXT = "2015年，民生村投入资金38.60万元，硬化村组道路4.2公里，惠及212户806人，其中贫困户40户。"
REPORT = (Path(__file__).parents[2] / "corpus/dev/transport.txt").read_bytes()
JSON = {"Content-Type": "application/json"}


def rows_of(data: bytes, name: str) -> list[dict[str, Any]]:
    """Return what ``gouji extract --format jsonl`` writes."""
    document = read(data, name)
    out = io.BytesIO()
    write_report([(document, examine(document))], "jsonl", out)
    return [json.loads(line, parse_float=Decimal) for line in out.getvalue().splitlines()]


def test_text_gives_figures_projects_checks(client: TestClient) -> None:
    answer = client.post("/v1/extract", json={"text": TEXT, "name": "报告"})
    assert answer.status_code == 200
    found = answer.json()
    assert list(found) == ["document_id", "document", "figures", "projects", "checks", "warnings"]
    assert found["document_id"] is None
    assert found["document"]["document"] == "报告"
    assert [figure["text"] for figure in found["figures"]] == ["38.60万元", "4.2公里", "212户", "806人", "40户"]
    assert all(TEXT[figure["start"] : figure["end"]] == figure["text"] for figure in found["figures"])
    assert tuple(found["figures"][0]) == FIGURE_COLUMNS
    assert tuple(found["projects"][0]) == PROJECT_COLUMNS
    assert set(found["checks"][0]) == set(CHECK_COLUMNS)
    assert client.post("/v1/extract", json={"text": TEXT, "checked": False}).json()["checks"] is None


@pytest.mark.parametrize("way", ["raw", "form", "form encoded by a slip"])
def test_file_gives_the_rows_of_the_command_line(client: TestClient, way: str) -> None:
    expected = rows_of(REPORT, "报告.txt")
    if way == "form":
        answer = client.post("/v1/extract", files={"file": ("报告.txt", REPORT)})
    else:
        kind = "text/plain" if way == "raw" else "application/x-www-form-urlencoded"  # which curl --data-binary says
        answer = client.post("/v1/extract?name=报告.txt", content=REPORT, headers={"Content-Type": kind})
    assert json.loads(answer.content, parse_float=Decimal)["figures"] == expected


def test_formats(client: TestClient) -> None:
    def ask(kind: str, **options: Any) -> Any:
        answer = client.post("/v1/extract", params={"name": "报告.txt"}, content=REPORT, **options)
        assert answer.headers["content-type"].startswith(kind)
        return answer

    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    rows = list(csv.reader(io.StringIO(ask("text/csv", headers={"Accept": "text/csv"}).content.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(ask(xlsx, headers={"Accept": f"text/xml, {xlsx};q=0.5"}).content))
    page = ask("text/html", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert len(rows) - 1 == book["数字"].max_row - 1 == len(rows_of(REPORT, ""))
    assert "sandbox" in page.headers["content-security-policy"]
    ask("application/json", headers={"Accept": "*/*"})
    ask("application/json", headers={"Accept": "text/html;q=0, application/*"})
    refused = client.post("/v1/extract", content=REPORT, headers={"Accept": "image/png"})
    assert refused.status_code == 406


def test_nothing_is_stored_unless_asked(client: TestClient, store: Store) -> None:
    before = store.info().rows
    for format_ in ("json", "csv", "xlsx", "html"):
        assert client.post(f"/v1/extract?format={format_}", json={"text": TEXT}).status_code == 200
    assert store.info().rows == before
    answer = client.post("/v1/extract?store=true", json={"text": TEXT, "name": "报告"})
    number = answer.json()["document_id"]
    assert answer.headers["location"] == f"/v1/documents/{number}"
    assert store.document(number).text == TEXT
    assert len(list(store.figures())) == len(answer.json()["figures"])
    assert client.post("/v1/extract?store=true", json={"text": TEXT}).json()["document_id"] == number
    assert store.users().events()[0].subject == f"document {number}"


def test_storing_needs_write(client: TestClient, store: Store) -> None:
    reader, writer = bearer(store, UserRole.READ), bearer(store, UserRole.WRITE)
    assert client.post("/v1/extract?store=true", json={"text": TEXT}, headers=reader).status_code == 403
    assert client.post("/v1/extract", json={"text": TEXT}, headers=reader).status_code == 200
    assert client.post("/v1/extract?store=true", json={"text": TEXT}, headers=writer).status_code == 200


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", b"<w:document>" + b" " * 200_000_000)
    return out.getvalue()


BAD_JSON = {
    "nested": b"[" * 10_000 + b"]" * 10_000,
    "nested text": b'{"text":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
    "broken": b'{"text": "2015',
    "no UTF-8": b'{"text": "\xff\xfe"}',
    "GBK": '{"text": "投入资金"}'.encode("gbk"),
    "NUL": b'{"text": "38.6\\u0000"}',
    "half a pair": b'{"text": "\\ud800"}',
    "half a pair in a name": b'{"text": "1", "name": "\\udfff"}',
    "half a pair in a key": b'{"text": "1", "\\udfff": 1}',
    "huge number": b'{"text": ' + b"9" * 100_000 + b"}",
    "huge exponent": b'{"text": 1e999999999}',
    "infinity": b'{"text": Infinity}',
    "number": b'{"text": 5}',
    "list": b"[]",
    "null": b"null",
    "nothing": b"",
    "blank": b'{"text": "  \\n "}',
    "misspelt": b'{"text": "1", "cheked": true}',
    "no boolean": b'{"text": "1", "checked": 1}',
}


@pytest.mark.parametrize("body", BAD_JSON.values(), ids=BAD_JSON)
def test_bad_json_is_refused(client: TestClient, store: Store, body: bytes) -> None:
    before = store.info().rows
    answer = client.post("/v1/extract?store=true", content=body, headers=JSON)
    told_clearly(answer, 422)
    assert store.info().rows == before


BAD_FILES = {
    "nothing": (b"", "empty"),
    "only blanks": ("　\n".encode() * 100, "empty"),
    "binary": (bytes(range(256)) * 100, None),
    "encrypted": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage\0".encode("utf-16-le"),
        "encrypted",
    ),
    "bomb": (bomb(), "too_large"),
    "broken .docx": (b"PK\x03\x04" + b"\0" * 500, None),
    "broken .pdf": (b"%PDF-1.7\n" + b"1 0 obj <<" * 1000, None),
    "deep HTML": (b"<html>" + b"<div>" * 100_000, None),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, None),
}


@pytest.mark.parametrize(("data", "reason"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_files_are_refused(client: TestClient, store: Store, data: bytes, reason: str | None) -> None:
    before = store.info().rows
    answer = client.post("/v1/extract?store=true", content=data)
    problem = told_clearly(answer, 413 if reason == "too_large" else 422)
    assert problem["reason"]
    if reason:
        assert problem["reason"] == reason
    assert store.info().rows == before
    assert client.post("/v1/extract", json={"text": TEXT}).status_code == 200


def test_form_without_file_is_refused(client: TestClient) -> None:
    told_clearly(client.post("/v1/extract", data={"text": TEXT}, files={"other": b"x"}), 422)
    told_clearly(client.post("/v1/extract", files=[("file", b"1"), ("file", b"2")]), 400)
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    told_clearly(client.post("/v1/extract", content=b"--x\r\nbroken", headers=broken), 422)
    told_clearly(client.post("/v1/extract", content=b"x", headers={"Content-Type": "multipart/form-data"}), 400)


def test_long_texts_are_refused(service_settings: ServiceSettings) -> None:
    with serving(service_settings, max_characters=1000) as client:
        assert client.post("/v1/extract", json={"text": "投" * 1000}).status_code == 200
        for told in ({"json": {"text": "投" * 1001}}, {"content": ("投" * 1001).encode()}):
            assert "1,000" in told_clearly(client.post("/v1/extract", **told), 413)["detail"]


def test_large_bodies_are_refused_while_they_come(service_settings: ServiceSettings) -> None:
    with serving(service_settings, max_body_bytes=100_000) as client:
        told_clearly(client.post("/v1/extract", content=b"x" * 100_001), 413)
        told_clearly(client.post("/v1/extract", files={"file": b"x" * 100_001}), 413)
        told_clearly(client.post("/v1/extract", content=b"x" * 100_001, headers=JSON), 413)
        told_clearly(client.post("/v1/session", content=b"x" * 100_001, headers=JSON), 413)


def test_temporary_files_are_gone(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    data = REPORT + b" " * 2**21  # more than is kept in memory
    assert client.post("/v1/extract", content=data).status_code == 413
    assert client.post("/v1/extract", files={"file": data}).status_code == 413
    assert client.post("/v1/extract", content=b"%PDF-1.7" + data).status_code == 422
    assert list(folder.iterdir()) == []


def told_clearly(answer: Any, status: int) -> dict[str, Any]:
    """Check that an answer is a problem in Chinese without a word of the server's own affairs, and return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in problem["detail"])
    assert not any(word in answer.text for word in ("Traceback", "/tmp", "site-packages", "extractor/", "SELECT"))
    return problem
