"""The database: declarative base, column types, engines for SQLite and PostgreSQL, and the write lock.

SQLite runs in WAL mode with `synchronous=FULL`; every write transaction begins with BEGIN IMMEDIATE,
because a transaction that starts as a reader and then writes fails at once when another has written
meanwhile, whatever the busy timeout. Releases of SQLite before 3.51.3 can, rarely, damage a WAL file
when two connections write or checkpoint at the same moment: a file lock around each write
transaction closes that window between threads and processes.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from lms.core.errors import Unavailable
from lms.core.settings import Settings

WRITES = "lms_writes"
"""Execution option that marks a connection whose transactions write."""

GLANCES = "lms_glances"
"""Execution option of a connection that runs one select: SQLite needs no BEGIN and ROLLBACK around it."""

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all tables of Papilla; their names start with `lms_`, apart from any host's own."""

    metadata = sa.MetaData(naming_convention=NAMING_CONVENTION)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: timezone-aware UTC in Python, timestamptz in PostgreSQL, UTC text in SQLite.

    A naive datetime is refused with `ValueError`: nobody could tell which clock it came from.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Return the instant in UTC for the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without time zone cannot be stored; pass an aware one.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Return the stored instant as an aware one in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JsonValue = sa.JSON().with_variant(JSONB(), "postgresql")
"""The column type of JSON values: JSON text in SQLite, JSONB in PostgreSQL."""


def open_engine(settings: Settings) -> sa.Engine:
    """Return the engine of the installation's database; no connection is opened yet."""
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        path = settings.sqlite_path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = sa.create_engine(
            url,
            connect_args={"timeout": settings.busy_timeout_seconds, "check_same_thread": False},
            json_serializer=_json_text,
            json_deserializer=msgspec.json.decode,
            pool_size=settings.pool_size,
            max_overflow=settings.pool_size,
            pool_use_lifo=True,  # each connection keeps pages of its own: better few busy ones
        )
        _prepare_sqlite(engine, settings.busy_timeout_seconds)
        return engine
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return sa.create_engine(
        url,
        pool_size=settings.pool_size,
        max_overflow=settings.pool_size,
        json_serializer=_json_text,
        json_deserializer=msgspec.json.decode,
        pool_pre_ping=True,
        pool_timeout=settings.busy_timeout_seconds,
        connect_args={
            "connect_timeout": settings.busy_timeout_seconds,
            "options": f"-c timezone=UTC -c lock_timeout={settings.busy_timeout_seconds * 1000}",
        },
    )


def _json_text(value: object) -> str:
    """Return JSON values as text; msgspec, because every saved answer passes here twice."""
    return msgspec.json.encode(value).decode()


def _prepare_sqlite(engine: sa.Engine, busy_timeout_seconds: int) -> None:
    @sa.event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {busy_timeout_seconds * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "mmap_size = 0",
            "cache_size = -2000",
            "temp_store = MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        if options.get(GLANCES, False):
            return
        writes = options.get(WRITES, False)
        # straight to the driver: two of these for each page would cost as much as its statements
        connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")


class WriteLock:
    """One writer at a time on an SQLite file, between the threads and the processes of this machine.

    On other systems it does nothing: they order writers themselves.
    """

    def __init__(self, database: Path | None, *, timeout_seconds: float) -> None:
        self._path = None if database is None else database.with_name(database.name + ".write-lock")
        self._timeout_seconds = timeout_seconds
        self._threads = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; raises `Unavailable` when it was not free within the timeout."""
        if self._path is None:
            yield
            return
        until = time.monotonic() + self._timeout_seconds
        if not self._threads.acquire(timeout=self._timeout_seconds):
            raise busy()
        try:
            with self._path.open("ab") as file:
                self._wait_for_file(file.fileno(), until)
                yield  # closing the file releases its lock
        finally:
            self._threads.release()

    @staticmethod
    def _wait_for_file(descriptor: int, until: float) -> None:
        pause_seconds = 0.0002
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() >= until:
                    raise busy() from None
                time.sleep(pause_seconds)
                pause_seconds = min(pause_seconds * 1.5, 0.001)
            else:
                return


def busy() -> Unavailable:
    """Return the error for a database that did not answer in time."""
    return Unavailable(
        "The database is busy. Nothing was stored; please try again in a moment.", retry_after_seconds=2
    )
