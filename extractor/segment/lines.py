"""What each line of a report is: residue of the web page it came from, a title, a heading, or body text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

CN = "一二三四五六七八九十百"

# Lines that belong to a web page, not to the report (download links, by-lines of aggregator sites, page furniture).
_RESIDUE = re.compile(
    r"^(?:下载|打印|全屏|收藏|分享|加大|还原|减小|关闭|返回顶部|上一篇|下一篇|【?字号|】|大\s*中\s*小|首页\b|当前位置|相关(?:热词|推荐|文章|阅读)|"
    r"推荐访问|推荐阅读|标签[:：]|关键词[:：]|来源[:：]|时间[:：]\s*\d{2,4}|发布(?:时间|日期)|作者[:：]|编辑[:：]|责任编辑|点击(?:下载|次数)|浏览|"
    r"下载文档|文档为doc格式|将本文.{0,12}(?:word|Word|WORD)|扫码|微信|版权|Copyright|https?://|www\.|\S{0,12}范文网$|\S{0,8}文库$|"
    r"以上(?:就)?是.{0,30}(?:全部内容|范文|希望)|感谢(?:您|你)的(?:阅读|浏览)|第\s*\d+\s*页(?:\s*共\s*\d+\s*页)?$|[-—]\s*\d+\s*[-—]$)",
    re.IGNORECASE,
)
# 第三篇：…, …总结篇三, …范文3, 【篇一】…; the whole line is a title, so it is short.
_ARTICLE_MARK = re.compile(
    rf"^第[{CN}\d]{{1,3}}篇(?:[:：\s]|$)|^[【\[（(]?(?:篇|范文|例文|样本)[{CN}\d]{{1,3}}[】\])）]?(?:[:：\s、.．]|$)|(?:篇|范文|例文|样本)[{CN}\d]{{1,3}}[】)）]?[:：]?$"
)
_TITLE_END = re.compile(
    r"(?:总结|汇报|报告|公报|材料|回眸|方案|情况|讲话|发言|综述|纪实|通报|述职|简报|范文|规划|要点|意见)"
    r"(?:[（(][^）)]{0,20}[）)])?$"
)
_PART_TITLE = re.compile(r"(?:打算|计划|安排|思路|建议|重点工作|回顾|主要工作|工作(?:任务|目标|重点)|目标任务)$")
_STOP = "。！？；：:!?;，,、"
_HEADINGS = (
    (0, re.compile(rf"第(?:[{CN}]{{1,3}}|\d{{1,2}})(?:部分|章|编)[\s:：、]?")),
    (1, re.compile(rf"[{CN}]{{1,3}}\s*[、．.]\s*")),
    (2, re.compile(rf"[（(]\s*[{CN}]{{1,3}}\s*[)）]\s*[、．.]?\s*")),
    (3, re.compile(r"\d{1,2}\s*(?:[、．]|\.(?!\d))\s*")),
    (4, re.compile(r"(?:[（(]\s*\d{1,2}\s*[)）]|\d{1,2}[)）]|[①-⑳])\s*[、．.]?\s*")),
)
_SALUTATION = re.compile(r"^(?:尊敬的|各位)[^，,。；;]{0,20}[:：]$")


class LineKind(Enum):
    """What a line is; ``MARK`` opens an article of a compilation, ``TITLE`` may open one."""

    BLANK = "blank"
    RESIDUE = "residue"
    MARK = "mark"
    TITLE = "title"
    PART = "part"
    SALUTATION = "salutation"
    HEADING = "heading"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Line:
    """A line without the white space around it. ``level`` is the heading level (0 part … 4) or ``-1``."""

    start: int
    end: int
    text: str
    kind: LineKind
    level: int = -1
    marker: str = ""


def heading_level(text: str, pos: int = 0) -> tuple[int, str]:
    """Return the level and the marker (``"（二）"``) of the heading that begins at ``pos``, or ``(-1, "")``."""
    for level, pattern in _HEADINGS:
        match = pattern.match(text, pos)
        if match:
            return level, match.group()
    return -1, ""


def classify(stripped: str) -> tuple[LineKind, int, str]:
    """Return kind, heading level and heading marker of one line given without surrounding white space."""
    if not stripped:
        return LineKind.BLANK, -1, ""
    short = len(stripped) <= 45
    if short and _ARTICLE_MARK.search(stripped) and stripped[-1] not in "。；，":
        return LineKind.MARK, -1, ""
    if _RESIDUE.match(stripped) and len(stripped) <= 80:
        return LineKind.RESIDUE, -1, ""
    level, marker = heading_level(stripped)
    if level >= 0:
        return LineKind.HEADING, level, marker
    if _SALUTATION.match(stripped):
        return LineKind.SALUTATION, -1, ""
    if short and stripped[-1] not in _STOP and not any(c in stripped for c in "。；，,;\t"):
        if _TITLE_END.search(stripped):
            return LineKind.TITLE, -1, ""
        if _PART_TITLE.search(stripped):
            return LineKind.PART, 0, ""
    return LineKind.BODY, -1, ""


def lines(text: str) -> Iterator[Line]:
    """Yield the lines of ``text`` that hold something, with their offsets and kind."""
    position = 0
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip()
        if stripped:
            start = position + raw.index(stripped)
            kind, level, marker = classify(stripped)
            yield Line(start, start + len(stripped), stripped, kind, level, marker)
        position += len(raw)
