"""Group commit: many small writes of many people share one durable transaction.

Each answer is acknowledged only after its COMMIT has reached the disk. One disk flush per answer
would cap a machine at the speed of its disk, so one writer thread per process gathers the deeds that
wait, runs them in one transaction, commits once, and only then answers all of them.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from lms.core.clock import Clock
from lms.core.database import WRITES, WriteLock, busy
from lms.core.errors import Unavailable

Result = TypeVar("Result")
Deed = Callable[[sa.Connection, datetime], Any]
LARGEST_GROUP = 64


class _Request:
    """A deed that waits for its group, and what became of it."""

    __slots__ = ("deed", "done", "error", "result")

    def __init__(self, deed: Deed) -> None:
        self.deed = deed
        self.done = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None


class GroupCommit:
    """Runs deeds durably; on SQLite in groups, elsewhere each in a transaction of its own.

    PostgreSQL groups the flushes of concurrent commits itself. A deed gets the connection and the
    instant, uses Core statements only, and may be run a second time: when one of a group raises, the
    group is undone and each of its deeds runs alone, so that nobody pays for a neighbour's mistake.
    """

    def __init__(self, engine: sa.Engine, lock: WriteLock, clock: Clock, *, timeout_seconds: float) -> None:
        self._engine = engine
        self._lock = lock
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._groups = engine.dialect.name == "sqlite"
        self._waiting: queue.SimpleQueue[_Request] = queue.SimpleQueue()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def save(self, deed: Callable[[sa.Connection, datetime], Result]) -> Result:
        """Run the deed, commit, and return its result; raises what the deed raised.

        Raises `Unavailable` when the database stayed locked beyond the timeout.
        """
        if not self._groups:
            with self._engine.begin() as connection:
                return deed(connection, self._clock())
        self._ensure_thread()
        request = _Request(deed)
        self._waiting.put(request)
        if not request.done.wait(self._timeout_seconds * 2):
            raise busy()
        if request.error is not None:
            raise request.error
        result: Result = request.result
        return result

    def _ensure_thread(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="lms-group-commit", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            group = [self._waiting.get()]
            while len(group) < LARGEST_GROUP:
                try:
                    group.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            self._commit(group)
            for request in group:
                request.done.set()

    def _commit(self, group: list[_Request]) -> None:
        """Run a group in one transaction; if that fails, each deed in its own."""
        try:
            self._transact(group)
        except BaseException as error:  # noqa: BLE001 - the thread must outlive any deed; the error is handed on
            if len(group) == 1 or isinstance(error, Unavailable):
                for request in group:
                    request.error = error
                return
            for request in group:
                self._commit([request])

    def _transact(self, group: list[_Request]) -> None:
        with self._lock.held(), self._engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                now = self._clock()
                for request in group:
                    request.result = request.deed(connection, now)
