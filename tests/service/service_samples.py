"""Reports in the database of a service that is under test."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from extractor import __version__, examine
from extractor.corrections import correct
from extractor.store import Run, open_store
from extractor.types import Document

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

TEXT = (
    "新平县2015年扶贫工作总结\n"
    "2015年投入资金38.6万元，其中省级20万元，县级18.6万元，硬化平甸乡通村道路4.2公里，惠及212户806人。\n"
    "全年培训农民1200人次，完成计划1500人次的80%。\n"
)
WRONG = "某镇2016年工作总结\n全镇投入50万元，其中省级20万元，县级38万元。\n"


def save(url: str, text: str = TEXT, source: str = "总结.txt") -> int:
    document = Document(text, source=source, encoding="utf-8")
    with open_store(url, correct) as store:
        return store.save(document, examine(document), Run(__version__, datetime.now(UTC)))


def at(text: str, whole: str = TEXT) -> dict[str, int]:
    start = whole.index(text)
    return {"start": start, "end": start + len(text)}


def told(answer: Any, status: int) -> str:
    """Return what a problem says, in Chinese, and hold that it is one and gives nothing of the server away."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert re.search("[一-鿿]", problem["detail"])
    assert not re.search(r"/tmp|Traceback|SELECT", answer.text)
    return str(problem["detail"])


def figure(client: TestClient, document: int, text: str) -> dict[str, Any]:
    items = client.get(f"/v1/documents/{document}/figures").json()["items"]
    found: dict[str, Any] = next(item for item in items if item["text"] == text)
    return found
