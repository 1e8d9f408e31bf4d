"""Jobs are delivered, held by one at a time, taken over from the dead, and never done twice."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from io import BytesIO
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Self

import psutil
import pytest
from archive_samples import report, rows
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from job_samples import TXT, done, ended, upload
from made_containers import zipped

import service.jobs
from extractor.store import LostJobError, NewJob, Store, held_job, jobs, lease, new_upload, open_store
from extractor.types import INSIDE, JobKind, JobState, SurveyedFile, SurveyedItem, WorkReason, WorkState
from service import create_app
from service.jobs import Runner
from service.queue import Queue
from service.temporary import own_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.store import HeldJob
    from service import ServiceSettings

_BASE = "http://127.0.0.1:8420"


def accept(store: Store, files: Mapping[str, bytes] = TXT) -> int:
    uploads = [new_upload(name, BytesIO(data)) for name, data in files.items()]
    return store.jobs().accept(NewJob(JobKind.IMPORT, "甲", {"checks": True}, uploads))[0]


def claimed(store: Store, number: int) -> HeldJob:
    held = store.jobs().claim(number)
    assert held is not None
    return held


def pretend(store: Store, **values: object) -> None:
    """Let the holder of all jobs be another one."""
    told = ", ".join(f"{name} = {value}" for name, value in values.items())
    with store._engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE job SET {told}")


def a_dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_bytes_of_several_transactions_come_back_as_they_were(store: Store) -> None:
    files = {"空格 .bin": os.urandom(18 * 2**20 + 5), "小.txt": b"1", "整.bin": os.urandom(2**20), "末.txt": b"2"}
    held = claimed(store, accept(store, files))
    assert {upload.name: b"".join(held.content(upload)) for upload in held.uploads()} == files


def test_what_a_server_wrote_that_died_before_it_acknowledged_is_removed(store: Store) -> None:
    url = store.driver_address if not store.files else f"sqlite:///{store.files[0]}"
    accept(store)
    with store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE upload SET job_id = NULL")
    store.jobs().drop_bytes(timedelta(days=7))
    assert rows(url.replace("postgresql:", "postgresql+psycopg:"), "SELECT count(*) FROM upload_chunk") == [(1,)]
    with store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE upload SET received = '2020-01-01 00:00:00.000000'")
    store.jobs().drop_bytes(timedelta(days=7))
    for table in ("upload", "upload_chunk"):
        assert rows(url.replace("postgresql:", "postgresql+psycopg:"), f"SELECT count(*) FROM {table}") == [(0,)]


def test_of_two_that_ask_for_the_same_at_once_one_is_new(store: Store) -> None:
    found: list[tuple[int, bool]] = []

    def ask() -> None:
        request = NewJob(JobKind.IMPORT, "甲", {}, [new_upload("甲.txt", BytesIO(b"1" * 3_000_000))], "键")
        found.append(store.jobs().accept(request))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({number for number, _ in found}) == 1
    assert sorted(new for _, new in found) == [False, False, False, True]
    job = store.jobs().get(found[0][0])
    assert (job.uploads, job.bytes) == (1, 3_000_000)


def test_no_job_is_begun_twice_by_one_server(store: Store) -> None:
    """What one thread has just taken another one must not take for what a dead one left, from the moment it is written."""
    gate = threading.Barrier(6)

    def claim(number: int) -> HeldJob | None:
        gate.wait()
        return store.jobs().claim(number)

    with ThreadPoolExecutor(6) as threads:
        for turn in range(60):
            number = accept(store, {"a.txt": b"%d" % turn})
            found = [held for held in threads.map(claim, [number] * 6) if held]
            assert len(found) == 1, turn
            found[0].leave()


def test_one_holder_at_a_time(store: Store) -> None:
    number = accept(store)
    found: list[HeldJob | None] = []
    threads = [threading.Thread(target=lambda: found.append(store.jobs().claim(number))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(held is not None for held in found) == 1
    assert store.jobs().waiting(10) == []


@pytest.mark.parametrize("how", ["dead", "silent", "released"])
def test_a_job_that_was_left_is_taken_over_and_its_former_holder_writes_nothing(store: Store, how: str) -> None:
    number = accept(store)
    former = claimed(store, number)
    if how == "dead":
        pretend(store, process=a_dead_process())
    elif how == "silent":
        pretend(store, host="'elsewhere'", beat="'2020-01-01 00:00:00+00:00'")
    else:
        former.release(slow=True)
    assert store.jobs().waiting(10) == [(number, how == "released")]
    held = claimed(store, number)
    for change in (former.renew, lambda: former.finish(JobState.DONE), lambda: former.store([])):
        with pytest.raises(LostJobError):
            change()
    held.finish(JobState.DONE)
    assert store.jobs().get(number).state is JobState.DONE


def test_a_holder_elsewhere_that_was_heard_of_keeps_its_job(store: Store) -> None:
    number = accept(store)
    claimed(store, number)
    pretend(store, host="'elsewhere'", process=a_dead_process())
    assert store.jobs().claim(number) is None
    assert store.jobs().waiting(10) == []


def test_a_holder_of_this_machine_keeps_its_job_while_it_lives(store: Store) -> None:
    number = accept(store)
    held = claimed(store, number)
    pretend(store, beat="'2020-01-01 00:00:00+00:00'")
    assert store.jobs().waiting(10) == []
    assert store.jobs().claim(number) is None
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        pretend(store, process=other.pid, born=lease._born(other.pid))
        assert store.jobs().claim(number) is None
        other.kill()
        other.wait()
        assert store.jobs().waiting(10) == [(number, False)]
    pretend(store, **{name: repr(value) for name, value in lease.this_process().items()})
    held.leave()  # such as over a database that was away for a moment
    claimed(store, number)


def test_a_holder_elsewhere_is_judged_by_the_clock_of_the_database(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.files:
        pytest.skip("SQLite is on one machine")

    class Slow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(hours=1)

    number = accept(store)
    claimed(store, number)
    pretend(store, host="'elsewhere'")
    for module in (jobs, lease, held_job):
        monkeypatch.setattr(module, "datetime", Slow)
    assert store.jobs().waiting(10) == []


def test_a_job_that_kills_who_tries_fails_at_last(store: Store) -> None:
    number = accept(store)
    for _ in range(20):
        claimed(store, number)
        pretend(store, process=a_dead_process())
    assert store.jobs().claim(number) is None
    job = store.jobs().get(number)
    assert (job.state, "多次中断" in job.message) == (JobState.FAILED, True)
    assert job.states == {WorkState.SKIPPED: 1}


def test_what_was_left_is_done_when_a_server_starts(service_settings: ServiceSettings, store: Store) -> None:
    queued, left = accept(store), accept(store, {"乙.txt": report(2).encode()})
    claimed(store, left)
    pretend(store, process=a_dead_process(), born="NULL")
    with TestClient(create_app(service_settings), base_url=_BASE) as client:
        assert [ended(client, number)["state"] for number in (queued, left)] == ["done", "done"]


def test_what_never_came_is_delivered_by_a_sweep(client: TestClient, store: Store) -> None:
    assert ended(client, accept(store))["state"] == "done"


@pytest.mark.any_database
def test_a_large_archive_keeps_no_small_upload_waiting(client: TestClient) -> None:
    noise = os.urandom(9 * 2**20)
    packed = zipped({"图.jpg": b"\xff\xd8\xff" + noise, **{f"{n}.txt": report(n, 60).encode() for n in range(100)}})
    large = upload(client, {"大.zip": packed}, query="").json()["id"]
    while client.get(f"/v1/jobs/{large}").json()["state"] == "queued":
        time.sleep(0.01)
    for number in range(3):
        done(client, {f"{number}.txt": report(1000 + number).encode()})
    assert client.get(f"/v1/jobs/{large}").json()["state"] == "running"
    client.post(f"/v1/jobs/{large}/cancel")


@pytest.mark.any_database
def test_a_job_that_takes_long_makes_room(client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.jobs, "QUICK_SECONDS", 0.2)
    packed = zipped({f"{n}.txt": report(n, 60).encode() for n in range(40)})
    job = done(client, {"包.zip": packed}, "?wait=30")
    assert (store.jobs().get(job["id"]).slow, job["items"]["done"]) == (True, 40)


@pytest.mark.any_database
def test_a_server_that_ends_puts_its_jobs_back(service_settings: ServiceSettings, store: Store) -> None:
    packed = {"包.zip": zipped({f"{n}.txt": report(n, 60).encode() for n in range(60)})}
    with TestClient(create_app(service_settings), base_url=_BASE) as client:
        number = upload(client, packed, query="").json()["id"]
        while not client.get(f"/v1/jobs/{number}").json()["items"]["pending"]:
            time.sleep(0.02)
    assert store.jobs().get(number).state is JobState.QUEUED
    assert [path.name for path in Path(gettempdir()).glob(f"gouji-{os.getpid()}-*")] == []
    with TestClient(create_app(service_settings), base_url=_BASE) as client:
        assert ended(client, number, 120)["items"]["done"] == 60


def test_two_servers_share_jobs(service_settings: ServiceSettings, database_url: str) -> None:
    with (
        TestClient(create_app(service_settings), base_url=_BASE) as one,
        TestClient(create_app(service_settings), base_url=_BASE) as other,
    ):
        numbers = [
            upload(client, {f"{n}.txt": report(n, 20).encode()}, query="").json()["id"]
            for n, client in enumerate((one, other) * 6)
        ]
        assert [ended(other, number)["items"]["done"] for number in numbers] == [1] * 12
    assert rows(database_url, "SELECT count(*), count(DISTINCT document_id) FROM extraction_run") == [(12, 12)]


def test_two_jobs_with_the_same_content_at_once(
    store: Store, service_settings: ServiceSettings, tmp_path: Path
) -> None:
    """Both find it new; the one that comes second finds it stored."""
    numbers = [accept(store, {f"{n}.txt": report(1).encode()}) for n in range(4)]
    runner = Runner(store, service_settings, tmp_path)
    threads = [threading.Thread(target=runner.run, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runner.close()
    states = [store.jobs().get(number).states for number in numbers]
    assert sorted(next(iter(found)) for found in states) == ["done", "duplicate", "duplicate", "duplicate"]
    assert rows(service_settings.extractor.database_url, "SELECT count(*) FROM extraction_run") == [(1,)]


def test_a_queue_that_is_damaged_is_made_anew(service_settings: ServiceSettings, sqlite_url: str) -> None:
    file = Path(f"{sqlite_url.removeprefix('sqlite:///')}-queue.db")
    file.write_bytes(b"no database at all" * 1000)
    extractor = replace(service_settings.extractor, database_url=sqlite_url)
    with TestClient(create_app(replace(service_settings, extractor=extractor)), base_url=_BASE) as client:
        done(client, TXT)


def test_processes_that_are_idle_are_stopped(store: Store, service_settings: ServiceSettings, tmp_path: Path) -> None:
    def alive() -> set[int]:
        return {child.pid for child in psutil.Process().children(recursive=True) if child.status() != "zombie"}

    folder = tmp_path / "own"
    folder.mkdir()
    runner = Runner(store, service_settings, folder)
    runner.run(accept(store))
    before = alive()
    runner.run(accept(store, {"乙.txt": report(2).encode()}))
    assert alive() == before  # the same ones
    runner.tidy()
    assert alive() == before  # for a while
    runner.close()
    assert len(before - alive()) >= 2
    assert list(folder.iterdir()) == []


def test_a_folder_that_a_dead_process_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead = tmp_path / f"gouji-{a_dead_process()}-123-abc"
    (dead / "below").mkdir(parents=True)
    (tmp_path / "gouji-notes.txt").touch()
    with own_folder() as mine, own_folder() as other:
        assert not dead.exists()
        assert mine != other
        assert mine.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["gouji-notes.txt"]


def test_a_queue_starts_and_stops_without_a_job(store: Store, service_settings: ServiceSettings) -> None:
    before = threading.active_count()
    with Queue(store, service_settings):
        assert threading.active_count() > before
    assert threading.active_count() == before


_CONTENTS = st.sampled_from(["a", "b", "c", None])
_REASONS = st.sampled_from([None, WorkReason.ENCRYPTED, WorkReason.TEMPORARY])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(st.lists(st.tuples(_CONTENTS, _REASONS), max_size=4), min_size=1, max_size=3),
    reached=st.integers(0, 3),
    end=st.sampled_from([JobState.DONE, JobState.CANCELLED, JobState.FAILED]),
)
def test_whatever_happens_each_item_is_told(
    sqlite_url: str, files: list[list[tuple[str | None, WorkReason | None]]], reached: int, end: JobState
) -> None:
    """What came in is done, a duplicate, failed or skipped, however the job ends, and after it was tried again."""
    with open_store(sqlite_url) as store:
        jobs = store.jobs()
        number = accept(store, {f"{n}.zip": b"x" for n in range(len(files))})
        total = 0
        for state in (end, JobState.DONE):
            held = claimed(store, number)
            some = held.uploads()[: reached if state is end else None]
            found = [(one, surveyed(one.name, files[int(one.name.split(".")[0])])) for one in some if not one.surveyed]
            held.register(found)
            held.finish(state)
            job = jobs.get(number)
            assert WorkState.PENDING not in job.states
            total = sum(job.states.values())
            assert total >= len(files)
            if not any(item.state == WorkState.FAILED or told(item) for item in jobs.items(number, 500)):
                break
            jobs.retry(number)
        assert total <= len(files) + sum(map(len, files))


def told(item: object) -> bool:
    return getattr(item, "state", None) == WorkState.SKIPPED and getattr(item, "reason", None) is None


def surveyed(name: str, members: list[tuple[str | None, WorkReason | None]]) -> SurveyedFile:
    found = [
        SurveyedItem(f"{name}{INSIDE}{n}", 1, None if reason else content, reason, "", str(n))
        for n, (content, reason) in enumerate(members)
    ]
    return SurveyedFile(SurveyedItem(name, 1), 0, tuple(found))
