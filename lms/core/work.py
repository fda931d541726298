"""The unit of work: one write transaction, or one snapshot to read from.

A view opens exactly one. Services and event handlers take part and never commit: returning commits,
raising undoes everything, so that deeds can be composed and nothing is ever half written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType, TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.core.clock import Clock
from lms.core.database import GLANCES, WRITES, WriteLock
from lms.core.events import Events
from lms.core.outbox import add_to_outbox
from lms.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Workshop:
    """What units of work are made of; one per application, held by the `Runtime`."""

    engine: sa.Engine
    lock: WriteLock
    clock: Clock
    events: Events
    documents: Any
    """The `lms.publishing.library.Library`, which core may not import; the publishing slice types it."""
    settings: Settings
    keyring: Any
    """The signing keys (`lms.certificates.keys.Keyring`), which core may not import either."""
    wake_worker: Callable[[], None]


class Reading:
    """One read-only snapshot of the database, at one instant, as a context manager."""

    _options: Mapping[str, bool] = MappingProxyType({})

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._connection: sa.Connection | None = None
        self._session: Session | None = None
        self._stack = ExitStack()
        self.now: datetime = workshop.clock()

    @property
    def documents(self) -> Any:
        """Return the cache of parsed revisions (`lms.publishing.library.Library`)."""
        return self._workshop.documents

    @property
    def settings(self) -> Settings:
        """Return the settings of the installation."""
        return self._workshop.settings

    @property
    def keyring(self) -> Any:
        """Return the signing keys (`lms.certificates.keys.Keyring`)."""
        return self._workshop.keyring

    @property
    def connection(self) -> sa.Connection:
        """Return the connection, inside the transaction; Core statements run on it."""
        if self._connection is None:
            raise RuntimeError("Use it as a context manager: `with runtime.reading() as reading:`.")
        return self._connection

    @property
    def session(self) -> Session:
        """Return the ORM session of this transaction, made when first asked for."""
        if self._session is None:
            self._session = Session(bind=self.connection, expire_on_commit=False, autoflush=True)
        return self._session

    def __enter__(self) -> Self:
        """Open the connection and begin."""
        connection = self._stack.enter_context(self._workshop.engine.connect())
        self._connection = connection.execution_options(**self._options) if self._options else connection
        self._connection.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the snapshot."""
        self._close()

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
        self._stack.close()  # an open transaction is rolled back with its connection


class Glance(Reading):
    """A reading of exactly one statement, such as who is asking; it costs less than a snapshot of several."""

    _options = MappingProxyType({GLANCES: True})


class Work(Reading):
    """One write transaction: returning commits, raising rolls back."""

    _options = MappingProxyType({WRITES: True})

    def __init__(self, workshop: Workshop) -> None:
        super().__init__(workshop)
        self._has_post = False

    def __enter__(self) -> Self:
        """Take the write lock, then begin."""
        try:
            self._stack.enter_context(self._workshop.lock.held())
            return super().__enter__()
        except BaseException:
            self._close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, or undo everything if something was raised; then tell the worker of new post."""
        try:
            if kind is None:
                if self._session is not None:
                    self._session.flush()
                self.connection.commit()
        finally:
            self._close()
        if kind is None and self._has_post:
            self._workshop.wake_worker()

    def publish(self, event: object) -> None:
        """Announce an event; its handlers run now, in this transaction."""
        if self._session is not None:
            self._session.flush()
        self._workshop.events.publish(self, event)

    def enqueue(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Put a message into the outbox; the worker delivers it after the commit, at least once."""
        add_to_outbox(self.connection, kind=kind, payload=payload, now=self.now)
        self._has_post = True
