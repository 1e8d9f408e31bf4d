"""``gouji evaluate``: how far the extraction agrees with annotations made by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor.cli.options import HELP
from extractor.errors import UsageError
from extractor.evaluate import CLASSES, F1, align, by_class, compare, errors, load_golden, read_rows, score

if TYPE_CHECKING:
    from extractor.evaluate import Mean, Pair, Row, Score

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_GROUPS = ("document", *CLASSES)
_CONTEXT = 18
"""Characters shown on either side of a figure in a list of errors."""

_CLASS_COLUMNS = (
    "figure", "fact", "value", "unit", "modifier", "status", "project_type", "period", "indicator", "place",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """One document's comparison; ``text`` is empty when only rows were compared."""

    name: str
    text: str
    pairs: list[Pair]


@click.command()
@click.argument("corpus", required=False, metavar="[文本目录", type=_FOLDER)
@click.argument("annotations", required=False, metavar="标注目录]", type=_FOLDER)
@click.option("--gold", metavar="文件", type=_FILE, help="不抽取，只比对两个 JSONL 文件：人工标注")
@click.option("--predicted", metavar="文件", type=_FILE, help="不抽取，只比对两个 JSONL 文件：待评测的结果")
@click.option("--by", "groups", multiple=True, type=click.Choice(_GROUPS), help="另按文件或类别分列；可重复")
@click.option("--errors", "limit", metavar="N", type=click.IntRange(min=0), default=0, help="每类错误列出前 N 个")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", help="输出格式")
@HELP
def evaluate(
    corpus: Path | None,
    annotations: Path | None,
    gold: Path | None,
    predicted: Path | None,
    groups: tuple[str, ...],
    limit: int,
    format_: str,
) -> None:
    """与人工标注比对，报告准确率。

    对“标注目录”中的每个 NAME.jsonl，抽取“文本目录”中的同名文本，再逐项比对；标注为空或与文本不符时报错。
    各项指标的含义见标注规范。
    """
    documents = _compared(corpus, annotations, gold, predicted)
    if format_ == "json":
        click.echo(json.dumps(_as_json(documents, limit), ensure_ascii=False, indent=1))
        return
    pairs = [pair for document in documents for pair in document.pairs]
    click.echo("\n".join(_score_lines(score(pairs))))
    for group in groups:
        click.echo("\n" + "\n".join(_group_lines(group, _grouped(documents, group))))
    if limit:
        click.echo("\n" + "\n".join(_error_lines(documents, limit)))


def _compared(
    corpus: Path | None, annotations: Path | None, gold: Path | None, predicted: Path | None
) -> list[_Evaluated]:
    if corpus and annotations and not (gold or predicted):
        return [
            _Evaluated(golden.name, golden.document.text, compare(golden))
            for golden in load_golden(corpus, annotations)
        ]
    if gold and predicted and not corpus:
        return [_Evaluated(gold.stem, "", align(read_rows(gold), read_rows(predicted)))]
    raise UsageError(
        "请给出文本目录和标注目录，或者同时给出 --gold 和 --predicted",
        "expected either CORPUS ANNOTATIONS or --gold and --predicted",
    )


def _grouped(documents: list[_Evaluated], group: str) -> dict[str, Score]:
    if group == "document":
        return {document.name: score(document.pairs) for document in documents}
    return by_class((pair for document in documents for pair in document.pairs), group)


def _measure_json(measure: F1 | Mean) -> dict[str, float]:
    if isinstance(measure, F1):
        counts = {"hits": measure.hits, "predicted": measure.predicted, "gold": measure.gold}
        return {"precision": measure.precision, "recall": measure.recall, "f1": measure.value, **counts}
    return {"mean": measure.value, "matched": measure.count}


def _score_json(result: Score) -> dict[str, dict[str, float]]:
    return {name: _measure_json(measure) for name, measure in result.items()}


def _as_json(documents: list[_Evaluated], limit: int) -> dict[str, object]:
    output: dict[str, object] = {
        "all": _score_json(score(pair for document in documents for pair in document.pairs)),
        "by": {
            group: {label: _score_json(result) for label, result in _grouped(documents, group).items()}
            for group in _GROUPS
        },
    }
    if limit:
        output["errors"] = {
            kind: [
                {"document": document.name, "start": pair.row.start, "text": pair.row.text}
                | {"context": _context(document.text, pair.row), **_sides(kind, pair)}
                for document, pair in found[:limit]
            ]
            for kind, found in _errors(documents).items()
        }
    return output


def _score_lines(result: Score) -> list[str]:
    lines = [f"{'measure':13s} {'score':>6s} {'prec.':>6s} {'recall':>6s} {'right':>6s} {'found':>6s} {'gold':>6s}"]
    for name, measure in result.items():
        line = f"{name:13s} {measure.value:6.3f}"
        if isinstance(measure, F1):
            line += f" {measure.precision:6.3f} {measure.recall:6.3f} {measure.hits:6d}"
            line += f" {measure.predicted:6d} {measure.gold:6d}"
        lines.append(line)
    return lines


def _group_lines(group: str, results: dict[str, Score]) -> list[str]:
    # The label stands last: Chinese characters are two columns wide and would shift what follows them.
    lines = [" ".join(["  gold", *(f"{name[:8]:>8s}" for name in _CLASS_COLUMNS), f" {group}"])]
    for label, result in results.items():
        figure = result["figure"]
        count = figure.gold if isinstance(figure, F1) else 0
        lines.append(" ".join([f"{count:6d}", *(f"{result[name].value:8.3f}" for name in _CLASS_COLUMNS), f" {label}"]))
    return lines


def _errors(documents: list[_Evaluated]) -> dict[str, list[tuple[_Evaluated, Pair]]]:
    """Return the errors of all documents by kind, most frequent first."""
    found: dict[str, list[tuple[_Evaluated, Pair]]] = {}
    for document in documents:
        for kind, pairs in errors(document.pairs).items():
            found.setdefault(kind, []).extend((document, pair) for pair in pairs)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _error_lines(documents: list[_Evaluated], limit: int) -> list[str]:
    lines = []
    for kind, found in _errors(documents).items():
        lines.append(f"{kind}: {len(found)}")
        for document, pair in found[:limit]:
            row = pair.row
            sides = " ".join(f"{side}={value}" for side, value in _sides(kind, pair).items())
            lines.append(f"  {document.name}:{row.start} {_context(document.text, row)} {sides}".rstrip())
    return lines


def _context(text: str, row: Row) -> str:
    """Return the figure in 〔〕 with what stands beside it on its line."""
    before = text[max(0, row.start - _CONTEXT) : row.start].rpartition("\n")[2]
    after = text[row.end : row.end + _CONTEXT].partition("\n")[0]
    return f"{before}〔{row.text}〕{after}"


def _sides(kind: str, pair: Pair) -> dict[str, str]:
    """Return what gold and prediction say of the field that differs."""
    if pair.gold is None or pair.predicted is None:
        return {}
    field = "text" if kind == "span" else kind
    return {"gold": _shown(pair.gold, field), "predicted": _shown(pair.predicted, field)}


def _shown(row: Row, field: str) -> str:
    value = getattr(row, field)
    if field == "value" and row.value_max is not None:
        return f"{row.value}–{row.value_max}"
    return "、".join(value) if isinstance(value, tuple) else str(value)
