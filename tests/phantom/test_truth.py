"""What a phantom says about itself is what was drawn."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from shapely import contains_xy

from backend.core.optics import optical_density
from backend.phantom.look_alikes import LOOK_ALIKES
from backend.phantom.render import Renderer
from backend.phantom.scene import PhantomSpec, Scene, compose
from backend.phantom.shapes import LYMPHOID, CellKind, covered
from backend.phantom.writer import truth_cells, write_phantom

SPEC = PhantomSpec(seed=31, width_mm=3.0, height_mm=2.6, foci=5)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return compose(SPEC)


@pytest.fixture(scope="module")
def many() -> list[Scene]:
    return [compose(PhantomSpec(seed, 4, 3.5, 6)) for seed in range(40, 54)]


@pytest.mark.parametrize(("seed", "foci"), [(1, 0), (2, 1), (3, 9)])
def test_phantom_has_as_many_foci_as_asked_for_none_and_many_included(seed: int, foci: int) -> None:
    lesions = compose(PhantomSpec(seed, 3.5, 3.0, foci)).lesions
    assert sum(one.lymphocyte_count >= 50 for one in lesions) == foci


def test_cells_file_holds_every_lymphocyte_and_counts_each_lesion(tmp_path: Path) -> None:
    scene = write_phantom(PhantomSpec(3, 1.2, 1.0, 2), tmp_path / "p.tiff")
    cells = np.load(tmp_path / "p.truth.cells.npy")
    assert len(cells) == int(np.isin(scene.cells["kind"], LYMPHOID).sum())
    for number, lesion in enumerate(scene.lesions):
        own = cells[cells[:, 2] == number]
        assert len(own) == lesion.lymphocyte_count
        assert contains_xy(lesion.outline_um.buffer(0.01), own[:, 0] * 0.5, own[:, 1] * 0.5).all()


def test_no_lymphocyte_inside_an_outline_is_left_out_of_its_count(many: list[Scene]) -> None:
    for scene in many:
        cells = truth_cells(scene)
        single = cells[cells[:, 2] < 0] * scene.spec.mpp
        assert len(single) > 20
        for lesion in scene.lesions:
            assert not contains_xy(lesion.outline_um.buffer(-0.05), single[:, 0], single[:, 1]).any()


def test_a_dark_nucleus_is_drawn_where_the_truth_says() -> None:
    scene = compose(replace(SPEC, artefacts=False))
    lesion = max(scene.lesions, key=lambda one: one.lymphocyte_count)
    x0, y0, x1, y1 = (int(value / 0.5) for value in lesion.outline_um.buffer(20).bounds)
    red = optical_density(Renderer(scene).region((x0, y0, x1 - x0, y1 - y0)))[..., 0]
    small = lesion.lymphocytes_um[~lesion.germinal]
    columns, rows = (np.rint(small / 0.5).astype(int) - (x0, y0)).T
    at_nuclei = cv2.GaussianBlur(red, (0, 0), 2)[rows, columns]
    assert np.mean(at_nuclei > np.median(red)) > 0.97


def test_lymphocytes_stay_out_of_the_lumens_of_ducts_and_vessels(many: list[Scene]) -> None:
    for scene in many[:6]:
        lumens = scene.blobs[np.isin(scene.blobs["material"], (7, 8, 10))]
        for lesion in scene.lesions:
            x, y = lesion.lymphocytes_um.T
            near = lumens[np.hypot(lumens["x"] - x.mean(), lumens["y"] - y.mean()) < 400]
            wide = near[near["profile"].astype(np.float32).min(axis=1) > 8]
            assert covered(wide, x, y).mean() < 0.02


def test_foci_come_small_and_confluent_sparse_and_dense_with_and_without_germinal_centres(many: list[Scene]) -> None:
    foci = [one for scene in many for one in scene.lesions if one.lymphocyte_count >= 50]
    counts = np.array([one.lymphocyte_count for one in foci])
    assert (counts < 66).mean() > 0.08
    assert (counts > 500).any()
    density = counts / [one.outline_um.area for one in foci]
    assert np.percentile(density, 95) > 1.6 * np.percentile(density, 5)
    assert 0.02 < np.mean([one.germinal.any() for one in foci]) < 0.5


def test_aggregates_below_fifty_reach_up_to_the_limit(many: list[Scene]) -> None:
    counts = [one.lymphocyte_count for scene in many for one in scene.lesions if one.lymphocyte_count < 50]
    assert min(counts) < 12
    assert max(counts) > 40


def test_look_alikes_hold_no_lymphocytes() -> None:
    assert not {one.kind for one in LOOK_ALIKES} & set(LYMPHOID)
    assert {CellKind.PLASMA, CellKind.DUCTAL, CellKind.CRUSHED, CellKind.RED_CELL} <= {one.kind for one in LOOK_ALIKES}


def test_same_seed_at_40x_has_the_same_truth(scene: Scene) -> None:
    fine = compose(replace(SPEC, mpp=0.25))
    assert fine.glandular_area_mm2 == scene.glandular_area_mm2
    assert [one.outline_um.wkb for one in fine.lesions] == [one.outline_um.wkb for one in scene.lesions]
    assert _in_um(fine) == pytest.approx(_in_um(scene), abs=0.01)


def _in_um(scene: Scene) -> NDArray[np.float32]:
    return truth_cells(scene)[:, :2] * np.float32(scene.spec.mpp)


def test_infiltrates_of_a_phantom_with_sheets_replace_whole_lobules() -> None:
    usual, sheets = (compose(PhantomSpec(31, 3.0, 2.6, 3, sheets=one)).lesions for one in (False, True))
    assert sum(one.lymphocyte_count >= 50 for one in sheets) == 3
    assert max(one.lymphocyte_count for one in sheets) > 5 * max(one.lymphocyte_count for one in usual)
