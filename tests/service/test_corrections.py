"""Corrections and explanations over HTTP, and the annotations that come of them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from service_samples import TEXT, WRONG, at, figure, save, told

from extractor.cli import main
from extractor.interchange import converter

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.any_database


def correct(client: TestClient, document: int, text: str, changes: object, **more: object) -> Any:
    return client.post(f"/v1/documents/{document}/corrections", json={**at(text), "changes": changes, **more})


def test_a_figure_is_what_a_person_says(client: TestClient, database_url: str) -> None:
    number = save(database_url)
    said = {"value": "210000", "status": "planned", "place": ["平甸乡"]}
    answer = correct(client, number, "20万元", said, note="核对原件")
    assert answer.status_code == 201
    row = answer.json()
    assert (row["document_id"], row["document"], row["text"], row["author"]) == (
        number,
        "总结.txt",
        "20万元",
        "本机用户",
    )
    assert (row["state"], row["unfit"], row["note"], row["withdrawn"]) == ("in_force", "", "核对原件", None)
    assert row["changes"] == {"value": "210000", "status": "planned", "place": [{"name": "平甸乡"}]}
    assert row["sentence"].startswith("2015年投入")
    now = figure(client, number, "20万元")
    assert (now["value"], now["base_value"], now["status"]) == (210000, 210000, "planned")
    assert (now["place_codes"], now["rule_or_model"]) == (["530427200"], "person")
    assert client.get(f"/v1/documents/{number}").json()["verdicts"]["fails"] == 1
    assert client.get(f"/v1/documents/{number}").json()["corrections"] == 1


def test_no_figure_and_back(client: TestClient, database_url: str) -> None:
    number = save(database_url)
    before = client.get(f"/v1/documents/{number}/figures").json()
    made = correct(client, number, "212户", None).json()
    texts = [item["text"] for item in client.get(f"/v1/documents/{number}/figures").json()["items"]]
    assert "212户" not in texts
    assert figure(client, number, "806人")["pair"] is None
    assert client.get(f"/v1/documents/{number}").json()["figures"] == len(texts)
    for _ in range(2):
        taken = client.delete(f"/v1/corrections/{made['id']}").json()
        assert taken["state"] == "withdrawn"
        assert taken["withdrawn"]
        assert taken["withdrawn_by"] == "本机用户"
    assert client.get(f"/v1/documents/{number}/figures").json() == before


def test_an_extraction_from_the_command_line_keeps_corrections(
    client: TestClient, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "总结.txt"
    file.write_text(TEXT, encoding="utf-8")
    extract = ["extract", str(file), "--db", database_url]
    assert CliRunner().invoke(main, extract).exit_code == 0
    number = client.get("/v1/documents").json()["items"][0]["document_id"]
    correct(client, number, "20万元", {"funder": "中央"})
    done = CliRunner().invoke(main, extract)
    assert done.exit_code == 0, done.output
    assert "不再适用" not in done.output
    assert figure(client, number, "20万元")["funder"] == "中央"
    listed = CliRunner().invoke(main, ["figures", "--db", database_url, "--format", "jsonl"]).stdout
    row = next(json.loads(line) for line in listed.splitlines() if '"20万元"' in line)
    assert (row["funder"], row["rule_or_model"]) == ("中央", "person")


def test_history_is_kept_and_listed(client: TestClient, database_url: str) -> None:
    number, other = save(database_url), save(database_url, WRONG, "错.txt")
    for funder in ("甲", "乙", "丙"):
        correct(client, number, "20万元", {"funder": funder})
    body = {**at("28万元".replace("28", "38"), WRONG), "changes": None}
    assert client.post(f"/v1/documents/{other}/corrections", json=body).status_code == 201
    items = client.get(f"/v1/documents/{number}/corrections").json()["items"]
    assert [(one["changes"]["funder"], one["state"]) for one in items] == [
        ("甲", "replaced"), ("乙", "replaced"), ("丙", "in_force"),
    ]  # fmt: skip
    seen: list[int] = []
    params: dict[str, Any] = {"limit": 3}
    while True:
        page = client.get("/v1/corrections", params=params).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert seen == [1, 2, 3, 4]
    held = client.get("/v1/corrections", params={"state": "in_force", "document": number}).json()["items"]
    assert [one["changes"] for one in held] == [{"funder": "丙"}]
    assert client.get("/v1/corrections", params={"author": "无此人"}).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({**at("20万元"), "changes": {"unit": "公礼"}}, 422, "没有单位"),
        ({**at("20万元"), "changes": {"unit": "万元"}}, 422, "写 50000 和 元"),
        ({**at("20万元"), "changes": {"value": "很多"}}, 422, "value：应为数"),
        ({**at("20万元"), "changes": {"value": 1e300}}, 422, "不可能"),
        ({**at("212户"), "changes": {"value": -3}}, 422, "不能是负数"),
        ({**at("20万元"), "changes": {"place": [{"name": "某地", "code": "123"}]}}, 422, "没有区划代码"),
        ({**at("20万元"), "changes": {"project_type": "桥"}}, 422, "road（道路桥梁）"),
        ({**at("20万元"), "changes": {"period": "上月"}}, 422, "period：应写成"),
        ({**at("20万元"), "changes": {"sum": 3}}, 422, "可改：value"),
        ({**at("20万元"), "changes": {}}, 422, "没有写要改什么"),
        ({"start": 0, "end": 2, "changes": {"value": 3}}, 422, "没有抽取出这个数字"),
        ({"start": 9000, "end": 9003, "changes": {"value": 3}}, 422, "不是正文里的一处"),
        ({"start": 5, "end": 5, "changes": {"value": 3}}, 422, "不是正文里的一处"),
        ({**at("20万元"), "changes": {"value": 3}, "text": "21万元"}, 409, "正文"),
        ({**at("20万元"), "changes": {"value": 3}, "note": "\0"}, 422, "无法保存"),
        ({**at("20万元")}, 422, "changes"),
        ({**at("20万元"), "changes": [1]}, 422, "changes"),
        ({"start": -1, "end": 3, "changes": None}, 422, "start"),
        ({"start": 1, "end": 2**40, "changes": None}, 422, "end"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    client: TestClient, database_url: str, body: dict[str, Any], status: int, word: str
) -> None:
    number = save(database_url)
    before = client.get(f"/v1/documents/{number}/figures").json()
    assert word in told(client.post(f"/v1/documents/{number}/corrections", json=body), status)
    assert client.get(f"/v1/documents/{number}/figures").json() == before
    assert client.get("/v1/corrections").json()["items"] == []


def test_a_place_without_a_figure_is_told_plainly(client: TestClient, database_url: str) -> None:
    number = save(database_url)
    assert "没有更正" in told(correct(client, number, "其中", {"value": 3}), 422)
    assert client.post("/v1/documents/9/corrections", json={**at("20万元"), "changes": None}).status_code == 404
    told(client.delete("/v1/corrections/9"), 404)


def test_explaining_a_finding(client: TestClient, database_url: str) -> None:
    number = save(database_url, WRONG, "错.txt")
    claim = client.get(f"/v1/documents/{number}/checks").json()["items"][0]["claim"]
    path = f"/v1/documents/{number}/checks/{claim}/note"
    told(client.delete(path), 404)
    said = client.post(path, json={"note": "口径不同"}).json()
    assert (said["person_note"], said["author"], said["claim"]) == ("口径不同", "本机用户", claim)
    assert "口径不同" in told(client.post(path, json={"note": "改口"}), 409)
    assert client.post(path, json={"note": "改口", "replace": True}).json()["person_note"] == "改口"
    assert client.get(f"/v1/documents/{number}").json()["explained"] == 1
    assert client.delete(path).status_code == 204
    assert client.get(f"/v1/documents/{number}/checks").json()["items"][0]["person_note"] is None
    told(client.post(f"/v1/documents/{number}/checks/1=2+3/note", json={"note": "无"}), 404)
    told(client.post(path, json={"note": ""}), 422)


@pytest.mark.parametrize("chosen", ["gold", "brat", "label_studio", "doccano"])
def test_annotations_hold_what_was_corrected(
    client: TestClient, database_url: str, tmp_path: Path, chosen: str
) -> None:
    number = save(database_url, source="报告/年终 总结*.txt")
    save(database_url, WRONG, "没有更正.txt")
    correct(client, number, "20万元", {"value": "210000.5", "funder": "中央"})
    correct(client, number, "212户", None)
    answer = client.get("/v1/annotations", params={"format": chosen})
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        packed.extractall(tmp_path)
    source = next(iter(tmp_path.glob("annotations-*.json*")), tmp_path)
    (document,) = converter(chosen).read(source)
    assert (document.name, document.text) == (f"{number}-年终总结", TEXT)
    by_text = {one["text"]: one for one in document.figures}
    assert "212户" not in by_text
    assert (str(by_text["20万元"]["value"]), by_text["20万元"]["funder"]) == ("210000.5", "中央")
    assert by_text["20万元"]["part_of"] == by_text["38.6万元"]["start"]
    assert (by_text["20万元"]["rule_or_model"], by_text["38.6万元"]["rule_or_model"]) == ("person", "rule")


def test_many_annotations_come_in_parts(client: TestClient, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.annotations._TOGETHER", 2)
    for year in range(2010, 2015):
        text = f"某村{year}年总结\n投入{year - 2000}元。\n"
        number = save(database_url, text, f"{year}.txt")
        body = {**at(f"{year - 2000}元", text), "changes": {"funder": "省级"}}
        assert client.post(f"/v1/documents/{number}/corrections", json=body).status_code == 201
    with zipfile.ZipFile(io.BytesIO(client.get("/v1/annotations?format=brat").content)) as packed:
        names = packed.namelist()
    assert len(names) == len(set(names)) == 11
    with zipfile.ZipFile(io.BytesIO(client.get("/v1/annotations?format=doccano").content)) as packed:
        assert packed.namelist() == ["annotations-1.jsonl", "annotations-2.jsonl", "annotations-3.jsonl"]
    assert client.get("/v1/annotations?format=docbin").status_code == 422


def test_no_annotations_are_an_empty_archive(client: TestClient) -> None:
    with zipfile.ZipFile(io.BytesIO(client.get("/v1/annotations").content)) as packed:
        assert packed.namelist() == []
