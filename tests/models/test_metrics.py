import numpy as np
import pytest
from numpy.typing import NDArray

from models.metrics import Overlap, bootstrap_interval, boundary_distances, count_components


def box(top: int, left: int, bottom: int, right: int, side: int = 40) -> NDArray[np.bool_]:
    mask = np.zeros((side, side), bool)
    mask[top:bottom, left:right] = True
    return mask


NOTHING = box(0, 0, 0, 0)


def test_overlap_of_half_of_each_mask() -> None:
    overlap = Overlap()
    overlap.add(box(0, 0, 10, 10), box(0, 5, 10, 15))
    assert overlap.dice == pytest.approx(0.5)
    assert overlap.iou == pytest.approx(1 / 3)


def test_overlap_of_nothing_with_nothing_is_perfect() -> None:
    overlap = Overlap()
    overlap.add(NOTHING, NOTHING)
    assert (overlap.dice, overlap.iou) == (1, 1)


def test_equal_masks_have_no_distance_between_their_boundaries() -> None:
    distances = boundary_distances(box(5, 5, 20, 20), box(5, 5, 20, 20))
    assert distances.size == 2 * 56  # each pixel of either boundary
    assert not distances.any()


def test_a_margin_of_three_pixels_is_three_pixels_away() -> None:
    distances = boundary_distances(box(10, 10, 30, 30), box(7, 7, 33, 33))
    assert distances.min() == 3
    assert distances.max() == pytest.approx(3 * 2**0.5)  # the corners


def test_the_frame_of_a_patch_is_no_boundary() -> None:
    half, less = box(0, 0, 40, 20), box(0, 0, 40, 18)
    assert set(boundary_distances(half, less).tolist()) == {2}


def test_a_mask_without_boundary_has_no_distances() -> None:
    whole = ~NOTHING
    assert boundary_distances(NOTHING, box(5, 5, 9, 9)).size == 0
    assert boundary_distances(box(5, 5, 9, 9), whole).size == 0


def test_components_below_the_smallest_size_do_not_count() -> None:
    mask = box(0, 0, 5, 5) | box(10, 10, 20, 20) | box(20, 20, 22, 22)  # the last two touch at a corner
    assert [count_components(mask, smallest) for smallest in (1, 25, 26, 104, 105)] == [2, 2, 1, 1, 0]


def test_bootstrap_interval_of_a_mean_is_about_two_standard_errors() -> None:
    values = np.random.default_rng(1).normal(5, 1, 400).tolist()
    low, high = bootstrap_interval(values, lambda drawn: float(np.mean(drawn)))
    assert (low, high) == pytest.approx((np.mean(values) - 0.098, np.mean(values) + 0.098), abs=0.02)
    assert bootstrap_interval(values, lambda drawn: float(np.mean(drawn))) == (low, high)
