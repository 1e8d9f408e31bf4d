"""What figures, projects and findings are asked for over HTTP: the parameters of a question, and the filter they make."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field, StringConstraints

from extractor.store import CheckFilter, FigureFilter, FigureOrder, Grouping, ProjectFilter, wanted
from extractor.types import CheckKind, Status, Verdict
from service.arguments import MOST, Sought
from service.listings import Format

_MOST_LISTED = 1000
_PAGE = 100

Period = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])|[-/][0-9]{4})?$")]
Amount = Annotated[str, StringConstraints(pattern=r"^[+-]?[0-9]{1,60}(\.[0-9]{1,60})?([eE][+-]?[0-9]{1,3})?$")]


class _Listed(BaseModel):
    """What all listings are asked: how many at a time, where to go on, in which format."""

    limit: int = Field(_PAGE, ge=1, le=_MOST_LISTED, description="一页（JSON）至多多少条；其他格式给出全部")
    cursor: str | None = Field(None, max_length=400, description="上一页的 next；条件和排列须与上一页相同")
    format: Format | None = Field(None, description="格式；不写则按 Accept，默认 json")


class _Conditions(BaseModel):
    """What figures and projects can both be asked for."""

    place: Sought | None = Field(
        None, description="地名中的字，或统计用区划代码（2、4、6、9 位，含其下级）", examples=["530427"]
    )
    status: Status | None = Field(None, description="actual 已完成，planned 计划，standard 标准")
    project_type: Sought | None = Field(None, description="项目类型的代码或名称", examples=["road"])
    text: Sought | None = Field(None, description="所在句（项目则为名称）中的字，一个字也可", examples=["公路"])
    document: int | None = Field(None, ge=1, le=MOST, description="文件编号")
    unique: bool = Field(False, description="内容相同的文章只计一次（先入库的那篇）")

    def _shared(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("place", "status", "project_type", "text", "document", "unique")}


class _FigureConditions(_Conditions):
    """What figures are asked for; all conditions must hold."""

    indicator: Sought | None = Field(None, description="指标中的字，或指标代码", examples=["收入"])
    period: Period | None = Field(None, description="与此时期有重合：2015、2015-06、2011-2015", examples=["2015"])
    unit: Sought | None = Field(None, description="单位，如 公里（也可写 km）、万元", examples=["公里"])
    dimension: Sought | None = Field(None, description="量纲代码，如 money、length", examples=["length"])
    base_unit: Sought | None = Field(None, description="基本单位，如 元、米、平方米", examples=["米"])
    min: Amount | None = Field(
        None, description="不小于，以基本单位计（单位是万元等时以它计）；须有单位或量纲", examples=["10000"]
    )
    max: Amount | None = Field(None, description="不大于，同上", examples=["50000"])

    def filter(self) -> FigureFilter:
        """Return the filter.

        Raises:
            UsageError: a period or an amount is none.
        """
        first, last = wanted.days(self.period) if self.period else (None, None)
        return FigureFilter(
            **self._shared(),
            indicator=self.indicator,
            period_start=first,
            period_end=last,
            unit=self.unit,
            dimension=self.dimension,
            base_unit=self.base_unit,
            min_value=wanted.amount(self.min) if self.min else None,
            max_value=wanted.amount(self.max) if self.max else None,
        )


class FigureQuestion(_FigureConditions, _Listed):
    """Which figures, in which order."""

    sort: FigureOrder = Field(
        FigureOrder.DOCUMENT,
        description="排列；加 - 为倒序，没有值的总在最后。按 base_value 须同时给出单位或量纲",
    )


class MoneyQuestion(_FigureConditions):
    """Which amounts, added up by what."""

    by: Grouping = Field(description="按什么合计")


class ProjectQuestion(_Conditions, _Listed):
    """Which projects; all conditions must hold."""

    def filter(self) -> ProjectFilter:
        """Return the filter."""
        return ProjectFilter(**self._shared())


class CheckQuestion(_Listed):
    """Which findings; all conditions must hold."""

    document: int | None = Field(None, ge=1, le=MOST, description="文件编号")
    verdict: list[Verdict] = Field([], description="结论是其中之一", examples=[["fails"]])
    kind: list[CheckKind] = Field([], description="类型是其中之一", examples=[["sum"]])
    explained: bool | None = Field(None, description="有没有人工说明")

    def filter(self) -> CheckFilter:
        """Return the filter."""
        return CheckFilter(
            document=self.document, verdicts=tuple(self.verdict), kinds=tuple(self.kind), explained=self.explained
        )


FigureQuestionDep = Annotated[FigureQuestion, Query()]
ProjectQuestionDep = Annotated[ProjectQuestion, Query()]
CheckQuestionDep = Annotated[CheckQuestion, Query()]
