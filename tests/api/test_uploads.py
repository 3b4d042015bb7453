"""Uploads as a browser makes them: create, send, lose the connection, ask, resume."""

import os
import resource
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import Slide
from backend.inbox import Inbox
from backend.main import create_app
from backend.services import incoming, uploads
from backend.storage import Storage
from tests.factories import PASSWORD, Queue, a_user

TUS = {"Tus-Resumable": "1.0.0"}
SLIDE_BYTES = bytes(range(256)) * 4000


def create(client: TestClient, size: int, name: str = "Gland 7.svs", file_type: str = "") -> Any:
    metadata = ",".join(
        f"{key} {b64encode(text.encode()).decode()}" for key, text in (("filename", name), ("filetype", file_type))
    )
    return client.post("/api/uploads", headers=TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata})


def send(client: TestClient, address: str, data: bytes, offset: int = 0) -> Any:
    headers = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.patch(address, content=data, headers=headers)


def bytes_at(storage: Storage, address: str) -> Path:
    """Where the bytes of a running upload lie."""
    return next((storage.uploads / Path(address).name.partition("-")[0] / "content").rglob("slide*"))


def offset_of(client: TestClient, address: str) -> int:
    answer = client.head(address, headers=TUS)
    assert answer.status_code == 200, answer.text
    return int(answer.headers["Upload-Offset"])


def upload(client: TestClient, data: bytes = SLIDE_BYTES, name: str = "Gland 7.svs") -> Any:
    return send(client, create(client, len(data), name).headers["Location"], data)


def test_finished_upload_is_a_slide_that_waits_for_inspection(
    client: TestClient, storage: Storage, queue: Queue
) -> None:
    slide_id = upload(client).headers["Slide-Id"]
    slide = client.get(f"/api/slides/{slide_id}").json()
    assert (slide["name"], slide["status"], slide["size_bytes"]) == ("Slide 1", "inspecting", len(SLIDE_BYTES))
    assert (storage.slides / slide_id / "slide.svs").read_bytes() == SLIDE_BYTES
    assert queue.drain() == [("slide.inspect", slide_id)]


def test_interrupted_upload_resumes_where_it_stopped(client: TestClient) -> None:
    address = create(client, len(SLIDE_BYTES)).headers["Location"]
    assert send(client, address, SLIDE_BYTES[:300_000]).headers["Upload-Offset"] == "300000"
    offset = offset_of(client, address)
    answer = send(client, address, SLIDE_BYTES[offset:], offset)
    assert answer.status_code == 204 and "Slide-Id" in answer.headers


def test_upload_survives_a_restart_of_the_server(client: TestClient, settings: Settings, storage: Storage) -> None:
    address = create(client, len(SLIDE_BYTES)).headers["Location"]
    send(client, address, SLIDE_BYTES[:300_000])
    with TestClient(create_app(settings), cookies=client.cookies) as restarted:
        offset = offset_of(restarted, address)
        slide_id = send(restarted, address, SLIDE_BYTES[offset:], offset).headers["Slide-Id"]
    assert (storage.slides / slide_id / "slide.svs").read_bytes() == SLIDE_BYTES


def test_bytes_that_reached_the_disk_before_a_crash_are_not_sent_twice(client: TestClient, storage: Storage) -> None:
    address = create(client, len(SLIDE_BYTES)).headers["Location"]
    with bytes_at(storage, address).open("ab") as file:
        file.write(SLIDE_BYTES[:1000])
    assert offset_of(client, address) == 1000
    slide_id = send(client, address, SLIDE_BYTES[1000:], 1000).headers["Slide-Id"]
    assert (storage.slides / slide_id / "slide.svs").read_bytes() == SLIDE_BYTES


def test_browser_that_missed_the_last_answer_learns_that_it_is_done(client: TestClient) -> None:
    address = create(client, len(SLIDE_BYTES)).headers["Location"]
    slide_id = send(client, address, SLIDE_BYTES).headers["Slide-Id"]
    assert offset_of(client, address) == len(SLIDE_BYTES)
    assert send(client, address, b"", len(SLIDE_BYTES)).headers["Slide-Id"] == slide_id
    assert client.get("/api/slides").json()["total"] == 1


def test_slides_of_a_site_are_numbered_and_no_number_comes_twice(
    client: TestClient, settings: Settings, sessions: Sessions
) -> None:
    def named(browser: TestClient) -> str:
        slide_id = upload(browser).headers["Slide-Id"]
        return str(browser.get(f"/api/slides/{slide_id}").json()["name"])

    assert [named(client), named(client)] == ["Slide 1", "Slide 2"]
    for slide in client.get("/api/slides").json()["items"]:
        assert client.delete(f"/api/slides/{slide['id']}").status_code == 204
    assert named(client) == "Slide 3"
    with sessions.begin() as session:
        a_user(session, "far", site="far")
    with TestClient(create_app(settings)) as far:
        far.post("/api/session", json={"username": "far", "password": PASSWORD})
        assert named(far) == "Slide 1"


def test_upload_that_nobody_continued_for_days_is_removed(client: TestClient, storage: Storage) -> None:
    address = create(client, 1000).headers["Location"]
    send(client, address, SLIDE_BYTES[:10])
    for file in storage.uploads.rglob("*"):
        os.utime(file, (0, 0))
    Inbox(storage.uploads).remove_stale()
    assert client.head(address, headers=TUS).status_code == 404


def test_wrong_offset_is_refused_and_changes_nothing(client: TestClient) -> None:
    address = create(client, len(SLIDE_BYTES)).headers["Location"]
    send(client, address, SLIDE_BYTES[:1000])
    assert send(client, address, SLIDE_BYTES[500:900], 500).status_code == 409
    assert offset_of(client, address) == 1000


def test_more_bytes_than_announced_are_refused(client: TestClient) -> None:
    address = create(client, 100).headers["Location"]
    assert send(client, address, SLIDE_BYTES[:200]).status_code == 400
    assert send(client, address, SLIDE_BYTES[:100]).status_code == 204


@pytest.mark.parametrize(
    ("name", "shown", "stored"),
    [
        ("唾液腺 3号.SVS", "唾液腺 3号", "slide.svs"),
        ("../../etc/passwd", "passwd", "slide"),
        ("C:\\scans\\a.b.ndpi", "a.b", "slide.ndpi"),
        ("x.<script>", "x.<script>", "slide"),
        ("scan.Zhang", "scan", "slide"),
        ("scan\u202egpj.svs", "scangpj", "slide.svs"),
        ("a\x00b\x1b[31m\n.svs", "ab[31m", "slide.svs"),
        ("..\\..\\.svs", ".svs", "slide"),
        ("", "Unnamed slide", "slide"),
    ],
)
def test_odd_file_names_are_shown_where_they_are_kept_but_never_reach_the_disk(
    client: TestClient, storage: Storage, settings: Settings, name: str, shown: str, stored: str
) -> None:
    settings.keep_file_names = True
    slide_id = upload(client, name=name).headers["Slide-Id"]
    assert client.get(f"/api/slides/{slide_id}").json()["name"] == shown
    assert [file.name for file in (storage.slides / slide_id).iterdir()] == [stored]


def test_empty_file_is_refused_with_a_sentence(client: TestClient, storage: Storage) -> None:
    answer = create(client, 0)
    assert (answer.status_code, answer.json()) == (422, {"detail": "The file is empty, so there is nothing to upload."})
    assert list(storage.uploads.iterdir()) == []


def test_file_that_is_too_large_is_refused_before_its_first_byte(client: TestClient, settings: Settings) -> None:
    answer = create(client, settings.max_upload_bytes + 1)
    assert answer.status_code == 413
    assert "takes files of up to 20.0 GB" in answer.json()["detail"]


def test_full_disk_is_said_before_the_first_byte(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "RESERVE_BYTES", 10**18)
    answer = create(client, 1000)
    assert answer.status_code == 507
    assert answer.json()["detail"].startswith("The server's disk is full")


@contextmanager
def room_for(size_bytes: int) -> Iterator[None]:
    """Let no file grow beyond this, as a full disk or a quota does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_disk_that_fills_up_is_said_and_the_upload_can_be_resumed(client: TestClient, storage: Storage) -> None:
    address = create(client, len(SLIDE_BYTES)).headers["Location"]
    with room_for(700_000):
        answer = send(client, address, SLIDE_BYTES)
    assert (answer.status_code, answer.json()["detail"][:26]) == (507, "The server's disk is full:")
    offset = offset_of(client, address)
    slide_id = send(client, address, SLIDE_BYTES[offset:], offset).headers["Slide-Id"]
    assert (storage.slides / slide_id / "slide.svs").read_bytes() == SLIDE_BYTES


def test_room_that_others_have_announced_is_not_promised_twice(
    client: TestClient, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Storage, "free_bytes", lambda _self: incoming.RESERVE_BYTES + 5000)
    assert create(client, 3000).status_code == 201
    assert create(client, 3000).status_code == 507
    assert create(client, 2000).status_code == 201


def test_quota_counts_what_is_stored_and_what_is_on_its_way(client: TestClient, settings: Settings) -> None:
    settings.user_quota_bytes = 3 * len(SLIDE_BYTES)
    upload(client)
    address = create(client, len(SLIDE_BYTES)).headers["Location"]
    refused = create(client, 2 * len(SLIDE_BYTES))
    assert refused.status_code == 413
    assert "of your 2.9 MB on this server 1.0 MB are left" in refused.json()["detail"]
    client.delete(address, headers=TUS)
    assert create(client, 2 * len(SLIDE_BYTES)).status_code == 201


def test_name_longer_than_any_file_system_takes_is_shown_cut(
    client: TestClient, storage: Storage, settings: Settings
) -> None:
    settings.keep_file_names = True
    slide_id = upload(client, name="腺" * 3000 + ".svs").headers["Slide-Id"]
    assert client.get(f"/api/slides/{slide_id}").json()["name"] == "腺" * 200
    assert (storage.slides / slide_id / "slide.svs").exists()


def test_two_connections_never_write_to_the_same_file(client: TestClient, storage: Storage) -> None:
    address = create(client, len(SLIDE_BYTES)).headers["Location"]
    inbox = Inbox(storage.uploads)
    with inbox.writing(inbox.unfinished()[0], 0):
        refused = send(client, address, SLIDE_BYTES)
    assert (refused.status_code, offset_of(client, address)) == (423, 0)
    assert send(client, address, SLIDE_BYTES).headers["Slide-Id"]


def test_hash_is_that_of_the_bytes_wherever_the_server_was_restarted(
    client: TestClient, settings: Settings, sessions: Sessions
) -> None:
    address = create(client, len(SLIDE_BYTES)).headers["Location"]
    send(client, address, SLIDE_BYTES[:300_000])
    with TestClient(create_app(settings), cookies=client.cookies) as restarted:
        send(restarted, address, SLIDE_BYTES[300_000:300_001], 300_000)
    slide_id = send(client, address, SLIDE_BYTES[300_001:], 300_001).headers["Slide-Id"]
    with sessions() as session:
        assert session.get_one(Slide, UUID(slide_id)).sha256 == sha256(SLIDE_BYTES).hexdigest()


@pytest.mark.parametrize("header", ["", "-1", "12a", "9" * 30, "１２"])
def test_length_that_is_no_number_is_refused(client: TestClient, header: str) -> None:
    answer = client.post("/api/uploads", headers=[*TUS.items(), ("Upload-Length", header.encode())])
    assert answer.status_code == 422


def test_nobody_uploads_without_signing_in(anonymous: TestClient) -> None:
    assert create(anonymous, 10).status_code == 401


def test_bytes_without_a_session_are_not_written(client: TestClient) -> None:
    address = create(client, len(SLIDE_BYTES)).headers["Location"]
    cookies = dict(client.cookies)
    client.cookies.clear()
    assert send(client, address, SLIDE_BYTES[:1000]).status_code == 401
    client.cookies.update(cookies)
    assert offset_of(client, address) == 0


def test_uploads_of_others_cannot_be_seen_or_continued(client: TestClient, sessions: Sessions) -> None:
    address = create(client, 1000).headers["Location"]
    with sessions.begin() as session:
        a_user(session, "other")
    client.post("/api/session", json={"username": "other", "password": PASSWORD})
    assert client.head(address, headers=TUS).status_code == 404
    assert send(client, address, SLIDE_BYTES[:1000]).status_code == 404


def test_abandoned_upload_is_removed(client: TestClient, storage: Storage) -> None:
    address = create(client, 1000).headers["Location"]
    assert client.delete(address, headers=TUS).status_code == 204
    assert list(storage.uploads.iterdir()) == []


def test_stored_bytes_cannot_be_downloaded(client: TestClient) -> None:
    address = create(client, 1000).headers["Location"]
    assert client.get(address, headers=TUS).status_code == 404


def test_failure_to_enter_the_worklist_leaves_the_upload_to_be_tried_again(
    client: TestClient, sessions: Sessions, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = create(client, len(SLIDE_BYTES)).headers["Location"]
    with monkeypatch.context() as broken:
        broken.setattr(uploads, "register", lambda *_, **__: 1 / 0)
        assert send(client, address, SLIDE_BYTES).status_code == 500
    assert list(storage.slides.iterdir()) == []
    assert send(client, address, b"", offset_of(client, address)).headers["Slide-Id"]
