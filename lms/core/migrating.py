"""Migrations: Alembic on our own tables and our own version table, whatever else the database holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from lms.core.database import WRITES, Base
from lms.core.health import MIGRATIONS, VERSION_TABLE, newest_migration

TABLE_PREFIX = "lms_"
FULL_TEXT_PREFIX = "lms_fts_"
"""Tables of the database's full-text search, and those that SQLite makes behind them: no model has them."""


def include_name(name: str | None, kind: str, _parent_names: Any) -> bool:
    """Return whether a name in the database is one that models describe; a host's tables are not."""
    if kind == "table":
        is_ours = name is not None and name.startswith(TABLE_PREFIX) and name != VERSION_TABLE
        return is_ours and not str(name).startswith(FULL_TEXT_PREFIX)
    return True


def exclude_from_host(_object: Any, name: str | None, kind: str, reflected: bool, _compare_to: Any) -> bool:  # noqa: FBT001
    """Tell a host's Alembic (`include_object`) to leave our tables alone when it autogenerates."""
    return not (kind == "table" and reflected and name is not None and name.startswith(TABLE_PREFIX))


def configuration(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's configuration for our migrations."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: sa.Engine, revision: str) -> None:
    """Move the tables up to a revision; at once done when they are there."""
    if revision == "head" and _present(engine) == newest_migration():
        return
    with _changing_tables(engine) as connection:
        command.upgrade(configuration(connection), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Move the tables down to a revision."""
    with _changing_tables(engine) as connection:
        command.downgrade(configuration(connection), revision)


@contextmanager
def _changing_tables(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open the one transaction of a migration, in which SQLite may copy a table and drop the old one.

    With foreign keys enforced, dropping a table there deletes the rows of others that point into it. So
    they are off meanwhile, which SQLite allows outside of transactions only, and checked before the commit.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as plain:
        connection = plain.execution_options(**{WRITES: True})
        if is_sqlite:
            _enforce_foreign_keys(connection, enforced=False)
        try:
            with connection.begin():
                yield connection
                if is_sqlite:
                    _require_whole(connection)
        finally:
            if is_sqlite:
                _enforce_foreign_keys(connection, enforced=True)


def _require_whole(connection: sa.Connection) -> None:
    """Raise `RuntimeError` when a row of ours points nowhere; a host's rows are not ours to judge."""
    for table, *_rest in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        if str(table).startswith(TABLE_PREFIX):
            raise RuntimeError(
                f"The migration would leave rows of {table} that point nowhere: nothing changed."
            )


def _enforce_foreign_keys(connection: sa.Connection, *, enforced: bool) -> None:
    """Tell SQLite, through the driver itself so that no transaction begins."""
    connection.connection.cursor().execute(f"PRAGMA foreign_keys = {'ON' if enforced else 'OFF'}")


def _present(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(VERSION_TABLE):
            return None
        found: str | None = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
        return found


def differences(engine: sa.Engine) -> list[str]:
    """Return how the tables differ from the code, a line each; nothing when they are the same.

    The models of every slice must be imported by then, as they are in an app that `LMS` is mounted in.
    """
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": include_name, "version_table": VERSION_TABLE, "compare_type": True},
        )
        return [str(difference) for difference in compare_metadata(context, Base.metadata)]
