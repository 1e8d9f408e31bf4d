"""Reports to correct: one of our own with a total, its parts, a project and a share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractor import examine
from extractor.corrections import correct
from extractor.corrections.changes import read
from extractor.types import Corrected, Correction, Document, Extraction, Figure

TEXT = (
    "新平县2015年扶贫工作总结\n"
    "一、基础设施\n"
    "2015年投入资金38.6万元，其中省级20万元，县级18.6万元，硬化平甸乡通村道路4.2公里，惠及212户806人。\n"
    "二、培训\n"
    "全年培训农民1200人次，完成计划1500人次的80%。\n"
)
DOCUMENT = Document(TEXT, source="总结.txt")


def figure(extraction: Extraction, text: str) -> Figure:
    return next(one for one in extraction.figures if one.text == text)


def correction(extraction: Extraction, text: str, changes: Mapping[str, Any] | None, number: int = 1) -> Correction:
    found = figure(extraction, text)
    begin, end = found.sentence
    told = None if changes is None else read(changes)
    return Correction(found.start, found.end, text, begin, extraction.text[begin:end], told, id=number)


def corrected(*said: tuple[str, Mapping[str, Any] | None], document: Document = DOCUMENT) -> Corrected:
    """Apply what is said of figures, by their texts."""
    extraction = examine(document)
    corrections = [correction(extraction, text, changes, number) for number, (text, changes) in enumerate(said, 1)]
    return correct(document, extraction, corrections)
