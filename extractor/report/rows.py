"""What one row of a report holds: flat dicts with the field names of the annotation guidelines.

Values stay :class:`~decimal.Decimal`; how they are written is the business of ``tabular``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from extractor.resources import project_types
from extractor.types import Match
from extractor.wording import STATUSES

if TYPE_CHECKING:
    from extractor.types import Document, Extraction, Figure, Part, Pct, Project, RecordedFigure

FIGURE_COLUMNS = (
    "document", "article", "section", "sentence", "start", "end", "text", "value", "value_max", "modifier",
    "unit", "indicator", "status", "period", "place", "project_type", "funder", "part_of", "pair", "pct",
    "redacted", "base_value", "base_value_max", "base_unit", "dimension", "indicator_code", "place_codes",
    "period_start", "period_end", "project", "confidence", "rule_or_model", "locator", "sentence_text",
)  # fmt: skip
PROJECT_COLUMNS = (
    "document", "project", "name", "project_type", "status", "period", "place", "funders", "figures",
)  # fmt: skip
DOCUMENT_COLUMNS = (
    "document", "title", "sha256", "media_type", "encoding", "characters", "articles", "figures", "projects",
    "warnings",
)  # fmt: skip
LEDGER_COLUMNS = ("ledger", "source", "figures", "comparisons", "imported", "sha256", "warnings")
RECORDED_COLUMNS = (
    "sheet", "row", "column", "text", "indicator", "value", "unit", "place", "within", "place_code", "period", "status",
    "project_type", "project_name", "funder", "note", "indicator_code", "base_value", "base_unit", "dimension",
    "period_start", "period_end", "decimals", "scale",
)  # fmt: skip
RECORDED_PERSON_COLUMNS = (
    "sheet", "row", "column", "text", "indicator", "value", "unit", "place", "period", "status", "project_name", "funder",
)  # fmt: skip
"""What a person wants to see of a recorded figure on a terminal."""

PERSON_COLUMNS = (
    "text", "value", "unit", "indicator", "status", "period", "place", "project_type",
)  # fmt: skip
"""What a person wants to see of a figure on a terminal."""

LABELS = {
    "document": "文件",
    "article": "文章",
    "section": "所在章节",
    "sentence": "所在句",
    "start": "起",
    "end": "止",
    "text": "原文",
    "value": "数值",
    "value_max": "上限",
    "modifier": "约数",
    "unit": "单位",
    "indicator": "指标",
    "status": "状态",
    "period": "时期",
    "place": "地点",
    "project_type": "项目类型",
    "funder": "资金来源",
    "part_of": "其中",
    "pair": "户人对",
    "pct": "百分比",
    "redacted": "隐去",
    "base_value": "基本单位数值",
    "base_value_max": "基本单位上限",
    "base_unit": "基本单位",
    "dimension": "量纲",
    "indicator_code": "指标代码",
    "place_codes": "地点代码",
    "period_start": "时期起",
    "period_end": "时期止",
    "project": "项目编号",
    "confidence": "把握",
    "rule_or_model": "判定依据",
    "locator": "位置",
    "name": "项目名称",
    "funders": "资金来源",
    "figures": "数字",
    "title": "标题",
    "sha256": "校验码",
    "media_type": "文件格式",
    "encoding": "编码",
    "characters": "字数",
    "articles": "文章数",
    "projects": "项目数",
    "warnings": "提示",
    "document_id": "文件编号",
    "sentence_text": "句子",
    "version": "版本",
    "extracted": "抽取时间",
    "left": "甲",
    "right": "乙",
    "left_id": "甲文件编号",
    "left_document": "甲文件",
    "left_article": "甲文章",
    "left_line": "甲行",
    "left_start": "甲起",
    "left_end": "甲止",
    "left_text": "甲原文",
    "left_figure": "甲数字",
    "right_id": "乙文件编号",
    "right_document": "乙文件",
    "right_article": "乙文章",
    "right_line": "乙行",
    "right_start": "乙起",
    "right_end": "乙止",
    "right_text": "乙原文",
    "right_figure": "乙数字",
    "passage": "雷同编号",
    "containment": "相似",
    "agreement": "异同",
    "same": "数字相同",
    "changed": "数字不同",
    "masked": "数字隐去",
    "left_only": "仅甲有",
    "right_only": "仅乙有",
    "changes": "不同的数字",
    "differences": "不同的文字",
    "kind": "类型",
    "verdict": "结论",
    "severity": "处理",
    "cause": "可能原因",
    "formula": "算式",
    "stated": "原文所称",
    "computed": "核算结果",
    "difference": "相差",
    "low": "允许下限",
    "high": "允许上限",
    "reason": "说明",
    "person_note": "人工说明",
    "author": "说明人",
    "claim": "核算编号",
    "sentences": "所在句",
    "ledger": "台账",
    "source": "来源",
    "imported": "导入时间",
    "comparisons": "比对次数",
    "sheet": "工作表",
    "row": "行",
    "column": "列",
    "within": "所属",
    "place_code": "区划代码",
    "project_name": "项目名称",
    "note": "备注",
    "decimals": "小数位",
    "scale": "倍数",
    "header": "表头",
    "role": "作用",
    "match": "结论",
    "recorded": "台账序号",
    "cell": "单元格",
    "recorded_indicator": "台账指标",
    "recorded_place": "台账地点",
    "recorded_period": "台账时期",
    "recorded_status": "台账状态",
    "recorded_value": "台账数值",
    "recorded_unit": "台账单位",
    "recorded_amount": "台账",
    "reported": "报告",
    "reported_amount": "报告",
    "reported_value": "报告数值",
    "reported_value_max": "报告上限",
    "reported_unit": "报告单位",
    "reported_indicator": "报告指标",
    "reported_place": "报告地点",
    "reported_period": "报告时期",
    "reported_status": "报告状态",
    "difference_unit": "出入单位",
    "difference_text": "出入",
    "relative": "出入比例",
    "score": "配对分",
    "repeated": "同样说法",
    "elsewhere": "另有结论",
    "explanation": "说明",
    "path": "路径",
    "message": "原因",
    "advice": "处理办法",
    "bytes": "字节数",
    "attempts": "处理次数",
    "finished": "处理时间",
    "state": "状态",
    "copy_of": "与此文件相同",
    "gone": "已不存在",
    "item": "项目",
    "content": "内容",
    "documents": "文件数",
    "tolerance": "容差",
    "copies": "含转抄",
    "made": "比对时间",
    "comparison_id": "比对编号",
    "exact": "相等",
    "within_rounding": "四舍五入相符",
    "within_modifier": "约数相符",
    "mismatch": "不符",
    "report_only": "台账未列",
    "ledger_only": "报告未提",
    "ambiguous": "存疑",
    "not_comparable": "不可比",
    "unchecked": "未核对",
}
"""Column name → what people read above the column."""

_NAMES: dict[str, Mapping[str, str]] = {
    "status": STATUSES,
    "modifier": {"exact": "", "about": "约", "nearly": "近", "over": "以上", "under": "以下", "range": "范围"},
    "period": {"redacted": "（隐去）"},
    "rule_or_model": {"rule": "规则", "model": "模型", "person": "人工更正"},
    "dimension": {
        "money": "金额", "people": "人", "households": "户", "person_times": "人次", "length": "长度", "area": "面积",
        "volume": "体积", "mass": "质量", "power": "功率", "apparent_power": "视在功率", "energy": "电能", "count": "个数",
        "percent": "百分比", "time": "时间", "calendar": "年月", "age": "年龄", "temperature": "温度", "ratio": "比",
    },
    "match": {match.value: LABELS[match] for match in Match},
    "pct": {"share": "占比", "progress": "进度", "rate": "比率", "growth": "增长"},
    "kind": {
        "sum": "合计", "parts": "其中", "cross_sum": "交叉合计", "share": "占比", "progress": "进度", "rate": "比率",
        "growth": "增长", "difference": "差额", "mean": "平均", "product": "单价×数量", "complement": "占比合计",
        "household_size": "户均人口", "repeat": "前后一致", "percent_bound": "百分比范围",
        # of files that failed or were skipped
        "unreadable": "读不了", "encrypted": "有密码", "unsupported": "格式不支持", "too_large": "过大", "timeout": "超时",
        "crashed": "处理时崩溃", "empty": "没有文字", "needs_ocr": "需要文字识别", "temporary": "临时文件", "link": "链接",
        "special": "特殊文件",
    },
    "state": {
        "done": "完成", "duplicate": "重复", "failed": "失败", "skipped": "跳过", "pending": "待处理", "unpacked": "已解开",
    },
    "verdict": {
        "holds": "相符", "within_rounding": "四舍五入内相符", "truncated": "截尾（未四舍五入）", "fails": "不符",
        "unchecked": "未核算",
    },
    "severity": {"must_fix": "须改正", "please_verify": "请核实"},
    "cause": {
        "lost_point": "漏小数点", "power_of_ten": "数量级", "unit": "单位", "transposed": "数字颠倒", "digit": "错一位",
        "lost_digit": "漏数字", "missing_part": "漏列一项", "other_base": "口径不同",
    },
}  # fmt: skip


def figure_row(figure: Figure, extraction: Extraction, document: Document) -> dict[str, object]:
    """Return one figure as a flat dict with the keys :data:`FIGURE_COLUMNS`.

    ``start``, ``end``, ``sentence``, ``part_of`` and ``pair`` are offsets into the text of ``document``; ``article`` is
    the title of the article (its number where it has none); ``locator`` is the paragraph or table cell of a .docx.
    """
    part = locate(document, figure.start)
    title = extraction.articles[figure.article].title if figure.article < len(extraction.articles) else ""
    return {
        "document": document.source,
        "article": title or str(figure.article + 1),
        "section": list(figure.section),
        "sentence": list(figure.sentence),
        "start": figure.start,
        "end": figure.end,
        "text": figure.text,
        "value": figure.value,
        "value_max": figure.value_max,
        "modifier": figure.modifier.value,
        "unit": figure.unit,
        "indicator": figure.indicator,
        "status": figure.status.value,
        "period": figure.period,
        "place": [place.name for place in figure.place],
        "project_type": figure.project_type,
        "funder": figure.funder,
        "part_of": figure.part_of,
        "pair": figure.pair,
        "pct": _pct(figure.pct),
        "redacted": figure.redacted,
        "base_value": figure.base_value,
        "base_value_max": figure.base_value_max,
        "base_unit": figure.base_unit,
        "dimension": figure.dimension,
        "indicator_code": figure.indicator_code,
        "place_codes": [place.code for place in figure.place if place.code],
        "period_start": figure.period_start,
        "period_end": figure.period_end,
        "project": figure.project,
        "confidence": figure.confidence,
        "rule_or_model": figure.rule_or_model,
        "locator": part.locator if part else "",
        "sentence_text": document.text[slice(*figure.sentence)],
    }


def names(column: str) -> Mapping[str, str]:
    """Return what people call the codes of ``column`` (已完成 for ``actual``); empty for a column without codes."""
    if column == "project_type":
        return project_types.names()
    if column.endswith("_status"):
        return _NAMES["status"]
    return _NAMES.get(column, {})


def codes(column: str, offered: Iterable[str]) -> Mapping[str, str]:
    """Return the code for each word by which people may mean one of the codes ``offered`` of a column: itself, its name.

    A name in two parts, 截尾（未四舍五入）, is also meant by the first.
    """
    meant: dict[str, str] = {}
    for code in offered:
        name = names(column).get(code, "")
        meant |= {word: code for word in (name, name.partition("（")[0]) if word}
    return meant | {code: code for code in offered}


def project_row(project: Project, document: Document) -> dict[str, object]:
    """Return one project as a flat dict with the keys :data:`PROJECT_COLUMNS`; ``figures`` are ``start`` offsets."""
    return {
        "document": document.source,
        "project": project.id,
        "name": project.name,
        "project_type": project.project_type,
        "status": project.status.value,
        "period": project.period,
        "place": [place.name for place in project.place],
        "funders": list(project.funders),
        "figures": list(project.figures),
    }


def document_row(document: Document, extraction: Extraction) -> dict[str, object]:
    """Return one document as a flat dict with the keys :data:`DOCUMENT_COLUMNS`; counts of what was found in it."""
    return {
        "document": document.source,
        "title": extraction.title,
        "sha256": document.sha256,
        "media_type": document.media_type,
        "encoding": document.encoding,
        "characters": len(document.text),
        "articles": len(extraction.articles),
        "figures": len(extraction.figures),
        "projects": len(extraction.projects),
        "warnings": [*document.warnings, *extraction.warnings],
    }


def recorded_row(figure: RecordedFigure) -> dict[str, object]:
    """Return one figure of a ledger as a flat dict with the keys :data:`RECORDED_COLUMNS`."""
    own = {"project_name": figure.project, "status": figure.status.value if figure.status else None}
    return {name: own[name] if name in own else getattr(figure, name) for name in RECORDED_COLUMNS}


def locate(document: Document, offset: int) -> Part | None:
    """Return the part (paragraph, table cell …) of ``document`` that holds the character at ``offset``."""
    index = bisect_right(document.parts, offset, key=lambda part: part.start) - 1
    if index < 0 or offset >= document.parts[index].end:
        return None
    return document.parts[index]


def _pct(pct: Pct | None) -> dict[str, object] | None:
    return None if pct is None else {"kind": pct.kind.value, "of": pct.of, "numer": pct.numer}
