"""What became of the files of archives, for people: states, failures, and what to do about each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from extractor.report.rows import names
from extractor.report.tabular import one_line
from extractor.types import FAILURES, SKIP_REASONS, WorkReason, WorkState
from extractor.wording import moment

if TYPE_CHECKING:
    from extractor.store import ListedFile, Trouble, WorkStatus

ERROR_COLUMNS = ("path", "kind", "message", "advice", "bytes", "attempts", "finished")

FILE_COLUMNS = ("path", "state", "kind", "message", "document_id", "copy_of", "bytes", "gone")

_STATES = (WorkState.DONE, WorkState.DUPLICATE, WorkState.FAILED, WorkState.SKIPPED, WorkState.PENDING)
_MEANT = {WorkState.DUPLICATE: "（内容与另一文件相同）"}
_ADVICE = {
    WorkReason.UNREADABLE: "检查文件是否完整，按每个文件的原因里说的处理后，再{add}；不是报告的不必处理",
    WorkReason.ENCRYPTED: "去掉密码后另存，再{add}",
    WorkReason.UNSUPPORTED: "按每个文件的原因里说的处理后，再{add}；不是报告的不必处理",
    WorkReason.TOO_LARGE: "拆分文件，或调高原因里说的上限后{retry}",
    WorkReason.TIMEOUT: "拆分文件，或调高 GOUJI_MAX_SECONDS_PER_FILE 后{retry}",
    WorkReason.CRASHED: "{retry}；仍不行请报告此错误",
    WorkReason.EMPTY: "检查是否存错文件；不是报告的不必处理",
    WorkReason.NEEDS_OCR: "安装文字识别组件后{retry}",
}
_COMMANDS = ("运行 gouji archive add", "运行 gouji archive retry --kind {}")
_UPLOADS = ("上传一次", "重试这个任务")


def kind_of_failure(reason: WorkReason) -> str:
    """Return what people call a reason for which a file failed or was skipped."""
    return names("kind")[reason]


def advice(reason: WorkReason, *, uploaded: bool = False) -> str:
    """Return what to do about a file that failed for ``reason``, of an archive or ``uploaded`` to the service."""
    add, again = _UPLOADS if uploaded else _COMMANDS
    return _ADVICE[reason].format(add=add, retry=again.format(reason.value))


def error_row(trouble: Trouble) -> Mapping[str, object]:
    """Return the row of a failure: where, what kind, why, and what to do."""
    return {
        "path": trouble.path,
        "kind": trouble.reason.value,
        "message": trouble.message,
        "advice": advice(trouble.reason),
        "bytes": trouble.bytes,
        "attempts": trouble.attempts,
        "finished": moment(trouble.finished) if trouble.finished else None,
    }


def error_lines(reason: WorkReason, count: int, troubles: Iterable[Trouble]) -> Iterator[str]:
    """Yield the failures for one reason for people: what to do about all of them once, paths and messages in full."""
    yield f"{kind_of_failure(reason)}（{reason.value}）：{count:,} 个"
    yield f"处理办法：{advice(reason)}"
    for trouble in troubles:
        yield f"  {trouble.path}"
        yield f"    {one_line(trouble.message)}"
    yield ""


def file_row(file: ListedFile) -> Mapping[str, object]:
    """Return the row of a file or member: what became of it, and where its figures are."""
    return {
        "path": file.path,
        "state": file.state.value,
        "kind": file.reason.value if file.reason else None,
        "message": file.message,
        "document_id": file.document,
        "copy_of": file.copy_of,
        "bytes": file.bytes,
        "gone": file.gone,
    }


def counted(status: WorkStatus) -> Iterator[tuple[WorkState, str, int]]:
    """Yield the files in each state, with its name; those to come only where there are some."""
    for state in _STATES:
        count = status.states.get(state, 0)
        if count or state is not WorkState.PENDING:
            yield state, names("state")[state], count


def status_lines(status: WorkStatus) -> Iterator[str]:
    """Yield how far the archives are, as lines of a label, a tabulator and what it is."""
    for root in status.roots:
        walked = root.walked.astimezone().strftime("%Y-%m-%d %H:%M") if root.walked else "还没有清点完"
        yield f"路径\t{root.path}\t{walked}"
    yield f"文件\t{sum(number for _, _, number in counted(status))}"
    for state, name, number in counted(status):
        yield f"  {name}{_MEANT.get(state, '')}\t{number}"
        if state is WorkState.DONE and status.removed:
            yield f"    文件已删除\t{status.removed}"
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
