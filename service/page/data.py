"""What the pages show, asked of the database: the one place of the page that knows :class:`extractor.store.Store`."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from extractor.errors import UsageError
from extractor.report.checks import WORST_FIRST, summary
from extractor.report.comparison import Compared
from extractor.report.comparison_html import ORDER
from extractor.report.comparison_rows import item_row
from extractor.store import CheckFilter, DocumentFilter, StoredCheck
from extractor.types import Severity, Verdict
from service.page.edits import Edit, edits
from service.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extractor.store import Store, StoredDocument, StoredLedger
    from extractor.types import ComparisonItem, Document, Extraction, Figure, Match, Project, RecordedFigure

FIGURES_AT_ONCE = 1500
"""A document with more figures is shown in stretches."""

_STRETCH = 500
"""Recorded figures that are read at a time."""
_FAILING = frozenset((Verdict.FAILS,))
_SEVERITIES = (Severity.MUST_FIX, Severity.PLEASE_VERIFY, None)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a text, from one offset up to another."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Report:
    """A document with what was found in it, stored (then ``number`` is its id) or not (0)."""

    number: int
    title: str
    document: Document
    figures: Sequence[Figure]
    projects: Sequence[Project]
    checks: Sequence[StoredCheck]
    edits: Mapping[int, Edit] = field(default_factory=dict)

    @property
    def texts(self) -> Mapping[int, str]:
        """The texts of the figures by their places."""
        return {figure.start: figure.text for figure in self.figures}

    @property
    def about(self) -> str:
        """What there is of it, in words."""
        counted = f"{len(self.document.text):,} 字，{len(self.figures):,} 个数字，{len(self.projects):,} 个项目"
        return "，".join(filter(None, (self.document.source, counted)))

    def ordered(self) -> tuple[Sequence[StoredCheck], Sequence[StoredCheck]]:
        """Return the findings that fail and were not explained, and all others, the worst first."""
        listed = sorted(self.checks, key=_rank)
        parts: tuple[list[StoredCheck], list[StoredCheck]] = [], []
        for check in listed:
            parts[check.result.verdict not in _FAILING or bool(check.note)].append(check)
        return parts

    def spoken_of(self) -> list[StoredCheck]:
        """Return the findings, besides those that fail, that people explained or whose figures they corrected."""
        _, others = self.ordered()
        return [one for one in others if one.note or any(figure.start in self.edits for figure in one.result.figures)]


def address(document: int, start: int) -> str:
    """Return the address of a figure in its document."""
    return f"/documents/{document}?at={start}#m{document}-{start}"


def unstored(document: Document, extraction: Extraction) -> Report:
    """Return a report that was pasted."""
    sentences = {figure.start: document.text[slice(*figure.sentence)] for figure in extraction.figures}
    checks = [
        StoredCheck(
            0, "", extraction.title, result, tuple(dict.fromkeys(sentences[one.start] for one in result.figures))
        )
        for result in extraction.checks or ()
    ]
    title = extraction.title or "粘贴的报告"
    document = replace(document, warnings=(*document.warnings, *extraction.warnings))
    return Report(0, title, document, extraction.figures, extraction.projects, checks)


def stored(store: Store, number: int) -> Report:
    """Return a stored report.

    Raises:
        ProblemError: there is none of this number.
    """
    found = store.holdings().contents(number)
    if found is None:
        raise ProblemError(404, f"没有编号为 {number} 的文件，可能已被删除", f"no document {number}")
    document, extraction = found
    with closing(store.checks(CheckFilter(document=number))) as checks:
        title = extraction.title or document.source
        found_in = extraction.figures, extraction.projects, list(checks)
        return Report(number, title, document, *found_in, edits(store, number))


def documents(store: Store, words: str, before: int, limit: int) -> list[StoredDocument]:
    """Return a page of the library, the latest first.

    Args:
        store: the database.
        words: that title or source contain.
        before: id of the last document of the page before, 0 for the first page.
        limit: how many at most.
    """
    return store.holdings().page(DocumentFilter(text=words.strip() or None, before=before or None, limit=limit))


def ledger(store: Store, number: int) -> StoredLedger:
    """Return what there is to say of a stored ledger.

    Raises:
        ProblemError: there is none of this number.
    """
    found = store.catalogue().ledger(number)
    if found is None:
        raise ProblemError(404, f"没有编号为 {number} 的台账，可能已被删除", f"no ledger {number}")
    return found


def recorded(store: Store, number: int, begin: int = 0) -> Iterator[RecordedFigure]:
    """Yield what a ledger records, from the figure of an index on, some at a time."""
    catalogue = store.catalogue()
    while some := catalogue.recorded(number, _STRETCH, begin):
        yield from some
        begin = some[-1].index + 1


def comparison(store: Store, number: int) -> Compared:
    """Return a stored comparison.

    Raises:
        ProblemError: there is none of this number.
    """
    try:
        return Compared.of(store, store.comparison(number), number)
    except UsageError as error:
        detail = f"没有编号为 {number} 的比对；它的台账可能已被替换或删除"
        raise ProblemError(404, detail, f"no comparison {number}") from error


def verdicts(compared: Compared, verdict: Match | None, words: str) -> list[ComparisonItem]:
    """Return the verdicts that are wanted, those that concern a reader most first, of these the largest gap.

    Args:
        compared: the comparison.
        verdict: the only one wanted, if it is not ``None``.
        words: that what the ledger says of a row contains.
    """
    wanted = words.split()

    def fits(item: ComparisonItem) -> bool:
        row = None if item.recorded is None else compared.ledger.figures[item.recorded]
        said = f"{row.indicator} {row.place} {row.period or ''} {row.project}" if row else ""
        return verdict in (None, item.verdict) and all(word in said for word in wanted)

    def rank(item: ComparisonItem) -> tuple[int, Decimal, int]:
        return ORDER.index(item.verdict), -abs(item.relative or Decimal(0)), item.recorded or 0

    return sorted(filter(fits, compared.comparison.items), key=rank)


def evidence(compared: Compared, items: Sequence[ComparisonItem]) -> list[dict[str, object]]:
    """Return rows of verdicts, each with both sides and what stands around the figure in its sentence."""
    refs = [item.reported or item.see for item in items]
    found = compared.find([ref for ref in refs if ref])
    rows = []
    for item, ref in zip(items, refs, strict=True):
        row = item_row(item, compared.ledger, found.get(ref) if ref else None)
        sentence, figure, begin = row["sentence_text"] or "", row["reported"] or "", row["offset_in_sentence"]
        if isinstance(sentence, str) and isinstance(figure, str) and isinstance(begin, int):
            row["around"] = (sentence[:begin], figure, sentence[begin + len(figure) :])
        else:
            row["around"] = None
        rows.append(row)
    return rows


def counted(checks: Sequence[StoredCheck]) -> str:
    """Return how claims came out, in words."""
    if not checks:
        return ""
    told = summary(Counter(check.result.verdict.value for check in checks))
    explained = sum(bool(check.note) for check in checks)
    return f"{told}；已说明 {explained} 处" if explained else told


def stretches(figures: Sequence[Figure], length: int, most: int = FIGURES_AT_ONCE) -> list[Stretch]:
    """Cut a text at sentences into pieces of about ``most`` figures.

    Args:
        figures: of the text, by place.
        length: of the text.
        most: figures of a piece.
    """
    cuts, count, end = [0], 0, 0
    for figure in figures:
        begin = figure.sentence[0]
        if count >= most and begin >= end:
            cuts.append(begin)
            count = 0
        count, end = count + 1, max(end, figure.end)
    return [Stretch(start, end) for start, end in zip(cuts, [*cuts[1:], length], strict=True)]


def stretch_at(pieces: Sequence[Stretch], offset: int) -> Stretch:
    """Return the piece that holds an offset; the first one where none does."""
    return next((piece for piece in pieces if piece.start <= offset < piece.end), pieces[0])


def _rank(check: StoredCheck) -> tuple[int, int, int]:
    result = check.result
    return WORST_FIRST.index(result.verdict), _SEVERITIES.index(result.severity), result.figures[0].start
