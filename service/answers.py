"""What rows look like in JSON: the keys are those of ``gouji extract --format jsonl``, for the description of the API.

Amounts are numbers with exactly the digits that stand in the report: read them as decimals where that matters.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from extractor.types import Cause, CheckKind, Modifier, PctKind, Severity, Status, Verdict

Amount = Annotated[float, Field(description="数字，保留原文的全部位数")]
Offset = Annotated[int, Field(ge=0, description="在全文中的位置，从 0 起")]

SAMPLE = (
    "新平县2015年工作总结\n一、基础设施建设\n"
    "2015年投入508.5万元，其中县级资金200万元，省级资金308.5万元，建成排竹村通畅工程11.3公里。\n"
)
"""What the examples tell of; a test holds them equal to what is extracted from it."""


class OfLibrary(BaseModel):
    """What rows of stored documents have besides."""

    document_id: int = Field(examples=[17], description="文件编号")


class Pct(BaseModel):
    """What a percentage is of: offsets of other figures."""

    kind: PctKind
    of: Offset | None = Field(description="基数的 start")
    numer: Offset | None = Field(description="分子的 start")


class Figure(BaseModel):
    """A figure, where it stands and what it means; offsets count the characters of the document's text."""

    document: str = Field(description="文件的路径或名称", examples=["年终总结.docx"])
    article: str = Field(description="文章的标题或序号", examples=["新平县2015年工作总结"])
    section: list[str] = Field(description="所在章节的各级标题，由大到小", examples=[["基础设施建设"]])
    sentence: tuple[int, int] = Field(description="所在句的起止", examples=[[22, 77]])
    start: Offset = Field(examples=[29])
    end: Offset = Field(examples=[36])
    text: str = Field(description="原文", examples=["508.5万元"])
    value: Amount | None = Field(description="以 unit 计的数值，万、亿已乘开；隐去的为 null", examples=[5085000])
    value_max: Amount | None = Field(description="范围的上限", examples=[None])
    modifier: Modifier = Field(examples=["exact"])
    unit: str = Field(description="规范单位", examples=["元"])
    indicator: str = Field(description="指标", examples=["投入"])
    status: Status = Field(examples=["actual"])
    period: str | None = Field(examples=["2015"])
    place: list[str] = Field(examples=[["新平县"]])
    project_type: str | None = Field(description="项目类型的代码", examples=["road"])
    funder: str | None = Field(description="资金来源", examples=[None])
    part_of: Offset | None = Field(description="“其中”：所属总数的 start", examples=[None])
    pair: Offset | None = Field(description="户与人成对：另一个数字的 start", examples=[None])
    pct: Pct | None = Field(examples=[None])
    redacted: bool = Field(examples=[False])
    base_value: Amount | None = Field(description="以 base_unit 计的数值", examples=[5085000])
    base_value_max: Amount | None = Field(examples=[None])
    base_unit: str = Field(examples=["元"])
    dimension: str = Field(description="量纲的代码", examples=["money"])
    indicator_code: str | None = Field(examples=[None])
    place_codes: list[str] = Field(examples=[["530427"]])
    period_start: str | None = Field(examples=["2015-01-01"])
    period_end: str | None = Field(examples=["2015-12-31"])
    project: int | None = Field(description="项目在文件中的编号", examples=[1])
    confidence: float = Field(examples=[1.0])
    rule_or_model: str = Field(description="rule、model，或更正过的 person", examples=["rule"])
    sentence_text: str = Field(description="所在句", examples=[SAMPLE[22:77]])


class Project(BaseModel):
    """An undertaking: what a report says was done at one place with one purpose."""

    document: str = Field(description="文件的路径或名称", examples=["年终总结.docx"])
    project: int = Field(description="项目在文件中的编号", examples=[1])
    name: str = Field(examples=["基础设施建设"])
    project_type: str | None = Field(examples=["road"])
    status: Status = Field(examples=["actual"])
    period: str | None = Field(examples=["2015"])
    place: list[str] = Field(examples=[["新平县"]])
    funders: list[str] = Field(description="资金来源", examples=[["县级"]])
    figures: list[Offset] = Field(description="项目全部数字的 start", examples=[[29, 43]])


class Check(BaseModel):
    """A claim of a report about its own figures, recomputed; amounts are in ``unit``."""

    document: str = Field(description="文件的路径或名称", examples=["年终总结.docx"])
    article: str = Field(examples=["新平县2015年工作总结"])
    kind: CheckKind = Field(examples=["sum"])
    verdict: Verdict = Field(examples=["holds"])
    severity: Severity | None = Field(examples=[None])
    cause: Cause | None = Field(examples=[None])
    formula: str = Field(
        description="算式和原文所称", examples=["县级资金200万元 + 省级资金308.5万元 = 508.5万元，原文 投入508.5万元"]
    )
    unit: str = Field(examples=["元"])
    stated: Amount | None = Field(description="原文所称", examples=[5085000])
    computed: Amount | None = Field(description="核算结果", examples=[5085000])
    difference: Amount | None = Field(description="原文所称减核算结果", examples=[0])
    low: Amount | None = Field(description="允许的下限", examples=[5079500])
    high: Amount | None = Field(description="允许的上限", examples=[5090500])
    reason: str = Field(examples=[""])
    person_note: str | None = Field(description="人工说明", examples=[None])
    author: str | None = Field(description="说明人", examples=[None])
    claim: str = Field(description="核算编号，重新抽取后不变", examples=["29=43+53"])
    figures: list[Offset] = Field(description="所涉数字的 start，第一个是被核算的", examples=[[29, 43, 53]])
    start: Offset = Field(description="被核算的数字的 start", examples=[29])
    sentences: list[str] = Field(description="所在句", examples=[[SAMPLE[22:77]]])


class FigureRow(Figure):
    """A figure of a file that was just read."""

    locator: str = Field(description="在原文件中的位置，如 第3段", examples=[""])


class CheckRow(Check):
    """A claim of a file that was just read."""

    document_id: int | None = Field(description="文件编号；没有存入时为 null", examples=[None])
    locator: str = Field(description="在原文件中的位置，如 第3段", examples=[""])


class DocumentRow(BaseModel):
    """A text or file, and how much was found in it."""

    document: str = Field(description="文件名", examples=["年终总结.docx"])
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
    projects: list[Project]
    checks: list[CheckRow] | None = Field(description="核算；没有要求核算时为 null")
    warnings: list[str]
