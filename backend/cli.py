"""The `focusscope` command: wiring only. Heavy imports wait inside the commands, so that `--help` is quick."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

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
users = typer.Typer(no_args_is_help=True, help="People who may sign in.")
app.add_typer(users, name="user")


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End as soon as the analysis is stored.")] = False,
    port: Annotated[int | None, typer.Option(help="Port of the page.")] = None,
) -> None:
    """Start everything on this machine and analyse a phantom slide."""
    from backend.demo import demo as run

    raise typer.Exit(run(once=once, port=port, console=console))


@app.command()
def migrate() -> None:
    """Create or upgrade the database."""
    from backend.db.migrate import migrate as run

    run()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Run the web server: the API and the page."""
    from backend.main import serve as run

    run(host=host, port=port)


@app.command()
def worker(
    queues: Annotated[list[str] | None, typer.Option("--queue", help="slides or analyses; both unless told.")] = None,
    processes: Annotated[int, typer.Option(min=1, help="Tasks at a time.")] = 2,
) -> None:
    """Run a worker that inspects and analyses slides."""
    from backend.worker.app import QUEUES, run_worker

    raise typer.Exit(run_worker(queues=queues or QUEUES, processes=processes))


@users.command("add")
def add_user(
    username: str,
    display_name: Annotated[str, typer.Option("--name", help="Name to show.")] = "",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Add a user; the password is asked for unless it is given."""
    from backend.services import accounts

    with transaction() as session:
        accounts.add_user(session, username=username, display_name=display_name, password=password)
    console.print(f"Added {username}.")


@users.command("list")
def list_users() -> None:
    """List all users."""
    from backend.services import accounts

    with transaction() as session:
        for user in accounts.list_users(session):
            console.print(f"{user.username:<24} {user.display_name:<32} {'disabled' if user.disabled_at else ''}")


@users.command("disable")
def disable_user(username: str) -> None:
    """Bar a user from signing in and end their sessions."""
    from backend.services import accounts

    with transaction() as session:
        accounts.disable_user(session, username=username)
    console.print(f"Disabled {username}.")


@contextmanager
def transaction() -> Iterator["Session"]:
    """Lend one transaction on the settings' database."""
    from backend.core.settings import get_settings
    from backend.db.session import create_database_engine, create_sessions

    engine = create_database_engine(get_settings().database)
    with create_sessions(engine).begin() as session:
        yield session
    engine.dispose()


if __name__ == "__main__":
    app()
