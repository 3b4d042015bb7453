"""Keep second factors, and say of each session whether it was begun with one.

Revision: 20261126x
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126x"
down_revision = "20261126p"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("recovery_sha256", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_second_factor_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.add_column("user_session", sa.Column("is_strong", sa.Boolean(), nullable=False, server_default=sa.false()))
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("user_session", "is_strong", server_default=None)


def downgrade() -> None:
    """Passwords alone open again, whoever had a second factor."""
    op.drop_column("user_session", "is_strong")
    op.drop_table("second_factor")
