from io import BytesIO
from uuid import uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.storage import Storage
from tests.factories import a_slide, a_stored_slide, an_analysis


@pytest.fixture
def slide(sessions: Sessions, storage: Storage, user: User) -> Slide:
    with sessions.begin() as session:
        return a_stored_slide(session, storage, user)


def tile(client: TestClient, slide: Slide, address: str) -> np.ndarray:
    answer = client.get(f"/api/slides/{slide.id}/deepzoom-5_files/{address}.jpeg")
    assert answer.status_code == 200, answer.text
    return np.asarray(Image.open(BytesIO(answer.content)).convert("RGB"))


def test_worklist_shows_the_newest_first_a_page_at_a_time(client: TestClient, sessions: Sessions, user: User) -> None:
    with sessions.begin() as session:
        for number in range(5):
            a_slide(session, user, name=f"gland {number}")
    page = client.get("/api/slides?page=2&page_size=2").json()
    assert [slide["name"] for slide in page["items"]] == ["gland 2", "gland 1"]
    assert page["total"] == 5


def test_worklist_finds_names_and_states(client: TestClient, sessions: Sessions, user: User) -> None:
    with sessions.begin() as session:
        a_slide(session, user, name="唾液腺 100%")
        a_slide(session, user, name="other", status="rejected", rejection="It is a text file.")
    assert client.get("/api/slides", params={"search": "腺 100%"}).json()["total"] == 1
    assert client.get("/api/slides", params={"search": "%r"}).json()["total"] == 0
    rejected = client.get("/api/slides?status=rejected").json()["items"]
    assert [slide["rejection"] for slide in rejected] == ["It is a text file."]


def test_slide_without_pixel_size_asks_for_it_and_is_analysable_once_it_is_entered(
    client: TestClient, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        slide = a_slide(session, user, mpp_x=None, mpp_y=None, mpp_source=None)
    shown = client.get(f"/api/slides/{slide.id}").json()
    assert not shown["analysable"] and "pixel size" in shown["not_analysable_reason"]
    assert client.post(f"/api/slides/{slide.id}/analyses").status_code == 422
    changed = client.patch(f"/api/slides/{slide.id}", json={"mpp": 0.25}).json()
    assert (changed["mpp_x"], changed["mpp_source"], changed["analysable"]) == (0.25, "entered", True)


def test_pixel_size_that_the_file_states_is_not_overwritten(client: TestClient, slide: Slide) -> None:
    assert client.patch(f"/api/slides/{slide.id}", json={"mpp": 0.25}).status_code == 409


def test_deleted_slide_leaves_nothing_on_the_disk(client: TestClient, slide: Slide, storage: Storage) -> None:
    tile(client, slide, "11/0_0")
    assert client.delete(f"/api/slides/{slide.id}").status_code == 204
    assert list(storage.slides.iterdir()) == [] and list(storage.trash.iterdir()) == []
    assert client.get(f"/api/slides/{slide.id}").status_code == 404


def test_slide_is_not_deleted_under_a_running_analysis(
    client: TestClient, slide: Slide, sessions: Sessions, storage: Storage
) -> None:
    with sessions.begin() as session:
        an_analysis(session, slide, status="running")
    assert client.delete(f"/api/slides/{slide.id}").status_code == 409
    assert storage.slide_file(slide.id, slide.entry).exists()


def test_descriptor_states_size_and_tiling(client: TestClient, slide: Slide) -> None:
    text = client.get(f"/api/slides/{slide.id}/deepzoom-5.dzi").text
    assert 'TileSize="256"' in text and 'Overlap="0"' in text and '<Size Width="1500" Height="1000"/>' in text


def test_tiles_join_to_the_slide(client: TestClient, slide: Slide) -> None:
    rows = [np.hstack([tile(client, slide, f"11/{column}_{row}") for column in range(6)]) for row in range(4)]
    whole = np.vstack(rows).astype(int)
    assert whole.shape == (1000, 1500, 3)
    assert abs(whole[500, 20] - [244, 245, 195]).max() < 8, "the left edge, white, half way down the gradient"
    assert abs(whole[500, 750] - [170, 130, 130]).max() < 8, "the middle, pink"


def test_coarsest_tile_is_one_pixel(client: TestClient, slide: Slide) -> None:
    assert tile(client, slide, "0/0_0").shape == (1, 1, 3)


@pytest.mark.parametrize("address", ["11/6_0", "11/0_4", "12/0_0", "11/-1_0", "-1/0_0"])
def test_tiles_outside_the_slide_do_not_exist(client: TestClient, slide: Slide, address: str) -> None:
    assert client.get(f"/api/slides/{slide.id}/deepzoom-5_files/{address}.jpeg").status_code == 404


def test_browser_keeps_tiles_and_need_not_ask_twice(client: TestClient, slide: Slide) -> None:
    address = f"/api/slides/{slide.id}/deepzoom-5_files/11/1_1.jpeg"
    first = client.get(address)
    assert first.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    second = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.content) == (304, b"")


def test_tiles_need_a_session(client: TestClient, slide: Slide) -> None:
    client.cookies.clear()
    assert client.get(f"/api/slides/{slide.id}/deepzoom-5_files/11/1_1.jpeg").status_code == 401


@pytest.mark.parametrize("name", ["label.jpeg", "macro.jpeg", "associated/label", "slide.tiff"])
def test_label_macro_and_file_are_not_served(client: TestClient, slide: Slide, name: str) -> None:
    assert client.get(f"/api/slides/{slide.id}/{name}").status_code == 404


def test_unknown_slide_is_a_sentence(client: TestClient) -> None:
    answer = client.get(f"/api/slides/{uuid4()}")
    assert (answer.status_code, answer.json()["detail"][:23]) == (404, "There is no such slide;")


def test_crop_shows_the_place_that_was_asked_for(
    client: TestClient, sessions: Sessions, storage: Storage, user: User
) -> None:
    with sessions.begin() as session:
        slide = a_stored_slide(session, storage, user)
    answers = [client.get(f"/api/slides/{slide.id}/crop.jpeg?x={x}&y=400&side=64&px=32") for x in (0, 700)]
    glass, tissue = (np.asarray(Image.open(BytesIO(one.content))).mean(axis=(0, 1)) for one in answers)
    assert Image.open(BytesIO(answers[0].content)).size == (32, 32)
    assert glass[1] > 230 and abs(tissue[1] - 130) < 8
    tag = {"If-None-Match": answers[0].headers["ETag"]}
    again = client.get(f"/api/slides/{slide.id}/crop.jpeg?x=0&y=400&side=64&px=32", headers=tag)
    assert again.status_code == 304


@pytest.mark.parametrize(("x", "side"), [(10**9, 100_000), (10**40, 64), (-200_000, 100_000), (1500, 64)])
def test_crop_beside_the_slide_is_refused_at_once(client: TestClient, slide: Slide, x: int, side: int) -> None:
    answer = client.get(f"/api/slides/{slide.id}/crop.jpeg?x={x}&y=0&side={side}")
    assert (answer.status_code, answer.json()["detail"]) == (422, "This square lies beside the slide.")


def test_crop_that_would_read_more_than_a_few_tiles_is_refused(
    client: TestClient, sessions: Sessions, storage: Storage, user: User
) -> None:
    with sessions.begin() as session:
        slide = a_stored_slide(session, storage, user)  # one level, so that nothing coarser can be read
    answers = [client.get(f"/api/slides/{slide.id}/crop.jpeg?x=-9&y=9&side={side}") for side in (8192, 8200)]
    assert [one.status_code for one in answers] == [200, 422]
    assert answers[1].json()["detail"].startswith("This square is too large to be drawn at once")
