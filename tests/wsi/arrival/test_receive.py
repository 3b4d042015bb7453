"""The process that opens an arriving file may die; who asked for it goes on."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import simplejpeg
import tifffile

from backend.core.errors import NoRoom, SlideUnreadable
from backend.storage import sha256_of
from backend.wsi.arrival import receive as receiving
from backend.wsi.arrival.limits import Limits
from backend.wsi.arrival.receive import receive
from backend.wsi.slide import Slide
from tests.factories import write_slide
from tests.wsi.arrival.crafted import LONG, tags, write

ENTRY = "slide.tiff"


def children() -> list[int]:
    """Return the processes that receive a file now, and none of the servers that other tests of this run have."""
    tasks = Path("/proc/self/task").iterdir()
    started = [one for task in tasks for one in (task / "children").read_text().split()]
    return [int(one) for one in started if receives(one)]


def receives(process: str) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        return b"backend.wsi.arrival" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def kill_children(how: signal.Signals, stop: threading.Event) -> None:
    """Send a signal to every process that receives a file."""
    while not stop.wait(0.01):
        for child in children():
            with suppress(ProcessLookupError):
                os.kill(child, how)


def test_slide_is_kept_with_its_measures_and_a_thumbnail(tmp_path: Path) -> None:
    write_slide(tmp_path / ENTRY, mpp=0.5)
    arrival = receive(tmp_path, ENTRY)
    assert (arrival.inspection.width, arrival.inspection.height, arrival.inspection.levels) == (1500, 1000, 1)
    assert arrival.thumbnail.startswith(b"\xff\xd8")
    with Slide(tmp_path / arrival.entry) as slide:
        assert slide.size == (1500, 1000)


def test_what_arrived_is_gone_and_receiving_again_says_the_same(tmp_path: Path) -> None:
    write_slide(tmp_path / ENTRY)
    first = receive(tmp_path, ENTRY)
    assert not (tmp_path / ENTRY).exists()
    assert receive(tmp_path, ENTRY) == first


def test_refusal_comes_back_as_its_sentence(tmp_path: Path) -> None:
    write(tmp_path / ENTRY, tags(t256=(LONG, [2**31])))
    with pytest.raises(SlideUnreadable, match="larger than any slide"):
        receive(tmp_path, ENTRY)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (signal.SIGSEGV, receiving.CRASHED), (signal.SIGABRT, receiving.CRASHED),
        (signal.SIGKILL, receiving.TOO_MUCH_MEMORY), (signal.SIGXCPU, receiving.TOO_SLOW),
    ],
)  # fmt: skip
def test_crash_of_the_process_is_a_sentence(tmp_path: Path, how: signal.Signals, sentence: str) -> None:
    write_slide(tmp_path / ENTRY)
    stop = threading.Event()
    killer = threading.Thread(target=kill_children, args=(how, stop))
    killer.start()
    with pytest.raises(SlideUnreadable) as refused:
        receive(tmp_path, ENTRY)
    stop.set()
    killer.join()
    assert refused.value.sentence == sentence


def test_process_killed_once_is_tried_again(tmp_path: Path) -> None:
    write_slide(tmp_path / ENTRY)

    def kill_the_first() -> None:
        while not children():
            time.sleep(0.005)
        os.kill(children()[0], signal.SIGKILL)

    killer = threading.Thread(target=kill_the_first)
    killer.start()
    assert receive(tmp_path, ENTRY).inspection.width == 1500
    killer.join()


def test_file_that_hangs_is_given_up(tmp_path: Path) -> None:
    write_slide(tmp_path / ENTRY)
    began = time.monotonic()
    with pytest.raises(SlideUnreadable, match="takes longer"):
        receive(tmp_path, ENTRY, limits=Limits(wall_s=0.1))
    assert time.monotonic() - began < 5 and not children()


def test_processor_time_is_bounded(tmp_path: Path, enormous_tiles: Path) -> None:
    (tmp_path / ENTRY).hardlink_to(enormous_tiles)
    with pytest.raises(SlideUnreadable, match="takes longer"):
        receive(tmp_path, ENTRY, limits=Limits(opening_cpu_s=1))


def test_memory_is_bounded(tmp_path: Path, enormous_tiles: Path) -> None:
    (tmp_path / ENTRY).hardlink_to(enormous_tiles)
    with pytest.raises(SlideUnreadable, match=r"memory|crash|does not decode"):
        receive(tmp_path, ENTRY, limits=Limits(memory_bytes=900 * 2**20))


@pytest.fixture(scope="module")
def enormous_tiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A slide of four tiles that have 200 MB each when decoded."""
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    coded = zlib.compress(np.tile(noise, (128, 128, 1)).tobytes(), 1)
    return write_repeated(
        tmp_path_factory.mktemp("slide") / ENTRY, coded, 8192, 2, compression="zlib", photometric="rgb"
    )


def write_repeated(path: Path, coded: bytes, tile_px: int, across: int, **options: Any) -> Path:
    """Write a slide of `across` × `across` tiles of the same coded bytes."""
    side = tile_px * across
    with tifffile.TiffWriter(path) as out:
        out.write(
            iter([coded] * across**2), shape=(side, side, 3), dtype=np.uint8, tile=(tile_px, tile_px),
            resolution=(20_000, 20_000), resolutionunit="CENTIMETER", metadata=None, **options,
        )  # fmt: skip
    return path


def test_killed_in_mid_write_the_old_file_is_whole_and_the_next_try_keeps_it_clean(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)
    coded = bytes(simplejpeg.encode_jpeg(noise, 95, colorspace="RGB", colorsubsampling="444"))
    write_repeated(tmp_path / ENTRY, coded, 256, 32, compression="jpeg", photometric="ycbcr", subsampling=(1, 1))
    before = sha256_of(tmp_path / ENTRY)
    code = (
        f"import sys, pathlib as p; from {receive.__module__} import receive; receive(p.Path(sys.argv[1]), sys.argv[2])"
    )
    worker = subprocess.Popen([sys.executable, "-c", code, str(tmp_path), ENTRY])
    draft = tmp_path / "clean.part" / ENTRY
    while not (draft.exists() and draft.stat().st_size > 2**20):
        assert worker.poll() is None
        time.sleep(0.005)
    worker.kill()
    worker.wait()
    time.sleep(0.5)
    written = draft.stat().st_size
    time.sleep(0.5)
    assert draft.stat().st_size == written, "the process outlives the worker"
    assert sha256_of(tmp_path / ENTRY) == before and not (tmp_path / "clean").exists()
    assert receive(tmp_path, ENTRY).inspection.width == 8192
    assert {one.name for one in tmp_path.iterdir()} == {"clean"}


def test_disk_that_fills_up_while_the_clean_copy_is_written_loses_nothing(tmp_path: Path) -> None:
    write_slide(tmp_path / ENTRY, size=(3000, 2000))
    before = sha256_of(tmp_path / ENTRY)
    free = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8000, free[1]))  # the process that writes inherits it
    try:
        with pytest.raises(NoRoom):
            receive(tmp_path, ENTRY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, free)
    assert {one.name: sha256_of(one) for one in tmp_path.iterdir()} == {ENTRY: before}
    assert receive(tmp_path, ENTRY).inspection.width == 3000


def test_process_learns_no_password_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOCUSSCOPE_DATABASE_URL", "postgresql://focusscope:secret@db/focusscope")
    assert "secret" not in str(receiving._environment())
