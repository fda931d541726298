"""Whether the installation can serve: the database answers, and its tables are those of this version."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from lms.core.runtime import Runtime

VERSION_TABLE = "lms_alembic_version"
_INSTALLED = Path(__file__).parents[1] / "migrations"
MIGRATIONS = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[2] / "migrations"
"""The migrations: inside the package when installed from the wheel, beside it in a checkout."""


@dataclass(frozen=True, slots=True)
class Health:
    """The state of an installation: `status` is `ok`, or says in a word what is missing."""

    status: str
    detail: str = ""

    @property
    def is_ok(self) -> bool:
        """Return whether requests can be served."""
        return self.status == "ok"


def newest_migration() -> str:
    """Return the revision that the tables should be at, from `migrations/HEAD`."""
    return (MIGRATIONS / "HEAD").read_text(encoding="utf-8").strip()


def health_of(runtime: Runtime) -> Health:
    """Return whether the database answers and is migrated."""
    try:
        with runtime.workshop.engine.connect() as connection:
            if not sa.inspect(connection).has_table(VERSION_TABLE):
                return Health("not_migrated", "The tables do not exist yet. Run `flask lms db upgrade`.")
            present = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    except sa.exc.SQLAlchemyError:
        return Health("database_unavailable", "The database does not answer.")
    if present != newest_migration():
        return Health("not_migrated", "The tables are not those of this version. Run `flask lms db upgrade`.")
    return Health("ok")
