"""Add what the whole course needs: regions, reviews, cards, learning time, search, clinical signatures."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of each part; nothing that is stored changes."""
    _create_regions()
    _allow_single_cases()
    _create_value_reviews()
    _create_spaced_review()
    _create_active_minutes()
    _create_search()
    _create_clinical_signatures()


def downgrade() -> None:
    """Remove what was added."""
    op.drop_table("lms_clinical_signature")
    _drop_search()
    _drop_active_minutes()
    _drop_spaced_review()
    _drop_value_reviews()
    _forbid_single_cases()
    _drop_regions()


REGION_COLUMNS = (
    (
        "region_revision_id INTEGER CONSTRAINT fk_lms_attempt_region_revision_id_lms_revision"
        " REFERENCES lms_revision (id)"
    ),
    "region_digest VARCHAR(64)",
)
"""As SQL that both databases understand: Alembic would copy the table on SQLite to add a constraint."""


def _create_regions() -> None:
    """Where a learner works, and the region an attempt was graded by."""
    for column in REGION_COLUMNS:
        op.execute(f"ALTER TABLE lms_attempt ADD COLUMN {column}")
    op.create_table(
        "lms_learner_region",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("protocol_key", sa.String(length=80), nullable=False),
        sa.Column("region_key", sa.String(length=80), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_learner_region_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["lms_learner.id"], name=op.f("fk_lms_learner_region_learner_id_lms_learner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_learner_region")),
        sa.UniqueConstraint(
            "learner_id",
            "protocol_key",
            "academy_id",
            name=op.f("uq_lms_learner_region_learner_id_protocol_key_academy_id"),
        ),
    )


def _drop_regions() -> None:
    """Forget where learners work; attempts keep the grades they were given."""
    op.drop_table("lms_learner_region")
    with op.batch_alter_table("lms_attempt") as table:
        for column in ("region_digest", "region_revision_id"):
            table.drop_column(column)


IS_OPEN = "state = 'open'"
IS_OPEN_IN_TURN = f"{IS_OPEN} AND purpose <> 'single'"
EARLIER_PURPOSES = "purpose IN ('full', 'safety', 'remediation')"
PURPOSES = "purpose IN ('full', 'safety', 'remediation', 'single')"
FORGETTING_SINGLE_CASES = (
    "DELETE FROM lms_grade_history WHERE attempt_id IN (SELECT id FROM lms_attempt WHERE purpose = 'single')",
    "DELETE FROM lms_answer_log WHERE attempt_id IN (SELECT id FROM lms_attempt WHERE purpose = 'single')",
    """
    DELETE FROM lms_mark WHERE attempt_case_id IN (
        SELECT lms_attempt_case.id FROM lms_attempt_case
        JOIN lms_attempt ON lms_attempt.id = lms_attempt_case.attempt_id WHERE purpose = 'single'
    )
    """,
    "DELETE FROM lms_attempt_case WHERE attempt_id IN (SELECT id FROM lms_attempt WHERE purpose = 'single')",
    "DELETE FROM lms_attempt WHERE purpose = 'single'",
)


def _allow_single_cases() -> None:
    """Attempts of one case alone, opened from a lesson; they may be open beside another of the same quiz."""
    _change_purposes(PURPOSES, IS_OPEN_IN_TURN)
    op.add_column("lms_attempt", sa.Column("lesson_key", sa.String(length=80), nullable=True))


def _forbid_single_cases() -> None:
    """Remove them: the release before knows neither such attempts nor two open ones at a quiz."""
    for statement in FORGETTING_SINGLE_CASES:
        op.execute(statement)
    with op.batch_alter_table("lms_attempt") as table:
        table.drop_column("lesson_key")
    _change_purposes(EARLIER_PURPOSES, IS_OPEN)


def _change_purposes(purposes: str, is_open: str) -> None:
    op.drop_index("uq_lms_attempt_open", "lms_attempt")
    with op.batch_alter_table("lms_attempt") as table:
        table.drop_constraint(op.f("ck_lms_attempt_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_lms_attempt_purpose"), purposes)
    op.create_index(
        "uq_lms_attempt_open",
        "lms_attempt",
        ["learner_id", "quiz_key", "academy_id"],
        unique=True,
        sqlite_where=sa.text(is_open),
        postgresql_where=sa.text(is_open),
    )


def _create_value_reviews() -> None:
    """Who looked at a lesson after the protocol's values that it quotes had changed."""
    table = "lms_value_review"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("lesson_key", sa.String(length=80), nullable=False),
        sa.Column("lesson_revision_id", sa.Integer(), nullable=False),
        sa.Column("protocol_revision_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_value_review_academy_id_lms_academy")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["lms_revision.id"], name=op.f(f"fk_lms_value_review_{column}_lms_revision")
            )
            for column in ("lesson_revision_id", "protocol_revision_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["lms_learner.id"], name=op.f("fk_lms_value_review_reviewer_id_lms_learner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_value_review")),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_value_review_uuid")),
        sa.UniqueConstraint(
            "lesson_revision_id",
            "protocol_revision_id",
            name=op.f("uq_lms_value_review_lesson_revision_id_protocol_revision_id"),
        ),
    )
    op.create_index(op.f("ix_lms_value_review_academy_id"), table, ["academy_id"])


def _drop_value_reviews() -> None:
    """Forget who looked at which lesson."""
    op.drop_table("lms_value_review")


REVIEW_TABLES = ("lms_review_answer", "lms_review_card", "lms_mini_case", "lms_confirmation")


def _create_spaced_review() -> None:
    """Cards, the answers to them, and when each contraindication was last confirmed."""
    _create_review_cards()
    _create_review_answers()
    _create_mini_cases()
    _create_confirmations()


def _create_review_cards() -> None:
    table = "lms_review_card"
    op.create_table(
        table,
        *_columns_of_a_learners_row(),
        sa.Column("card_key", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turn", sa.Integer(), server_default="0", nullable=False),
        sa.Column("was_right", sa.Boolean(), nullable=True),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=True),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_revision_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN (1, 2, 3)", name=op.f("ck_lms_review_card_state")),
        sa.ForeignKeyConstraint(
            ["shown_revision_id"],
            ["lms_revision.id"],
            name=op.f("fk_lms_review_card_shown_revision_id_lms_revision"),
        ),
        *_keys_of_a_learners_row(table),
        sa.UniqueConstraint(
            "learner_id",
            "academy_id",
            "course_key",
            "card_key",
            name=op.f("uq_lms_review_card_learner_id_academy_id_course_key_card_key"),
        ),
    )


def _create_review_answers() -> None:
    table = "lms_review_answer"
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("protocol_revision_id", sa.Integer(), nullable=False),
        sa.Column("asked", json, nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("rating", sa.String(length=8), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"],
            ["lms_review_card.id"],
            name=op.f("fk_lms_review_answer_card_id_lms_review_card"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["protocol_revision_id"],
            ["lms_revision.id"],
            name=op.f("fk_lms_review_answer_protocol_revision_id_lms_revision"),
        ),
        *_keys_of_a_learners_row(table),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_review_answer_uuid")),
        sa.UniqueConstraint("card_id", "turn", name=op.f("uq_lms_review_answer_card_id_turn")),
    )
    op.create_index(op.f("ix_lms_review_answer_learner_id"), table, ["learner_id"])


def _create_mini_cases() -> None:
    table = "lms_mini_case"
    op.create_table(
        table,
        *_columns_of_a_learners_row(),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_key", sa.String(length=80), nullable=True),
        sa.Column("finding", sa.String(length=200), nullable=True),
        sa.Column("attempt_uuid", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        *_keys_of_a_learners_row(table),
    )
    op.create_index(op.f("ix_lms_mini_case_attempt_uuid"), table, ["attempt_uuid"])
    op.create_index(
        "uq_lms_mini_case_waiting",
        table,
        ["learner_id", "academy_id", "course_key"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _create_confirmations() -> None:
    table = "lms_confirmation"
    op.create_table(
        table,
        *_columns_of_a_learners_row(),
        sa.Column("finding", sa.String(length=200), nullable=False),
        sa.Column("source_uuid", sa.Uuid(), nullable=False),
        sa.Column("is_case", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        *_keys_of_a_learners_row(table),
        sa.UniqueConstraint(
            "learner_id",
            "academy_id",
            "course_key",
            "finding",
            "source_uuid",
            name=op.f("uq_lms_confirmation_learner_id_academy_id_course_key_finding_source_uuid"),
        ),
    )
    op.create_index(op.f("ix_lms_confirmation_source_uuid"), table, ["source_uuid"])


def _columns_of_a_learners_row() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_key", sa.String(length=80), nullable=False),
    )


def _keys_of_a_learners_row(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f(f"fk_{table}_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["lms_learner.id"], name=op.f(f"fk_{table}_learner_id_lms_learner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _drop_spaced_review() -> None:
    """Forget decks, answers, mini-cases and what was confirmed."""
    for table in REVIEW_TABLES:
        op.drop_table(table)


def _create_active_minutes() -> None:
    """Minutes in which a learner was active in a lesson."""
    table = "lms_active_minute"
    op.create_table(
        table,
        *_columns_of_a_learners_row(),
        sa.Column("lesson_key", sa.String(length=80), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.CheckConstraint("source IN ('seen', 'script')", name=op.f("ck_lms_active_minute_source")),
        *_keys_of_a_learners_row(table),
        sa.UniqueConstraint("learner_id", "minute", name=op.f("uq_lms_active_minute_learner_id_minute")),
    )


def _drop_active_minutes() -> None:
    """Forget in which minutes learners were active."""
    op.drop_table("lms_active_minute")


FULL_TEXT_TABLE = "lms_fts_search"
FULL_TEXT_ON_SQLITE = f"""
    CREATE VIRTUAL TABLE {FULL_TEXT_TABLE}
    USING fts5(title, heading, text, tokenize = "porter unicode61 remove_diacritics 2")
"""
FULL_TEXT_ON_POSTGRESQL = (
    f"""
    CREATE TABLE {FULL_TEXT_TABLE} (
        rowid INTEGER CONSTRAINT pk_lms_fts_search PRIMARY KEY
            CONSTRAINT fk_lms_fts_search_rowid_lms_search_entry REFERENCES lms_search_entry (id),
        title TEXT NOT NULL,
        heading TEXT NOT NULL,
        text TEXT NOT NULL,
        words TSVECTOR GENERATED ALWAYS AS (
            setweight(to_tsvector('english', title), 'A')
            || setweight(to_tsvector('english', heading), 'B')
            || setweight(to_tsvector('english', text), 'D')
        ) STORED
    )
    """,
    f"CREATE INDEX ix_lms_fts_search_words ON {FULL_TEXT_TABLE} USING gin (words)",
)


def _create_search() -> None:
    """The index of lessons, glossaries and protocols; the table of its words is the database's own kind."""
    table = "lms_search_entry"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("course_key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("document_key", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(length=300), nullable=False),
        sa.Column("made_of", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_search_entry_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["lms_revision.id"], name=op.f("fk_lms_search_entry_revision_id_lms_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_search_entry")),
        sa.UniqueConstraint(
            "academy_id",
            "course_key",
            "kind",
            "document_key",
            "position",
            name="uq_lms_search_entry_place",
        ),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in FULL_TEXT_ON_POSTGRESQL if is_postgresql else (FULL_TEXT_ON_SQLITE,):
        op.execute(statement)


def _drop_search() -> None:
    """Forget the index; the next release to know one fills it when courses are imported."""
    op.execute(f"DROP TABLE {FULL_TEXT_TABLE}")
    op.drop_table("lms_search_entry")


def _create_clinical_signatures() -> None:
    """Which clinician signed which edition of a course."""
    table = "lms_clinical_signature"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("course_key", sa.String(length=80), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credentials", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_clinical_signature_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["lms_learner.id"],
            name=op.f("fk_lms_clinical_signature_reviewer_id_lms_learner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_clinical_signature")),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_clinical_signature_uuid")),
    )
    op.create_index(
        "uq_lms_clinical_signature_standing",
        table,
        ["academy_id", "course_key", "edition", "reviewer_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
