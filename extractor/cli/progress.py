"""How far a long run is: a bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

import click
from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Column

from extractor.archive import Progress

_LINE_SECONDS = 5.0
_DRAWN_SECONDS = 0.2
_SLOW_SECONDS = 3.0
_FEWEST_READ, _LEAST_SECONDS, _LEAST_SHARE = 20, 10.0, 0.02
"""Files read, seconds and part of the bytes before which nobody knows how long the rest takes."""
_MOST_NAMED = 3


@contextmanager
def shown_progress() -> Iterator[Callable[[Progress], None]]:
    """Yield what shows on standard error how far a run is."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines().show
        return
    told = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=False, overflow="fold"))
    columns = (SpinnerColumn(), BarColumn(bar_width=12), told)
    with Bar(*columns, console=console, transient=True) as bar:
        yield _Drawn(bar).show


@contextmanager
def told_if_slow(message: str, seconds: float = _SLOW_SECONDS) -> Iterator[None]:
    """Say ``message`` on standard error if the block takes longer than ``seconds``."""
    timer = Timer(seconds, click.echo, (message,), {"err": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def described(progress: Progress, seconds: float) -> str:
    """Return how far a run is in one line."""
    if progress.at:
        told = f"清点：已看 {progress.surveyed:,} 个文件，其中 {progress.changed:,} 个是新的或改过的"
        return told + _slow(progress)
    read = progress.done + progress.failed
    failed = f"，失败 {progress.failed:,} 个" if progress.failed else ""
    rate = progress.characters / seconds if seconds > 0 else 0
    told = f"处理：{read:,}/{progress.pending:,} 个文件{failed}，{progress.figures:,} 个数字，每秒 {rate:,.0f} 字"
    return told + _rest(progress, read, seconds) + _slow(progress)


def _rest(progress: Progress, read: int, seconds: float) -> str:
    """Return how long the rest takes, by its bytes; nothing as long as too little was read to tell, or a file takes long."""
    share = progress.read_bytes / progress.bytes if progress.bytes else 0
    if progress.slow or read < _FEWEST_READ or seconds < _LEAST_SECONDS or not _LEAST_SHARE < share < 1:
        return ""
    minutes, left = divmod(round(seconds * (1 - share) / share), 60)
    return f"，约剩 {minutes:,} 分 {left} 秒" if minutes else f"，约剩 {left} 秒"


def _slow(progress: Progress) -> str:
    if not progress.slow:
        return ""
    named = "、".join(f"{path}（已 {seconds:.0f} 秒）" for path, seconds in progress.slow[:_MOST_NAMED])
    more = f"等 {len(progress.slow)} 个" if len(progress.slow) > _MOST_NAMED else ""
    return f"；正在处理 {named}{more}"


def summed_up(progress: Progress) -> str:
    """Return what a run did: files at the paths that were named, then files and members that were read."""
    same = progress.surveyed - progress.changed
    changed = max(progress.changed - progress.new, 0)
    missing = f"，不见了 {progress.gone:,} 个" if progress.gone else ""
    failed = progress.unopened + progress.failed
    return (
        f"本次\t看了 {progress.surveyed:,} 个文件（压缩包算一个）：新的 {progress.new:,}，改过或重看的 {changed:,}，"
        f"没变的 {same:,}{missing}；读成 {progress.done:,} 份，失败 {failed:,} 个"
    )


class _Timed:
    """Knows since when files are read, and when to show something again."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._shown = 0.0
        self._since = time.monotonic()
        self._surveying = True

    def due(self, progress: Progress) -> bool:
        now = time.monotonic()
        if self._surveying and not progress.at:
            self._surveying, self._since = False, now
        if now - self._shown < self._every:
            return False
        self._shown = now
        return True

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._since


class _Lines(_Timed):
    def __init__(self) -> None:
        super().__init__(_LINE_SECONDS)
        self._shown = time.monotonic()  # a run of a few seconds says nothing

    def show(self, progress: Progress) -> None:
        if self.due(progress):
            click.echo(described(progress, self.seconds), err=True)
            sys.stderr.flush()


class _Drawn(_Timed):
    def __init__(self, bar: Bar) -> None:
        super().__init__(_DRAWN_SECONDS)
        self._bar = bar
        self._task = bar.add_task("清点", total=None)

    def show(self, progress: Progress) -> None:
        if self.due(progress):
            total = None if progress.at else progress.pending
            read = progress.done + progress.failed
            self._bar.update(self._task, description=described(progress, self.seconds), total=total, completed=read)
