"""From the name of some weights to a network that is ready to run, with its input contract.

`weights/manifest.toml` lists every shipped state dict: which network and preset it belongs to, what input it was
trained for, on what, and its SHA-256, which is checked before anything is loaded.
"""

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from models import hooknet, lymphocyte_counter, m2cf_net, msnet, roi_classifier, transunet, unet

WEIGHTS_DIR = Path(__file__).resolve().parent / "weights"
MANIFEST = "manifest.toml"

NETWORKS: dict[str, tuple[Callable[[Any], nn.Module], Mapping[str, Any]]] = {
    "m2cf_net": (m2cf_net.M2CFNet, m2cf_net.PRESETS),
    "unet": (unet.UNet, unet.PRESETS),
    "msnet": (msnet.MSNet, msnet.PRESETS),
    "hooknet": (hooknet.HookNet, hooknet.PRESETS),
    "transunet": (transunet.TransUNet, transunet.PRESETS),
    "roi_classifier": (roi_classifier.RoiClassifier, roi_classifier.PRESETS),
    "lymphocyte_counter": (lymphocyte_counter.LymphocyteCounter, lymphocyte_counter.PRESETS),
}
"""What makes each network from one of its presets.

All but the last two segment: (N, branches, 3, S, S) → logits (N, 1, S, S) of the target patch.
"""


@dataclass(frozen=True, slots=True)
class Weights:
    """One entry of the manifest. `mpp` is that of each branch, finest first; `patch_px` the side of each patch.

    `phantoms` says that they have seen synthetic slides only, and no tissue.
    """

    name: str
    network: str
    preset: str
    file: str
    sha256: str
    mpp: tuple[float, ...]
    patch_px: int
    trained_on: str
    phantoms: bool = False


class WeightsError(Exception):
    """The weights are missing, unknown or not those of the manifest."""


def build(network: str, preset: str) -> nn.Module:
    """Make an untrained network by name and preset."""
    if network not in NETWORKS:
        raise WeightsError(f"There is no network named {network}.")
    make, presets = NETWORKS[network]
    if preset not in presets:
        raise WeightsError(f"The network {network} has no preset named {preset}.")
    return make(presets[preset])


def read_manifest(folder: Path) -> dict[str, Weights]:
    """Return the weights that `folder` holds, by name."""
    entries = tomllib.loads((folder / MANIFEST).read_text())
    return {
        name: Weights(name=name, **{**entry, "mpp": tuple(entry["mpp"])}) for name, entry in entries.items()
    }  # fmt: skip


def load(folder: Path, name: str, device: torch.device) -> tuple[nn.Module, Weights]:
    """Build a network, load its weights, and set it up for inference on `device`.

    Raises:
        WeightsError: where they are not in the manifest, or the file is missing or altered.
    """
    network, weights = load_trainable(folder, name)
    network = folded(network.eval().requires_grad_(False))
    return placed(quick_on_one_thread(network) if device.type == "cpu" else network, device), weights


def load_trainable(folder: Path, name: str) -> tuple[nn.Module, Weights]:
    """Build a network and load its weights as they were trained.

    Raises:
        WeightsError: where they are not in the manifest, or the file is missing or altered.
    """
    weights = read_manifest(folder).get(name)
    if weights is None:
        raise WeightsError(f"There are no weights named {name}.")
    path = folder / weights.file
    if not path.is_file():
        raise WeightsError(f"The weights file {weights.file} is missing.")
    if sha256_of(path) != weights.sha256:
        raise WeightsError(f"The weights file {weights.file} is not the one that the manifest names.")
    network = build(weights.network, weights.preset)
    network.load_state_dict(load_file(path))
    return network, weights


def folded(network: nn.Module) -> nn.Module:
    """Fold each normalisation that follows a convolution into it, in place: the same answers, for inference only."""
    chains = [one for one in network.modules() if isinstance(one, nn.Sequential)]
    for chain in chains:
        for index, (first, second) in enumerate(pairwise(list(chain))):
            if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
                chain[index], chain[index + 1] = fuse_conv_bn_eval(first, second), nn.Identity()
    return network


def quick_on_one_thread(network: nn.Module) -> nn.Module:
    """Lead convolutions of single pixels to oneDNN, in place: the same answers, for inference on a processor.

    On one thread PyTorch takes a path that is three times as slow for them, unless they are dilated, which changes
    nothing of a single pixel.
    """
    for one in network.modules():
        if isinstance(one, nn.Conv2d) and one.kernel_size == (1, 1):
            one.dilation = (2, 2)
    return network


def placed(network: nn.Module, device: torch.device) -> nn.Module:
    """Move a network to `device`, channels last, in which convolutions run faster."""
    moved: nn.Module = cast(Any, network).to(device=device, memory_format=torch.channels_last)
    return moved


def as_input(network: nn.Module, pixels: NDArray[np.uint8]) -> Tensor:
    """Return pixels, 0 to 255 in any shape, as a network takes them: 0 to 1, on its device and in its precision."""
    first, tensor = next(network.parameters()), torch.from_numpy(pixels)
    if first.device.type == "cuda":
        tensor = tensor.pin_memory()
    return tensor.to(first.device, non_blocking=True).to(first.dtype) / 255


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def best_device(name: str = "auto") -> torch.device:
    """Return the device named, or with "auto" a GPU where there is one."""
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
