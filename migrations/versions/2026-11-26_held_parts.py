"""Say which worker makes which part of an analysis, where they have no folder in common.

Revision: 20261126zd
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126zd"
down_revision = "20261126zc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_part",
        sa.Column("analysis_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analysis.id"], name=op.f("fk_held_part_analysis_id_analysis"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_held_part_worker_id_worker"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("analysis_id", "name", name=op.f("pk_held_part")),
    )
    op.create_index(op.f("ix_held_part_worker_id"), "held_part", ["worker_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_held_part_worker_id"), table_name="held_part")
    op.drop_table("held_part")
