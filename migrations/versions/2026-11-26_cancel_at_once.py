"""Forget the wish to cancel: a cancel ends the analysis at once.

Revision: 20261126m
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126m"
down_revision = "20261126k"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """End what was still to be cancelled, and drop the column in place: SQLite would otherwise copy the table."""
    op.execute("""
        UPDATE analysis SET status = 'cancelled', finished_at = CURRENT_TIMESTAMP
        WHERE cancel_requested AND status IN ('queued', 'running')
    """)
    op.drop_column("analysis", "cancel_requested")


def downgrade() -> None:
    """Say of each cancelled analysis that this was asked for."""
    op.add_column("analysis", sa.Column("cancel_requested", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE analysis SET cancel_requested = (status = 'cancelled')")
