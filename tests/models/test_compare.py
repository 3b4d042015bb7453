"""Measuring and comparing networks, on patches whose answers are known."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.metrics import Overlap
from models.training.augment import augment_stack
from models.training.compare import augment_first, compare
from models.training.curves import draw_curves
from models.training.dataset import Examples
from models.training.loop import Schedule
from models.training.measure import SlideScore, cost_of, per_slide, pooled, score_slide, score_slides
from models.training.results import Result, by_network, table

SIDE = 64


def export(root: Path, slides: int, stacks: int = 4) -> Path:
    """Write slides with a dark square on every patch; the last slide has none."""
    rng = np.random.default_rng(slides)
    for slide in range(slides):
        rasters = rng.integers(180, 255, (stacks, 3, SIDE, SIDE, 3), dtype=np.uint8)
        masks = np.zeros((stacks, SIDE, SIDE), np.uint8)
        if slide < slides - 1:
            masks[:, 16:48, 16:48] = 1
            rasters[:, 0][masks > 0] //= 3
        folder = root / str(slide)
        folder.mkdir(parents=True)
        np.save(folder / "stacks.npy", rasters)
        np.save(folder / "masks.npy", masks)
    return root


class Darkness(nn.Module):
    """Finds whatever is dark: knows the answer."""

    def forward(self, stack: Tensor) -> Tensor:
        return 0.5 - stack[:, 0].mean(1, keepdim=True)


def square(size: int) -> NDArray[np.bool_]:
    mask = np.zeros((SIDE, SIDE), bool)
    mask[:size, :size] = True
    return mask


def scored(slide: int, both: int, predicted: int, true: int, false_foci: int | None = None) -> SlideScore:
    return SlideScore(slide, Overlap(both, predicted, true), 2.0 if true else None, false_foci)


def result(network: str, slides: list[SlideScore], seed: int = 1) -> Result:
    return Result(network, "small", seed, 2e-3, 1_234_567, 0.98, 30.2, 900, 21.5, "cpu", 2, slides)


def test_a_network_that_knows_the_answer_scores_fully(tmp_path: Path) -> None:
    scores = score_slides(Darkness(), Examples(export(tmp_path, 3), ("stacks", "masks")), torch.device("cpu"), batch=3)
    assert [one.slide for one in scores] == [0, 1, 2]
    assert [one.overlap.dice for one in scores] == [1, 1, 1]
    assert [one.boundary_um for one in scores] == [0, 0, None]
    assert [one.false_foci for one in scores] == [None, None, 0]


def test_false_foci_count_only_where_there_is_no_lesion_and_by_area() -> None:
    nothing = np.zeros((SIDE, SIDE), bool)
    assert score_slide(0, [(square(24), nothing), (square(25), nothing)], 1.0).false_foci == 1  # 576 and 625 µm²
    assert score_slide(0, [(square(24), nothing), (square(25), nothing)], 2.0).false_foci == 2
    assert score_slide(0, [(square(25), nothing), (nothing, square(25))], 1.0).false_foci is None


def test_an_aggregate_too_small_to_count_is_no_false_focus() -> None:
    apart = np.flip(square(25))
    pairs = [(square(25) | apart, square(5))]
    assert score_slide(0, pairs, 1.0, foci=0).false_foci == 1  # the one that touches no lesion
    assert score_slide(0, pairs, 1.0, foci=1).false_foci is None


def test_boundary_distance_is_in_micrometres() -> None:
    assert score_slide(0, [(square(20), square(23))], 2.0).boundary_um == pytest.approx(6, abs=0.5)


def test_pooled_scores_weigh_pixels_and_slide_scores_weigh_slides_with_lesions() -> None:
    scores = [scored(0, 90, 90, 90), scored(1, 0, 10, 10), scored(2, 0, 20, 0, false_foci=1)]
    assert pooled(scores, "dice") == pytest.approx(2 * 90 / (120 + 100))
    assert pooled(scores, "iou") == pytest.approx(90 / 130)
    assert per_slide(scores, "dice") == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["m2cf_net", "unet", "msnet", "hooknet", "transunet"])
def test_small_presets_cost_about_one_gmac(name: str) -> None:
    parameters, gmac = cost_of(name, "small", 256)
    assert parameters < 4e6
    assert 0.7 < gmac < 1.5


def test_a_network_of_one_branch_sees_the_same_augmentation_as_one_of_three() -> None:
    stack = np.random.default_rng(0).integers(0, 255, (3, SIDE, SIDE, 3), dtype=np.uint8)
    for seed in range(6):
        whole, mask = augment_stack(stack, square(9).astype(np.uint8), np.random.default_rng(seed))
        first, same = augment_first(1)(stack, square(9).astype(np.uint8), np.random.default_rng(seed))
        assert np.array_equal(whole[:1], first)
        assert np.array_equal(mask, same)


def test_table_puts_the_best_network_first_and_leaves_blank_what_cannot_be_said() -> None:
    worse, better = result("unet", [scored(0, 5, 10, 10)]), result("msnet", [scored(0, 9, 10, 10)])
    lines = table([worse, better]).splitlines()
    assert list(by_network([worse, better])) == ["msnet", "unet"]
    assert lines[2].startswith("| msnet `small` | 1.23 M | 0.98 | 30 | 900 | 0.900 [0.900, 0.900] |")
    assert "| – |" in lines[2]  # no negative slide
    assert lines[3].startswith("| unet")


def test_table_shows_every_seed() -> None:
    runs = [result("unet", [scored(0, 5, 10, 10)], seed=1), result("unet", [scored(0, 10, 10, 10)], seed=2)]
    assert "| 0.500 · 1.000 |" in table(runs)
    assert "| 0.750 [0.750, 0.750] |" in table(runs)


def test_curves_are_drawn_one_line_per_run() -> None:
    picture = draw_curves({"unet": [[(1, 0.2), (2, 0.8)], [(1, 0.3), (2, 0.7)]], "msnet": [[(2, 0.9)]]})
    lines = ElementTree.fromstring(picture).findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 3
    assert len({one.get("stroke") for one in lines}) == 2


def test_comparison_trains_measures_reports_and_does_not_repeat_itself(tmp_path: Path) -> None:
    train, val, test = (export(tmp_path / name, slides) for name, slides in (("train", 3), ("val", 2), ("test", 4)))
    schedules = [Schedule(epochs=2, epoch_steps=2, batch=4, seed=seed) for seed in (1, 2)]
    arguments = {"schedules": schedules, "networks": ("m2cf_net", "unet"), "device": "cpu"}
    first = compare(train, val, test, tmp_path / "out", **arguments)  # type: ignore[arg-type]
    assert [(one.network, one.seed, one.steps) for one in first] == [
        ("m2cf_net", 1, 4), ("unet", 1, 4), ("m2cf_net", 2, 4), ("unet", 2, 4),
    ]  # fmt: skip
    assert [one.learning_rate for one in first[:2]] == [3e-3, 8e-3]  # each its own
    assert all(len(one.slides) == 4 and one.milliseconds > 0 for one in first)
    assert {one.name for one in (tmp_path / "out").glob("comparison.*")} == {
        "comparison.md", "comparison.json", "comparison.svg",
    }  # fmt: skip
    assert compare(train, val, test, tmp_path / "out", **arguments) == first  # type: ignore[arg-type]
