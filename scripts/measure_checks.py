"""Print how many annotated arithmetic claims the checks find, how many errors they flag, and what they flag wrongly.

    python scripts/measure_checks.py              # tables and every flag that matches no error
    python scripts/measure_checks.py --missed     # also the claims and errors that are not found

Three measures: the annotated claims of the seed documents (where they stand beside the repository) and of the corpus;
the errors that ``scripts/plant_errors.py`` plants; the flags on the corpus as it is, in which everything is right. The
exit status is 1 when something in the clean corpus is flagged.

What a written number stands for (rounding, 约, 余) measure and checker take from one module, ``extractor/intervals.py``,
which has tests of its own; which figures make a claim, and whether it holds, they work out apart.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extractor.evaluate.claims import Claim, ExtractedFigures, Findings, findings, read_claims, reveals
from extractor.types import CheckResult, Extraction, Verdict

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
OWN = ("dev", "test", "arithmetic")
"""The sets of the corpus, in which nothing is wrong."""

SETS = {"seeds": (SHARED / "seeds", SHARED / "annotation" / "arithmetic")} | {
    part: (ROOT / "corpus" / part, ROOT / "annotations" / "arithmetic" / part) for part in OWN
}

Extract = Callable[[str], Extraction]
Check = Callable[[Extraction], Sequence[CheckResult]]


def tools() -> tuple[Extract, Check]:
    """Return the extractor and the checker."""
    return importlib.import_module("extractor").extract, importlib.import_module("extractor.checks").check


@dataclass
class Claims:
    """The findings of one set of documents, by document."""

    name: str
    documents: dict[str, Findings] = field(default_factory=dict)

    def all(self, part: str) -> list[tuple[str, Any]]:
        """Return one part of the findings (``found``, ``strays`` …) with the names of the documents."""
        return [(name, one) for name, found in self.documents.items() for one in getattr(found, part)]

    def table(self) -> Iterator[str]:
        """Yield the counts by kind."""
        found, missed = (Counter(claim.kind for _, claim in self.all(part)) for part in ("found", "missed"))
        yield f"{self.name:24}{'hold':>8}{'found':>8}{'':>8}"
        for kind in sorted(found | missed):
            yield row(f"  {kind}", found[kind], found[kind] + missed[kind])
        yield row("  all", found.total(), found.total() + missed.total())
        flagged, unflagged = len(self.all("flagged")), len(self.all("unflagged"))
        if flagged + unflagged:
            yield row("  failing, flagged", flagged, flagged + unflagged)
        yield f"  flags that match no failing claim: {len(self.all('strays'))}"


def row(label: str, hits: int, total: int) -> str:
    """Return one line of a table: how many, how many of them, the share."""
    return f"{label:24}{total:8}{hits:8}{hits / total:8.1%}" if total else f"{label:24}{total:8}{hits:8}{'':>8}"


def measure_claims(name: str, extract: Extract, check: Check) -> Claims:
    """Compare the checks of one of :data:`SETS` with its annotated claims."""
    texts, annotations = SETS[name]
    report = Claims(name)
    for path in sorted(annotations.glob("*.jsonl")):
        extraction = extract((texts / f"{path.stem}.txt").read_bytes().decode("utf-8"))
        report.documents[path.stem] = findings(read_claims(path), check(extraction), extraction)
    return report


@dataclass
class Planted:
    """Which planted errors were found, and the flags on the planted texts that show none."""

    found: list[dict[str, Any]] = field(default_factory=list)
    missed: list[dict[str, Any]] = field(default_factory=list)
    controls: int = 0
    strays: list[tuple[str, CheckResult]] = field(default_factory=list)

    def table(self) -> Iterator[str]:
        """Yield the counts by kind."""
        found, missed = (Counter(error["kind"] for error in errors) for errors in (self.found, self.missed))
        yield f"{'planted errors':24}{'planted':>8}{'found':>8}{'':>8}"
        for kind in sorted(found | missed):
            yield row(f"  {kind}", found[kind], found[kind] + missed[kind])
        yield row("  all", found.total(), found.total() + missed.total())
        parts = Counter(error["document"].partition("/")[0] for error in self.found)
        known = parts + Counter(error["document"].partition("/")[0] for error in self.missed)
        for part in sorted(known):
            yield row(f"    in corpus/{part}", parts[part], known[part])
        yield f"  controls, which the text does not reveal: {self.controls}"
        yield f"  flags that show no planted error: {len(self.strays)}"


def measure_planted(folder: Path, extract: Extract, check: Check, report: Planted | None = None) -> Planted:
    """Check the texts that ``plant_errors.py`` wrote to ``folder``; add to ``report`` what came of it."""
    errors = [json.loads(line) for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    report = report or Planted()
    for name in dict.fromkeys(error["document"] for error in errors):
        extraction = extract((folder / "texts" / f"{name}.txt").read_bytes().decode("utf-8"))
        flags = [result for result in check(extraction) if result.verdict is Verdict.FAILS]
        figures = ExtractedFigures(extraction)
        shown: set[str] = set()
        for error in (one for one in errors if one["document"] == name):
            if not error["revealed"]:
                report.controls += 1
                continue
            changed = error["start"] if error["after"] else None
            broken = [Claim.parse(claim) for claim in error["claims"]]
            hits = {flag.key for flag in flags if reveals(flag, changed, broken, figures)}
            (report.found if hits else report.missed).append(error)
            shown |= hits
        report.strays += [(name, flag) for flag in flags if flag.key not in shown]
    return report


def flag_line(document: str, flag: CheckResult) -> str:
    """Return a flag as a person reads it."""
    cause = f"；疑为 {flag.cause}" if flag.cause else ""
    return f"    {document} {flag.kind} {flag.formula}{f'；{flag.reason}' if flag.reason else ''}{cause}"


def claim_line(document: str, claim: Claim) -> str:
    """Return a claim as its kind, its offsets and its note."""
    return f"    {document} {claim.kind} {claim.result} <- {list(claim.parts)} {claim.note}"


def error_line(error: dict[str, Any]) -> str:
    """Return a planted error: where, what was made of what."""
    return f"    {error['document']} {error['kind']} @{error['start']} {error['before']} -> {error['after'] or '(dropped)'}"


def plant(folder: Path, seed: int, count: int) -> None:
    """Plant errors with the script beside this one."""
    sys.path.insert(0, str(Path(__file__).parent))
    planting = importlib.import_module("plant_errors")
    planting.write(planting.plan_errors(planting.sources(), seed, count, planting.CONTROLS), folder)


def report_lines(claims: Sequence[Claims], planted: Planted, *, missed: bool) -> Iterator[str]:
    """Yield everything that is printed; ``missed`` adds what was not found."""
    for report in claims:
        yield from report.table()
        yield from (flag_line(*stray) for stray in report.all("strays"))
        if missed:
            yield "  not found:"
            yield from (claim_line(*one) for one in report.all("missed"))
            yield "  not flagged:"
            yield from (claim_line(*one) for one in report.all("unflagged"))
    yield from planted.table()
    yield from (flag_line(*stray) for stray in planted.strays)
    if missed:
        yield "  not found:"
        yield from map(error_line, planted.missed)


def print_report(claims: Sequence[Claims], planted: Planted, *, missed: bool) -> int:
    """Print everything and return the exit status."""
    for line in report_lines(claims, planted, missed=missed):
        print(line)
    fails = sum(len(report.all("strays")) for report in claims if report.name in OWN)
    print(f"clean corpus: {fails} flags (must be 0)")
    return int(fails > 0)


def main() -> int:
    """Measure and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, nargs="+", default=[7], help="seeds of the planted errors")
    parser.add_argument("--count", type=int, default=60, help="how many errors are planted")
    parser.add_argument("--missed", action="store_true", help="list the claims and errors that are not found")
    arguments = parser.parse_args()
    extract, check = tools()
    names = [name for name, (texts, _) in SETS.items() if texts.is_dir()]
    claims = [measure_claims(name, extract, check) for name in names]
    planted = Planted()
    for seed in arguments.seed:
        with tempfile.TemporaryDirectory() as folder:
            plant(Path(folder), seed, arguments.count)
            measure_planted(Path(folder), extract, check, planted)
    return print_report(claims, planted, missed=arguments.missed)


if __name__ == "__main__":
    sys.exit(main())
