"""Cases of several slides, and a summary of each review, filled from what readers have done so far.

Revision: 20261124c
"""

from types import SimpleNamespace

import sqlalchemy as sa
from alembic import op

revision = "20261124c"
down_revision = "20261124b"
branch_labels = None
depends_on = None


STATUSES = ("in_review", "signed", "amending")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("pseudonym_key", sa.String(), nullable=False),
        sa.Column("blind_first", sa.Boolean(), nullable=False),
        sa.Column("assigned_to_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["user.id"], name=op.f("fk_case_assigned_to_id_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_case_created_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("pseudonym_key", name=op.f("uq_case_pseudonym_key")),
    )
    op.create_index(op.f("ix_case_assigned_to_id"), "case", ["assigned_to_id"], unique=False)
    add_case_of_slide()
    op.create_index(op.f("ix_slide_case_id"), "slide", ["case_id"], unique=False)
    op.add_column("analysis", sa.Column("warning_count", sa.Integer(), nullable=True))
    op.create_index("ix_analysis_newest", "analysis", ["slide_id", "queued_at", "id"], unique=False)
    summaries = op.create_table(
        "review_summary",
        sa.Column("analysis_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("foci", sa.Integer(), nullable=False),
        sa.Column("glandular_area_mm2", sa.Double(), nullable=True),
        sa.Column("focus_score", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("last_reader_id", sa.Uuid(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.CheckConstraint(f"status IN {STATUSES}", name=op.f("ck_review_summary_status")),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analysis.id"], name=op.f("fk_review_summary_analysis_id_analysis"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["last_reader_id"], ["user.id"], name=op.f("fk_review_summary_last_reader_id_user")),
        sa.PrimaryKeyConstraint("analysis_id", name=op.f("pk_review_summary")),
    )
    count_warnings()
    fill(summaries)


def downgrade() -> None:
    """Cases go, and their slides stand alone again; summaries follow from the commands, which stay."""
    op.drop_table("review_summary")
    op.drop_index("ix_analysis_newest", table_name="analysis")
    op.drop_column("analysis", "warning_count")
    op.drop_index(op.f("ix_slide_case_id"), table_name="slide")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("fk_slide_case_id_case"), "slide", type_="foreignkey")
    op.drop_column("slide", "case_id")
    op.drop_index(op.f("ix_case_assigned_to_id"), table_name="case")
    op.drop_table("case")


def add_case_of_slide() -> None:
    """Add the column in place: SQLite would otherwise copy the table, and drop what refers to it."""
    name = op.f("fk_slide_case_id_case")
    if op.get_bind().dialect.name == "sqlite":
        refers = f'CONSTRAINT {name} REFERENCES "case" (id)'
        op.execute(f"ALTER TABLE slide ADD COLUMN case_id CHAR(32) {refers}")
    else:
        op.add_column("slide", sa.Column("case_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(name, "slide", "case", ["case_id"], ["id"])


ANALYSES = sa.table(
    "analysis", sa.column("id", sa.Uuid), sa.column("status", sa.String), sa.column("mpp_x", sa.Float),
    sa.column("mpp_y", sa.Float), sa.column("focus_score", sa.Float), sa.column("focus_score_reason", sa.String),
    sa.column("focus_score_low", sa.Float), sa.column("focus_score_high", sa.Float), sa.column("foci", sa.Integer),
    sa.column("glandular_area_mm2", sa.Float), sa.column("area_fraction", sa.Float), sa.column("details", sa.JSON),
    sa.column("warning_count", sa.Integer),
)  # fmt: skip
REVIEWS = sa.table(
    "review", sa.column("id", sa.Uuid), sa.column("analysis_id", sa.Uuid), sa.column("started_at", MOMENT)
)
LESIONS = sa.table(
    "lesion", sa.column("analysis_id", sa.Uuid), sa.column("id", sa.Uuid), sa.column("number", sa.Integer),
    sa.column("polygon", sa.JSON), sa.column("area_mm2", sa.Float), sa.column("lymphocyte_count", sa.Integer),
    sa.column("confidence", sa.Float),
)  # fmt: skip
COMMANDS = sa.table(
    "review_command", sa.column("review_id", sa.Uuid), sa.column("sequence", sa.Integer), sa.column("kind", sa.String),
    sa.column("payload", sa.JSON), sa.column("by_id", sa.Uuid), sa.column("at", MOMENT),
)  # fmt: skip
COUNTS = sa.table(
    "shape_count", sa.column("review_id", sa.Uuid), sa.column("shape_id", sa.Uuid),
    sa.column("lymphocyte_count", sa.Integer),
)  # fmt: skip
SIGNATURES = sa.table(
    "signature", sa.column("review_id", sa.Uuid), sa.column("version", sa.Integer), sa.column("sequence", sa.Integer),
    sa.column("signed_by_id", sa.Uuid), sa.column("signed_at", MOMENT),
)  # fmt: skip


def count_warnings() -> None:
    bind = op.get_bind()
    for row in bind.execute(sa.select(ANALYSES.c.id, ANALYSES.c.details)).all():
        if row.details is not None:
            count = len(row.details.get("warnings", ()))
            bind.execute(sa.update(ANALYSES).where(ANALYSES.c.id == row.id).values(warning_count=count))


def fill(summaries) -> None:
    """Replay each review once. The rows are read without the tables of the code, which later migrations change."""
    from backend.services import reviews, summaries as service

    bind = op.get_bind()
    for row in bind.execute(sa.select(REVIEWS)).all():
        analysis = bind.execute(sa.select(ANALYSES).where(ANALYSES.c.id == row.analysis_id)).one()
        lesions = bind.execute(sa.select(LESIONS).where(LESIONS.c.analysis_id == row.analysis_id)).all()
        counted = dict(bind.execute(of_review(COUNTS.c.shape_id, COUNTS.c.lymphocyte_count, row.id)).all())
        review = SimpleNamespace(
            started_at=row.started_at,
            commands=bind.execute(sa.select(COMMANDS).where(COMMANDS.c.review_id == row.id).order_by("sequence")).all(),
            signatures=bind.execute(
                sa.select(SIGNATURES).where(SIGNATURES.c.review_id == row.id).order_by("version")
            ).all(),
        )
        columns = service.of(reviews.standing_of(analysis, review, lesions, counted))
        if columns is not None:
            bind.execute(sa.insert(summaries).values(analysis_id=row.analysis_id, **columns))


def of_review(key, value, review_id):
    return sa.select(key, value).where(key.table.c.review_id == review_id)
