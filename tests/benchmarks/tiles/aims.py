"""What was measured, laid out, and beside it what is wanted."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.table import Table

from tests.benchmarks.tiles.browser import Pass


@dataclass(frozen=True, slots=True)
class Aim:
    """What is wanted, and what was measured: `least` or more, or `most` or less."""

    what: str
    measured: float
    least: float = 0
    most: float = float("inf")


Results = dict[str, tuple[Pass, Pass]]
"""By the kind of server: cold and warm."""


def aims_of(part: str, results: Results) -> Iterator[Aim]:
    """Compare ours with each of the others, cold and warm."""
    for number, when in enumerate(("cold", "warm")):
        ours = results["ours"][number]
        rate = {kind: ours.tiles_per_s / passes[number].tiles_per_s for kind, passes in results.items()}
        where = f"{part}, {when}:"
        if theirs := results.get("openslide"):
            least = {"stored": 10, "missing": 5}.get(part, 3)
            yield Aim(f"{where} tiles a second ÷ OpenSlide's", rate["openslide"], least=least)
            if part == "stored":
                yield Aim(f"{where} processor time, OpenSlide's ÷ ours", theirs[number].cpu_ms / ours.cpu_ms, least=12)
                yield Aim(f"{where} 95th percentile, OpenSlide's ÷ ours", theirs[number].p95_ms / ours.p95_ms, least=8)
        if "large-image" in rate:
            yield Aim(f"{where} tiles a second ÷ large-image's", rate["large-image"], least=4)
        if "bare" in rate:
            yield Aim(f"{where} tiles a second ÷ a bare handler's", rate["bare"], least=0.75)
        if "a quarter" in rate and when == "warm":  # cold, the disk counts, and how many of its pages tiles share
            cost = ours.cpu_ms / results["a quarter"][number].cpu_ms
            yield Aim(f"{where} processor time ÷ of a slide a quarter as large", cost, most=1.25)


def table_of_aims(aims: list[Aim]) -> Table:
    """Lay out what is wanted beside what was measured."""
    table = Table("aim", "wanted", "measured", "", title="aims")
    for aim in aims:
        wanted = f"≥ {aim.least:g}" if aim.least else f"≤ {aim.most:g}"
        met = "met" if aim.least <= aim.measured <= aim.most else "missed"
        table.add_row(aim.what, wanted, f"{aim.measured:.2f}", met)
    return table


def table_of(title: str, results: Results) -> Table:
    """Lay out what was measured, and ours beside each of the others."""
    table = Table(title=title)
    for column in (
        "server",
        "",
        "tiles/s",
        "CPU ms a tile",
        "p95 ms",
        "ours ÷ this: tiles/s",
        "this ÷ ours: CPU",
        "p95",
    ):
        table.add_column(column, justify="left" if column in ("server", "") else "right", no_wrap=column == "server")
    for kind, passes in results.items():
        for name, one, mine in zip(("cold", "warm"), passes, results["ours"], strict=True):
            ratios = mine.tiles_per_s / one.tiles_per_s, one.cpu_ms / mine.cpu_ms, one.p95_ms / mine.p95_ms
            table.add_row(
                kind, name, f"{one.tiles_per_s:.0f}", f"{one.cpu_ms:.2f}", f"{one.p95_ms:.1f}",
                *(f"{ratio:.2f}" for ratio in ratios),
            )  # fmt: skip
    return table
