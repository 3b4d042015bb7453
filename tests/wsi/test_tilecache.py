from pathlib import Path
from uuid import uuid4

from backend.wsi import tilecache
from backend.wsi.tilecache import TileCache


def test_what_is_remembered_of_drawn_tiles_stays_below_its_bound() -> None:
    recent, slides = tilecache.RecentTiles(most_bytes=1000), [uuid4(), uuid4()]
    for number in range(20):
        recent.put(slides[number % 2], str(number), bytes(number) * 10)
        assert number < 2 or recent.get(slides[0], "2") == bytes(20)  # it is asked for all the time
    kept = [number for number in range(20) if recent.get(slides[number % 2], str(number))]
    assert sum(10 * number for number in kept) <= 1000 and {2, 19} <= set(kept) and 3 not in kept


def test_drawn_tiles_stay_below_the_bound(tmp_path: Path) -> None:
    cache = TileCache(tmp_path, most_bytes=10_000)
    for number in range(200):
        folder = tmp_path / f"slide-{number % 3}"
        folder.mkdir(exist_ok=True)
        cache.put(folder, f"{number}.jpeg", bytes(500))
        assert sum(path.stat().st_size for path in tmp_path.glob("*/*/*")) <= 10_000 * 17 / 16
    assert cache.get(tmp_path / "slide-1", "199.jpeg") == bytes(500)
    assert cache.get(tmp_path / "slide-0", "0.jpeg") is None


def test_a_tile_of_a_slide_that_was_removed_meanwhile_leaves_no_folder(tmp_path: Path) -> None:
    TileCache(tmp_path, most_bytes=10_000).put(tmp_path / "gone", "1.jpeg", bytes(500))
    assert list(tmp_path.iterdir()) == []
