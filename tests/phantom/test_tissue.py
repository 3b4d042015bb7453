"""Tissues look as they should, and slides differ as slides do."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from shapely import Polygon, STRtree

from backend.core.optics import optical_density
from backend.phantom.artefacts import Artefact, ArtefactKind
from backend.phantom.epithelium import epithelium
from backend.phantom.layout import MAP_UM, Tissue, invaded, lay_out
from backend.phantom.materials import GROUNDS, Material
from backend.phantom.packing import Packing, packed
from backend.phantom.places import fibre_direction, tissue_at
from backend.phantom.render import Renderer
from backend.phantom.scene import PhantomSpec, Scene, compose
from backend.phantom.shapes import CellKind, outlined, outlines
from backend.phantom.staining import staining_of
from backend.phantom.stamps import NUCLEI, stamps

SPEC = PhantomSpec(seed=17, width_mm=7.0, height_mm=6.0, foci=10, artefacts=False)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return compose(SPEC)


def _middle(scene: Scene, kind: Tissue) -> tuple[int, int]:
    """Return the map column and row deepest inside a tissue."""
    depth = cv2.distanceTransform((scene.layout.tissue == kind).astype(np.uint8), cv2.DIST_L2, 5)
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(column), int(row)


def test_packed_cells_press_on_each_other_without_overlap() -> None:
    rng = np.random.default_rng(1)
    x, y, profile = packed(rng, (0, 0, 900, 900), Packing(45.0), lambda x, y: np.full(len(x), True))
    cells = [Polygon(one) for one in outlines(outlined(rng, x, y, profile, Material.MUCOUS))]
    inner = [one for one, a, b in zip(cells, x, y, strict=True) if 100 < a < 800 and 100 < b < 800]
    first, second = STRtree(inner).query(inner, predicate="intersects")
    overlap = sum(inner[a].intersection(inner[b]).area for a, b in zip(first, second, strict=True) if a < b)
    assert overlap < 0.005 * sum(one.area for one in inner)
    assert sum(one.area for one in inner) > 0.6 * 700 * 700
    areas = np.array([one.area for one in inner])
    assert areas.std() / areas.mean() > 0.12


def test_muscle_fibres_run_where_the_grain_says(scene: Scene) -> None:
    column, row = _middle(scene, Tissue.MUSCLE)
    x, y = (round(value * MAP_UM / 0.5) for value in (column, row))
    eosin = optical_density(Renderer(scene).region((x - 150, y - 150, 300, 300)))[..., 1]
    eosin = np.asarray(cv2.GaussianBlur(eosin, (0, 0), 1.2), np.float32)
    dx, dy = (cv2.Sobel(eosin, cv2.CV_32F, *order, ksize=3) for order in ((1, 0), (0, 1)))
    xx, xy, yy = (cv2.GaussianBlur(one, (0, 0), 12)[20:-20:10, 20:-20:10] for one in (dx * dx, dx * dy, dy * dy))
    across = 0.5 * np.arctan2(2 * xy, xx - yy)
    rows, columns = np.mgrid[20:280:10, 20:280:10]
    along = fibre_direction(scene.layout, (columns.ravel() + x - 150) * 0.5, (rows.ravel() + y - 150) * 0.5)
    off = np.abs(np.cos(along - across.ravel()))  # 0 where fibres run at right angles to the steepest change
    assert np.degrees(np.arcsin(np.median(off))) < 20


def test_fat_is_mostly_white_with_thin_rims(scene: Scene) -> None:
    column, row = _middle(scene, Tissue.FAT)
    box = round(column * MAP_UM / 0.5) - 224, round(row * MAP_UM / 0.5) - 224, 448, 448
    density = optical_density(Renderer(scene).region(box)).mean(axis=2) - optical_density(
        np.rint([[scene.staining.white]]).astype(np.uint8)
    ).mean()  # fmt: skip
    stained = (density > 0.12).mean()
    assert 0.02 < stained < 0.35


def test_fat_that_reaches_the_edge_of_a_gland_is_no_gland_and_fat_inside_it_is() -> None:
    tissue = np.full((60, 60), Tissue.STROMA, np.uint8)
    tissue[10:50, 10:50] = Tissue.GLAND
    at_edge, inside = np.s_[10:25, 20:40], np.s_[32:40, 25:35]
    lost = np.zeros(tissue.shape, bool)
    lost[at_edge] = lost[inside] = True
    found = invaded(tissue, lost)
    assert (found[at_edge] == Tissue.FAT).all()
    assert (found[inside] == Tissue.GLAND).all()
    assert np.array_equal(found[~lost], tissue[~lost])


def test_squamous_epithelium_has_crowded_nuclei_at_its_base_and_few_at_its_surface(scene: Scene) -> None:
    column, row = scene.cells["x"] / MAP_UM, scene.cells["y"] / MAP_UM
    height, width = scene.layout.tissue.shape
    place = row.astype(int).clip(0, height - 1), column.astype(int).clip(0, width - 1)
    mucosa = scene.layout.tissue == Tissue.MUCOSA
    depth = scene.layout.grain
    surface, base = (mucosa & (depth > low) & (depth < high) for low, high in ((10, 100), (182, 215)))
    crowded = [scene.cells[zone[place]].size / zone.sum() for zone in (surface, base)]
    assert crowded[1] > 2.5 * crowded[0]


def test_epithelium_of_other_organs_ends_where_its_lobule_ends() -> None:
    for seed in (1, 3, 6):
        layout = lay_out(np.random.default_rng(seed), 5000, 5000)
        blobs, _ = epithelium(np.random.default_rng(seed), layout)
        x, y = np.moveaxis(np.stack(list(outlines(blobs))), -1, 0)
        assert (tissue_at(layout, x, y) == Tissue.EPITHELIUM).mean() > 0.99


def test_a_germinal_centre_cell_is_larger_and_paler_than_a_lymphocyte() -> None:
    area, depth = [], []
    for kind in (CellKind.LYMPHOCYTE, CellKind.GERMINAL):
        drawn = [stamp[..., 0] for turn in stamps(0.5)[kind] for stamp in turn]
        area.append(np.mean([(one > 50).sum() for one in drawn]))
        depth.append(np.mean([one[one > 50].mean() for one in drawn]))
    assert area[1] > 1.5 * area[0]
    assert depth[1] < 0.85 * depth[0]


def test_every_material_and_every_kind_of_cell_can_be_drawn(scene: Scene) -> None:
    assert set(GROUNDS) == set(Material)
    assert len(stamps(0.5)) == len(NUCLEI)
    assert set(np.unique(scene.cells["kind"])) >= {int(kind) for kind in NUCLEI} - {CellKind.GERMINAL}


def test_atrophic_lobules_have_lost_acini() -> None:
    rates: list[tuple[float, float]] = []
    for seed in range(20):
        scene = compose(PhantomSpec(seed, 4, 3.5, 0, artefacts=False))
        acini = scene.blobs[np.isin(scene.blobs["material"], (Material.MUCOUS, Material.SEROUS))]
        rows, columns = (acini["y"] / MAP_UM).astype(int), (acini["x"] / MAP_UM).astype(int)
        found = np.bincount(scene.layout.lobule[rows, columns], minlength=len(scene.layout.atrophy))
        size = np.bincount(scene.layout.lobule.ravel(), minlength=len(scene.layout.atrophy))
        rates += [(float(scene.layout.atrophy[i]), found[i] / size[i]) for i in range(1, len(size)) if size[i] > 3000]
    atrophy, density = np.array(rates).T
    assert density[atrophy > 0.5].mean() < 0.75 * density[atrophy < 0.1].mean()


@pytest.mark.parametrize("kind", [ArtefactKind.BLUR, ArtefactKind.BUBBLE, ArtefactKind.FOLD, ArtefactKind.PIGMENT])
def test_regions_join_without_a_seam_through_an_artefact(scene: Scene, kind: ArtefactKind) -> None:
    column, row = _middle(scene, Tissue.GLAND)
    x, y = (round(value * MAP_UM / 0.5) for value in (column, row))
    where = np.array([[x * 0.5, y * 0.5]], np.float32) + ([[0, 0], [30, 20]] if kind is not ArtefactKind.BLUR else 0)
    spoiled = replace(scene, artefacts=[Artefact(kind, where.astype(np.float32), 60.0, strength=3.0)])
    renderer = Renderer(spoiled)
    whole = renderer.region((x - 128, y - 64, 256, 128)).astype(int)
    halves = [renderer.region((left, y - 64, 128, 128)) for left in (x - 128, x)]
    assert np.abs(whole - np.concatenate(halves, axis=1)).max() <= 2
    assert np.abs(whole - Renderer(scene).region((x - 128, y - 64, 256, 128))).max() > 20


def test_stainings_differ_yet_keep_two_stains_apart() -> None:
    many = [staining_of(np.random.default_rng(seed)) for seed in range(200)]
    angles = [np.degrees(np.arccos(np.clip(one.matrix[0] @ one.matrix[1], -1, 1))) for one in many]
    assert min(angles) > 9
    assert max(angles) - min(angles) > 15
    for values in ([one.strength[0] for one in many], [one.strength[1] for one in many]):
        assert max(values) > 1.8 * min(values)
    assert {one.quality for one in many} >= set(range(70, 95, 5))


def test_slide_is_stored_at_the_quality_drawn_with_its_staining(tmp_path_factory: pytest.TempPathFactory) -> None:
    from backend.phantom.writer import write_phantom

    folder = tmp_path_factory.mktemp("quality")
    spec = PhantomSpec(2, 0.8, 0.8, 0)
    drawn = compose(spec).staining.quality
    sizes = {}
    for name, quality in (("own", None), ("same", drawn), ("lower", 40)):
        write_phantom(spec, folder / f"{name}.tiff", quality=quality)
        sizes[name] = (folder / f"{name}.tiff").stat().st_size
    assert sizes["own"] == sizes["same"] > 1.3 * sizes["lower"]
