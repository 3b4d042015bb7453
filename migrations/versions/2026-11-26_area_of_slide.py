"""Keep the glandular area of a slide's newest analysis beside its score, so that levels can be summed to sort cases.

Revision: 20261126v
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126v"
down_revision = "20261126n"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and fill it with the area that the score is of."""
    op.add_column("slide", sa.Column("glandular_area_mm2", sa.Double(), nullable=True))
    op.execute("""
        UPDATE slide SET glandular_area_mm2 = (
            SELECT CASE WHEN review_summary.focus_score IS NOT NULL THEN review_summary.glandular_area_mm2
                   ELSE analysis.glandular_area_mm2 END FROM analysis
            LEFT JOIN review_summary ON review_summary.analysis_id = analysis.id
            WHERE analysis.slide_id = slide.id ORDER BY analysis.queued_at DESC, analysis.id DESC LIMIT 1)
    """)


def downgrade() -> None:
    """Take the column away; it follows from the analyses and reviews."""
    op.drop_column("slide", "glandular_area_mm2")
