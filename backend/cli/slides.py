"""Slides that are stored."""

import typer

from backend.cli.shared import app, console

stored = typer.Typer(no_args_is_help=True, help="Slides that are stored.")
app.add_typer(stored, name="slides")


@stored.command("clean")
def clean_slides() -> None:
    """Remove labels, names and dates from slides that were received before this was done on arrival.

    It may be stopped at any moment and run again. Ends with 1 where a slide is left as it was.
    """
    from backend.core.settings import get_settings
    from backend.db.session import create_database_engine, create_sessions
    from backend.storage import Storage
    from backend.worker.cleaning import clean_stored
    from backend.worker.execute import Workplace

    settings = get_settings()
    engine = create_database_engine(settings.database)
    cleaned = refused = 0
    for one in clean_stored(Workplace(create_sessions(engine), Storage(settings.data_dir))):
        said = f"left as it was. {one.refused}" if one.refused else f"left out {'; '.join(one.left_out)}"
        console.print(f"{one.slide_id}: {said}", highlight=False, markup=False, soft_wrap=True)
        cleaned, refused = cleaned + (one.refused is None), refused + (one.refused is not None)
    engine.dispose()
    console.print(f"{cleaned} cleaned, {refused} left as they were.", highlight=False)
    if refused:
        raise typer.Exit(1)
