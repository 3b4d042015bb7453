"""What is sent: the bytes of the file, a pyramid that any Deep Zoom client reads, and its colours."""

import io
import math
from typing import Any
from xml.etree import ElementTree

import numpy as np
import openslide
import pytest
import tifffile
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import update

from backend.api import tiledesk
from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.storage import Storage
from backend.worker.building import build
from backend.worker.execute import Workplace
from backend.wsi.deepzoom import REVISION, DeepZoom, encode_jpeg, tile
from backend.wsi.slide import Slide as OpenedSlide
from backend.wsi.srgb import ToSrgb
from tests.api.tiles.asking import DRAWN, STORED, address
from tests.factories import a_slide, write_slide
from tests.profiles import a_profile


def test_descriptor_states_the_tiles_of_the_file(client: TestClient, slide: Slide) -> None:
    answer = client.get(f"/api/slides/{slide.id}/deepzoom-{REVISION}.dzi")
    assert 'TileSize="240"' in answer.text and 'Overlap="0"' in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


def test_stored_tile_is_sent_with_the_bytes_of_the_file(client: TestClient, slide: Slide, storage: Storage) -> None:
    with tifffile.TiffFile(storage.slide_file(slide.id, slide.entry)) as tiff:
        page: Any = tiff.pages[0]
        tiff.filehandle.seek(page.dataoffsets[8])
        stored = tiff.filehandle.read(page.databytecounts[8])
    scan = stored[stored.index(b"\xff\xda") :]
    assert client.get(address(slide, STORED)).content.endswith(scan)


@pytest.mark.parametrize("place", [STORED, DRAWN])
def test_browser_keeps_a_tile_and_need_not_ask_twice(client: TestClient, slide: Slide, place: str) -> None:
    first = client.get(address(slide, place))
    assert first.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    for known in (first.headers["ETag"], f'"other", {first.headers["ETag"]}'):
        again = client.get(address(slide, place), headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get(address(slide, place), headers={"If-None-Match": '"other"'}).status_code == 200


def test_tile_beyond_the_edge_and_address_that_is_none_are_sentences(client: TestClient, slide: Slide) -> None:
    client.get(address(slide, STORED))
    for place in ("11/7_0", "11/0_5", "12/0_0", "99/0_0", "10/4_0"):
        answer = client.get(address(slide, place))
        assert (answer.status_code, answer.json()) == (404, {"detail": "The slide has no such tile."})
    assert client.get(address(slide, "11/a_0")).status_code == 404


def test_a_client_that_knows_nothing_but_the_deep_zoom_schema_sees_the_whole_slide(
    client: TestClient, slide: Slide, storage: Storage
) -> None:
    """The finest level, put together from the descriptor alone, is what OpenSlide reads; each coarser one halves it."""
    address = f"/api/slides/{slide.id}/deepzoom-{REVISION}"
    image = ElementTree.fromstring(client.get(f"{address}.dzi").text)
    (size,) = image
    width, height, side = int(size.attrib["Width"]), int(size.attrib["Height"]), int(image.attrib["TileSize"])
    assert image.attrib["Overlap"] == "0"
    finest = math.ceil(math.log2(max(width, height)))
    for level in range(finest, -1, -1):
        across, down = (math.ceil(length / 2 ** (finest - level)) for length in (width, height))
        whole = Image.new("RGB", (across, down))
        for column, row in np.ndindex(math.ceil(across / side), math.ceil(down / side)):
            data = client.get(f"{address}_files/{level}/{column}_{row}.{image.attrib['Format']}").content
            tile = Image.open(io.BytesIO(data))
            assert tile.size == (min(side, across - column * side), min(side, down - row * side))
            whole.paste(tile, (column * side, row * side))
        if level == finest:
            with openslide.OpenSlide(storage.slide_file(slide.id, slide.entry)) as file:
                read = file.read_region((0, 0), 0, file.dimensions).convert("RGB")
            inner = (0, 0, width // side * side, height // side * side)  # what is not cut is not coded anew
            assert whole.crop(inner).tobytes() == read.crop(inner).tobytes()
        assert np.abs(np.asarray(whole, float).mean((0, 1)) - np.asarray(read, float).mean((0, 1))).max() < 6


def test_srgb_is_another_pyramid_with_tiles_that_littlecms_would_make(
    client: TestClient, sessions: Sessions, storage: Storage, user: User
) -> None:
    with sessions.begin() as session:
        profiled = a_slide(session, user)
    path = write_slide(storage.slide_file(profiled.id, profiled.entry), profile=a_profile())
    root = f"/api/slides/{profiled.id}/deepzoom-{REVISION}"
    assert client.get(f"/api/slides/{profiled.id}/colours").json() == {"has_profile": True}
    assert client.get(f"{root}-srgb-1.dzi").text == client.get(f"{root}.dzi").text
    to_srgb = ToSrgb.of(a_profile())
    assert to_srgb
    with OpenedSlide(path) as opened:
        expected = [encode_jpeg(to_srgb(tile(opened, DeepZoom.of(opened), 11, column, 0))) for column in range(6)]
    for column, data in enumerate(expected):
        stored = client.get(f"{root}_files/11/{column}_0.jpeg")
        srgb = client.get(f"{root}-srgb-1_files/11/{column}_0.jpeg")
        assert srgb.content == data != stored.content
        assert srgb.headers["Cache-Control"] == stored.headers["Cache-Control"]
        assert srgb.headers["ETag"] != stored.headers["ETag"]
        known = {"If-None-Match": srgb.headers["ETag"]}
        assert client.get(f"{root}-srgb-1_files/11/{column}_0.jpeg", headers=known).status_code == 304
        assert client.get(f"{root}-srgb-1_files/11/{column}_0.jpeg").content == data, "as it was kept"
    assert client.get(f"{root}-srgb-1_files/11/7_0.jpeg").status_code == 404


@pytest.mark.parametrize("picture", ["crop.jpeg?x=100&y=50&side=300&px=300", "thumbnail.jpeg?"])
def test_crop_and_thumbnail_are_in_the_colours_that_are_asked_for(
    client: TestClient, slide: Slide, sessions: Sessions, storage: Storage, user: User, picture: str
) -> None:
    with sessions.begin() as session:
        profiled = a_slide(session, user)
        session.execute(update(Slide).values(has_thumbnail=True))
    path = write_slide(storage.slide_file(profiled.id, profiled.entry), profile=a_profile())
    with OpenedSlide(path) as opened:
        for one in (slide, profiled):
            storage.thumbnail(one.id).write_bytes(encode_jpeg(opened.thumbnail(512)))
    stored, srgb = (client.get(f"/api/slides/{profiled.id}/{picture}{more}") for more in ("", "&srgb=true"))
    to_srgb, (before, after) = ToSrgb.of(a_profile()), (pixels(one.content) for one in (stored, srgb))
    assert to_srgb and np.abs(after - to_srgb(before.astype(np.uint8))).mean() < 3 < np.abs(after - before).mean()
    known = {"If-None-Match": stored.headers["ETag"]}
    assert client.get(f"/api/slides/{profiled.id}/{picture}&srgb=true", headers=known).status_code == 200
    refused = client.get(f"/api/slides/{slide.id}/{picture}&srgb=true")
    assert (refused.status_code, refused.json()["detail"][:32]) == (404, "The slide has no colour profile,")


def pixels(data: bytes) -> NDArray[np.int64]:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), int)


def test_srgb_of_levels_that_were_built_is_made_of_the_built_tiles(
    client: TestClient, sessions: Sessions, storage: Storage, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sessions.begin() as session:
        profiled = a_slide(session, user)
    write_slide(storage.slide_file(profiled.id, profiled.entry), profile=a_profile())
    build(Workplace(sessions, storage), profiled.id)
    monkeypatch.setattr(tiledesk, "tile", lambda *_: pytest.fail("a tile is drawn from what lies under it"))
    root, to_srgb = f"/api/slides/{profiled.id}/deepzoom-{REVISION}", ToSrgb.of(a_profile())
    built = np.asarray(Image.open(io.BytesIO(client.get(f"{root}_files/8/0_0.jpeg").content)))
    srgb = Image.open(io.BytesIO(client.get(f"{root}-srgb-1_files/8/0_0.jpeg").content))
    assert to_srgb and np.abs(np.asarray(srgb, int) - to_srgb(built)).mean() < 2


def test_slide_without_a_profile_says_so(client: TestClient, slide: Slide) -> None:
    assert client.get(f"/api/slides/{slide.id}/colours").json() == {"has_profile": False}
    for rest in (".dzi", "_files/9/0_0.jpeg"):
        answer = client.get(f"/api/slides/{slide.id}/deepzoom-{REVISION}-srgb-1{rest}")
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            "The slide has no colour profile, so it can only be shown in its stored colours.",
        )
