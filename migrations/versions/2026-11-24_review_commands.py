"""A review is the sum of its commands: decisions become commands, and signatures, counts and presence appear.

The database itself refuses to change a command or a signature.

Revision: 20261124a
"""

from itertools import groupby
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "20261124a"
down_revision = "20261123a"
branch_labels = None
depends_on = None


APPEND_ONLY = (("review_command", "UPDATE"), ("signature", "UPDATE"))
KINDS = ("verdict", "shape", "fields", "comment", "read", "amend", "undo", "redo")


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
    commands = op.create_table(
        "review_command",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_review_command_kind")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_review_command_by_id_user")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_command_review_id_review"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_command")),
        sa.UniqueConstraint("review_id", "sequence", name=op.f("uq_review_command_review_id_sequence")),
    )
    op.create_index(op.f("ix_review_command_review_id"), "review_command", ["review_id"], unique=False)
    op.create_table(
        "shape_count",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("shape_id", sa.Uuid(), nullable=False),
        sa.Column("lymphocyte_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_shape_count_review_id_review"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("review_id", "shape_id", name=op.f("pk_shape_count")),
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("signed_by_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_signature_review_id_review"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user.id"], name=op.f("fk_signature_signed_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("review_id", "version", name=op.f("uq_signature_review_id_version")),
    )
    op.create_index(op.f("ix_signature_review_id"), "signature", ["review_id"], unique=False)
    op.create_table(
        "presence",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_presence_review_id_review"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_presence_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("review_id", "user_id", name=op.f("pk_presence")),
    )
    decisions = sa.table(
        "decision", sa.column("id", sa.Integer), sa.column("review_id", sa.Uuid), sa.column("lesion_id", sa.Uuid),
        sa.column("verdict", sa.String), sa.column("counts_as_focus", sa.Boolean),
        sa.column("decided_by_id", sa.Uuid), sa.column("decided_at", sa.DateTime(timezone=True)),
    )  # fmt: skip
    rows = op.get_bind().execute(sa.select(decisions).order_by(decisions.c.review_id, decisions.c.id)).all()
    made = [
        {
            "id": uuid4(), "review_id": review_id, "sequence": sequence, "kind": "verdict", "by_id": row.decided_by_id,
            "at": row.decided_at, "payload": {
                "lesion_ids": [str(row.lesion_id)], "verdict": row.verdict, "counts_as_focus": row.counts_as_focus,
            },
        }
        for review_id, of_review in groupby(rows, key=lambda row: row.review_id)
        for sequence, row in enumerate(of_review, 1)
    ]  # fmt: skip
    if made:
        op.get_bind().execute(sa.insert(commands), made)
    allow("decision", "UPDATE")
    op.drop_index("ix_decision_review_id", table_name="decision")
    op.drop_index("ix_decision_lesion", table_name="decision")
    op.drop_table("decision")
    for table, verb in APPEND_ONLY:
        forbid(table, verb)


def downgrade() -> None:
    """Keep what the earlier version knew: verdicts, in their order. Outlines, fields, comments, signatures go."""
    decisions = op.create_table(
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
    commands = sa.table(
        "review_command", sa.column("review_id", sa.Uuid), sa.column("sequence", sa.Integer),
        sa.column("kind", sa.String), sa.column("payload", sa.JSON), sa.column("by_id", sa.Uuid),
        sa.column("at", sa.DateTime(timezone=True)),
    )  # fmt: skip
    reviews = sa.table("review", sa.column("id", sa.Uuid), sa.column("analysis_id", sa.Uuid))
    lesions = sa.table("lesion", sa.column("id", sa.Uuid), sa.column("analysis_id", sa.Uuid))
    bind = op.get_bind()
    known = {(str(row.analysis_id), str(row.id)): row.id for row in bind.execute(sa.select(lesions))}
    joined = sa.select(commands, reviews.c.analysis_id).join(reviews, reviews.c.id == commands.c.review_id)
    made = [
        {
            "review_id": row.review_id, "analysis_id": row.analysis_id, "verdict": row.payload["verdict"],
            "lesion_id": known[str(row.analysis_id), lesion_id], "counts_as_focus": row.payload.get("counts_as_focus"),
            "decided_by_id": row.by_id, "decided_at": row.at,
        }
        for row in bind.execute(joined.order_by(commands.c.review_id, commands.c.sequence)).all()
        if row.kind == "verdict"
        for lesion_id in row.payload["lesion_ids"]
        if (str(row.analysis_id), lesion_id) in known
    ]  # fmt: skip
    if made:
        bind.execute(sa.insert(decisions), made)
    forbid("decision", "UPDATE")
    for table, verb in APPEND_ONLY:
        allow(table, verb)
    op.drop_table("presence")
    op.drop_index(op.f("ix_signature_review_id"), table_name="signature")
    op.drop_table("signature")
    op.drop_table("shape_count")
    op.drop_index(op.f("ix_review_command_review_id"), table_name="review_command")
    op.drop_table("review_command")
