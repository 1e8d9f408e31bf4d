"""What an annotated document is, and how its figures divide into what a tool shows and what travels as metadata."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from extractor.errors import UsageError
from extractor.report.tabular import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Figure: TypeAlias = dict[str, Any]
"""The fields of the annotation guidelines, and whatever else the annotations carry."""

NO_STATUS = "figure"
"""The label of a figure whose status is not given."""

_DEFAULTS: Figure = {
    "value": None, "value_max": None, "modifier": None, "unit": None, "indicator": None, "status": None,
    "period": None, "place": [], "project_type": None, "funder": None, "part_of": None, "pair": None, "pct": None,
    "redacted": False,
}  # fmt: skip
_FLAT_DEFAULTS = _DEFAULTS | {"pct_of": None, "pct_numer": None}
_CODES = ("modifier", "project_type", "pct")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")  # what every tool takes for a label
LINKS = ("part_of", "pair", "pct_of", "pct_numer")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text with the figures that a person found in it; ``name`` serves as a file name."""

    name: str
    text: str
    figures: tuple[Figure, ...] = ()


@dataclass(slots=True)
class Item:
    """One figure as a tool sees it.

    ``label`` is its status; ``shown`` are fields that the tool has a notion of, ``rest`` those it has not; ``links``
    are kinds of links with the position of the figure they lead to.
    """

    start: int
    end: int
    label: str
    shown: Figure = field(default_factory=dict)
    rest: Figure = field(default_factory=dict)
    links: list[tuple[str, int]] = field(default_factory=list)


def annotated(name: str, text: str, figures: Sequence[Mapping[str, Any]]) -> Annotated:
    """Return a checked document with every field of the guidelines present.

    Raises:
        UsageError: the name cannot be a file name; a span is outside the text, begins or ends with white space, differs
            from its ``text``, or is given twice.
    """
    if name in ("", ".", "..") or any(char in name for char in '/\\\0:*?"<>|\r\n'):
        raise UsageError(f"文档名 {name!r} 不能用作文件名；请改名", f"bad document name {name!r}")
    seen: set[tuple[int, int]] = set()
    for figure in figures:
        start, end = figure.get("start"), figure.get("end")
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
            raise UsageError(
                f"{name}：标注位置 {start}–{end} 不在文本内（{len(text)} 字）", f"{name}: span {start}-{end}"
            )
        span = text[start:end]
        if figure.get("text", span) != span or span.strip() != span:
            message = (
                f"{name}：位置 {start}–{end} 标的是 {figure.get('text', span)!r}，文本里是 {span!r}；请核对文本版本"
            )
            raise UsageError(message, f"{name}: text of span {start}-{end} differs or has white space around it")
        if (start, end) in seen:
            raise UsageError(f"{name}：{start}–{end} 标了两次；请删去一个", f"{name}: span {start}-{end} twice")
        seen.add((start, end))
    return Annotated(name, text, tuple(_complete(figure, text) for figure in figures))


def divide(document: Annotated, shown: frozenset[str] = frozenset()) -> list[Item]:
    """Return the figures of ``document`` as items; ``shown`` names the fields that the tool has a notion of.

    A link to a figure that is not annotated cannot be drawn and stays among the rest.
    """
    position = {figure["start"]: index for index, figure in reversed(list(enumerate(document.figures)))}
    items = []
    for figure in document.figures:
        flat = _flattened(figure)
        item = Item(flat.pop("start"), flat.pop("end"), NO_STATUS)
        del flat["text"]
        if _is_code(flat["status"]) and flat["status"] != NO_STATUS:
            item.label = flat.pop("status")
        for name, value in flat.items():
            if name in LINKS and value in position:
                item.links.append((name, position[value]))
            elif name in shown and _is_showable(name, value):
                item.shown[name] = value
            elif name not in _FLAT_DEFAULTS or value != _FLAT_DEFAULTS[name]:
                item.rest[name] = value
        items.append(item)
    return items


def join(name: str, text: str, items: Sequence[Item]) -> Annotated:
    """Return the document that ``items`` were divided from; the inverse of :func:`divide`."""
    figures = []
    for item in items:
        flat = item.rest | item.shown | {kind: items[target].start for kind, target in item.links}
        status = {} if item.label == NO_STATUS else {"status": item.label}
        figures.append({"start": item.start, "end": item.end} | _folded(flat) | status)
    return annotated(name, text, figures)


def dumps(value: object) -> str:
    """Return ``value`` as JSON on one line; a ``Decimal`` keeps every digit."""
    return to_json(value)


def loads(text: str | bytes, where: str) -> Any:
    """Return the JSON value in ``text``; numbers with a point become ``Decimal``.

    Raises:
        UsageError: it is not JSON; names ``where`` it stands.
    """
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError as error:  # includes bytes that are not UTF-8
        raise UsageError(f"{where}：不是有效的 JSON（{error}）；请检查文件", f"{where}: {error}") from error


def read_text(path: Path) -> str:
    """Return the text that annotations count their offsets in: UTF-8, every character as it stands.

    Raises:
        UsageError: it is not UTF-8; offsets into a text of another encoding would be guesswork.
    """
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}：标注的文本须是 UTF-8；请转换后再试", f"{path}: {error}") from error


def malformed(where: str, what: str) -> UsageError:
    """Return the error for a file that lacks what its format demands."""
    return UsageError(f"{where}：缺少或写错 {what}；请检查文件格式", f"{where}: missing or bad {what}")


def _complete(figure: Mapping[str, Any], text: str) -> Figure:
    """Return ``figure`` with all fields in the order of the guidelines."""
    start, end = figure["start"], figure["end"]
    complete = {"start": start, "end": end, "text": text[start:end]} | _DEFAULTS | dict(figure)
    complete["place"] = list(complete["place"] or [])
    if complete["pct"] is not None:
        complete["pct"] = {"kind": None, "of": None, "numer": None} | complete["pct"]
    return complete


def _is_code(value: object) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def _is_showable(name: str, value: object) -> bool:
    """Whether ``value`` is what the field holds in a tool: a code, a ticked flag, a text, or some texts."""
    if name in _CODES:
        return _is_code(value)
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, str) for one in value)
    return value is True or (isinstance(value, str) and value != "")


def _flattened(figure: Figure) -> Figure:
    flat = dict(figure)
    pct = flat["pct"] or {}
    return flat | {"pct": pct.get("kind"), "pct_of": pct.get("of"), "pct_numer": pct.get("numer")}


def _folded(flat: Figure) -> Figure:
    figure = {name: value for name, value in flat.items() if name not in ("pct", "pct_of", "pct_numer")}
    pct = {"kind": flat.get("pct"), "of": flat.get("pct_of"), "numer": flat.get("pct_numer")}
    return figure | {"pct": pct if any(value is not None for value in pct.values()) else None}
