"""What a file was called is nowhere but in the uploader's browser: a name may be a patient's."""

import logging
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader

from backend.db.session import Sessions
from backend.db.tables import Slide
from backend.storage import Storage
from backend.worker.execute import Workplace, inspect
from tests.api.acting import complete, sign
from tests.api.test_incoming import announce, send_all
from tests.api.test_uploads import SLIDE_BYTES, create, send
from tests.factories import Queue, a_finished_analysis, write_slide, write_vms

NAME = "Zhang_Wei_19610304"


def files_of(folder: Path) -> dict[str, dict[str, bytes]]:
    """Files as they are chosen: each of them, and what they are in, is called by the name."""
    slide = write_slide(folder / "slide.tiff").read_bytes()
    vms = {one.name: one.read_bytes() for one in write_vms(folder / "vms", NAME).parent.iterdir()}
    archive, refused = BytesIO(), BytesIO()
    with ZipFile(archive, "w") as several:
        for inside in (f"{NAME}/{NAME}.tiff", f"{NAME}/{NAME} 2.tiff", f"{NAME}/{NAME}.mrxs", f"{NAME}.txt"):
            several.writestr(inside, slide if inside.endswith("tiff") else b"x")
    with ZipFile(refused, "w") as none:
        none.writestr(f"{NAME}.mrxs", b"x")
    return {
        "slide": {f"{NAME}/{NAME}.tiff": slide},
        "index": {f"{NAME}/{name}": data for name, data in vms.items()},
        "archive": {f"{NAME}.zip": archive.getvalue()},
        "archive without a slide": {f"{NAME}.zip": refused.getvalue()},
        "no slide": {f"x.{NAME}": b"Dear colleague"},
        "ending": {"x.zhangwei": slide},
    }


def test_name_of_a_file_is_in_no_stored_byte_no_answer_no_report_no_log_and_no_audit_entry(
    client: TestClient, storage: Storage, sessions: Sessions, queue: Queue, tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    answers = [client.post("/api/incoming", json={"files": [
        {"path": f"{NAME}.mrxs", "size_bytes": 5}, {"path": f"{NAME}/Slidedat.ini", "size_bytes": 0},
        {"path": f"{NAME}.svs", "size_bytes": 2**60 - 1}, {"path": f"{NAME}/{NAME}.docx", "size_bytes": 5},
    ]}).text]  # fmt: skip
    for files in files_of(tmp_path / "chosen").values():
        said = announce(client, files)
        [slide] = said["slides"]
        answers += [str(said), client.get("/api/incoming").text, send_all(client, slide, files).text]
    address = create(client, len(SLIDE_BYTES), f"{NAME}.svs").headers["Location"]
    send(client, address, SLIDE_BYTES[:1000])
    clean_so_far(storage.uploads)
    received(sessions, storage, queue)
    ready = [one for one in client.get("/api/slides").json()["items"] if one["status"] == "ready"]
    assert len(ready) == 5 and {one["name"].split()[0] for one in ready} == {"Slide"}
    review = reviewed(sessions, ready[0]["id"])
    complete(client, review)
    assert sign(client, review).status_code == 201
    answers += everything(client, review, ready)
    clean_so_far(storage.root)
    assert not [answer for answer in answers if named(answer.encode())]
    assert not named(caplog.text.encode())


def named(data: bytes) -> bool:
    return NAME.encode() in data or b"zhangwei" in data


def clean_so_far(folder: Path) -> None:
    """See that no byte and no name below a folder is the name."""
    for path in folder.rglob("*"):
        assert not named(str(path.relative_to(folder)).encode()), path
        assert not (path.is_file() and named(path.read_bytes())), path


def received(sessions: Sessions, storage: Storage, queue: Queue) -> None:
    """Have all that arrived inspected, and what was in archives."""
    while waiting := [UUID(slide_id) for task, slide_id in queue.drain() if task == "slide.inspect"]:
        for slide_id in waiting:
            inspect(Workplace(sessions, storage), slide_id)


def reviewed(sessions: Sessions, slide_id: str) -> str:
    with sessions.begin() as session:
        analysis = a_finished_analysis(session, session.get_one(Slide, UUID(slide_id)))
        return f"/api/analyses/{analysis.id}/review"


def everything(client: TestClient, review: str, ready: list[Any]) -> list[str]:
    """Return the answers of each route that shows slides, and the headers with which files are sent."""
    analysis = review.removesuffix("/review")
    pages = ["/api/slides", "/api/worklist", "/api/incoming", analysis, review, f"{analysis}/findings"]
    pages += [f"/api/slides/{one['id']}{more}" for one in ready for more in ("", "/same-file", "/analyses")]
    kinds = ("pdf", "csv", "geojson", "fhir", "zip")
    pages += [f"{of}/report/{kind}" for of in (review, f"{review}/signatures/1") for kind in kinds]
    texts = []
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, (page, answer.text)
        texts += [str(answer.headers), *texts_of(answer.content)]
    return texts


def texts_of(data: bytes) -> list[str]:
    """Return what a file says, and what the files in it do."""
    if data.startswith(b"PK"):
        with ZipFile(BytesIO(data)) as archive:
            return [
                *archive.namelist(),
                *(text for name in archive.namelist() for text in texts_of(archive.read(name))),
            ]
    if data.startswith(b"%PDF"):
        pdf = PdfReader(BytesIO(data))
        return [str(pdf.metadata), *(page.extract_text().replace("\u200b", "") for page in pdf.pages)]
    return [data.decode("utf-8", "replace")]
