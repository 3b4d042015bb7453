"""Keep beside a slide the score of its signed review, where it has one, and not of a later analysis.

Revision: 20261126zb
"""

from alembic import op

revision = "20261126zb"
down_revision = "20261126za"
branch_labels = None
depends_on = None

SIGNED_FIRST = "CASE WHEN review_summary.status IN ('signed', 'amending') THEN 1 ELSE 0 END DESC, "


def upgrade() -> None:
    """Take the newest signed, else the newest, where it was the newest in any case."""
    fill(SIGNED_FIRST)


def downgrade() -> None:
    """Take the newest again."""
    fill("")


def fill(first: str) -> None:
    """Write the reviewed, else the predicted score and its area, of the first analysis of each slide in an order."""
    for column in ("focus_score", "glandular_area_mm2"):
        op.execute(f"""
            UPDATE slide SET {column} = (
                SELECT CASE WHEN review_summary.focus_score IS NOT NULL THEN review_summary.{column}
                       ELSE analysis.{column} END FROM analysis
                LEFT JOIN review_summary ON review_summary.analysis_id = analysis.id
                WHERE analysis.slide_id = slide.id
                ORDER BY {first}analysis.queued_at DESC, analysis.id DESC LIMIT 1)
        """)
