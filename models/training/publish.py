"""Turn a run's best checkpoint into shipped weights and enter them in the manifest.

python -m models.training.publish RUN --name m2cf_net-small --network m2cf_net --trained-on "…" --mpp 1 2 4
"""

import argparse
import re
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from models.registry import MANIFEST, WEIGHTS_DIR, sha256_of


def publish(
    run: Path, folder: Path, *, name: str, network: str, preset: str, mpp: list[float], patch_px: int, trained_on: str,
    phantoms: bool = False,
) -> Path:  # fmt: skip
    """Write `folder/name.safetensors`, in half precision, and replace its entry in the manifest; returns the file."""
    state = torch.load(run / "best.pt", map_location="cpu", weights_only=True)["network"]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.safetensors"
    save_file({key: _compact(value) for key, value in state.items()}, path)
    path.chmod(0o644)
    entry = (
        f'[{name}]\nnetwork = "{network}"\npreset = "{preset}"\nfile = "{path.name}"\nsha256 = "{sha256_of(path)}"\n'
        f'mpp = {[float(one) for one in mpp]}\npatch_px = {patch_px}\ntrained_on = "{trained_on}"\n'
        f"phantoms = {str(phantoms).lower()}\n"
    )
    manifest = folder / MANIFEST
    kept = re.sub(rf"\[{re.escape(name)}\]\n(?:(?!\[).*\n?)*", "", manifest.read_text() if manifest.exists() else "")
    manifest.write_text((kept.rstrip() + "\n\n" + entry).lstrip())
    return path


def _compact(value: Tensor) -> Tensor:
    """Halve convolution and linear weights; statistics and biases are few and stay exact."""
    return (value.half() if value.is_floating_point() and value.ndim > 1 else value).contiguous()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    for name in ("name", "network", "trained-on"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--folder", type=Path, default=WEIGHTS_DIR, help="where to write; the shipped weights' folder")
    parser.add_argument("--preset", default="small")
    parser.add_argument("--mpp", type=float, nargs="+", required=True)
    parser.add_argument("--patch-px", type=int, default=256)
    parser.add_argument("--phantoms", action="store_true", help="they have seen synthetic slides only")
    given = parser.parse_args()
    publish(
        given.run, given.folder, name=given.name, network=given.network, preset=given.preset, mpp=given.mpp,
        patch_px=given.patch_px, trained_on=given.trained_on, phantoms=given.phantoms,
    )  # fmt: skip


if __name__ == "__main__":
    main()
