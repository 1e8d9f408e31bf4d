"""The first page: paste a report and read it, or upload files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from service.context import ServiceDep, StoreDep
from service.extraction import Asked, Refused, examined
from service.limits import allow_body
from service.page import data
from service.page.documents import view
from service.page.render import page
from service.problems import ProblemError
from service.routes.extract import admission, refused
from service.security import READ
from service.speech import to_page

if TYPE_CHECKING:
    from extractor.store import Store
    from extractor.types import Document, Extraction
    from service.context import Service

router = APIRouter(dependencies=[READ])
_RECENT = 5
_BYTES = 12
"""Of a form for a character at most: four bytes of UTF-8, each written ``%E4``."""


@router.get("/")
def home(request: Request, store: StoreDep) -> HTMLResponse:
    """Show where to paste and upload."""
    return _home(request, store)


@router.post("/", dependencies=[Depends(admission)])
async def read(request: Request, service: ServiceDep) -> HTMLResponse:
    """Show the figures of a text, which is not stored; ``POST /v1/extract`` gives the same to programs."""
    text = await _pasted(request, service)
    try:
        if not text.strip():
            raise ProblemError(422, "没有文字；请把报告的文字粘贴到框里", "nothing is pasted")
        found = await _examined(service, text)
    except ProblemError as error:
        return await run_in_threadpool(_home, request, service.store, text, error)
    return await run_in_threadpool(_shown, request, *found)


async def _pasted(request: Request, service: Service) -> str:
    """Return the text of the form, with line breaks as a report has them."""
    most = service.settings.max_characters * _BYTES
    allow_body(request, most, "请上传文件，或拆分")
    async with request.form(max_files=0, max_fields=1, max_part_size=most) as form:
        text = form.get("text", "")
    return text.replace("\r\n", "\n") if isinstance(text, str) else ""


async def _examined(service: Service, text: str) -> tuple[Document, Extraction]:
    """Return what a worker finds in a text, within the bounds of ``POST /v1/extract``.

    Raises:
        ProblemError: as there.
    """

    def asked() -> Asked:
        most = service.settings.max_characters
        return Asked(json.dumps({"text": text}).encode(), is_json=True, max_characters=most)

    result = await service.pool.run(examined, asked)
    if isinstance(result, Refused):
        raise refused(result)
    return result


def _shown(request: Request, document: Document, extraction: Extraction) -> HTMLResponse:
    return view(request, data.unstored(document, extraction))


def _home(request: Request, store: Store, text: str = "", error: ProblemError | None = None) -> HTMLResponse:
    answer = page(
        request,
        "home.html",
        status=error.status if error else 200,
        text=text,
        problem=to_page(error.detail) if error else "",
        recent=data.documents(store, "", 0, _RECENT),
    )
    answer.headers.update((error and error.headers) or {})
    return answer
