"""Other programs, run so that they cannot hang, fill the disk, ask questions or leave anything behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from extractor.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_BLOCK = 512  # bytes in which ``ulimit -f`` counts (POSIX)
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")


def find(program: str) -> str | None:
    """Return where a program is, ``None`` if it is not installed."""
    return shutil.which(program)


@contextmanager
def _lifeline() -> Iterator[int]:
    """Open a pipe, and yield the end of it that nothing ever comes from but its end."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(writing)


def run(command: Sequence[str], folder: Path, seconds: int, max_bytes: int) -> bytes:
    """Run a program in ``folder`` and return what it printed.

    It gets no input, no environment but a home in ``folder``, and is killed with all it started when the time is up, or when
    this process is killed itself; then the folder goes with it.

    Args:
        command: the program and its arguments.
        folder: a folder of its own, which the caller removes.
        seconds: after which it is killed.
        max_bytes: that a file it writes, its printed output included, may have at most; rounded up to 512.

    Raises:
        ReadError: ``timeout``; ``unreadable`` when the program fails.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"}
    output = folder / "output"
    with output.open("wb") as out, (folder / "errors").open("wb") as errors, _lifeline() as line:
        # The shell sets the limit for the program and its children; after a fork Python could not do so safely in threads.
        # A child of it waits for the end of the line, which comes with that of this process at the latest.
        script = (
            f"ulimit -f {-(-max_bytes // _BLOCK)} || exit\n"
            "exec 3<&0 </dev/null\n"
            '(read -r _ <&3; rm -rf -- "$PWD"; kill -9 0) >/dev/null 2>&1 &\n'
            'exec "$@" 3<&-'
        )
        process = subprocess.Popen(  # noqa: S603
            ["/bin/sh", "-c", script, "sh", *command],
            cwd=folder,
            env=environment,
            stdin=line,
            stdout=out,
            stderr=errors,
            start_new_session=True,
        )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise ReadError(
                f"转换文件超过 {seconds} 秒，已中止；请用 Word 或 WPS 另存为 .docx，"
                "或用环境变量 GOUJI_MAX_SECONDS_PER_FILE 调高上限",
                f"{command[0]} took more than {seconds} s",
                kind="timeout",
            ) from error
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if status != 0:
        told = (folder / "errors").read_bytes()[-500:].decode(errors="replace").strip()
        raise ReadError(
            "文件无法转换，可能已损坏；请用 Word 或 WPS 打开后另存为 .docx",
            f"{command[0]} ended with status {status}: {told}",
        )
    return output.read_bytes()
