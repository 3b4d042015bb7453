"""A database with all migrations, a data folder, a message queue in memory, and a web client, for each test its own.

Databases are SQLite; a test marked `both_databases` runs on PostgreSQL as well, and with
`FOCUSSCOPE_TEST_DATABASE=postgresql` all do.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session

from backend.core.settings import Settings
from backend.db.session import Sessions, create_database_engine, create_sessions
from backend.db.tables import User
from backend.main import create_app
from backend.services import passwords
from backend.storage import Storage
from tests.databases import USUAL, Copy, Kind, drop, migrated
from tests.factories import PASSWORD, Queue, a_user, use_broker


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "migrated_database" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_databases")
        kinds = ["sqlite", "postgresql"] if both else [USUAL]
        ids = kinds if both else [pytest.HIDDEN_PARAM]
        metafunc.parametrize("migrated_database", kinds, indirect=True, ids=ids)


def pytest_collection_finish() -> None:
    """Let no search for garbage walk through all modules and tests again and again: that was a third of the work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture(scope="session", autouse=True)
def passwords_cost_little() -> Iterator[None]:
    """Each test has readers of its own; with the cost that guessing is to have, hashing would be most of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "hashes", PasswordHash((cheap,)))
        yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Kind], Copy]]:
    """Databases that all migrations have run on; tests copy them, because that is faster."""
    with ExitStack() as running:
        yield cache(lambda kind: running.enter_context(migrated(kind, tmp_path_factory.mktemp("database"))))


@pytest.fixture
def migrated_database(request: pytest.FixtureRequest, databases: Callable[[Kind], Copy]) -> Copy:
    return databases(request.param)


@pytest.fixture
def settings(tmp_path: Path, migrated_database: Copy) -> Iterator[Settings]:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    url = migrated_database(data_dir)
    yield Settings(data_dir=data_dir, database_url=url, redis_url="memory://", _env_file=None)
    drop(url)


@pytest.fixture
def sessions(settings: Settings) -> Iterator[Sessions]:
    engine = create_database_engine(settings.database)
    yield create_sessions(engine)
    engine.dispose()


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with sessions() as session:
        yield session


@pytest.fixture
def storage(settings: Settings) -> Storage:
    storage = Storage(settings.data_dir)
    storage.prepare()
    return storage


@pytest.fixture
def queue() -> Iterator[Queue]:
    use_broker("memory://")
    queue = Queue()
    queue.drain()
    yield queue


@pytest.fixture
def anonymous(settings: Settings, queue: Queue) -> Iterator[TestClient]:
    """A browser in which nobody has signed in."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def user(sessions: Sessions) -> User:
    with sessions.begin() as session:
        return a_user(session)


@pytest.fixture
def client(anonymous: TestClient, user: User) -> TestClient:
    """A browser in which `user` has signed in."""
    answer = anonymous.post("/api/session", json={"username": user.username, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return anonymous


@pytest.fixture
def other_client(settings: Settings, sessions: Sessions, client: TestClient) -> Iterator[TestClient]:
    """A second browser, in which another reader has signed in."""
    with sessions.begin() as session:
        a_user(session, "other")
    with TestClient(create_app(settings), raise_server_exceptions=False) as other:
        answer = other.post("/api/session", json={"username": "other", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        yield other
