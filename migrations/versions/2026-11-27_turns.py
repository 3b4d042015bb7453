"""Find who had a turn lately without reading all analyses.

Revision: 20261127a
"""

from alembic import op

revision = "20261127a"
down_revision = "20261126zd"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_analysis_started_at"), "analysis", ["started_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_analysis_started_at"), table_name="analysis")
