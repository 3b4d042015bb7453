"""First tables: users, slides, analyses, reviews, the audit trail.

The database itself refuses to change a decision, or to change or delete an entry of the audit trail.

Revision: 20261123a
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123a"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = (("decision", "UPDATE"), ("audit_event", "UPDATE"), ("audit_event", "DELETE"))


def forbid(table, verb):
    name, sentence = f"{table}_no_{verb.lower()}", f"{table} is append-only"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END")
    else:
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{sentence}'; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def allow(table, verb):
    name = f"{table}_no_{verb.lower()}"
    op.execute(f"DROP TRIGGER {name}" + ("" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"))
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"DROP FUNCTION {name}()")


def upgrade() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("username", name=op.f("uq_user_username")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_audit_event_actor_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"], unique=False)
    op.create_index("ix_audit_event_subject", "audit_event", ["subject", "subject_id"], unique=False)
    op.create_table(
        "slide",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("suffix", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("rejection", sa.String(), nullable=True),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("levels", sa.Integer(), nullable=True),
        sa.Column("mpp_x", sa.Double(), nullable=True),
        sa.Column("mpp_y", sa.Double(), nullable=True),
        sa.Column("mpp_source", sa.String(), nullable=True),
        sa.Column("vendor", sa.String(), nullable=True),
        sa.Column("objective_power", sa.Double(), nullable=True),
        sa.Column("not_analysable", sa.String(), nullable=True),
        sa.Column("has_thumbnail", sa.Boolean(), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('inspecting', 'ready', 'rejected')", name=op.f("ck_slide_status")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["user.id"], name=op.f("fk_slide_uploaded_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slide")),
    )
    op.create_index(op.f("ix_slide_sha256"), "slide", ["sha256"], unique=False)
    op.create_index(op.f("ix_slide_uploaded_at"), "slide", ["uploaded_at"], unique=False)
    op.create_index(op.f("ix_slide_uploaded_by_id"), "slide", ["uploaded_by_id"], unique=False)
    op.create_table(
        "user_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_user_session_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_user_session_token_sha256")),
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)
    op.create_table(
        "analysis",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slide_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("stage_fraction", sa.Double(), nullable=False),
        sa.Column("stage_seconds", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mpp_x", sa.Double(), nullable=True),
        sa.Column("mpp_y", sa.Double(), nullable=True),
        sa.Column("focus_score", sa.Double(), nullable=True),
        sa.Column("focus_score_reason", sa.String(), nullable=True),
        sa.Column("focus_score_low", sa.Double(), nullable=True),
        sa.Column("focus_score_high", sa.Double(), nullable=True),
        sa.Column("foci", sa.Integer(), nullable=True),
        sa.Column("glandular_area_mm2", sa.Double(), nullable=True),
        sa.Column("area_fraction", sa.Double(), nullable=True),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name=op.f("ck_analysis_status")
        ),
        sa.ForeignKeyConstraint(["requested_by_id"], ["user.id"], name=op.f("fk_analysis_requested_by_id_user")),
        sa.ForeignKeyConstraint(
            ["slide_id"], ["slide.id"], name=op.f("fk_analysis_slide_id_slide"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis")),
    )
    op.create_index(op.f("ix_analysis_requested_by_id"), "analysis", ["requested_by_id"], unique=False)
    op.create_index(op.f("ix_analysis_slide_id"), "analysis", ["slide_id"], unique=False)
    op.create_index(
        "uq_analysis_active",
        "analysis",
        ["slide_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('queued', 'running')"),
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )
    op.create_table(
        "lesion",
        sa.Column("analysis_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("polygon", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("area_mm2", sa.Double(), nullable=False),
        sa.Column("lymphocyte_count", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("counts_as_focus", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analysis.id"], name=op.f("fk_lesion_analysis_id_analysis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("analysis_id", "id", name=op.f("pk_lesion")),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("analysis_id", sa.Uuid(), nullable=False),
        sa.Column("started_by_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analysis.id"], name=op.f("fk_review_analysis_id_analysis"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["started_by_id"], ["user.id"], name=op.f("fk_review_started_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("analysis_id", name=op.f("uq_review_analysis_id")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("analysis_id", sa.Uuid(), nullable=False),
        sa.Column("lesion_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("counts_as_focus", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('confirmed', 'rejected', 'undecided')", name=op.f("ck_decision_verdict")),
        sa.ForeignKeyConstraint(
            ["analysis_id", "lesion_id"],
            ["lesion.analysis_id", "lesion.id"],
            name=op.f("fk_decision_analysis_id_lesion_id_lesion"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_decision_decided_by_id_user")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_decision_review_id_review"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_lesion", "decision", ["analysis_id", "lesion_id"], unique=False)
    op.create_index(op.f("ix_decision_review_id"), "decision", ["review_id"], unique=False)
    for table, verb in APPEND_ONLY:
        forbid(table, verb)


def downgrade() -> None:
    for table, verb in APPEND_ONLY:
        allow(table, verb)
    op.drop_index(op.f("ix_decision_review_id"), table_name="decision")
    op.drop_index("ix_decision_lesion", table_name="decision")
    op.drop_table("decision")
    op.drop_table("review")
    op.drop_table("lesion")
    op.drop_index(
        "uq_analysis_active",
        table_name="analysis",
        sqlite_where=sa.text("status IN ('queued', 'running')"),
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )
    op.drop_index(op.f("ix_analysis_slide_id"), table_name="analysis")
    op.drop_index(op.f("ix_analysis_requested_by_id"), table_name="analysis")
    op.drop_table("analysis")
    op.drop_index(op.f("ix_user_session_user_id"), table_name="user_session")
    op.drop_table("user_session")
    op.drop_index(op.f("ix_slide_uploaded_by_id"), table_name="slide")
    op.drop_index(op.f("ix_slide_uploaded_at"), table_name="slide")
    op.drop_index(op.f("ix_slide_sha256"), table_name="slide")
    op.drop_table("slide")
    op.drop_index("ix_audit_event_subject", table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_at"), table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_table("user")
