"""However many watch a job, it is looked at as if it were one."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from job_samples import TXT, done
from serving import bearer, service_of, serving

from extractor.store import NewJob, new_upload
from extractor.types import JobKind, UserRole
from service.progress import LOOK_SECONDS, Progress

if TYPE_CHECKING:
    from extractor.store import Store
    from service import ServiceSettings

pytestmark = pytest.mark.any_database


def test_many_viewers_are_one_look(store: Store) -> None:
    number = store.jobs().accept(NewJob(JobKind.IMPORT, "甲", {}, [new_upload("甲.txt", BytesIO(b"1"))]))[0]
    progress = Progress(store.jobs(), 100)

    async def view() -> None:
        with progress.watch(number):
            for _ in range(4):
                assert (await progress.look(number)).id == number
                await asyncio.sleep(LOOK_SECONDS)

    async def views() -> None:
        await asyncio.gather(*(view() for _ in range(50)))

    asyncio.run(views())
    assert 1 <= progress.looks <= 5
    assert not progress._watched


def test_streams_are_bounded(service_settings: ServiceSettings) -> None:
    with serving(service_settings, max_streams=1) as client:
        number = done(client, TXT)["id"]
        with service_of(client).progress.stream():
            answer = client.get(f"/v1/jobs/{number}/events")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        for _ in range(3):
            assert client.get(f"/v1/jobs/{number}/events").status_code == 200
        assert service_of(client).progress.streams == 0


def test_a_stream_ends_before_its_job_so_that_the_key_is_asked_for_again(
    service_settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.routes.jobs.STREAM_SECONDS", 0.0)
    with serving(service_settings) as client:
        store = service_of(client).store
        key = bearer(store, UserRole.READ)
        number = store.jobs().accept(NewJob(JobKind.IMPORT, "甲", {}, [new_upload("甲.txt", BytesIO(b"1"))]))[0]
        held = store.jobs().claim(number)
        try:
            told = client.get(f"/v1/jobs/{number}/events", headers=key)
            assert (told.status_code, told.text.count("event: progress"), "event: finished" in told.text) == (
                200,
                1,
                False,
            )
            store.users().revoke(UserRole.READ.value)
            assert client.get(f"/v1/jobs/{number}/events", headers=key).status_code == 401
        finally:
            if held:
                held.leave()
