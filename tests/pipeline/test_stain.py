"""Vahadane against a slow reference that shares no code with it, and on input that has no two stains to find."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from backend.core.optics import REFERENCE_STAIN_MATRIX, rgb_from_optical_density
from backend.phantom.render import Renderer
from backend.phantom.scene import PhantomSpec, compose
from backend.pipeline.stain import (
    REFERENCE,
    Stain,
    StainOptions,
    concentrations,
    fit_stain,
    haematoxylin,
    normalise,
    recolour,
)
from backend.wsi.slide import RGB
from tests.realdata import REAL_DATA

OPTIONS = StainOptions()
VAHADANE = StainOptions(prior_weight=0)


def stained(rng: np.random.Generator, matrix: np.ndarray, pixels: int = 40_000) -> np.ndarray:
    """Colour pixels that are mostly one stain or the other, as tissue is."""
    amounts = np.stack((rng.gamma(0.6, 0.7, pixels), rng.gamma(0.9, 0.35, pixels)), axis=1).astype(np.float32)
    return rgb_from_optical_density(amounts @ matrix.astype(np.float32)).reshape(200, -1, 3)


def tissue(name: str) -> np.ndarray:
    """Return tissue: a phantom's, or a real picture's where there are any."""
    if name.startswith("phantom"):
        return Renderer(compose(PhantomSpec(int(name[-1]), 1.5, 1.5, 3))).region((1000, 1000, 1024, 1024))
    path = REAL_DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not in {REAL_DATA}: set FOCUSSCOPE_REAL_DATA")
    return np.asarray(Image.open(path).convert("RGB"))


def slow_amounts(
    density: np.ndarray, matrix: np.ndarray, sparsity: float, start: np.ndarray | None = None, sweeps: int = 400
) -> NDArray[np.float64]:
    """Solve the non-negative lasso by coordinate descent: (pixels, 3) → (pixels, 2)."""
    amounts = np.zeros((len(density), 2)) if start is None else start.copy()
    for _ in range(sweeps):
        for k in (0, 1):
            rest = density - amounts[:, [1 - k]] @ matrix[[1 - k]]
            amounts[:, k] = np.maximum(0, (rest @ matrix[k] - sparsity) / (matrix[k] @ matrix[k]))
    return amounts


def slow_stains(density: np.ndarray, sparsity: float) -> NDArray[np.float64]:
    """Learn the stain matrix to convergence by dictionary learning, from a start that knows no stain's colour."""
    matrix, amounts = np.array([[1.0, 1.0, 1.0], [0.2, 1.0, 0.2]]), np.zeros((len(density), 2))
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    for _ in range(500):
        amounts = slow_amounts(density, matrix, sparsity, amounts, sweeps=5)
        for k in (0, 1):
            rest = density - amounts[:, [1 - k]] @ matrix[[1 - k]]
            vector = np.maximum(0, amounts[:, k] @ rest)
            matrix[k] = vector / np.linalg.norm(vector)
    return matrix if matrix[0, 0] > matrix[1, 0] else matrix[::-1]


def slow_tissue(colours: np.ndarray) -> NDArray[np.bool_]:
    """Tell which (pixels, 3) colours are neither glass nor black by CIELAB lightness, nor green or blue pen."""
    linear = np.where(colours <= 10.31, colours / 3294.6, ((colours / 255 + 0.055) / 1.055) ** 2.4)
    lightness = 1.16 * np.cbrt(linear @ [0.2126, 0.7152, 0.0722]) - 0.16
    red, green, blue = colours.T
    return np.asarray((lightness < 0.9) & (lightness > 0.12) & (green <= red + 8) & (blue <= red + 90))


def slow_normalise(rgb: np.ndarray, whole: np.ndarray, sparsity: float = 0.02) -> NDArray[np.float64]:
    """Follow Vahadane (2016) formula by formula in double precision: learn from `whole`, repaint `rgb`."""
    colours = whole.reshape(-1, 3)[::37].astype(float)
    sample = slow_density(colours[slow_tissue(colours)])
    matrix = slow_stains(sample, sparsity)
    source = np.percentile(slow_amounts(sample, matrix, sparsity), 99, axis=0)
    amounts = slow_amounts(slow_density(rgb.reshape(-1, 3)), matrix, sparsity) * REFERENCE.percentiles / source
    painted: NDArray[np.float64] = 255 * np.exp(-amounts @ REFERENCE_STAIN_MATRIX) - 1
    return painted.reshape(rgb.shape)


def slow_density(colours: np.ndarray) -> NDArray[np.float64]:
    return np.asarray(np.maximum(0, np.log(255) - np.log(colours + 1.0)))


def decibels(one: np.ndarray, other: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((one.astype(float) - other) ** 2)))


@pytest.mark.parametrize(
    "name", ["phantom1", "phantom7", "nuclei/hgsc_nest.jpg", "nuclei/hgsc_stromal_he.jpg", "stain/source.png"]
)
def test_normalised_tissue_is_what_the_slow_reference_makes_of_it(name: str) -> None:
    whole = tissue(name)
    patch, stain = whole[-256:, -256:], fit_stain(whole, VAHADANE)
    assert stain.fallback is None
    assert decibels(normalise(patch, stain, OPTIONS), slow_normalise(patch, whole)) >= 38


def test_closed_form_solves_the_lasso_as_coordinate_descent_does() -> None:
    rng = np.random.default_rng(0)
    density = rng.gamma(1, 0.5, (500, 3)).astype(np.float32)
    expected = slow_amounts(density, REFERENCE_STAIN_MATRIX, 0.02)
    assert np.abs(concentrations(density.T, REFERENCE_STAIN_MATRIX, 0.02).T - expected).max() < 1e-3


@pytest.mark.parametrize("degrees", [3, 0.1, 0.001, 0])
def test_closed_form_stays_the_minimum_when_the_stains_all_but_coincide(degrees: float) -> None:
    density = np.random.default_rng(5).gamma(1, 0.5, (500, 3)).astype(np.float32)
    one, across = REFERENCE_STAIN_MATRIX[0].astype(float), np.array([0.29, 0, -0.65]) / np.hypot(0.29, 0.65)
    other = one * np.cos(np.radians(degrees)) + across * np.sin(np.radians(degrees))
    matrix = np.stack((one, other)).astype(np.float32)
    ours = concentrations(density.T, matrix, 0.02).T
    assert np.isfinite(ours).all() and ours.min() >= 0
    assert (cost(ours, density, matrix) <= cost(slow_amounts(density, matrix, 0.02), density, matrix) + 1e-5).all()


def cost(amounts: np.ndarray, density: np.ndarray, matrix: np.ndarray, sparsity: float = 0.02) -> NDArray[np.float64]:
    """Return what the lasso minimises, pixel by pixel."""
    rest = density.astype(float) - amounts.astype(float) @ matrix.astype(float)
    return np.asarray((rest**2).sum(axis=1) / 2 + sparsity * amounts.sum(axis=1))


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


def test_stains_that_hardly_differ_are_found_nearer_with_the_prior_than_without() -> None:
    pale = np.array([[0.45, 0.80, 0.42], [0.20, 0.86, 0.46]])
    pale /= np.linalg.norm(pale, axis=1, keepdims=True)
    amounts = np.random.default_rng(8).gamma(4, 0.08, (40_000, 2)).astype(np.float32)  # hardly a pixel of one stain
    rgb = rgb_from_optical_density(amounts @ pale.astype(np.float32)).reshape(200, 200, 3)
    found, without = fit_stain(rgb, OPTIONS), fit_stain(rgb, VAHADANE)
    assert found.fallback is None and without.fallback
    assert np.abs(found.matrix - pale).max() < 0.15


def test_recoloured_tissue_takes_the_references_stains_and_ink_keeps_its_hue() -> None:
    matrix = np.array([[0.5, 0.77, 0.4], [0.2, 0.87, 0.45]], np.float32)
    stain = Stain(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), REFERENCE.percentiles)
    amounts = np.random.default_rng(9).gamma(2, 0.3, (400, 2)).astype(np.float32)
    theirs, ours = (rgb_from_optical_density(amounts @ one.matrix) for one in (stain, REFERENCE))
    assert np.abs(recolour(theirs, stain, OPTIONS).astype(int) - ours).max() < 12
    red, green, blue = recolour(np.array([[20, 110, 60]], np.uint8), stain, OPTIONS)[0].astype(int)
    assert green > red + 40 and green > blue + 20
    assert normalise(np.array([[20, 110, 60]], np.uint8), stain, OPTIONS)[0].argmax() != 1


def test_brown_pigment_does_not_pass_for_nuclei_and_nuclei_stay() -> None:
    brown, nucleus, yellowed = [95, 55, 30], [80, 45, 130], [255, 253, 230]
    rgb = np.array([brown, nucleus, yellowed], np.uint8)
    painted = normalise(rgb, REFERENCE, OPTIONS).astype(int)
    assert painted[0].min() >= 250
    plain = normalise(rgb, REFERENCE, replace(OPTIONS, without_pigment=False))
    assert plain[0].max() < 150  # as dark as a nucleus
    assert np.abs(painted[1:] - plain[1:]).max() <= 1


@pytest.mark.parametrize("value", [245, 250, 255])
def test_glass_stays_white(value: int) -> None:
    glass = np.full((8, 8, 3), value, np.uint8)
    strong = Stain(REFERENCE.matrix, np.asarray(REFERENCE.percentiles / 1.5, np.float32))
    assert normalise(glass, strong, OPTIONS).min() >= value - 1


@pytest.mark.parametrize("paint", [normalise, recolour])
def test_a_slide_whose_glass_is_grey_comes_out_as_one_whose_glass_is_white(paint: Callable[..., RGB]) -> None:
    bright = stained(np.random.default_rng(4), REFERENCE_STAIN_MATRIX)
    glass = np.array([225, 219, 222], np.float32)
    dim = np.rint((bright + 1) * (glass + 1) / 256 - 1).clip(0).astype(np.uint8)
    on_white, on_grey = (fit_stain(bright, OPTIONS), fit_stain(dim, OPTIONS, glass))
    alike = [paint(*one, OPTIONS).astype(int) for one in ((bright, on_white), (dim, on_grey))]
    assert np.abs(alike[0] - alike[1]).mean() < 2
    assert np.abs(paint(dim, fit_stain(dim, OPTIONS), OPTIONS) - alike[0]).mean() > 10  # without knowing the glass
    assert (paint(glass.astype(np.uint8)[None, None], on_grey, OPTIONS) >= 254).all()
    assert np.array_equal(paint(dim, Stain.from_dict(on_grey.as_dict()), OPTIONS), alike[1])


def test_the_callers_pixels_stay_untouched() -> None:
    rgb = stained(np.random.default_rng(6), REFERENCE_STAIN_MATRIX)
    kept = rgb.copy()
    stain = fit_stain(rgb, OPTIONS)
    normalise(rgb, stain, OPTIONS)
    haematoxylin(rgb, stain, OPTIONS)
    assert np.array_equal(rgb, kept)


def test_a_patch_is_repainted_alike_alone_in_a_stack_and_as_a_view() -> None:
    rgb = stained(np.random.default_rng(7), REFERENCE_STAIN_MATRIX)
    stack = np.stack((rgb, rgb[::-1], rgb[:, ::-1]))
    painted = normalise(stack, REFERENCE, OPTIONS).astype(int)
    assert np.abs(painted[0] - normalise(rgb[::-1, ::-1], REFERENCE, OPTIONS)[::-1, ::-1]).max() <= 1
    assert np.abs(painted[0] - painted[1][::-1]).max() <= 1
    amounts = haematoxylin(stack, REFERENCE, OPTIONS)
    assert amounts[2] == pytest.approx(haematoxylin(rgb, REFERENCE, OPTIONS)[:, ::-1], abs=1e-4)


def test_densities_that_no_colour_has_become_white_or_black() -> None:
    assert rgb_from_optical_density(np.array([-1.0, 6.0, 90.0], np.float32)).tolist() == [255, 0, 0]


@pytest.mark.parametrize("value", [0, 255])
def test_blank_or_black_input_falls_back_to_the_reference_and_says_so(value: int) -> None:
    stain = fit_stain(np.full((100, 100, 3), value, np.uint8), OPTIONS)
    assert stain.fallback
    assert np.array_equal(stain.matrix, REFERENCE.matrix)


@pytest.mark.parametrize("stain", [0, 1])
def test_single_stain_input_stays_finite_and_keeps_its_hue(stain: int) -> None:
    amounts = np.random.default_rng(3).gamma(2, 0.3, (40_000, 1)).astype(np.float32)
    rgb = rgb_from_optical_density(amounts @ REFERENCE_STAIN_MATRIX[[stain]]).reshape(200, 200, 3)
    with np.errstate(all="raise", under="ignore"):
        fitted = fit_stain(rgb, OPTIONS)
        painted = normalise(rgb, fitted, OPTIONS)
    assert np.isfinite(fitted.matrix).all() and np.isfinite(fitted.percentiles).all()
    assert np.argsort(painted.mean(axis=(0, 1))).tolist() == np.argsort(rgb.mean(axis=(0, 1))).tolist()
    assert painted.std() > 5


def test_switched_off_normalisation_changes_nothing() -> None:
    rgb = stained(np.random.default_rng(4), REFERENCE_STAIN_MATRIX)
    assert normalise(rgb, REFERENCE, StainOptions(normalise=False)) is rgb


def test_haematoxylin_is_measured_in_the_references_units() -> None:
    amounts = np.array([[1.0, 0.2]], np.float32)
    rgb = rgb_from_optical_density(amounts @ REFERENCE_STAIN_MATRIX)[None]
    assert haematoxylin(rgb, REFERENCE, OPTIONS) == pytest.approx(1.0, abs=0.06)
    weak = Stain(REFERENCE.matrix, np.asarray(REFERENCE.percentiles / 2, np.float32))
    assert haematoxylin(rgb, weak, OPTIONS) == pytest.approx(2.0, abs=0.12)
