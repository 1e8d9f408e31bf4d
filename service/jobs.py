"""Carries out jobs: files of an upload become figures in the database, whatever happens in between.

The job is held in the database (:class:`extractor.store.HeldJob`), a thread says that we are still at it, and all that
takes long looks in between whether it is to end. Bytes of users are opened in processes of their own only.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from extractor.archive.containers import decode_name
from extractor.archive.drive import drive
from extractor.archive.load import load
from extractor.archive.names import given
from extractor.archive.walk import Found, skip_reason
from extractor.errors import GoujiError, StoreError, os_reason
from extractor.store import HeldJob, LostJobError, Upload, WorkResult
from extractor.types import JobState
from service.benches import Bench, Benches

if TYPE_CHECKING:
    from extractor.archive.work import Task
    from extractor.store import Store
    from service.settings import ServiceSettings

QUICK_SECONDS = 30.0
"""After which a job is slow: it goes on where it does not keep others waiting."""
_LOOK_SECONDS = 0.5
_BEAT_SECONDS = 5.0
_GROUPED_FILES = 64
_GROUPED_BYTES = 16 * 2**20
_SLOW_CHUNK = 4
"""Files that a worker gets at once of a slow job; of others one by one, so that all workers have some."""
_log = logging.getLogger("gouji.service")


class JobEnd(Exception):  # noqa: N818 - no error
    """A job does not go on here."""


class Cancelled(JobEnd):
    """Somebody wants it ended."""


class Yielded(JobEnd):
    """It has taken long, and goes on where it does not keep others waiting."""


class Stopped(JobEnd):
    """The server ends; the job goes on when there is one."""


class Runner:
    """Carries out one job in each thread that asks for it.

    Args:
        store: where jobs are.
        settings: bounds on what is read, and how long bytes are kept.
        folder: for temporary files.
    """

    def __init__(self, store: Store, settings: ServiceSettings, folder: Path) -> None:
        self._store, self._settings, self._folder = store, settings, folder
        self._benches = Benches(settings.extractor)
        self._stopping = threading.Event()

    def run(self, number: int) -> None:
        """Carry out a job, unless another one does or it has ended; nothing is raised."""
        try:
            held = None if self._stopping.is_set() else self._store.jobs().claim(number)
            if held is not None:
                try:
                    self._run(held)
                finally:
                    held.leave()
        except LostJobError as error:
            _log.info("%s", error.detail)
        except StoreError as error:  # whoever sweeps finds the job without a holder
            _log.error("job %d: %s", number, error.detail)

    def stop(self) -> None:
        """Let all that is at work put its job back."""
        self._stopping.set()

    def close(self) -> None:
        """Stop all processes; after :meth:`stop`."""
        self._benches.stop_idle(0)

    def tidy(self) -> None:
        """Stop processes that are idle, and remove bytes that nobody needs any more."""
        self._benches.stop_idle()
        self._store.jobs().drop_bytes(self._kept)

    @property
    def _kept(self) -> timedelta:
        return timedelta(days=self._settings.upload_retention_days)

    def _run(self, held: HeldJob) -> None:
        try:
            with _Watch(held, self._stopping) as watch:
                self._carry_out(held, watch.check)
        except Cancelled:
            held.finish(JobState.CANCELLED)
        except JobEnd as end:
            held.release(slow=held.slow or isinstance(end, Yielded))
            return
        except (LostJobError, StoreError):
            raise
        except GoujiError as error:
            held.finish(JobState.FAILED, str(error))
        except OSError as error:  # such as a full disk
            _log.error("job %d: %s", held.id, error)
            held.finish(JobState.FAILED, f"处理任务时系统出错（{os_reason(error)}）；请排除后重试")
        except Exception as error:
            entry = uuid.uuid4().hex[:12]
            _log.error("job %d: unforeseen error %s", held.id, entry, exc_info=error)
            held.finish(JobState.FAILED, f"处理任务时出错；请把编号 {entry} 告诉管理员，或重试")
        self._store.jobs().drop_bytes(self._kept, held.id)

    def _carry_out(self, held: HeldJob, check: Callable[[], None]) -> None:
        with self._benches.one(checked=bool(held.options.get("checks", True)), tick=check) as bench:
            most = _SLOW_CHUNK if held.slow else 1
            with closing(_loaded(held, bench, self._folder, check)) as loaded:
                drive(bench.engine, loaded, most, held.store, check)
        held.finish(JobState.DONE)


class _Watch:
    """Says in the database that we are at a job, and hears from there whether it is to end; used in a ``with`` block."""

    def __init__(self, held: HeldJob, stopping: threading.Event) -> None:
        self._held, self._stopping = held, stopping
        self._since = time.monotonic()
        self._over = threading.Event()
        self._cancelled = False
        self._lost: LostJobError | None = None
        self._thread = threading.Thread(target=self._look, name=f"job {held.id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def check(self) -> None:
        """Go on, if the job is to go on here.

        Raises:
            JobEnd: it is not.
            LostJobError: another one has it.
        """
        if self._lost is not None:
            raise self._lost
        if self._cancelled:
            raise Cancelled
        if self._stopping.is_set():
            raise Stopped
        if not self._held.slow and time.monotonic() - self._since > QUICK_SECONDS:
            raise Yielded

    def _look(self) -> None:
        said = time.monotonic()
        while not self._over.wait(_LOOK_SECONDS):
            try:
                self._cancelled = self._held.is_cancelled()
                if time.monotonic() - said > _BEAT_SECONDS:
                    self._held.renew()
                    said = time.monotonic()
            except LostJobError as error:
                self._lost = error
                return
            except StoreError as error:  # it may pass; who hears nothing for long takes the job over
                _log.warning("job %d: %s", self._held.id, error.detail)
            except Exception as error:  # whoever is at work must be heard of
                _log.error("job %d: unforeseen error", self._held.id, exc_info=error)


def _loaded(
    held: HeldJob, bench: Bench, folder: Path, check: Callable[[], None]
) -> Generator[Task | WorkResult, None, None]:
    """Yield all that is to be read of a job, after it was noted what is in its uploads."""
    for group in _groups(held.uploads()):
        with TemporaryDirectory(dir=folder) as place:
            files = {upload.id: Path(place, str(upload.id)) for upload in group}
            for upload in group:
                with files[upload.id].open("wb") as file:
                    for data in held.content(upload):
                        file.write(data)
                        check()
            new = [upload for upload in group if not upload.surveyed]
            found = [_found(upload, files[upload.id]) for upload in new]
            held.register(list(zip(new, bench.surveyor.survey(found), strict=True)))
            yield from chain.from_iterable(_items(held, upload, files[upload.id], bench) for upload in group)


def _items(held: HeldJob, upload: Upload, file: Path, bench: Bench) -> Iterator[Task | WorkResult]:
    return load(held.pending(upload.id), bench.how.settings, lambda _: str(file))


def _found(upload: Upload, file: Path) -> Found:
    reason, message = skip_reason(upload.name) or (None, "")
    return Found(upload.name, str(file), upload.bytes, 0, reason, message)


def _groups(uploads: Sequence[Upload]) -> Iterator[list[Upload]]:
    """Put small files together, for what is noted of them is written at once; what is large stands alone."""
    group: list[Upload] = []
    for upload in uploads:
        full = len(group) == _GROUPED_FILES or sum(one.bytes for one in group) + upload.bytes > _GROUPED_BYTES
        if group and full:
            yield group
            group = []
        group.append(upload)
    if group:
        yield group


def shown_name(raw: bytes) -> str:
    """Return what a file is called that was uploaded under a name of whatever encoding; it is never used as a path."""
    return given(decode_name(raw)) or "未命名"
