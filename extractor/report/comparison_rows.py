"""What one row of a report on a comparison holds, and the words of its summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from extractor import wording
from extractor.report.rows import names
from extractor.report.tabular import to_text
from extractor.types import Match

if TYPE_CHECKING:
    from extractor.compare.summary import Summary
    from extractor.store import Evidence, StoredComparison
    from extractor.types import Comparison, ComparisonItem, Ledger, RecordedFigure

ITEM_COLUMNS = (
    "match", "recorded", "sheet", "row", "column", "recorded_indicator", "recorded_place", "recorded_period",
    "recorded_status", "recorded_value", "recorded_unit", "reported", "reported_value", "reported_value_max",
    "reported_unit", "reported_indicator", "reported_place", "reported_period", "reported_status", "difference",
    "difference_unit", "relative", "score", "document_id", "document", "article", "start", "end", "locator",
    "sentence_text", "repeated", "elsewhere", "explanation",
)  # fmt: skip
ITEM_PERSON_COLUMNS = (
    "match", "cell", "recorded_indicator", "recorded_place", "recorded_period", "recorded_amount", "reported_amount",
    "difference_text", "reason", "document",
)  # fmt: skip
"""What a person wants to see of a verdict on a terminal."""

EVIDENCE_COLUMNS = (
    "match", "cell", "recorded_indicator", "recorded_place", "recorded_period", "recorded_status", "recorded_amount",
    "reported_amount", "reported_indicator", "reported_place", "reported_period", "difference", "difference_unit", "relative",
    "document", "article", "locator", "start", "sentence_text", "explanation",
)  # fmt: skip
"""What an auditor hands on of what does not agree."""

COMPARISON_COLUMNS = ("comparison_id", "ledger", "documents", "tolerance", "copies", "made", "version", *Match)

_PERCENT = 100


def item_row(item: ComparisonItem, ledger: Ledger, evidence: Evidence | None) -> dict[str, object]:
    """Return one verdict as a flat dict with the keys :data:`ITEM_COLUMNS` and :data:`ITEM_PERSON_COLUMNS`.

    Args:
        item: the verdict.
        ledger: that of the comparison.
        evidence: the item's figure with its sentence, ``None`` where it has none or it is no longer stored.
    """
    return paired_row(item, None if item.recorded is None else ledger.figures[item.recorded], evidence)


def paired_row(item: ComparisonItem, row: RecordedFigure | None, evidence: Evidence | None) -> dict[str, object]:
    """Return one verdict as :func:`item_row` does, of which the recorded figure is given by itself."""
    difference = item.difference
    return {
        "match": item.verdict.value,
        **_recorded(row),
        **_reported(item, evidence),
        "difference": None if difference is None or row is None else wording.in_recorded_unit(difference, row),
        "difference_unit": "" if difference is None or row is None else row.unit,
        "relative": item.relative,
        "difference_text": difference_text(item, row),
        "score": item.score,
        "repeated": len(item.others),
        "explanation": item.explanation,
        "grounds": item.grounds,
        "reason": item.reason,
    }


def _recorded(row: RecordedFigure | None) -> dict[str, object]:
    if row is None:
        blank: tuple[str, ...] = (
            "recorded", "sheet", "row", "column", "cell", "recorded_indicator", "recorded_place", "recorded_period",
            "recorded_status", "recorded_value", "recorded_unit", "recorded_amount",
        )  # fmt: skip
        return dict.fromkeys(blank)
    return {
        "recorded": row.index,
        "sheet": row.sheet,
        "row": row.row,
        "column": row.column,
        "cell": cell(row),
        "recorded_indicator": row.indicator,
        "recorded_place": row.place,
        "recorded_period": row.period,
        "recorded_status": row.status.value if row.status else None,
        "recorded_value": row.value,
        "recorded_unit": row.unit,
        "recorded_amount": wording.recorded_amount(row),
    }


def _reported(item: ComparisonItem, evidence: Evidence | None) -> dict[str, object]:
    ref = item.reported or item.see
    place = {"document_id": ref.document, "start": ref.start, "elsewhere": item.reported is None} if ref else {}
    if evidence is None:
        blank = (
            "reported", "reported_amount", "reported_value", "reported_value_max", "reported_unit", "reported_indicator",
            "reported_place", "reported_period", "reported_status", "document_id", "document", "article", "start", "end",
            "locator", "sentence_text", "offset_in_sentence", "elsewhere",
        )  # fmt: skip
        return {**dict.fromkeys(blank), **place}
    return {
        **place,
        "reported": evidence.text,
        "reported_amount": wording.said(evidence, evidence.unit or ""),
        "reported_value": evidence.value,
        "reported_value_max": evidence.value_max,
        "reported_unit": evidence.unit,
        "reported_indicator": evidence.indicator,
        "reported_place": list(evidence.places),
        "reported_period": evidence.period,
        "reported_status": evidence.status.value,
        "document": evidence.source,
        "article": evidence.article,
        "end": evidence.end,
        "locator": evidence.locator,
        "sentence_text": evidence.snippet,
        "offset_in_sentence": evidence.start - evidence.snippet_start,
    }


def cell(row: RecordedFigure) -> str:
    """Return the cell of a row as a spreadsheet names it: 台账!C12, or C12."""
    name = f"{row.column}{row.row}"
    return f"{row.sheet}!{name}" if row.sheet else name


def difference_text(item: ComparisonItem, row: RecordedFigure | None) -> str:
    """Return how far a report is from the ledger, in the unit of the ledger and in percent; ``""`` where not at all."""
    if row is None or not item.difference:
        return ""
    share = f"（{wording.share(item.relative)}）" if item.relative is not None else ""
    return f"{'+' if item.difference > 0 else '-'}{wording.gap(item.difference, row)}{share}"


def summary_lines(summary: Summary, comparison: Comparison, ledger: Ledger) -> Iterator[str]:
    """Yield what a person wants to know first: what agrees, the largest discrepancies, what was not matched and why."""
    counts = summary.verdicts
    called = names("match")
    agreeing = "、".join(
        f"{called[match]} {counts.get(match, 0)}"
        for match in (Match.EXACT, Match.WITHIN_ROUNDING, Match.WITHIN_MODIFIER)
    )
    yield (
        f"台账“{ledger.name}”{summary.rows} 行，比对 {len(comparison.documents)} 个文件："
        f"相符 {summary.agreeing} 行（{agreeing}），不符 {counts.get(Match.MISMATCH, 0)} 行"
    )
    for title, items in (("按比例出入最大", summary.by_share), ("按数额出入最大", summary.by_amount)):
        for place, item in enumerate(items, 1):
            row = ledger.figures[item.recorded or 0]
            direction = "多" if (item.difference or 0) > 0 else "少"
            gap = difference_text(item, row).lstrip("+-")
            ours = wording.recorded_amount(row)
            yield f"{title} {place}：{_named(row)}，台账 {ours}，报告比台账{direction} {gap}"
    yield from (f"{called[match]} {counts[match]} 行：{_WHY[match]}" for match in _WHY if counts.get(match))
    if summary.unclaimed:
        masked = f"（其中隐去数字的 {summary.unclaimed_masked} 个）" if summary.unclaimed_masked else ""
        yield f"报告有而台账没有的数字 {summary.unclaimed} 个{masked}"
    if not summary.agreeing and not counts.get(Match.MISMATCH):
        yield "没有一行能与报告相对应；请核对所选文件、台账的指标名称、地点和时期"


_WHY: Mapping[Match, str] = {
    Match.AMBIGUOUS: "报告有几种说法，或最相近的未必是同一件事，请人工判断",
    Match.NOT_COMPARABLE: "最相近的数字时期、状态、单位或范围不同",
    Match.LEDGER_ONLY: "报告中没有相应的数字",
    Match.UNCHECKED: "报告隐去了数字",
}


def _named(row: RecordedFigure) -> str:
    about = "、".join(filter(None, (row.place, row.period)))
    return f"{row.indicator}（{about}）" if about else row.indicator


def comparison_row(stored: StoredComparison) -> dict[str, object]:
    """Return one stored comparison as a flat dict with the keys :data:`COMPARISON_COLUMNS`."""
    return {
        "comparison_id": stored.id,
        "ledger": stored.ledger,
        "documents": stored.documents,
        "tolerance": stored.tolerance,
        "copies": stored.copies,
        "made": wording.moment(stored.made),
        "version": stored.version,
        **{match.value: stored.verdicts.get(match, 0) for match in Match},
    }


def method_rows(comparison: Comparison) -> Iterator[dict[str, object]]:
    """Yield how the comparison was made, a rule a row."""
    tolerance = f"{to_text((comparison.tolerance * Decimal(_PERCENT)).normalize())}%"
    yield {"item": "版本", "content": comparison.version}
    yield {"item": "时间", "content": wording.moment(comparison.made)}
    yield {"item": "文件编号", "content": "、".join(map(str, comparison.documents))}
    yield {"item": "转抄的文章", "content": "参与比对" if comparison.copies else "不参与比对（只取最早的一篇）"}
    yield {"item": "容差", "content": f"台账数额的 {tolerance}；四舍五入和约数之外另许的出入"}
    yield {
        "item": "配对",
        "content": "按指标（代码，其次文字相近）、地点（含上下级）、时期、状态、计量单位；不按行的先后",
    }
    for match in Match:
        yield {"item": names("match")[match], "content": _MEANING[match]}


_MEANING: Mapping[Match, str] = {
    Match.EXACT: "换算成同一单位后相等",
    Match.WITHIN_ROUNDING: "双方按所写位数四舍五入后可以相等，或出入在容差之内",
    Match.WITHIN_MODIFIER: "报告写了余、多、近、约、以上等，台账数在其范围内",
    Match.MISMATCH: "指标、地点、时期、状态、单位都对应，而数不符",
    Match.REPORT_ONLY: "报告写了台账所及指标和地点的数字，台账没有相应的行",
    Match.LEDGER_ONLY: "报告没有写到",
    Match.AMBIGUOUS: "有几处同样相近而数值不同，或只是相近而数值不符，不能断定",
    Match.NOT_COMPARABLE: "最相近的数字时期、状态、范围或计量单位不同",
    Match.UNCHECKED: "报告隐去了数字",
}
