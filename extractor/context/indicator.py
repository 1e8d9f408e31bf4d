"""Indicator: the shortest words of the text that say what a figure measures.

Chinese reports name a figure before the number (新建水渠 3.5公里), after its classifier (7个 村民委员会), by a verb and a noun
around it (配备 3名 扶贫专干), by what money did (投入 10万元 实施了饮水工程 → 饮水工程投入), or not at all: then it takes over
from the figure before (842户、3120人), or says only how it relates to the subject (…，年均递增 8.7%). No phrase is made of
words that are not in the text; how a phrase is cut out stands in ``phrases.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.context import phrases
from extractor.context.frames import CLASSIFIERS, Frame
from extractor.resources.cues import load
from extractor.resources.units import divisions
from extractor.types import Place, Scope

_PATTERNS = load("context_patterns.tsv", "pattern")
_RESTATING = load("context_words.tsv").words("restating")
# Words that name a relation, a stage or an amount, but not of what: the subject must be supplied.
_RELATIVE = _PATTERNS.pattern(
    "^[比较为]?(?:上年|去年|同期|上年同期|年初|全省|全市|全县|市|省)?"
    "(?:下达|下|核定)?(?:我[县市区乡镇局])?的?(?:实际|累计|共|已)?<relative>$"
)
_SHORT_RATE = re.compile("^([\u4e00-\u9fff]{1,3})率$")
_LEVEL_ONLY = re.compile("^(?:其中)?(?:中央|国家|省|市|县|区|乡|镇|州)本?(?:级|财政|级财政|两级|派)?$")
_PLACE_ONLY = re.compile(
    "^(?:具体是|分别是|其中)?(?:[\u4e00-\u9fff]{1,5}(?:镇|乡|县|区|街道|市|州|旗|管委会|园区|林场)"
    "|[\u4e00-\u9fff×xX*]{0,2}[镇乡县区市])$"
)
_HEADING_NOISE = _PATTERNS.pattern("^<manner>+|[（(].*$|<heading_tail>$")
_AIM = _PATTERNS.pattern("<aim>")
# Households and people named after the divisions of a place are its inhabitants (辖7个村43个小组，共2480户、7260人).
_DIVISION = _PATTERNS.pattern("<division>$")
_INHABITANTS = "总人口"
# A number that such a verb reaches restates the indicator (由92.2%提升到93.8%); without 到 it is a difference.
_REACHES = re.compile(r"[到至为](?:\s*\d{2,4}年(?:\d{1,2}月)?[底末初]?)?的?\s*$")
_RISEN = re.compile("(?<=.{2})(?:提高|提升|增加|增长|上升|下降|降低|减少|扩大|调整|发展|拓宽|缩小)$")
# 占年度计划, 为任务数: what follows is not about the plan.
_AGAINST = re.compile("[占为超]")
# 建成柳溪、石桥等村 11.3km 通畅工程: what stands left is where, not what.
_ENDS_IN_PLACE = re.compile("(?:等[地村镇乡县]?|[\u4e00-\u9fff][村镇乡])$")
# 出生率 is of a population, whatever was spoken of before.
_OWN_RATE = _PATTERNS.pattern("^<own_rate>率$")
_PER_HEAD = re.compile("[亩户人村平年]均$|每[亩户人村]$|^[亩户]$|总$")
_AVERAGE_OF = re.compile("(?:[亩户人村]均|平均|每[亩户人生村][每年月天]{0,2})(?:每?[年月天])?$")
# A total of all that was listed is of none of it alone (核桃2万亩、花椒1万亩，产值合计2860万元).
_SUMMED = re.compile("共(?!同|享|建)|累计|[合总]计|全年")
# What is left of a sum is no subject of what is said next (支出…，结余…，支出率).
_REMAINDER = _PATTERNS.pattern("^<remainder>$")
_BARE_INVESTMENT = _PATTERNS.pattern("^<raised>*<spent>(?:资金|经费|额|达|了|到)*$")
_RAISING = _PATTERNS.pattern("^(?:<raised>|投入|统筹|下达|发放|先后|各类)+")
_COMPARED = re.compile(r"^[比较](?:上年|去年|上年同期|去年同期|同期|年初|上季度|\d{4}年)?的?$")
_RELATION_TAIL = re.compile(
    "[比较]?(?:上年|去年)?(?:同比|年均)?(?:增长|增加|增|下降|递增|减少)[额率幅]?$|完成率$|^(?:新植|新增|新建)"
)
# 营业收入、利润分别增长6%、60.7%: each number has its own item.
_RESPECTIVELY = re.compile(r"([^，,。；;：:()（）\d]+?)(同比|各自|将)?分别([^，,。；;\d]{0,6})$")
# …3.6万元和1.5万元，同比分别增长5%和8%: each percentage is of one of the amounts before.
_OF_EACH = re.compile(r"[，,；;和及]?(?:且|并|均)?([^，,。；;\d]{0,8}?)分别([^，,。；;\d]{0,10})")
# 牧区学生到校人数…，到校率: a rate is of those who are counted, not of their number.
_HEADCOUNT = re.compile("(?<=.{2})[\u4e00-\u9fff]{0,2}(?:人|户|总)数$")
_IS_PLACE = re.compile("[村镇乡县区市州省组社]$")
# 任务186户，按等级分，C级112户、D级74户；按乡镇分，…: each division is of the whole, not of the last part of the one before.
_DIVIDED = re.compile("按[^，,；;。：:\\d]{1,8}(?:划分|分类|来分|分)[，,：:]")
# 距县城25公里 is about nothing but itself.
_DISTANCE = re.compile("^(?:相?距|离)")
# 净增15万户、达157万户: what an increase has come to is a stock.
_COME_TO = re.compile("(?:达到?|[升增][至到]|增[加长][至到]|总[数量][为是])了?[约近超]?$")
_INCREASE = re.compile("^(?:净增加?|新增加?|增加)|(?:净增[加长]?|新增加?|增[加长]?)$")
_SHORTEST_STOCK = 2
# 水电站和690万千瓦火电项目: what stands left is another item of the list.
_ANOTHER = re.compile("(?:[和与及]|以及)$")
_ITEMS = re.compile("[、和及与]")
_OTHERS = re.compile("(?:其[他它余]|剩余)类?$")
_GROWS = re.compile("(?:增长|增加|下降|递增|减少|上升)$")
# 零售额增长6.1%，达到58亿元: what an amount behind its growth is of.
_GROWN = re.compile(
    "(?<=.{2})(?:同比|[比较](?:上年|去年)(?:同期)?|年均|平均)*(?:增长|增加|下降|递增|减少|提高|上升|回升|增|降)[速率幅度]*$"
)
_FEWEST_ITEMS = 2
_SHORT_ITEM = 3
_SHARED = 2
_LONGEST_LIST = 12
_ITEM_LEVEL = 2
# 二是转移就业150人: a sentence, no topic.
_SAID = re.compile(r"[，,]|\d[\d.]*[万亿]?[^\d个]{1,3}$")
_MAX_HEADING = 12
_MAX_INDICATOR = 28


def resolve(scope: Scope, frames: Sequence[Frame], places: Sequence[tuple[Place, ...]]) -> list[str]:
    """Return the indicator of each quantity, ``""`` where the text names none.

    Args:
        scope: the article.
        frames: its frames, one per quantity (:func:`extractor.context.frames.build`).
        places: the places of each quantity: a figure that names only its place takes over what is measured.
    """
    reader = _Reader(scope)
    return [
        frame.quantity.label or reader.read(frame, {place.name for place in around})[-_MAX_INDICATOR:]
        for frame, around in zip(frames, places, strict=True)
    ]


class _Reader:
    """Reads figure after figure, keeping what they are about.

    ``before`` is the indicator of the figure before; ``subject`` the last one that named something by itself: 核桃新栽
    1.8万亩，累计面积 21.3万亩，总产 5160吨 are all about 核桃.
    """

    def __init__(self, scope: Scope) -> None:
        self._text = scope.text
        self._sections = scope.sections
        self._before = ""
        self._amount = ""  # the last indicator of a figure that is no percentage
        self._subject = ""
        self._items: list[str] = []  # what the figures of a list with 分别 are about, one by one
        self._row: list[str] = []  # the indicators of the amounts in the sentence since its last percentage
        self._governing = ""  # what stood left of the figure before, when a noun right of it named that figure
        self._divided: str | None = None  # what is being divided by one thing after another (按等级分 …；按乡镇分 …)
        self._last = 0  # where the figure before ends

    def read(self, frame: Frame, places: set[str]) -> str:
        """Return the indicator of the next figure of the article."""
        if frame.previous is None:
            self._governing = ""
            self._row = []
            if not self._continues(frame, places):
                self._before = self._amount = ""
                self._subject = self._heading(frame)
                self._divided = None
        self._divide(frame)
        if not frame.joined:
            self._items = _respectively(frame) or self._of_each(frame)
        phrase, own = (self._items.pop(0), True) if self._items else self._phrase(frame, places)
        if own and phrase and not (_DISTANCE.match(phrase) or _REMAINDER.match(phrase)):
            self._subject = _RELATION_TAIL.sub("", phrase)
        self._before = phrase
        if frame.quantity.dimension != "percent":
            self._amount = phrase
            follows = frame.previous is not None and frame.previous.quantity.dimension == "percent"
            self._row = [phrase] if follows or "其中" in frame.lead else [*self._row, phrase]
        return phrase

    def _of_each(self, frame: Frame) -> list[str]:
        """The indicators of percentages that are told of as many amounts before them (…3.6万元和1.5万元，分别增长5%和8%)."""
        match = _OF_EACH.fullmatch(frame.lead) if frame.quantity.dimension == "percent" else None
        if match is None or len(self._row) < _FEWEST_ITEMS or _joined_behind(frame) != len(self._row):
            return []
        said = match[1] + phrases.verb_after(match[2])
        is_rate = said.endswith("率") and not _GROWN.search(self._row[0] + said)
        return [(_HEADCOUNT.sub("", name) if is_rate else name) + said for name in self._row]

    def _divide(self, frame: Frame) -> None:
        """Go back to the whole where it is divided by something else."""
        if _DIVIDED.search(self._text, self._last, frame.quantity.start):
            if self._divided is None:
                self._divided = self._before
            self._before = self._divided
        self._last = frame.quantity.end

    def _continues(self, frame: Frame, places: set[str]) -> bool:
        """Whether a sentence only goes on with the figures of the one before (其中，王家湾乡103户 …)."""
        opening = self._text[frame.clause[0] : frame.quantity.start].strip("”’）)，, \u3000")
        if opening in places or _PLACE_ONLY.match(opening):
            return True
        start = frame.sentence.start
        return self._text[start : start + 6].lstrip("”’）) ").startswith(("其中", "具体", "分别"))

    def _phrase(self, frame: Frame, places: set[str]) -> tuple[str, bool]:
        """The indicator, and whether the figure's own words name what it is about."""
        if self._amount and _COMPARED.match(frame.lead.strip("，, ")):
            return self._amount, False
        left = phrases.left_phrase(self._text, frame.left)
        right = phrases.right_phrase(frame)
        dimension = frame.quantity.dimension
        if dimension == "percent" and right and len(left) <= 2:
            return left + right + ("" if left else phrases.join(frame.tail)), True
        if dimension == "money" and (not left or _BARE_INVESTMENT.match(left)):
            if right:
                return right, True
            if left:
                return self._investment(frame, left)
        elif right and frame.quantity.unit in CLASSIFIERS:
            self._governing = left
            return phrases.kept_verb(frame.left) + right, True
        elif right and (not left or _ENDS_IN_PLACE.search(left) or _ANOTHER.search(frame.lead.rstrip())):
            return right, True
        if left and self._before and (left in places or left.removeprefix("其中") in places):
            return self._before, False
        return self._relative(frame, left) if left else (self._silent(frame) or right or self._unit(frame), False)

    def _silent(self, frame: Frame) -> str:
        """What names a figure without words of its own: its predicate, the figure before, or the clause before."""
        if frame.joined and self._governing and frame.quantity.dimension in ("people", "households", "person_times"):
            return self._governing
        if frame.previous is None or not frame.joined:
            said = phrases.predicate(frame)
            if said:
                return said
        if frame.previous is None:
            return phrases.clause_before(self._text, frame) or self._unit(frame) or phrases.said_after(frame)
        if frame.quantity.dimension in ("households", "people") and _DIVISION.search(self._before):
            return _INHABITANTS
        is_total = frame.quantity.dimension == "money" and "/" in frame.previous.quantity.unit
        return self._subject if is_total and self._subject else self._risen(frame)

    def _risen(self, frame: Frame) -> str:
        """What the figure before measured, without its increase where this one is what it has come to (净增48户、达680户)."""
        earlier = frame.previous.quantity if frame.previous else None
        if earlier is not None and earlier.dimension == "percent" and earlier.unit != frame.quantity.unit:
            return _GROWN.sub("", self._before)
        if earlier is None or not _COME_TO.search(frame.lead) or earlier.unit != frame.quantity.unit:
            return self._before
        grown = earlier.value is not None and frame.quantity.value is not None and earlier.value < frame.quantity.value
        stock = _INCREASE.sub("", self._before, count=1)
        return stock if grown and len(stock) >= _SHORTEST_STOCK else self._before

    def _unit(self, frame: Frame) -> str:
        """A division of a place is named by its unit (辖14个乡镇)."""
        return frame.quantity.unit if frame.quantity.unit in divisions() else ""

    def _relative(self, frame: Frame, left: str) -> tuple[str, bool]:
        """The words left of the figure, completed by the subject when they only relate to it (比上年增长, 总面积)."""
        if self._before and left in _RESTATING and _REACHES.search(frame.lead):
            return self._before, False
        if _REACHES.search(frame.lead):
            left = _RISEN.sub("", left)  # 城镇化率提高到64.8% states the rate, not the rise
        if _PLACE_ONLY.match(left) and self._before and (_AGAINST.match(left) or not phrases.is_act(frame.left, left)):
            return self._before, False
        if not self._subject or self._subject in left or (_SUMMED.search(frame.lead) and _is_listed(frame.previous)):
            return left, not (_RELATIVE.match(left) or _AGAINST.match(left) or _LEVEL_ONLY.match(left))
        if _LEVEL_ONLY.match(left):
            return left.removeprefix("其中") + _RAISING.sub("", self._subject), False
        told = self._own_head(frame, left)
        if told:
            return told, told == left and _OWN_RATE.search(left) is not None
        rate = _SHORT_RATE.match(left)
        if rate and self._subject.endswith(rate[1]):
            return self._subject + "率", False
        if _RELATIVE.match(left) or (rate and rate[1] not in self._subject and frame.previous is not None):
            return self._related(frame, left).removesuffix("任务") + left, False
        heading = self._heading(frame)
        if self._subject == heading and phrases.is_verb(frame.left, left) and left not in heading:
            return heading + left, False
        return left, not _AGAINST.match(left)

    def _related(self, frame: Frame, left: str) -> str:
        """What words that only relate are about: the subject, or the money right before that has grown (到位资金…，同比增长)."""
        earlier = frame.previous.quantity if frame.previous else None
        money = earlier is not None and earlier.dimension == "money" and frame.quantity.dimension == "percent"
        bare = money and _GROWS.search(left) and _BARE_INVESTMENT.match(self._before)
        return self._before if bare else self._subject

    def _own_head(self, frame: Frame, left: str) -> str:
        """The indicator of words that the subject ends in already (亩均产值…，总产值), or that need none; else nothing."""
        if _OTHERS.match(left) and _follows_part(frame):
            return left
        if self._subject.endswith(left):
            if _SUMMED.search(frame.lead):  # 户均补助2.1万元，共补助132.3万元
                return _AVERAGE_OF.sub("", self._subject.removesuffix(left)) + left
            return left if self._subject == "应" + left else self._subject
        whole = left.removeprefix("总")
        if whole != left and self._subject.endswith(whole):
            return _PER_HEAD.sub("", self._subject.removesuffix(whole)) + left
        return left if _OWN_RATE.search(left) else ""

    def _investment(self, frame: Frame, left: str) -> tuple[str, bool]:
        """Money that only says it was spent: what it bought, else what the item is about (安居工程 投资)."""
        bought = phrases.purpose(frame)
        if bought:
            return bought + ("投入" if "投" in left else left[-2:]), True
        heading = self._heading(frame) if frame.previous is None or self._subject == self._heading(frame) else ""
        return heading + left, bool(heading)

    def _heading(self, frame: Frame) -> str:
        """What a run-in heading or an item (（一）核桃。 二是危房改造。) says the figures under it are about."""
        index = frame.sentence.section
        if index is None:
            return ""
        section = self._sections[index]
        if section.level < _ITEM_LEVEL or len(section.title) > _MAX_HEADING + 6:
            return ""
        title = _HEADING_NOISE.sub("", section.title.partition("：")[0].partition(":")[0])
        names_topic = 2 <= len(title) <= _MAX_HEADING and not (_AIM.search(title) or _SAID.search(title))
        return title if names_topic else ""


def _is_listed(frame: Frame | None) -> bool:
    """Whether a figure is one of several things told side by side (核桃2万亩、花椒1万亩)."""
    if frame is None or frame.previous is None:
        return False
    return frame.lead.startswith(("、", "和", "及")) and bool(frame.left) and bool(frame.previous.left)


def _follows_part(frame: Frame) -> bool:
    """Whether a figure stands behind one that is a part itself (其中产业类96个、设施类43个、其他9个)."""
    before = frame.previous
    if before is None or not before.left or _IS_PLACE.search(before.left[-1].word):
        return False  # 其中石门乡12名、其余乡镇30名: of the same all of them
    if frame.lead.startswith("、") or _is_listed(before):
        return True
    for _ in range(_LONGEST_LIST):
        if before is None or "其中" in before.lead:
            return before is not None
        before = before.previous
    return False


def _respectively(frame: Frame) -> list[str]:
    """The indicators of a figure and those joined to it, when 分别 gives each its own item; else none."""
    match = _RESPECTIVELY.search(frame.lead)
    if match is None:
        return []
    items = _ITEMS.split(match[1])
    if not _FEWEST_ITEMS <= len(items) <= _joined_behind(frame) or not all(items) or all(map(_IS_PLACE.search, items)):
        return []
    verb = phrases.verb_after(match[3])
    items = [_with_head(item, items[-1]) for item in items]
    return [phrases.bare(item) + (match[2] or "") * bool(verb) + verb for item in items]


def _joined_behind(frame: Frame) -> int:
    """How many figures a list has that begins with this one."""
    count = 1
    while frame.following is not None and frame.following.joined and count <= _LONGEST_LIST:
        frame, count = frame.following, count + 1
    return count


def _with_head(item: str, last: str) -> str:
    """An item of a list with the head that only the last one is given: 城镇(居民)和农村居民人均可支配收入."""
    for start in range(len(item) - _SHARED + 1):  # from where the two run alike: 城镇|居民, 农村|居民|人均可支配收入
        at = last.rfind(item[start:])
        if at > 0:
            return item + last[at + len(item) - start :]
    return item + last[len(item) :] if len(item) <= _SHORT_ITEM < len(last) else item
