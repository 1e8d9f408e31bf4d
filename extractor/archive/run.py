"""Adding archives to a database: survey what is new or changed, then read what is not finished, and store it.

Only this machine touches files, only this process the database. Workers get bytes and return rows, so that they may be
anywhere, and a worker that dies leaves nothing half-done.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from extractor.archive.drive import drive
from extractor.archive.load import load
from extractor.archive.local import LocalEngine, cores
from extractor.archive.names import LONGEST, TOO_LONG, actual, is_cut, shown
from extractor.archive.surveyor import Surveyor
from extractor.archive.walk import Found, walk
from extractor.archive.work import Engine, How
from extractor.config import Settings
from extractor.errors import UsageError, os_reason
from extractor.store import KnownFile, Store, WorkLedger, WorkResult
from extractor.types import INSIDE, SurveyedFile, WorkReason, WorkState

if TYPE_CHECKING:
    from extractor.archive.work import Task

_REGISTERED = 500
"""Files and members that are registered, or noted as missing, in one transaction; a container as a whole."""
_RENEWED_SECONDS = 20.0
_WORKERS_PER_CORE = 10
_MOST_MISSING = Fraction(1, 2)
_SLOW_SECONDS = 10.0
_YOUNG = 200_000
"""Objects after which the collector looks for cycles; more are hardly ever on their way at the same time."""
_NAMED = 20
"""Files that were pruned, of which the names are kept."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an archive is processed: see ``gouji archive add``.

    Raises:
        UsageError: there are no workers, or so many that this machine would only be busy with changing between them; or an
            address without the engine that it is for.
    """

    workers: int | None = None
    engine: str = "local"
    ray_address: str | None = None
    checked: bool = True
    prune: bool = False
    force: bool = False

    def __post_init__(self) -> None:
        """Check what does not go together, and the number of workers; a cluster knows by itself how many it has room for."""
        if self.ray_address is not None and self.engine != "ray":
            raise UsageError("--ray-address 只用于 --engine ray；请加上 --engine ray", f"an address for {self.engine}")
        if self.force and not self.prune:
            raise UsageError("--force 只用于 --prune；请一并写上 --prune", "force without prune")
        most = None if self.ray_address is not None else _WORKERS_PER_CORE * cores()
        if self.workers is None or 1 <= self.workers <= (most or self.workers):
            return
        bounds = "至少为 1" if most is None else f"为 1 到 {most}（本机有 {cores()} 个处理器核）"
        raise UsageError(
            f"处理的进程数（--workers）应{bounds}，不是 {self.workers}；不指定时每个核一个",
            f"{self.workers} workers",
        )


@dataclass(slots=True)
class Progress:
    """How far a run is: files looked at by the survey, then items read of all that are ``pending`` at the beginning.

    Of the files that were ``surveyed``, ``changed`` are new or changed (or surveyed once more), ``new`` those not known
    before. ``unopened`` failed in the survey already, files and members; of those that were read ``failed`` did. ``gone`` and
    ``pruned`` are missing files; ``removed`` are the first of the latter, with which ``documents`` went. ``bytes`` is the size
    of what is pending, ``read_bytes`` of what of it was read. ``at`` is the last file that the survey met, ``""`` when it is
    over. ``slow`` are files that have taken long by now, with the seconds.
    """

    surveyed: int = 0
    new: int = 0
    changed: int = 0
    unopened: int = 0
    gone: int = 0
    pruned: int = 0
    documents: int = 0
    removed: list[str] = field(default_factory=list)
    pending: int = 0
    bytes: int = 0
    read_bytes: int = 0
    done: int = 0
    failed: int = 0
    characters: int = 0
    figures: int = 0
    at: str = ""
    slow: list[tuple[str, float]] = field(default_factory=list)


_File = TypeVar("_File", Found, KnownFile)
Watch = Callable[[Progress], None]


class _Run:
    """One run: the ledger it holds, the files of the database itself (``own``), which are no reports, and how far it is.

    ``at_work`` tells which files are open, ``sizes`` the bytes of those that workers have, by item.
    """

    def __init__(self, store: Store, ledger: WorkLedger, settings: Settings, watch: Watch) -> None:
        self.own = frozenset(map(str, store.files))
        self.ledger = ledger
        self.settings = settings
        self.progress = Progress()
        self.at_work: Callable[[], Iterable[tuple[str, float]]] = tuple
        self.sizes: dict[int, int] = {}
        self._watch = watch
        self._renewed = time.monotonic()

    def tell(self) -> None:
        """Tell how far the run is."""
        self.progress.slow = [(path, seconds) for path, seconds in self.at_work() if seconds > _SLOW_SECONDS]
        self._watch(self.progress)

    def tick(self) -> None:
        """Do both, while something takes long."""
        self.stay()
        self.tell()

    def stay(self) -> None:
        """Let others know that this run is alive."""
        if time.monotonic() - self._renewed > _RENEWED_SECONDS:
            self.ledger.renew()
            self._renewed = time.monotonic()


def add(store: Store, paths: Sequence[str], settings: Settings, options: Options, watch: Watch) -> Progress:
    """Process the files at ``paths``, below folders and inside containers, as far as they are new, changed or unfinished.

    Args:
        store: an open database.
        paths: files or folders.
        settings: bounds on what is read.
        options: where and how.
        watch: is told how far the run is, at least every second but for single large files.

    Returns:
        How far the run came: to its end.

    Raises:
        UsageError: there is nothing at a path, or another process is at work on this database.
        StoreError: the database refuses; what was stored before stays.
    """
    roots = [_root(path) for path in paths]
    with held(store.work()) as ledger:
        run = _Run(store, ledger, settings, watch)
        with Surveyor(settings, run.tick) as surveyor:
            run.at_work = surveyor.at_work
            for root in roots:
                _survey_root(run, surveyor, root)
        if options.prune:  # after all: what moved from one to another is not missing
            _prune(run, [shown(root) for root in roots], force=options.force)
        _process(run, options)
    return run.progress


def retry(store: Store, reasons: Sequence[WorkReason], settings: Settings, options: Options, watch: Watch) -> Progress:
    """Read once more what failed for one of ``reasons`` (for any, if there is none); see :func:`add`."""
    with held(store.work()) as ledger:
        run = _Run(store, ledger, settings, watch)
        with Surveyor(settings, run.tick) as surveyor:
            run.at_work = surveyor.at_work
            for path, root in ledger.reopen(reasons).items():
                if not _is_missing(path):  # one that is gone is for "add"
                    _survey_below(run, surveyor, actual(path.rstrip("/")), root, again=path)
        _process(run, options)
    return run.progress


@contextmanager
def held(ledger: WorkLedger) -> Iterator[WorkLedger]:
    """Hold a ledger in the block, in which no other process works on it."""
    ledger.take()
    try:
        yield ledger
    finally:
        ledger.release()


def _root(path: str) -> str:
    absolute = os.path.abspath(path)
    try:
        os.stat(absolute)
    except OSError as error:
        raise UsageError(f"{path}：打不开（{os_reason(error)}）；请检查路径", f"{path}: {error}") from error
    if len(shown(absolute).encode()) > LONGEST // 2:  # so that what is cut below it still lies below it
        raise UsageError(f"{path}：{TOO_LONG}", f"more than {LONGEST // 2} bytes")
    return absolute


def _survey_root(run: _Run, surveyor: Surveyor, root: str) -> None:
    number = run.ledger.add_root(shown(root))
    _survey_below(run, surveyor, root, number)
    run.ledger.close_root(number)


def _prune(run: _Run, paths: Sequence[str], *, force: bool) -> None:
    """Remove what is missing; most of an archive only by ``force``, for a disk may not be mounted.

    Raises:
        UsageError: most is missing; nothing was removed.
    """
    for path in paths if not force else ():
        found = run.ledger.extent(path)
        if found.missing > _MOST_MISSING * found.files:
            raise UsageError(
                f"{path}：所知的 {found.files:,} 个文件中有 {found.missing:,} 个已不存在，没有删除任何数据；若是磁盘或共享没有"
                f"连上，请连上后再运行；确实要删除（其中读成的文档 {found.missing_documents:,} 份），请加 --force",
                f"{found.missing} of {found.files} files are missing",
            )
    for path in paths:
        for pruned in run.ledger.prune(path):
            run.progress.documents += pruned.document
            if INSIDE not in pruned.path:
                run.progress.pruned += 1
                run.progress.removed += [pruned.path] if run.progress.pruned <= _NAMED else []
            run.tick()


def _survey_below(run: _Run, surveyor: Surveyor, place: str, root: int, again: str = "") -> None:
    """Bring the ledger to what is at ``place`` or below; of what has not changed only the file ``again`` is surveyed."""
    path = shown(place)
    batch: list[SurveyedFile] = []
    items = 0
    gone: list[str] = []
    for file in surveyor.survey(_changed(run, place, gone, again)):
        batch.append(file)
        items += 1 + len(file.members)
        run.progress.changed += 1
        if items >= _REGISTERED:
            _register(run, root, path, batch)
            batch, items = [], 0
    _register(run, root, path, batch)
    for begin in range(0, len(gone), _REGISTERED):
        some = gone[begin : begin + _REGISTERED]
        run.ledger.mark_gone(some)
        run.progress.gone += len(some)
        run.tick()


def _changed(run: _Run, place: str, gone: list[str], again: str) -> Iterator[Found]:
    """Yield the files that are to be surveyed, and note those that are ``gone``."""
    walked = (found for found in walk(place) if found.actual not in run.own)
    for found, known in _matched(walked, run.ledger.known(shown(place))):
        run.stay()
        if found is None:
            if known is not None and not known.gone:
                gone.append(known.path)
            continue
        run.progress.surveyed += 1
        run.progress.at = found.path
        run.tell()
        run.progress.new += known is None
        if found.path == again or known != KnownFile(found.path, found.bytes, found.mtime_ns, gone=False):
            yield found


def _register(run: _Run, root: int, below: str, batch: Sequence[SurveyedFile]) -> None:
    """Bring the ledger to what was found; none becomes a duplicate of what is elsewhere and no longer there."""
    run.ledger.register(root, batch)
    items = [item for file in batch for item in (file.item, *file.members)]
    run.progress.unopened += sum(item.state == WorkState.FAILED for item in items)
    contents = {item.sha256 for item in items if item.sha256}
    folder = below.rstrip("/") + "/"
    elsewhere = (path for path in run.ledger.holders(contents) if path != below and not path.startswith(folder))
    run.ledger.mark_gone(sorted(filter(_is_missing, elsewhere)))


def _is_missing(path: str) -> bool:
    """Whether there is nothing at a path of the ledger; of one that cannot be looked at that is not known."""
    try:
        os.lstat(actual(path))
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _matched(walked: Iterator[Found], known: Iterator[KnownFile]) -> Iterator[tuple[Found | None, KnownFile | None]]:
    """Pair files as :func:`matched` does; those whose path was cut, which are not in the order of the walk, at the end."""
    late: list[Found] = []
    late_known: list[KnownFile] = []
    yield from matched(_apart(walked, late), _apart(known, late_known))
    yield from matched(iter(sorted(late, key=attrgetter("path"))), iter(late_known))


def _apart(files: Iterator[_File], cut: list[_File]) -> Iterator[_File]:
    for file in files:
        if is_cut(file.path):
            cut.append(file)
        else:
            yield file


def matched(walked: Iterator[Found], known: Iterator[KnownFile]) -> Iterator[tuple[Found | None, KnownFile | None]]:
    """Pair the files that are there with those that are known; both come by path.

    What lies below a folder that cannot be opened is neither there nor gone.
    """
    closed: tuple[str, ...] = ()
    found, old = next(walked, None), next(known, None)
    while found is not None or old is not None:
        if old is None or (found is not None and found.path < old.path):
            yield found, None
        elif found is None or old.path < found.path:
            if not old.path.startswith(closed) or old.path in closed:
                yield None, old
            old = next(known, None)
            continue
        else:
            yield found, old
            old = next(known, None)
        if found is not None and found.path.endswith("/"):
            closed += (found.path,)
        found = next(walked, None)


def _process(run: _Run, options: Options) -> None:
    """Read all that is pending and store what comes of it."""
    run.progress.pending, run.progress.bytes = run.ledger.count_pending()
    run.progress.at = ""
    run.tell()
    if run.progress.pending == 0:
        return
    with _few_collections(), _engine(run, options) as engine:
        run.at_work = engine.at_work
        most = 1 + run.progress.pending // (4 * engine.workers)
        tasks = _measured(run, load(run.ledger.pending(), run.settings))
        drive(engine, tasks, most, lambda results: _store(run, results), run.tick)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Let Python look for cycles rarely: rows on their way into the database are many objects and form none."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_YOUNG, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _engine(run: _Run, options: Options) -> Engine:
    how = How(run.settings, options.checked)
    if options.engine == "ray":
        from extractor.archive.ray_engine import RayEngine

        return RayEngine(options.ray_address, options.workers, how)
    return LocalEngine(options.workers, how)


def _measured(run: _Run, tasks: Iterable[Task | WorkResult]) -> Iterator[Task | WorkResult]:
    """Remember how large what the workers are given is, for the progress."""
    for task in tasks:
        if not isinstance(task, WorkResult):
            run.sizes[task.item] = len(task.data)
        yield task


def _store(run: _Run, results: list[WorkResult]) -> None:
    for noted in run.ledger.finish(results):
        run.progress.read_bytes += run.sizes.pop(noted.item, 0)
        if noted.prepared is None:
            run.progress.failed += 1
        else:
            run.progress.done += 1
            run.progress.characters += len(noted.prepared.document["text"])
            run.progress.figures += noted.prepared.run["figures"]
