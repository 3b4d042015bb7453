"""What the role as which the product connects may do with the tables, on PostgreSQL.

Triggers keep the audit trail from whoever connects as that role; rights keep the triggers. They hold only where the
role does not own the tables, so those who migrate connect as another role than those who serve.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.core.errors import FocusScopeError

_STATEMENTS = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    "REVOKE ALL ON {schema}.audit_event, {schema}.audit_head, {schema}.alembic_version FROM {role}",
    "GRANT SELECT ON {schema}.audit_event, {schema}.audit_head, {schema}.alembic_version TO {role}",
    "GRANT INSERT ON {schema}.audit_event TO {role}",
    "GRANT UPDATE ON {schema}.audit_head TO {role}",
    "REVOKE DELETE ON {schema}.signature FROM {role}",
)


class CannotGrant(FocusScopeError):
    """The rights cannot be given, or would not hold."""


def grant(session: Session, *, role: str) -> None:
    """Give a role what the product needs, and of the audit trail only reading and appending. Safe to repeat.

    To be repeated after each migration, which may have made tables.

    Raises:
        CannotGrant: where the database is SQLite, there is no such role, or it owns the trail.
    """
    bind = session.get_bind()
    if bind.dialect.name != "postgresql":
        raise CannotGrant("SQLite has no roles: whoever may write its file may change it.")
    if not session.scalar(text("SELECT true FROM pg_roles WHERE rolname = :role"), {"role": role}):
        raise CannotGrant(f"There is no role “{role}”: create it first, as with CREATE ROLE {role} LOGIN PASSWORD …")
    whose = "SELECT pg_has_role(:role, tableowner, 'USAGE') FROM pg_tables WHERE tablename = 'audit_event'"
    if session.scalar(text(whose), {"role": role}):
        raise CannotGrant(f"“{role}” owns the tables or is a superuser, so no right can be kept from it.")
    quote = bind.dialect.identifier_preparer.quote
    schema = session.scalar(text("SELECT current_schema()"))
    for statement in _STATEMENTS:
        session.execute(text(statement.format(role=quote(role), schema=quote(str(schema)))))


def let_serve(session: Session, *, role: str, password: str) -> None:
    """Make a role that the product connects as, or give it another password, and grant it what it needs.

    Raises:
        CannotGrant: as `grant` does.
    """
    if session.get_bind().dialect.name == "postgresql":
        known = session.scalar(text("SELECT true FROM pg_roles WHERE rolname = :role"), {"role": role})
        form = f"{'ALTER' if known else 'CREATE'} ROLE %I LOGIN PASSWORD %L"
        statement = session.scalar(text("SELECT format(:form, CAST(:role AS text), CAST(:password AS text))"), {
            "form": form, "role": role, "password": password,
        })  # fmt: skip
        session.connection().exec_driver_sql(str(statement).replace("%", "%%"))
    grant(session, role=role)
