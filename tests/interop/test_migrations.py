"""Migrations on SQLite and PostgreSQL: up, down, up again; equal to the models; blind to a host's tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from lms.core.health import MIGRATIONS, VERSION_TABLE, newest_migration
from lms.core.migrating import configuration, differences, downgrade, exclude_from_host, upgrade
from lms.core.settings import read_settings
from lms.extension import build_runtime
from tests.support import databases
from tests.support.clock import FrozenClock

TABLES_OF_ATTEMPTS = ("lms_attempt", "lms_attempt_case", "lms_answer_log")
SOME_UUID = UUID("0190b0b0-7e5a-7c3e-8f00-000000000001")
MOMENT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
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


def _store(connection: sa.Connection, table: str, **values: object) -> None:
    """Insert a row with id 1 into a table as the database knows it; a UUID and a moment are made up."""
    found = sa.Table(table, sa.MetaData(), autoload_with=connection)
    row: dict[str, object] = {"id": 1, **values}
    if "uuid" in found.c:
        row["uuid"] = SOME_UUID if isinstance(found.c.uuid.type, sa.Uuid) else SOME_UUID.hex
    moments = [column.name for column in found.c if column.name in {"created_at", "started_at", "saved_at"}]
    connection.execute(found.insert().values({**row, **dict.fromkeys(moments, MOMENT)}))


def _store_attempt_of_the_first_release(connection: sa.Connection) -> None:
    """Store one attempt with a case and an answer, as the first release would have left them."""
    digest, key = "0" * 64, "c01-crown-thinning"
    _store(connection, "lms_academy", key="k", name="n")
    person = {"issuer": "local", "subject": "s", "email": "e@example.org", "email_key": "e@example.org"}
    _store(connection, "lms_learner", **person, name="n", time_zone="UTC", locale="en")
    _store(connection, "lms_document", academy_id=1, kind="case", key=key, is_withdrawn=False)
    _store(
        connection, "lms_revision", document_id=1, number=1, digest=digest, source_digest=digest, source=b"x"
    )
    _store(
        connection,
        "lms_attempt",
        academy_id=1,
        learner_id=1,
        course_key="c",
        quiz_key="q",
        quiz_revision_id=1,
        quiz_digest=digest,
        number=1,
        mode="exam",
        state="open",
        total_cases=1,
    )
    _store(
        connection,
        "lms_attempt_case",
        academy_id=1,
        attempt_id=1,
        position=1,
        case_key=key,
        case_revision_id=1,
        case_digest=digest,
        protocol_revision_id=1,
        protocol_digest=digest,
        answer={"action": "postpone"},
        answer_revision=1,
    )
    _store(
        connection,
        "lms_answer_log",
        academy_id=1,
        attempt_case_id=1,
        attempt_id=1,
        position=1,
        sequence=1,
        answer={"action": "postpone"},
        tab="t",
        client_revision=1,
    )


def _only_row(connection: sa.Connection, table: str) -> dict[str, object]:
    found = sa.Table(table, sa.MetaData(), autoload_with=connection)
    return dict(connection.execute(sa.select(found)).mappings().one())


def test_attempts_of_the_first_release_are_kept_as_first_visits(engine: sa.Engine) -> None:
    upgrade(engine, "0001")
    with engine.begin() as connection:
        _store_attempt_of_the_first_release(connection)
        before = {table: _only_row(connection, table) for table in TABLES_OF_ATTEMPTS}
    upgrade(engine, "head")
    with engine.connect() as connection:
        after = {table: _only_row(connection, table) for table in TABLES_OF_ATTEMPTS}
    for table in TABLES_OF_ATTEMPTS:
        assert before[table].items() <= after[table].items(), table
    assert [after["lms_attempt"][name] for name in ("seed", "purpose", "follows_id", "confirmed_harms")] == [
        "",
        "full",
        None,
        None,
    ]
    assert after["lms_attempt_case"]["visit"] == after["lms_answer_log"]["visit"] == 1
    downgrade(engine, "0001")
    with engine.connect() as connection:
        assert {table: _only_row(connection, table) for table in TABLES_OF_ATTEMPTS} == before


def test_what_the_first_release_does_not_know_goes_with_it(engine: sa.Engine) -> None:
    upgrade(engine, "0001")
    with engine.begin() as connection:
        _store_attempt_of_the_first_release(connection)
    upgrade(engine, "head")
    with engine.begin() as connection:
        for table in ("lms_attempt_case", "lms_answer_log"):
            found = sa.Table(table, sa.MetaData(), autoload_with=connection)
            row = {**_only_row(connection, table), "id": 2, "visit": 2}
            if table == "lms_answer_log":
                row |= {"attempt_case_id": 2}
            connection.execute(found.insert().values(row))
    downgrade(engine, "0001")
    with engine.connect() as connection:
        assert _only_row(connection, "lms_attempt_case")["id"] == 1
        assert _only_row(connection, "lms_answer_log")["id"] == 1


def test_foreign_keys_are_enforced_again_after_a_migration(engine: sa.Engine) -> None:
    upgrade(engine, "head")
    with engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
        _store(connection, "lms_membership", academy_id=9, learner_id=9, role="learner")


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
