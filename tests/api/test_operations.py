"""What operators see: probes, measurements, logs and the state of the installation."""

import io
import json
import logging
import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from backend.api import metrics
from backend.core import logs
from backend.core.settings import ROOT, Settings
from backend.db.session import Sessions
from backend.db.tables import User
from backend.objectstore import open_storage
from backend.services import operations, workers
from backend.storage import Storage
from backend.wsi.deepzoom import REVISION
from tests.factories import PASSWORD, Queue, a_case, a_slide, a_stored_slide, a_user, an_analysis

DASHBOARD = ROOT / "deploy" / "grafana" / "focusscope.json"
SECRETS = ("Zhang Wei", "张伟", "1962-03-04")


@pytest.fixture
def metrics_token(settings: Settings) -> str:
    settings.metrics_token = "a token for tests"
    return settings.metrics_token


def measured(client: TestClient, token: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """What `/metrics` says, by name and labels."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def labels(**named: str) -> frozenset[tuple[str, str]]:
    return frozenset(named.items())


def test_alive_is_said_without_the_database_and_ready_is_not(anonymous: TestClient, sessions: Sessions) -> None:
    assert anonymous.get("/ready").json() == {
        "ready": True, "database": True, "migrations": True, "broker": True, "store": True
    }  # fmt: skip
    with sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '20261123a'"))
    answer = anonymous.get("/ready")
    assert (answer.status_code, answer.json()["migrations"], answer.json()["database"]) == (503, False, True)
    assert anonymous.get("/health").json() == {"status": "alive"}
    assert [anonymous.head(at).status_code for at in ("/health", "/ready")] == [200, 503]


def test_not_ready_where_files_cannot_be_stored(anonymous: TestClient, storage: Storage) -> None:
    storage.slides.rmdir()
    answer = anonymous.get("/ready")
    assert (answer.status_code, answer.json()["store"]) == (503, False)


def test_a_store_that_hangs_keeps_nobody_waiting_and_is_asked_once(
    settings: Settings, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "PATIENCE_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.store, settings.store_patience_s = "s3://bucket/slides", 240
        settings.store_key_id = settings.store_secret = "tests"
        settings.store_endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        probes, began = operations.Probes(sessions, open_storage(settings)), monotonic()
        answers = [probes.readiness() for _ in range(2)]
        silent.settimeout(60)
        asked, _ = silent.accept()
        silent.setblocking(False)
        with asked, pytest.raises(BlockingIOError):
            silent.accept()
    assert not any(one.store for one in answers) and monotonic() - began < 30


def test_measurements_are_for_the_token_or_this_machine(anonymous: TestClient, settings: Settings) -> None:
    local = TestClient(anonymous.app, client=("127.0.0.1", 1))
    assert anonymous.get("/metrics").status_code == 403
    assert local.get("/metrics").status_code == 200
    assert local.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 403
    settings.metrics_token = "a token for tests"
    assert local.get("/metrics").status_code == 403
    assert anonymous.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 403


def test_requests_tiles_queue_workers_and_states_are_measured(
    client: TestClient, sessions: Sessions, storage: Storage, user: User, queue: Queue, metrics_token: str
) -> None:
    with sessions.begin() as session:
        slide = a_stored_slide(session, storage, user)
        an_analysis(session, slide)
        workers.beat(session, worker_id=uuid4(), host="here", pid=1, queues=["worker-gpu"])
    before = measured(client, metrics_token)
    client.get(f"/api/slides/{slide.id}")
    client.get(f"/api/slides/{slide.id}/deepzoom-{REVISION}_files/11/0_0.jpeg")
    after = measured(client, metrics_token)

    def grew(name: str, **named: str) -> float:
        key = (name, labels(**named))
        return after.get(key, 0) - before.get(key, 0)

    route = "/api/slides/{slide_id}"
    assert grew("focusscope_request_seconds_count", method="GET", route=route, status="200") == 1
    assert sum(grew("focusscope_tile_seconds_count", source=one) for one in ("stored", "drawn")) == 1
    assert after["focusscope_analyses", labels(status="queued")] == 1
    assert after["focusscope_workers", labels(queue="worker-gpu", busy="false")] == 1
    assert after["focusscope_queue_length", labels(queue="worker-cpu")] == 0
    assert after["focusscope_disk_free_bytes", labels()] > 0
    assert not [key for key in after if str(slide.id) in str(key)], "no ids in labels: they would never end"


def test_folders_of_servers_that_were_killed_are_removed_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead, begun = tmp_path / "focusscope-metrics-dead", tmp_path / "focusscope-metrics-begun"
    dead.mkdir()
    (dead / "histogram_1.db").touch()
    with ExitStack() as stack:
        stack.enter_context(metrics.measuring_together())
        (living,) = set(tmp_path.iterdir()) - {dead}
        for folder in (dead, living):
            os.utime(folder, (0, 0))
        begun.mkdir()
        with metrics.measuring_together():
            assert not dead.exists() and living.exists() and begun.exists()
    assert list(tmp_path.iterdir()) == [begun]


def test_every_measurement_on_the_dashboard_exists(client: TestClient, user: User, metrics_token: str) -> None:
    client.get("/api/slides")
    metrics.STORED.observe(0.001)
    known = {name for name, _ in measured(client, metrics_token)}
    asked = {target["expr"] for panel in json.loads(DASHBOARD.read_text())["panels"] for target in panel["targets"]}
    named = {name for expr in asked for name in re.findall(r"focusscope_\w+", expr)}
    assert len(named) >= 8 and named <= known


def test_percentiles_are_those_of_the_buckets() -> None:
    steps = [(0.0, 0.0), (0.01, 50.0), (0.02, 100.0), (float("inf"), 100.0)]
    assert metrics._within(steps, 95) == pytest.approx(0.019)


def test_an_admin_sees_how_the_installation_is_doing(anonymous: TestClient, sessions: Sessions, queue: Queue) -> None:
    gpu = {"name": "a GPU", "used_bytes": 1, "total_bytes": 2, "busy_share": None}
    with sessions.begin() as session:
        admin = a_user(session, "admin", role="admin")
        an_analysis(session, a_slide(session, admin))
        workers.beat(session, worker_id=uuid4(), host="here", pid=7, queues=["worker-gpu"], gpus=[gpu])
    anonymous.post("/api/session", json={"username": "admin", "password": PASSWORD})
    said = anonymous.get("/api/status").json()
    assert said["analyses"]["queued"] == 1 and said["oldest_wait_s"] >= 0
    assert [(one["host"], one["gpus"]) for one in said["workers"]] == [("here", [gpu])]
    assert said["queues"] == {"worker-cpu": 0, "worker-gpu": 0} and said["disk_bytes"] > said["disk_free_bytes"]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """The log, as a server writes it."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    names = ("backend", "celery", "alembic", *logs._SPEAK_OF_FILES)
    levels = {name: logging.getLogger(name).level for name in names}
    logs.configure()
    root.handlers[0].setStream(stream)  # type: ignore[attr-defined]  # a StreamHandler
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_request_has_an_id_that_its_answer_and_its_line_carry(client: TestClient, written: io.StringIO) -> None:
    told = client.get("/api/slides", headers={"X-Request-ID": "from-the-proxy-1"}).headers["X-Request-ID"]
    assert told == "from-the-proxy-1"
    forged = client.get("/api/slides", headers={"X-Request-ID": 'a"} {"b'}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", forged)
    said = [(one["request_id"], one["route"], one["status"]) for one in lines(written)]
    assert said == [(told, "/api/slides", 200), (forged, "/api/slides", 200)]


def test_names_of_patients_are_nowhere_in_the_logs(
    client: TestClient, sessions: Sessions, storage: Storage, user: User, written: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    name = " ".join(SECRETS)
    with sessions.begin() as session:
        slide = a_slide(session, user, name=name)
        a_case(session, user, slide, pseudonym="SG-1")
    client.get("/api/slides", params={"search": name})
    client.get(f"/{name}")
    client.get(f"/api/cases/{name}")
    client.patch(f"/api/slides/{slide.id}", json={"name": name})
    client.post("/api/session", json={"username": name, "password": name})
    files = [{"path": f"{name}/{name}.svs", "size_bytes": 10}, {"path": f"{name}.mrxs", "size_bytes": 10}]
    client.post("/api/incoming", json={"files": files})
    logging.getLogger("pydicom").warning("Invalid value %s", name)
    logging.getLogger("py.warnings").warning("%s", name)
    with sessions() as session:  # what the database says of a row that it refuses
        try:
            session.execute(text("INSERT INTO slide (name) VALUES (:name)"), {"name": name})
        except Exception:
            logging.getLogger("backend.services").exception("The slide %s was not stored", slide.id)
    try:
        raise ValueError(name)
    except ValueError as error:
        logging.getLogger("celery.app.trace").error("Task raised %r", error, exc_info=True)

    def fail(*_: object, **__: object) -> None:
        raise OSError(2, "No such file or directory", name)

    monkeypatch.setattr("backend.api.routes.slides.slides.find", fail)
    refused = client.get("/api/slides")
    assert refused.status_code == 500
    said = lines(written)
    fault = next(one for one in said if one.get("code") == "No such file or directory")
    assert fault["request_id"] == refused.headers["X-Request-ID"] and "test_operations.py" in fault["where"][-1]
    assert any("sqlite" in str(one.get("code")).lower() or one.get("code") == "23502" for one in said)
    assert len(said) >= 9
    for secret in SECRETS:
        assert secret not in written.getvalue() and secret.encode("unicode_escape").decode() not in written.getvalue()
