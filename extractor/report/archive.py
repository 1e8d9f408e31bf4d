"""What became of the files of archives, for people: states, failures, and what to do about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

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
_REASONS = {
    WorkReason.UNREADABLE: (
        "读不了",
        "检查文件是否完整、有无读取权限；用 Word 或 WPS 打开后另存，再运行 gouji archive add",
    ),
    WorkReason.ENCRYPTED: ("有密码", "去掉密码后另存，再运行 gouji archive add"),
    WorkReason.UNSUPPORTED: ("格式不支持", "另存为 .docx 或 .txt 后再加入；不是报告的不必处理"),
    WorkReason.TOO_LARGE: ("过大", "拆分文件，或调高消息里说的上限后运行 gouji archive retry --kind too_large"),
    WorkReason.TIMEOUT: (
        "超时",
        "拆分文件，或调高 GOUJI_MAX_SECONDS_PER_FILE 后运行 gouji archive retry --kind timeout",
    ),
    WorkReason.CRASHED: ("处理时崩溃", "运行 gouji archive retry --kind crashed；仍不行请报告此错误"),
    WorkReason.EMPTY: ("没有文字", "检查是否存错文件；不是报告的不必处理"),
    WorkReason.NEEDS_OCR: ("需要文字识别", "安装文字识别组件后运行 gouji archive retry --kind needs_ocr"),
    WorkReason.TEMPORARY: ("临时文件", ""),
    WorkReason.LINK: ("链接", ""),
    WorkReason.SPECIAL: ("特殊文件", ""),
}


def kind_of_failure(reason: WorkReason) -> str:
    """Return what people call a reason for which a file failed or was skipped."""
    return _REASONS[reason][0]


def advice(reason: WorkReason) -> str:
    """Return what to do about a file that failed for ``reason``."""
    return _REASONS[reason][1]


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
                yield f"    {_REASONS[reason][0]}（{reason.value}）\t{count}"
    if containers := status.states.get(WorkState.UNPACKED):
        yield f"压缩包和只有附件的邮件\t{containers}"
    if status.gone:
        yield f"已不存在\t{status.gone}（数据还在；用 gouji archive add --prune 删除）"
    yield f"字数\t{status.characters}"
    yield f"数字\t{status.figures}"
    if status.holder is not None:
        since = status.holder.started.astimezone().strftime("%Y-%m-%d %H:%M")
        yield f"正在处理\t{status.holder.host} 上的进程 {status.holder.process}（{since} 开始）"
