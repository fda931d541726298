"""Databases for tests: migrated once per run into a template, copied for each test.

There are two templates: `empty` has the tables only; `course` also has the default academy and the course
that Papilla ships.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import sqlalchemy as sa
from psycopg import sql

from tests.support.clock import FrozenClock
from tests.support.postgresql import Cluster, PostgreSQLMissing, start_cluster
from tests.support.run_folder import CLUSTER, only_one

SERVER_VARIABLE = "LMS_TEST_POSTGRES_URL"
SYSTEMS = ("sqlite", "postgresql")
TEMPLATES = ("empty", "course")


def fill_template(url: str, template: str, instance: Path) -> None:
    """Migrate the database at an address and put in what the template holds."""
    from lms.core.migrating import upgrade
    from lms.core.settings import read_settings
    from lms.extension import build_runtime
    from lms.installation import set_up

    config = {"LMS_DATABASE_URL": url}
    runtime = build_runtime(read_settings(config, instance_path=str(instance), environ={}), FrozenClock())
    try:
        upgrade(runtime.workshop.engine, "head")
        if template == "course":
            for _line in set_up(runtime, demo=(), demo_password=""):
                pass
    finally:
        runtime.workshop.engine.dispose()


def sqlite_template(template: str) -> Path:
    """Return the SQLite file of a template, made on first use in this run."""
    with only_one(f"sqlite-{template}") as folder:
        path = folder / f"{template}.sqlite3"
        if not path.exists():
            with tempfile.TemporaryDirectory() as scratch:
                made = Path(scratch) / "made.sqlite3"
                fill_template(f"sqlite:///{made}", template, Path(scratch))
                with sqlite3.connect(made) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()
                shutil.copyfile(made, path)
        return path


def copy_sqlite(template: str, folder: Path) -> str:
    """Copy a template into a folder; returns the address of the copy."""
    path = folder / "papilla.sqlite3"
    shutil.copyfile(sqlite_template(template), path)
    return f"sqlite:///{path}"


def postgresql_server() -> str:
    """Return the address of the run's server, started on first use; raises PostgreSQLMissing."""
    named = os.environ.get(SERVER_VARIABLE)
    if named:
        return named
    with only_one("postgresql") as folder:
        note = folder / CLUSTER
        if not note.exists():
            note.write_text(start_cluster().to_json(), encoding="utf-8")
        return Cluster.from_json(note.read_text(encoding="utf-8")).url


@contextmanager
def maintenance() -> Iterator[psycopg.Connection]:
    """Connect to the maintenance database of the run's server, outside any transaction."""
    url = sa.make_url(postgresql_server()).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        yield connection


def _address(name: str) -> str:
    url = sa.make_url(postgresql_server()).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def postgresql_template(template: str) -> str:
    """Return the name of a template database on the server, made on first use in this run."""
    with only_one(f"postgresql-{template}") as folder:
        note = folder / f"postgresql-{template}.name"
        if not note.exists():
            name = f"papilla_{template}_{uuid4().hex[:12]}"
            with maintenance() as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            with tempfile.TemporaryDirectory() as scratch:
                fill_template(_address(name), template, Path(scratch))
            note.write_text(name, encoding="utf-8")
        return note.read_text(encoding="utf-8")


def create_postgresql(template: str | None) -> str:
    """Create a database, a copy of a template unless that is None; returns its address."""
    name = f"papilla_test_{uuid4().hex[:16]}"
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template is not None:
        source = sql.Identifier(postgresql_template(template))
        statement = sql.SQL("{} TEMPLATE {} STRATEGY file_copy").format(statement, source)
    with maintenance() as connection:
        connection.execute(statement)
    return _address(name)


def drop_postgresql(url: str) -> None:
    """Drop a database that `create_postgresql` made, whoever is still connected."""
    name = sql.Identifier(str(sa.make_url(url).database))
    with maintenance() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def drop_templates(folder: Path) -> None:
    """Drop the run's templates from a server that outlives the run."""
    if not os.environ.get(SERVER_VARIABLE):
        return
    for note in folder.glob("postgresql-*.name"):
        drop_postgresql(_address(note.read_text(encoding="utf-8")))


@contextmanager
def fresh_database(system: str, folder: Path, template: str | None = "empty") -> Iterator[str]:
    """Yield the address of a database of one's own on a system, removed afterwards.

    `template` None gives a database without any table. Raises PostgreSQLMissing.
    """
    if system == "sqlite":
        yield copy_sqlite(template, folder) if template else f"sqlite:///{folder / 'papilla.sqlite3'}"
        return
    url = create_postgresql(template)
    try:
        yield url
    finally:
        drop_postgresql(url)


__all__ = [
    "SYSTEMS",
    "TEMPLATES",
    "PostgreSQLMissing",
    "drop_templates",
    "fresh_database",
    "postgresql_server",
]
