"""What is uploaded becomes documents; what cannot be taken is refused and leaves nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from archive_samples import report, rows, run_add, write_files
from fastapi.testclient import TestClient
from job_samples import TXT, done, items, kept_bytes, states, upload
from made_containers import encrypted, tarred, zipped, zipped_in

from extractor import extract
from extractor.archive import Options
from service import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from service import ServiceSettings

pytestmark = pytest.mark.any_database


@pytest.fixture
def small(service_settings: ServiceSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A service with narrow bounds."""
    extractor = replace(service_settings.extractor, max_expansion=2, max_nesting=3, max_file_bytes=100_000)
    settings = replace(service_settings, max_upload_bytes=300_000, max_upload_files=3, extractor=extractor)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8420") as client:
        yield client


def count(url: str, table: str) -> int:
    return int(rows(url, f"SELECT count(*) FROM {table}")[0][0])


def test_a_report_becomes_a_document(client: TestClient, database_url: str) -> None:
    text = report(1)
    job = done(client, {"甲.txt": text.encode()})
    assert (job["state"], job["files"], job["names"], job["items"]["done"]) == ("done", 1, ["甲.txt"], 1)
    assert job["figures"] == len(extract(text).figures) > 0
    assert job["author"] == "本机用户"
    [item] = items(client, job["id"]).values()
    assert rows(database_url, "SELECT id, source, text FROM document") == [(item["document"], "甲.txt", text)]
    assert count(database_url, "check_result") > 0
    assert kept_bytes(database_url, 0) == []


def test_an_upload_is_acknowledged_before_it_is_read(client: TestClient) -> None:
    answer = upload(client, TXT, query="")
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['id']}"
    assert client.get(answer.headers["location"]).json()["names"] == ["甲.txt"]


def test_claims_are_not_recomputed_if_nobody_wants_it(client: TestClient, database_url: str) -> None:
    assert done(client, TXT, "?wait=30&checks=false")["options"] == {"checks": False}
    assert rows(database_url, "SELECT checks FROM extraction_run") == [(None,)]


def test_containers_are_looked_into(client: TestClient) -> None:
    inner = tarred({"丙.txt": report(3).encode()})
    packed = zipped(
        {
            "乙.txt": report(2).encode(),
            "里.tar": inner,
            "~$乙.docx": b"lock",
            "锁.zip": encrypted(zipped({"丁.txt": report(4).encode()})),
            "空.txt": b"",
            "坏.txt": b"\x81\x00\xff\xfe\x80" * 40,
        }
    )
    job = done(client, {"包.zip": packed, "旧.zip": zipped_in("gb18030", "年报.txt", report(5).encode())})
    found = states(client, job["id"])
    assert found == {
        "包.zip": ("unpacked", None),
        "包.zip!/乙.txt": ("done", None),
        "包.zip!/里.tar": ("unpacked", None),
        "包.zip!/里.tar!/丙.txt": ("done", None),
        "包.zip!/~$乙.docx": ("skipped", "temporary"),
        "包.zip!/锁.zip": ("unpacked", None),
        "包.zip!/锁.zip!/丁.txt": ("failed", "encrypted"),
        "包.zip!/空.txt": ("failed", "empty"),
        "包.zip!/坏.txt": ("failed", "unreadable"),
        "旧.zip": ("unpacked", None),
        "旧.zip!/年报.txt": ("done", None),
    }
    locked = items(client, job["id"])["包.zip!/锁.zip!/丁.txt"]
    assert locked["advice"] == "去掉密码后另存，再上传一次"
    assert "密码" in locked["message"]


def test_bombs_and_deep_nesting_fail_and_harm_no_other(small: TestClient, database_url: str) -> None:
    nested = report(9).encode()
    for level in range(6):
        nested = zipped({f"{level}.zip" if level else "里.txt": nested})
    bomb = zipped({f"{n}.txt": b"\0" * 90_000 for n in range(1000)})
    job = done(small, {"炸.zip": bomb, "深.zip": nested, **TXT})
    found = states(small, job["id"])
    assert found["炸.zip"] == ("failed", "too_large")
    assert [state for path, state in found.items() if path.startswith("深")][-1] == ("failed", "too_large")
    assert found["甲.txt"] == ("done", None)
    assert count(database_url, "document") == 1


def test_what_is_stored_already_is_not_read_again(client: TestClient, database_url: str) -> None:
    first = items(client, done(client, TXT)["id"])["甲.txt"]
    second = done(client, {"另一个名字.txt": TXT["甲.txt"]})
    assert (second["items"]["duplicate"], second["figures"]) == (1, 0)
    assert items(client, second["id"])["另一个名字.txt"]["document"] == first["document"]
    assert count(database_url, "extraction_run") == 1


def test_the_same_twice_in_one_upload(client: TestClient, database_url: str) -> None:
    job = done(client, {**TXT, "乙.txt": TXT["甲.txt"], "包.zip": zipped({"丙.txt": TXT["甲.txt"]})})
    found = items(client, job["id"])
    assert [found[name]["state"] for name in ("甲.txt", "乙.txt", "包.zip!/丙.txt")] == [
        "done",
        "duplicate",
        "duplicate",
    ]
    assert len({item["document"] for item in found.values() if item["state"] != "unpacked"}) == 1
    assert count(database_url, "extraction_run") == 1


def test_what_was_uploaded_outlives_the_archive_it_is_in_too(
    client: TestClient, database_url: str, tmp_path: Path
) -> None:
    write_files(tmp_path / "归档", {**TXT, "乙.txt": report(2)})
    run_add(database_url, tmp_path / "归档")
    assert done(client, TXT)["items"]["duplicate"] == 1
    shutil.rmtree(tmp_path / "归档")
    (tmp_path / "归档").mkdir()
    run_add(database_url, tmp_path / "归档", options=Options(workers=1, prune=True, force=True))
    assert rows(database_url, "SELECT text FROM document") == [(report(1),)]


def test_the_same_key_is_the_same_job(client: TestClient, database_url: str) -> None:
    key = {"Idempotency-Key": "2015 no. 1"}
    first = done(client, TXT, **key)
    assert done(client, TXT, **key)["id"] == first["id"]
    assert count(database_url, "job") == count(database_url, "upload") == 1
    answer = upload(client, {"乙.txt": report(2).encode()}, **key)
    assert (answer.status_code, str(first["id"]) in answer.json()["detail"]) == (409, True)
    assert count(database_url, "job") == 1


def test_names_are_only_shown(client: TestClient, tmp_path: Path) -> None:
    job = done(client, {"..\\..\\秘密/../甲.txt": report(1).encode(), "a!/b.txt": report(2).encode()})
    assert job["names"] == ["../../秘密/../甲.txt", "a\\x21/b.txt"]
    assert job["items"]["done"] == 2


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_in_any_encoding(client: TestClient, encoding: str) -> None:
    head = b'Content-Disposition: form-data; name="files"; filename="' + "二〇一五年总结.txt".encode(encoding)
    body = b"--x\r\n" + head + b'"\r\n\r\n' + TXT["甲.txt"] + b"\r\n--x--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/v1/documents?wait=30", content=body, headers=kind)
    assert (answer.status_code, answer.json()["names"]) == (200, ["二〇一五年总结.txt"])


def test_what_is_refused_leaves_nothing(small: TestClient, database_url: str) -> None:
    refused = {
        "nothing": (
            small.post(
                "/v1/documents", content=b"--x--\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
            ),
            422,
            "没有文件",
        ),
        "other field": (small.post("/v1/documents", files={"报告": ("甲.txt", b"x")}), 422, "没有叫 报告 的字段"),
        "no file": (small.post("/v1/documents", data={"files": "x"}, files={"files": ("a", b"x")}), 422, "不是文件"),
        "empty": (upload(small, {"无.txt": b"", **TXT, "空.txt": b""}), 422, "无.txt、空.txt 是空的"),
        "cut off": (
            small.post(
                "/v1/documents",
                content=b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n12',
                headers={"Content-Type": "multipart/form-data; boundary=x"},
            ),
            400,
            "不完整",
        ),
        "no form": (small.post("/v1/documents", json={}), 415, "multipart"),
        "broken": (
            small.post(
                "/v1/documents", content=b"--y\r\nx", headers={"Content-Type": "multipart/form-data; boundary=x"}
            ),
            400,
            "不完整",
        ),
        "no boundary": (
            small.post("/v1/documents", content=b"", headers={"Content-Type": "multipart/form-data"}),
            400,
            "不完整",
        ),
        "many": (upload(small, {f"{n}.txt": b"1" for n in range(4)}), 413, "最多上传 3 个文件"),
        "large": (upload(small, {"大.txt": b"1" * 600_000}), 413, "300,000 字节"),
        "a little too large": (upload(small, {"大.txt": b"1" * 300_001}), 413, "300,000 字节"),
        "patient": (upload(small, TXT, "?wait=31"), 422, "wait"),
        "key": (upload(small, TXT, **{"Idempotency-Key": "x" * 256}), 422, "dempotency"),
    }
    for what, (answer, status, told) in refused.items():
        assert (what, answer.status_code, answer.headers["content-type"]) == (what, status, "application/problem+json")
        assert told in answer.json()["detail"], (what, answer.text)
    assert [count(database_url, table) for table in ("job", "upload", "upload_chunk", "document")] == [0, 0, 0, 0]


def test_a_body_without_a_length_is_bounded_too(small: TestClient) -> None:
    def body() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="1"\r\n\r\n'
        for _ in range(20):
            yield b"1" * 50_000

    answer = small.post("/v1/documents", content=body(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert (answer.status_code, answer.json()["reason"]) == (413, "too_large")


def test_a_file_of_which_only_a_container_may_be_so_large(small: TestClient) -> None:
    job = done(small, {"大.txt": "甲".encode() * 40_000})
    assert states(small, job["id"]) == {"大.txt": ("failed", "too_large")}
