"""The tables of an export: each column with its type and what it means to people."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What the cells of a column are; any may be empty."""

    TEXT = "文字"
    TEXTS = "文字列表"
    INTEGER = "整数"
    INTEGERS = "整数列表"
    AMOUNT = "十进制数"
    DAY = "日期"
    MOMENT = "时刻（UTC）"
    FLAG = "是否"
    REAL = "小数"


class Column(NamedTuple):
    """A column: its name, the type of its cells, and what they mean."""

    name: str
    kind: Kind
    meaning: str


class Table(NamedTuple):
    """A table of the export: its name is that of its folder."""

    name: str
    title: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)


_DOCUMENT_ID = Column("document_id", Kind.INTEGER, "文件编号，连接各表")
_DOCUMENT = Column("document", Kind.TEXT, "文件的路径或名称")
_ARTICLE = Column("article", Kind.TEXT, "文章标题；没有标题的是第几篇")
_PROJECT_TYPE = Column("project_type", Kind.TEXT, "项目类型的代码")
_STATUS = Column("status", Kind.TEXT, "actual 已完成，planned 计划，standard 标准")
_PERIOD = Column("period", Kind.TEXT, "时期：2015、2015-06、2011-2015")
_PLACES = Column("places", Kind.TEXTS, "地名，按原文")
_PLACE_CODES = Column("place_codes", Kind.TEXTS, "能够确定的统计用区划代码（2、4、6、9 位：省、市、县、乡）")

FIGURES = Table(
    "figures",
    "数字：每行一个，document_id 和 start 合为主键",
    (
        _DOCUMENT_ID,
        Column("start", Kind.INTEGER, "数字在文件文字中的起点，从 0 数起的字符数"),
        Column("end", Kind.INTEGER, "终点（不含）"),
        _DOCUMENT,
        _ARTICLE,
        Column("section", Kind.TEXTS, "所在章节的各级标题"),
        Column("text", Kind.TEXT, "数字的原文"),
        Column("value", Kind.AMOUNT, "数值，以 unit 计，万、亿已乘开；隐去的数字为空"),
        Column("value_max", Kind.AMOUNT, "范围的上限"),
        Column("modifier", Kind.TEXT, "exact 确数，about 约，nearly 近，over 以上，under 以下，range 范围"),
        Column("unit", Kind.TEXT, "单位"),
        Column("dimension", Kind.TEXT, "量纲，如 money、people、length"),
        Column("base_value", Kind.AMOUNT, "以 base_unit 计的数值；只有 base_unit 相同的才能比较、相加"),
        Column("base_value_max", Kind.AMOUNT, "以 base_unit 计的上限"),
        Column("base_unit", Kind.TEXT, "基本单位：元、米、平方米、公斤 …"),
        Column("redacted", Kind.FLAG, "数字是否被隐去（如 ×× 万元）"),
        Column("indicator", Kind.TEXT, "指标，按原文"),
        Column("indicator_code", Kind.TEXT, "能够确定的指标代码"),
        _STATUS,
        _PERIOD,
        Column("period_start", Kind.DAY, "时期的第一天"),
        Column("period_end", Kind.DAY, "时期的最后一天"),
        _PLACES,
        _PLACE_CODES,
        _PROJECT_TYPE,
        Column("funder", Kind.TEXT, "资金来源"),
        Column("part_of", Kind.INTEGER, "“其中”：所属总数的 start；相加时不要把它与总数都算上"),
        Column("pair", Kind.INTEGER, "户与人成对：另一个数字的 start"),
        Column("pct_kind", Kind.TEXT, "百分比：share 占比，progress 进度，rate 比率，growth 增长"),
        Column("pct_of", Kind.INTEGER, "百分比的基数的 start"),
        Column("pct_numer", Kind.INTEGER, "百分比的分子的 start"),
        Column("project", Kind.INTEGER, "项目编号，与 document_id 一起指向 projects"),
        Column("confidence", Kind.REAL, "把握，0 到 1，只用于排序，不是概率"),
        Column("rule_or_model", Kind.TEXT, "判定依据"),
        Column("sentence_start", Kind.INTEGER, "所在句的起点"),
        Column("sentence_end", Kind.INTEGER, "所在句的终点（不含）"),
        Column("sentence_text", Kind.TEXT, "所在句"),
    ),
)
DOCUMENTS = Table(
    "documents",
    "文件：document_id 为主键",
    (
        _DOCUMENT_ID,
        _DOCUMENT,
        Column("title", Kind.TEXT, "标题"),
        Column("sha256", Kind.TEXT, "文件内容的校验码"),
        Column("media_type", Kind.TEXT, "文件格式"),
        Column("encoding", Kind.TEXT, "编码"),
        Column("characters", Kind.INTEGER, "字数"),
        Column("articles", Kind.INTEGER, "文章数"),
        Column("figures", Kind.INTEGER, "数字的个数"),
        Column("projects", Kind.INTEGER, "项目的个数"),
        Column("warnings", Kind.TEXTS, "读取和抽取时的提示"),
        Column("version", Kind.TEXT, "抽取所用程序的版本"),
        Column("extracted", Kind.MOMENT, "抽取的时间"),
    ),
)
PROJECTS = Table(
    "projects",
    "项目：document_id 和 project 合为主键",
    (
        _DOCUMENT_ID,
        Column("project", Kind.INTEGER, "项目在文件中的编号"),
        _DOCUMENT,
        _ARTICLE,
        Column("name", Kind.TEXT, "项目名称"),
        _PROJECT_TYPE,
        _STATUS,
        _PERIOD,
        _PLACES,
        _PLACE_CODES,
        Column("funders", Kind.TEXTS, "资金来源"),
        Column("figures", Kind.INTEGERS, "项目全部数字的 start"),
    ),
)
CHECKS = Table(
    "checks",
    "核算：报告自称的数字关系，document_id 和 claim 合为主键",
    (
        _DOCUMENT_ID,
        Column("claim", Kind.TEXT, "核算编号"),
        _DOCUMENT,
        Column("article", Kind.TEXT, "文件标题"),
        Column("kind", Kind.TEXT, "核算的类型，如 sum 合计、share 占比、growth 增长"),
        Column(
            "verdict",
            Kind.TEXT,
            "holds 相符，within_rounding 四舍五入内相符，truncated 截尾，fails 不符，unchecked 未核算",
        ),
        Column("severity", Kind.TEXT, "不符的：must_fix 须改正，please_verify 请核实"),
        Column("cause", Kind.TEXT, "可能原因"),
        Column("formula", Kind.TEXT, "算式和原文所称"),
        Column("unit", Kind.TEXT, "以下各数的单位"),
        Column("stated", Kind.AMOUNT, "原文所称"),
        Column("computed", Kind.AMOUNT, "核算结果"),
        Column("difference", Kind.AMOUNT, "原文所称减核算结果"),
        Column("low", Kind.AMOUNT, "允许的下限"),
        Column("high", Kind.AMOUNT, "允许的上限"),
        Column("reason", Kind.TEXT, "说明"),
        Column("person_note", Kind.TEXT, "人工说明"),
        Column("author", Kind.TEXT, "说明人"),
        Column("figures", Kind.INTEGERS, "所涉数字的 start，第一个是被核算的"),
        Column("sentences", Kind.TEXTS, "所在句"),
    ),
)

VERDICTS = Table(
    "verdicts",
    "比对的结论：每行一个",
    (
        Column("match", Kind.TEXT, "结论"),
        Column("recorded", Kind.INTEGER, "台账的第几个数，从 0 起"),
        Column("sheet", Kind.TEXT, "台账的工作表"),
        Column("row", Kind.INTEGER, "行"),
        Column("column", Kind.TEXT, "列"),
        Column("recorded_indicator", Kind.TEXT, "台账的指标"),
        Column("recorded_place", Kind.TEXT, "台账的地点"),
        Column("recorded_period", Kind.TEXT, "台账的时期"),
        Column("recorded_status", Kind.TEXT, "台账的状态"),
        Column("recorded_value", Kind.AMOUNT, "台账的数值，以 recorded_unit 计"),
        Column("recorded_unit", Kind.TEXT, "台账的单位"),
        Column("reported", Kind.TEXT, "报告的原文"),
        Column("reported_value", Kind.AMOUNT, "报告的数值，以 reported_unit 计"),
        Column("reported_value_max", Kind.AMOUNT, "范围的上限"),
        Column("reported_unit", Kind.TEXT, "报告的单位"),
        Column("reported_indicator", Kind.TEXT, "报告的指标"),
        Column("reported_place", Kind.TEXTS, "报告的地名"),
        Column("reported_period", Kind.TEXT, "报告的时期"),
        Column("reported_status", Kind.TEXT, "报告的状态"),
        Column("difference", Kind.AMOUNT, "报告比台账多多少，以 difference_unit 计"),
        Column("difference_unit", Kind.TEXT, "出入的单位"),
        Column("relative", Kind.AMOUNT, "出入占台账数额的比例"),
        Column("score", Kind.REAL, "行与数字有多相称，从 0 到 1"),
        _DOCUMENT_ID,
        _DOCUMENT,
        _ARTICLE,
        Column("start", Kind.INTEGER, "数字在文件文字中的起点，从 0 数起的字符数"),
        Column("end", Kind.INTEGER, "终点（不含）"),
        Column("locator", Kind.TEXT, "在原文件中的位置"),
        Column("sentence_text", Kind.TEXT, "所在的句子"),
        Column("repeated", Kind.INTEGER, "同样说法或也可能所指的其他数字有几个"),
        Column("elsewhere", Kind.FLAG, "数字的结论在台账的另一行"),
        Column("explanation", Kind.TEXT, "为什么是这个结论"),
    ),
)

TABLES: Mapping[str, Table] = {table.name: table for table in (FIGURES, DOCUMENTS, PROJECTS, CHECKS)}
