"""The template that ``gouji ledger template`` writes: a long table to fill in, with lists to choose from."""

from __future__ import annotations

import shutil
import tempfile
from typing import TYPE_CHECKING, BinaryIO

import xlsxwriter

from extractor.compare.ledgers.words import word_of
from extractor.resources import project_types
from extractor.types import Status

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_COLUMNS = (
    ("县区", 12, "如 新平县；有此列才能确定乡镇的区划代码"),
    ("乡镇", 14, "没有就留空"),
    ("村", 14, "没有就留空"),
    ("时期", 12, "2015、2015-06、2015年上半年 或 2011-2015"),
    ("状态", 8, "计划、完成或标准；从列表选"),
    ("项目类型", 12, "从列表选，没有就留空"),
    ("项目名称", 24, "没有就留空"),
    ("资金来源", 12, "如 中央、省级、自筹；没有就留空"),
    ("指标", 18, "这个数是什么，如 投资、贫困户、通村路里程"),
    ("数值", 12, "只填确切的数，不写单位；没有的留空"),
    ("单位", 10, "从列表选，或填其他规范单位"),
    ("备注", 24, "不参与核对"),
)
_UNITS = (
    "万元",
    "元",
    "亿元",
    "户",
    "人",
    "人次",
    "公里",
    "米",
    "亩",
    "公顷",
    "平方米",
    "立方米",
    "吨",
    "公斤",
    "个",
    "座",
    "口",
    "村",
    "%",
)
_EXAMPLES = (
    (
        "示例县",
        "示例乡",
        "示例村",
        "2015",
        "计划",
        "道路桥梁",
        "示例村通村路",
        "省级",
        "投资",
        120.5,
        "万元",
        "示例行，填写前请删去",
    ),
    (
        "示例县",
        "示例乡",
        "示例村",
        "2015",
        "完成",
        "道路桥梁",
        "示例村通村路",
        "",
        "里程",
        11.3,
        "公里",
        "示例行，填写前请删去",
    ),
)
_HINTS = (
    "“台账”表里一行填一个数，其余各列说明这是什么的数。",
    "表头不要改动；不用的列可以留空。",
    "与上一行相同的地点、指标也要每行填写，不要只填第一行。",
    "合计行可以保留，导入时会与各行之和核对，但不作为记录。",
    "灰色斜体的两行是示例，填写前请删去（地点以“示例”开头的行不会导入）。",
    "填好后运行：gouji ledger import 文件名.xlsx",
)
_ROWS = 10_000  # rows that have lists to choose from


def write_template(out: BinaryIO) -> None:
    """Write the template as XLSX to a binary stream."""
    with tempfile.TemporaryFile() as file:
        with xlsxwriter.Workbook(file) as book:
            bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#DDEBF7"})
            example = book.add_format({"italic": True, "font_color": "#808080"})
            sheet = book.add_worksheet("台账")
            for column, (header, width, hint) in enumerate(_COLUMNS):
                sheet.set_column(column, column, width)
                sheet.write_string(0, column, header, bold)
                sheet.write_comment(0, column, hint)
            for row, cells in enumerate(_EXAMPLES, 1):
                sheet.write_row(row, 0, cells, example)
            sheet.freeze_panes(1, 0)
            explained = book.add_worksheet("说明")
            explained.set_column(0, 0, 14)
            explained.set_column(1, 1, 70)
            for row, hint in enumerate(_HINTS):
                explained.write_string(row, 0, hint)
            for row, (header, _, hint) in enumerate(_COLUMNS, len(_HINTS) + 1):
                explained.write_row(row, 0, (header, hint))
            _add_lists(sheet, book.add_worksheet("选项"))
        file.seek(0)
        shutil.copyfileobj(file, out)


def _add_lists(sheet: Worksheet, options: Worksheet) -> None:
    """Give the columns with a fixed vocabulary a list to choose from; a unit may also be another one."""
    lists = {
        "状态": (tuple(map(word_of, Status)), "stop"),
        "项目类型": (tuple(project_types.names().values()), "stop"),
        "单位": (_UNITS, "warning"),
    }
    headers = [header for header, _, _ in _COLUMNS]
    for index, (header, (words, refusal)) in enumerate(lists.items()):
        options.write_column(0, index, words)
        letter = chr(ord("A") + index)
        sheet.data_validation(
            1,
            headers.index(header),
            _ROWS,
            headers.index(header),
            {
                "validate": "list",
                "source": f"=选项!${letter}$1:${letter}${len(words)}",
                "error_type": refusal,
                "error_title": header,
                "error_message": "请从列表中选择",
            },
        )
    options.hide()
