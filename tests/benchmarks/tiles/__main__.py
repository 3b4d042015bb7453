"""How many tiles a second, and at what cost: ours, OpenSlide's Deep Zoom generator, and a bare handler, in one run.

make bench BENCH=tiles
make bench BENCH=tiles ARGS="--side 60000 --large-image PYTHON"   # a Python that has large-image's server
make bench BENCH=tiles ARGS="--parts stored beside"               # some of it

The same random walk over a slide (pan, zoom in, zoom out; what a browser still has is not asked again) is asked by 8
connections of each server, each behind uvicorn in a process of its own: cold, with the slide out of the page cache and
nothing drawn before, and warm; in turns, three times, of which the median counts. A cold pass of fewer than a thousand
tiles measures how a server starts.

- stored: all powers of two are stored as JPEG. A quarter of that slide shows whether its size costs anything.
- missing: 1, 4, 16 are stored, as by many scanners; the walk's tiles of the levels between are asked.
- lossless: deflate, of which all levels were built after the upload; jpeg2000: the same of Aperio slides so coded.
- drawn, drawn jpeg2000: these with nothing built, so that every tile must be decoded, and coded anew.
- beside: ours, warm, beside an analysis and, in turns, while it halts.

Last come the aims, each with what was measured. On a busy machine look at processor time first: it waits for nobody.
"""

import argparse
import tempfile
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from tests.benchmarks.tiles.aims import Aim, aims_of, table_of, table_of_aims
from tests.benchmarks.tiles.passes import beside_an_analysis, cold_and_warm
from tests.benchmarks.tiles.servers import Server
from tests.benchmarks.tiles.slides import UNBUILT, prepared, side_of
from tests.benchmarks.tiles.walk import walk

PARTS = ("stored", "missing", "lossless", "jpeg2000", *UNBUILT, "beside")


def main() -> None:
    """Make the slides, measure each server on the same walk, and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=12_000)
    parser.add_argument("--tiles", type=int, default=4_000)
    parser.add_argument("--large-image", metavar="PYTHON", default="", help="measure large-image, too")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    given = parser.parse_args()
    if not given.large_image:
        Console().print("large-image is not measured: name a Python that has it with --large-image")
    aims = list[Aim]()
    with tempfile.TemporaryDirectory() as folder:
        mine = prepared(Path(folder), given.side)
        for part in (one for one in PARTS[:-1] if one in given.parts):
            side, count = side_of(part, given.side), given.tiles if part == "stored" else max(1000, given.tiles // 4)
            places = walk(side, count, Random(5), only_odd=part == "missing")
            kinds = ["openslide", *(["bare"] if part == "stored" else []), *(["large-image"] * bool(given.large_image))]
            slide, cookie = mine[part].slide, mine[part].cookie
            others = [Server(kind, slide, slide, cookie=cookie, python=given.large_image) for kind in kinds]
            results = cold_and_warm([mine[part], *others], places)
            if part == "stored":
                smaller = walk(given.side // 2, given.tiles, Random(5))
                results["a quarter"] = cold_and_warm([mine["a quarter"]], smaller)["ours"]
            Console().print(table_of(part, results))
            aims += aims_of(part, results)
        if "beside" in given.parts:
            found = beside_an_analysis(mine["stored"], walk(given.side, given.tiles, Random(5)))
            table = Table("ours, warm", "tiles/s", "p95 ms", title="beside an analysis")
            for name, one in found.items():
                table.add_row(name, f"{one.tiles_per_s:.0f}", f"{one.p95_ms:.1f}")
            Console().print(table)
            slower = found["beside a worker's"].p95_ms / found["alone, a worker's halts"].p95_ms
            aims.append(Aim("95th percentile beside a worker's analysis ÷ alone", slower, most=2))
    Console().print(table_of_aims(aims))


if __name__ == "__main__":
    main()
