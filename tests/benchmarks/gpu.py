"""An analysis on a GPU beside the same on this machine's processor: seconds by stage, memory, and what differs.

make bench BENCH=gpu
make bench BENCH=gpu ARGS="--gland-mm2 60 --device cuda:1"

The second analysis of each is timed, since the first loads networks and chooses kernels. Differences are of the maps
inside the glands, and of what is found.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

from backend.core.settings import get_settings
from backend.pipeline.analyse import Analysed, Options, analyse, load_networks
from backend.wsi.slide import Slide
from tests.benchmarks.speed import Row, agreement, draw, in_a_process_of_its_own


@dataclass(frozen=True, slots=True)
class Measured:
    """What an analysis found, and what it cost: seconds, processor seconds, and GPU memory in bytes."""

    analysed: Analysed
    first_s: float
    wall_s: float
    processor_s: float
    gpu_bytes: int

    def row(self, name: str) -> Row:
        """Return it as the bench of the tricks compares maps."""
        values = (self.analysed.probability.values / 65535).astype("float32")
        return Row(name, values, self.analysed.roi, self.wall_s, self.processor_s)


def measure(path: Path, device: str) -> Measured:
    """Analyse twice on a device; the second counts."""
    networks, took = load_networks(get_settings().weights_dir, device), []
    for _ in range(2):
        start, processor = time.perf_counter(), time.process_time()
        with Slide(path) as slide:
            analysed = analyse(slide, networks, Options())
        took.append((time.perf_counter() - start, time.process_time() - processor))
    gpu_bytes = torch.cuda.max_memory_allocated(networks.device) if networks.device.type == "cuda" else 0
    return Measured(analysed, took[0][0], *took[1], gpu_bytes)


def stages(one: Measured, other: Measured, names: tuple[str, str]) -> Table:
    """Lay the seconds of both beside each other, stage by stage."""
    table = Table("seconds", *names, "times as fast")
    ours, theirs = one.analysed.findings.seconds, other.analysed.findings.seconds
    for stage, seconds in ours.items():
        table.add_row(stage, f"{seconds:.2f}", f"{theirs[stage]:.2f}", f"{seconds / max(theirs[stage], 0.001):.1f}")
    for name, a, b in (("together", one.wall_s, other.wall_s), ("processor", one.processor_s, other.processor_s),
                       ("the first analysis", one.first_s, other.first_s)):  # fmt: skip
        table.add_row(name, f"{a:.2f}", f"{b:.2f}", f"{a / b:.1f}")
    return table


def differences(one: Measured, other: Measured) -> Table:
    """Say what the two found differently."""
    table = Table("found", "on the processor", "on the GPU")
    ours, theirs = one.analysed.findings, other.analysed.findings
    for name in ("foci", "focus_score", "glandular_area_mm2", "area_fraction"):
        table.add_row(name, *(f"{getattr(findings, name) or 0:.4f}" for findings in (ours, theirs)))
    counts = [[lesion.lymphocyte_count for lesion in findings.lesions] for findings in (ours, theirs)]
    table.add_row("lymphocytes", *(str(sorted(some)) for some in counts))
    mean, largest, dice = agreement(other.row("GPU"), one.row("processor"), one.analysed.roi)
    table.add_row("map", "", f"mean |Δp| {mean:.5f}, max {largest:.3f}, Dice {dice:.4f}")
    return table


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gland-mm2", type=float, default=20.0)
    parser.add_argument("--mpp", type=float, default=0.5)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--slide", type=Path, help="a slide to take instead of a phantom")
    given = parser.parse_args()
    console = Console(width=110)
    if given.device.startswith("cuda") and not torch.cuda.is_available():
        raise SystemExit("This machine has no GPU that PyTorch can use.")
    with tempfile.TemporaryDirectory() as folder:
        path = given.slide or Path(folder) / "phantom.tiff"
        if not given.slide:
            in_a_process_of_its_own(draw, path, given.gland_mm2, given.mpp)
        gpu, processor = measure(path, given.device), measure(path, "cpu")
    name = torch.cuda.get_device_name(given.device) if given.device.startswith("cuda") else given.device
    console.print(stages(processor, gpu, (f"processor, {torch.get_num_threads()} threads", name)))
    console.print(differences(processor, gpu))
    console.print(f"At most {gpu.gpu_bytes / 2**20:.0f} MiB of the GPU's memory were in use.")


if __name__ == "__main__":
    main()
