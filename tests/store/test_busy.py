"""An SQLite database that others write to: readers never wait, writers take turns and give up in time."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from extractor.errors import StoreError
from extractor.store import Patience, Store, open_store
from extractor.store.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator

HASTY = Patience(seconds=0.5, most=2)


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold the write lock as another program does."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    with open_store(sqlite_url) as opened:
        yield opened


def note(store: Store, what: str = "x") -> str:
    try:
        store.users().record("甲", what, "", {})
    except StoreError as error:
        return error.detail
    return ""


def test_readers_do_not_wait_for_writers_that_wait(sqlite_url: str, sqlite_store: Store) -> None:
    with ThreadPoolExecutor(40) as threads:
        with locked(sqlite_url):
            writers = [threads.submit(note, sqlite_store) for _ in range(40)]
            begin = time.monotonic()
            for _ in range(50):
                assert list(sqlite_store.documents()) == []
            assert time.monotonic() - begin < 5
            assert not any(writer.done() for writer in writers)
        assert [writer.result(60) for writer in writers] == [""] * 40
    assert len(sqlite_store.users().events()) == 40


def test_many_readers_at_once(sqlite_store: Store) -> None:
    answers = [sqlite_store.documents() for _ in range(60)]
    assert [next(answer, None) for answer in answers] == [None] * 60


def test_a_hasty_writer_gives_up(sqlite_url: str, sqlite_store: Store) -> None:
    hasty = sqlite_store.with_patience(HASTY)
    with ThreadPoolExecutor(8) as threads, locked(sqlite_url):
        begin = time.monotonic()
        told = list(threads.map(lambda _: note(hasty), range(8)))
        assert time.monotonic() - begin < 5
    assert len([one for one in told if "wait already" in one]) == 5  # one is at it, two wait
    assert all(told)
    assert note(hasty) == ""
    assert [event.author for event in sqlite_store.users().events()] == ["甲"]


def test_turns_come_in_order() -> None:
    turns, seen = Turns(), []

    def take(number: int) -> None:
        with turns.turn(Patience(60)):
            seen.append(number)

    with turns.turn(Patience(60)):
        threads = []
        for number in range(10):
            threads.append(threading.Thread(target=take, args=(number,)))
            threads[-1].start()
            time.sleep(0.02)
        with pytest.raises(StoreError), turns.turn(Patience(0.05)):
            pass
    for thread in threads:
        thread.join(10)
    assert seen == list(range(10))
    with turns.turn(Patience(0.0)) as left:
        assert left == 0


def test_what_is_written_is_not_in_the_log(sqlite_store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        sqlite_store.users().record("甲", None, "秘密的内容", {})  # type: ignore[arg-type]
    assert "秘密" not in caught.value.detail
