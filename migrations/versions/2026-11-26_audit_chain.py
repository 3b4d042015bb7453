"""Chain the events of the audit trail by their hashes, and keep where the chain ends.

Events that are there already are numbered without gaps and chained in their order.

Revision: 20261126g
"""

import json
from datetime import UTC
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "20261126g"
down_revision = "20261126t"
branch_labels = None
depends_on = None

EVENT = sa.table(
    "audit_event",
    sa.column("id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("actor_id", sa.Uuid),
    sa.column("action", sa.String),
    sa.column("subject", sa.String),
    sa.column("subject_id", sa.Uuid),
    sa.column("before", sa.JSON(none_as_null=True)),
    sa.column("after", sa.JSON(none_as_null=True)),
    sa.column("sha256", sa.String),
)
EVENT_SENTENCE, HEAD_SENTENCE = "audit_event is append-only", "audit_head only grows"


def on_sqlite():
    return op.get_bind().dialect.name == "sqlite"


def refuse(name, when, sentence, condition=None):
    """Let the database refuse what `when` says, as in "UPDATE ON audit_event"; on PostgreSQL as a function as well."""
    if on_sqlite():
        only = f"WHEN {condition} " if condition else ""
        op.execute(f"CREATE TRIGGER {name} BEFORE {when} {only}BEGIN SELECT RAISE(ABORT, '{sentence}'); END")
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{sentence}'; END $$"
    )
    each = "STATEMENT" if when.startswith("TRUNCATE") else "ROW"
    only = f"WHEN ({condition}) " if condition else ""
    op.execute(f"CREATE TRIGGER {name} BEFORE {when} FOR EACH {each} {only}EXECUTE FUNCTION {name}()")


def allow(name, table):
    op.execute(f"DROP TRIGGER {name}" if on_sqlite() else f"DROP TRIGGER {name} ON {table}")
    if not on_sqlite():
        op.execute(f"DROP FUNCTION {name}()")


def keep_events():
    refuse("audit_event_no_update", "UPDATE ON audit_event", EVENT_SENTENCE)
    refuse("audit_event_no_delete", "DELETE ON audit_event", EVENT_SENTENCE)


def release_events():
    allow("audit_event_no_update", "audit_event")
    allow("audit_event_no_delete", "audit_event")


def chain():
    connection, digest, number = op.get_bind(), "0" * 64, 0
    for old in connection.execute(sa.select(EVENT).order_by(EVENT.c.id)).all():
        number += 1
        at = old.at.replace(tzinfo=UTC) if old.at.tzinfo is None else old.at.astimezone(UTC)
        said = {
            "id": number, "at": at.isoformat(timespec="microseconds"),
            "actor_id": str(old.actor_id) if old.actor_id else None, "action": old.action, "subject": old.subject,
            "subject_id": str(old.subject_id) if old.subject_id else None, "before": old.before, "after": old.after,
        }
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), allow_nan=False)
        digest = sha256(f"{digest}{text}".encode()).hexdigest()
        connection.execute(sa.update(EVENT).where(EVENT.c.id == old.id).values(id=number, sha256=digest))
    return number, digest


def upgrade() -> None:
    release_events()
    op.add_column("audit_event", sa.Column("sha256", sa.String(), nullable=True))
    count, digest = chain()
    with op.batch_alter_table("audit_event") as table:
        table.alter_column("sha256", existing_type=sa.String(), nullable=False)
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.bulk_insert(head, [{"id": 1, "count": count, "sha256": digest}])
    keep_events()
    refuse("audit_head_no_delete", "DELETE ON audit_head", HEAD_SENTENCE)
    refuse("audit_head_no_return", "UPDATE ON audit_head", HEAD_SENTENCE, "NEW.count <= OLD.count")
    if not on_sqlite():
        refuse("audit_event_no_truncate", "TRUNCATE ON audit_event", EVENT_SENTENCE)
        refuse("audit_head_no_truncate", "TRUNCATE ON audit_head", HEAD_SENTENCE)
        op.execute("ALTER TABLE audit_event ALTER id DROP DEFAULT")
        op.execute("DROP SEQUENCE audit_event_id_seq")


def downgrade() -> None:
    """The hashes go; the events stay."""
    release_events()
    if not on_sqlite():
        allow("audit_event_no_truncate", "audit_event")
        allow("audit_head_no_truncate", "audit_head")
        op.execute("CREATE SEQUENCE audit_event_id_seq OWNED BY audit_event.id")
        op.execute("SELECT setval('audit_event_id_seq', count(*) + 1, false) FROM audit_event")
        op.execute("ALTER TABLE audit_event ALTER id SET DEFAULT nextval('audit_event_id_seq')")
    allow("audit_head_no_return", "audit_head")
    allow("audit_head_no_delete", "audit_head")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_event") as table:
        table.drop_column("sha256")
    keep_events()
