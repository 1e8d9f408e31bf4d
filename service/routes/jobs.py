"""Jobs: how far they are, what became of each file, ending them and trying again."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from extractor.report.archive import advice, kind_of_failure
from extractor.store import JobItem, StoredJob
from extractor.types import FINISHED, SKIP_REASONS, JobKind, JobState, WorkReason, WorkState
from service.arguments import MOST, Cursor, Limit, cursor_of
from service.audit import audit
from service.context import ServiceDep, StoreDep
from service.problems import documented
from service.progress import LOOK_SECONDS, Progress
from service.security import READ, WRITE
from service.speech import in_words_of

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

STREAM_SECONDS = 300.0
"""After which a stream ends: whoever connects again is asked anew who they are."""
_UNREACHED = "任务结束时还没有处理；重试这个任务即继续"
_EVENT = {
    "type": "object",
    "required": ["id", "event", "data"],
    "properties": {
        "id": {"type": "string"},
        "event": {"type": "string", "enum": ["progress", "finished"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}
JobNumber = Annotated[int, Path(ge=1, le=MOST, description="任务的编号", examples=[17])]


class ItemCounts(BaseModel):
    """Files and members of containers by what became of them; ``total`` is all but ``unpacked``, which are containers."""

    total: int = Field(examples=[31])
    pending: int = Field(examples=[0])
    done: int = Field(examples=[28])
    duplicate: int = Field(examples=[2])
    failed: int = Field(examples=[1])
    skipped: int = Field(examples=[0])
    unpacked: int = Field(examples=[1])


class JobAnswer(BaseModel):
    """A job and how far it is."""

    id: int = Field(examples=[17])
    kind: JobKind
    state: JobState
    author: str = Field(examples=["本机用户"])
    options: dict[str, Any] = Field(examples=[{"checks": True}])
    created: datetime
    started: datetime | None
    finished: datetime | None
    cancelling: bool = Field(description="已要求取消，还没有停下")
    message: str = Field(description="没有做成的原因", examples=[""])
    files: int = Field(description="上传的文件数", examples=[1])
    bytes: int = Field(description="上传的字节数", examples=[2_150_400])
    names: list[str] = Field(description="前几个文件的名称", examples=[["各乡镇总结.zip"]])
    items: ItemCounts
    figures: int = Field(description="已读出的数字", examples=[1893])
    characters: int = Field(description="已读的字数", examples=[140_233])


class JobsAnswer(BaseModel):
    """A page of jobs, the newest first."""

    items: list[JobAnswer]
    next: str | None = Field(description="下一页的 cursor；没有更多时为 null", examples=["12"])


class ItemAnswer(BaseModel):
    """What became of a file or of a member of a container (``包.zip!/报告.docx``)."""

    index: int = Field(examples=[3])
    path: str = Field(examples=["各乡镇总结.zip!/东山镇.docx"])
    state: WorkState
    reason: WorkReason | None = Field(description="没有读的原因", examples=["encrypted"])
    kind: str | None = Field(description="原因的名称", examples=["加密"])
    message: str = Field(examples=["文件有密码，无法读取"])
    advice: str | None = Field(description="怎么办", examples=["去掉密码后另存，再上传一次"])
    document: int | None = Field(description="文档的编号；重复的是内容相同的那一个", examples=[None])
    bytes: int | None = Field(examples=[48_120])
    sha256: str | None
    characters: int | None = Field(examples=[None])
    figures: int | None = Field(examples=[None])
    attempts: int = Field(examples=[1])
    seconds: float | None = Field(examples=[0.031])
    finished: datetime | None


class ItemsAnswer(BaseModel):
    """A page of items, in the order in which they were found."""

    items: list[ItemAnswer]
    next: str | None = Field(description="下一页的 cursor；没有更多时为 null", examples=[None])


def job_answer(job: StoredJob) -> JobAnswer:
    """Return a job as the service shows it."""
    counts = {state.value: job.states.get(state, 0) for state in WorkState}
    total = sum(count for state, count in counts.items() if state != WorkState.UNPACKED)
    return JobAnswer(
        id=job.id,
        kind=job.kind,
        state=job.state,
        author=job.author,
        options=dict(job.options),
        created=job.created,
        started=job.started,
        finished=job.finished,
        cancelling=job.cancelled and job.state not in FINISHED,
        message=job.message,
        files=job.uploads,
        bytes=job.bytes,
        names=list(job.names),
        items=ItemCounts(total=total, **counts),
        figures=job.figures,
        characters=job.characters,
    )


@router.get("", dependencies=[READ], summary="列出任务")
def list_jobs(
    store: StoreDep,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: Annotated[JobState | None, Query(description="只要这种状态的")] = None,
    kind: Annotated[JobKind | None, Query(description="只要这一类的")] = None,
) -> JobsAnswer:
    """列出任务，新的在前。一页不够时，把 `next` 作为 `cursor` 再取下一页。"""
    jobs = store.jobs().recent(limit + 1, cursor_of(cursor) or None, state, kind)
    more = str(jobs[limit - 1].id) if len(jobs) > limit else None
    return JobsAnswer(items=[job_answer(job) for job in jobs[:limit]], next=more)


@router.get("/{job}", dependencies=[READ], summary="任务的进度", responses=documented(404))
def get_job(store: StoreDep, job: JobNumber) -> JobAnswer:
    """一个任务做到哪一步：各状态的文件数、读出的数字数。`state` 为 done、failed、cancelled 时已经结束。

    `done` 表示每个文件都有了结果，其中可能有读不了的（`items.failed`）；`failed` 表示任务没有做成。
    """
    return job_answer(store.jobs().get(job))


@router.get("/{job}/items", dependencies=[READ], summary="任务里的文件", responses=documented(404))
def list_items(
    request: Request,
    store: StoreDep,
    job: JobNumber,
    limit: Limit = 100,
    cursor: Cursor = None,
    state: Annotated[list[WorkState] | None, Query(description="只要这些状态的；可重复")] = None,
) -> ItemsAnswer:
    """上传的文件和压缩包里的文件各怎么样了：存成了哪个文档，或为什么没有读、怎么办。"""
    found = store.jobs().items(job, limit + 1, cursor_of(cursor) - 1, state or tuple(WorkState))
    more = str(found[limit].index) if len(found) > limit else None
    told = partial(in_words_of, request)
    return ItemsAnswer(items=[_item_answer(item, told) for item in found[:limit]], next=more)


async def stream(service: ServiceDep) -> AsyncIterator[None]:
    """Hold a place among the streams until the last event is sent."""
    with service.progress.stream():
        yield


@router.get(
    "/{job}/events",
    dependencies=[READ, Depends(stream)],
    summary="任务进度的实时推送",
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "server-sent events；数据同 GET /v1/jobs/{job}",
            "content": {"text/event-stream": {"schema": _EVENT}},
        },
        204: {"description": "任务已结束，最后一个事件已经收到过"},
        **documented(404),
    },
)
async def job_events(
    service: ServiceDep, job: JobNumber, last_event_id: Annotated[str | None, Header(max_length=200)] = None
) -> Response:
    """以 server-sent events 推送进度：一有变化就发一个 `progress` 事件，任务结束时发 `finished` 事件并断开。

    过几分钟也会断开，以便重新核对密钥；浏览器会自己重连。

    每个事件都是当时的全部进度，断线重连（`Last-Event-ID`）不会漏掉什么；结束之后重连得到 204，浏览器就不再连。
    """
    first = await run_in_threadpool(service.store.jobs().get, job)
    if first.state in FINISHED and _event(first).id == last_event_id:
        return Response(status_code=204)
    return EventSourceResponse(_events(service.progress, first, last_event_id))


@router.post("/{job}/cancel", dependencies=[WRITE], summary="取消任务", responses=documented(404, 409))
def cancel_job(request: Request, store: StoreDep, job: JobNumber) -> JobAnswer:
    """让任务停下：还没开始的立即取消，正在做的很快停下。已经存好的留着，没有做到的记为跳过，可以重试。"""
    jobs = store.jobs()
    jobs.cancel(job)
    audit(request, "cancel", f"job {job}")
    return job_answer(jobs.get(job))


@router.post("/{job}/retry", dependencies=[WRITE], summary="重试任务", status_code=202, responses=documented(404, 409))
def retry_job(request: Request, service: ServiceDep, job: JobNumber) -> JobAnswer:
    """把任务里失败的和没有做到的文件再做一次，如装好文字识别、调高上限之后。上传的文件过了保留期就不能重试，要重新上传。"""
    jobs = service.store.jobs()
    jobs.retry(job)
    audit(request, "retry", f"job {job}")
    found = jobs.get(job)
    service.queue.deliver(job, slow=found.slow)
    return job_answer(found)


async def _events(progress: Progress, job: StoredJob, last: str | None) -> AsyncIterator[ServerSentEvent]:
    end = time.monotonic() + STREAM_SECONDS
    with progress.watch(job.id):
        while True:
            event = _event(job)
            if event.id != last:
                yield event
                last = event.id
            if job.state in FINISHED or time.monotonic() >= end:
                return
            await anyio.sleep(LOOK_SECONDS)
            job = await progress.look(job.id)


def _event(job: StoredJob) -> ServerSentEvent:
    """Return the event that tells how far a job is; the same progress has the same id on every server."""
    told = json.dumps(job_answer(job).model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    name = "finished" if job.state in FINISHED else "progress"
    return ServerSentEvent(told, event=name, id=hashlib.sha256(told.encode()).hexdigest()[:16])


def _item_answer(item: JobItem, told: Callable[[str], str]) -> ItemAnswer:
    """Return an item as the service shows it, its message and advice as ``told`` puts them."""
    unread = item.reason is not None and item.reason not in SKIP_REASONS
    unreached = item.state is WorkState.SKIPPED and item.reason is None
    what_to_do = advice(item.reason, uploaded=True) if unread and item.reason else _UNREACHED if unreached else None
    return ItemAnswer(
        index=item.index,
        path=item.path,
        state=item.state,
        reason=item.reason,
        kind=kind_of_failure(item.reason) if item.reason else None,
        message=told(item.message),
        advice=told(what_to_do) if what_to_do else None,
        document=item.document,
        bytes=item.bytes,
        sha256=item.sha256,
        characters=item.characters,
        figures=item.figures,
        attempts=item.attempts,
        seconds=item.seconds,
        finished=item.finished,
    )
