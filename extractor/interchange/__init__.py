"""Annotations to and from the tools that people annotate and train with, without losing a field.

``records`` says what an annotated document is and what of it every tool can show by itself: the span, its status as the
label, and links between figures as relations. Each format is one module with ``read`` and ``write``; fields that the
tool has no notion of travel as metadata and come back as they went.

| format | path | shown natively besides span, status and links |
|---|---|---|
| ``gold`` | folder or .jsonl, texts beside it | everything: the project's own form |
| ``brat`` | folder of .txt and .ann | modifier, project_type, pct, redacted |
| ``label_studio`` | .json | modifier, project_type, pct, unit, indicator, period, funder, place |
| ``doccano`` | .jsonl | – |
| ``docbin`` | .spacy | – |
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol, cast

from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from extractor.interchange.records import Annotated

FORMATS = ("gold", "brat", "label_studio", "doccano", "docbin")


class Converter(Protocol):
    """What the module of a format offers."""

    def read(self, path: Path) -> list[Annotated]:
        """Read all documents at ``path``."""

    def write(self, documents: Sequence[Annotated], path: Path) -> None:
        """Write ``documents`` to ``path``."""


def converter(name: str) -> Converter:
    """Return the converter of one of :data:`FORMATS`; its libraries are imported only now.

    Raises:
        UsageError: an unknown format, or a library it needs is not installed.
    """
    if name not in FORMATS:
        raise UsageError(f"没有“{name}”这种标注格式；可用：{'、'.join(FORMATS)}", f"unknown annotation format {name!r}")
    return cast("Converter", importlib.import_module(f"extractor.interchange.{name}"))
