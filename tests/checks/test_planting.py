"""Planted errors are where the manifest says, break the claims that it names and nothing else, and repeat for a seed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from script_modules import ROOT, script

from extractor.evaluate import load_golden
from extractor.evaluate.claims import Claim, read_claims
from extractor.evaluate.recompute import agrees, amounts
from extractor.evaluate.rows import Row
from extractor.types import CheckKind

KINDS = {
    "wrong_sum", "wrong_share", "wrong_growth", "power_of_ten", "transposed_digits", "missing_part", "wrong_unit",
    "last_years_value",
}  # fmt: skip


@pytest.fixture(scope="module")
def planting() -> Any:
    return script("plant_errors")


def plant(planting: Any, folder: Path, seed: int, count: int = 60, controls: int = 8) -> list[dict[str, Any]]:
    planting.write(planting.plan_errors(planting.sources(), seed, count, controls), folder)
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module", params=[7, 8, 2024])
def planted(request: pytest.FixtureRequest, planting: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a folder of planted texts and its manifest."""
    folder = tmp_path_factory.mktemp("planted")
    return folder, plant(planting, folder, request.param)


def by_document(errors: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    documents: dict[str, list[dict[str, Any]]] = {}
    for error in errors:
        documents.setdefault(error["document"], []).append(error)
    return documents


def text_of(folder: Path, name: str) -> str:
    return (folder / f"{name}.txt").read_bytes().decode("utf-8")


def test_a_seed_always_plants_the_same(planting: Any, tmp_path: Path) -> None:
    plant(planting, tmp_path / "first", 7)
    plant(planting, tmp_path / "second", 7)
    names = sorted(path.relative_to(tmp_path / "first") for path in (tmp_path / "first").rglob("*.*"))
    assert len(names) > 30
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    assert plant(planting, tmp_path / "third", 8) != plant(planting, tmp_path / "fourth", 7)


def test_sixty_errors_of_eight_kinds_and_controls(planted: Any, planting: Any) -> None:
    kinds = Counter(error["kind"] for error in planted[1] if error["revealed"])
    assert kinds.keys() == KINDS == planting.KINDS.keys()
    assert kinds.total() == 60
    assert min(kinds.values()) == 7
    hidden = Counter(error["kind"] for error in planted[1] if not error["revealed"])
    assert hidden == {planting.CONTROL: 4, planting.CONTROL_PART: 4}
    for errors in by_document(planted[1]).values():
        assert sum(error["revealed"] for error in errors) <= planting.PER_DOCUMENT


def test_the_manifest_tells_what_was_changed(planted: Any, planting: Any) -> None:
    folder, manifest = planted
    for name, errors in by_document(manifest).items():
        text = text_of(folder / "texts", name)
        for error in reversed(errors):
            assert text[error["start"] : error["end"]] == error["after"]
            assert error["before"] != error["after"]
            assert (error["after"] == "") == (error["kind"] in ("missing_part", planting.CONTROL_PART))
            text = text[: error["start"]] + error["before"] + text[error["end"] :]
        assert text == text_of(ROOT / "corpus", name)


def test_the_claims_named_are_broken_and_no_others(planted: Any) -> None:
    folder, manifest = planted
    for name, errors in by_document(manifest).items():
        part, stem = name.split("/")
        golden = {one.name: one for one in load_golden(folder / "texts" / part, folder / "annotations" / part)}[stem]
        known = amounts(golden.rows, golden.document.text)
        named = [Claim.parse(claim) for error in errors for claim in error["claims"]]
        claims = read_claims(folder / "claims" / f"{name}.jsonl")
        assert [claim for claim in claims if not agrees(claim, known)] == [claim for claim in claims if not claim.holds]
        assert sorted(map(repr, named)) == sorted(repr(claim) for claim in claims if not claim.holds)


def test_each_error_stands_alone(planted: Any, planting: Any) -> None:
    folder, manifest = planted
    for name, errors in by_document(manifest).items():
        claims = read_claims(folder / "claims" / f"{name}.jsonl")
        reached: set[int] = set()
        for error in errors:
            about = [claim for claim in claims if error["start"] in claim.figures]
            assert bool(error["claims"]) == error["revealed"]
            assert error["kind"] != planting.CONTROL or not about
            figures = {start for claim in error["claims"] for start in (claim["total_or_result"], *claim["parts"])}
            assert not figures & reached
            reached |= figures


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("共投入90万元，其中县级50万元、乡级30万元、自筹10万元。", False),
        ("共投入90万元，包括县级50万元、乡级30万元、自筹10万元。", False),
        ("共投入90万元，分别为县级50万元、乡级30万元、自筹10万元。", True),
        ("共投入90万元，其中县级50万元、乡级30万元、其他10万元。", True),
        ("共投入90万元（县级50万元、乡级30万元、自筹10万元）。", True),
        ("共投入90万元（其中县级50万元、乡级30万元、自筹10万元）。", False),
        ("共投入90万元。按来源分：县级50万元、乡级30万元、自筹10万元。", True),
        ("县级50万元、乡级30万元、自筹10万元，合计投入90万元。", True),
        ("县级50万元、乡级30万元、自筹10万元，投入90万元。", False),
    ],
)
def test_a_dropped_part_shows_only_in_a_whole_list(planting: Any, sentence: str, told: bool) -> None:
    total, *parts = (sentence.index(words) for words in ("90万元", "50万元", "30万元", "10万元"))
    rows = [Row.parse({"start": start, "end": start + 4}) for start in (total, *parts)]
    source = planting.Source("dev", "finance", sentence, rows)
    claim = Claim("made", CheckKind.SUM, total, tuple(parts), True, None, None)
    assert source.is_told(claim) is told


def test_a_corpus_has_no_room_for_endless_errors(planting: Any) -> None:
    with pytest.raises(SystemExit, match="no room for 2000 errors"):
        planting.plan_errors(planting.sources(), 7, 2000, 0)
