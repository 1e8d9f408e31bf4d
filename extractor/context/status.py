"""Status: is a figure a fact, a plan, or a norm?

Cues are read clause by clause. A planning cue (计划, 力争, 确保 …) holds until the full stop or until a clause says that
something is done (已, 目前, 截至 …); a section under a heading such as 下一步打算 is a plan throughout, unless a clause says
otherwise. Norms are recognised by form: a rate per household, a threshold that qualifies a noun, a standard.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from extractor.context.frames import Frame
from extractor.context.period import Period
from extractor.context.phrases import last_joined
from extractor.resources.cues import load
from extractor.types import Modifier, Quantity, Scope, Section, Status

_CUES = load("context_patterns.tsv", "pattern")
_PLAN = _CUES.pattern("<plan>")
_DONE = _CUES.pattern("<done>")
_DONE_WEAK = _CUES.pattern("<done>|<done_weak>")
_PLAN_HEADING = _CUES.pattern("<plan_heading>")
_DONE_HEADING = _CUES.pattern("<done_heading>")
_PROBLEM_HEADING = _CUES.pattern("<problem_heading>")
_PLAN_TITLE = re.compile("^(?!.*(?:总结|汇报|报告|回顾)).*(?:方案|规划|计划|要点|打算|安排)(?:[（(].*)?$")
_YEAR = re.compile(r"(?:19|20)\d\d(?=年)")
_RATE = _CUES.pattern("每<per_unit>.{0,14}$")
_RATE_ADJACENT = re.compile(
    "每(?:人|户|亩|生|口|名|位|头|只|株|床|平方米|公里|吨|次|场|天|村|个|座|例|师)"
    "(?:每(?:年|月|天|学年|学期|季度?|次|日|人|户|亩))?[\u4e00-\u9fff]{0,6}$"
    "|每[\u4e00-\u9fff]{0,10}?(?:至少|不少于|不低于|不超过|不得少于|不得低于)$"
)
_NORM_CUE = _CUES.pattern("<norm>")
_EARNED = _CUES.pattern("<earned>")
_STANDARD_LEFT = _CUES.pattern(
    "<limit>(?:分别|统一|确定|提高|调整|提|增|达|由|从|为|是|到|定|每人|每户|每亩|每月|每年|每天|每生|每学年|每学期|约"
    r"|[:：\s])*$"
)
_QUALIFIER = re.compile(r"^(?:（含）|\(含\))?[及或]?(?:以上|以下|以内|以外)(?:的|[\u4e00-\u9fff])")
_QUALIFIER_PLAIN = re.compile(
    r"^的(?:贫困|农户|家庭|企业|工程|项目|村|户|人员|对象|大户|单位|低效)|^(?:以上|以下)的?[只仅]?有?\d|^的[只仅]?有\d"
)
_LIMIT_AFTER = _CUES.pattern("(?:以上|以下|以内)?的<limit_after>")
_RATE_PRICE = re.compile("单价|补|按|标准|奖")
_NORM_VERB = _CUES.pattern("<norm_verb>")
# 人均住房面积不超过25平方米 is a rule, 均不超过 its result.
_CAPPED = _CUES.pattern("<capped>[^，,。；;\\d均都全已]{0,6}不(?:能|应|可)?(?:超过|高于|多于|大于|低于|少于|小于)$")
_BOUND_SAID = re.compile(r"不(?:能|应|可)?(?:超过|高于|多于|大于|低于|少于|小于)$|(?:最高|最低|最多|至少)$")
_BY_RULE = re.compile(
    r"(?:按照?|根据|依据|依照|对照)[^，,。；;\d]{0,16}"
    "(?:规定|标准|政策|规范|办法|细则|意见|文件)(?:要求)?[，,]"
)
_TASK_LEFT = _CUES.pattern(
    r"<task>(?:数|总数|量|总量|人数|户数|投资|资金)?(?:为|是|共|[:：])?\s*$"
    r"|(?:<planned>|规划|概算|拟|预计)总?(?:投资|投入|新建|建设|完成|实施)?约?\s*$"
)
_PROGRESS = _CUES.pattern("<progress>")
# 收回资金12.7万元，于2019年6月30日前整改到位: what has to be done by a day is not done.
_DEADLINE = _CUES.pattern(
    r"[^。；;！？\n]{0,60}?[，,][^，,。；;\d已]{0,6}(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日|底|份)?之?前[^，,。；;\d已]{0,8}<deadline>"
)
_EXCEEDS = re.compile("超(?:出|过|额)?.{0,6}(?:计划|目标|任务|预算)")
_TOTAL_LEFT = _CUES.pattern("<total>")
_TASK_NOUN = re.compile("项目|任务|规划|工程")
_DONE_SINCE = re.compile("已|现建成|现完成")
# 计划完成, 目标任务是完成: a deed right after a planning cue is still a plan.
_PLANNED_DEED = 1
# A rate that follows a norm in the same list is of the same order of magnitude (每人每月400元 … 较边远的300元).
_SAME_ORDER = 10


def resolve(scope: Scope, frames: Sequence[Frame], periods: Sequence[Period | None]) -> list[Status]:
    """Return the status of each quantity of the article.

    Args:
        scope: the article.
        frames: its frames, one per quantity.
        periods: the period of each quantity: what lies after the year the article reports on is a plan.
    """
    heads = _HeadingStatus(scope)
    reported = _reported_year(periods)
    statuses: list[Status] = []
    state: Status | None = None
    norm: Quantity | None = None  # the last norm of the sentence group
    seen = -1  # end offset of the text whose cues are already in ``state``
    for frame, following, period in zip_longest(frames, frames[1:], periods):
        if seen < 0 or _breaks(scope.text, seen, frame.sentence.start):
            state, norm, seen = None, None, frame.sentence.start
        default = heads.of(frame.sentence.section)
        if period is not None and reported and period.start and int(period.start[:4]) > reported:
            default = Status.PLANNED
        # One character of the number itself is read too: 完成8座 is a cue, 完成 alone is not.
        state = _advance(scope.text, seen, frame.quantity.start + 1, state, default)
        seen = max(seen, frame.quantity.start)
        told = _of_header(frame.quantity.label)
        if told is not None:
            statuses.append(told)
        elif _is_standard(scope, frame) or (norm is not None and _continues_norm(scope, frame, norm)):
            norm = frame.quantity
            statuses.append(Status.STANDARD)
        else:
            statuses.append(_planned_or_actual(scope, frame, following, state, heads.at(frame, default)))
    return statuses


def _of_header(label: str) -> Status | None:
    """The status that a table's header gives its cells (计划投资, 完成投资, 补助标准)."""
    if not label:
        return None
    if _STANDARD_LEFT.search(label):
        return Status.STANDARD
    if _PLAN.search(label):
        return Status.PLANNED
    return Status.ACTUAL if _DONE_WEAK.search(label) else None


def _reported_year(periods: Sequence[Period | None]) -> int:
    """The year most figures belong to, the later of two that have as many, or 0."""
    years = Counter(period.end[:4] for period in periods if period is not None and period.end)
    return int(max(years, key=lambda year: (years[year], year))) if years else 0


def _breaks(text: str, seen: int, start: int) -> bool:
    """A planning cue is forgotten at a full stop or a new line, not at a semicolon."""
    return start > seen and any(c in "。！？\n" for c in text[max(seen, start - 400) : start])


def _advance(text: str, begin: int, end: int, state: Status | None, default: Status) -> Status | None:
    """The status that the cues of ``text[begin:end]`` leave in force; in a plan only a strong cue tells a fact."""
    last_plan = last_done = -1
    for match in _PLAN.finditer(text, begin, end):
        last_plan = match.end()
    done = _DONE if default is Status.PLANNED else _DONE_WEAK
    for match in done.finditer(text, begin, end):
        if not 0 <= match.start() - last_plan <= _PLANNED_DEED:
            last_done = match.end()
    if last_plan > last_done:
        return Status.PLANNED
    return Status.ACTUAL if last_done >= 0 else state


def _planned_or_actual(
    scope: Scope, frame: Frame, following: Frame | None, state: Status | None, default: Status
) -> Status:
    lead = scope.text[frame.clause[0] : frame.quantity.start]
    if frame.quantity.dimension == "percent":
        if _EXCEEDS.search(lead):
            return Status.ACTUAL
        if _PROGRESS.search(lead) and state is not Status.PLANNED:
            return Status.ACTUAL if default is Status.ACTUAL or state is Status.ACTUAL else default
    elif _TASK_LEFT.search(lead):
        return Status.PLANNED
    end, last = frame.quantity.end, frame.sentence.end
    if state is None and scope.text.find("前", end, last) >= 0 and _DEADLINE.match(scope.text, end, last):
        return Status.PLANNED
    if state is None and following is not None and _is_task_of(scope, frame, following):
        return Status.PLANNED
    return state or default


def _is_task_of(scope: Scope, frame: Frame, following: Frame) -> bool:
    """A project's size followed by what is done of it is a plan (能源项目1200口，目前已建成960口)."""
    done, whole = following.quantity, frame.quantity
    if following.previous is not frame or done.unit != whole.unit or not done.value or not whole.value:
        return False
    between = scope.text[whole.end : done.start]
    named = _TASK_NOUN.search(scope.text[frame.clause[0] : whole.start])
    return named is not None and done.value <= whole.value and _DONE_SINCE.search(between) is not None


def _is_standard(scope: Scope, frame: Frame) -> bool:
    quantity = frame.quantity
    last = last_joined(frame).quantity.end  # 按6万元、2万元的标准补助: both are norms
    after = scope.text[quantity.end : quantity.end + 12]
    clause = scope.text[frame.clause[0] : quantity.start]
    bounded = quantity.modifier in (Modifier.OVER, Modifier.UNDER)
    if quantity.unit == "岁" and (bounded or quantity.modifier is Modifier.RANGE):
        return True
    if quantity.dimension != "percent" and bounded and (_QUALIFIER.match(after) or _QUALIFIER_PLAIN.match(after)):
        return True
    if (
        (_STANDARD_LEFT.search(clause) and "实际" not in clause)
        or _NORM_VERB.search(clause)
        or _LIMIT_AFTER.match(scope.text, last, last + 12)
    ):
        return True
    if bounded and _BOUND_SAID.search(clause) and "实际" not in clause:
        by_rule = _BY_RULE.search(scope.text, frame.sentence.start, frame.clause[0])
        if by_rule or _CAPPED.search(clause):
            return True
    if quantity.dimension not in ("money", "volume", "mass", "time", "calendar", "count", "person_times"):
        return False
    if "/" in quantity.unit and _RATE_PRICE.search(clause):
        return True
    if _EARNED.search(clause):
        return False
    adjacent = _RATE_ADJACENT.search(clause)
    if quantity.dimension == "money":
        wide = scope.text[
            max(frame.sentence.start, frame.clause[0] - 30) : min(frame.clause[1] + 6, frame.sentence.end)
        ]
        per_unit = _RATE.search(clause) is not None or "/" in quantity.text
        return adjacent is not None or (per_unit and _NORM_CUE.search(wide) is not None)
    return adjacent is not None and bounded


def _continues_norm(scope: Scope, frame: Frame, norm: Quantity) -> bool:
    quantity = frame.quantity
    if quantity.unit != norm.unit or quantity.dimension != "money" or not quantity.value or not norm.value:
        return False
    if _TOTAL_LEFT.search(scope.text[frame.clause[0] : quantity.start]):
        return False
    ratio = quantity.value / norm.value
    return ratio * _SAME_ORDER >= 1 and ratio <= _SAME_ORDER


class _HeadingStatus:
    """Status that the headings above a sentence give it, innermost first."""

    def __init__(self, scope: Scope) -> None:
        self._sections = scope.sections
        self._fallback = Status.PLANNED if _PLAN_TITLE.search(scope.article.title) else Status.ACTUAL
        self._known: dict[int, Status] = {}
        self._text = scope.text
        title_year = _YEAR.search(scope.article.title)
        self._plan_year = int(title_year.group()) if title_year and self._fallback is Status.PLANNED else 0
        years = (_heading_year(section) for section in scope.own_sections if section.level <= 1)
        self._first_year = next(filter(None, years), 0)

    def at(self, frame: Frame, default: Status) -> Status:
        """Return ``default``, but a figure of a year before the plan's own is a fact."""
        if default is Status.PLANNED and self._plan_year:
            stated = _YEAR.search(self._text, frame.sentence.start, frame.quantity.start)
            if stated and int(stated.group()) < self._plan_year:
                return Status.ACTUAL
        return default

    def of(self, index: int | None) -> Status:
        """Return the status of figures under section ``index`` when their own clause says nothing."""
        if index is None:
            return self._fallback
        if index not in self._known:
            section = self._sections[index]
            year = _heading_year(section) if section.level <= 1 else 0
            if year and self._first_year and year != self._first_year:
                self._known[index] = Status.PLANNED if year > self._first_year else Status.ACTUAL
            elif section.level <= 3 and _PLAN_HEADING.search(section.title) and not _DONE_HEADING.search(section.title):
                self._known[index] = Status.PLANNED
            elif section.level <= 1 and (_DONE_HEADING.search(section.title) or _PROBLEM_HEADING.search(section.title)):
                self._known[index] = Status.ACTUAL
            else:
                self._known[index] = self.of(section.parent)
        return self._known[index]


def _heading_year(section: Section) -> int:
    """The year a heading is about (二、2021年预算草案), or 0: a later year than the first heading's is a plan."""
    match = _YEAR.search(section.title)
    return int(match.group()) if match else 0
