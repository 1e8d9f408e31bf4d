"""What rows look like in JSON: the keys are those of ``gouji extract --format jsonl``, for the description of the API.

Amounts are numbers with exactly the digits that stand in the report: read them as decimals where that matters.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from extractor.types import Cause, CheckKind, Modifier, PctKind, Severity, Status, Verdict

Amount = Annotated[float, Field(description="数字，保留原文的全部位数", examples=[508.5])]
Offset = Annotated[int, Field(ge=0, description="在全文中的位置，从 0 起")]


class Pct(BaseModel):
    """What a percentage is of."""

    kind: PctKind
    of: Offset | None
    numer: Offset | None


class FigureRow(BaseModel):
    """A figure, where it stands and what it means."""

    document: str = Field(description="文件名", examples=["年终总结.docx"])
    article: str = Field(description="文章的标题或序号", examples=["1"])
    section: list[str] = Field(description="所在章节，由大到小", examples=[["一、基础设施建设"]])
    sentence: list[int] = Field(description="所在句的起止位置", examples=[[0, 23]])
    start: Offset
    end: Offset
    text: str = Field(examples=["508.5万元"])
    value: Amount | None
    value_max: Amount | None = Field(description="范围的上限")
    modifier: Modifier
    unit: str = Field(examples=["万元"])
    indicator: str = Field(description="指标", examples=["投入资金"])
    status: Status
    period: str | None = Field(examples=["2015年"])
    place: list[str] = Field(examples=[["信立村"]])
    project_type: str | None = Field(examples=["road"])
    funder: str | None = Field(examples=["财政专项扶贫资金"])
    part_of: Offset | None = Field(description="属于哪个数字（其中）")
    pair: Offset | None = Field(description="与哪个数字成对（户、人）")
    pct: Pct | None
    redacted: bool
    base_value: Amount | None = Field(description="换算为基本单位")
    base_value_max: Amount | None
    base_unit: str | None = Field(examples=["元"])
    dimension: str | None = Field(examples=["money"])
    indicator_code: str | None
    place_codes: list[str]
    period_start: str | None = Field(examples=["2015-01-01"])
    period_end: str | None = Field(examples=["2015-12-31"])
    project: int | None
    confidence: float
    rule_or_model: str = Field(examples=["rule"])
    locator: str = Field(description="在原文件中的位置", examples=["第3段"])
    sentence_text: str


class ProjectRow(BaseModel):
    """An undertaking: what a report says was done at one place with one purpose."""

    document: str
    project: int
    name: str
    project_type: str | None
    status: Status
    period: str | None
    place: list[str]
    funders: list[str]
    figures: list[Offset] = Field(description="各数字的 start")


class CheckRow(BaseModel):
    """A claim of a report about its own figures, recomputed."""

    document_id: int | None
    document: str
    article: str
    kind: CheckKind
    verdict: Verdict
    severity: Severity | None
    cause: Cause | None
    formula: str = Field(examples=["120 + 80 = 200"])
    unit: str
    stated: Amount | None = Field(description="原文所称")
    computed: Amount | None = Field(description="核算结果")
    difference: Amount | None
    low: Amount | None = Field(description="允许下限")
    high: Amount | None = Field(description="允许上限")
    reason: str
    person_note: str | None
    author: str | None
    claim: str = Field(description="核算编号")
    figures: list[Offset]
    start: Offset
    locator: str
    sentences: list[str]


class DocumentRow(BaseModel):
    """A text or file, and how much was found in it."""

    document: str = Field(examples=["年终总结.docx"])
    title: str
    sha256: str
    media_type: str = Field(examples=["text/plain"])
    encoding: str
    characters: int
    articles: int
    figures: int
    projects: int
    warnings: list[str]


class Extract(BaseModel):
    """All that was extracted from one text or file."""

    document_id: int | None = Field(description="存入数据库后的编号；没有存入时为 null")
    document: DocumentRow
    figures: list[FigureRow]
    projects: list[ProjectRow]
    checks: list[CheckRow] | None = Field(description="核算；没有要求核算时为 null")
    warnings: list[str]
