"""What people said of a report: which of its figures they corrected, from what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from extractor.report.rows import LABELS
from extractor.report.tabular import to_words
from extractor.store import CorrectionFilter
from extractor.types import CorrectionState
from service.page.moments import moment_html

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from extractor.store import Store

_AMOUNTS = ("value", "value_max")


@dataclass(frozen=True, slots=True)
class Edit:
    """A correction that is in force.

    Attributes:
        number: of the correction.
        before: what was extracted, in words: ``数值 286,000；单位 元``; ``""`` where that is not known.
        removes: whether it says that this is no figure.
        author: who said so.
        made: when.
    """

    number: int
    before: str
    removes: bool
    author: str
    made: datetime | None

    def told(self, document: int, root: str) -> Markup:
        """Return the cell of the table of figures that tells of it; the link leads to the correction."""
        link = Markup('<a class="badge" href="{}/corrections?document={}#c{}">已更正</a>').format(
            root, document, self.number
        )
        before = Markup(" 原为：{}").format(self.before) if self.before else ""
        return link + before + Markup("（{}，{}）").format(self.author, moment_html(self.made))


def edits(store: Store, document: int) -> dict[int, Edit]:
    """Return the corrections of a document that are in force, by where their figures begin."""
    ledger = store.corrections()
    found = ledger.listed(CorrectionFilter(document, state=CorrectionState.IN_FORCE))
    former = ledger.extracted(document) if found else {}
    told = {}
    for one in (stored.correction for stored in found):
        before = _before(former.get(one.start, {}), one.changes or {})
        told[one.start] = Edit(one.id, before, one.changes is None, one.author, one.made)
    return told


def _before(figure: Mapping[str, Any], changes: Mapping[str, Any]) -> str:
    return "；".join(f"{LABELS[field]} {_words(field, figure[field])}" for field in changes if field in figure)


def _words(field: str, value: Any) -> str:
    if value is None or value in ("", []):
        return "（空）"
    if field in _AMOUNTS:
        return f"{Decimal(value):,f}"
    return "、".join(value) if isinstance(value, list) else to_words(field, value)
