"""The process that opens an arriving file may die; who asked for it goes on."""

import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import tifffile

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival import receive as receiving
from backend.wsi.arrival.limits import Limits
from backend.wsi.arrival.receive import receive
from tests.factories import write_slide
from tests.wsi.arrival.crafted import LONG, tags, write


def children() -> list[int]:
    tasks = Path("/proc/self/task").iterdir()
    return [int(one) for task in tasks for one in (task / "children").read_text().split()]


def kill_the_child(how: signal.Signals) -> None:
    """Send a signal to the only process that this one starts."""
    for _ in range(2000):
        for child in children():
            os.kill(child, how)
            return
        time.sleep(0.005)


def test_slide_is_inspected_with_a_thumbnail(tmp_path: Path) -> None:
    arrival = receive(write_slide(tmp_path / "slide.tiff", mpp=0.5))
    assert (arrival.inspection.width, arrival.inspection.height) == (1500, 1000)
    assert arrival.thumbnail.startswith(b"\xff\xd8")


def test_refusal_comes_back_as_its_sentence(tmp_path: Path) -> None:
    with pytest.raises(SlideUnreadable, match="larger than any slide"):
        receive(write(tmp_path / "crafted.tiff", tags(t256=(LONG, [2**31]))))


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (signal.SIGSEGV, receiving.CRASHED), (signal.SIGABRT, receiving.CRASHED),
        (signal.SIGKILL, receiving.TOO_MUCH_MEMORY), (signal.SIGXCPU, receiving.TOO_SLOW),
    ],
)  # fmt: skip
def test_crash_of_the_process_is_a_sentence(tmp_path: Path, how: signal.Signals, sentence: str) -> None:
    path = write_slide(tmp_path / "slide.tiff")
    killer = threading.Thread(target=kill_the_child, args=(how,))
    killer.start()
    with pytest.raises(SlideUnreadable) as refused:
        receive(path)
    killer.join()
    assert refused.value.sentence == sentence


def test_file_that_hangs_is_given_up(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(SlideUnreadable, match="takes longer"):
        receive(write_slide(tmp_path / "slide.tiff"), limits=Limits(wall_s=0.1))
    assert time.monotonic() - began < 5 and not children()


def test_processor_time_is_bounded(tmp_path: Path) -> None:
    with pytest.raises(SlideUnreadable, match="takes longer"):
        receive(enormous_tiles(tmp_path / "slide.tiff"), limits=Limits(opening_cpu_s=1))


def test_memory_is_bounded(tmp_path: Path) -> None:
    with pytest.raises(SlideUnreadable, match=r"memory|crash|does not decode"):
        receive(enormous_tiles(tmp_path / "slide.tiff"), limits=Limits(memory_bytes=900 * 2**20))


def enormous_tiles(path: Path) -> Path:
    """Write a slide of four tiles that have 200 MB each when decoded."""
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    pixels = np.tile(noise, (256, 256, 1))
    tifffile.imwrite(path, pixels, tile=(8192, 8192), photometric="rgb", compression="zlib")
    return path


def test_process_learns_no_password_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOCUSSCOPE_DATABASE_URL", "postgresql://focusscope:secret@db/focusscope")
    assert "secret" not in str(receiving._environment())
