"""The audit trail."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from backend.cli.shared import app, console, transaction
from backend.core.errors import FocusScopeError

trails = typer.Typer(no_args_is_help=True, help="The audit trail.")
app.add_typer(trails, name="audit")


@trails.command("verify")
def verify_trail(
    seen: Annotated[
        str, typer.Option(metavar="COUNT:HASH", help="What an earlier check printed, kept outside of the database.")
    ] = "",
) -> None:
    """Find every altered, removed, inserted or reordered row; exit code 1 where there is one."""
    from backend.services import trail

    count, _, digest = seen.partition(":")
    if seen and not (count.isdigit() and digest):
        raise FocusScopeError(
            "What was seen before is a count and a hash with a colon between, as this command prints."
        )
    with transaction() as session:
        verdict = trail.verify(session, seen=(int(count), digest) if seen else None)
    for sentence in verdict.faults:
        console.print(sentence, style="red", highlight=False, soft_wrap=True)
    if verdict.faults:
        raise typer.Exit(1)
    console.print(f"{verdict.count} events, none altered or missing. {verdict.count}:{verdict.sha256}",
                  highlight=False, soft_wrap=True)  # fmt: skip


@trails.command("export")
def export_trail(
    out: Annotated[Path, typer.Argument(help="The file to write: .jsonl or .csv.")],
    since: Annotated[datetime | None, typer.Option(help="The first moment, in UTC.")] = None,
    until: Annotated[datetime | None, typer.Option(help="The moment before which it ends, in UTC.")] = None,
) -> None:
    """Write the events of a time, with their hashes, as JSON lines or as CSV."""
    from backend.services import trail

    bounds = {"since": since and since.replace(tzinfo=UTC), "until": until and until.replace(tzinfo=UTC)}
    with transaction() as session:
        count = trail.write(out, trail.events(session, **bounds))
    console.print(f"{count} events. {out}", highlight=False, soft_wrap=True)


@trails.command("grant")
def grant_to(
    role: Annotated[str, typer.Argument(help="The PostgreSQL role as which the product connects.")],
) -> None:
    """Let a role work with the tables, and of the audit trail only read and append; run it as the tables' owner."""
    from backend.db.grants import grant

    with transaction() as session:
        grant(session, role=role)
    console.print(f"{role} may work with the tables, and only read and append to the audit trail.", highlight=False)
