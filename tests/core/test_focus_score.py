import pytest

from backend.core.focus_score import (
    BORDERLINE_LYMPHOCYTES,
    counts_as_focus,
    focus_score,
    poisson_interval,
    summed_focus_score,
)


def test_forty_nine_lymphocytes_are_no_focus_and_fifty_are() -> None:
    assert not counts_as_focus(49)
    assert counts_as_focus(50)


def test_one_focus_in_four_mm2_scores_one_and_meets_the_criterion() -> None:
    score = focus_score(1, 4.0)
    assert score.value == 1.0
    assert score.meets_criterion is True


def test_one_focus_in_a_little_more_than_four_mm2_does_not_meet_it_however_it_is_rounded() -> None:
    score = focus_score(1, 4.1)
    assert score.value == pytest.approx(0.976, abs=5e-4)
    assert score.meets_criterion is False
    assert focus_score(1, 4.0001).meets_criterion is False


@pytest.mark.parametrize("area", [0.0, None])
def test_score_without_a_glandular_area_is_undefined_with_a_reason_and_never_zero(area: float | None) -> None:
    score = focus_score(0, area)
    assert (score.value, score.low, score.high, score.meets_criterion) == (None, None, None, None)
    assert score.reason


@pytest.mark.parametrize(
    ("foci", "value", "low", "high"),
    [(2, 1.0, 0.12, 3.61), (4, 2.0, 0.54, 5.12), (0, 0.0, 0.0, 1.84), (1, 0.5, 0.01, 2.79)],
)
def test_interval_in_eight_mm2_is_the_exact_poisson_one(foci: int, value: float, low: float, high: float) -> None:
    score = focus_score(foci, 8.0)
    assert score.value is not None and score.low is not None and score.high is not None
    assert (score.value, round(score.low, 2), round(score.high, 2)) == (value, low, high)


def test_interval_of_a_large_count_still_brackets_it() -> None:
    low, high = poisson_interval(400)
    assert 360 < low < 400 < high < 442


def test_forty_to_sixty_lymphocytes_are_borderline() -> None:
    assert [count in BORDERLINE_LYMPHOCYTES for count in (39, 40, 60, 61)] == [False, True, True, False]


def test_levels_of_a_biopsy_are_summed_and_their_scores_not_averaged() -> None:
    score = summed_focus_score([("A", focus_score(3, 1.0)), ("B", focus_score(0, 5.0))])
    assert (score.foci, score.glandular_area_mm2, score.value) == (3, 6.0, 2.0)


def test_level_that_is_unknown_leaves_the_sum_unknown_and_is_named() -> None:
    score = summed_focus_score([("A", focus_score(3, 1.0)), ("B", focus_score(1, None))])
    assert (score.foci, score.value, score.reason) == (4, None, "B: The glandular area is unknown.")


def test_biopsy_without_a_level_has_no_score() -> None:
    score = summed_focus_score([])
    assert (score.foci, score.value, score.reason) == (0, None, "There is no slide.")
