"""Backups, and what is made of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backend.cli.shared import app, console

if TYPE_CHECKING:
    from backend.services.backup import Summary


BROKEN_OFF = (
    "The audit trail does not go on from where the backup before saw it end: its end was removed or written anew, "
    "unless an older backup was restored since."
)


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where backups are kept; each has a folder in it.")],
    keep: Annotated[int, typer.Option(min=0, help="How many to keep; 0 keeps all.")] = 0,
    every_hours: Annotated[float, typer.Option(min=0, help="Go on, and make one every so many hours.")] = 0,
) -> None:
    """Save database and files; what has not changed since the backup before is linked to it.

    Ends with 1 where the audit trail does not go on from where the backup before saw it end; it is saved nevertheless.
    """
    from time import sleep

    from backend.core.settings import get_settings
    from backend.objectstore import open_storage
    from backend.services.backup import backup as run

    while True:
        settings = get_settings()
        made = run(settings.database, open_storage(settings), folder, keep=keep)
        _say("Saved", made)
        if not made.trail_goes_on:
            console.print(BROKEN_OFF, style="red", highlight=False, soft_wrap=True)
        if not every_hours:
            raise typer.Exit(0 if made.trail_goes_on else 1)
        sleep(3600 * every_hours)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="One backup.")],
) -> None:
    """Fill an empty installation from a backup; one that is not empty is left as it is."""
    from backend.core.settings import get_settings
    from backend.objectstore import open_storage
    from backend.services.backup import restore as run

    settings = get_settings()
    _say("Restored", run(settings.database, open_storage(settings), folder))


def _say(what: str, done: "Summary") -> None:
    size = f"{done.copied_bytes / 2**20:.1f} MB copied"
    said = f"{what} {done.rows} rows and {done.files} files, {size}: {done.folder}"
    console.print(said, highlight=False, markup=False, soft_wrap=True)
