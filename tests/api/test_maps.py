import io

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.storage import Storage
from backend.wsi.pyramid import PyramidWriter
from tests.factories import a_finished_analysis, a_stored_slide, an_analysis


@pytest.fixture
def slide(sessions: Sessions, storage: Storage, user: User) -> Slide:
    with sessions.begin() as session:
        return a_stored_slide(session, storage, user)


@pytest.fixture
def maps(sessions: Sessions, storage: Storage, slide: Slide) -> str:
    """The address of the maps of an analysis: a probability map whose left half is certain, and ROI classes."""
    with sessions.begin() as session:
        analysis_id = a_finished_analysis(session, slide).id
    with storage.drafting_maps(slide.id, analysis_id) as draft:
        for name, um, shape in (("probability", 4.0, (125, 188)), ("roi", 16.0, (32, 47))):
            values = np.zeros(shape, np.uint8)
            values[:, : shape[1] // 2] = 255 if name == "probability" else 1
            with PyramidWriter(draft / f"{name}.tiff", shape[::-1], um, grey=True) as pyramid:
                pyramid.add(values)
        (draft / "notes.tiff").write_bytes(b"no map")
        storage.keep_maps(draft, slide.id, analysis_id)
    return f"/api/analyses/{analysis_id}/maps"


def test_maps_are_listed_with_their_place_and_legend(client: TestClient, maps: str) -> None:
    probability, roi = client.get(maps).json()
    assert (probability["name"], probability["kind"], roi["name"]) == ("probability", "probability", "roi")
    assert (probability["width"], probability["height"], probability["slide_width"]) == (188, 125, 1504)
    assert [one["label"] for one in roi["legend"]] == ["Gland", "Other tissue", "Artefact"]


def test_tile_is_transparent_where_there_is_nothing(client: TestClient, maps: str) -> None:
    finest = client.get(maps).json()[0]["finest_level"]
    answer = client.get(f"{maps}/probability/{finest}/0_0.png")
    picture = Image.open(io.BytesIO(answer.content))
    assert (answer.headers["content-type"], picture.mode, picture.size) == ("image/png", "RGBA", (188, 125))
    alpha = np.asarray(picture)[..., 3]
    assert alpha[:, :90].min() == 255 and alpha[:, 100:].max() == 0


def test_browsers_may_keep_a_tile(client: TestClient, maps: str) -> None:
    first = client.get(f"{maps}/roi/0/0_0.png")
    assert first.headers["cache-control"].startswith("private") and "immutable" in first.headers["cache-control"]
    again = client.get(f"{maps}/roi/0/0_0.png", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("tile", ["attention-1/0/0_0", "notes/0/0_0", "..%2Fslide/0/0_0", "roi/0/1_0", "roi/99/0_0"])
def test_map_or_tile_that_does_not_exist_is_not_found(client: TestClient, maps: str, tile: str) -> None:
    assert client.get(f"{maps}/{tile}.png").status_code == 404


def test_who_has_not_signed_in_sees_no_map(client: TestClient, maps: str) -> None:
    client.cookies.clear()
    assert client.get(maps).status_code == client.get(f"{maps}/roi/0/0_0.png").status_code == 401


def test_analysis_without_maps_offers_none(client: TestClient, sessions: Sessions, slide: Slide) -> None:
    with sessions.begin() as session:
        older, running = a_finished_analysis(session, slide).id, an_analysis(session, slide).id
    assert client.get(f"/api/analyses/{older}/maps").json() == []
    assert client.get(f"/api/analyses/{running}/maps").json() == []
    assert client.get(f"/api/analyses/{older}/maps/probability/0/0_0.png").status_code == 404


def test_maps_go_with_their_slide(client: TestClient, maps: str, slide: Slide, storage: Storage) -> None:
    client.get(f"{maps}/roi/0/0_0.png")
    assert client.delete(f"/api/slides/{slide.id}").status_code == 204
    assert list(storage.slides.iterdir()) == [] and client.get(maps).status_code == 404
