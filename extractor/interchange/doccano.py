"""doccano, JSONL of a sequence-labelling project with relations: one document a line.

The label of an entity is the status of the figure. doccano gives entities new numbers on import and keeps unknown keys
of a line as metadata, so the other fields stand under ``gouji`` by ``start:end``; an entity that is moved loses them.
Source: https://doccano.github.io/doccano/ (import and export of datasets).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractor.interchange.records import Annotated, Item, divide, dumps, join, loads, malformed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read(path: Path) -> list[Annotated]:
    """Read an export; documents without a name are called by the file and their line.

    Raises:
        UsageError: a line is no JSON or lacks what the format demands.
    """
    documents = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if line.strip():
            where = f"{path} 第 {number} 行"
            documents.append(_document(loads(line, where), where, f"{path.stem}-{number}"))
    return documents


def write(documents: Sequence[Annotated], path: Path) -> None:
    """Write a file for import."""
    lines = [dumps(_line(number, document)) + "\n" for number, document in enumerate(documents, 1)]
    path.write_bytes("".join(lines).encode())


def _document(line: dict[str, Any], where: str, default_name: str) -> Annotated:
    try:
        rests = line.get("gouji", {})
        entities = line.get("entities", [])
        items = [
            Item(entity["start_offset"], entity["end_offset"], entity["label"], rest=dict(rests.get(_key(entity), {})))
            for entity in entities
        ]
        index = {entity["id"]: position for position, entity in enumerate(entities)}
        for relation in line.get("relations", []):
            items[index[relation["from_id"]]].links.append((relation["type"], index[relation["to_id"]]))
        return join(line.get("name", default_name), line["text"], items)
    except (KeyError, TypeError, AttributeError) as error:
        raise malformed(where, str(error)) from error


def _line(number: int, document: Annotated) -> dict[str, Any]:
    items = divide(document)
    entities = [
        {"id": index, "label": item.label, "start_offset": item.start, "end_offset": item.end}
        for index, item in enumerate(items)
    ]
    links = [(index, kind, target) for index, item in enumerate(items) for kind, target in item.links]
    return {
        "id": number,
        "name": document.name,
        "text": document.text,
        "entities": entities,
        "relations": [
            {"id": index, "from_id": source, "to_id": target, "type": kind}
            for index, (source, kind, target) in enumerate(links)
        ],
        "gouji": {_key(entity): item.rest for entity, item in zip(entities, items, strict=True) if item.rest},
    }


def _key(entity: dict[str, Any]) -> str:
    return f"{entity['start_offset']}:{entity['end_offset']}"
