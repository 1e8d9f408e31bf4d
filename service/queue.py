"""Delivers jobs to the threads that carry them out, through Huey: a file beside SQLite, tables in PostgreSQL.

What is delivered is a hint, the table ``job`` is the truth: a message may be lost or come twice. Every few seconds what is
queued or left by a holder that died is delivered again. There are two lanes, so that a small upload never waits for a large
archive: one thread takes only jobs that are not slow, the others take slow ones first, then whatever there is.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from huey import Huey, PostgresHuey, SqliteHuey
from huey.consumer import Consumer, Scheduler
from huey.registry import Message
from huey.serializer import Serializer

from extractor.errors import StoreError
from service.jobs import Runner
from service.temporary import own_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.store import Store
    from service.settings import ServiceSettings

_SWEEP_SECONDS = 2.0
_TIDY_SECONDS = 20.0
_STOP_SECONDS = 20.0
"""For the threads to put their jobs back."""
_FEWEST_JOBS = 2
_DELIVERED = 200
"""Jobs that one sweep delivers, and messages it looks through: with more there, the threads have enough to do."""
_POLL_SECONDS = 0.05
_LONGEST_POLL_SECONDS = 0.25
_log = logging.getLogger("gouji.service")


class Queue:
    """Delivers jobs of a database, and carries them out; used in a ``with`` block, at whose end nothing of it runs.

    Args:
        store: where jobs are.
        settings: how many at the same time, and the bounds on each.
    """

    def __init__(self, store: Store, settings: ServiceSettings) -> None:
        self._store, self._settings = store, settings
        self._started = ExitStack()

    def __enter__(self) -> Self:
        """Start the threads; what was queued or left before is delivered at once."""
        logging.getLogger("huey").setLevel(logging.ERROR)  # it tells of each message
        with self._started as stack:
            runner = Runner(self._store, self._settings, stack.enter_context(own_folder()))
            stack.callback(runner.close)
            self._quick, self._slow = _huey(self._store, "quick"), _huey(self._store, "slow")
            for lane in (self._quick, self._slow):
                stack.callback(lane.storage.close)
            # A message of either lane is carried out by a thread of the other one, too.
            self._messages = [lane.task(name="carry_out")(runner.run) for lane in (self._quick, self._slow)]
            helped = _Helper(self._slow, self._quick)
            others = max(self._settings.concurrent_jobs, _FEWEST_JOBS) - 1
            for huey, workers, every, regularly in (
                (self._quick, 1, _SWEEP_SECONDS, self.sweep),
                (helped, others, _TIDY_SECONDS, runner.tidy),
            ):
                consumer = _Consumer(huey, workers, every, regularly)
                stack.callback(consumer.stop, graceful=True)
                consumer.start()
            stack.callback(runner.stop)
            self._started = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the threads; what they were at is queued again."""
        self._started.close()

    def deliver(self, number: int, *, slow: bool = False) -> None:
        """Let a job be carried out soon; whatever goes wrong here, a sweep mends."""
        try:
            self._messages[slow](number)
        except Exception as error:  # of Huey and of each of its databases
            _log.warning("job %d is not delivered yet: %s", number, error)

    def sweep(self) -> None:
        """Deliver what is queued, or left by a holder that died, and of which there is no message."""
        waiting = self._store.jobs().waiting(_DELIVERED)
        if not waiting:
            return
        known: list[set[int]] = [_delivered(lane) for lane in (self._quick, self._slow)]
        for number, slow in waiting:
            if number not in known[slow] and len(known[slow]) < _DELIVERED:
                self.deliver(number, slow=slow)


def _delivered(lane: Huey) -> set[int]:
    return {task.args[0] for task in lane.pending(limit=_DELIVERED)}


class _Json(Serializer):  # type: ignore[misc]
    """Messages as JSON: what others write into the database is data here, never code."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(bytes(data)))


class _Helper:
    """A lane whose threads take what is in another one, too, when there is nothing in their own."""

    def __init__(self, own: Huey, other: Huey) -> None:
        self._own, self._other = own, other

    def dequeue(self) -> Any:
        """Take the next message."""
        task = self._own.dequeue()
        return self._other.dequeue() if task is None else task

    def __getattr__(self, name: str) -> Any:
        """Be the own lane in all else."""
        return getattr(self._own, name)


class _Consumer(Consumer):  # type: ignore[misc]
    """Threads that take messages, and one that does something regularly instead of scheduling, which nobody needs."""

    def __init__(self, huey: Any, workers: int, seconds: float, regularly: Callable[[], None]) -> None:
        self._seconds, self._regularly = seconds, regularly
        super().__init__(
            huey,
            workers=workers,
            periodic=False,
            initial_delay=_POLL_SECONDS,
            max_delay=_LONGEST_POLL_SECONDS,
            shutdown_timeout=_STOP_SECONDS,
        )

    def _create_scheduler(self) -> Scheduler:
        return _Regularly(self.huey, self.stop_flag, self._seconds, self._regularly)

    def _set_signal_handlers(self) -> None:
        """Leave signals to the server."""


class _Regularly(Scheduler):  # type: ignore[misc]
    """Does something every few seconds."""

    def __init__(self, huey: Any, stop_flag: Any, seconds: float, action: Callable[[], None]) -> None:
        super().__init__(huey, stop_flag, seconds, periodic=False)
        self._seconds, self._action = seconds, action

    def loop(self, now: Any = None) -> None:  # noqa: ARG002
        """Do it once."""
        begin = time.monotonic()
        try:
            self._action()
        except StoreError as error:
            _log.warning("%s", error.detail)
        except Exception as error:  # the next time may do better, and there must be one
            _log.error("unforeseen error in a sweep", exc_info=error)
        self.sleep_for_interval(begin, self._seconds)


def _huey(store: Store, lane: str) -> Huey:
    """Open a lane; two servers that make its tables at the same moment take turns."""
    options = {"name": f"gouji-{lane}", "results": False, "serializer": _Json()}
    file = store.queue_file
    if file is None:
        # Asking every quarter of a second costs little; threads that wait for a notification of one lane are deaf to
        # the other one, and to the end of the server.
        where = {"dsn": store.driver_address, "table_prefix": "gouji_queue", "blocking": False}
        return _patiently(lambda: PostgresHuey(**where, **options))
    try:
        return _patiently(lambda: SqliteHuey(filename=str(file), **options))
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        _log.warning("%s is damaged and made anew: %s", file, error)
        for suffix in ("", "-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
        return SqliteHuey(filename=str(file), **options)


def _patiently(make: Callable[[], Huey]) -> Huey:
    for _ in range(4):
        try:
            return make()
        except Exception:  # of each of its databases another
            time.sleep(0.5)
    return make()
