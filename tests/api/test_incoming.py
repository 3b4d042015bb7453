"""What chosen files become, and uploads that wait for their files."""

from typing import Any

from fastapi.testclient import TestClient

from backend.core.settings import Settings
from backend.storage import Storage
from tests.api.test_uploads import SLIDE_BYTES, send
from tests.factories import Queue

MIRAX = {"a.mrxs": b"x" * 7, "a/Slidedat.ini": b"[GENERAL]", "a/Data0000.dat": SLIDE_BYTES, "a/empty.dat": b""}


def announce(client: TestClient, files: dict[str, bytes], **also: Any) -> Any:
    listed = [{"path": path, "size_bytes": len(data), "modified_ms": 1000} | also for path, data in files.items()]
    answer = client.post("/api/incoming", json={"files": listed})
    assert answer.status_code == 200, answer.text
    return answer.json()


def send_all(client: TestClient, slide: Any, files: dict[str, bytes]) -> Any:
    answer = None
    for file in slide["files"]:
        data = list(files.values())[file["chosen"]]
        answer = send(client, file["address"], data[file["offset"] :], file["offset"])
        assert answer.status_code == 204, answer.text
    return answer


def test_files_of_one_slide_arrive_as_one_slide(client: TestClient, storage: Storage, queue: Queue) -> None:
    [slide] = announce(client, MIRAX)["slides"]
    slide_id = send_all(client, slide, MIRAX).headers["Slide-Id"]
    assert slide_id == slide["id"]
    shown = client.get(f"/api/slides/{slide_id}").json()
    assert (shown["name"], shown["size_bytes"]) == ("Slide 1", sum(map(len, MIRAX.values())))
    source = storage.slides / slide_id / "source"
    assert (source / "slide.mrxs").read_bytes() == MIRAX["a.mrxs"]
    assert (source / "slide" / "Data0000.dat").read_bytes() == SLIDE_BYTES
    assert queue.drain() == [("slide.inspect", slide_id)]
    assert client.get("/api/incoming").json() == []


def test_slide_waits_until_all_its_files_are_there(client: TestClient) -> None:
    [slide] = announce(client, MIRAX)["slides"]
    first = slide["files"][0]
    answer = send(client, first["address"], list(MIRAX.values())[first["chosen"]])
    assert answer.status_code == 204 and "Slide-Id" not in answer.headers
    assert client.get("/api/slides").json()["total"] == 0
    [waiting] = client.get("/api/incoming").json()
    assert (waiting["id"], waiting["files"][0]["offset"], waiting["name"]) == (slide["id"], 7, "Slide 1")


def test_choosing_the_same_files_again_goes_on_even_in_another_order_and_folder(client: TestClient) -> None:
    files = {"k/1.dcm": b"1" * 50, "k/2.dcm": b"2" * 90, "k/3.dcm": b"3" * 90}
    [slide] = announce(client, files)["slides"]
    send(client, slide["files"][0]["address"], list(files.values())[slide["files"][0]["chosen"]][:20])
    again = {path.replace("k/", "box/k/"): files[path] for path in reversed(files)}
    [resumed] = announce(client, again)["slides"]
    assert resumed["id"] == slide["id"]
    assert [file["offset"] for file in resumed["files"]] == [20, 0, 0]
    assert send_all(client, resumed, again).headers["Slide-Id"] == slide["id"]


def test_file_that_was_changed_meanwhile_begins_anew(client: TestClient) -> None:
    [one] = announce(client, {"a.svs": SLIDE_BYTES})["slides"]
    [other] = announce(client, {"a.svs": SLIDE_BYTES}, modified_ms=2000)["slides"]
    assert one["id"] != other["id"]


def test_what_cannot_be_taken_is_said_beside_what_can(client: TestClient, settings: Settings) -> None:
    settings.max_upload_bytes = 10
    said = announce(client, {"f/a.svs": b"12345", "f/big.svs": b"1" * 11, "f/none.svs": b"", "f/n.txt": b"1"})
    assert [slide["files"][0]["chosen"] for slide in said["slides"]] == [0]
    assert [one["chosen"] for one in said["refused"]] == [[1], [2]]
    assert said["left_out"] == 1


def test_quota_holds_for_all_files_that_are_chosen_at_once(client: TestClient, settings: Settings) -> None:
    settings.user_quota_bytes = 250
    said = announce(client, {f"{name}.svs": b"1" * 100 for name in "abc"})
    assert [slide["files"][0]["chosen"] for slide in said["slides"]] == [0, 1]
    assert [one["chosen"] for one in said["refused"]] == [[2]]


def test_upload_that_is_given_up_leaves_nothing(client: TestClient, storage: Storage) -> None:
    [slide] = announce(client, MIRAX)["slides"]
    assert client.delete(f"/api/incoming/{slide['id']}").status_code == 204
    assert list(storage.uploads.iterdir()) == []
    assert client.delete(f"/api/incoming/{slide['id']}").status_code == 404


def test_uploads_of_others_are_neither_listed_nor_gone_on_with(client: TestClient, other_client: TestClient) -> None:
    [mine] = announce(client, MIRAX)["slides"]
    assert other_client.get("/api/incoming").json() == []
    [theirs] = announce(other_client, MIRAX)["slides"]
    assert theirs["id"] != mine["id"]
    assert other_client.delete(f"/api/incoming/{mine['id']}").status_code == 404


def test_same_bytes_under_another_name_are_recognised(client: TestClient, other_client: TestClient) -> None:
    def slide_of(browser: TestClient, files: dict[str, bytes]) -> str:
        [slide] = announce(browser, files)["slides"]
        return str(send_all(browser, slide, files).headers["Slide-Id"])

    first = slide_of(client, {"a.svs": SLIDE_BYTES})
    assert client.get(f"/api/slides/{first}/same-file").json() == []
    second = slide_of(other_client, {"b.svs": SLIDE_BYTES})
    other = slide_of(client, {"c.svs": SLIDE_BYTES[:-1]})
    assert [one["id"] for one in client.get(f"/api/slides/{second}/same-file").json()] == [first]
    assert client.get(f"/api/slides/{other}/same-file").json() == []


def test_files_of_several_are_the_same_slide_whatever_they_are_called(client: TestClient) -> None:
    renamed = {path.replace("a", "patient 7", 1): data for path, data in MIRAX.items()}
    ids = []
    for files in (MIRAX, renamed):
        [slide] = announce(client, files)["slides"]
        ids.append(send_all(client, slide, files).headers["Slide-Id"])
    assert [one["id"] for one in client.get(f"/api/slides/{ids[1]}/same-file").json()] == [ids[0]]
