"""Create every table of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "lms_academy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_academy")),
        sa.UniqueConstraint("key", name=op.f("uq_lms_academy_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_academy_uuid")),
    )
    op.create_table(
        "lms_learner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_learner")),
        sa.UniqueConstraint("issuer", "email_key", name=op.f("uq_lms_learner_issuer_email_key")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_lms_learner_issuer_subject")),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_learner_uuid")),
    )
    op.create_table(
        "lms_outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_outbox")),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_outbox_uuid")),
    )
    op.create_index(
        op.f("ix_lms_outbox_delivered_at_failed_at_available_at"),
        "lms_outbox",
        ["delivered_at", "failed_at", "available_at"],
        unique=False,
    )
    op.create_table(
        "lms_sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_sign_in_failure")),
    )
    op.create_index(
        op.f("ix_lms_sign_in_failure_address_digest_failed_at"),
        "lms_sign_in_failure",
        ["address_digest", "failed_at"],
        unique=False,
    )
    op.create_table(
        "lms_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("enrolment_uuid", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("holder_name", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("course", sa.String(length=100), nullable=False),
        sa.Column("issuer_id", sa.String(length=500), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=300), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_certificate_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"],
            ["lms_learner.id"],
            name=op.f("fk_lms_certificate_learner_id_lms_learner"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_certificate")),
        sa.UniqueConstraint("enrolment_uuid", name=op.f("uq_lms_certificate_enrolment_uuid")),
        sa.UniqueConstraint("number", name=op.f("uq_lms_certificate_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_certificate_uuid")),
    )
    op.create_index(
        op.f("ix_lms_certificate_academy_id_issued_at"),
        "lms_certificate",
        ["academy_id", "issued_at"],
        unique=False,
    )
    op.create_index(op.f("ix_lms_certificate_learner_id"), "lms_certificate", ["learner_id"], unique=False)
    op.create_table(
        "lms_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_document_academy_id_lms_academy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_document")),
        sa.UniqueConstraint("academy_id", "kind", "key", name=op.f("uq_lms_document_academy_id_kind_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_document_uuid")),
    )
    op.create_table(
        "lms_edition",
        sa.Column("academy_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_edition_academy_id_lms_academy")
        ),
        sa.PrimaryKeyConstraint("academy_id", name=op.f("pk_lms_edition")),
    )
    op.create_table(
        "lms_membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_membership_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["lms_learner.id"], name=op.f("fk_lms_membership_learner_id_lms_learner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_membership")),
        sa.UniqueConstraint(
            "learner_id", "academy_id", "role", name=op.f("uq_lms_membership_learner_id_academy_id_role")
        ),
    )
    op.create_index(
        op.f("ix_lms_membership_academy_id_role"), "lms_membership", ["academy_id", "role"], unique=False
    )
    op.create_table(
        "lms_password_reset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["lms_learner.id"], name=op.f("fk_lms_password_reset_learner_id_lms_learner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_password_reset")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_lms_password_reset_token_digest")),
    )
    op.create_index(
        op.f("ix_lms_password_reset_learner_id"), "lms_password_reset", ["learner_id"], unique=False
    )
    op.create_table(
        "lms_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["lms_learner.id"], name=op.f("fk_lms_sign_in_learner_id_lms_learner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_sign_in")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_lms_sign_in_token_digest")),
    )
    op.create_index(op.f("ix_lms_sign_in_learner_id"), "lms_sign_in", ["learner_id"], unique=False)
    op.create_table(
        "lms_status_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("issuer_id", sa.String(length=500), nullable=False),
        sa.Column("list_id", sa.String(length=500), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_status_list_academy_id_lms_academy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_status_list")),
        sa.UniqueConstraint(
            "academy_id",
            "purpose",
            "issuer_id",
            "sequence",
            name=op.f("uq_lms_status_list_academy_id_purpose_issuer_id_sequence"),
        ),
        sa.UniqueConstraint("list_id", name=op.f("uq_lms_status_list_list_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_status_list_uuid")),
    )
    op.create_index(
        op.f("ix_lms_status_list_signed_until"), "lms_status_list", ["signed_until"], unique=False
    )
    op.create_table(
        "lms_folder_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["lms_document.id"], name=op.f("fk_lms_folder_file_course_id_lms_document")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["lms_document.id"], name=op.f("fk_lms_folder_file_document_id_lms_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_folder_file")),
        sa.UniqueConstraint(
            "course_id", "document_id", name=op.f("uq_lms_folder_file_course_id_document_id")
        ),
    )
    op.create_index(op.f("ix_lms_folder_file_document_id"), "lms_folder_file", ["document_id"], unique=False)
    op.create_table(
        "lms_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_lms_revision_number_from_one")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["lms_document.id"], name=op.f("fk_lms_revision_document_id_lms_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_revision")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_lms_revision_document_id_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_revision_uuid")),
    )
    op.create_table(
        "lms_status_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["lms_certificate.id"],
            name=op.f("fk_lms_status_entry_certificate_id_lms_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["lms_status_list.id"], name=op.f("fk_lms_status_entry_list_id_lms_status_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_status_entry")),
        sa.UniqueConstraint(
            "certificate_id", "list_id", name=op.f("uq_lms_status_entry_certificate_id_list_id")
        ),
        sa.UniqueConstraint("list_id", "place", name=op.f("uq_lms_status_entry_list_id_place")),
    )
    op.create_table(
        "lms_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_key", sa.String(length=80), nullable=False),
        sa.Column("quiz_key", sa.String(length=80), nullable=False),
        sa.Column("quiz_revision_id", sa.Integer(), nullable=False),
        sa.Column("quiz_digest", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("total_cases", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("safety_failed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'submitted', 'closed_by_deadline')", name=op.f("ck_lms_attempt_state")
        ),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_attempt_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["lms_learner.id"], name=op.f("fk_lms_attempt_learner_id_lms_learner")
        ),
        sa.ForeignKeyConstraint(
            ["quiz_revision_id"],
            ["lms_revision.id"],
            name=op.f("fk_lms_attempt_quiz_revision_id_lms_revision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_attempt")),
        sa.UniqueConstraint(
            "academy_id",
            "learner_id",
            "quiz_key",
            "number",
            name=op.f("uq_lms_attempt_academy_id_learner_id_quiz_key_number"),
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_attempt_uuid")),
    )
    op.create_index(
        "ix_lms_attempt_deadline",
        "lms_attempt",
        ["deadline_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_lms_attempt_open",
        "lms_attempt",
        ["learner_id", "quiz_key", "academy_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "lms_enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_key", sa.String(length=80), nullable=False),
        sa.Column("course_revision_id", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_enrolment_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["course_revision_id"],
            ["lms_revision.id"],
            name=op.f("fk_lms_enrolment_course_revision_id_lms_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["lms_learner.id"], name=op.f("fk_lms_enrolment_learner_id_lms_learner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_enrolment")),
        sa.UniqueConstraint(
            "learner_id",
            "course_key",
            "academy_id",
            name=op.f("uq_lms_enrolment_learner_id_course_key_academy_id"),
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_lms_enrolment_uuid")),
    )
    op.create_index(op.f("ix_lms_enrolment_academy_id"), "lms_enrolment", ["academy_id"], unique=False)
    op.create_table(
        "lms_attempt_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_key", sa.String(length=80), nullable=False),
        sa.Column("case_revision_id", sa.Integer(), nullable=False),
        sa.Column("case_digest", sa.String(length=64), nullable=False),
        sa.Column("protocol_revision_id", sa.Integer(), nullable=False),
        sa.Column("protocol_digest", sa.String(length=64), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("answer_revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grade", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_attempt_case_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["lms_attempt.id"],
            name=op.f("fk_lms_attempt_case_attempt_id_lms_attempt"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["case_revision_id"],
            ["lms_revision.id"],
            name=op.f("fk_lms_attempt_case_case_revision_id_lms_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["protocol_revision_id"],
            ["lms_revision.id"],
            name=op.f("fk_lms_attempt_case_protocol_revision_id_lms_revision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_attempt_case")),
        sa.UniqueConstraint("attempt_id", "position", name=op.f("uq_lms_attempt_case_attempt_id_position")),
    )
    op.create_table(
        "lms_lesson_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("lesson_key", sa.String(length=80), nullable=False),
        sa.Column("lesson_revision_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_lesson_progress_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["lms_enrolment.id"],
            name=op.f("fk_lms_lesson_progress_enrolment_id_lms_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["lesson_revision_id"],
            ["lms_revision.id"],
            name=op.f("fk_lms_lesson_progress_lesson_revision_id_lms_revision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_lesson_progress")),
        sa.UniqueConstraint(
            "enrolment_id", "lesson_key", name=op.f("uq_lms_lesson_progress_enrolment_id_lesson_key")
        ),
    )
    op.create_table(
        "lms_answer_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("attempt_case_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("tab", sa.String(length=64), nullable=False),
        sa.Column("client_revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["academy_id"], ["lms_academy.id"], name=op.f("fk_lms_answer_log_academy_id_lms_academy")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_case_id"],
            ["lms_attempt_case.id"],
            name=op.f("fk_lms_answer_log_attempt_case_id_lms_attempt_case"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["lms_attempt.id"],
            name=op.f("fk_lms_answer_log_attempt_id_lms_attempt"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_answer_log")),
        sa.UniqueConstraint(
            "attempt_case_id", "sequence", name=op.f("uq_lms_answer_log_attempt_case_id_sequence")
        ),
        sa.UniqueConstraint(
            "attempt_case_id",
            "tab",
            "client_revision",
            name=op.f("uq_lms_answer_log_attempt_case_id_tab_client_revision"),
        ),
    )
    op.create_index(op.f("ix_lms_answer_log_attempt_id"), "lms_answer_log", ["attempt_id"], unique=False)


def downgrade() -> None:
    """Remove the tables with all data."""
    op.drop_index(op.f("ix_lms_answer_log_attempt_id"), table_name="lms_answer_log")
    op.drop_table("lms_answer_log")
    op.drop_table("lms_lesson_progress")
    op.drop_table("lms_attempt_case")
    op.drop_index(op.f("ix_lms_enrolment_academy_id"), table_name="lms_enrolment")
    op.drop_table("lms_enrolment")
    op.drop_index(
        "uq_lms_attempt_open",
        table_name="lms_attempt",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(
        "ix_lms_attempt_deadline",
        table_name="lms_attempt",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_table("lms_attempt")
    op.drop_table("lms_status_entry")
    op.drop_table("lms_revision")
    op.drop_index(op.f("ix_lms_folder_file_document_id"), table_name="lms_folder_file")
    op.drop_table("lms_folder_file")
    op.drop_index(op.f("ix_lms_status_list_signed_until"), table_name="lms_status_list")
    op.drop_table("lms_status_list")
    op.drop_index(op.f("ix_lms_sign_in_learner_id"), table_name="lms_sign_in")
    op.drop_table("lms_sign_in")
    op.drop_index(op.f("ix_lms_password_reset_learner_id"), table_name="lms_password_reset")
    op.drop_table("lms_password_reset")
    op.drop_index(op.f("ix_lms_membership_academy_id_role"), table_name="lms_membership")
    op.drop_table("lms_membership")
    op.drop_table("lms_edition")
    op.drop_table("lms_document")
    op.drop_index(op.f("ix_lms_certificate_learner_id"), table_name="lms_certificate")
    op.drop_index(op.f("ix_lms_certificate_academy_id_issued_at"), table_name="lms_certificate")
    op.drop_table("lms_certificate")
    op.drop_index(op.f("ix_lms_sign_in_failure_address_digest_failed_at"), table_name="lms_sign_in_failure")
    op.drop_table("lms_sign_in_failure")
    op.drop_index(op.f("ix_lms_outbox_delivered_at_failed_at_available_at"), table_name="lms_outbox")
    op.drop_table("lms_outbox")
    op.drop_table("lms_learner")
    op.drop_table("lms_academy")
