"""Give users a role and a site, and slides and cases the site that they belong to.

What there is belongs to the site "main"; its people stay able to do all that they could, as leads, and whoever was added
first becomes admin.

Revision: 20261126e
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126e"
down_revision = "20261126d"
branch_labels = None
depends_on = None

COLUMNS = (
    "id", "pseudonym", "pseudonym_key", "blind_first", "assigned_to_id", "created_by_id", "created_at"
)  # fmt: skip
FIRST = 'SELECT id FROM "user" ORDER BY disabled_at IS NOT NULL, created_at, id LIMIT 1'


def upgrade() -> None:
    """Add the columns in place: SQLite would otherwise copy the tables, and drop what refers to them."""
    checked = "CONSTRAINT ck_user_role CHECK (role IN ('admin', 'lead', 'reader', 'viewer'))"
    op.execute(f"""ALTER TABLE "user" ADD COLUMN role VARCHAR NOT NULL DEFAULT 'viewer' {checked}""")
    op.execute("""UPDATE "user" SET role = 'lead'""")
    op.execute(f"""UPDATE "user" SET role = 'admin' WHERE id = ({FIRST})""")
    for table in ("user", "slide"):
        op.execute(f"""ALTER TABLE "{table}" ADD COLUMN site VARCHAR NOT NULL DEFAULT ''""")
        op.execute(f"""UPDATE "{table}" SET site = 'main'""")
    if op.get_bind().dialect.name == "sqlite":
        rebuild_case(["site", "pseudonym_key"])
    else:
        op.execute("""ALTER TABLE "case" ADD COLUMN site VARCHAR NOT NULL DEFAULT 'main'""")
        op.drop_constraint(op.f("uq_case_pseudonym_key"), "case")
        op.create_unique_constraint(op.f("uq_case_site_pseudonym_key"), "case", ["site", "pseudonym_key"])
        for table, column in (("user", "role"), ("user", "site"), ("slide", "site"), ("case", "site")):
            op.alter_column(table, column, server_default=None)


def downgrade() -> None:
    """Go back to slides that everybody sees.

    Raises:
        RuntimeError: where there are several sites, because their people would see each other's slides.
    """
    sites = 'SELECT site FROM "user" UNION SELECT site FROM slide UNION SELECT site FROM "case"'
    if len(op.get_bind().execute(sa.text(sites)).all()) > 1:
        raise RuntimeError("There are several sites, whose people would see each other's slides.")
    if op.get_bind().dialect.name == "sqlite":
        rebuild_case(["pseudonym_key"])
    else:
        op.drop_constraint(op.f("uq_case_site_pseudonym_key"), "case")
        op.create_unique_constraint(op.f("uq_case_pseudonym_key"), "case", ["pseudonym_key"])
        op.drop_column("case", "site")
    op.drop_column("slide", "site")
    op.drop_column("user", "site")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_user_role"), "user")
    op.drop_column("user", "role")


def rebuild_case(unique: list[str]) -> None:
    """Make the table anew, which is how SQLite changes a constraint; the slides of the cases are checked at the end."""
    sited = "site" in unique
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute('CREATE TABLE case_kept AS SELECT * FROM "case"')
    op.drop_table("case")
    op.create_table(
        "case",
        sa.Column("id", sa.Uuid(), nullable=False),
        *([sa.Column("site", sa.String(), nullable=False)] if sited else []),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("pseudonym_key", sa.String(), nullable=False),
        sa.Column("blind_first", sa.Boolean(), nullable=False),
        sa.Column("assigned_to_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["user.id"], name=op.f("fk_case_assigned_to_id_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_case_created_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint(*unique, name=op.f(f"uq_case_{'_'.join(unique)}")),
    )
    op.create_index(op.f("ix_case_assigned_to_id"), "case", ["assigned_to_id"], unique=False)
    columns = ", ".join(COLUMNS)
    into, of = ("site, ", "'main', ") if sited else ("", "")
    op.execute(f'INSERT INTO "case" ({into}{columns}) SELECT {of}{columns} FROM case_kept')
    op.drop_table("case_kept")
