import resource
from pathlib import Path

import pytest

from backend.core.errors import SlideUnreadable
from backend.wsi.handles import Handles
from tests.factories import write_slide


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return [write_slide(tmp_path / f"{number}.tiff", size=(300, 200)) for number in range(3)]


def test_slide_is_opened_once_and_lent_again(paths: list[Path]) -> None:
    handles = Handles()
    with handles.reading(paths[0]) as first:
        pass
    with handles.reading(paths[0]) as second:
        assert second is first


def test_slide_that_is_being_read_stays_open_when_others_crowd_it_out(paths: list[Path]) -> None:
    handles = Handles(capacity=1)
    with handles.reading(paths[0]) as slide:
        for path in paths[1:]:
            with handles.reading(path):
                pass
        assert slide.region((0, 0, 64, 64), (64, 64)).shape == (64, 64, 3)


def test_deleted_slide_is_not_lent_again(paths: list[Path]) -> None:
    handles = Handles()
    with handles.reading(paths[0]) as slide:
        handles.discard(paths[0])
        assert slide.region((0, 0, 64, 64), (64, 64)).shape == (64, 64, 3)
    paths[0].unlink()
    with pytest.raises(SlideUnreadable), handles.reading(paths[0]):
        pass


def test_file_that_did_not_open_is_tried_again(tmp_path: Path) -> None:
    handles, path = Handles(), tmp_path / "late.tiff"
    with pytest.raises(SlideUnreadable), handles.reading(path):
        pass
    write_slide(path, size=(300, 200))
    with handles.reading(path) as slide:
        assert slide.size == (300, 200)


def test_five_hundred_slides_in_turn_keep_few_files_open(paths: list[Path], tmp_path: Path) -> None:
    handles, many = Handles(), [tmp_path / f"linked-{number}.tiff" for number in range(500)]
    for one in many:
        one.hardlink_to(paths[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 60, hard))
    try:
        for one in many:
            with handles.reading(one) as slide:
                assert slide.region((0, 0, 64, 64), (8, 8)).shape == (8, 8, 3)
    finally:
        handles.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
