"""Leases: one sender a channel, whatever becomes of the others."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from storage import leases

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database


def take(database: Database, sender: str, now: datetime, channel: str = "C1") -> int | None:
    """A fence, or None."""
    with database.write() as connection:
        return leases.acquire(connection, channel, sender, now, 60)


def test_a_channel_has_one_sender(database: Database, now: datetime) -> None:
    """While one holds it nobody else gets it, not even the same process a second time; other channels are free."""
    assert 1 == take(database, "a", now)
    assert None is take(database, "b", now + timedelta(seconds=59))
    assert None is take(database, "a", now)
    assert 1 == take(database, "b", now, "C2")


def test_a_silent_sender_loses_its_channel(database: Database, now: datetime) -> None:
    """After its end another takes the lease, with a higher fence; the first can neither prolong nor release it."""
    late = now + timedelta(seconds=60)
    assert (1, 2) == (take(database, "a", now), take(database, "b", late))
    with database.write() as connection:
        assert not leases.renew(connection, "C1", 1, late, 60)
        leases.release(connection, "C1", 1, late)
    assert None is take(database, "c", late)


def test_a_lease_is_prolonged_in_time_only(database: Database, now: datetime) -> None:
    """Prolonged before its end it lasts from then on; after its end it is lost, also where nobody took it."""
    take(database, "a", now)
    with database.write() as connection:
        assert leases.renew(connection, "C1", 1, now + timedelta(seconds=59), 60)
    assert None is take(database, "b", now + timedelta(seconds=118))
    with database.write() as connection:
        assert not leases.renew(connection, "C1", 1, now + timedelta(seconds=119), 60)


def test_a_released_channel_is_free(database: Database, now: datetime) -> None:
    """Let go, it is taken at once, and the fence goes on growing."""
    take(database, "a", now)
    with database.write() as connection:
        leases.release(connection, "C1", 1, now)
    assert 2 == take(database, "b", now)
    with database.write() as connection:
        leases.release_all(connection, now)
    assert 3 == take(database, "c", now)


def test_a_lease_from_a_wrong_clock_does_not_last(database: Database, now: datetime) -> None:
    """The clock was an hour ahead when a sender died: its channel is free when the clock is right again."""
    take(database, "a", now + timedelta(hours=1))
    assert 2 == take(database, "b", now)


def test_of_many_at_once_one_gets_it(database: Database, now: datetime) -> None:
    """Eight senders that ask in the same moment: one fence, and seven refusals."""
    fences: list[int | None] = []
    start = threading.Barrier(8)

    def ask(number: int) -> None:
        start.wait()
        fences.append(take(database, str(number), now))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [None] * 7 + [1] == sorted(fences, key=lambda fence: fence or 0)
