"""Let a slide be left out of the sum of its case.

Revision: 20261126c
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126c"
down_revision = "20261126b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns in place: SQLite would otherwise copy the table, and drop what refers to it."""
    op.add_column("slide", sa.Column("left_out", sa.String(), nullable=True))
    name = op.f("fk_slide_left_out_by_id_user")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f'ALTER TABLE slide ADD COLUMN left_out_by_id CHAR(32) CONSTRAINT {name} REFERENCES "user" (id)')
    else:
        op.add_column("slide", sa.Column("left_out_by_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(name, "slide", "user", ["left_out_by_id"], ["id"])


def downgrade() -> None:
    """Go back to sums of all slides.

    Raises:
        RuntimeError: where a slide is left out, because sums would change unseen.
    """
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM slide WHERE left_out IS NOT NULL")):
        raise RuntimeError("Slides are left out of the sums of their cases; let them count again first.")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("fk_slide_left_out_by_id_user"), "slide", type_="foreignkey")
    op.drop_column("slide", "left_out_by_id")
    op.drop_column("slide", "left_out")
