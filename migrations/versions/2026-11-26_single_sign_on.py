"""Know people by their account at an OpenID provider, and note when they signed in there once more.

Revision: 20261126za
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126za"
down_revision = "20261126z"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_account",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_provider_account_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_provider_account")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_provider_account_issuer_subject")),
    )
    op.add_column("user", sa.Column("email", sa.String(), nullable=True))
    op.create_index(op.f("ix_user_email"), "user", ["email"], unique=True)
    op.add_column("user_session", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Whoever has no password needs a link for one."""
    op.drop_column("user_session", "proved_at")
    op.drop_index(op.f("ix_user_email"), table_name="user")
    op.drop_column("user", "email")
    op.drop_table("provider_account")
