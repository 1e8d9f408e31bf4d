"""What a comparison says to people of each verdict: why two figures were matched, and why they agree or not."""

from __future__ import annotations

from collections.abc import Sequence

from extractor import wording
from extractor.compare.pairs import Pair, Statement
from extractor.compare.verdicts import Judgement
from extractor.types import Match, RecordedFigure, Status

_NAMED = 5
"""An explanation names no more figures than this."""


def reason(
    row: RecordedFigure, statements: Sequence[Statement], match: Match, judgement: Judgement | None, why: str
) -> str:
    """Say why a row has its verdict; the first of ``statements`` is its own."""
    ours, first = wording.recorded_amount(row), statements[0]
    parts = []
    match match:
        case Match.AMBIGUOUS:
            return f"{why}：台账 {ours}，报告 {_listed(statements)}"
        case Match.UNCHECKED:
            return why
        case Match.EXACT:
            parts.append(f"台账 {ours} 与报告 {first.said} 相等")
        case Match.WITHIN_ROUNDING:
            parts.append(f"台账 {ours} 与报告 {first.said} 按书写位数四舍五入（或在容差内）相符")
        case Match.WITHIN_MODIFIER:
            parts.append(f"台账 {ours} 在报告 {first.said} 的约数范围内")
        case Match.MISMATCH if judgement is not None:
            parts.append(_gap(row, first, judgement))
    again = sum(len(statement.places) for statement in statements) - 1
    if again:
        parts.append(f"报告另有 {again} 处同样的说法")
    return "；".join(parts)


def masked() -> str:
    """Say why a row was not checked."""
    return "报告隐去了数字，无法核对"


def rivals(rows: int) -> str:
    """Say that several rows are equally near."""
    return f"台账有 {rows} 行同样相近，数值又不能区分"


def also() -> str:
    """Say that a figure agrees with more than one row."""
    return "，台账另有一行与同一数字相符"


def by_number() -> str:
    """Say that numbers told apart what words did not."""
    return "，几处同样相近，凭数值选定"


def confirmed() -> str:
    """Say that a pair in doubt says the same."""
    return "，凭数值相符认定"


def shared() -> str:
    """Say that what is nearest is another row's."""
    return "相近的数字已与台账另一行相对应"


def contradicting() -> str:
    """Say that reports contradict each other."""
    return "不同报告说法不一，有的与台账相符"


def by_stage() -> str:
    """Say that of several stages of one sum of money the row means the one that agrees."""
    return "，台账未写资金环节，凭数值选定"


def stages() -> str:
    """Say that a row may mean any of several stages of one sum of money."""
    return "报告同一句写有不同环节的资金（计划、下达、到位、支出等），台账未写明是哪一个"


def other_stage(statement: Statement) -> str:
    """Say that a recorded amount is what the report says of another stage."""
    return f"，但台账数额与报告同一句“{statement.indicator or '（未写指标）'}”{statement.said}相符，疑为口径不同"


def several() -> str:
    """Say that several figures are equally near."""
    return "报告有几处同样相近而数值不同的说法，都与台账不符"


def beyond() -> str:
    """Say that an open modifier allows the amount, but hardly means it."""
    return "台账远超报告所写的下限，字面不矛盾而未必是同一件事"


def doubtful() -> str:
    """Say that the nearest figures may be something else."""
    return "最相近的数字未必是同一件事"


def nothing(row: RecordedFigure, nearest: tuple[Pair, Statement] | None) -> str:
    """Say what was not found, and what came nearest to it."""
    where = "、".join(filter(None, (row.place, row.period)))
    text = f"所比报告中没有找到“{row.indicator}”{f'（{where}）' if where else ''}的数字"
    if nearest is None:
        return text
    pair, statement = nearest
    doubts = "、".join(level.says for level in pair.levels if not level.certain)
    about = "、".join(filter(None, (statement.period, statement.place)))
    found = f"“{statement.indicator or '（未写指标）'}”{statement.said}{f'（{about}）' if about else ''}"
    return f"{text}；最相近的是{found}，{doubts}（指标相近程度 {pair.likeness:.2f}），不足以认定为同一项"


def missed(row: RecordedFigure, statement: Statement, pair: Pair) -> str:
    """Say what keeps the nearest figure from being compared: the one attribute that differs, and both its values."""
    reason = pair.forbidden.says if pair.forbidden else ""
    differing = next((rank for rank, level in enumerate(pair.levels) if level is pair.forbidden), None)
    ours, theirs = _values(row, statement)[differing or 0]
    named = f"“{statement.indicator or '（未写指标）'}”{statement.said}"
    return f"最相近的是{named}，但{reason}：台账 {ours}，报告 {theirs}"


def unclaimed(statement: Statement, pair: Pair | None, recorded: Sequence[RecordedFigure]) -> str:
    """Say why a figure of which the ledger speaks has no row."""
    if statement.redacted:
        return "报告隐去了数字，无法核对"
    if pair is None:
        return "台账没有相应的行（时期不同）"
    row = recorded[pair.row]
    cell = f"“{row.sheet}”第 {row.row} 行" if row.sheet else f"第 {row.row} 行"
    if pair.forbidden is not None:
        return f"台账{cell}“{row.indicator}”最相近，但{pair.forbidden.says}"
    return f"台账{cell}“{row.indicator}”已与另一处相对应，此处未入账"


def grounds(row: RecordedFigure, statement: Statement, pair: Pair) -> str:
    """Say by what a row and a figure were matched."""
    names = f"台账“{row.indicator}”、报告“{statement.indicator or '（未写指标）'}”"
    said = [level.says for level in pair.levels[1:] if level.says]
    return f"{names}：{pair.levels[0].says}（{pair.likeness:.2f}）、{'、'.join(said)}"


def _gap(row: RecordedFigure, statement: Statement, judgement: Judgement) -> str:
    direction = "多" if judgement.difference > 0 else "少"
    share = f"（{wording.share(judgement.relative)}）" if judgement.relative is not None else ""
    text = (
        f"台账 {wording.recorded_amount(row)}，报告 {statement.said}，报告比台账{direction} "
        f"{wording.gap(judgement.difference, row)}{share}"
    )
    return f"{text}；{judgement.cause}" if judgement.cause else text


def _listed(statements: Sequence[Statement]) -> str:
    shown = "、".join(f"{one.said}（{one.indicator or '未写指标'}）" for one in statements[:_NAMED])
    return f"{shown} 等 {len(statements)} 处" if len(statements) > _NAMED else shown


def _values(row: RecordedFigure, statement: Statement) -> tuple[tuple[str, str], ...]:
    """Return what ledger and report say of each attribute, in the order of the levels of a pair."""
    status = wording.STATUSES[row.status] if row.status else f"{wording.STATUSES[Status.PLANNED]}（指标名如此）"
    return (
        (f"“{row.indicator}”", f"“{statement.indicator}”"),
        (row.place or "未写地点", statement.place or "未写地点"),
        (row.period or "未写时期", statement.period or "未写时期"),
        (status, wording.STATUSES[statement.status]),
        ("", ""),  # the stage of money forbids nothing
        (row.unit, statement.unit),
    )
