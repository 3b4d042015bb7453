"""What all commands share: the application, how it speaks, and one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from backend.core.errors import FocusScopeError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

console = Console()


class Sentences(TyperGroup):
    """Commands whose errors are sentences, with exit code 2, and not tracebacks."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except FocusScopeError as error:
            Console(stderr=True).print(error.sentence, highlight=False, markup=False, soft_wrap=True)
            raise typer.Exit(2) from error


app = typer.Typer(
    cls=Sentences, no_args_is_help=True, add_completion=False, help="From a slide to a reviewed focus score."
)


@contextmanager
def transaction() -> Iterator["Session"]:
    """Lend one transaction on the settings' database."""
    from backend.core.settings import get_settings
    from backend.db.session import create_database_engine, create_sessions

    engine = create_database_engine(get_settings().database)
    with create_sessions(engine).begin() as session:
        yield session
    engine.dispose()
