"""Units of work, group commit and outbox on a real SQLite file."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.database import WRITES, Base, UtcDateTime, WriteLock, open_engine
from lms.core.errors import Unavailable
from lms.core.events import Events
from lms.core.group_commit import GroupCommit
from lms.core.outbox import MAXIMUM_TRIES, OUTBOX, drain_outbox
from lms.core.settings import read_settings
from lms.core.work import Reading, Work, Workshop


class HandClock:
    """A clock that stands still until moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


class Rings:
    """Counts how often the worker was woken."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    settings = read_settings({}, instance_path=str(tmp_path), environ={})
    engine = open_engine(settings)
    with engine.connect() as plain:
        connection = plain.execution_options(**{WRITES: True})
        with connection.begin():
            Base.metadata.create_all(connection, tables=[OUTBOX])
    yield Workshop(
        engine=engine,
        lock=WriteLock(settings.sqlite_path, timeout_seconds=10),
        clock=HandClock(),
        events=Events(),
        documents=None,
        settings=settings,
        keyring=None,
        wake_worker=Rings(),
    )
    engine.dispose()


def messages(shop: Workshop) -> list[sa.Row[Any]]:
    with Reading(shop) as reading:
        return list(reading.connection.execute(sa.select(OUTBOX).order_by(OUTBOX.c.id)))


def test_returning_commits_and_wakes_the_worker(shop: Workshop) -> None:
    with Work(shop) as work:
        work.enqueue("note", {"a": 1})
    assert [row.payload for row in messages(shop)] == [{"a": 1}]
    assert isinstance(shop.wake_worker, Rings)
    assert shop.wake_worker.count == 1


def test_raising_undoes_everything(shop: Workshop) -> None:
    def deed() -> None:
        with Work(shop) as work:
            work.enqueue("note", {"a": 1})
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        deed()
    assert messages(shop) == []
    assert isinstance(shop.wake_worker, Rings)
    assert shop.wake_worker.count == 0


def test_what_a_handler_raises_undoes_the_deed_that_was_announced(shop: Workshop) -> None:
    def refuse(_work: Work, _event: str) -> None:
        raise LookupError("locked")

    shop.events.subscribe(str, refuse)

    def deed() -> None:
        with Work(shop) as work:
            work.enqueue("note", {})
            work.publish("an event")

    with pytest.raises(LookupError):
        deed()
    assert messages(shop) == []


def test_moments_come_back_in_utc_and_naive_ones_are_refused() -> None:
    kind = UtcDateTime()
    dialect = sa.create_engine("sqlite://").dialect
    assert kind.process_result_value(datetime(2026, 1, 1), dialect) == datetime(2026, 1, 1, tzinfo=UTC)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        kind.process_bind_param(datetime(2026, 1, 1), dialect)  # noqa: DTZ001


def test_a_delivered_message_leaves_no_payload(shop: Workshop) -> None:
    delivered: list[Mapping[str, Any]] = []
    with Work(shop) as work:
        work.enqueue("note", {"secret": "link"})
    assert drain_outbox(lambda: Work(shop), {"note": delivered.append}) == 1
    assert delivered == [{"secret": "link"}]
    [row] = messages(shop)
    assert row.payload == {}
    assert row.delivered_at == shop.clock()


def test_a_failing_delivery_is_tried_again_later_and_ends_as_failed(shop: Workshop) -> None:
    clock = shop.clock
    assert isinstance(clock, HandClock)

    def fail(_payload: Mapping[str, Any]) -> None:
        raise ConnectionError("mail server is down")

    with Work(shop) as work:
        work.enqueue("note", {})
    assert drain_outbox(lambda: Work(shop), {"note": fail}) == 1
    assert drain_outbox(lambda: Work(shop), {"note": fail}) == 0, "it waits"
    for _try in range(MAXIMUM_TRIES - 1):
        clock.moment += timedelta(hours=2)
        assert drain_outbox(lambda: Work(shop), {"note": fail}) == 1
    [row] = messages(shop)
    assert row.tries == MAXIMUM_TRIES
    assert row.failed_at is not None
    assert row.last_error == "ConnectionError"
    clock.moment += timedelta(days=2)
    assert drain_outbox(lambda: Work(shop), {"note": fail}) == 0


def test_group_commit_keeps_every_good_deed_and_undoes_only_the_bad(shop: Workshop) -> None:
    group = GroupCommit(shop.engine, shop.lock, shop.clock, timeout_seconds=10)
    insert = sa.insert(OUTBOX)

    def deed_for(kind: str) -> Any:
        def deed(connection: sa.Connection, now: datetime) -> str:
            values = {"kind": kind, "payload": {}, "created_at": now, "available_at": now}
            connection.execute(insert, values)
            if kind == "bad":
                raise ValueError(kind)
            return kind

        return deed

    refused: list[str] = []

    def save_many(kind: str) -> None:
        for _time in range(25):
            try:
                assert group.save(deed_for(kind)) == kind
            except ValueError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=save_many, args=(kind,)) for kind in ("a", "b", "bad", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["bad"] * 25
    kinds = [row.kind for row in messages(shop)]
    assert sorted(set(kinds)) == ["a", "b", "c"]
    assert len(kinds) == 75


def test_the_write_lock_gives_up_with_a_clear_error(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path / "x.sqlite3", timeout_seconds=0.05)
    other = WriteLock(tmp_path / "x.sqlite3", timeout_seconds=0.05)
    with lock.held(), pytest.raises(Unavailable, match="Nothing was stored"), other.held():
        pass
    with other.held():
        pass
