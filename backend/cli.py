"""The `focusscope` command: wiring only. Heavy imports wait inside the commands, so that `--help` is quick."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import Progress
from typer.core import TyperGroup

from backend.core.errors import FocusScopeError, about
from backend.core.findings import STAGES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from backend.services.backup import Summary

console = Console()

Role = Literal["admin", "lead", "reader", "viewer"]


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
stored = typer.Typer(no_args_is_help=True, help="Slides that are stored.")
app.add_typer(stored, name="slides")
trails = typer.Typer(no_args_is_help=True, help="The audit trail.")
app.add_typer(trails, name="audit")


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End as soon as the analysis is stored.")] = False,
    port: Annotated[int | None, typer.Option(help="Port of the page.")] = None,
) -> None:
    """Start everything on this machine and analyse a phantom slide."""
    from backend.demo import demo as run

    raise typer.Exit(run(once=once, port=port, console=console))


@app.command()
def phantom(
    out: Annotated[Path, typer.Argument(help="The slide to write, for example phantom.tiff.")],
    seed: Annotated[int, typer.Option(help="The same seed draws the same slide.")] = 1,
    width_mm: Annotated[float, typer.Option(min=0.5, help="Width of the slide.")] = 6.0,
    height_mm: Annotated[float, typer.Option(min=0.5, help="Height of the slide.")] = 5.0,
    foci: Annotated[int, typer.Option(min=0, help="Foci to draw; smaller aggregates come on top.")] = 4,
    mpp: Annotated[float, typer.Option(min=0.1, max=1.0, help="Micrometres per pixel.")] = 0.5,
    artefacts: Annotated[bool, typer.Option(help="Add pen, bubbles, folds, dust and blur.")] = True,
    unfamiliar: Annotated[bool, typer.Option("--unfamiliar", help="Stain and scan unlike all other phantoms.")] = False,
    sheets: Annotated[bool, typer.Option("--sheets", help="Let infiltrates replace whole lobules.")] = False,
) -> None:
    """Draw a synthetic slide and its truth."""
    from backend.phantom.scene import PhantomSpec
    from backend.phantom.writer import truth_summary, write_phantom

    spec = PhantomSpec(seed, width_mm, height_mm, foci, mpp, artefacts, unfamiliar, sheets)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("drawing", total=1)
        scene = write_phantom(spec, out, on_progress=lambda fraction: progress.update(bar, completed=fraction))
    truth = truth_summary(scene)
    console.print(f"{out}: {truth['foci']} foci in {truth['glandular_area_mm2']:.2f} mm² of gland", highlight=False)


@app.command()
def analyse(
    slide: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A whole slide image.")],
    out: Annotated[Path, typer.Option(help="Folder for findings.json, lesions.geojson and overlay.png.")],
    mpp: Annotated[
        float | None, typer.Option(min=0.02, help="Micrometres per pixel, where the slide has none.")
    ] = None,
    keep_maps: Annotated[
        bool, typer.Option("--keep-maps", help="Also write the probability, ROI and attention maps.")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1.")] = "auto",
) -> None:
    """Run the whole pipeline on one slide, without database or broker."""
    from backend.pipeline.outputs import analyse_file

    with Progress(console=console, transient=True) as progress:
        bars = {stage: progress.add_task(stage, total=1) for stage in STAGES}
        findings = analyse_file(
            slide, out, mpp=mpp, keep_maps=keep_maps, device=device,
            on_progress=lambda stage, fraction: progress.update(bars[stage], completed=fraction),
        )  # fmt: skip
    score = findings.focus_score_reason if findings.focus_score is None else f"{findings.focus_score:.2f}"
    console.print(f"Focus score: {score}", highlight=False)
    console.print(f"{findings.foci} foci in {findings.glandular_area_mm2:.2f} mm² of gland. {out}", highlight=False)
    for sentence in [*findings.warnings, findings.notice]:
        console.print(sentence, style="dim", highlight=False)


@app.command()
def export(
    slides: Annotated[list[Path], typer.Argument(exists=True, help="Slides with annotations beside them.")],
    out: Annotated[Path, typer.Option(help="One folder of examples is written per slide.")],
    stacks: Annotated[int, typer.Option(min=1, help="Patch stacks per slide.")] = 64,
    seed: Annotated[int, typer.Option(help="Decides where patches are cut.")] = 1,
    mpp: Annotated[float | None, typer.Option(min=0.02, help="Micrometres per pixel, where slides have none.")] = None,
    class_name: Annotated[
        list[str] | None, typer.Option(metavar="YOURS=OURS", help="What a class of your annotations stands for.")
    ] = None,
) -> None:
    """Cut training examples out of annotated slides (SLIDE.geojson, as QuPath exports it)."""
    from backend.pipeline.annotations import read_annotations
    from backend.pipeline.export import ExportOptions, export_slide

    classes = {yours.strip(): ours.strip() for yours, _, ours in (one.partition("=") for one in class_name or [])}
    for number, slide in enumerate(slides):
        with about(slide.name):
            count = export_slide(
                slide, out / slide.stem, seed=seed + number, options=ExportOptions(stacks=stacks), mpp=mpp,
                annotations=(drawn := read_annotations(slide, classes)),
            )  # fmt: skip
        lesions = f"{len(drawn.lesions)} lesion{'' if len(drawn.lesions) == 1 else 's'}"
        console.print(f"{slide.name}: {count} patch stacks, {lesions}", highlight=False)


@app.command()
def export_reviewed(
    out: Annotated[Path, typer.Option(help="One folder of examples is written per slide, named by the slide's id.")],
    stacks: Annotated[int, typer.Option(min=1, help="Patch stacks per slide.")] = 64,
    seed: Annotated[int, typer.Option(help="Decides where patches are cut.")] = 1,
) -> None:
    """Cut training examples out of slides whose proposed lesions have all been confirmed or rejected."""
    from backend.core.settings import get_settings
    from backend.objectstore import open_storage
    from backend.pipeline.annotations import annotations_of
    from backend.pipeline.export import ExportOptions, export_slide
    from backend.services import training
    from backend.wsi.slide import Mpp

    with transaction() as session:
        reviewed = training.reviewed_slides(session, storage=open_storage(get_settings()))
    for number, one in enumerate(reviewed):
        with about(str(one.slide_id)):
            count = export_slide(
                one.file, out / str(one.slide_id), seed=seed + number, options=ExportOptions(stacks=stacks),
                mpp=Mpp(*one.mpp_xy), annotations=annotations_of(one.lesions, one.glands),
            )  # fmt: skip
        console.print(f"{one.slide_id}: {count} patch stacks, {len(one.lesions)} confirmed", highlight=False)


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


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where backups are kept; each has a folder in it.")],
    keep: Annotated[int, typer.Option(min=0, help="How many to keep; 0 keeps all.")] = 0,
    every_hours: Annotated[float, typer.Option(min=0, help="Go on, and make one every so many hours.")] = 0,
) -> None:
    """Save database and files; what has not changed since the backup before is linked to it."""
    from time import sleep

    from backend.core.settings import get_settings
    from backend.objectstore import open_storage
    from backend.services.backup import backup as run

    while True:
        settings = get_settings()
        made = run(settings.database, open_storage(settings), folder, keep=keep)
        _say("Saved", made)
        if not every_hours:
            return
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
    console.print(said, highlight=False, markup=False)


@users.command("add")
def add_user(
    username: str,
    display_name: Annotated[str, typer.Option("--name", help="Name to show.")] = "",
    role: Annotated[Role | None, typer.Option(help="Unless told, the first is an admin, others readers.")] = None,
    site: Annotated[str, typer.Option(help="Hospital or laboratory whose slides they see.")] = "main",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Add a user; the password is asked for unless it is given."""
    from backend.services import accounts

    with transaction() as session:
        user = accounts.add_user(
            session, username=username, display_name=display_name, password=password, role=role, site=site
        )
    console.print(f"Added {user.username}, {user.role} of {user.site}.", highlight=False, markup=False)


@users.command("change")
def change_user(
    username: str,
    role: Annotated[Role | None, typer.Option(help="What they may do from now on.")] = None,
    site: Annotated[str | None, typer.Option(help="Whose slides they see from now on.")] = None,
) -> None:
    """Give a user another role or site; slides and cases stay with the site that they were brought to."""
    from backend.services import accounts

    with transaction() as session:
        user = accounts.change_user(session, username=username, role=role, site=site)
    console.print(f"{user.username} is {user.role} of {user.site}.", highlight=False, markup=False)


@users.command("list")
def list_users() -> None:
    """List all users."""
    from backend.services import accounts

    with transaction() as session:
        for user in accounts.list_users(session):
            row = f"{user.username:<24} {user.display_name:<32} {user.role:<8} {user.site:<20}"
            console.print(f"{row} {'disabled' if user.disabled_at else ''}", highlight=False, markup=False)


@users.command("disable")
def disable_user(username: str) -> None:
    """Bar a user from signing in and end their sessions."""
    from backend.services import accounts

    with transaction() as session:
        accounts.disable_user(session, username=username)
    console.print(f"Disabled {username}.")


@users.command("reset-second-factor")
def reset_second_factor(username: str) -> None:
    """Turn off the second factor of a user who has lost it and end their sessions."""
    from backend.services import accounts, second_factors

    with transaction() as session:
        second_factors.reset(session, user=accounts.named(session, username=username), by=None)
    console.print(f"{username} signs in without a second factor.", highlight=False, markup=False)


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
