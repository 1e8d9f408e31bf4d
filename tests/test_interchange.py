"""Annotations survive the way through every tool: all fields of the guidelines, on any text."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import spacy
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from spacy.tokens import DocBin

from extractor.cli import main
from extractor.errors import UsageError
from extractor.interchange import FORMATS, converter
from extractor.interchange.records import Annotated, annotated

TEXT = "全镇投入60.5万元，其中县级20万元，占33%，\n惠及三百户、1200 人。"
FIGURES: list[dict[str, Any]] = [
    {"start": 4, "end": 10, "value": 605000, "modifier": "exact", "unit": "元", "indicator": "投入", "status": "actual",
     "period": "2019", "place": ["柳湾镇"], "project_type": "road"},
    {"start": 15, "end": 19, "value": 200000, "unit": "元", "status": "actual", "part_of": 4, "funder": "县级"},
    {"start": 21, "end": 24, "value": Decimal("33.05"), "unit": "%", "pct": {"kind": "share", "of": 4, "numer": 15}},
    {"start": 28, "end": 31, "value": 300, "unit": "户", "status": "planned", "place": ["东村", "西村"]},
    {"start": 32, "end": 38, "value": None, "redacted": True, "status": "standard", "pair": 28, "own": {"note": "甲"}},
]  # fmt: skip
PATHS = {"gold": "gold", "brat": "brat", "label_studio": "tasks.json", "doccano": "lines.jsonl", "docbin": "docs.spacy"}

CHARACTERS = st.one_of(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]),
    st.sampled_from(list("全镇户人元0123456789，。 \t\r\n\u2028\x85\"\\'<>&")),
)
WORDS = st.text(CHARACTERS, max_size=6)
CODES = st.one_of(st.none(), st.sampled_from(["about", "over", "actual", "figure", "road"]), WORDS)
NUMBERS = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
)


@st.composite
def documents(draw: st.DrawFn) -> Annotated:
    text = "段" + draw(st.text(CHARACTERS, min_size=1, max_size=60))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    spans = [(a, b) for a, b in pairwise(cuts) if text[a:b].strip() == text[a:b]]
    starts = st.one_of(
        st.none(), st.integers(0, len(text)), *([st.sampled_from([a for a, _ in spans])] if spans else [])
    )
    optional = {
        "value": NUMBERS,
        "value_max": NUMBERS,
        "modifier": CODES,
        "unit": st.one_of(st.none(), WORDS),
        "indicator": st.one_of(st.none(), WORDS),
        "status": CODES,
        "period": st.one_of(st.none(), WORDS),
        "place": st.lists(WORDS, max_size=3),
        "project_type": CODES,
        "funder": st.one_of(st.none(), WORDS),
        "part_of": starts,
        "pair": starts,
        "pct": st.one_of(
            st.none(),
            st.fixed_dictionaries({"kind": st.sampled_from(["share", "growth"]), "of": starts, "numer": starts}),
        ),
        "redacted": st.booleans(),
        "remark": st.one_of(st.none(), WORDS, st.lists(NUMBERS)),
    }
    figures = [{"start": a, "end": b} | draw(st.fixed_dictionaries({}, optional=optional)) for a, b in spans]
    name = draw(st.text(st.characters(categories=["Lo", "Nd"], max_codepoint=0xFFFF), min_size=1, max_size=8))
    return annotated(name, text, figures)


def through(format_: str, given_: list[Annotated]) -> list[Annotated]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / PATHS[format_]
        converter(format_).write(given_, path)
        return converter(format_).read(path)


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=150)
@given(document=documents())
def test_every_field_survives_every_format(format_: str, document: Annotated) -> None:
    assert through(format_, [document]) == [document]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_whole_tour_changes_nothing(format_: str) -> None:
    start = [annotated("甲", TEXT, FIGURES), annotated("乙", "无标注的文本", [])]
    assert through(format_, through("doccano", through("brat", start))) == sorted(start, key=lambda d: d.name)


def test_brat_shows_labels_attributes_and_relations(tmp_path: Path) -> None:
    converter("brat").write([annotated("甲", TEXT, FIGURES)], tmp_path)
    lines = (tmp_path / "甲.ann").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "T1\tactual 4 10\t60.5万元"
    assert "A1\tmodifier T1 exact" in lines
    assert any(line.endswith("part_of Arg1:T2 Arg2:T1") for line in lines)
    assert any(line.endswith("redacted T5") for line in lines)
    configuration = (tmp_path / "annotation.conf").read_text(encoding="utf-8")
    assert [line for line in configuration.splitlines() if line.startswith("[")] == [
        "[entities]",
        "[relations]",
        "[events]",
        "[attributes]",
    ]
    assert "planned" in configuration


def test_brat_splits_a_span_at_line_ends(tmp_path: Path) -> None:
    text = "共三\n\n百户"
    converter("brat").write([annotated("甲", text, [{"start": 1, "end": 6}])], tmp_path)
    assert (tmp_path / "甲.ann").read_text(encoding="utf-8").startswith("T1\tfigure 1 2;4 6\t三  百户")


def test_what_an_annotator_adds_in_brat_is_read(tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "甲.ann").write_text(
        "T1\tplanned 4 10\t60.5万元\nT2\tactual 15 19\t20万元\n"
        "#1\tAnnotatorNotes T2\t看不清\nR1\tpart_of Arg1:T2 Arg2:T1\n",
        encoding="utf-8",
    )
    first, second = converter("brat").read(tmp_path)[0].figures
    assert first["status"] == "planned"
    assert (second["part_of"], second["note"]) == (4, "看不清")


def test_label_studio_has_an_interface_that_names_every_control(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    converter("label_studio").write([annotated("甲", TEXT, FIGURES)], path)
    interface = etree.parse(path.with_suffix(".xml")).getroot()
    controls = {node.get("name") for node in interface.iter() if node.get("name")}
    tasks = json.loads(path.read_text(encoding="utf-8"))
    results = tasks[0]["annotations"][0]["result"]
    assert {result["from_name"] for result in results if "from_name" in result} <= controls
    assert interface.find("Text").get("value") == "$text"  # type: ignore[union-attr]
    assert {"from_id": "f1", "to_id": "f0", "type": "relation", "direction": "right", "labels": ["part_of"]} in results


def test_label_studio_takes_the_first_annotation_that_stands(tmp_path: Path) -> None:
    region = {"id": "x", "type": "labels", "from_name": "label", "to_name": "text"}
    task = {
        "data": {"text": TEXT},
        "annotations": [
            {"was_cancelled": True, "result": []},
            {"result": [region | {"value": {"start": 4, "end": 10, "text": "60.5万元", "labels": ["planned"]}}]},
        ],
    }
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task, {"data": {"text": "未标"}}]), encoding="utf-8")
    first, second = converter("label_studio").read(path)
    assert (first.name, first.figures[0]["status"], second.figures) == ("export-1", "planned", ())


def test_doccano_may_renumber_its_entities(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    before = annotated("甲", TEXT, FIGURES)
    converter("doccano").write([before], path)
    line = json.loads(path.read_text(encoding="utf-8"))
    for entity in line["entities"]:
        entity["id"] += 700
    for relation in line["relations"]:
        relation["from_id"] += 700
        relation["to_id"] += 700
    path.write_text(json.dumps(line), encoding="utf-8")
    assert converter("doccano").read(path)[0].figures[1]["part_of"] == 4
    assert converter("doccano").read(path) == [before]


def test_a_docbin_is_training_data(tmp_path: Path) -> None:
    path = tmp_path / "docs.spacy"
    converter("docbin").write([annotated("甲", TEXT, FIGURES)], path)
    (doc,) = DocBin().from_disk(path).get_docs(spacy.blank("zh").vocab)
    assert [(span.text, span.label_) for span in doc.spans["figures"]][:2] == [
        ("60.5万元", "actual"),
        ("20万元", "actual"),
    ]


@pytest.mark.parametrize(
    ("name", "figures", "what"),
    [
        ("../甲", [], "文件名"),
        ("甲", [{"start": 3, "end": 99}], "不在文本内"),
        ("甲", [{"start": 5, "end": 5}], "不在文本内"),
        ("甲", [{"start": "4", "end": 10}], "不在文本内"),
        ("甲", [{"start": 4, "end": 10, "text": "70万元"}], "核对文本"),
        ("甲", [{"start": 25, "end": 28}], "核对文本"),
        ("甲", [{"start": 4, "end": 10}, {"start": 4, "end": 10}], "两次"),
    ],
)
def test_annotations_that_do_not_fit_are_refused(name: str, figures: list[dict[str, Any]], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        annotated(name, TEXT, figures)


@pytest.mark.parametrize(
    ("format_", "file", "content"),
    [
        ("brat", "甲.ann", "T1\tactual x\t三"),
        ("brat", "甲.ann", "R1\tpart_of Arg1:T8 Arg2:T9"),
        ("doccano", "甲.jsonl", "{"),
        ("doccano", "甲.jsonl", '{"text": "三户", "entities": [{"label": "x"}]}'),
        ("doccano", "甲.jsonl", "[1]"),
        ("label_studio", "甲.json", "{}"),
        ("label_studio", "甲.json", '[{"data": 1}]'),
        ("docbin", "甲.spacy", "不是"),
        ("gold", "甲.jsonl", "{不是"),
        ("gold", "乙.jsonl", '{"start": 0, "end": 1}'),
    ],
)
def test_malformed_files_are_named(tmp_path: Path, format_: str, file: str, content: str) -> None:
    (tmp_path / file).write_text(content, encoding="utf-8")
    (tmp_path / "甲.txt").write_text("三户", encoding="utf-8")
    with pytest.raises(UsageError, match=file.split(".")[0]):
        converter(format_).read(tmp_path if format_ == "brat" else tmp_path / file)


def test_an_unknown_format_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="brat"):
        converter("word")
    for format_ in ("gold", "brat"):
        with pytest.raises(UsageError, match="没有"):
            converter(format_).read(tmp_path)


def test_the_command_converts_the_projects_own_annotations(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    runner = CliRunner()
    source = root / "annotations/dev"
    target = tmp_path / "tasks.json"
    result = runner.invoke(
        main, ["annotations", "convert", "--from", "gold", "--to", "label_studio", str(source), str(target)]
    )
    assert result.exit_code == 0, result.output
    back = tmp_path / "back"
    result = runner.invoke(
        main, ["annotations", "convert", "--from", "label_studio", "--to", "gold", str(target), str(back)]
    )
    assert result.exit_code == 0, result.output
    for file in sorted(source.glob("*.jsonl")):
        before = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        after = [json.loads(line) for line in (back / file.name).read_text(encoding="utf-8").splitlines()]
        assert after == before
    result = runner.invoke(main, ["annotations", "convert", "--from", "brat", "--to", "gold", str(tmp_path), str(back)])
    assert result.exit_code == 2
    assert "没有 .ann" in result.output
