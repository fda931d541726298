"""Give attempts a row for each visit, a seed and a purpose; add tables for corrected grades and marks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
IS_OPEN = sa.text("state = 'open'")

PURPOSES = "CONSTRAINT ck_lms_attempt_purpose CHECK (purpose IN ('full', 'safety', 'remediation'))"
ATTEMPT_COLUMNS = (
    "seed VARCHAR(32) DEFAULT '' NOT NULL",
    f"purpose VARCHAR(16) DEFAULT 'full' NOT NULL {PURPOSES}",
    "follows_id INTEGER CONSTRAINT fk_lms_attempt_follows_id_lms_attempt REFERENCES lms_attempt (id)",
)
"""As SQL that both databases understand: Alembic would copy the table on SQLite to add a constraint."""


def upgrade() -> None:
    """Add columns and tables; what is stored becomes the first visit of a full attempt as written."""
    for column in ATTEMPT_COLUMNS:
        op.execute(f"ALTER TABLE lms_attempt ADD COLUMN {column}")
    op.add_column("lms_attempt", sa.Column("confirmed_harms", JSON, nullable=True))
    op.add_column("lms_answer_log", sa.Column("visit", sa.Integer(), server_default="1", nullable=False))
    with op.batch_alter_table("lms_attempt_case") as table:
        table.add_column(sa.Column("visit", sa.Integer(), server_default="1", nullable=False))
        table.drop_constraint("uq_lms_attempt_case_attempt_id_position", type_="unique")
        table.create_unique_constraint(
            "uq_lms_attempt_case_attempt_id_position_visit", ["attempt_id", "position", "visit"]
        )
    _create_markers()
    _create_regrades()
    _create_history()
    _create_marks()


def _create_markers() -> None:
    op.create_table(
        "lms_grade_marker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("case_key", sa.String(length=80), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("effect", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "effect IN ('disregard', 'always_correct')", name=op.f("ck_lms_grade_marker_effect")
        ),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_grade_marker_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["lms_learner.id"], name=op.f("fk_lms_grade_marker_learner_id_lms_learner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_grade_marker")),
    )
    op.create_index(
        "uq_lms_grade_marker_active",
        "lms_grade_marker",
        ["academy_id", "case_key", "visit", "target"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def _create_regrades() -> None:
    op.create_table(
        "lms_regrade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("case_key", sa.String(length=80), nullable=False),
        sa.Column("by_learner_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("allows_lower", sa.Boolean(), nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_regrade_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["by_learner_id"], ["lms_learner.id"], name=op.f("fk_lms_regrade_by_learner_id_lms_learner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_regrade")),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_regrade_uuid")),
    )
    op.create_index("ix_lms_regrade_academy_id_case_key", "lms_regrade", ["academy_id", "case_key"])


def _create_history() -> None:
    op.create_table(
        "lms_grade_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("attempt_case_id", sa.Integer(), nullable=True),
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_grade_history_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_case_id"],
            ["lms_attempt_case.id"],
            name=op.f("fk_lms_grade_history_attempt_case_id_lms_attempt_case"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["lms_attempt.id"],
            name=op.f("fk_lms_grade_history_attempt_id_lms_attempt"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["regrade_id"], ["lms_regrade.id"], name=op.f("fk_lms_grade_history_regrade_id_lms_regrade")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_grade_history")),
    )
    op.create_index(op.f("ix_lms_grade_history_attempt_id"), "lms_grade_history", ["attempt_id"])
    op.create_index(op.f("ix_lms_grade_history_regrade_id"), "lms_grade_history", ["regrade_id"])


def _create_marks() -> None:
    op.create_table(
        "lms_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("attempt_case_id", sa.Integer(), nullable=False),
        sa.Column("task_key", sa.String(length=80), nullable=False),
        sa.Column("points", JSON, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_mark_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_case_id"],
            ["lms_attempt_case.id"],
            name=op.f("fk_lms_mark_attempt_case_id_lms_attempt_case"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["lms_learner.id"], name=op.f("fk_lms_mark_learner_id_lms_learner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_mark")),
        sa.UniqueConstraint("attempt_case_id", "task_key", name=op.f("uq_lms_mark_attempt_case_id_task_key")),
    )
    op.create_index(
        "ix_lms_attempt_case_awaits_marking",
        "lms_attempt_case",
        ["academy_id", "attempt_id"],
        sqlite_where=sa.text("json_extract(grade, '$.awaits_marking') = 1"),
        postgresql_where=sa.text("CAST((grade ->> 'awaits_marking') AS BOOLEAN)"),
    )


def downgrade() -> None:
    """Remove what was added; later visits go with their answers, for the first release knows none."""
    op.drop_index("ix_lms_attempt_case_awaits_marking", "lms_attempt_case")
    for name in ("lms_mark", "lms_grade_history", "lms_regrade", "lms_grade_marker"):
        op.drop_table(name)
    op.execute("DELETE FROM lms_answer_log WHERE visit > 1")
    op.execute("DELETE FROM lms_attempt_case WHERE visit > 1")
    with op.batch_alter_table("lms_attempt_case") as table:
        table.drop_constraint("uq_lms_attempt_case_attempt_id_position_visit", type_="unique")
        table.create_unique_constraint("uq_lms_attempt_case_attempt_id_position", ["attempt_id", "position"])
        table.drop_column("visit")
    with op.batch_alter_table("lms_answer_log") as table:
        table.drop_column("visit")
    _drop_from_attempt()


def _drop_from_attempt() -> None:
    with op.batch_alter_table("lms_attempt") as table:
        table.drop_constraint(op.f("ck_lms_attempt_purpose"), type_="check")
        for column in ("confirmed_harms", "follows_id", "purpose", "seed"):
            table.drop_column(column)
