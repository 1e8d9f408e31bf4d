"""What became of the files of archives, for people: states, failures, and what to do about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from extractor.report.rows import names
from extractor.types import FAILURES, SKIP_REASONS, WorkReason, WorkState

if TYPE_CHECKING:
    from extractor.store import Trouble, WorkStatus

ERROR_COLUMNS = ("path", "kind", "message", "advice", "bytes", "attempts", "finished")

_STATES = {
    WorkState.DONE: "完成",
    WorkState.DUPLICATE: "重复（内容与另一文件相同）",
    WorkState.FAILED: "失败",
    WorkState.SKIPPED: "跳过",
    WorkState.PENDING: "待处理",
}
_ADVICE = {
    WorkReason.UNREADABLE: "检查文件是否完整，按每个文件的原因里说的处理后，再运行 gouji archive add；不是报告的不必处理",
    WorkReason.ENCRYPTED: "去掉密码后另存，再运行 gouji archive add",
    WorkReason.UNSUPPORTED: "按每个文件的原因里说的处理后，再运行 gouji archive add；不是报告的不必处理",
    WorkReason.TOO_LARGE: "拆分文件，或调高原因里说的上限后运行 gouji archive retry --kind too_large",
    WorkReason.TIMEOUT: "拆分文件，或调高 GOUJI_MAX_SECONDS_PER_FILE 后运行 gouji archive retry --kind timeout",
    WorkReason.CRASHED: "运行 gouji archive retry --kind crashed；仍不行请报告此错误",
    WorkReason.EMPTY: "检查是否存错文件；不是报告的不必处理",
    WorkReason.NEEDS_OCR: "安装文字识别组件后运行 gouji archive retry --kind needs_ocr",
}


def kind_of_failure(reason: WorkReason) -> str:
    """Return what people call a reason for which a file failed or was skipped."""
    return names("kind")[reason]


def advice(reason: WorkReason) -> str:
    """Return what to do about a file that failed for ``reason``."""
    return _ADVICE[reason]


def error_row(trouble: Trouble) -> Mapping[str, object]:
    """Return the row of a failure: where, what kind, why, and what to do."""
    return {
        "path": trouble.path,
        "kind": trouble.reason.value,
        "message": trouble.message,
        "advice": advice(trouble.reason),
        "bytes": trouble.bytes,
        "attempts": trouble.attempts,
        "finished": trouble.finished.isoformat(timespec="seconds") if trouble.finished else None,
    }


def status_lines(status: WorkStatus) -> Iterator[str]:
    """Yield how far the archives are, as lines of a label, a tabulator and what it is."""
    for root in status.roots:
        walked = root.walked.astimezone().strftime("%Y-%m-%d %H:%M") if root.walked else "还没有清点完"
        yield f"路径\t{root.path}\t{walked}"
    total = sum(count for state, count in status.states.items() if state in _STATES)
    yield f"文件\t{total}"
    for state, name in _STATES.items():
        if state is not WorkState.PENDING or status.states.get(state):
            yield f"  {name}\t{status.states.get(state, 0)}"
        reasons = {WorkState.FAILED: FAILURES, WorkState.SKIPPED: tuple(sorted(SKIP_REASONS))}.get(state, ())
        for reason in reasons:
            if count := status.reasons.get(reason):
                yield f"    {kind_of_failure(reason)}（{reason.value}）\t{count}"
    if containers := status.states.get(WorkState.UNPACKED):
        yield f"压缩包和只有附件的邮件\t{containers}"
    if status.gone:
        yield f"已不存在\t{status.gone}（数据还在；用 gouji archive add --prune 删除，整个路径都不要了用 gouji archive remove）"
    yield f"字数\t{status.characters}"
    yield f"数字\t{status.figures}"
    if status.holder is not None:
        since = status.holder.started.astimezone().strftime("%Y-%m-%d %H:%M")
        yield f"正在处理\t{status.holder.host} 上的进程 {status.holder.process}（{since} 开始）"
