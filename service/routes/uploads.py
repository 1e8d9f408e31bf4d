"""Uploads: files and archives come in, and become a job."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect

from extractor.store import NewJob, StoredJob, new_upload
from extractor.types import FINISHED, JobKind
from service.audit import audit
from service.context import Service, ServiceDep, author
from service.context import service as running
from service.jobs import shown_name
from service.limits import allow_body, too_large
from service.problems import ProblemError, documented
from service.receiving import Form
from service.routes.jobs import JobAnswer, job_answer
from service.security import WRITE
from service.settings import ServiceSettings

router = APIRouter(prefix="/v1/documents", tags=["documents"])

_FIELD = "files"
_FIELDS = 10
_FRAME_BYTES = 64 * 2**10
"""Of a body besides its files, with :data:`_PART_BYTES` for each of these."""
_PART_BYTES = 2 * 2**10
_MORE = "请分批上传，或由管理员用环境变量 GOUJI_MAX_UPLOAD_BYTES 调高上限"
_LONGEST_WAIT = 30
_FIRST_LOOK, _LOOK = 0.02, 0.25
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [_FIELD],
                    "additionalProperties": False,
                    "properties": {
                        _FIELD: {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary", "minLength": 1},
                            "description": "报告或压缩包，一个或多个",
                        }
                    },
                }
            }
        },
    }
}


class Received:
    """The files of an upload, which are there until they are dropped."""

    def __init__(self, files: list[UploadFile], drop: Callable[[], None]) -> None:
        self.files, self.drop = files, drop


async def received_files(request: Request, service: ServiceDep) -> AsyncIterator[Received]:
    """Take the files of a multipart body, on disk, without more of it than is allowed."""
    settings = service.settings
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        raise ProblemError(
            415, f"请用 multipart/form-data 上传，文件放在字段 {_FIELD} 里", "the body is not multipart/form-data"
        )
    frame = _FRAME_BYTES + settings.max_upload_files * _PART_BYTES
    allow_body(request, settings.max_upload_bytes, _MORE, frame)
    length = request.headers.get("content-length", "")
    size = min(int(length) if length.isdecimal() else settings.max_upload_bytes, settings.max_upload_bytes)
    with ExitStack() as stack:
        stack.enter_context(service.receiving.place(size))
        whole = stack.enter_context(TemporaryFile())
        # Names are taken as they are, byte for byte: programs on Windows write them in GBK.
        headers = Headers({"content-type": f"{kind}; charset=latin-1"})
        files = await _parse(Form(headers, request.stream(), whole, settings.max_upload_files, _FIELDS), settings)
        yield Received(files, stack.close)


async def _parse(parser: Form, settings: ServiceSettings) -> list[UploadFile]:
    try:
        form = await parser.parse()
    except MultiPartException as error:
        if "files" in error.message:
            most = settings.max_upload_files
            raise ProblemError(
                413, f"一次最多上传 {most} 个文件；请分批，或打成压缩包", f"more than {most} files"
            ) from error
        raise ProblemError(400, "上传的内容不完整或格式有误；请重新上传", f"multipart: {error.message}") from error
    except ClientDisconnect as error:
        raise ProblemError(400, "上传中断；请重新上传", "the client went away") from error
    if not parser.complete:
        raise ProblemError(400, "上传的内容不完整或格式有误；请重新上传", "multipart: the last boundary is missing")
    unknown = next((name for name, one in form.multi_items() if name != _FIELD or isinstance(one, str)), None)
    if unknown is not None:
        raise ProblemError(
            422,
            f"没有叫 {shown_name(unknown.encode('latin-1'))} 的字段，或其中不是文件；文件都放在字段 {_FIELD} 里",
            f"unknown field; put all files into {_FIELD}",
        )
    return [one for _, one in form.multi_items() if isinstance(one, UploadFile)]


ReceivedDep = Annotated[Received, Depends(received_files)]


@router.post(
    "",
    dependencies=[WRITE],
    summary="上传报告和压缩包",
    status_code=202,
    openapi_extra=_BODY,
    responses={
        200: {"model": JobAnswer, "description": "在 wait 秒内已经做完"},
        202: {
            "description": "已收下，正在处理；Location 是任务的地址",
            "headers": {"Location": {"description": "任务的地址", "schema": {"type": "string"}}},
        },
        **documented(409, 415),
    },
)
async def upload_documents(
    request: Request,
    response: Response,
    service: ServiceDep,
    received: ReceivedDep,
    checks: Annotated[bool, Query(description="是否核算报告自称的数字关系")] = True,
    wait: Annotated[float, Query(ge=0, le=_LONGEST_WAIT, description="最多等多少秒；做完时答复 200")] = 0,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=255,
            pattern=r"^[\x20-\x7e]*$",
            description="同一个键的同一上传只收一次，重发时给出原来的任务",
        ),
    ] = None,
) -> JobAnswer:
    """收下报告和压缩包（.zip、.tar、.7z、.gz 等），在后台读成数据库里的文档，答复读它们的任务。

    答复之后文件就不会丢：服务重启后接着做。内容已经有的文件不再读，记为重复。读不了的文件不影响其他文件，原因见任务里的文件。
    """
    job = await run_in_threadpool(_accept, request, received.files, {"checks": checks}, idempotency_key)
    received.drop()
    with anyio.move_on_after(wait):
        await _until_finished(service, job)
    found = await run_in_threadpool(service.store.jobs().get, job.id)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/jobs/{job.id}"
    response.status_code = 200 if wait and found.state in FINISHED else 202
    return job_answer(found)


def _accept(request: Request, files: list[UploadFile], options: dict[str, bool], key: str | None) -> StoredJob:
    service = running(request)
    if not files:
        raise ProblemError(422, f"没有文件；请把文件放在字段 {_FIELD} 里", f"no file in the field {_FIELD}")
    named = [(shown_name((file.filename or "").encode("latin-1")), file) for file in files]
    empty = [name for name, file in named if not file.size]
    if empty:
        detail = f"{'、'.join(empty)} 是空的（0 字节）；请检查是否选错文件，去掉后再上传"
        raise ProblemError(422, detail, f"empty files: {', '.join(empty)}", reason="empty")
    uploads = [new_upload(name, file.file) for name, file in named]
    if sum(upload.bytes for upload in uploads) > service.settings.max_upload_bytes:
        raise too_large(service.settings.max_upload_bytes, _MORE)
    jobs = service.store.jobs()
    number, new = jobs.accept(NewJob(JobKind.IMPORT, author(request), options, uploads, key))
    job = jobs.get(number)
    if new:
        audit(request, "upload", f"job {number}", files=job.uploads, bytes=job.bytes)
        service.queue.deliver(number, slow=job.slow)
    return job


async def _until_finished(service: Service, job: StoredJob) -> None:
    pause = _FIRST_LOOK
    while job.state not in FINISHED:
        await anyio.sleep(pause)
        pause = min(2 * pause, _LOOK)
        job = await run_in_threadpool(service.store.jobs().get, job.id)
