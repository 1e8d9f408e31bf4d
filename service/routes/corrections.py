"""What people say of figures and findings: corrections, explanations, and the annotations that come of them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from extractor.corrections.changes import FIELDS, read
from extractor.report.checks import stored_check_row
from extractor.store import CheckFilter, CheckNote, CorrectionFilter, Store, StoredCheck, StoredCorrection
from extractor.store.corrections import Place
from extractor.types import CorrectionState, Modifier, Status
from extractor.wording import utc
from service.annotations import AnnotationFormat, archive
from service.arguments import MOST, Cursor, Limit, Number, Search, Words, cursor_of, missing
from service.audit import audit
from service.context import AuthorDep, ServiceDep, StoreDep
from service.problems import ProblemError, Responses, documented
from service.routes.documents import MISSING
from service.rows import attached, json_answer, page
from service.security import READ, WRITE

router = APIRouter(prefix="/v1", tags=["corrections"])

_LONGEST_NOTE = 2000
_Note = Annotated[Words, Field(max_length=_LONGEST_NOTE, description="为什么这样改", examples=["核对原件，漏了小数点"])]
_Claim = Annotated[Words, Path(max_length=2000, description="核算编号，见各核算的 claim", examples=["22=33+40"])]
_CONFLICT = documented(409, because="已有人说明，或正文不同")


class NamedPlace(BaseModel):
    """A place with its code."""

    name: str
    code: str = Field(description="区划代码，2、4、6 或 9 位", examples=["530427200"])


class Changes(BaseModel):
    """The fields of a figure with what they should be; a field that is not there stays as it was extracted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    value: float | str | None = Field(description='万、亿已乘开；要保留全部位数可写成文字 "508.5"；隐去的写 null')
    value_max: float | str | None = Field(description="范围的上限")
    modifier: Modifier
    unit: str | None = Field(description="规范单位或别名，如 元、公里、元/公里；不写 万元", examples=["元"])
    indicator: str | None
    status: Status
    period: str | None = Field(description="2015、2014/2015、2016-12、2016-2020 或 redacted", examples=["2015"])
    place: list[str | NamedPlace] | None = Field(description="不写代码时按文章确定", examples=[["平甸乡"]])
    project_type: str | None = Field(description="代码或名称", examples=["road"])
    funder: str | None = Field(examples=["省级"])


def _described() -> dict[str, Any]:
    """Return what ``changes`` may be, for the description of the API; :func:`read` says more about what is wrong."""
    schema = Changes.model_json_schema()
    names = schema.pop("$defs")
    schema.pop("required")
    for field in schema["properties"].values():
        for part in (field, *field.get("anyOf", ()), field.get("items", {})):
            if "$ref" in part:
                part.update(names[part.pop("$ref").rpartition("/")[2]])
    choices = schema["properties"]["place"]["anyOf"][0]["items"]["anyOf"]
    choices[1] = names["NamedPlace"]
    assert set(schema["properties"]) == set(FIELDS)  # noqa: S101 - the two are written in two places
    return {"anyOf": [schema, {"type": "null"}], "examples": [{"value": "385000", "unit": "元"}]}


class NewCorrection(BaseModel):
    """What a person says of a figure."""

    model_config = ConfigDict(extra="forbid")

    start: int = Field(ge=0, le=MOST, description="数字在正文中的起点", examples=[36])
    end: int = Field(ge=1, le=MOST, description="终点（不含）", examples=[42])
    changes: Annotated[dict[str, Any] | None, WithJsonSchema(_described())] = Field(
        description="哪些项应是什么；null 表示这不是数字"
    )
    note: _Note = ""
    text: Words | None = Field(
        None, max_length=1000, description="以为那里写的是什么；与正文不同时不更正", examples=["38.5万元"]
    )


class CorrectionRow(BaseModel):
    """A correction as it is kept."""

    id: int
    document_id: int
    document: str
    start: int
    end: int
    text: str
    sentence: str
    changes: dict[str, Any] | None = Field(description="null 表示这不是数字")
    note: str
    author: str
    made: str
    state: CorrectionState = Field(
        description="in_force 有效；unfit 应有效而不再适用；replaced 被后来的替换；withdrawn 已撤回"
    )
    unfit: str = Field(description="为什么不再适用")
    withdrawn: str | None
    withdrawn_by: str = Field(description="撤回的人")


class CorrectionPage(BaseModel):
    """A page of corrections."""

    items: list[CorrectionRow]
    next: str | None = Field(description="下一页的 cursor；没有下一页时为 null")


class NewNote(BaseModel):
    """What a person says of a finding."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[Words, Field(min_length=1, max_length=_LONGEST_NOTE, examples=["另有一个村单列"])]
    replace: bool = Field(False, description="是否替换已有的说明")


_ONE: Responses = {200: {"model": CorrectionRow, "description": "更正"}, **MISSING}
_PAGE: Responses = {200: {"model": CorrectionPage, "description": "一页更正"}}


@router.post(
    "/documents/{number}/corrections",
    dependencies=[WRITE],
    summary="更正一个数字",
    status_code=201,
    response_class=Response,
    responses={201: {"model": CorrectionRow, "description": "已记下并改过"}, **MISSING, **_CONFLICT},
)
def correct(request: Request, store: StoreDep, author: AuthorDep, number: Number, said: NewCorrection) -> Response:
    """改正一个数字的某些项，或说它不是数字；同一处先前的更正被替换。

    换算的数额、指标代码、地点代码、时期的起止随之重新推算，与它相连的关系和项目随之调整，整份报告重新核算。
    查询、导出和比对用的都是更正后的；以后重新抽取这个文件时，只要那一句没有变，仍按更正的改。
    """
    changes = None if said.changes is None else read(said.changes)
    place = Place(said.start, said.end)
    stored = store.corrections().add(number, place, changes, note=said.note, author=author, text=said.text)
    audit(request, "correct", f"document {number}", correction=stored.correction.id)
    return json_answer(correction_row(stored), 201)


@router.get(
    "/documents/{number}/corrections",
    dependencies=[READ],
    summary="文件的更正",
    response_class=Response,
    responses={**_PAGE, **MISSING},
)
def of_document(store: StoreDep, number: Number) -> Response:
    """给出一个文件的全部更正，被替换和撤回的也在内，按先后。"""
    if store.holdings().one(number) is None:
        raise missing("文件", number)
    return page([correction_row(one) for one in store.corrections().listed(CorrectionFilter(number))])


@router.get("/corrections", dependencies=[READ], summary="所有更正", response_class=Response, responses=_PAGE)
def corrections(
    store: StoreDep,
    document: Annotated[int | None, Query(ge=1, le=MOST, description="只要这个文件的")] = None,
    author: Annotated[Search | None, Query(description="只要这个人做的")] = None,
    state: Annotated[CorrectionState | None, Query(description="只要这种状态的")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """按先后列出更正，被替换和撤回的也在内，一页一页地给。"""
    wanted = CorrectionFilter(document, author, state, cursor_of(cursor), limit + 1)
    found = store.corrections().listed(wanted)
    following = str(found[limit - 1].correction.id) if len(found) > limit else None
    return page([correction_row(one) for one in found[:limit]], following)


@router.delete(
    "/corrections/{number}", dependencies=[WRITE], summary="撤回更正", response_class=Response, responses=_ONE
)
def withdraw(request: Request, store: StoreDep, author: AuthorDep, number: Number) -> Response:
    """撤回一个更正：那个数字回到前一个更正所说的，没有前一个就回到抽取出来的。撤回的仍留作记录；再撤回一次没有影响。"""
    stored = store.corrections().withdraw(number, author)
    audit(request, "withdraw", f"correction {number}")
    return json_answer(correction_row(stored))


@router.post(
    "/documents/{number}/checks/{claim}/note",
    dependencies=[WRITE],
    summary="说明一处核算",
    response_class=Response,
    responses={200: {"description": "这处核算，连同说明"}, **MISSING, **_CONFLICT},
)
def explain(
    request: Request, store: StoreDep, author: AuthorDep, number: Number, claim: _Claim, said: NewNote
) -> Response:
    """说明一处核算为何不是错误，如口径不同、原件如此；说明随文件保存，重新抽取后仍在。"""
    store.explain(number, claim, CheckNote(said.note, author, datetime.now(UTC)), replace=said.replace)
    audit(request, "explain", f"document {number}", claim=claim)
    return json_answer(stored_check_row(_finding(store, number, claim)))


@router.delete(
    "/documents/{number}/checks/{claim}/note",
    dependencies=[WRITE],
    summary="撤回说明",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "已撤回"}, **MISSING},
)
def withdraw_note(request: Request, store: StoreDep, number: Number, claim: _Claim) -> Response:
    """撤回对一处核算的说明。"""
    store.withdraw(number, claim)
    audit(request, "withdraw", f"document {number}", claim=claim)
    return Response(status_code=204)


@router.get(
    "/annotations",
    dependencies=[READ],
    summary="更正过的文件作为标注",
    response_class=Response,
    responses={200: {"description": "压缩包（ZIP）", "content": {"application/zip": {}}}},
)
def training(
    running: ServiceDep,
    format_: Annotated[AnnotationFormat, Query(alias="format", description="标注的格式，见 docs/annotation.md")] = (
        AnnotationFormat.GOLD
    ),
) -> Response:
    """把有更正的文件连同更正后的全部数字作为标注给出，可以用来训练，或导入 brat、Label Studio、doccano。"""
    return running.lanes.files.stream(
        lambda _: archive(running.store, format_), "application/zip", attached(f"标注-{format_.value}.zip")
    )


def correction_row(stored: StoredCorrection) -> dict[str, object]:
    """Return a correction as a flat dict with the keys of :class:`CorrectionRow`."""
    one = stored.correction
    return {
        "id": one.id,
        "document_id": stored.document,
        "document": stored.source,
        "start": one.start,
        "end": one.end,
        "text": one.text,
        "sentence": one.sentence,
        "changes": None if one.changes is None else dict(one.changes),
        "note": one.note,
        "author": one.author,
        "made": utc(one.made) if one.made else None,
        "state": stored.state.value,
        "unfit": stored.unfit,
        "withdrawn": utc(stored.withdrawn) if stored.withdrawn else None,
        "withdrawn_by": stored.withdrawn_by,
    }


def _finding(store: Store, number: int, claim: str) -> StoredCheck:
    if store.holdings().one(number) is None:
        raise missing("文件", number)
    with closing(store.checks(CheckFilter(document=number))) as found:
        one = next((one for one in found if one.result.key == claim), None)
    if one is None:
        raise ProblemError(404, f"文件 {number} 没有编号为 {claim} 的核算", f"document {number} has no such claim")
    return one
