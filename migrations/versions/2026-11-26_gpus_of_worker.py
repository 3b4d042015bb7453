"""Let workers say which graphics processors they see, and how busy these are.

Revision: 20261126p
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126p"
down_revision = "20261126g"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("worker", sa.Column("gpus", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("worker", "gpus")
