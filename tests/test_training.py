"""Learning weights: what the fit finds on problems small enough to see through, and what is written."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from typing import Any

import pytest

from extractor.context import linear

pytest.importorskip("scipy", reason="needs the extra train")


def _script() -> Any:
    spec = importlib.util.spec_from_file_location("train", Path(__file__).parents[1] / "scripts" / "train.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


train = _script()
# Two candidates each; the first is right where it is named nearby.
NEAR = train.Example([["near", "any=road"], ["far", "any=crop"]], 0)
FAR = train.Example([["near", "any=crop"], ["far", "any=road"]], 1)


class TestFit:
    def test_it_learns_which_feature_tells(self) -> None:
        weights = train.fit([NEAR] * 9 + [FAR])
        assert weights["near"] > 0 > weights["far"]

    def test_without_penalty_the_weights_give_the_observed_odds(self) -> None:
        weights = train.fit(
            [train.Example([["near"], ["far"]], 0)] * 8 + [train.Example([["near"], ["far"]], 1)] * 2, lambda _: 1e-6
        )
        assert weights["near"] - weights["far"] == pytest.approx(math.log(8 / 2), abs=0.01)

    def test_a_heavier_penalty_makes_lighter_weights(self) -> None:
        light, heavy = (train.fit([NEAR] * 9 + [FAR], lambda _, s=s: s) for s in (0.1, 10.0))
        assert abs(heavy["near"]) < abs(light["near"])

    def test_order_does_not_matter(self) -> None:
        assert train.fit([NEAR, NEAR, FAR, NEAR]) == train.fit([FAR, NEAR, NEAR, NEAR])

    def test_what_was_seen_once_is_not_learned(self) -> None:
        assert "any=crop" not in train.fit([NEAR] * 5)  # never the right one


def test_what_is_written_can_be_read_heaviest_first(tmp_path: Path) -> None:
    path = tmp_path / "weights.tsv"
    train.write({"small": 0.1, "any=road": -2.5, "near": 1.25}, path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("#")
    assert lines[1:] == ["feature\tweight", "any=road\t-2.5", "near\t1.25", "small\t0.1"]


def test_names_and_models_are_two_sides_of_the_same_weights() -> None:
    names = linear.names("road", ["near"], ["any"])
    model = linear.build(dict.fromkeys(names, 1.0))
    assert model.general == {"near": 1.0}
    assert model.specific == {"any": {"road": 1.0}}


class TestReports:
    @pytest.fixture
    def folders(self, tmp_path: Path) -> str:
        text = "修建公路3公里。投入20万元。全乡总人口900人。"
        codes = {"3公里": '"road"', "20万元": '"road"', "900人": "null"}
        (tmp_path / "report.txt").write_text(text, encoding="utf-8")
        rows = [f'{{"start": {text.index(span)}, "project_type": {code}}}' for span, code in codes.items()]
        (tmp_path / "report.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
        return f"{tmp_path}:{tmp_path}"

    def test_every_annotated_figure_is_an_example_with_its_right_candidate(self, folders: str) -> None:
        (report,) = train.load([folders])
        examples = list(train.project_type_examples(report))
        rights = [example.candidates[example.right] for example in examples]
        assert ["any=road" in right for right in rights] == [True, True, False]
        assert "any=none" in rights[2]

    def test_accuracy_counts_the_annotated_figures(self, folders: str) -> None:
        (report,) = train.load([folders])
        weights = train.fit([*train.project_type_examples(report)] * 5)
        assert train.project_type_accuracy(report, weights) == (3, 3)

    def test_a_folder_without_annotations_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match="no annotated report"):
            train.load([f"{tmp_path}:{tmp_path}"])

    def test_check_prints_a_line_per_report_and_writes_nothing(
        self, folders: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def refuse(*_: object) -> None:
            raise AssertionError("written")

        monkeypatch.setattr(train, "write", refuse)
        monkeypatch.setattr("sys.argv", ["train.py", "--check", folders, folders])
        train.main()
        assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["report", "report", "all"]
