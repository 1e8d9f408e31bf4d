"""The page that lies in the folder of an export: what there is, where, and what the columns mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from extractor.export.columns import TABLES, Kind
from extractor.export.files import OVERSIZED, PRECISION, SCALE
from extractor.export.partitions import SEVERAL, UNKNOWN

PAGE = "README.md"
TITLE = "# 勾稽导出的数据"
"""The first line, by which a folder is known for an export."""

_LEVELS = {"province": "省", "city": "市", "county": "县"}


def readme(counts: Mapping[str, int], *, parquet: bool, by: Sequence[str], level: str, told: Sequence[str]) -> str:
    """Return the page.

    Args:
        counts: rows of each table.
        parquet: whether the files are Parquet, else CSV.
        by: the keys of the partitions.
        level: to which the codes of places are cut.
        told: lines on what was selected and from where.
    """
    return "\n".join([TITLE, "", *_head(counts, told), *_partitions(by, level), *_format(parquet), *_tables(parquet)])


def _head(counts: Mapping[str, int], told: Sequence[str]) -> Iterator[str]:
    yield from (f"- {line}" for line in told)
    yield from (f"- `{name}/`：{count} 行" for name, count in counts.items())
    yield ""
    yield "各表是数据库同一时刻的内容。按条件导出时，文件、项目和核算只有数字入选的那些。"
    yield ""
    yield "相加之前：只加 `base_unit` 和 `status` 相同的；`part_of` 不为空的是另一个数字的一部分；不同报告会写同一件事。"
    yield ""


def _partitions(by: Sequence[str], level: str) -> Iterator[str]:
    if not by:
        return
    yield f"`figures/` 下按 {'、'.join(by)} 分文件夹（Hive 方式：`{by[0]}=…`），文件夹名里的列不在文件中："
    yield ""
    if "year" in by:
        yield (
            "- `year`：时期所在的年；跨年的是 `2016-2020`，只知道起止一头的是 `since_2016`、`until_2020`，"
            f"没有时期的是 `{UNKNOWN}`。"
        )
    if "place" in by:
        yield (
            f"- `place`：六位区划代码，细到{_LEVELS[level]}；涉及几个地方的归到同属的上一级，不在同一省的是 `{SEVERAL}`，"
            f"地名不能确定代码的是 `{UNKNOWN}`。"
        )
    yield ""


def _format(parquet: bool) -> Iterator[str]:
    if parquet:
        yield f"十进制数是 decimal128({PRECISION}, {SCALE})；放不下的为空，全部位数在 `{OVERSIZED}` 列。"
    else:
        yield (
            "CSV 为 UTF-8 编码；列表以“、”分隔，空格子表示没有，是否写作 true 和 false；"
            "会被电子表格当作公式的格子前有一个单引号。"
        )
    yield ""


def _tables(parquet: bool) -> Iterator[str]:
    for table in TABLES.values():
        yield f"## {table.name}"
        yield ""
        yield f"{table.title}。"
        yield ""
        yield "| 列 | 类型 | 含义 |"
        yield "|---|---|---|"
        yield from (f"| `{column.name}` | {column.kind} | {column.meaning} |" for column in table.columns)
        if parquet and any(column.kind is Kind.AMOUNT for column in table.columns):
            yield f"| `{OVERSIZED}` | {Kind.TEXT} | 位数太多的十进制数：列名=数值 |"
        yield ""
