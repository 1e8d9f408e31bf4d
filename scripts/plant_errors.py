"""Plant arithmetic errors into copies of the corpus, to measure which of them the checks find.

    python scripts/plant_errors.py --seed 7 --count 60 OUTDIR

Each error changes the characters of one figure (or drops one addend with its words) so that at least one annotated
claim, recomputed with what rounding allows, holds no longer. Two errors of a document never touch the same claims.
A list that is less than its total gives an error away only where the text announces it as the whole (分别, 即, 按…分, a
bracket, 合计 after it, 其他 at its end): what 其中 alone names may be but some of the parts. One that is more always does.
Controls are what no arithmetic of the text reveals: by turns another figure that no claim is about (``control``), and
an addend dropped from what 其中 alone names (``control_part``). The same seed plants the same errors.

``OUTDIR`` gets ``texts/SET/NAME.txt``, the annotations that fit them (``annotations``, ``claims``) and
``manifest.jsonl``: a line per error with its document, kind, place in the new text, wording before and after, the
claims it breaks, and whether the text reveals it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor.evaluate.claims import Claim, Form, read_claims
from extractor.evaluate.recompute import Amount, agrees, amounts, face_values
from extractor.evaluate.rows import Row, load_golden
from extractor.types import CheckKind

ROOT = Path(__file__).parents[1]
SETS = ("dev", "test")
PER_DOCUMENT = 4
"""Most errors in one document, controls not counted."""

SLIP = 3
"""By how much a wrong digit differs from the right one."""

CONTROLS = 8
CONTROL = "control"
CONTROL_PART = "control_part"

PERCENT_KINDS = (CheckKind.SHARE, CheckKind.PROGRESS, CheckKind.RATE)
WEAK_KINDS = (CheckKind.HOUSEHOLD_SIZE, CheckKind.PARTS, CheckKind.REPEAT)
"""Claims that alone do not give an error away to every reader."""

UNITS = {"万元": ("元", "元", 1), "元": ("万元", "元", 10_000), "亩": ("公顷", "公顷", 1), "公里": ("米", "米", 1)} | {
    "km": ("m", "米", 1)
}
"""Written unit → what it is mistaken for, its canonical name, what the digits are multiplied by."""

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)([^\d\s余多]*)")
_WHOLE = re.compile(
    r"分别|即[:：]?|具体[为是]|[按从][^，,。]{1,8}分|来源[^，,。]{0,6}[:：]|由[^。]{2,12}[构组]成|[(（:：][^，,。；;]*$"
)
_SOME = re.compile(r"其中|里面|包括")
_TOTALLED = re.compile(r"合计|共计|小计|总计|[，,]共[^，,。；]{0,8}$")
_OTHERS = re.compile(r"其他|其它|其余|剩余")
_ANNOUNCING = 40
"""Characters before a list in which it is announced."""

_SEPARATORS = "、，；,;"
_PAUSES = "。：:！？（）()“”\n\t"


@dataclass(frozen=True)
class Edit:
    """Characters replaced in a text, and what the changed figure says then; ``row`` is ``None`` when it is dropped."""

    kind: str
    figure: int
    start: int
    end: int
    after: str
    row: Row | None


class Source:
    """A document of the corpus with its figures and the claims about them."""

    def __init__(self, part: str, golden_name: str, text: str, rows: Sequence[Row]) -> None:
        """Take an annotated document and read its claims."""
        self.name = f"{part}/{golden_name}"
        self.text = text
        self.rows = {row.start: row for row in rows}
        self.claims = read_claims(ROOT / "annotations" / "arithmetic" / f"{self.name}.jsonl")
        self.amounts = amounts(rows, text)
        self.raw = _records(ROOT / "annotations" / f"{self.name}.jsonl")

    def about(self, figure: int) -> list[Claim]:
        """Return the claims that a figure belongs to."""
        return [claim for claim in self.claims if figure in claim.figures]

    def reach(self, figure: int) -> set[int]:
        """Return the figures that share a claim with a figure, and itself."""
        return {figure}.union(*(claim.figures for claim in self.about(figure)))

    def after(self, edit: Edit) -> dict[int, Amount]:
        """Return what the figures stand for once an edit is made, by their old starts."""
        if edit.row is None:
            return {start: amount for start, amount in self.amounts.items() if start != edit.figure}
        old = self.rows[edit.figure]
        text = self.text[: old.start] + edit.row.text + self.text[old.end :]
        return self.amounts | amounts([edit.row], text)

    def broken(self, edit: Edit) -> list[Claim]:
        """Return the claims that hold no longer; those that an edit takes away are not among them.

        None where one of them makes no sense any more (more fell off than there was): nobody errs so.
        """
        known = self.after(edit)
        about = [claim for claim in map(edited(edit), self.about(edit.figure)) if claim]
        try:
            return [claim for claim in about if not agrees(claim, known)]
        except ValueError:
            return []

    def reveals(self, edit: Edit) -> bool:
        """Whether the text shows an error: a claim that it makes is broken, or parts are more than their total."""
        known = self.after(edit)
        return any(
            self.is_told(claim) or not agrees(replace(claim, kind=CheckKind.PARTS), known)
            for claim in self.broken(edit)
        )

    def is_told(self, claim: Claim) -> bool:
        """Whether the text makes a claim: of a sum only where it announces the addends as all that there are."""
        if claim.kind is not CheckKind.SUM or claim.result is None:
            return True
        *_, before, last = parts = sorted(claim.parts)
        if claim.result > last:
            return _TOTALLED.search(self.text[self.rows[last].end : claim.result]) is not None
        opening = self.text[max(self.rows[claim.result].end, parts[0] - _ANNOUNCING) : parts[0]]
        whole = _WHOLE.search(opening) and not _SOME.search(opening)
        return bool(whole) or _OTHERS.search(self.text[self.rows[before].end : last]) is not None


def edited(edit: Edit) -> Callable[[Claim], Claim | None]:
    """Return what a claim becomes: without a dropped addend, ``None`` where nothing is left to claim.

    What is left of a list that need not be the whole only claims to be no more than its total.
    """

    def change(claim: Claim) -> Claim | None:
        if edit.row is not None or edit.figure not in claim.figures:
            return claim
        parts = tuple(part for part in claim.parts if part != edit.figure)
        left = claim.kind is CheckKind.SUM and claim.result != edit.figure and len(parts) > 1
        kind = CheckKind.PARTS if edit.kind == CONTROL_PART else claim.kind
        return replace(claim, kind=kind, parts=parts) if left else None

    return change


def sources() -> list[Source]:
    """Return all documents of the corpus."""
    found = []
    for part in SETS:
        golden = load_golden(ROOT / "corpus" / part, ROOT / "annotations" / part)
        found += [Source(part, one.name, one.document.text, one.rows) for one in golden]
    return found


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line, parse_float=Decimal) for line in path.read_text(encoding="utf-8").splitlines()]


def rewritten(row: Row, digits: str) -> Row | None:
    """Return the row with other digits, ``None`` where its text is not a plain number with a unit."""
    found = _NUMBER.fullmatch(row.text)
    if found is None or row.value is None or row.value_max is not None or row.modifier != "exact":
        return None
    if not Decimal(found[1]):
        return None
    value = row.value / Decimal(found[1]) * Decimal(digits)
    text = digits + found[2]
    return replace(row, text=text, end=row.start + len(text), value=value)


def _digits(row: Row) -> str:
    found = _NUMBER.fullmatch(row.text)
    return found[1] if found else ""


def _other_digit(row: Row, rng: random.Random) -> Iterator[str]:
    """Yield the number with one digit changed a little, in random order."""
    digits = _digits(row)
    choices = [
        digits[:place] + new + digits[place + 1 :]
        for place, old in enumerate(digits)
        for new in "0123456789"
        if old not in (".", new) and abs(int(new) - int(old)) <= SLIP and (place > 0 or "0" not in (old, new))
    ]
    yield from rng.sample(choices, len(choices))


def _ten_times(row: Row, rng: random.Random) -> Iterator[str]:
    """Yield the number with its decimal point lost or moved by one place, or with a nought too many or too few."""
    digits = _digits(row)
    whole, point, decimals = digits.partition(".")
    if point:
        moved = [whole + decimals, whole + decimals[0] + (f".{decimals[1:]}" if decimals[1:] else "")]
        moved += [f"{whole[:-1]}.{whole[-1]}{decimals}"] if len(whole) > 1 else []
    else:
        moved = [digits + "0"] + ([digits[:-1]] if digits.endswith("0") and len(digits) > 1 else [])
    choices = [one for one in dict.fromkeys(moved) if not one.startswith("0")]
    yield from rng.sample(choices, len(choices))


def _swapped(row: Row, rng: random.Random) -> Iterator[str]:
    """Yield the number with two neighbouring digits in the wrong order."""
    digits = _digits(row)
    for place in rng.sample(range(len(digits)), len(digits)):
        pair = digits[place : place + 2]
        if len(pair) == 2 and "." not in pair and pair[0] != pair[1] and not (place == 0 and pair[1] == "0"):
            yield digits[:place] + pair[::-1] + digits[place + 2 :]


Propose = Callable[[Source, Claim, random.Random], Iterator[Edit]]


def _by_digits(
    kind: str, figures: Callable[[Claim], Sequence[int]], ways: Callable[[Row, random.Random], Iterator[str]]
) -> Propose:
    """Return what proposes edits of a kind: other digits (``ways``) for some figures of a claim."""

    def propose(source: Source, claim: Claim, rng: random.Random) -> Iterator[Edit]:
        for start in figures(claim):
            row = source.rows[start]
            for digits in ways(row, rng):
                new = rewritten(row, digits)
                if new is not None:
                    yield Edit(kind, start, row.start, row.end, new.text, new)

    return propose


def _result_of(*kinds: CheckKind) -> Callable[[Claim], Sequence[int]]:
    return lambda claim: [claim.result] if claim.kind in kinds and claim.result is not None else []


def _any_figure(claim: Claim) -> Sequence[int]:
    return () if claim.kind in WEAK_KINDS else sorted(claim.figures)


def _missing_part(source: Source, claim: Claim, _rng: random.Random) -> Iterator[Edit]:
    """Propose to drop an addend."""
    return _dropped(source, claim, "missing_part")


def _control_part(source: Source, claim: Claim, _rng: random.Random) -> Iterator[Edit]:
    """Propose to drop an addend where the text does not reveal it."""
    edits = _dropped(source, claim, "missing_part")
    yield from (replace(edit, kind=CONTROL_PART) for edit in edits if not source.reveals(edit))


def _dropped(source: Source, claim: Claim, kind: str) -> Iterator[Edit]:
    """Yield the addends that can go, from 、 to the last character: not the first one, nor one in other claims."""
    if claim.kind is not CheckKind.SUM or len(set(claim.parts)) < 3:
        return
    text = source.text
    for start in claim.parts[1:]:
        row = source.rows[start]
        begin = max(text.rfind(one, 0, start) for one in _SEPARATORS)
        between = text[begin + 1 : start]
        alone = not any(begin < other.end and other.start < start for other in source.rows.values() if other is not row)
        if begin < 0 or not between or not alone or any(pause in between for pause in _PAUSES):
            continue
        only_added = all(one.kind is CheckKind.SUM and one.result != start for one in source.about(start))
        if only_added and text[row.end] in _SEPARATORS + "。":
            yield Edit(kind, start, begin, row.end, "", None)


def _wrong_unit(source: Source, claim: Claim, _rng: random.Random) -> Iterator[Edit]:
    for start in _any_figure(claim):
        row = source.rows[start]
        found = _NUMBER.fullmatch(row.text)
        if rewritten(row, "1") is None or found is None or found[2] not in UNITS:
            continue
        written, unit, scale = UNITS[found[2]]
        text = found[1] + written
        new = replace(row, text=text, end=row.start + len(text), value=Decimal(found[1]) * scale, unit=unit)
        yield Edit("wrong_unit", start, row.start, row.end, text, new)


def _last_years_value(source: Source, claim: Claim, _rng: random.Random) -> Iterator[Edit]:
    if claim.kind is not CheckKind.GROWTH or claim.form is not Form.PLAIN:
        return
    new, old = (source.rows[part] for part in claim.parts)
    stale = rewritten(new, _digits(old)) if _digits(old) else None
    if stale is not None and stale.text == old.text:
        yield Edit("last_years_value", new.start, new.start, new.end, stale.text, stale)


KINDS: dict[str, Propose] = {
    "wrong_sum": _by_digits("wrong_sum", _result_of(CheckKind.SUM), _other_digit),
    "wrong_share": _by_digits("wrong_share", _result_of(*PERCENT_KINDS), _other_digit),
    "wrong_growth": _by_digits("wrong_growth", _result_of(CheckKind.GROWTH), _other_digit),
    "power_of_ten": _by_digits("power_of_ten", _any_figure, _ten_times),
    "transposed_digits": _by_digits("transposed_digits", _any_figure, _swapped),
    "missing_part": _missing_part,
    "wrong_unit": _wrong_unit,
    "last_years_value": _last_years_value,
}
"""What proposes the edits of each kind for one claim; the first one that breaks the claim is planted."""


class Plan:
    """The edits chosen so far, by document."""

    def __init__(self, documents: Sequence[Source]) -> None:
        """Begin without edits."""
        self.documents = documents
        self.edits: dict[str, list[Edit]] = {source.name: [] for source in documents}
        self._reached: dict[str, set[int]] = {source.name: set() for source in documents}

    def add(self, propose: Propose, rng: random.Random) -> bool:
        """Plant one error where the fewest errors are; ``False`` when none is left to plant."""
        order = rng.sample(self.documents, len(self.documents))
        for source in sorted(order, key=lambda one: len(self.edits[one.name])):
            if len(self.edits[source.name]) >= PER_DOCUMENT:
                continue
            for claim in rng.sample(source.claims, len(source.claims)):
                for edit in propose(source, claim, rng):
                    broken = {(one.kind, one.result) for one in source.broken(edit)}
                    shown = (claim.kind, claim.result) in broken and source.reveals(edit)
                    meant = edit.kind == CONTROL_PART or shown
                    if meant and self._free(source, edit):
                        self._take(source, edit)
                        return True
        return False

    def add_control(self, rng: random.Random) -> bool:
        """Change a figure that no claim is about."""
        for source in rng.sample(self.documents, len(self.documents)):
            free = [row for row in source.rows.values() if not source.about(row.start)]
            for row in rng.sample(free, len(free)):
                for digits in _swapped(row, rng):
                    new = rewritten(row, digits)
                    edit = Edit(CONTROL, row.start, row.start, row.end, new.text, new) if new else None
                    if edit is not None and self._free(source, edit):
                        self._take(source, edit)
                        return True
        return False

    def _free(self, source: Source, edit: Edit) -> bool:
        return not source.reach(edit.figure) & self._reached[source.name]

    def _take(self, source: Source, edit: Edit) -> None:
        self.edits[source.name].append(edit)
        self._reached[source.name] |= source.reach(edit.figure)


def plan_errors(documents: Sequence[Source], seed: int, count: int, controls: int) -> Plan:
    """Choose ``count`` errors, of each kind as many as of any other, and controls.

    Raises:
        SystemExit: the corpus has no room for as many.
    """
    rng = random.Random(seed)
    plan = Plan(documents)
    # The kinds with the fewest places first: the others find room beside them.
    scarce = ("last_years_value", "missing_part", "wrong_growth", "wrong_unit")
    order = [*scarce, *(kind for kind in KINDS if kind not in scarce)]
    for kind in order:
        share = count // len(order) + (order.index(kind) >= len(order) - count % len(order))
        for _ in range(share):
            if not plan.add(KINDS[kind], rng):
                raise SystemExit(f"no room for {count} errors: {kind}")
    for number in range(controls):
        if not (plan.add(_control_part, rng) if number % 2 else plan.add_control(rng)):
            raise SystemExit(f"no room for {controls} controls")
    return plan


def mover(edits: Sequence[Edit]) -> Callable[[int], int]:
    """Return where an offset of the old text is in the new one."""
    return lambda place: place + sum(len(one.after) - (one.end - one.start) for one in edits if one.end <= place)


def planted_text(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with all edits made."""
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        text = text[: edit.start] + edit.after + text[edit.end :]
    return text


def planted_rows(source: Source, edits: Sequence[Edit]) -> list[dict[str, Any]]:
    """Return the annotated figures of the new text."""
    moved, changed = mover(edits), {edit.figure: edit for edit in edits}
    dropped = {edit.figure for edit in edits if edit.row is None}

    def place(link: int | None) -> int | None:
        return None if link is None or link in dropped else moved(link)

    records = []
    for record in source.raw:
        if record["start"] in dropped:
            continue
        new = dict(record, part_of=place(record["part_of"]), pair=place(record["pair"]), start=moved(record["start"]))
        if record["pct"]:
            new["pct"] = dict(record["pct"], of=place(record["pct"]["of"]), numer=place(record["pct"]["numer"]))
        row = changed[record["start"]].row if record["start"] in changed else source.rows[record["start"]]
        if row is not None:
            new |= {"text": row.text, "end": new["start"] + len(row.text), "value": row.value, "unit": row.unit}
        records.append(new)
    return records


def recomputed(claim: Claim, known: dict[int, Amount]) -> Claim:
    """Return the claim with what its figures now give and state, and whether it holds."""
    computed, stated = face_values(claim, known)
    return replace(claim, holds=agrees(claim, known), computed=computed, stated=stated)


def planted_claims(source: Source, edits: Sequence[Edit], known: dict[int, Amount]) -> list[Claim]:
    """Return the claims of the new text whose figures are ``known``."""
    claims = []
    for claim in source.claims:
        left: Claim | None = claim
        for edit in edits:
            left = edited(edit)(left) if left else None
        if left:
            claims.append(recomputed(left.moved(mover(edits)), known))
    return claims


def manifest(source: Source, edits: Sequence[Edit], known: dict[int, Amount]) -> list[dict[str, Any]]:
    """Return the lines of the manifest for one document, in the order of the text."""
    moved = mover(edits)
    return [
        {
            "document": source.name,
            "kind": edit.kind,
            "start": moved(edit.start),
            "end": moved(edit.start) + len(edit.after),
            "before": source.text[edit.start : edit.end],
            "after": edit.after,
            "claims": [recomputed(claim.moved(moved), known).record() for claim in source.broken(edit)],
            "revealed": edit.kind not in (CONTROL, CONTROL_PART),
        }
        for edit in sorted(edits, key=lambda one: one.start)
    ]


def write(plan: Plan, folder: Path) -> list[dict[str, Any]]:
    """Write the planted documents and return the lines of their manifest."""
    lines = []
    for source in plan.documents:
        edits = plan.edits[source.name]
        if not edits:
            continue
        text, records = planted_text(source.text, edits), planted_rows(source, edits)
        known = amounts(map(Row.parse, records), text)
        lines += manifest(source, edits, known)
        files = {
            f"texts/{source.name}.txt": text,
            f"annotations/{source.name}.jsonl": _jsonl(records),
            f"claims/{source.name}.jsonl": _jsonl(one.record() for one in planted_claims(source, edits, known)),
        }
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content.encode())
    (folder / "manifest.jsonl").write_bytes(_jsonl(lines).encode())
    return lines


def _jsonl(records: Any) -> str:
    return "".join(json.dumps(record, ensure_ascii=False, default=_number) + "\n" for record in records)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def main() -> None:
    """Plant errors and say how many of which kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="OUTDIR", help="where to write; must not exist or be empty")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--count", type=int, default=60, help="how many errors the text reveals")
    parser.add_argument("--controls", type=int, default=CONTROLS, help="how many more it does not reveal")
    arguments = parser.parse_args()
    if arguments.folder.exists() and any(arguments.folder.iterdir()):
        raise SystemExit(f"{arguments.folder} is not empty")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    lines = write(plan_errors(sources(), arguments.seed, arguments.count, arguments.controls), arguments.folder)
    for kind, number in Counter(line["kind"] for line in lines).items():
        print(f"{kind:20}{number:4}")
    print(f"{len({line['document'] for line in lines})} documents")


if __name__ == "__main__":
    main()
