"""Projects: the figures of one undertaking, gathered.

A report tells an undertaking in one breath: 投入8万元新修水渠2公里，解决了两个组300亩水田的灌溉. Its figures stand
side by side, have one type and one place, and at least one of them is money or something built.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.link_cues import pattern
from extractor.resources.units import divisions
from extractor.types import Figure, Project, Scope, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# These types are states and office work, never an undertaking that builds or serves.
_NO_PROJECT = frozenset(("identification", "administration"))
_NO_OUTPUT = frozenset(
    ("people", "households", "person_times", "percent", "time", "calendar", "age", "temperature", "ratio", "money")
)
_HOUSED = frozenset(("housing", "relocation", "environment", "energy", "drinking_water"))
_BUILDS = pattern("<build>")
_INVESTS = re.compile(r"投入|投资|总投|争取")
_INVESTED = re.compile(r"[，,；;。\n][^，,占]{0,6}(?:投入|投资)[^，,]{0,4}$")
_NAMED = re.compile(r"[\u4e00-\u9fff“”]{2,24}?(?:工程(?:项目)?|项目)(?![资建部])")
_VERB = re.compile(
    r"^.*(?:实施|完成|建成|启动|开展|推进|争取到?|投资|投入|用于|进行|落实|申报|组织|累计|共|为|是|的)了?(?=.{4,})"
)
_UNNAMED = re.compile(
    r"(?:完成|实施|争取|申报|整个|各类|帮|将|启动了?|安排|大|子|上)的?(?:项目|工程)$|^(?:工程|项目|个|月|[一二三四五]是)|^.?”"
)
_TITLE = re.compile(r"(?:工程|项目|改造|搬迁|建设|整治|安置|硬化)$")
_MONEY_WORDS = re.compile(r"(?<=.{4})(?:计划|完成)?(?:总?投资|投入(?:资金)?)$")
_COUNTED = divisions() | {"个"}
_SHORTEST, _LONGEST = 4, 20  # characters of a name
_WINDOW = 40
_BEFORE = 10  # characters before the first figure in which the verb of an undertaking may stand


def group(scope: Scope, figures: Sequence[Figure], first_id: int = 1) -> tuple[tuple[Figure, ...], tuple[Project, ...]]:
    """Gather the figures of one article into projects.

    Args:
        scope: the article.
        figures: its figures with all attributes and links, one to one with ``scope.quantities``.
        first_id: the id of the first project found; the others are numbered on.

    Returns:
        The figures with ``project`` set, and the projects. ``Project.figures`` are ``start`` offsets.
    """
    grouped = list(figures)
    projects: list[Project] = []
    types = _types(scope, figures)
    for members in _clusters(scope, figures):
        inside = [figures[index] for index in members]
        if not _is_project(scope, inside):
            continue
        section = _section(scope, members[0])
        alone = section is not None and len(types[section]) == 1
        title = scope.sections[section].title.strip("：:。") if section is not None and alone else ""
        project = _project(scope, inside, first_id + len(projects), title)
        projects.append(project)
        for index in members:
            grouped[index] = replace(grouped[index], project=project.id)
    return tuple(grouped), tuple(projects)


def _types(scope: Scope, figures: Sequence[Figure]) -> dict[int | None, set[str]]:
    """The project types of every section: a heading names a project only where all figures are of one type."""
    types: dict[int | None, set[str]] = {}
    for index, figure in enumerate(figures):
        if figure.project_type is not None:
            types.setdefault(_section(scope, index), set()).add(figure.project_type)
    return types


def _clusters(scope: Scope, figures: Sequence[Figure]) -> Iterator[list[int]]:
    """Runs of figures of one type and place that stand side by side."""
    current: list[int] = []
    for index, figure in enumerate(figures):
        if current and not _goes_on(scope, figures, current, index):
            yield current
            current = []
        if figure.project_type is not None and figure.project_type not in _NO_PROJECT:
            current.append(index)
    if current:
        yield current


def _goes_on(scope: Scope, figures: Sequence[Figure], current: Sequence[int], index: int) -> bool:
    last, figure = figures[current[-1]], figures[index]
    if figure.project_type != last.project_type or not _same_place(last, figure):
        return False
    apart = scope.sentence_of[index] - scope.sentence_of[current[-1]]
    if apart > 1 or (apart and _section(scope, index) != _section(scope, current[-1])):
        return False
    standing = {figures[member].status for member in current[-_WINDOW:]} - {Status.STANDARD}
    if apart and figure.status is not Status.STANDARD and standing and figure.status not in standing:
        return False
    funded = any(_is_budget(scope, figures[member]) for member in current[-_WINDOW:])
    return not (funded and figure.part_of is None and _is_budget(scope, figure) and _opens(scope, figures, index))


def _same_place(one: Figure, other: Figure) -> bool:
    ours, theirs = ({place.name for place in figure.place} for figure in (one, other))
    return ours == theirs or not ours or not theirs


def _section(scope: Scope, index: int) -> int | None:
    return scope.sentences[scope.sentence_of[index]].section


def _is_budget(scope: Scope, figure: Figure) -> bool:
    return figure.dimension == "money" and bool(_INVESTS.search(scope.text, max(0, figure.start - 12), figure.start))


def _opens(scope: Scope, figures: Sequence[Figure], index: int) -> bool:
    """Whether 投入… stands at the head of its clause: what follows is another undertaking."""
    before = max(figures[index - 1].end if index else scope.article.start, figures[index].start - _LONGEST)
    return _INVESTED.search(scope.text[before : figures[index].start]) is not None


def _is_project(scope: Scope, inside: Sequence[Figure]) -> bool:
    if len(inside) < 2 or not any(_is_yield(figure) for figure in inside):
        return False
    start = max(scope.article.start, inside[0].start - _BEFORE)
    return _BUILDS.search(scope.text, start, inside[-1].end) is not None


def _is_yield(figure: Figure) -> bool:
    """Money, or something built; where homes are built the household is what is built."""
    if figure.status is Status.STANDARD:
        return False
    built = figure.dimension not in _NO_OUTPUT or (figure.dimension == "households" and figure.project_type in _HOUSED)
    return figure.dimension == "money" or built


def _project(scope: Scope, inside: Sequence[Figure], number: int, title: str) -> Project:
    project = Project(
        id=number,
        article=scope.article.index,
        name=_name(scope, inside, title),
        project_type=inside[0].project_type or "",
        status=Status.ACTUAL,
        period=None,
        place=(),
        funders=(),
        figures=(),
    )
    return told_by(project, inside)


def told_by(project: Project, inside: Sequence[Figure]) -> Project:
    """Return a project with all that its figures say of it: status, period, places and funders.

    Args:
        project: gives number, name and type.
        inside: its figures, at least one, in text order; where none is money or something built, each of them counts.
    """
    yields = [figure for figure in inside if _is_yield(figure)] or list(inside)
    periods = Counter(figure.period for figure in inside if figure.period)
    places = Counter(figure.place for figure in inside if figure.place)
    actual = any(figure.status is Status.ACTUAL for figure in yields)
    return replace(
        project,
        status=Status.ACTUAL if actual else yields[0].status,
        period=periods.most_common(1)[0][0] if periods else None,
        place=places.most_common(1)[0][0] if places else (),
        funders=tuple(dict.fromkeys(figure.funder for figure in inside if figure.funder)),
        figures=tuple(figure.start for figure in inside),
    )


def _name(scope: Scope, inside: Sequence[Figure], title: str) -> str:
    """The name the text gives (青溪村人畜饮水工程), else the heading, else what the first output is called."""
    text, sentence = scope.text, inside[0].sentence
    start, end = max(sentence[0], inside[0].start - 2 * _LONGEST), min(inside[-1].end + _LONGEST, sentence[1])
    for match in _NAMED.finditer(text, start, end):
        name = _VERB.sub("", match[0]).removeprefix("其中")
        quoted = name.count("“") == name.count("”")
        if quoted and _SHORTEST <= len(name) <= _LONGEST and not _UNNAMED.search(name):
            return name
    if title and len(title) <= _LONGEST and _TITLE.search(title):
        return _VERB.sub("", title)
    yields = [figure for figure in inside if _is_yield(figure)]
    outputs = [figure for figure in yields if figure.dimension != "money" and figure.unit not in _COUNTED]
    words = next((one.indicator for one in (*outputs, *yields, *inside) if len(one.indicator) >= _SHORTEST), "")
    return _MONEY_WORDS.sub("", words) or title or inside[0].indicator
