"""Agreement of two readers, against values worked out by hand or published."""

import pytest
from shapely import box

from models.training.agreement import icc, kappa, matched


def test_icc_of_the_published_example() -> None:
    judges = ([9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7])
    assert icc(*judges) == pytest.approx(0.29, abs=0.005)  # Shrout & Fleiss 1979, ICC(2,1)


def test_icc_counts_a_constant_shift_as_disagreement() -> None:
    assert icc([1, 2, 3, 4], [1, 2, 3, 4]) == pytest.approx(1)
    assert icc([1, 2, 3, 4], [3, 4, 5, 6]) < 0.5


def test_kappa_is_what_chance_leaves() -> None:
    one = [True] * 25 + [False] * 25
    other = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    assert kappa(one, other) == pytest.approx(0.4)
    assert kappa([True, True], [True, True]) == 1


def test_each_polygon_is_matched_once_and_the_best_overlap_wins() -> None:
    found = [box(0, 0, 10, 10), box(0, 0, 10, 8), box(50, 50, 60, 60)]
    true = [box(0, 0, 10, 9.8), box(58, 58, 70, 70)]
    assert matched(found, true) == [(0, 0)]
    assert matched([], true) == []
