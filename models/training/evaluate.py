"""Judge shipped weights end to end: whole slides through the whole pipeline, against the truth beside them.

python -m models.training.evaluate --out DIR [--slides 36] [--folder SLIDES] [--tiles TILES]

Draws phantoms of seeds that neither training nor tuning saw, a third of them without foci, a third stained and scanned
as no training phantom is, the last two with more than 20 mm² of gland; or takes the slides of a FOLDER, with their
SLIDE.truth.geojson (lesions and glands, as QuPath writes them) beside them. Analyses each by `focusscope analyse`, as a
user would, and prints the agreement. OUT keeps the findings; what is there already is not computed again.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from shapely import Polygon, make_valid, unary_union

from models.metrics import bootstrap_interval
from models.training.agreement import icc, kappa, matched
from models.training.tiles import judge_tiles

FIRST_SEED = 10162
FOCUS, AGGREGATE, GLAND = "Focus", "Aggregate < 50", "Gland"
_LYMPHOCYTES = "Lymphocytes"


@dataclass(frozen=True, slots=True)
class Read:
    """What one reader, the pipeline or the truth, says of a slide; areas in mm², polygons in level-0 pixels."""

    lesions: list[Polygon]
    counts: list[int | None]
    is_focus: list[bool]
    gland_mm2: float

    @property
    def foci(self) -> list[Polygon]:
        """The lesions that count."""
        return [one for one, counts in zip(self.lesions, self.is_focus, strict=True) if counts]

    def score(self) -> float:
        """The focus score, 0 where there is no gland."""
        return 4 * len(self.foci) / self.gland_mm2 if self.gland_mm2 else 0.0

    def area_fraction(self, mm2_per_pixel: float) -> float:
        """The area of the foci over that of the gland."""
        return sum(one.area for one in self.foci) * mm2_per_pixel / self.gland_mm2 if self.gland_mm2 else 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """One slide, read twice."""

    name: str
    found: Read
    true: Read
    mm2_per_pixel: float
    seconds: float

    @property
    def areas(self) -> tuple[float, float]:
        """Twice the area that found and true lesions share, and the sum of both: Dice when divided, over any slides."""
        found, true = unary_union(self.found.lesions), unary_union(self.true.lesions)
        return 2 * found.intersection(true).area, found.area + true.area


def read_truth(slide: Path, mm2_per_pixel: float) -> Read:
    """Read the annotations beside a slide."""
    features = json.loads(slide.with_name(slide.stem + ".truth.geojson").read_text())["features"]
    named = [(one["properties"]["classification"]["name"], _polygon(one["geometry"]["coordinates"]), one)
             for one in features]  # fmt: skip
    lesions = [one for one in named if one[0] in (FOCUS, AGGREGATE)]
    counts = [one[2]["properties"].get("measurements", {}).get(_LYMPHOCYTES) for one in lesions]
    gland = sum(polygon.area for name, polygon, _ in named if name == GLAND) * mm2_per_pixel
    return Read([one[1] for one in lesions], counts, [one[0] == FOCUS for one in lesions], gland)


def read_findings(path: Path) -> tuple[Read, float, float]:
    """Read findings.json; returns also mm² per level-0 pixel and the seconds that the analysis took."""
    found = json.loads(path.read_text())
    lesions = found["lesions"]
    mpp = found["options"]["mpp"]
    read = Read(
        [_polygon(one["polygon"]) for one in lesions], [one["lymphocyte_count"] for one in lesions],
        [one["counts_as_focus"] for one in lesions], found["glandular_area_mm2"],
    )  # fmt: skip
    return read, mpp["x"] * mpp["y"] / 1e6, sum(found["seconds"].values())


def _polygon(rings: Sequence[Any]) -> Polygon:
    polygon: Any = make_valid(Polygon(rings[0], rings[1:]))
    return polygon  # type: ignore[no-any-return]


def focusscope(*arguments: object) -> None:
    """Run the command in a process of its own, on one core.

    Raises:
        subprocess.CalledProcessError: where it fails; what it printed is in `stderr`.
    """
    command = [sys.executable, "-m", "backend.cli", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


def draw(number: int, of: int, out: Path, first_seed: int) -> Path:
    """Draw slide `number` of the suite, unless it is there."""
    seed, rng = first_seed + number, np.random.default_rng((first_seed, number))
    path = out / f"{seed}.tiff"
    if not (out / str(seed) / "findings.json").exists():
        large = number >= of - 2
        mpp = 0.25 if not large and rng.random() < 0.2 else 0.5
        side = (8.6, 8.0) if large else (rng.uniform(2.8, 4.6), rng.uniform(2.8, 3.8))
        foci = 0 if number % 3 == 0 and not large else int(rng.integers(1, 13)) + 6 * large
        unfamiliar = ["--unfamiliar"] if number % 3 == 1 else []
        focusscope("phantom", path, "--seed", seed, "--width-mm", side[0], "--height-mm", side[1], "--foci", foci,
                   "--mpp", mpp, *unfamiliar)  # fmt: skip
    return path


def judge(slide: Path, out: Path, *, keep: bool) -> Case:
    """Analyse one slide and read both sides; the slide itself is removed again unless kept."""
    findings = out / slide.stem / "findings.json"
    if not findings.exists():
        focusscope("analyse", slide, "--out", findings.parent)
    found, mm2_per_pixel, seconds = read_findings(findings)
    if not keep:
        slide.unlink(missing_ok=True)
    return Case(slide.name, found, read_truth(slide, mm2_per_pixel), mm2_per_pixel, seconds)


def summary(cases: list[Case]) -> dict[str, float]:
    """Return every figure of the suite."""
    areas = {one.name: one.areas for one in cases}
    negatives = [one for one in cases if not one.true.foci]
    gland = [abs(one.found.gland_mm2 / one.true.gland_mm2 - 1) for one in cases if one.true.gland_mm2]
    hits = sum(len(matched(one.found.foci, one.true.foci)) for one in cases)
    claimed, wanted = sum(len(one.found.foci) for one in cases), sum(len(one.true.foci) for one in cases)
    counts = [pair for one in cases for pair in _counted(one)]
    of_foci = [abs(found / true - 1) for found, true in counts if true >= 50]
    near = [(found >= 50) == (true >= 50) for found, true in counts if 40 <= true <= 60]
    both = [(one.found, one.true) for one in cases]
    fractions = [[read.area_fraction(one.mm2_per_pixel) for read in (one.found, one.true)] for one in cases]
    low, high = bootstrap_interval(cases, lambda some: _dice([areas[one.name] for one in some]))
    return {
        "slides": len(cases), "slides without foci": len(negatives), "foci, true": wanted, "foci, found": claimed,
        "lesion Dice, pooled": _dice(list(areas.values())), "lesion Dice, 95 % from": low, "lesion Dice, 95 % to": high,
        "focus F1": 2 * hits / (claimed + wanted) if claimed + wanted else 1.0,
        "focus count ICC": icc([len(a.foci) for a, _ in both], [len(b.foci) for _, b in both]),
        "focus score ICC": icc([a.score() for a, _ in both], [b.score() for _, b in both]),
        "area fraction ICC": icc([a for a, _ in fractions], [b for _, b in fractions]),
        "focus score ≥ 1, kappa": kappa([a.score() >= 1 for a, _ in both], [b.score() >= 1 for _, b in both]),
        "false foci per negative slide": sum(len(one.found.foci) for one in negatives) / max(1, len(negatives)),
        "glandular area, median error": float(np.median(gland)), "glandular area, worst error": max(gland),
        "lymphocytes of a focus, median error": float(np.median(of_foci)) if of_foci else float("nan"),
        "40 to 60 lymphocytes: decided rightly": float(np.mean(near)) if near else float("nan"),
        "40 to 60 lymphocytes: lesions": len(near),
    }  # fmt: skip


def _dice(areas: Sequence[tuple[float, float]]) -> float:
    twice, total = np.sum(areas, axis=0)
    return float(twice / total) if total else 1.0


def _counted(case: Case) -> list[tuple[int, int]]:
    """Return the found and the true count of each matched lesion whose truth was counted."""
    pairs = matched(case.found.lesions, case.true.lesions)
    counts = [(case.found.counts[i], case.true.counts[j]) for i, j in pairs]
    return [(found, true) for found, true in counts if found is not None and true is not None]


def slide_of(truth: Path) -> Path:
    """Return the slide that a SLIDE.truth.geojson lies beside."""
    stem = truth.name.removesuffix(".truth.geojson")
    beside = [one for one in truth.parent.glob(f"{stem}.*") if one.suffix not in (".geojson", ".json", ".npy")]
    return beside[0]


def table_of(cases: list[Case]) -> Table:
    """Show each slide."""
    table = Table("slide", "score true", "found", "foci true", "found", "gland mm²", "error", "Dice", "seconds")
    for one in cases:
        error = one.found.gland_mm2 / one.true.gland_mm2 - 1 if one.true.gland_mm2 else float("nan")
        table.add_row(
            one.name, f"{one.true.score():.2f}", f"{one.found.score():.2f}", str(len(one.true.foci)),
            str(len(one.found.foci)), f"{one.true.gland_mm2:.1f}", f"{error:+.1%}", f"{_dice([one.areas]):.3f}",
            f"{one.seconds:.1f}",
        )  # fmt: skip
    return table


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--slides", type=int, default=36, help="phantoms to draw")
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--folder", type=Path, help="judge these slides instead of phantoms")
    parser.add_argument("--tiles", type=Path, help="also judge tiles CLASS-*.png at 0.5 µm per pixel")
    parser.add_argument("--processes", type=int, default=2, help="slides at a time")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    console = Console(width=110)
    with ThreadPoolExecutor(given.processes) as pool:
        if given.folder:
            slides = sorted(map(slide_of, given.folder.glob("*.truth.geojson")))
            cases = list(pool.map(lambda one: judge(one, given.out, keep=True), slides))
        else:
            cases = list(pool.map(
                lambda number: judge(draw(number, given.slides, given.out, given.first_seed), given.out, keep=False),
                range(given.slides),
            ))  # fmt: skip
        tiles = judge_tiles(given.tiles, given.out / "tiles", focusscope, pool) if given.tiles else {}
    figures = {**summary(cases), **tiles}
    (given.out / "evaluation.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    console.print(table_of(cases))
    for name, value in figures.items():
        console.print(f"{name:<42} {value if isinstance(value, int) else format(value, '.3f')}", highlight=False)


if __name__ == "__main__":
    main()
