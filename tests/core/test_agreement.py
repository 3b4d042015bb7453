"""Agreement of two readings, against the numbers of the literature and of the networks' own comparison."""

import pytest

from backend.core.agreement import icc, limits_of_agreement, mean_difference
from models.training import agreement


def test_icc_is_that_of_the_comparison_of_networks() -> None:
    first, second = [0.0, 1.2, 2.5, 3.1, 0.4], [0.3, 1.0, 2.9, 4.0, 0.4]
    assert icc(first, second) == pytest.approx(agreement.icc(first, second))


def test_readings_that_agree_have_an_icc_of_one_and_a_constant_difference_lowers_it() -> None:
    assert icc([1, 2, 3], [1, 2, 3]) == pytest.approx(1.0)
    assert icc([1, 2, 3], [2, 3, 4]) == pytest.approx(2 / 3)


def test_too_few_slides_and_slides_that_do_not_vary_have_no_icc() -> None:
    assert icc([1, 2], [1, 2]) is None and icc([2, 2, 2], [2, 2, 2]) is None
    assert mean_difference([], []) is None and limits_of_agreement([1, 2], [1, 2]) is None


def test_differences_are_first_minus_second() -> None:
    first, second = [1, 2, 6], [0.5, 1, 1]
    assert mean_difference(first, second) == pytest.approx(2.1667, abs=1e-4)
    assert limits_of_agreement(first, second) == pytest.approx((-2.6675, 7.0009), abs=1e-4)
