"""Indicators, project types and units: the codes that figures can be asked for."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from service.context import StoreDep
from service.security import READ

router = APIRouter(prefix="/v1", tags=["vocabulary"], dependencies=[READ])


class _Known(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Indicator(_Known):
    """An indicator."""

    code: str = Field(examples=["farmer_net_income"])
    name: str = Field(examples=["农民人均纯收入"])
    project_type: str | None = Field(description="所属项目类型的代码")
    dimensions: list[str] = Field(examples=[["money"]], description="量纲的代码")
    figures: int = Field(examples=[1204], description="库里有多少个数字")


class Indicators(BaseModel):
    """All indicators."""

    items: list[Indicator]


class ProjectType(_Known):
    """A project type."""

    code: str = Field(examples=["road"])
    name: str = Field(examples=["道路桥梁"])


class ProjectTypes(BaseModel):
    """All project types."""

    items: list[ProjectType]


class Unit(_Known):
    """A unit; of one that only a report used all but the name is null."""

    name: str = Field(examples=["公里"])
    dimension: str | None = Field(examples=["length"])
    base_unit: str | None = Field(examples=["米"])
    factor: str | None = Field(examples=["1000"], description="合多少基本单位，可以是分数，如 2000/3")


class Units(BaseModel):
    """All units."""

    items: list[Unit]


@router.get("/indicators", summary="全部指标")
def indicators(store: StoreDep) -> Indicators:
    """List all indicators by code, each with how many stored figures measure it."""
    return Indicators(items=[Indicator.model_validate(one) for one in store.vocabulary().indicators()])


@router.get("/project-types", summary="全部项目类型")
def project_types(store: StoreDep) -> ProjectTypes:
    """List all project types by code."""
    return ProjectTypes(items=[ProjectType.model_validate(one) for one in store.vocabulary().project_types()])


@router.get("/units", summary="全部单位")
def units(store: StoreDep) -> Units:
    """List all units by dimension and name, those that only a report used last."""
    return Units(items=[Unit.model_validate(one) for one in store.vocabulary().units()])
