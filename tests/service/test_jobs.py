"""Jobs: progress, items, events, ending and trying again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from archive_samples import report, rows
from fastapi.testclient import TestClient
from job_samples import TXT, done, ended, items, kept_bytes, states, upload, whole
from made_containers import zipped

from extractor.store import open_store
from extractor.types import JobKind, JobState
from service import create_app
from service.speech import PAGE_HEADER

if TYPE_CHECKING:
    from extractor.store import Store
    from service import ServiceSettings

pytestmark = pytest.mark.any_database

BAD = {"坏.txt": b"\x81\x00\xff\xfe\x80" * 40}


def events(text: str) -> list[tuple[str, str, Any]]:
    """Return id, name and data of each event of a stream."""
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            found.append((fields["id"], fields["event"], json.loads(fields["data"])))
    return found


def test_the_newest_jobs_first_page_by_page(client: TestClient) -> None:
    numbers = [done(client, {f"{n}.txt": report(n).encode()})["id"] for n in range(5)]
    found: list[int] = []
    query = "limit=2"
    while query:
        page = client.get(f"/v1/jobs?{query}").json()
        found += [job["id"] for job in page["items"]]
        query = f"limit=2&cursor={page['next']}" if page["next"] is not None else ""
    assert found == numbers[::-1]
    assert client.get("/v1/jobs?state=failed").json() == {"items": [], "next": None}
    assert len(client.get("/v1/jobs?kind=import&state=done").json()["items"]) == 5


def test_items_page_by_page_and_by_state(client: TestClient) -> None:
    packed = zipped({f"{n}.txt": report(n).encode() for n in range(5)} | BAD)
    number = done(client, {"包.zip": packed})["id"]
    first = client.get(f"/v1/jobs/{number}/items?limit=4").json()
    second = client.get(f"/v1/jobs/{number}/items?limit=4&cursor={first['next']}").json()
    assert [item["index"] for page in (first, second) for item in page["items"]] == list(range(7))
    assert second["next"] is None
    [failed] = client.get(f"/v1/jobs/{number}/items?state=failed").json()["items"]
    assert (failed["path"], failed["kind"], failed["document"]) == ("包.zip!/坏.txt", "读不了", None)
    assert "再上传一次" in failed["advice"]
    some = client.get(f"/v1/jobs/{number}/items?state=failed&state=unpacked").json()["items"]
    assert [item["state"] for item in some] == ["unpacked", "failed"]


@pytest.mark.parametrize("path", ["", "/items", "/events"])
def test_a_job_that_is_not_there(client: TestClient, path: str) -> None:
    answer = client.get(f"/v1/jobs/99{path}")
    assert (answer.status_code, answer.json()["detail"]) == (404, "没有编号为 99 的任务；请用 /v1/jobs 查找")
    assert client.get(f"/v1/jobs/{2**31}{path}").status_code == 422


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_nothing_can_be_done_to_a_job_that_is_not_there(client: TestClient, action: str) -> None:
    assert client.post(f"/v1/jobs/99/{action}").status_code == 404


def test_events_follow_a_job_to_its_end(client: TestClient) -> None:
    packed = zipped({f"{n}.txt": report(n, 30).encode() for n in range(60)})
    number = upload(client, {"包.zip": packed}, query="").json()["id"]
    found = events(client.get(f"/v1/jobs/{number}/events").text)
    assert [name for _, name, _ in found[:-1]] == ["progress"] * (len(found) - 1)
    assert (found[-1][1], found[-1][2]) == ("finished", client.get(f"/v1/jobs/{number}").json())
    assert [data["items"]["done"] for _, _, data in found] == sorted(data["items"]["done"] for _, _, data in found)
    assert len({key for key, _, _ in found}) == len(found)


def test_who_has_heard_of_the_end_hears_nothing_more(client: TestClient) -> None:
    number = done(client, TXT)["id"]
    [(key, _, _)] = events(client.get(f"/v1/jobs/{number}/events").text)
    assert client.get(f"/v1/jobs/{number}/events", headers={"Last-Event-ID": key}).status_code == 204
    [(again, name, _)] = events(client.get(f"/v1/jobs/{number}/events", headers={"Last-Event-ID": "old"}).text)
    assert (again, name) == (key, "finished")


def test_a_job_is_cancelled_and_taken_up_again(client: TestClient, database_url: str) -> None:
    packed = zipped({f"{n}.txt": report(n, 80).encode() for n in range(60)})
    number = upload(client, {"包.zip": packed, **TXT}, query="").json()["id"]
    answer = client.post(f"/v1/jobs/{number}/cancel")
    assert answer.status_code == 200
    job = ended(client, number, 10)
    assert (job["state"], job["cancelling"]) == ("cancelled", False)
    assert job["items"]["skipped"] > 0
    assert client.post(f"/v1/jobs/{number}/cancel").json()["state"] == "cancelled"
    skipped = client.get(f"/v1/jobs/{number}/items?state=skipped").json()["items"][0]
    assert (skipped["reason"], skipped["advice"]) == (None, "任务结束时还没有处理；重试这个任务即继续")
    assert client.post(f"/v1/jobs/{number}/retry").status_code == 202
    job = ended(client, number, 120)
    assert (job["state"], job["items"]["done"], job["items"]["skipped"]) == ("done", 61, 0)
    assert rows(database_url, "SELECT count(*), count(DISTINCT document_id) FROM extraction_run") == [(61, 61)]
    assert kept_bytes(database_url, 0) == []


def test_a_job_that_has_ended_is_not_cancelled(client: TestClient) -> None:
    number = done(client, TXT)["id"]
    answer = client.post(f"/v1/jobs/{number}/cancel")
    assert (answer.status_code, answer.json()["detail"]) == (409, f"任务 {number} 已经结束，不能取消")


def test_what_failed_is_tried_again_with_wider_bounds(service_settings: ServiceSettings) -> None:
    deep = {"外.zip": zipped({"里.zip": zipped({"甲.txt": report(1).encode()}), "乙.txt": report(2).encode()})}
    narrow = replace(service_settings, extractor=replace(service_settings.extractor, max_nesting=1))
    with TestClient(create_app(narrow), base_url="http://127.0.0.1:8420") as client:
        number = done(client, {**deep, **BAD})["id"]
        assert states(client, number) == {
            "外.zip": ("unpacked", None),
            "外.zip!/里.zip": ("failed", "too_large"),
            "外.zip!/乙.txt": ("done", None),
            "坏.txt": ("failed", "unreadable"),
        }
        failed = f"/v1/jobs/{number}/items?state=failed"
        assert "GOUJI_MAX_NESTING" in client.get(failed).text
        shown = client.get(failed, headers={PAGE_HEADER: "1"}).text
        assert "请管理员调高上限" in shown
        assert "GOUJI_" not in shown
    with TestClient(create_app(service_settings), base_url="http://127.0.0.1:8420") as client:
        assert client.post(f"/v1/jobs/{number}/retry").status_code == 202
        job = ended(client, number)
        assert (job["items"]["done"], job["items"]["failed"]) == (2, 1)
        assert states(client, number)["外.zip!/里.zip"] == ("unpacked", None)
        assert states(client, number)["外.zip!/里.zip!/甲.txt"] == ("done", None)
        assert items(client, number)["坏.txt"]["attempts"] == 2


def test_there_must_be_something_to_try_again(client: TestClient) -> None:
    number = done(client, TXT)["id"]
    answer = client.post(f"/v1/jobs/{number}/retry")
    assert (answer.status_code, answer.json()["detail"]) == (409, f"任务 {number} 不能重试：没有失败的文件")


def test_bytes_that_failed_are_kept_for_a_while(client: TestClient, store: Store, database_url: str) -> None:
    number = done(client, {**BAD, **TXT})["id"]
    jobs = store.jobs()
    assert kept_bytes(database_url, 1) == ["坏.txt"]
    jobs.drop_bytes(timedelta(days=7))
    assert kept_bytes(database_url, 1) == ["坏.txt"]
    jobs.drop_bytes(timedelta(0))
    assert kept_bytes(database_url, 0) == []
    answer = client.post(f"/v1/jobs/{number}/retry")
    assert (answer.status_code, "已过保留期" in answer.json()["detail"]) == (409, True)


def test_a_job_without_its_bytes_fails_and_says_so(sqlite_url: str, service_settings: ServiceSettings) -> None:
    from io import BytesIO

    from extractor.store import NewJob, new_upload

    settings = replace(service_settings, extractor=replace(service_settings.extractor, database_url=sqlite_url))
    with open_store(sqlite_url) as store:
        number, _ = store.jobs().accept(NewJob(JobKind.IMPORT, "甲", {}, [new_upload("甲.txt", BytesIO(b"1"))]))
        with store._engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM upload_chunk")
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8420") as client:
        job = ended(client, number)
    assert (job["state"], "请重新上传" in job["message"]) == (JobState.FAILED, True)
    assert whole(job)["items"]["skipped"] == 1


def test_moments_are_told(client: TestClient) -> None:
    job = done(client, TXT)
    moments = [datetime.fromisoformat(job[name]) for name in ("created", "started", "finished")]
    assert moments == sorted(moments)
    assert moments[-1] <= datetime.now(UTC)
