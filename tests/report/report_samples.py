"""A small report with its extraction, put together by hand so that every field of a row is under control."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from extractor.types import (
    Article,
    Document,
    Extraction,
    Figure,
    Modifier,
    Part,
    Pct,
    PctKind,
    Place,
    Project,
    Section,
    Sentence,
    Status,
)

TEXT = (
    "柳湾镇2019年工作总结\n"
    "一、饮水工程\n"
    "全镇投入508.5万元新建水塔3座，解决了近120户、460人饮水难题，完成任务的85%。\n"
    "计划明年再建xx公里管道，每户补助<script>alert(1)</script>1000-1500元。\n"
)


def _figure(text: str, value: str | None, unit: str, dimension: str, **fields: object) -> Figure:
    start = TEXT.index(text)
    line = TEXT.rindex("\n", 0, start) + 1
    number = None if value is None else Decimal(value)
    figure = Figure(
        start=start,
        end=start + len(text),
        text=text,
        value=number,
        value_max=None,
        modifier=Modifier.EXACT,
        unit=unit,
        dimension=dimension,
        base_value=number,
        base_unit=unit,
        redacted=value is None,
        article=0,
        section=("一、饮水工程",),
        sentence=(line, TEXT.index("\n", start)),
        period="2019",
        place=(Place("柳湾镇", "510000", "township"),),
        project_type="drinking_water",
    )
    return replace(figure, **fields)  # type: ignore[arg-type]


HOUSEHOLDS = _figure("120户", "120", "户", "households", indicator="饮水难题", modifier=Modifier.NEARLY)
FIGURES = (
    _figure("508.5万元", "5085000", "元", "money", indicator="投入", funder="省级", project=0),
    _figure("3座", "3", "座", "count", indicator="新建水塔", project=0),
    HOUSEHOLDS,
    _figure("460人", "460", "人", "people", indicator="饮水难题", pair=HOUSEHOLDS.start),
    _figure("85%", "85", "%", "percent", indicator="任务", pct=Pct(PctKind.PROGRESS, of=TEXT.index("3座"))),
    _figure("xx公里", None, "公里", "length", indicator="管道", status=Status.PLANNED, period="2020"),
    _figure(
        "1000-1500元",
        "1000",
        "元",
        "money",
        indicator="补助",
        status=Status.STANDARD,
        value_max=Decimal(1500),
        modifier=Modifier.RANGE,
    ),
)
BUILT = (FIGURES[0].start, FIGURES[1].start)
PROJECT = Project(0, 0, "=饮水工程", "drinking_water", Status.ACTUAL, "2019", (Place("柳湾镇"),), ("省级",), BUILT)
EXTRACTION = Extraction(
    TEXT,
    articles=(Article(0, 0, len(TEXT), "柳湾镇2019年工作总结"),),
    sections=(Section(0, 0, None, 1, 13, 19, len(TEXT), "一、饮水工程"),),
    sentences=tuple(Sentence(i, *span, 0, 0) for i, span in enumerate(sorted({f.sentence for f in FIGURES}))),
    figures=FIGURES,
    projects=(PROJECT,),
)
DOCUMENT = Document(
    TEXT,
    source="柳湾<b>镇</b>.docx",
    encoding="utf-8",
    sha256="0" * 64,
    parts=(Part(0, 12, "heading", "第1段"), Part(20, len(TEXT) - 1, "paragraph", "第3段")),
    warnings=("有一处 <存疑>",),
)
