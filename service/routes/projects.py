"""Projects of all documents."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from extractor.export import rows
from extractor.export.columns import PROJECTS
from extractor.report.rows import PROJECT_COLUMNS
from extractor.report.stored import stored_project_row
from extractor.store import StoredProject
from service import listings
from service.answers import OfLibrary, Project
from service.context import ServiceDep
from service.questions import ProjectQuestionDep
from service.security import READ

router = APIRouter(prefix="/v1", tags=["projects"], dependencies=[READ])

SHEET: listings.Sheet[StoredProject] = listings.Sheet(
    "项目", ("document_id", *PROJECT_COLUMNS), stored_project_row, PROJECTS, rows.project
)


class ListedProject(Project, OfLibrary):
    """A project, as a line of ``gouji projects --format jsonl``."""


class ProjectPage(BaseModel):
    """A page of projects."""

    items: list[ListedProject]
    next: str | None = Field(description="下一页的 cursor；null 表示没有了")


@router.get(
    "/projects", summary="查询所有文件的项目", response_model=ProjectPage, responses=listings.listing(ProjectPage)
)
def projects(request: Request, running: ServiceDep, asked: ProjectQuestionDep) -> Response:
    """List the projects that meet all conditions, by document and number; pages and formats as those of figures."""
    wanted, listing = asked.filter(), running.store.listing()
    return listings.answer(
        request,
        running.lanes.files,
        SHEET,
        lambda limit, cursor: listing.projects(wanted, limit=limit, cursor=cursor),
        asked,
    )
