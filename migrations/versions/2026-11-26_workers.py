"""Let workers give signs of life, and say which of them has an analysis; some analyses are urgent.

Revision: 20261126f
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126f"
down_revision = "20261126e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("queues", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task", sa.String(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("busy_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.add_column("analysis", sa.Column("worker_id", sa.Uuid(), nullable=True))
    op.add_column("analysis", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_column("analysis", "alive_at")


def downgrade() -> None:
    op.add_column("analysis", sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_column("analysis", "urgent")
    op.drop_column("analysis", "worker_id")
    op.drop_table("worker")
