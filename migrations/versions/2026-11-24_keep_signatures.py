"""The database itself refuses to delete a signature, and with it whatever carries one.

Revision: 20261124b
"""

from alembic import op

revision = "20261124b"
down_revision = "20261124a"
branch_labels = None
depends_on = None

NAME, SENTENCE = "signature_no_delete", "signature is append-only"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {NAME} BEFORE DELETE ON signature BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END")
    else:
        op.execute(
            f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
        )
        op.execute(f"CREATE TRIGGER {NAME} BEFORE DELETE ON signature FOR EACH ROW EXECUTE FUNCTION {NAME}()")


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(f"DROP TRIGGER {NAME}" + ("" if sqlite else " ON signature"))
    if not sqlite:
        op.execute(f"DROP FUNCTION {NAME}()")
