"""Nothing that names a patient is kept, served or logged, whatever the format."""

import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import numpy as np
import pydicom
import pytest
import tifffile
from fastapi.testclient import TestClient
from httpx import Response
from numpy.typing import NDArray
from pypdf import PdfReader
from sqlalchemy import select

from backend.core.errors import SlideUnreadable
from backend.db.session import Sessions
from backend.db.tables import AuditEvent, User
from backend.db.tables import Slide as SlideRow
from backend.storage import Storage
from backend.worker.building import build
from backend.worker.execute import Workplace, inspect
from backend.wsi.arrival.receive import receive
from backend.wsi.deepzoom import REVISION, DeepZoom
from backend.wsi.slide import RGB, Mpp, Slide
from backend.wsi.srgb import SRGB_REVISION
from tests.factories import a_case, a_finished_analysis, a_slide, decide
from tests.wsi.arrival.planted import DICOM, FORMATS, NAME, PATIENT, dicom, vms, vmu
from tests.wsi.arrival.scanners import SCANNERS
from tests.wsi.arrival.test_pictures import WRITERS

ADDRESSES = ("", "/thumbnail.jpeg", "/crop.jpeg?x=0&y=0&side=512&px=256", "/deepzoom-5.dzi")
PICTURES = ("slide.png", "slide.jpg", "slide.bmp", "strips.tif")
OTHERS: dict[str, Callable[[Path], object]] = {
    **{name: write for name, write in SCANNERS.items() if name != "large.ndpi"},
    "slide.vms": lambda path: vms(path.parent),
    "slide.vmu": lambda path: vmu(path.parent),
    **{name: WRITERS[name] for name in PICTURES},
}
"""What is drawn anew, in part or always."""


@pytest.fixture(params=FORMATS)
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A slide as it arrives, with the name in it; the test would be empty without."""
    path = FORMATS[request.param](tmp_path)
    assert any(PATIENT in one.read_bytes() for one in tmp_path.iterdir() if one.is_file())
    return path


def test_patient_is_in_no_stored_byte_no_answer_no_log_and_no_audit_entry(
    planted: Path,
    sessions: Sessions,
    storage: Storage,
    user: User,
    client: TestClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with sessions.begin() as session:
        unknown = dict.fromkeys(("width", "height", "levels", "mpp_x", "mpp_y", "mpp_source"))
        slide = a_slide(session, user, entry=planted.name, status="inspecting", **unknown)
    folder = storage.slide_folder(slide.id)
    folder.mkdir(parents=True)
    planted.rename(folder / planted.name)
    before, mpp = corners_by_size(folder / planted.name)

    inspect(Workplace(sessions, storage), slide.id)

    shown = client.get(f"/api/slides/{slide.id}").json()
    assert (shown["status"], shown["width"], shown["height"]) == ("ready", 1024, 1024), shown["rejection"]
    search_what_is_kept(storage)
    search_answers(client, slide.id)
    for address in all_questions(client, slide_id=slide.id):
        assert asked(client, address).status_code < 500, address
    assert NAME not in caplog.text
    with sessions() as session:
        entry = session.scalars(select(AuditEvent).where(AuditEvent.action == "slide.accept")).one()
        assert entry.after is not None and entry.after["left_out"] and PATIENT.decode() not in json.dumps(entry.after)
        kept = session.get_one(type(slide), slide.id).entry
    after, clean_mpp = corners_by_size(folder / kept)
    assert (mpp or Mpp(0.5, 0.5)) == clean_mpp == Mpp(0.5, 0.5)
    assert (shown["mpp_x"], shown["mpp_y"]) == (0.5, 0.5)
    assert set(after) >= set(before)
    for size in before:
        np.testing.assert_array_equal(after[size], before[size])


def test_patient_is_in_no_stored_byte_no_answer_and_no_export_of_any_other_format(
    sessions: Sessions, storage: Storage, user: User, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    place, arrived = Workplace(sessions, storage), dict[str, UUID]()
    for name, write in OTHERS.items():
        with sessions.begin() as session:
            slide = a_slide(session, user, entry=f"source/{name}", status="inspecting", mpp_x=None, mpp_y=None)
        source = storage.slide_folder(slide.id) / "source"
        source.mkdir(parents=True)
        write(source / name)
        if name in PICTURES:  # not all have room for a name
            with (source / name).open("ab") as file:
                file.write(PATIENT)
        assert any(PATIENT in one.read_bytes() for one in source.rglob("*") if one.is_file()), name
        arrived[name] = slide.id
    caplog.set_level(logging.DEBUG)
    with ThreadPoolExecutor(2) as threads:
        for do in (inspect, build):
            list(threads.map(partial(do, place), arrived.values()))

    search_what_is_kept(storage)
    for slide_id in arrived.values():
        search_answers(client, slide_id)
    with sessions.begin() as session:
        analysis = a_finished_analysis(session, session.get_one(SlideRow, slide_id := arrived["slide.svslide"]))
        decide(session, analysis, user, analysis.lesions[0].id, "confirmed")
        case = a_case(session, session.get_one(User, user.id), session.get_one(SlideRow, slide_id))
    known = {"slide_id": slide_id, "analysis_id": analysis.id, "case_id": case.id, "user_id": user.id}
    for address in all_questions(client, **known, format="csv"):
        asked(client, address)
    for kind in ("csv", "geojson", "fhir", "zip"):
        answer = asked(client, f"/api/analyses/{analysis.id}/review/report/{kind}")
        assert answer.status_code == 200 and not any(PATIENT in one for one in unpacked(answer.content)), kind
    assert NAME not in caplog.text


def search_what_is_kept(storage: Storage) -> None:
    for path in storage.root.rglob("*"):
        if path.is_file():
            assert PATIENT not in path.read_bytes(), path


def search_answers(client: TestClient, slide_id: UUID) -> None:
    """Ask for whatever there is of a slide, every tile included."""
    shown = client.get(f"/api/slides/{slide_id}").json()
    assert shown["status"] == "ready", shown["rejection"]
    pyramid = DeepZoom((shown["width"], shown["height"]))
    tiles = [(dz_level, column, row) for dz_level in range(8, pyramid.dz_levels) for column in range(8)
             for row in range(8) if pyramid.has(dz_level, column, row)]  # fmt: skip
    addresses = [*ADDRESSES, *(f"/deepzoom-{REVISION}_files/{level}/{x}_{y}.jpeg" for level, x, y in tiles)]
    if asked(client, f"/api/slides/{slide_id}/colours").json()["has_profile"]:
        srgb = f"/deepzoom-{REVISION}-srgb-{SRGB_REVISION}"
        addresses += [f"{ADDRESSES[2]}&srgb=true", f"{srgb}.dzi", f"{srgb}_files/8/0_0.jpeg"]
    for address in addresses:
        assert asked(client, f"/api/slides/{slide_id}{address}").status_code == 200, address


def asked(client: TestClient, address: str) -> Response:
    """Ask, and see that nothing in the answer, nor in what it says of itself, names the patient."""
    answer: Response = client.get(address)
    assert PATIENT not in answer.content and NAME not in str(answer.headers), address
    return answer


def unpacked(data: bytes) -> Iterator[bytes]:
    """Yield an export, what it holds if it is an archive, and what is to be read in a PDF."""
    yield data
    if data.startswith(b"PK"):
        with ZipFile(BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from (name.encode(), *unpacked(archive.read(name)))
    if data.startswith(b"%PDF"):
        pdf = PdfReader(BytesIO(data))
        yield "".join([*(page.extract_text() for page in pdf.pages), str(pdf.metadata)]).encode()


def all_questions(client: TestClient, **known: object) -> list[str]:
    """Return whatever can be asked of the API with no more than these ids."""
    paths = client.get("/api/openapi.json").json()["paths"]
    asking = [re.sub(r"{(\w+)}", lambda name: str(known.get(name[1], name[0])), path)
              for path, methods in paths.items() if "get" in methods]  # fmt: skip
    found = [path for path in asking if "{" not in path]
    assert len(found) > 20
    return found


def corners_by_size(path: Path) -> tuple[dict[tuple[int, int], RGB], Mpp | None]:
    """Return a corner of each square level, by the level's size, and the pixel size."""
    with Slide(path) as slide:
        square = [(i, one.size) for i, one in enumerate(slide.levels) if one.size[0] == one.size[1]]
        return {size: slide.level_region(i, (0, 0), (200, 200)) for i, size in square}, slide.mpp


@pytest.mark.parametrize("write", [vms, vmu])
def test_formats_that_are_drawn_anew_keep_nothing_but_their_pixels(
    tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    path = write(source)
    assert sum(PATIENT in one.read_bytes() for one in source.iterdir()) > 1
    with Slide(path) as slide:
        before, mpp, whole = blocks(slide), slide.mpp, slide.size
    arrival = receive(tmp_path, f"source/{path.name}")
    with Slide(tmp_path / arrival.entry) as kept:
        after = blocks(kept)
        assert kept.size == whole and mpp and kept.mpp
        assert kept.mpp.mean == pytest.approx(mpp.mean)
    assert np.abs(after - before).max() < 8
    assert {one.name for one in tmp_path.iterdir()} == {"clean"}
    assert not any(PATIENT in one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())


@pytest.mark.parametrize("marked", [{"subfiletype": 9}, {"subfiletype": 1, "description": "Label 256x256"}])
def test_label_that_is_tiled_and_shaped_like_a_level_is_left_out(tmp_path: Path, marked: dict[str, Any]) -> None:
    pixels = np.full((1024, 1024, 3), 200, np.uint8)
    tiles: dict[str, Any] = {"tile": (256, 256), "photometric": "rgb"}
    with tifffile.TiffWriter(tmp_path / "slide.tiff") as out:
        out.write(pixels, **tiles, metadata=None)
        out.write(np.resize(np.frombuffer(PATIENT, np.uint8), (256, 256, 3)), **tiles, **marked, metadata=None)
    assert PATIENT in (tmp_path / "slide.tiff").read_bytes()
    arrival = receive(tmp_path, "slide.tiff")
    assert arrival.inspection.levels == 1 and PATIENT not in (tmp_path / arrival.entry).read_bytes()


@pytest.mark.parametrize("kind", DICOM)
def test_dicom_keeps_its_coded_frames_and_nothing_that_names_a_patient(
    tmp_path: Path, kind: str, sessions: Sessions, storage: Storage, user: User, client: TestClient,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    with sessions.begin() as session:
        slide = a_slide(session, user, entry="source/slide.dcm", status="inspecting", mpp_x=None, mpp_y=None)
    folder = storage.slide_folder(slide.id) / "source"
    folder.mkdir(parents=True)
    path = dicom(folder, kind)
    shutil.copytree(folder, tmp_path / "before")
    old = pydicom.dcmread(path)

    inspect(Workplace(sessions, storage), slide.id)

    shown = client.get(f"/api/slides/{slide.id}").json()
    assert shown["status"] == "ready" and shown["mpp_x"] > 1, shown["rejection"]
    search_what_is_kept(storage)
    for kept in (one for one in storage.root.rglob("*") if one.is_file()):
        assert not any(one in kept.read_bytes() for one in (b"19610304", b"20260102")), kept
    for address in ADDRESSES:
        asked(client, f"/api/slides/{slide.id}{address}")
    assert NAME not in caplog.text
    with sessions() as session:
        entry = session.scalars(select(AuditEvent).where(AuditEvent.action == "slide.accept")).one()
        left_out = (entry.after or {})["left_out"]
        assert left_out[0].startswith("2 images") and "attribute PatientName" in left_out
        assert "private attributes" in left_out and PATIENT.decode() not in json.dumps(entry.after)
        path = storage.slide_folder(slide.id) / session.get_one(type(slide), slide.id).entry
    assert {one.name for one in path.parent.iterdir()} == {"0001.dcm", "arrival.json"}
    new = pydicom.dcmread(path)
    assert frames_of(new)[1:] == frames_of(old)[1:]
    assert not {new.SeriesInstanceUID, new.SOPInstanceUID} & {old.SeriesInstanceUID, old.SOPInstanceUID}
    with Slide(path) as kept_slide, Slide(tmp_path / "before" / "slide.dcm") as arrived:
        assert kept_slide.mpp == arrived.mpp
        whole = kept_slide.level_region(0, (0, 0), kept_slide.size)
        np.testing.assert_array_equal(whole, arrived.level_region(0, (0, 0), arrived.size))


def test_levels_of_a_dicom_series_stay_one_series(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    dataset = pydicom.dcmread(dicom(source))
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    dataset.SeriesInstanceUID = pydicom.uid.generate_uid()
    dataset.save_as(source / "of another series.dcm")
    arrival = receive(tmp_path, "source/slide.dcm")
    assert arrival.inspection.vendor == "dicom"
    assert [one.name for one in (tmp_path / "clean").glob("*.dcm")] == ["0001.dcm"]


def test_damaged_frame_of_dicom_is_named(tmp_path: Path) -> None:
    path = dicom(tmp_path)
    dataset = pydicom.dcmread(path)
    frames = frames_of(dataset)
    frames[3] = frames[3][: len(frames[3]) // 2]
    dataset.PixelData = pydicom.encaps.encapsulate(frames)
    dataset.save_as(path)
    with pytest.raises(SlideUnreadable, match="damaged"):
        receive(tmp_path, path.name)


def frames_of(dataset: pydicom.Dataset) -> list[bytes]:
    """Return the coded frames."""
    return [*pydicom.encaps.generate_frames(dataset.PixelData, number_of_frames=dataset.NumberOfFrames)]


def blocks(slide: Slide) -> NDArray[np.floating]:
    """Return a corner of level 0 averaged over blocks, which a second encoding hardly changes."""
    corner = slide.level_region(0, (0, 0), (400, 400)).astype(float)
    return np.asarray(corner.reshape(50, 8, 50, 8, 3).mean(axis=(1, 3)))


@pytest.mark.parametrize("elsewhere", ["../other/slide.jpg", "/etc/passwd", "..\\other.jpg", "C:\\other.jpg"])
def test_slide_that_names_files_of_others_is_not_opened(tmp_path: Path, elsewhere: str) -> None:
    index = vms(tmp_path)
    index.write_text(index.read_text().replace("image.jpg", elsewhere))
    with pytest.raises(SlideUnreadable, match="outside its own folder"):
        receive(tmp_path, index.name)


def test_slide_with_a_link_is_not_opened(tmp_path: Path) -> None:
    vms(tmp_path)
    (tmp_path / "image.jpg").rename(tmp_path / "other.jpg")
    (tmp_path / "image.jpg").symlink_to(tmp_path / "other.jpg")
    with pytest.raises(SlideUnreadable, match="outside its own folder"):
        receive(tmp_path, "slide.vms")
