"""Paragraphs of reports to plant copies of, and the search over texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.copies import CopyFinder, CopyOptions
from extractor.quantities import find_quantities
from extractor.segment import segment
from extractor.types import CopySource, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT = CopyOptions()

ROAD = (
    "2016年3月，青岭村争取到财政扶贫资金38.6万元，组织群众投工投劳1200个，历时五个月硬化了通往坝上组的产业路4.2公里，"
    "修建错车道6处，沿线86户312人从此告别了雨天背运洋芋的日子。"
)
WATER = (
    "饮水方面，村支两委多次到水源点踏勘，最终决定从后山引水，新建高位水池2口，铺设管道7300米，安装入户水表145只，"
    "总投入21.5万元，其中群众自筹3万元，彻底解决了三个组枯水季节挑水吃的难题。"
)
HERBS = (
    "产业发展上采取合作社带农户的办法，流转坡耕地260亩种植黄精和天麻，前来务工的贫困户每天领取80元工钱，"
    "年底按股分红，去年共有54户分得红利9.72万元，户均1800元。"
)
SCHOOL = (
    "学校的旱厕在暑假里改成了水冲式，食堂添置了消毒柜和冰柜，图书室收到外地企业捐来的图书1600册，"
    "37名留守儿童有了固定的视频通话时间，由两名年轻教师轮流值守。"
)
CARE = "对独居老人实行邻里结对照看，帮扶干部每月上门一次，带去米面和常用药品，并把家里的电线和炉灶检查一遍才离开。"
PARAGRAPHS = (ROAD, WATER, HERBS, SCHOOL, CARE)

OTHER = (
    "石桥镇的苹果今年遇上倒春寒，减产三成，镇里请来农技站的师傅逐园查看，商定了补救的修剪方案。\n"
    "集镇排污管网二期已经动工，临街铺面的门头正在统一更换，预计国庆节前完工。\n"
)


def source(name: str, text: str, number: int | None = None) -> CopySource:
    return CopySource(name, text, segment(text).articles, number)


def search(sources: Sequence[CopySource], options: CopyOptions = DEFAULT) -> list[Passage]:
    with CopyFinder(options, find_quantities) as finder:
        return list(finder.passages(sources))


def compare(left: str, right: str, options: CopyOptions = DEFAULT) -> list[Passage]:
    return search([source("甲", left), source("乙", right)], options)
