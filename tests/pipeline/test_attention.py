"""Attention maps show each place where it is on the slide."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from shapely import Point, box, union_all
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from backend.core.geometry import Grid
from backend.pipeline.attention import AttentionMaps, AttentionOptions, attention_maps, covering
from backend.pipeline.lesions import Outline
from backend.pipeline.patches import PatchOptions
from backend.pipeline.stain import REFERENCE, StainOptions
from backend.wsi.pyramid import PyramidWriter
from backend.wsi.slide import Slide

SPOTS_UM = [(300.0, 310.0), (40.0, 500.0)]
MPP = 0.5


class DarknessSeen(nn.Module):
    """A network whose branches each attend to what is dark in their own patch, on two scales."""

    config = SimpleNamespace(fused=(1, 1), factors=(1, 2, 4))

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))

    def spatial_attention(self, stack: Tensor) -> list[list[Tensor]]:
        darkness = 1 - stack.mean(2, keepdim=True)
        return [[avg_pool2d(darkness[:, i], shrink).detach() for i in range(3)] for shrink in (4, 16)]


def lesion_at(x_um: float, y_um: float, radius_um: float = 40.0) -> Outline:
    return Outline(Point(x_um / MPP, y_um / MPP).buffer(radius_um / MPP), 0.005, 0.9)


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> AttentionMaps:
    """Attention about two dark spots, one at the slide's edge, on a white slide of 1.2 × 1.1 mm with a third spot."""
    y, x = (np.mgrid[0:2200, 0:2400] + 0.5) * MPP
    spots = [*SPOTS_UM, (900.0, 900.0)]
    dark = sum(np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * 30.0**2)) for cx, cy in spots)
    raster = np.repeat((250 - 200 * np.clip(dark, 0, 1)).astype(np.uint8)[..., None], 3, axis=2)
    path = tmp_path_factory.mktemp("slide") / "spotted.tiff"
    with PyramidWriter(path, (2400, 2200), MPP, quality=95) as pyramid:
        pyramid.add(raster)
    with Slide(path) as slide:
        return attention_maps(
            slide, [lesion_at(*spot) for spot in SPOTS_UM], REFERENCE, DarknessSeen(),  # type: ignore[arg-type]
            patches=PatchOptions(), stains=StainOptions(normalise=False), options=AttentionOptions(),
            on_progress=lambda fraction: None,
        )  # fmt: skip


@pytest.mark.parametrize("block", [0, 1])
@pytest.mark.parametrize("spot_um", SPOTS_UM)
def test_what_is_attended_to_lies_where_it_is_on_the_slide(
    maps: AttentionMaps, block: int, spot_um: tuple[float, float]
) -> None:
    assert (maps.values.shape, maps.grid.um_per_pixel) == ((2, 138, 150), 8.0)
    excess = np.clip(maps.values[block].astype(float) - 12, 0, None)
    rows, columns = (np.indices(excess.shape) + 0.5) * 8
    near = np.hypot(columns - spot_um[0], rows - spot_um[1]) < 100
    assert np.average(rows[near], weights=excess[near]) == pytest.approx(spot_um[1], abs=4)
    if spot_um[0] > 100:  # the other is cut by the slide's edge
        assert np.average(columns[near], weights=excess[near]) == pytest.approx(spot_um[0], abs=4)


def test_attention_is_not_asked_for_away_from_lesions(maps: AttentionMaps) -> None:
    assert maps.values[:, 900 // 8, 900 // 8].tolist() == [0, 0]
    assert maps.values[0, 310 // 8, 300 // 8] > 100


def test_lesions_that_fit_into_one_patch_cost_one_and_large_ones_are_covered_whole() -> None:
    target = Grid((MPP, MPP), (8000, 8000), 1.0)
    large = Outline(box(2000, 2000, 4400, 3000), 0.6, 0.9)
    small = [lesion_at(300, 300), lesion_at(350, 320, radius_um=10)]
    blocks = covering([large, *small], target, 256, 16)
    patches = [box(x / MPP, y / MPP, (x + 256) / MPP, (y + 256) / MPP) for block in blocks for x, y in block]
    assert len(patches) == 5 * 3 + 1
    for lesion in (large, *small):
        assert lesion.polygon.difference(union_all(patches)).area == 0
