import numpy as np
import pytest

from backend.core.optics import REFERENCE_STAIN_MATRIX, rgb_from_optical_density
from backend.pipeline.stain import (
    REFERENCE,
    Stain,
    StainOptions,
    concentrations,
    fit_stain,
    haematoxylin,
    normalise,
)

OPTIONS = StainOptions()


def stained(rng: np.random.Generator, matrix: np.ndarray, pixels: int = 40_000) -> np.ndarray:
    """Colour pixels that are mostly one stain or the other, as tissue is."""
    amounts = np.stack((rng.gamma(0.6, 0.7, pixels), rng.gamma(0.9, 0.35, pixels)), axis=1).astype(np.float32)
    return rgb_from_optical_density(amounts @ matrix.astype(np.float32)).reshape(200, -1, 3)


def coordinate_descent(density: np.ndarray, matrix: np.ndarray, sparsity: float) -> np.ndarray:
    """Solve the non-negative lasso slowly and independently of the closed form."""
    amounts = np.zeros((len(density), 2))
    for _ in range(400):
        for k in (0, 1):
            rest = density - amounts[:, [1 - k]] @ matrix[[1 - k]]
            amounts[:, k] = np.maximum(0, (rest @ matrix[k] - sparsity) / (matrix[k] @ matrix[k]))
    return amounts


def test_closed_form_solves_the_lasso_as_coordinate_descent_does() -> None:
    rng = np.random.default_rng(0)
    density = rng.gamma(1, 0.5, (500, 3)).astype(np.float32)
    expected = coordinate_descent(density, REFERENCE_STAIN_MATRIX, 0.02)
    assert np.abs(concentrations(density, REFERENCE_STAIN_MATRIX, 0.02) - expected).max() < 1e-3


def test_fit_is_deterministic_and_names_haematoxylin_first() -> None:
    rgb = stained(np.random.default_rng(1), REFERENCE_STAIN_MATRIX)
    first, second = fit_stain(rgb, OPTIONS), fit_stain(rgb, OPTIONS)
    assert np.array_equal(first.matrix, second.matrix)
    assert first.fallback is None
    assert first.matrix[0, 0] > first.matrix[1, 0]


def test_differently_stained_tissue_looks_alike_once_normalised() -> None:
    other = REFERENCE_STAIN_MATRIX + np.array([[-0.06, 0.05, 0.04], [0.08, -0.05, 0.10]])
    other /= np.linalg.norm(other, axis=1, keepdims=True)
    ours, theirs = (stained(np.random.default_rng(2), m) for m in (REFERENCE_STAIN_MATRIX, other))
    apart = np.abs(ours.astype(int) - theirs).mean()
    painted = [normalise(one, fit_stain(one, OPTIONS), OPTIONS).astype(int) for one in (ours, theirs)]
    assert np.abs(painted[0] - painted[1]).mean() < apart / 2


def test_glass_stays_white_and_the_callers_pixels_stay_untouched() -> None:
    rgb = np.full((8, 8, 3), 250, np.uint8)
    kept = rgb.copy()
    assert normalise(rgb, REFERENCE, OPTIONS).min() >= 250
    assert np.array_equal(rgb, kept)


@pytest.mark.parametrize("value", [0, 255])
def test_blank_or_black_input_falls_back_to_the_reference_and_says_so(value: int) -> None:
    stain = fit_stain(np.full((100, 100, 3), value, np.uint8), OPTIONS)
    assert stain.fallback
    assert np.array_equal(stain.matrix, REFERENCE.matrix)


def test_single_stain_input_stays_finite_and_keeps_its_hue() -> None:
    amounts = np.random.default_rng(3).gamma(2, 0.3, (40_000, 1)).astype(np.float32)
    rgb = rgb_from_optical_density(amounts @ REFERENCE_STAIN_MATRIX[[1]]).reshape(200, 200, 3)
    painted = normalise(rgb, fit_stain(rgb, OPTIONS), OPTIONS)
    assert (painted[..., 0].mean() > painted[..., 1].mean()) and painted.std() > 5


def test_switched_off_normalisation_changes_nothing() -> None:
    rgb = stained(np.random.default_rng(4), REFERENCE_STAIN_MATRIX)
    assert normalise(rgb, REFERENCE, StainOptions(normalise=False)) is rgb


def test_haematoxylin_is_measured_in_the_references_units() -> None:
    amounts = np.array([[1.0, 0.2]], np.float32)
    rgb = rgb_from_optical_density(amounts @ REFERENCE_STAIN_MATRIX)[None]
    assert haematoxylin(rgb, REFERENCE, OPTIONS) == pytest.approx(1.0, abs=0.06)
    weak = Stain(REFERENCE.matrix, np.asarray(REFERENCE.percentiles / 2, np.float32))
    assert haematoxylin(rgb, weak, OPTIONS) == pytest.approx(2.0, abs=0.12)
