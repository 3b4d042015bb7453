"""Count the slides that each site has received, for their neutral names.

Revision: 20261126n
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126n"
down_revision = "20261126m"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slide_count",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_slide_count")),
    )
    op.execute("INSERT INTO slide_count (site, latest) SELECT site, count(*) FROM slide GROUP BY site")


def downgrade() -> None:
    op.drop_table("slide_count")
