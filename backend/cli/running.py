"""Everything on one machine, and each of the processes that make an installation."""

from typing import Annotated

import typer

from backend.cli.shared import app, console, transaction
from backend.core.errors import FocusScopeError


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End as soon as the analysis is stored.")] = False,
    port: Annotated[int | None, typer.Option(help="Port of the page.")] = None,
) -> None:
    """Start everything on this machine and analyse a phantom slide."""
    from backend.demo import demo as run

    raise typer.Exit(run(once=once, port=port, console=console))


@app.command()
def migrate(
    serve_as: Annotated[str, typer.Option(help="On PostgreSQL, the role as which the product connects.")] = "",
    password: Annotated[str, typer.Option(envvar="PRODUCT_PASSWORD", help="What that role gives.")] = "",
) -> None:
    """Create or upgrade the database; then make the role that serves, which cannot change the audit trail."""
    from backend.db.grants import let_serve
    from backend.db.migrate import migrate as run

    run()
    if serve_as:
        with transaction() as session:
            let_serve(session, role=serve_as, password=password)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    processes: Annotated[int, typer.Option(min=1, help="Processes that share the port.")] = 1,
) -> None:
    """Run the web server: the API and the page."""
    from backend.main import serve as run

    run(host=host, port=port, processes=processes)


@app.command()
def worker(
    queues: Annotated[
        str, typer.Option(help="worker-cpu, worker-gpu, or both with a comma.")
    ] = "worker-cpu,worker-gpu",
    processes: Annotated[int, typer.Option(min=1, help="Tasks at a time.")] = 2,
) -> None:
    """Run a worker that inspects and analyses slides."""
    from backend.jobs import QUEUES
    from backend.worker.app import run_worker

    chosen = [name for one in queues.split(",") if (name := one.strip())]
    if not chosen or set(chosen) - set(QUEUES):
        raise FocusScopeError(f"The queues are {' and '.join(QUEUES)}.")
    raise typer.Exit(run_worker(queues=chosen, processes=processes))
