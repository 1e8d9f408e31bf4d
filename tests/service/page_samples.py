"""A database as the pages show it: reports with findings, a ledger and a comparison with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from extractor.compare import compare, ledgers
from extractor.config import Settings
from extractor.pipeline import examine
from extractor.store import FigureFilter, Run
from extractor.types import Comparison, Document

if TYPE_CHECKING:
    from extractor.store import Store

REPORT = (
    "柳湾镇2019年工作总结\n"
    "一、道路建设\n"
    "2019年柳湾镇投入资金508.5万元，其中省级资金300万元、县级资金200万元，硬化通村公路11.3公里。\n"
    "二、人畜饮水\n"
    "新建水池3座，解决了120户460人饮水难题；计划2020年投入86万元铺设管道7公里。\n"
)
WRONG = (
    "石盘乡2018年工作总结\n"
    "2018年石盘乡投入扶贫资金900万元，分别是：道路建设400万元，人畜饮水300万元，产业发展100万元。\n"
    "<script>alert(1)</script>全乡改造厕所86座。\n"
)
LEDGER = "乡镇,年度,指标,数值,单位\n柳湾镇,2019,硬化通村公路,11.3,公里\n柳湾镇,2019,新建水池,5,座\n"
HOSTILE = '"><img src=x onerror=alert(1)>.txt'


def fill(store: Store) -> tuple[int, int]:
    """Store two reports, a ledger and a comparison; returns the ids of the reports."""
    numbers = []
    for text, name in ((REPORT, "柳湾.txt"), (WRONG, HOSTILE)):
        document = Document(text, source=name)
        numbers.append(store.save(document, examine(document), Run("0.1.0", datetime.now(UTC))))
    source = ledgers.open_file(LEDGER.encode(), "水路.csv", Settings())
    ledger = ledgers.read_ledger(source, ledgers.lay_out(source, None, ""), "水路台账")
    number = store.save_ledger(ledger)
    items = compare(ledger.figures, store.reported(), Settings().tolerance)
    now = datetime.now(UTC)
    made = Comparison(number, tuple(numbers), Settings().tolerance, False, "0.1.0", now, items, ledger.sha256)
    store.save_comparison(made)
    return numbers[0], numbers[1]


def many(store: Store, times: int) -> int:
    """Store a report with many figures, and return its id."""
    document = Document(REPORT * times, source="大.txt")
    return store.save(document, examine(document), Run("0.1.0", datetime.now(UTC)))


def place(store: Store, document: int, text: str) -> int:
    """Return where a figure of a report begins."""
    return next(one.figure.start for one in store.figures(FigureFilter(document=document)) if one.figure.text == text)
