"""What is said to differ beyond chance, and what is not said."""

import random

import pytest

from backend.core.drift import mean_interval, means_differ, shares_differ, wilson_interval


def test_interval_of_a_share_is_wilsons() -> None:
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)  # as R's binom.confint has it
    assert wilson_interval(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson_interval(0, 0) is None


def test_interval_of_a_mean_reaches_as_far_as_its_standard_error_says() -> None:
    scores = [0.2, 0.8, 1.1, 1.9, 0.4, 2.5, 0.0, 3.0, 1.2, 0.9]  # mean 1.2, standard deviation 0.9866
    assert mean_interval(scores) == pytest.approx((0.5885, 1.8115), abs=1e-4)


def test_nothing_is_said_of_few_slides() -> None:
    assert means_differ([0.0] * 9, [5.0] * 50) is None
    assert shares_differ([(2, 2)] * 50, [(0, 2)] * 9 + [(0, 0)] * 9) is None
    assert mean_interval([1.0] * 9) is None


def test_a_lasting_change_is_found_and_chance_is_not() -> None:
    draw = random.Random(1)
    before, lately = ([draw.gauss(0.0, 0.5) for _ in range(n)] for n in (200, 30))
    assert means_differ(before, lately) is False
    assert means_differ(before, [one + 0.5 for one in lately]) is True
    assert means_differ([0.0] * 10, [0.0] * 10) is False


def test_slides_vary_not_foci() -> None:
    """As many foci, and as many rejected, once on a single odd slide and once spread over all."""
    before = [(4, 4)] * 38 + [(3, 4)] * 2
    odd, spread = [(4, 4)] * 11 + [(0, 12)], [(3, 4)] * 12 + [(3, 3)] * 4
    assert shares_differ(before, odd) is False
    assert shares_differ(before, spread) is True


def test_false_alarms_are_rare() -> None:
    draw = random.Random(2)

    def slides(n: int) -> list[tuple[int, int]]:
        sizes = [draw.randint(1, 12) for _ in range(n)]
        return [(sum(draw.random() < 0.85 for _ in range(size)), size) for size in sizes]

    alarms = sum(bool(shares_differ(slides(100), slides(30))) for _ in range(400))
    assert alarms / 400 < 0.04
