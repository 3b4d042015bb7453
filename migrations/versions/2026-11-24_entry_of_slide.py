"""Name the file that is opened instead of its ending, so that a slide may consist of several files.

Revision: 20261124d
"""

import sqlalchemy as sa
from alembic import op

revision = "20261124d"
down_revision = "20261124c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE slide RENAME COLUMN suffix TO entry")
    op.execute("UPDATE slide SET entry = 'slide' || entry")


def downgrade() -> None:
    """Go back to endings.

    Raises:
        RuntimeError: where a slide consists of several files, which the code before cannot open.
    """
    several = "SELECT count(*) FROM slide WHERE entry NOT LIKE 'slide%' OR entry LIKE '%/%'"
    if op.get_bind().scalar(sa.text(several)):
        raise RuntimeError("Slides of several files cannot be kept by the version before; delete them first.")
    op.execute("UPDATE slide SET entry = substr(entry, 6)")
    op.execute("ALTER TABLE slide RENAME COLUMN entry TO suffix")
