"""Figures times the length of their sentence: a small report must not make an answer that fills the memory."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from service_samples import save, told
from serving import serving

from extractor.store import keys, open_store
from service.extraction import AnswerFormat, Asked, Refused, extract

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from service import ServiceSettings

FIGURES = 1500
LONG = "、".join(f"投入{number % 97 + 1}万元" for number in range(FIGURES)) + "。\n"
"""One sentence; with each of its figures told whole, an answer of 40 MB."""


@pytest.fixture
def library(client: TestClient, service_settings: ServiceSettings) -> TestClient:
    save(service_settings.extractor.database_url, LONG, "长.txt")
    return client


@pytest.mark.any_database
@pytest.mark.parametrize("format_", [AnswerFormat.JSON, AnswerFormat.CSV])
def test_an_answer_is_refused_in_the_process_that_makes_it(format_: AnswerFormat) -> None:
    asked = Asked(json.dumps({"text": LONG}).encode(), is_json=True, checked=False, format=format_)
    refused = extract(replace(asked, max_answer_bytes=2**20))
    assert isinstance(refused, Refused)
    assert (refused.reason, "1,048,576 字节" in refused.detail) == ("too_large", True)
    assert not isinstance(extract(asked), Refused)


@pytest.mark.any_database
def test_who_asks_is_told_that_the_answer_is_too_long(service_settings: ServiceSettings) -> None:
    with serving(service_settings, max_answer_bytes=2**20, extraction_workers=1) as client:
        refused = client.post("/v1/extract?store=true", json={"text": LONG})
        assert "请拆分" in told(refused, 413)
        assert refused.json()["reason"] == "too_large"
        assert client.get("/v1/documents").json()["items"] == []
        assert client.post("/v1/extract", json={"text": "投入5万元。"}).status_code == 200


@pytest.mark.any_database
@pytest.mark.parametrize("way", ["JSON", "query", "form"])
def test_a_name_is_bounded_and_cleaned_as_that_of_an_upload(client: TestClient, way: str) -> None:
    name = "报\x07告" + "甲" * 900 + ".txt"
    data = "投入5万元。".encode()
    if way == "JSON":
        answer = client.post("/v1/extract?store=true", json={"text": data.decode(), "name": name})
    elif way == "query":
        answer = client.post("/v1/extract", params={"store": True, "name": name}, content=data)
    else:
        head = b'Content-Disposition: form-data; name="file"; filename="' + name.encode() + b'"'
        body = b"--x\r\n" + head + b"\r\n\r\n" + data + b"\r\n--x--\r\n"
        sent = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = client.post("/v1/extract?store=true", content=body, headers=sent)
    assert answer.status_code == 200, answer.text
    kept = answer.json()["document"]["document"]
    assert kept.startswith("报\\x07告甲")
    assert kept.endswith(".txt")
    assert len(kept.encode()) <= 400
    assert client.get("/v1/documents").json()["items"][0]["document"] == kept


def test_pages_end_where_their_sentences_are_long(library: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_CHARACTERS", 20 * len(LONG))
    for path in ("/v1/figures", "/v1/checks"):
        pages = list(whole(library, path))
        found = [one["start"] for one in chain(*pages)]
        assert all(len(page) <= 20 for page in pages), path
        if path == "/v1/figures":
            assert (len(pages), len(found)) == (FIGURES // 20, FIGURES)
    file = library.get("/v1/figures?format=csv").content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(file)))) == FIGURES + 1
    shown = library.get("/figures", headers={"Accept": "text/html"}).text
    assert shown.count("长.txt") == 20
    assert "cursor=" in shown


def test_findings_over_a_long_sentence_come_in_pages(
    client: TestClient, service_settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = "".join(f"第{n}组投入{n + 30}万元，其中省级10万元，县级{n + 10}万元；" for n in range(1, 40))
    save(service_settings.extractor.database_url, claims + "\n", "算.txt")
    (every,) = whole(client, "/v1/checks")
    assert len(every) > 5
    monkeypatch.setattr(keys, "MOST_CHARACTERS", 3 * max(len("".join(one["sentences"])) for one in every))
    pages = list(whole(client, "/v1/checks"))
    assert len(pages) > 1
    assert list(chain(*pages)) == every
    with open_store(service_settings.extractor.database_url) as store:
        assert len(list(store.checks())) == len(every)


def test_a_whole_document_is_sent_in_pieces(library: TestClient) -> None:
    with library.stream("GET", "/v1/documents/1/figures") as answer:
        longest = max(map(len, pieces := list(answer.iter_raw())))
    items = json.loads(b"".join(pieces))["items"]
    assert len(items) == FIGURES
    assert longest < 2**20


def whole(client: TestClient, path: str) -> Any:
    """Yield the pages of a listing."""
    asked = {"limit": "1000"}
    while True:
        page = client.get(path, params=asked).json()
        yield page["items"]
        if page["next"] is None:
            return
        asked["cursor"] = page["next"]
