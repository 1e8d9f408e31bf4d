"""Label Studio, JSON of a text-labelling project: one task a document.

Status is the label of a region; codes are choices and words text areas of that region, links are relations, and the
rest is the region's ``meta``. ``write`` puts the labelling interface the project needs beside the tasks (.xml).
Source: https://labelstud.io/guide/export (JSON), https://labelstud.io/tags/ (value of each tag).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractor.interchange.records import LINKS, NO_STATUS, Annotated, Item, divide, dumps, join, loads, malformed
from extractor.report.rows import LABELS, names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_CHOICES = ("modifier", "project_type", "pct")
_TEXTS = ("unit", "indicator", "period", "funder", "place")
_SHOWN = frozenset((*_CHOICES, *_TEXTS))
_LIST = "place"  # the one text area of several lines


def read(path: Path) -> list[Annotated]:
    """Read an export; of several annotations of a task the first that was not cancelled counts.

    Raises:
        UsageError: it is no JSON, or a task lacks what the format demands.
    """
    tasks = loads(path.read_bytes(), str(path))
    if not isinstance(tasks, list):
        raise malformed(str(path), "任务列表")
    return [
        _document(task, f"{path} 第 {number} 个任务", f"{path.stem}-{number}") for number, task in enumerate(tasks, 1)
    ]


def write(documents: Sequence[Annotated], path: Path) -> None:
    """Write tasks for import to ``path`` and the labelling interface to the same name with .xml."""
    path.write_bytes((dumps([_task(document) for document in documents]) + "\n").encode())
    path.with_suffix(".xml").write_text(_interface(), encoding="utf-8")


def _document(task: dict[str, Any], where: str, default_name: str) -> Annotated:
    try:
        data = task["data"]
        done = [one for one in task.get("annotations", []) if not one.get("was_cancelled")]
        items: dict[str, Item] = {}
        results = done[0]["result"] if done else []
        for result in results:
            if result["type"] == "labels":
                value = result["value"]
                rest = dict(result.get("meta", {}).get("gouji", {}))
                items[result["id"]] = Item(value["start"], value["end"], value["labels"][0], rest=rest)
        order = {region: position for position, region in enumerate(items)}
        for result in results:
            if result["type"] == "relation":
                target = order[result["to_id"]]
                items[result["from_id"]].links += [(label, target) for label in result.get("labels", [])]
            elif result["from_name"] in _SHOWN:
                values = result["value"][result["type"] if result["type"] == "choices" else "text"]
                items[result["id"]].shown[result["from_name"]] = values if result["from_name"] == _LIST else values[0]
        return join(data.get("name", default_name), data["text"], list(items.values()))
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise malformed(where, str(error)) from error


def _task(document: Annotated) -> dict[str, Any]:
    results: list[dict[str, Any]] = []
    for index, item in enumerate(divide(document, _SHOWN)):
        span = {"start": item.start, "end": item.end, "text": document.text[item.start : item.end]}
        base = {"id": f"f{index}", "to_name": "text"}
        meta = {"meta": {"gouji": item.rest}} if item.rest else {}
        results.append(base | {"from_name": "label", "type": "labels", "value": span | {"labels": [item.label]}} | meta)
        for name, value in item.shown.items():
            kind = "choices" if name in _CHOICES else "textarea"
            values = {"choices" if name in _CHOICES else "text": value if name == _LIST else [value]}
            results.append(base | {"from_name": name, "type": kind, "value": span | values})
        results += [
            {"type": "relation", "from_id": f"f{index}", "to_id": f"f{target}", "direction": "right", "labels": [kind]}
            for kind, target in item.links
        ]
    return {
        "data": {"text": document.text, "name": document.name},
        "annotations": [{"result": results}],
    }


def _interface() -> str:
    """Return the labelling configuration; people see the names of codes, the tasks hold the codes."""
    labels = "".join(f'<Label value="{code}"/>' for code in (*names("status"), NO_STATUS))
    relations = "".join(f'<Relation value="{kind}"/>' for kind in LINKS)
    choices = "".join(
        f'<Choices name="{name}" toName="text" perRegion="true" choice="single">'
        + "".join(f'<Choice value="{code}" hint="{hint}"/>' for code, hint in names(name).items())
        + "</Choices>"
        for name in _CHOICES
    )
    texts = "".join(
        f'<TextArea name="{name}" toName="text" perRegion="true" placeholder="{LABELS[name]}"/>' for name in _TEXTS
    )
    return (
        f'<View><Labels name="label" toName="text">{labels}</Labels><Relations>{relations}</Relations>'
        f'<Text name="text" value="$$text"/>{choices}{texts}</View>\n'
    ).replace("$$", "$")
