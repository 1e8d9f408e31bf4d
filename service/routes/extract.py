"""A text or a file in, its figures out, at once."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from extractor.types import UserRole, WorkReason
from service.answers import Extract
from service.audit import audit
from service.context import ServiceDep, service
from service.extraction import UNSTORED, AnswerFormat, Asked, Refused, extract
from service.formats import MEDIA_TYPES, VARY, chosen, described
from service.headers import REPORT_POLICY
from service.problems import ProblemError
from service.security import READ, require

if TYPE_CHECKING:
    from extractor.store import Run
    from extractor.types import Document, Extraction

router = APIRouter(tags=["extract"], dependencies=[READ])
_IN_MEMORY = 2**20
_log = logging.getLogger("gouji.service")

_TEXT = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {
        "text": {"type": "string", "minLength": 1, "description": "报告正文", "examples": ["2015年投入资金38.6万元。"]},
        "name": {"type": "string", "description": "文件名", "examples": ["年终总结"]},
        "checked": {"type": "boolean", "description": "是否核算；默认 true"},
    },
}
_FILE = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": _TEXT, "example": {"text": "2015年投入资金38.6万元，硬化道路4.2公里。"}},
        "multipart/form-data": {"schema": _FILE},
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    },
}


async def admission(running: ServiceDep) -> AsyncIterator[None]:
    """Hold a place among the extractions until the answer is sent."""
    async with running.pool.admission():
        yield


@router.post(
    "/v1/extract",
    summary="抽取一份报告",
    response_class=Response,
    dependencies=[Depends(admission)],
    responses=described(Extract, AnswerFormat, "抽取的结果"),
    openapi_extra={"requestBody": _BODY},
)
async def extract_now(
    request: Request,
    format: Annotated[AnswerFormat | None, Query(description="应答的格式；不写时按 Accept，默认 JSON")] = None,  # noqa: A002
    name: Annotated[str, Query(max_length=1000, description="直接以文件作为内容时，它的文件名")] = "",
    checked: Annotated[bool, Query(description="是否核算报告自称的数字关系")] = True,
    store: Annotated[bool, Query(description="是否存入数据库；需要 write 权限")] = False,
) -> Response:
    """从一段文字或一个文件里抽取数字、项目，并核算；马上应答，默认什么也不存。

    内容可以是 JSON（`text` 为正文）、表单里的 `file`，或文件本身。文件格式按内容判断。
    JSON 里的键与 `gouji extract --format jsonl` 相同；CSV 只有数字，XLSX 还有项目、核算和文件，HTML 是一页完整的报告。
    """
    if store:
        require(request, UserRole.WRITE)
    running = service(request)
    answered = chosen(request, format, AnswerFormat)
    async with _body(request, name) as (file, is_json, called):

        def asked() -> Asked:
            file.seek(0)
            settings = running.settings
            return Asked(
                body=file.read(),
                is_json=is_json,
                name=called,
                checked=checked,
                format=answered,
                kept=store,
                settings=settings.extractor,
                max_characters=settings.max_characters,
                max_answer_bytes=settings.max_answer_bytes,
            )

        result = await running.pool.run(extract, asked)
    if isinstance(result, Refused):
        raise refused(result)
    number = None if result.kept is None else await run_in_threadpool(_store, request, *result.kept)
    return _answer(request, answered, result.answer, number)


@asynccontextmanager
async def _body(request: Request, name: str) -> AsyncIterator[tuple[IO[bytes], bool, str]]:
    """Receive the body, most of it beside the memory; gives it, whether it is JSON, and the name of the file."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_files=1, max_fields=10) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise ProblemError(
                    422, "表单里没有文件；请把文件放在名为 file 的一项里", "the form has no file named file"
                )
            yield file.file, False, name or file.filename or ""
        return
    with SpooledTemporaryFile(_IN_MEMORY) as spool:
        async for piece in request.stream():
            if spool.tell() + len(piece) > _IN_MEMORY:  # from there on it is on disk
                await run_in_threadpool(spool.write, piece)
            else:
                spool.write(piece)
        yield spool, kind == "application/json" or kind.endswith("+json"), name


def refused(why: Refused) -> ProblemError:
    """Return the answer to a body that was refused, and log what only the log may tell."""
    if why.trace:
        _log.error("an error over a file: %s", why.trace)
    status = 413 if why.reason == WorkReason.TOO_LARGE else 422
    return ProblemError(status, why.detail, why.detail_en, reason=why.reason)


def _store(request: Request, document: Document, extraction: Extraction, run: Run) -> int:
    """Store what was extracted, and return the id of the document."""
    number = service(request).store.save(document, extraction, run)
    audit(request, "extract", f"document {number}", name=document.source)
    return number


def _answer(request: Request, format_: AnswerFormat, body: bytes, number: int | None) -> Response:
    headers = dict(VARY)
    if format_ is AnswerFormat.HTML:
        headers["Content-Security-Policy"] = REPORT_POLICY
    if number is not None:
        headers["Location"] = f"{request.scope.get('root_path', '')}/v1/documents/{number}"
        if format_ is AnswerFormat.JSON:
            body = f'{{"document_id": {number}, '.encode() + body.removeprefix(UNSTORED)
    return Response(body, media_type=MEDIA_TYPES[format_], headers=headers)
