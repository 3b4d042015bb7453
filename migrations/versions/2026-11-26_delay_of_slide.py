"""Keep why the inspection of a slide has to wait.

Revision: 20261126d
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126d"
down_revision = "20261126c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("slide", sa.Column("delay", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("slide", "delay")
