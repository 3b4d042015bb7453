"""The demo from its first line to Ctrl-C."""

import fcntl
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe
from time import sleep
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from backend.core.errors import FocusScopeError, NotFound
from backend.core.settings import Settings, get_settings
from backend.db.migrate import migrate
from backend.db.session import create_database_engine, create_sessions
from backend.demo.browser import Browser
from backend.demo.children import Children
from backend.demo.phantom import phantom_slide
from backend.demo.redis_server import start_redis
from backend.services import accounts, workers

USER = "demo"
STAGE_NAMES = {"roi": "Glands"}


class DemoFailed(FocusScopeError):
    """The demo cannot go on."""

    status = 500


class Stopped(BaseException):
    """Somebody asked the demo to stop."""


def demo(*, once: bool = False, port: int | None = None, console: Console | None = None) -> int:
    """Start everything, analyse the phantom, and wait for Ctrl-C; with `once`, end when the analysis is stored."""
    console = console or Console()
    settings = get_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with _only_one(settings.data_dir), _signals_stop():
            _run(settings, console, once=once, port=port)
    except FocusScopeError as error:
        console.print(error.sentence, style="red", markup=False, soft_wrap=True)
        return 1
    except Stopped:
        console.print("Stopped; nothing is left running.")
    return 0


def _run(settings: Settings, console: Console, *, once: bool, port: int | None) -> None:
    children = Children(settings.data_dir / "logs", {})
    try:
        address, password = _start(children, settings, console, port)
        browser = Browser(address)
        browser.ask("POST", "/api/session", {"username": USER, "password": password})
        analysis = _analysed(browser, children, settings, console)
        _say_result(console, analysis, address, password)
        while not once:
            children.check()
            sleep(0.5)
    finally:
        with console.status("Stopping"):
            children.stop()


def _start(children: Children, settings: Settings, console: Console, port: int | None) -> tuple[str, str]:
    """Start database, queue, worker and web server; return the address and the demo user's new password."""
    with console.status("Preparing the database"):
        migrate(settings.database)
        password = _demo_user(settings)
    with console.status("Starting Redis, one worker and the web server"):
        chosen = _free_port(settings.host, port or settings.port)
        if chosen != (port or settings.port):
            console.print(f"Port {port or settings.port} is taken; using {chosen}.")
        children.environment["FOCUSSCOPE_DATA_DIR"] = str(settings.data_dir)
        children.environment["FOCUSSCOPE_REDIS_URL"] = start_redis(children, settings.data_dir)
        focusscope = [sys.executable, "-m", "backend.cli"]
        children.start("worker", [*focusscope, "worker"])
        children.start("web server", [*focusscope, "serve", "--port", str(chosen)])
        address = f"http://{settings.host}:{chosen}"
        children.wait_for(Browser(address).is_healthy, "The web server", 60)
    console.print(f"FocusScope answers at {address}")
    return address, password


def _demo_user(settings: Settings) -> str:
    password = token_urlsafe(9)
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        try:
            accounts.set_password(session, username=USER, password=password)
        except NotFound:
            accounts.add_user(session, username=USER, display_name="Demo user", password=password, role="admin")
        workers.bury_all(session)
    engine.dispose()
    return password


def _analysed(browser: Browser, children: Children, settings: Settings, console: Console) -> Any:
    """Return the phantom's succeeded analysis, the one of an earlier demo if there is one."""
    with _bars(console) as bars:
        bar = bars.add_task("Drawing a phantom", total=1.0)
        path = phantom_slide(settings.data_dir / "phantom", lambda fraction: bars.update(bar, completed=fraction))
        bars.update(bar, completed=1.0)
    slide = _slide_named(browser, path.stem) or _upload(browser, path, children, console)
    analyses = browser.ask("GET", f"/api/slides/{slide['id']}/analyses")
    for analysis in analyses:
        if analysis["status"] == "succeeded":
            return analysis
    active = [one for one in analyses if one["status"] in ("queued", "running")]
    analysis = active[0] if active else browser.ask("POST", f"/api/slides/{slide['id']}/analyses")
    return _follow(browser, analysis, children, console)


def _slide_named(browser: Browser, name: str) -> Any:
    found = browser.ask("GET", "/api/slides?status=ready&page_size=200")["items"]
    return next((slide for slide in found if slide["name"] == name), None)


def _upload(browser: Browser, path: Path, children: Children, console: Console) -> Any:
    with _bars(console) as bars:
        bar = bars.add_task("Uploading the phantom", total=1.0)
        slide_id = browser.upload(path, lambda fraction: bars.update(bar, completed=fraction))
    browser.ask("PATCH", f"/api/slides/{slide_id}", {"name": path.stem})
    slide: dict[str, Any] = {"status": "inspecting"}
    with console.status("Inspecting the slide"):
        while slide["status"] == "inspecting":
            children.check()
            sleep(0.3)
            slide = browser.ask("GET", f"/api/slides/{slide_id}")
    if slide["status"] == "rejected":
        raise DemoFailed(slide["rejection"])
    return slide


def _follow(browser: Browser, analysis: Any, children: Children, console: Console) -> Any:
    with _bars(console) as bars:
        shown = {
            one["stage"]: bars.add_task(STAGE_NAMES.get(one["stage"], one["stage"].capitalize()), total=1.0)
            for one in analysis["stages"]
        }
        while analysis["status"] in ("queued", "running"):
            children.check()
            sleep(0.5)
            analysis = browser.ask("GET", f"/api/analyses/{analysis['id']}")
            for one in analysis["stages"]:
                bars.update(shown[one["stage"]], completed=one["fraction"])
    if analysis["status"] != "succeeded":
        raise DemoFailed(analysis["failure"] or "The analysis was cancelled.")
    return analysis


def _bars(console: Console) -> Progress:
    columns = TextColumn("{task.description:<22}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    return Progress(*columns, console=console)


def _say_result(console: Console, analysis: Any, address: str, password: str) -> None:
    score = analysis["focus_score"]
    said = f"focus score {score:.2f}" if score is not None else analysis["focus_score_reason"]
    foci = "1 focus" if analysis["foci"] == 1 else f"{analysis['foci']} foci"
    console.print(f"\nThe phantom is analysed: {foci}, {said}")
    console.print(f"  Address   [bold]{address}[/bold]\n  User      [bold]{USER}[/bold]")
    console.print(
        f"  Password  [bold]{password}[/bold]  (new at each start)\nCtrl-C stops everything.", highlight=False
    )


def _free_port(host: str, wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoFailed(f"There is no free port on {host}.")


@contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    with (data_dir / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DemoFailed(f"A demo is already running from {data_dir}.") from error
        yield


@contextmanager
def _signals_stop() -> Iterator[None]:
    def stop(*_: object) -> None:
        for one in signals:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {one: signal.signal(one, stop) for one in signals}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
