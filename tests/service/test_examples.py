"""The examples in the description of the API are what the service answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel
from service_samples import save

from service.answers import SAMPLE, Check, CheckRow, Figure, FigureRow, Project
from service.routes.checks import ListedCheck
from service.routes.figures import ListedFigure
from service.routes.projects import ListedProject

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.any_database

ROWS: list[tuple[str, type[BaseModel], type[BaseModel]]] = [
    ("figures", FigureRow, ListedFigure), ("projects", Project, ListedProject), ("checks", CheckRow, ListedCheck),
]  # fmt: skip
NAME = "年终总结.docx"


def examples(model: type[BaseModel]) -> dict[str, Any]:
    """Return what the fields of a row are said to be, each of them."""
    found = {name: (field.examples or [...])[0] for name, field in model.model_fields.items()}
    assert ... not in found.values()
    return found


@pytest.mark.parametrize(("key", "model", "_"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_of_an_extraction_is_as_its_example(
    client: TestClient, key: str, model: type[BaseModel], _: type[BaseModel]
) -> None:
    row = client.post("/v1/extract", json={"text": SAMPLE, "name": NAME}).json()[key][0]
    assert row == examples(model)
    assert json.loads(model.model_validate(row).model_dump_json()) == row


@pytest.mark.parametrize(("key", "_", "model"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_of_the_library_is_as_its_example(
    client: TestClient, database_url: str, key: str, model: type[BaseModel], _: type[BaseModel]
) -> None:
    number = save(database_url, SAMPLE, NAME)
    row = client.get(f"/v1/{key}").json()["items"][0]
    assert row == {**examples(model), "document_id": number}
    assert [*row] == [*model.model_fields]


def test_rows_have_one_model() -> None:
    assert issubclass(FigureRow, Figure)
    assert issubclass(CheckRow, Check)
    assert not {*ListedFigure.model_fields} - {*Figure.model_fields} - {"document_id"}
