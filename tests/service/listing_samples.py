"""A library to ask: reports that differ, with claims that hold and one that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from extractor.checks import check
from extractor.pipeline import extract
from extractor.store import Run, open_store
from extractor.types import Document

if TYPE_CHECKING:
    from service import ServiceSettings

RUN = Run("0.1.0", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))

REPORTS = {
    "青石镇.txt": "青石镇2015年工作总结\n一、道路建设\n"
    "2015年，投入508.5万元硬化村组公路11.3公里，其中县级资金200万元，惠及926户。\n",
    "白水乡.txt": "=白水乡2016年工作总结\n二、产业\n2016年，种植茶叶1200亩，实现产值3.25亿元。\n"
    "全年共投入资金500万元，其中县级200万元，乡级250万元，群众自筹80万元。\n",
    "柳河镇.txt": "柳河镇2017年打算\n计划到2017年底新建水池12口，投资约80万元。\n",
}


def fill(settings: ServiceSettings, copies: int = 0) -> None:
    """Store the reports, and so many short ones that differ in their numbers."""
    with open_store(settings.extractor.database_url) as store:
        for name, text in REPORTS.items():
            extraction = extract(text)
            store.save(Document(text, source=name), replace(extraction, checks=check(extraction)), RUN)
        for number in range(copies):
            text = f"第{number}村2015年总结\n投入{number + 1}万元修路{number + 2}公里，惠及{number + 3}户。\n"
            store.save(Document(text, source=f"第{number}村.txt"), extract(text), RUN)
