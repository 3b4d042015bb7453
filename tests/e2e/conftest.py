"""The whole product, started for the browser tests: Redis, a worker, the web server, and a page in Chromium."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from backend.core.settings import Settings, get_settings
from backend.db.migrate import migrate
from backend.db.session import Sessions, create_database_engine, create_sessions
from backend.demo.browser import Browser as ApiBrowser
from backend.demo.children import Children
from backend.demo.redis_server import start_redis
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.services import accounts
from backend.storage import Storage
from tests.databases import USUAL, Copy, Kind
from tests.e2e.browser import launch
from tests.factories import PASSWORD, a_user

START_S = 60
expect.set_options(timeout=60_000)  # a busy machine is no fault of the page
USER = "reader"


@dataclass(frozen=True)
class Product:
    """A running FocusScope, with one user."""

    address: str
    children: Children
    data_dir: Path
    sessions: Sessions

    @property
    def storage(self) -> Storage:
        return Storage(self.data_dir)


Running = Callable[..., AbstractContextManager[Product]]


@pytest.fixture(scope="session")
def product(running: Running) -> Iterator[Product]:
    """Share one product among all tests."""
    with running() as product:
        yield product


@pytest.fixture(scope="session")
def running(databases: Callable[[Kind], Copy], tmp_path_factory: pytest.TempPathFactory) -> Running:
    """Starts a product with these settings, in a folder of its own and on the database that the tests run on."""

    def start(**settings: str) -> AbstractContextManager[Product]:
        folder = tmp_path_factory.mktemp("product")
        return running_product(folder, databases(USUAL)(folder), **settings)

    return start


@contextmanager
def running_product(data_dir: Path, database: str = "", **settings: str) -> Iterator[Product]:
    """Start everything on a free port with a data folder and settings of its own; stop it all in the end.

    Unless told otherwise slides are listed under the names of their files, by which tests find them, and the database
    lies in the folder.
    """
    built = get_settings().frontend_dir / "index.html"
    assert built.exists(), "The page is not built: run `make test`, or `npm ci && npm run build` in frontend."
    names = {"FOCUSSCOPE_KEEP_FILE_NAMES": "true"}
    own = {"FOCUSSCOPE_DATA_DIR": str(data_dir), "FOCUSSCOPE_DATABASE_URL": database, **names, **settings}
    database = Settings(data_dir=data_dir, database_url=database, _env_file=None).database
    migrate(database)
    engine = create_database_engine(database)
    sessions = create_sessions(engine)
    with sessions.begin() as session:
        if USER not in [one.username for one in accounts.list_users(session)]:
            a_user(session, USER)
    children = Children(data_dir / "logs", own)
    try:
        yield Product(_start(children, data_dir), children, data_dir, sessions)
    finally:
        children.stop()
        engine.dispose()


def _start(children: Children, data_dir: Path) -> str:
    """Start the processes; return the address."""
    port = _free_port()
    children.environment["FOCUSSCOPE_REDIS_URL"] = start_redis(children, data_dir)
    focusscope = [sys.executable, "-m", "backend.cli"]
    children.start("worker", [*focusscope, "worker"])
    children.start("web server", [*focusscope, "serve", "--host", "127.0.0.1", "--port", str(port)])
    address = f"http://127.0.0.1:{port}"
    children.wait_for(ApiBrowser(address).is_healthy, "The web server", START_S)
    return address


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A slide with two foci, as a file to be uploaded."""
    path = tmp_path_factory.mktemp("phantom") / "Phantom gland.tiff"
    write_phantom(PhantomSpec(seed=7, width_mm=3.0, height_mm=2.5, foci=2), path)
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def stranger(product: Product, chromium: Browser) -> Iterator[Page]:
    """A page in a browser in which nobody has signed in; no script may fail, and the policy need refuse nothing."""
    context = chromium.new_context(base_url=product.address, viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert not faults


@pytest.fixture
def page(stranger: Page) -> Page:
    """A page on the worklist of a user who has signed in."""
    enter(stranger, USER)
    return stranger


@pytest.fixture
def colleague(product: Product, chromium: Browser) -> Iterator[Page]:
    """A second reader, in a browser of their own."""
    name = f"colleague-{uuid4().hex[:8]}"
    with product.sessions.begin() as session:
        a_user(session, name)
    context = chromium.new_context(base_url=product.address, viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    enter(page, name)
    yield page
    context.close()


def enter(page: Page, name: str) -> None:
    """Show the worklist to somebody who has signed in, without the form."""
    said = page.context.request.post("/api/session", data={"username": name, "password": PASSWORD})
    assert said.ok, said.text()
    page.goto("/")
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()


def sign_in(page: Page, password: str = PASSWORD, name: str = USER) -> None:
    """Fill in the sign-in form that is on screen."""
    field = page.get_by_role("textbox", name="User name")
    if field.is_editable():
        field.fill(name)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
