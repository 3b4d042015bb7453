import pytest
import torch
from torch.nn.functional import interpolate
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from models.blocks import centre_enlarged
from models.m2cf_net import PRESETS, M2CFNet
from models.registry import folded, placed, quick_on_one_thread


def blob(side: int, um_per_pixel: float, x_um: float, y_um: float) -> torch.Tensor:
    """Draw a Gaussian spot at a place in micrometres from the centre of a patch."""
    axis = (torch.arange(side) + 0.5 - side / 2) * um_per_pixel
    return torch.exp(-((axis[None] - x_um) ** 2 + (axis[:, None] - y_um) ** 2) / (2 * 12.0**2))[None, None]


def centroid(spot: torch.Tensor) -> tuple[float, float]:
    axis = torch.arange(spot.shape[-1]) + 0.5
    return float((spot.sum(-2) * axis).sum() / spot.sum()), float((spot.sum(-1) * axis).sum() / spot.sum())


@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("place", [(0.0, 0.0), (37.0, -21.0), (-60.0, 55.0)])
def test_a_blob_lands_on_the_same_pixel_in_every_branch(factor: int, place: tuple[float, float]) -> None:
    target = blob(256, 1.0, *place)
    context = centre_enlarged(blob(256, factor, *place), factor)
    assert context.shape == target.shape
    assert centroid(context) == pytest.approx(centroid(target), abs=0.15)


@pytest.mark.parametrize("side", [2, 8, 64])
def test_enlarging_the_centre_equals_enlarging_all_and_cutting(side: int) -> None:
    x = torch.rand(1, 3, side, side)
    whole = interpolate(x, scale_factor=4, mode="bilinear", align_corners=False)
    low = (4 * side - side) // 2
    assert torch.allclose(centre_enlarged(x, 4), whole[..., low : low + side, low : low + side], atol=1e-6)


def test_paper_preset_has_the_published_share_of_parameters() -> None:
    parameters = sum(one.numel() for one in M2CFNet(PRESETS["paper"]).parameters())
    assert 46e6 < parameters < 52e6


def test_small_is_cheap_enough_for_a_cpu() -> None:
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        M2CFNet(PRESETS["small"]).eval()(torch.rand(1, 3, 3, 256, 256))
    assert counter.get_total_flops() / 2 < 1.5e9


def test_attention_can_be_looked_at_per_scale_and_branch() -> None:
    maps = M2CFNet(PRESETS["small"]).eval().spatial_attention(torch.rand(1, 3, 3, 128, 128))
    assert [[tuple(one.shape[-2:]) for one in scale] for scale in maps] == [[(s, s)] * 3 for s in (32, 16, 8, 4)]
    assert all(float(one.min()) >= 0 and float(one.max()) <= 1 for scale in maps for one in scale)


def network() -> M2CFNet:
    torch.manual_seed(3)
    return M2CFNet(PRESETS["small"]).eval().requires_grad_(False)


def test_a_region_of_one_patch_gives_what_the_patch_gives() -> None:
    stack, one = torch.rand(1, 3, 3, 256, 256), network()
    region = one.encode(list(stack.unbind(1)), 256)
    assert torch.allclose(one.fuse(region, [(0, 0)]), one(stack), atol=1e-5)


def test_patches_of_a_region_agree_with_patches_alone() -> None:
    """What differs: a lone patch sees zeros beyond its edge, and the coarsest map's strides may fall elsewhere."""
    torch.manual_seed(4)
    rasters = [interpolate(torch.rand(1, 3, 20, 20), size=side, mode="bilinear") for side in (448, 352, 304)]
    corners = [(0, 0), (192, 192)]
    stacks = torch.stack(
        [torch.cat([x[..., p // f :, p // f :][..., :256, :256] for x, f in zip(rasters, (1, 2, 4), strict=True)])
         for p, _ in corners]
    )  # fmt: skip
    one = network()
    alone, together = one(stacks).sigmoid(), one.fuse(one.encode(rasters, 256), corners).sigmoid()
    assert float((alone - together).abs().mean()) < 0.1 * float(alone.std())


def test_folding_normalisation_into_convolutions_keeps_the_answer() -> None:
    plain, stack = network(), torch.rand(1, 3, 3, 128, 128)
    for one in plain.modules():
        if isinstance(one, torch.nn.BatchNorm2d):
            one.running_mean.uniform_(-0.2, 0.2)  # type: ignore[union-attr]
            one.running_var.uniform_(0.5, 2.0)  # type: ignore[union-attr]
    before, lean = plain(stack), folded(plain)
    assert not any(isinstance(one, torch.nn.BatchNorm2d) for one in lean.modules())
    assert torch.allclose(lean(stack), before, atol=1e-4)


def test_loaded_network_takes_no_slow_path_on_one_thread_and_keeps_its_answer() -> None:
    stack, threads = torch.rand(1, 3, 3, 512, 512), torch.get_num_threads()
    plain = placed(folded(network()), torch.device("cpu"))
    torch.set_num_threads(1)
    try:
        before, quick = plain(stack), quick_on_one_thread(plain)
        with profile(activities=[ProfilerActivity.CPU], record_shapes=True) as seen:
            after = quick(stack)
    finally:
        torch.set_num_threads(threads)
    assert torch.allclose(after, before, atol=1e-5)
    slow = [one.input_shapes[1] for one in seen.key_averages(group_by_input_shape=True) if "slow_conv" in one.key]
    assert not [shape for shape in slow if shape[2:] == [1, 1]]
