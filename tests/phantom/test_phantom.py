import json
from pathlib import Path

import numpy as np
import openslide
import pytest
from shapely import Polygon, contains_xy

from backend.core.optics import REFERENCE_STAIN_MATRIX
from backend.phantom.layout import MAP_UM
from backend.phantom.render import Renderer
from backend.phantom.scene import PhantomSpec, Scene, compose
from backend.phantom.writer import write_phantom

SPEC = PhantomSpec(seed=11, width_mm=1.8, height_mm=1.5, foci=3)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return compose(SPEC)


def test_phantom_has_exactly_the_foci_asked_for(scene: Scene) -> None:
    assert sum(one.lymphocyte_count >= 50 for one in scene.lesions) == 3
    assert any(one.lymphocyte_count < 50 for one in scene.lesions)


def test_every_lymphocyte_of_a_lesion_lies_in_its_outline_and_the_outlines_are_apart(scene: Scene) -> None:
    for lesion in scene.lesions:
        assert contains_xy(lesion.outline_um, *lesion.lymphocytes_um.T).all()
    outlines = [one.outline_um for one in scene.lesions]
    assert all(not a.intersects(b) for i, a in enumerate(outlines) for b in outlines[:i])


def test_same_seed_draws_the_same_slide_and_another_seed_another() -> None:
    box = (1200, 900, 256, 256)
    first, again = (Renderer(compose(SPEC)).region(box) for _ in range(2))
    assert np.array_equal(first, again)
    other = Renderer(compose(PhantomSpec(12, 1.8, 1.5, 3))).region(box)
    assert not np.array_equal(first, other)


def test_regions_drawn_side_by_side_join_without_a_seam(scene: Scene) -> None:
    renderer = Renderer(scene)
    whole = renderer.region((1000, 800, 512, 256)).astype(int)
    halves = np.concatenate([renderer.region((x, 800, 256, 256)) for x in (1000, 1256)], axis=1).astype(int)
    assert np.abs(whole - halves).max() <= 2


def test_colours_follow_beer_lambert_with_the_scenes_own_stains(scene: Scene) -> None:
    rgb = Renderer(scene).region((0, 0, *scene.spec.size))[::4, ::4].reshape(-1, 3).astype(float)
    density = -np.log((rgb + 1) / (np.array(scene.staining.white) + 1))
    dark = density[(density.mean(axis=1) > 0.2) & (density.mean(axis=1) < 1.5)]
    plane = np.linalg.svd(scene.staining.matrix.astype(float))[2][2]
    assert np.median(np.abs(dark @ plane)) < 0.05  # all colours lie in the plane of the two stains
    assert np.abs(scene.staining.matrix - REFERENCE_STAIN_MATRIX).max() < 0.4


def test_slide_opens_in_openslide_with_its_mpp_and_its_truth_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "手 p.tiff"
    scene = write_phantom(PhantomSpec(3, 1.2, 1.0, 2), path)
    with openslide.OpenSlide(path) as slide:
        assert slide.dimensions == (2400, 2000)
        assert float(slide.properties["openslide.mpp-x"]) == pytest.approx(0.5)
        assert slide.level_count > 2
        level0 = np.asarray(slide.read_region((700, 700), 0, (512, 512)).convert("RGB")).astype(int)
    drawn = Renderer(scene).region((700, 700, 512, 512)).astype(int)
    assert np.abs(level0 - drawn).mean() < 6  # JPEG only
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "手 p.roi.geojson", "手 p.tiff", "手 p.truth.cells.npy", "手 p.truth.geojson", "手 p.truth.json",
    ]  # fmt: skip


def test_truth_counts_and_measures_what_was_drawn(tmp_path: Path) -> None:
    path = tmp_path / "p.tiff"
    scene = write_phantom(PhantomSpec(3, 1.2, 1.0, 2), path)
    truth = json.loads((tmp_path / "p.truth.json").read_text())
    assert truth["foci"] == 2
    assert truth["focus_score"] == pytest.approx(4 * 2 / truth["glandular_area_mm2"])
    features = json.loads((tmp_path / "p.truth.geojson").read_text())["features"]
    glands = [Polygon(*_shell_and_holes(one)) for one in features if one["properties"]["name"] == "Gland"]
    assert sum(one.area for one in glands) * 0.25e-6 == pytest.approx(truth["glandular_area_mm2"], rel=0.03)
    counts = [
        one["properties"]["measurements"]["Lymphocytes"] for one in features if "Gland" not in str(one["properties"])
    ]
    assert counts == [one.lymphocyte_count for one in scene.lesions]
    assert scene.layout.tissue.shape == (round(1000 / MAP_UM), round(1200 / MAP_UM))


def _shell_and_holes(feature: dict) -> tuple[list, list]:  # type: ignore[type-arg]
    rings = feature["geometry"]["coordinates"]
    return rings[0], rings[1:]
