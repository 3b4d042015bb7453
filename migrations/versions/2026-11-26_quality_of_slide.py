"""Keep how much of a slide is blurred and how much is pen.

Revision: 20261126b
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126b"
down_revision = "20261126a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("slide", sa.Column("blur_share", sa.Double(), nullable=True))
    op.add_column("slide", sa.Column("pen_share", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("slide", "pen_share")
    op.drop_column("slide", "blur_share")
