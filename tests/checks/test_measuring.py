"""The measures of ``scripts/measure_checks.py``: an all-knowing checker gets everything, a silent one nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from script_modules import ROOT, script

from extractor import extract
from extractor.evaluate.claims import Claim, read_claims
from extractor.types import CheckFigure, CheckKind, CheckResult, Extraction, Role, Verdict

Check = Callable[[Extraction], list[CheckResult]]


@pytest.fixture(scope="module")
def measuring() -> Any:
    return script("measure_checks")


def result_of(claim: Claim) -> CheckResult:
    figures = tuple(CheckFigure(start, Role.PART) for start in sorted(claim.figures))
    return CheckResult(claim.kind, Verdict.HOLDS if claim.holds else Verdict.FAILS, figures, claim.note, "")


def all_knowing(texts: Path, claims: Path, names: Iterable[str]) -> Check:
    """Return what knows the claims of each text."""
    known = {
        (texts / f"{name}.txt").read_bytes().decode("utf-8"): read_claims(claims / f"{name}.jsonl") for name in names
    }
    return lambda extraction: [result_of(claim) for claim in known[extraction.text]]


def silent(_extraction: Extraction) -> list[CheckResult]:
    return []


def test_claims(measuring: Any, capsys: pytest.CaptureFixture[str]) -> None:
    claims = ROOT / "annotations" / "arithmetic" / "arithmetic"
    names = [path.stem for path in claims.glob("*.jsonl")]
    everything = sum(len(read_claims(path)) for path in claims.glob("*.jsonl"))
    known = all_knowing(ROOT / "corpus" / "arithmetic", claims, names)
    best, worst = (measuring.measure_claims("arithmetic", extract, check) for check in (known, silent))
    assert len(best.all("found")) == len(worst.all("missed")) == everything
    assert not best.all("missed")
    assert not best.all("strays")
    assert measuring.print_report([best], measuring.Planted(), missed=True) == 0
    assert f"all{'':19}{everything:8}{everything:8}  100.0%" in capsys.readouterr().out


def test_a_flag_on_the_clean_corpus_is_an_error(measuring: Any, capsys: pytest.CaptureFixture[str]) -> None:
    def crying_wolf(extraction: Extraction) -> list[CheckResult]:
        start = extraction.figures[0].start
        return [CheckResult(CheckKind.SUM, Verdict.FAILS, (CheckFigure(start, Role.RESULT),), "1+1=3", "")]

    report = measuring.measure_claims("arithmetic", extract, crying_wolf)
    assert measuring.print_report([report], measuring.Planted(), missed=False) == 1
    assert "village_overlaps sum 1+1=3" in capsys.readouterr().out


def test_planted_errors(measuring: Any, tmp_path: Path) -> None:
    measuring.plant(tmp_path, 7, 24)
    names = [path.relative_to(tmp_path / "texts").with_suffix("").as_posix() for path in tmp_path.glob("texts/*/*.txt")]
    known = all_knowing(tmp_path / "texts", tmp_path / "claims", names)
    best, worst = (measuring.measure_planted(tmp_path, extract, check) for check in (known, silent))
    assert len(best.found) == len(worst.missed) == 24
    assert best.controls == 8
    assert not best.missed
    assert not best.strays
