"""How far the whole pipeline is from the truth, on phantoms of seeds that neither training nor tuning ever saw.

make bench ARGS="--slides 10"
"""

import argparse
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from shapely import Polygon, unary_union
from shapely.geometry.base import BaseGeometry

from backend.core.findings import Findings
from backend.core.geometry import polygon_of
from backend.core.settings import get_settings
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.pipeline.analyse import Options, analyse, load_networks
from backend.wsi.slide import Slide

FIRST_SEED = 3000


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas of all lesions of a slide, in pixels: found and true, found, true. They add up over slides."""

    both: float
    found: float
    true: float

    @property
    def dice(self) -> float | None:
        """2·|A∩B| / (|A|+|B|); None where nothing was found and nothing was there."""
        total = self.found + self.true
        return 2 * self.both / total if total else None


@dataclass(frozen=True, slots=True)
class Case:
    """One phantom: its truth and what was found."""

    seed: int
    true_score: float
    score: float | None
    true_foci: int
    foci: int
    area_error: float
    overlap: "Areas"
    count_errors: list[float]
    seconds: float
    megapixels: float


def measure(seed: int, folder: Path, device: str) -> Case:
    """Draw a phantom, analyse it, and compare."""
    rng = np.random.default_rng(seed)
    spec = PhantomSpec(seed, float(rng.uniform(3, 5)), float(rng.uniform(3, 4)), int(rng.choice([0, 1, 3, 6, 10])))
    path = folder / f"{seed}.tiff"
    scene = write_phantom(spec, path)
    truth = json.loads((folder / f"{seed}.truth.json").read_text())
    networks = load_networks(get_settings().weights_dir, device)
    start = time.perf_counter()
    with Slide(path) as slide:
        findings = analyse(slide, networks, Options()).findings
    seconds = time.perf_counter() - start
    true = [Polygon(np.array(one.outline_um.exterior.coords) / spec.mpp) for one in scene.lesions]
    counts = [one.lymphocyte_count for one in scene.lesions]
    path.unlink()
    return Case(
        seed, truth["focus_score"], findings.focus_score, truth["foci"], findings.foci,
        findings.glandular_area_mm2 / truth["glandular_area_mm2"] - 1, areas_of(findings, true),
        count_errors(findings, true, counts), seconds, spec.size[0] * spec.size[1] / 1e6,
    )  # fmt: skip


def areas_of(findings: Findings, true: list[Polygon]) -> Areas:
    """Compare all lesions of a slide at once."""
    found, wanted = unary_union([polygon_of(one.polygon) for one in findings.lesions]), unary_union(true)
    return Areas(found.intersection(wanted).area, found.area, wanted.area)


def count_errors(findings: Findings, true: list[Polygon], counts: list[int]) -> list[float]:
    """Return the relative error of the lymphocyte count of each lesion that was matched one to one."""
    errors = []
    for lesion in findings.lesions:
        polygon: BaseGeometry = polygon_of(lesion.polygon)
        hits = [i for i, one in enumerate(true) if one.intersection(polygon).area > 0.5 * one.area]
        if len(hits) == 1:
            errors.append(lesion.lymphocyte_count / counts[hits[0]] - 1)
    return errors


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slides", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--device", default="auto")
    given = parser.parse_args()
    table = Table("seed", "score true", "found", "foci true", "found", "area error", "Dice", "seconds", "MP/s")
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(given.first_seed, given.first_seed + given.slides):
            case = measure(seed, Path(folder), given.device)
            cases.append(case)
            table.add_row(
                str(seed), f"{case.true_score:.2f}", "–" if case.score is None else f"{case.score:.2f}",
                str(case.true_foci), str(case.foci), f"{case.area_error:+.1%}",
                "–" if case.overlap.dice is None else f"{case.overlap.dice:.3f}", f"{case.seconds:.1f}",
                f"{case.megapixels / case.seconds:.1f}",
            )  # fmt: skip
    console = Console(width=110)
    console.print(table)
    pooled = Areas(*(sum(getattr(case.overlap, name) for case in cases) for name in Areas.__slots__))
    positive = [case.overlap.dice or 0.0 for case in cases if case.true_foci]
    counts = np.abs([error for case in cases for error in case.count_errors])
    areas = np.abs([case.area_error for case in cases])
    console.print(
        f"lesion Dice       pooled {pooled.dice or 1:.3f}  worst slide with foci {min(positive, default=1):.3f}"
    )
    console.print(f"false foci        {sum(c.foci for c in cases if not c.true_foci)} on slides without foci")
    console.print(f"glandular area    median error {np.median(areas):.1%}  worst {areas.max():.1%}")
    console.print(f"lymphocyte count  median error {np.median(counts):.1%} over {len(counts)} lesions")
    console.print(f"foci              {sum(c.foci for c in cases)} found, {sum(c.true_foci for c in cases)} true")


if __name__ == "__main__":
    main()
