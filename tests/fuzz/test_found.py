"""What fuzzing has found is taken well from then on, and so is what it begins from."""

from pathlib import Path

import pytest

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival import zeiss
from tests.fuzz.targets import TARGETS, zeiss_of

FOUND = Path(__file__).with_name("found")


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_that_was_found_surprises_again(name: str) -> None:
    for data in (*TARGETS[name].seeds(), b"", *(one.read_bytes() for one in sorted(FOUND.glob(f"{name}-*")))):
        TARGETS[name].take(data)


def test_zeiss_tiles_that_are_all_one_do_not_fill_the_disk(tmp_path: Path) -> None:
    source, made = tmp_path / "slide.czi", tmp_path / "readable.czi"
    source.write_bytes(zeiss_of(1))
    zeiss.rewrite(source, made)
    data = bytearray(zeiss_of(200))
    data[544 + 32 + 8 : 544 + 32 + 16] = (20_000).to_bytes(8, "little")  # each claims the most of the file
    source.write_bytes(data)
    with pytest.raises(SlideUnreadable):
        zeiss.rewrite(source, made)
    assert made.stat().st_size < 2 * len(data)
