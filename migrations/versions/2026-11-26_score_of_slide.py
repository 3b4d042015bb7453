"""Keep the score of a slide's newest analysis beside the slide, so that sorting by it reads no analysis.

Revision: 20261126k
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126k"
down_revision = "20261126s"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and fill it: the reviewed, else the predicted score, of the newest analysis."""
    op.add_column("slide", sa.Column("focus_score", sa.Double(), nullable=True))
    op.execute("""
        UPDATE slide SET focus_score = (
            SELECT coalesce(review_summary.focus_score, analysis.focus_score) FROM analysis
            LEFT JOIN review_summary ON review_summary.analysis_id = analysis.id
            WHERE analysis.slide_id = slide.id ORDER BY analysis.queued_at DESC, analysis.id DESC LIMIT 1)
    """)


def downgrade() -> None:
    """Take the column away; it follows from the analyses and reviews."""
    op.drop_column("slide", "focus_score")
