"""Ledgers: a file that a person looks at first, then what it records."""

from __future__ import annotations

from dataclasses import replace as changed
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from pydantic import BaseModel, Field

from extractor.archive.ledgers import LedgerFile, default_name, read
from extractor.archive.ledgers import look as look_at
from extractor.config import Settings
from extractor.errors import ConflictError
from extractor.report.rows import recorded_row
from extractor.store import Store, StoredLedger
from extractor.wording import utc
from service.arguments import Cursor, Limit, Number, Words, cursor_of, missing
from service.audit import audit
from service.context import Service, ServiceDep, StoreDep
from service.limits import Line
from service.problems import ProblemError, documented
from service.routes.documents import MISSING
from service.rows import json_answer, page
from service.security import READ, WRITE
from service.speech import in_words_of

router = APIRouter(prefix="/v1/ledgers", tags=["ledgers"])

_LONGEST_NAME = 200
_File = Annotated[UploadFile, File(description="台账文件：.xlsx 或 .csv")]
_Mapping = Annotated[
    Words, Form(max_length=1_000_000, description="各列是什么：JSON 或 TOML，见 docs/ledgers.md；不写时自动认出")
]
_Place = Annotated[Words, Form(max_length=100, description="台账里的地点都在此地，如 新平县")]
_REFUSED = documented(422, because="文件读不了、映射有误，或台账里有问题；detail 逐处写明")


class SheetShown(BaseModel):
    """A sheet as it stands in the file."""

    name: str = Field(examples=["投资"])
    rows: int
    columns: int
    header_rows: list[int] | None = Field(
        description="表头的第一行和最后一行，从 1 起；没有找到时为 null", examples=[[2, 3]]
    )
    first_rows: list[list[str]] = Field(description="开头几行，照文件里的样子")


class ColumnShown(BaseModel):
    """What a column is taken for."""

    sheet: str
    column: str = Field(examples=["C"])
    header: str = Field(examples=["投资(万元)"])
    role: str = Field(description="作用，如 数值、地点、时期；“未认出”须由人写明或忽略", examples=["数值"])
    indicator: str
    unit: str
    period: str
    status: str
    funder: str
    text: str = Field(description="第一个单元格", examples=["120.5"])


class LedgerPreview(BaseModel):
    """What a ledger file holds and how it would be read; nothing is stored."""

    sheets: list[SheetShown]
    columns: list[ColumnShown]
    mapping: dict[str, Any] = Field(description="与认出的相同的映射；改好后连同文件交给 POST /v1/ledgers")
    certain: bool = Field(description="各列都认出，也没有问题")
    figures: int | None = Field(description="会导入多少个数；有问题时为 null")
    problems: list[str] = Field(description="导入前须改正的，各写明工作表、行、列")
    warnings: list[str]


class LedgerRow(BaseModel):
    """A stored ledger."""

    id: int
    ledger: str = Field(description="名称", examples=["扶贫台账"])
    source: str = Field(examples=["扶贫台账.xlsx"])
    figures: int
    comparisons: int
    imported: str
    sha256: str
    warnings: list[str]


class LedgerPage(BaseModel):
    """A page of ledgers."""

    items: list[LedgerRow]
    next: str | None


class LedgerDetail(LedgerRow):
    """A stored ledger with some of the figures that it records."""

    items: list[dict[str, Any]] = Field(description="各个数，键与 gouji ledger show --format jsonl 相同，另有 index")
    next: str | None = Field(description="下一页的 cursor；没有下一页时为 null")


@router.post(
    "/preview",
    dependencies=[WRITE],
    summary="看一份台账各列是什么",
    response_class=Response,
    responses={200: {"model": LedgerPreview, "description": "认出的各列；什么也没有存"}, **_REFUSED},
)
async def look(
    request: Request, running: ServiceDep, file: _File, mapping: _Mapping = "", place: _Place = ""
) -> Response:
    """打开台账文件，给出各工作表的开头、找到的表头、各列的作用和相应的映射；不存任何东西。

    把 `mapping` 改好再交来，可以再看一遍；满意后连同文件交给 `POST /v1/ledgers`。
    """

    def looked(line: Line) -> Response:
        found = look_at(_file(running, file, mapping, place), _bounds(running), line.check)
        told = {name: getattr(found, name) for name in LedgerPreview.model_fields}
        return json_answer({**told, "problems": [in_words_of(request, one) for one in found.problems]})

    return await running.lanes.ledgers.run(request, looked)


@router.post(
    "",
    dependencies=[WRITE],
    summary="导入台账",
    status_code=201,
    response_class=Response,
    responses={
        201: {"model": LedgerRow, "description": "已导入"},
        **documented(409, because="已有同名的台账"),
        **_REFUSED,
    },
)
async def add(
    request: Request,
    running: ServiceDep,
    file: _File,
    name: Annotated[Words, Form(max_length=_LONGEST_NAME, description="台账的名称；不写时为文件名")] = "",
    mapping: _Mapping = "",
    place: _Place = "",
    replace: Annotated[bool, Form(description="替换同名的台账；用它做过的比对一并删除")] = False,
    ignore_unknown: Annotated[bool, Form(description="未认出的列不导入")] = False,
) -> Response:
    """导入一份台账，整份导入或什么也不导入；有问题就逐处写明。

    没有 `mapping` 时各列自动认出；有认不出的列须写映射，或写明 `ignore_unknown`。
    """

    def added(line: Line) -> Response:
        sent = _file(running, file, mapping, place)
        called = (name or default_name(sent.name)).strip()[:_LONGEST_NAME]
        if not called:
            raise ProblemError(422, "name：请给台账写一个名称", "a ledger needs a name")
        if not replace and running.store.catalogue().has_ledger(called):
            raise _taken(called)
        ledger = read(sent, called, _bounds(running), line.check, certain=not mapping and not ignore_unknown)
        try:
            number = running.store.save_ledger(ledger, replace=replace)
        except ConflictError as error:  # somebody was quicker
            raise _taken(called) from error
        audit(request, "import", f"ledger {number}", name=called)
        return json_answer(_row(_one(running.store, number)), 201)

    return await running.lanes.ledgers.run(request, added)


@router.get(
    "",
    dependencies=[READ],
    summary="列出台账",
    response_class=Response,
    responses={200: {"model": LedgerPage, "description": "台账"}},
)
def ledgers(store: StoreDep, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """列出台账，新的在前，一页一页地给。"""
    found = store.catalogue().ledgers(limit + 1, cursor_of(cursor) or None)
    following = str(found[limit - 1].id) if len(found) > limit else None
    return page([_row(one) for one in found[:limit]], following)


@router.get(
    "/{number:int}",
    dependencies=[READ],
    summary="一份台账",
    response_class=Response,
    responses={200: {"model": LedgerDetail, "description": "台账和它的数"}, **MISSING},
)
def ledger(store: StoreDep, number: Number, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """给出一份台账和它记的数，各在文件的哪一格，一页一页地给。"""
    stored = _one(store, number)
    figures = store.catalogue().recorded(number, limit + 1, cursor_of(cursor))
    items = [{"index": figure.index, **recorded_row(figure)} for figure in figures[:limit]]
    following = str(figures[limit].index) if len(figures) > limit else None
    return json_answer({**_row(stored), "items": items, "next": following})


@router.delete(
    "/{number:int}",
    dependencies=[WRITE],
    summary="删除台账",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "已删除"}, **MISSING},
)
def remove(request: Request, store: StoreDep, number: Number) -> Response:
    """删除一份台账，连同用它做过的比对，不能恢复。"""
    store.remove_ledger(number)
    audit(request, "delete", f"ledger {number}")
    return Response(status_code=204)


def _bounds(running: Service) -> Settings:
    """Return the bounds on a file for which somebody waits, and perhaps others."""
    settings, extractor = running.settings, running.settings.extractor
    return changed(
        extractor, max_seconds_per_file=min(extractor.max_seconds_per_file, settings.max_seconds_per_request)
    )


def _file(running: ServiceDep, file: UploadFile, mapping: str, place: str) -> LedgerFile:
    most = running.settings.extractor.max_file_bytes
    data = file.file.read(most + 1)  # one byte over the bound shows that it is too much
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2] or "台账"
    return LedgerFile(data, name[:_LONGEST_NAME], mapping, place)


def _taken(name: str) -> ProblemError:
    return ProblemError(409, f"已有名为“{name}”的台账；请另起名称，或写 replace 替换它", f"there is a ledger {name!r}")


def _one(store: Store, number: int) -> StoredLedger:
    one = store.catalogue().ledger(number)
    if one is None:
        raise missing("台账", number)
    return one


def _row(stored: StoredLedger) -> dict[str, object]:
    return {
        "id": stored.id,
        "ledger": stored.name,
        "source": stored.source,
        "figures": stored.figures,
        "comparisons": stored.comparisons,
        "imported": utc(stored.imported),
        "sha256": stored.sha256,
        "warnings": list(stored.warnings),
    }
