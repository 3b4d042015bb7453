"""Note of each session which browser it is in and when it was last used.

Revision: 20261126s
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126s"
down_revision = "20261126f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sessions that there are were used when they began, as far as is known."""
    epoch = "1970-01-01 00:00:00.000000"
    op.execute(f"ALTER TABLE user_session ADD COLUMN last_used_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT '{epoch}'"
               if op.get_bind().dialect.name != "sqlite" else
               f"ALTER TABLE user_session ADD COLUMN last_used_at DATETIME NOT NULL DEFAULT '{epoch}'")
    op.execute("UPDATE user_session SET last_used_at = created_at")
    op.execute("ALTER TABLE user_session ADD COLUMN browser VARCHAR NOT NULL DEFAULT ''")
    if op.get_bind().dialect.name != "sqlite":
        for column in ("last_used_at", "browser"):
            op.alter_column("user_session", column, server_default=None)


def downgrade() -> None:
    op.drop_column("user_session", "browser")
    op.drop_column("user_session", "last_used_at")
