"""Migrations on SQLite and PostgreSQL: up, down, up again; equal to the models; blind to a host's tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from lms.core.health import MIGRATIONS, VERSION_TABLE, newest_migration
from lms.core.migrating import configuration, differences, downgrade, exclude_from_host, upgrade
from lms.core.settings import read_settings
from lms.extension import build_runtime
from tests.support import databases
from tests.support.clock import FrozenClock

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def engine(any_database: str, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database without any table."""
    with databases.fresh_database(any_database, tmp_path, template=None) as url:
        settings = read_settings({"LMS_DATABASE_URL": url}, instance_path=str(tmp_path), environ={})
        engine = build_runtime(settings, FrozenClock()).workshop.engine
        yield engine
        engine.dispose()


def _tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def _shape(engine: sa.Engine) -> dict[str, list[tuple[str, str, bool]]]:
    inspector = sa.inspect(engine)
    return {
        table: [(one["name"], str(one["type"]), one["nullable"]) for one in inspector.get_columns(table)]
        for table in sorted(inspector.get_table_names())
    }


def test_up_down_and_up_again(engine: sa.Engine) -> None:
    upgrade(engine, "head")
    first = _shape(engine)
    assert {"lms_academy", "lms_learner", "lms_attempt", "lms_certificate"} <= first.keys()
    downgrade(engine, "base")
    assert _tables(engine) <= {VERSION_TABLE}
    upgrade(engine, "head")
    assert _shape(engine) == first


def test_each_revision_goes_up_and_down_by_itself(engine: sa.Engine) -> None:
    upgrade(engine, "head")
    revisions = [one.revision for one in ScriptDirectory.from_config(configuration()).walk_revisions()]
    for _revision in revisions:
        downgrade(engine, "-1")
    assert _tables(engine) <= {VERSION_TABLE}
    for revision in reversed(revisions):
        upgrade(engine, revision)
    assert differences(engine) == []


def test_the_tables_are_those_of_the_models(engine: sa.Engine) -> None:
    upgrade(engine, "head")
    assert differences(engine) == []


def test_a_difference_is_noticed(engine: sa.Engine) -> None:
    upgrade(engine, "head")
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE lms_academy ADD COLUMN motto VARCHAR(10)"))
    assert any("motto" in line for line in differences(engine))


def test_a_hosts_tables_are_neither_seen_nor_touched(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE patient (id INTEGER PRIMARY KEY, name VARCHAR(40))"))
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('the-hosts-own')"))
        connection.execute(sa.text("INSERT INTO patient VALUES (1, 'kept')"))
    upgrade(engine, "head")
    assert differences(engine) == []
    downgrade(engine, "base")
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT name FROM patient")).scalar_one() == "kept"
        version = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        assert version == "the-hosts-own"


def test_upgrading_what_is_up_to_date_changes_nothing(engine: sa.Engine) -> None:
    upgrade(engine, "head")
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO lms_academy (uuid, key, name, created_at) VALUES (:uuid, 'k', 'n', :now)"),
            {"uuid": "0190b0b07e5a7c3e8f00000000000001", "now": "2027-03-01 09:00:00+00:00"},
        )
    upgrade(engine, "head")
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM lms_academy")).scalar_one() == 1


def test_there_is_one_head_and_the_file_names_it() -> None:
    script = ScriptDirectory.from_config(configuration())
    assert script.get_heads() == [newest_migration()]
    assert MIGRATIONS == PROJECT / "migrations"


def test_every_table_has_our_prefix() -> None:
    import lms.slices
    from lms.core.database import Base

    assert lms.slices.BLUEPRINTS
    assert all(name.startswith("lms_") for name in Base.metadata.tables)


def test_a_hosts_autogenerate_can_be_told_to_leave_our_tables_alone() -> None:
    ours, theirs, column = (
        (None, name, kind, True, None)
        for name, kind in (("lms_academy", "table"), ("patient", "table"), ("name", "column"))
    )
    assert not exclude_from_host(*ours)
    assert exclude_from_host(*theirs)
    assert exclude_from_host(*column)
