"""What every segmentation network promises, and what the reference presets weigh."""

import os
import subprocess
import sys

import pytest
import torch
from torch import nn

from models.hooknet import PRESETS, HookNet
from models.losses import bce_dice
from models.registry import NETWORKS, WeightsError, build
from models.transunet import TransUNet

SEGMENTING = sorted(NETWORKS.keys() - {"roi_classifier", "lymphocyte_counter"})

REFERENCE_MILLIONS = [
    ("unet", "base64", 31.04),
    ("unet", "base32", 7.76),
    ("unet", "base16", 1.94),
    ("msnet", "res2net50", 27.69),
    ("hooknet", "base24", 13.5),
    ("hooknet", "base32", 24.0),
    ("hooknet", "base64", 95.7),
    ("hooknet", "two_branch", 51.65),
    ("transunet", "r50_vit_b16", 105.3),
]


def small(name: str) -> nn.Module:
    torch.manual_seed(0)
    return build(name, "small")


@pytest.mark.parametrize(("name", "preset", "millions"), REFERENCE_MILLIONS)
def test_reference_preset_weighs_what_the_original_does(name: str, preset: str, millions: float) -> None:
    with torch.device("meta"):
        parameters = sum(one.numel() for one in build(name, preset).parameters())
    assert parameters / 1e6 == pytest.approx(millions, rel=0.01)


@pytest.mark.parametrize("name", SEGMENTING)
@pytest.mark.parametrize("side", [64, 256])
def test_logits_cover_the_target_patch(name: str, side: int) -> None:
    with torch.device("meta"):
        assert small(name).eval()(torch.empty(2, 3, 3, side, side)).shape == (2, 1, side, side)


@pytest.mark.parametrize("name", SEGMENTING)
def test_gradients_reach_every_parameter(name: str) -> None:
    network = small(name)
    network(torch.rand(2, 3, 3, 64, 64)).square().mean().backward()
    assert [name for name, one in network.named_parameters() if one.grad is None or not one.grad.any()] == []


@pytest.mark.parametrize("name", SEGMENTING)
def test_two_patches_are_learned_by_heart(name: str) -> None:
    network = small(name)
    stack, mask = torch.rand(2, 3, 3, 64, 64), torch.zeros(2, 1, 64, 64)
    mask[0, :, 8:40, 8:40] = mask[1, :, 30:60, 20:60] = 1
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3)
    for _ in range(200):
        optimiser.zero_grad()
        loss = bce_dice(network(stack), mask)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if loss.item() < 0.1:
            return
    pytest.fail(f"loss {loss.item():.3f}")


@pytest.mark.parametrize("name", SEGMENTING)
def test_inference_is_deterministic_and_no_patch_depends_on_its_batch(name: str) -> None:
    network = small(name).eval()
    stack = torch.rand(2, 3, 3, 64, 64)
    with torch.inference_mode():
        both = network(stack)
        assert torch.equal(both, network(stack))
        assert torch.allclose(both[:1], network(stack[:1]), atol=1e-4)


@pytest.mark.parametrize("name", SEGMENTING)
def test_exported_network_answers_alike(name: str) -> None:
    network, stack = small(name).eval(), torch.rand(1, 3, 3, 64, 64)
    exported = torch.export.export(network, (stack,)).module()
    with torch.inference_mode():
        assert torch.allclose(exported(stack), network(stack), atol=1e-4)


@pytest.mark.parametrize("name", ["unet", "msnet", "transunet"])
def test_single_resolution_network_looks_at_the_target_patch_only(name: str) -> None:
    network, stack = small(name).eval(), torch.rand(1, 3, 3, 64, 64)
    assert torch.equal(network(stack), network(stack[:, :1]))


@pytest.mark.parametrize("name", ["m2cf_net", "hooknet"])
@pytest.mark.parametrize("branch", [0, 1, 2])
def test_multi_resolution_network_looks_at_every_branch(name: str, branch: int) -> None:
    network, stack = small(name).eval(), torch.rand(1, 3, 3, 64, 64)
    other = stack.clone()
    other[:, branch] = torch.rand(3, 64, 64)
    assert not torch.equal(network(stack), network(other))


@pytest.mark.parametrize("preset", ["base24", "two_branch"])
def test_reference_hooknet_maps_284_to_70_pixels(preset: str) -> None:
    config = PRESETS[preset]
    with torch.device("meta"):
        logits = HookNet(config).eval()(torch.empty(1, len(config.factors), 3, 284, 284))
    assert logits.shape == (1, 1, 70, 70)


@pytest.mark.parametrize("preset", ["base24", "small"])
def test_hook_joins_maps_of_equal_resolution(preset: str) -> None:
    with torch.device("meta"):
        network = HookNet(PRESETS[preset])
    bottleneck = 2 ** (len(network.config.widths) - 1)  # pixels of a patch per bottleneck pixel
    hooked = [f * bottleneck / 2**steps for f, steps in zip(network.config.factors, network.steps, strict=True)][1:]
    assert hooked == [factor * bottleneck for factor in network.config.factors[:-1]]


def test_transunet_takes_patches_of_other_sizes_than_its_positions() -> None:
    network = small("transunet").eval()
    assert isinstance(network, TransUNet)
    assert network.transformer.positions.shape[-2:] == (16, 16)  # 256 px
    assert network(torch.rand(1, 1, 3, 96, 96)).shape == (1, 1, 96, 96)


def test_unknown_names_are_refused_by_name() -> None:
    with pytest.raises(WeightsError, match="no network named segnet"):
        build("segnet", "small")
    with pytest.raises(WeightsError, match="no preset named huge"):
        build("unet", "huge")


@pytest.mark.skipif(sys.platform != "linux", reason="GNU's OpenMP says what it has read")
@pytest.mark.parametrize("module", ["backend.pipeline.analyse", "models.training.loop"])
def test_threads_that_wait_for_each_other_leave_the_processor_to_others(module: str) -> None:
    told = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    said = subprocess.run(
        [sys.executable, "-c", f"import {module}"], env=told | {"OMP_DISPLAY_ENV": "true"},
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    assert "OMP_WAIT_POLICY = 'PASSIVE'" in said
