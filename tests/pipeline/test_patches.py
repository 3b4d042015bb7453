from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from backend.core.geometry import Grid
from backend.pipeline.patches import PatchOptions, blending_window, corners_in, read_stacks
from backend.pipeline.roi import Roi
from backend.pipeline.segmentation import SegmentationOptions, probability_map
from backend.pipeline.stain import REFERENCE, StainOptions
from backend.wsi.pyramid import PyramidWriter
from backend.wsi.slide import Slide

PLAIN = StainOptions(normalise=False)
SPOTS_UM = [(300.0, 310.0), (700.0, 420.0), (520.0, 800.0)]


@pytest.fixture(scope="module")
def spotted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A white slide of 1.2 × 1.1 mm at 0.5 µm/px with three dark spots, 60 µm wide."""
    width, height = 2400, 2200
    y, x = (np.mgrid[0:height, 0:width] + 0.5) * 0.5
    dark = sum(np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * 30.0**2)) for cx, cy in SPOTS_UM)
    raster = np.repeat((250 - 200 * np.clip(dark, 0, 1)).astype(np.uint8)[..., None], 3, axis=2)
    path = tmp_path_factory.mktemp("slide") / "spotted.tiff"
    with PyramidWriter(path, (width, height), 0.5, quality=95) as pyramid:
        pyramid.add(raster)
    return path


class Darkness(nn.Module):
    """A network whose probability is how dark the target patch is: shows where patches really came from."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))

    def forward(self, stack: Tensor) -> Tensor:
        darkness: Tensor = (1 - stack[:, 0].mean(1, keepdim=True)).clamp(1e-4, 1 - 1e-4)
        return torch.logit(darkness) * self.scale

    def encode(self, rasters: list[Tensor], patch_px: int) -> Tensor:
        return rasters[0]

    def fuse(self, region: Tensor, corners: list[tuple[int, int]]) -> Tensor:
        return self.forward(torch.stack([region[..., y : y + 256, x : x + 256] for x, y in corners]))


def test_every_branch_of_a_stack_shows_the_same_place_in_its_centre(spotted: Path) -> None:
    options = PatchOptions()
    corner = (300 - 128, 310 - 128)
    with Slide(spotted) as slide:
        stacks = read_stacks(slide, [corner], REFERENCE, PLAIN, options)
    darkness = 250.0 - stacks.stacks[0, ..., 0]
    for branch in darkness:
        near = branch[96:160, 96:160]  # the centre holds the spot in every branch
        axis = np.arange(96, 160) + 0.5
        centroid = (near.sum(0) @ axis / near.sum(), near.sum(1) @ axis / near.sum())
        assert centroid == pytest.approx((128, 128), abs=0.6)


def test_patches_cut_as_a_block_equal_patches_cut_alone(spotted: Path) -> None:
    corners = [(0, 0), (192, 0), (0, 192), (192, 192)]
    with Slide(spotted) as slide:
        together = read_stacks(slide, corners, REFERENCE, PLAIN, PatchOptions())
        alone = [read_stacks(slide, [one], REFERENCE, PLAIN, PatchOptions()).stacks[0] for one in corners]
    assert np.abs(together.stacks.astype(int) - np.stack(alone)).mean() < 0.5


def test_blending_windows_add_up_to_one() -> None:
    options = PatchOptions()
    window, stride = blending_window(options, 4), options.stride_px // 4
    total = np.zeros((stride * 4, stride * 4))
    for y in range(-1, 4):
        for x in range(-1, 4):
            padded = np.zeros((stride * 7, stride * 7))
            padded[(y + 1) * stride :, (x + 1) * stride :][:64, :64] = window
            total += padded[stride : stride * 5, stride : stride * 5]
    assert total == pytest.approx(1.0, abs=1e-6)


def test_every_roi_pixel_is_covered_by_all_patches_that_could_cover_it() -> None:
    roi = np.zeros((70, 90), bool)
    roi[20:25, 30:33] = roi[60, 80] = True
    options = PatchOptions()
    corners = {corner for block in corners_in(roi, 16.0, options) for corner in block}
    for row, column in zip(*np.nonzero(roi), strict=True):
        x, y = (column + 0.5) * 16, (row + 0.5) * 16
        could = {
            (i * 192, j * 192)
            for i in range(-1, 10)
            for j in range(-1, 10)
            if i * 192 <= x < i * 192 + 256 and j * 192 <= y < j * 192 + 256
        }
        assert could <= corners


@pytest.mark.parametrize(("by_region", "flips"), [(True, False), (True, True), (False, False), (False, True)])
def test_probability_map_puts_each_place_where_it_is_on_the_slide(spotted: Path, by_region: bool, flips: bool) -> None:
    with Slide(spotted) as slide:
        grid = Grid((0.5, 0.5), slide.size, 16.0)
        roi = Roi(np.ones(grid.shape, bool), grid, [], np.ones(grid.shape, np.uint8))
        found = probability_map(
            slide, roi, REFERENCE, Darkness().eval(),  # type: ignore[arg-type]
            patches=PatchOptions(), stains=PLAIN, options=SegmentationOptions(by_region=by_region, flips=flips),
            on_progress=lambda fraction: None,
        )  # fmt: skip
    assert found.values.shape == (275, 300)
    values = found.values / 65535
    for x, y in SPOTS_UM:
        assert values[int(y / 4), int(x / 4)] == pytest.approx(1 - 50 / 255, abs=0.04)
    expected = 1 - 250 / 255
    assert values[250, 20] == pytest.approx(expected, abs=0.01)
    rows, columns = np.nonzero(values > 0.5)
    assert {(round(x / 25), round(y / 25)) for x, y in zip(columns, rows, strict=True)} == {
        (round(x / 4 / 25), round(y / 4 / 25)) for x, y in SPOTS_UM
    }
