"""Keep beside the names of slides and cases what sorts them as one counts: level 2 before level 10.

Revision: 20261126z
"""

import re
import unicodedata
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "20261126z"
down_revision = "20261126y"
branch_labels = None
depends_on = None

NAMES = {"slide": "name", "case": "pseudonym"}
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns in place, and fill them from the names."""
    for table, name in NAMES.items():
        op.add_column(table, sa.Column("sort_key", KEY, nullable=False, server_default=""))
        rows = sa.table(table, sa.column("id", sa.Uuid()), sa.column(name), sa.column("sort_key"))
        keys = [{"row": id_, "key": _key(text)} for id_, text in _named(rows, name)]
        if keys:
            op.get_bind().execute(
                rows.update().where(rows.c.id == sa.bindparam("row")).values(sort_key=sa.bindparam("key")), keys
            )
        if op.get_bind().dialect.name != "sqlite":
            op.alter_column(table, "sort_key", server_default=None)


def downgrade() -> None:
    """Take the columns away; they follow from the names."""
    for table in NAMES:
        op.drop_column(table, "sort_key")


def _named(rows: sa.TableClause, name: str) -> list[tuple[UUID, str]]:
    return [(id_, text) for id_, text in op.get_bind().execute(sa.select(rows.c.id, rows.c[name]))]


def _key(text: str) -> str:
    return re.sub(r"[0-9]+", _counted, unicodedata.normalize("NFKC", text).casefold())


def _counted(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0") or "0"
    return f"{min(len(digits), 99):02}{digits}"
