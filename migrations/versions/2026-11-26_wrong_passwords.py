"""Count wrong passwords.

Revision: 20261126a
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126a"
down_revision = "20261124d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wrong_passwords",
        sa.Column("purpose_sha256", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose_sha256", name=op.f("pk_wrong_passwords")),
    )
    op.create_index(op.f("ix_wrong_passwords_last_at"), "wrong_passwords", ["last_at"], unique=False)


def downgrade() -> None:
    """The counts go: everybody may try at once again."""
    op.drop_index(op.f("ix_wrong_passwords_last_at"), table_name="wrong_passwords")
    op.drop_table("wrong_passwords")
