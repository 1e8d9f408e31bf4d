"""The rows of ``work_item``: what a survey found is merged into them, and contents pass from item to item.

Of all items of one content, one is pending, done or failed (``AT_WORK``); the others are its duplicates. When that one
goes or changes, a duplicate takes its place with all it has, or what has this content now; where there is neither, the
document goes too. An item whose file is missing stays only for a document that no file has any more, or for such members:
no duplicate refers to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, select, update

from extractor.store import schema
from extractor.store.columns import storable
from extractor.store.write import forget
from extractor.types import INSIDE, WorkState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from extractor.types import SurveyedFile, SurveyedItem

ASKED = 500
"""Values in one query; an engine bounds its parameters."""

AT_WORK = (WorkState.PENDING, WorkState.DONE, WorkState.FAILED)
"""The states of the one item of a content of which the others are duplicates."""
_TOLD = ("state", "reason", "message", "attempts", "seconds", "characters", "figures", "document_id", "finished")
_table = schema.work_item
_item = _table.c


def batches(values: Collection[Any]) -> Iterator[list[Any]]:
    """Yield the values in lists that fit into one query."""
    ordered = list(values)
    for begin in range(0, len(ordered), ASKED):
        yield ordered[begin : begin + ASKED]


def register(connection: Connection, root: int, files: Sequence[SurveyedFile], now: datetime) -> None:
    """Bring the items of ``files`` to what a survey found; what has not changed keeps its state.

    Args:
        connection: an open write transaction.
        root: id of the folder or file that was named.
        files: with all their members.
        now: when they were found.
    """
    known = {row.path: row for row in _with_members(connection, [file.item.path for file in files])}
    found = {item.path: (item, file.mtime_ns) for file in files for item in (file.item, *file.members)}
    changed = [path for path, row in known.items() if path not in found or _differs(row, found[path][0])]
    left = _pass_on(connection, [known[path] for path in changed])
    _delete(connection, [known[path].id for path in changed if path not in found])
    states = _states(connection, [item for path, (item, _) in found.items() if path not in known or path in changed])
    ids = {path: row.id for path, row in known.items()}
    fresh = int(connection.execute(select(func.max(_item.id))).scalar() or 0)
    ids |= {path: fresh + number for number, path in enumerate((p for p in found if p not in known), 1)}
    new: list[dict[str, Any]] = []
    other: list[dict[str, Any]] = []
    same: list[dict[str, Any]] = []
    for path, (item, mtime_ns) in found.items():
        place = {
            "id": ids[path],
            "container_id": ids[path.rpartition(INSIDE)[0]] if item.position else None,
            "position": item.position,
            "bytes": item.bytes,
            "mtime_ns": mtime_ns,
            "gone": None,
        }
        if path in states:
            what = {
                "sha256": item.sha256,
                "state": states[path],
                "reason": item.reason,
                "message": storable(item.message),
            }
            blank = dict.fromkeys(("seconds", "characters", "figures", "document_id", "finished"))
            row = {**place, **what, **blank, "attempts": 0, "path": path}
            if path in known:
                other.append(row)
            else:
                new.append({**row, "root_id": root, "first_seen": now})
        else:
            same.append(place)
    if new:
        connection.execute(_table.insert(), new)
    update_items(connection, other)
    update_items(connection, same)
    takers = [row for row in (*new, *other) if row["state"] == WorkState.PENDING and row["sha256"] in left]
    _take_over(connection, [(left.pop(row["sha256"]), row["id"], row["path"]) for row in takers])
    _forget(connection, left.values())
    _succeed(connection, [item.sha256 for item, _ in found.values() if item.sha256])


def remove(connection: Connection, rows: Sequence[Row[Any]]) -> set[int]:
    """Remove items; their contents pass to their duplicates, or go.

    Returns:
        The documents that passed on.
    """
    lost = _release(connection, rows)
    _delete(connection, [row.id for row in rows])
    return {row.document_id for row in rows if row.document_id is not None} - lost


def mark_gone(connection: Connection, paths: Sequence[str], now: datetime) -> None:
    """Note that files are no longer there.

    A document that no other file has stays until it is pruned, with the containers it lies in; the rest goes at once.
    """
    rows = [row for row in _with_members(connection, paths) if row.gone is None]
    for ids in batches([row.id for row in rows]):
        connection.execute(update(_table).where(_item.id.in_(ids)).values(gone=now))
    there = _contents_there(connection, [row.sha256 for row in rows if row.sha256])
    _empty(connection, [row for row in rows if row.state != WorkState.DONE or row.sha256 in there])


def holders(connection: Connection, contents: Collection[str]) -> list[str]:
    """Return the paths of the items that are read for these contents."""
    paths: list[str] = []
    for some in batches(contents):
        at_work = select(_item.path).where(_item.sha256.in_(some), _item.state.in_(AT_WORK), _item.gone.is_(None))
        paths += connection.execute(at_work).scalars()
    return paths


def _succeed(connection: Connection, contents: Collection[str]) -> None:
    """Let files that are there take over the documents of missing ones with the same content."""
    rows: list[Row[Any]] = []
    for some in batches(_contents_there(connection, contents)):
        rows += connection.execute(select(_table).where(_item.sha256.in_(some), _item.gone.is_not(None)))
    _empty(connection, rows)


def _empty(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    """Let missing items part with their contents; they stay as long as something lies in them."""
    _release(connection, rows)
    shell = {
        "state": WorkState.UNPACKED,
        **{name: None for name in _TOLD if name not in ("state", "message", "attempts")},
    }
    empty = {row.id for row in rows}
    for ids in batches(empty):
        connection.execute(update(_table).where(_item.id.in_(ids)).values({**shell, "message": ""}))
    member = _table.alias()
    filled = select(member.c.id).where(member.c.container_id == _item.id).exists()
    missing = (_item.gone.is_not(None), _item.sha256.is_(None), ~filled)
    while empty:  # one after the other, outwards
        around: set[int] = set()
        for ids in batches(empty):
            found = connection.execute(select(_item.id, _item.container_id).where(_item.id.in_(ids), *missing)).all()
            _delete(connection, [row.id for row in found])
            around |= {row.container_id for row in found if row.container_id is not None}
        empty = around


def _contents_there(connection: Connection, contents: Collection[str]) -> set[str]:
    """Return those of ``contents`` that a file has which is there."""
    there: set[str] = set()
    for some in batches(set(contents)):
        statement = select(_item.sha256).where(_item.sha256.in_(some), _item.gone.is_(None))
        there.update(value for value in connection.execute(statement).scalars() if value)
    return there


def _with_members(connection: Connection, paths: Sequence[str]) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    for some in batches(paths):
        rows += connection.execute(select(_table).where(_item.path.in_(some)).order_by(_item.id))
    opened: set[int] = set()
    for ids in batches([row.id for row in rows]):
        opened.update(connection.execute(select(_item.container_id).where(_item.container_id.in_(ids))).scalars())
    for container in [row.path for row in rows if row.id in opened]:
        rows += connection.execute(select(_table).where(below(container + INSIDE)).order_by(_item.id))
    return rows


def below(prefix: str, path: ColumnElement[str] = _item.path) -> ColumnElement[bool]:
    """Return the condition that a path begins with ``prefix``, which ends in ``/``: a range of the index."""
    return (path >= prefix) & (path < end_of(prefix))


def end_of(prefix: str) -> str:
    """Return what comes after all paths that begin with ``prefix``, which ends in ``/``."""
    return prefix[:-1] + chr(ord("/") + 1)


def _states(connection: Connection, items: Sequence[SurveyedItem]) -> dict[str, WorkState]:
    """Return the state of each new item by its path: of those with the same content the first is to be read."""
    contents = {item.sha256 for item in items if item.sha256}
    taken: set[str] = set()
    for some in batches(contents):
        at_work = select(_item.sha256).where(_item.sha256.in_(some), _item.state.in_(AT_WORK))
        taken.update(value for value in connection.execute(at_work).scalars() if value)
    states: dict[str, WorkState] = {}
    for item in items:
        states[item.path] = WorkState.DUPLICATE if item.sha256 in taken else item.state
        if item.sha256:
            taken.add(item.sha256)
    return states


def _release(connection: Connection, rows: Sequence[Row[Any]]) -> set[int]:
    """Let items part with their contents; a duplicate that is not among them takes each over, or its document goes.

    Returns:
        The documents that went.
    """
    left = _pass_on(connection, rows).values()
    _forget(connection, left)
    return {row.document_id for row in left if row.document_id is not None}


def _pass_on(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, Row[Any]]:
    """Let items part with their contents, and return those that no duplicate takes over, each with who had it."""
    for ids in batches([row.id for row in rows]):
        connection.execute(update(_table).where(_item.id.in_(ids)).values(sha256=None, document_id=None))
    left = {row.sha256: row for row in rows if row.sha256 and row.state in AT_WORK}
    heirs: dict[str, Any] = {}
    for some in batches(left):
        waiting = select(_item.id, _item.path, _item.sha256).where(_item.sha256.in_(some))
        for heir in connection.execute(waiting.order_by(_item.gone.is_not(None), _item.id)):
            heirs.setdefault(heir.sha256, heir)
    _take_over(connection, [(left.pop(content), heir.id, heir.path) for content, heir in heirs.items()])
    return left


def _take_over(connection: Connection, heirs: Sequence[tuple[Row[Any], int, str]]) -> None:
    """Give all that an item has, but its content, to another one, of which id and path are given."""
    update_items(connection, [{"id": heir, **{name: getattr(old, name) for name in _TOLD}} for old, heir, _ in heirs])
    for old, _, path in heirs:
        document = schema.document.c.id == old.document_id
        connection.execute(update(schema.document).where(document).values(source=path))


def _forget(connection: Connection, rows: Iterable[Row[Any]]) -> None:
    """Remove the documents of items; those that somebody uploaded, too, stay."""
    uploaded = schema.job_item.c.document_id
    for some in batches([row.document_id for row in rows if row.document_id is not None]):
        kept = set(connection.execute(select(uploaded).where(uploaded.in_(some))).scalars())
        forget(connection, [number for number in some if number not in kept])


def update_items(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows, which have equal columns, over those of their ``id``."""
    if rows:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
        statement = update(_table).where(_item.id == bindparam("new_id")).values(values)
        connection.execute(statement, [{f"new_{name}": value for name, value in row.items()} for row in rows])


def _differs(row: Row[Any], item: SurveyedItem) -> bool:
    if item.sha256 is None and row.sha256 is None:
        return (row.state, row.reason, row.message) != (item.state, item.reason, storable(item.message))
    return bool(item.sha256 != row.sha256)


def _delete(connection: Connection, ids: Sequence[int]) -> None:
    # Members first: a container is referred to by what lies in it, and has the lower number.
    for some in batches(sorted(ids, reverse=True)):
        connection.execute(delete(_table).where(_item.id.in_(some)))
