"""Stream a phantom to disk: the slide as a pyramidal TIFF, its truth as GeoJSON and JSON."""

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.core import geojson
from backend.core.findings import Lesion, lesions_as_geojson
from backend.core.focus_score import counts_as_focus, focus_score
from backend.core.geometry import polygons_of_mask, rings_of
from backend.phantom.layout import MAP_UM
from backend.phantom.render import Renderer
from backend.phantom.scene import PhantomSpec, Scene, compose
from backend.phantom.shapes import LYMPHOID
from backend.wsi.pyramid import PyramidWriter

_BLOCK_PX = 1024


def write_phantom(
    spec: PhantomSpec,
    path: Path,
    *,
    quality: int | None = None,
    on_progress: Callable[[float], None] = lambda fraction: None,
) -> Scene:
    """Draw the slide at `path` and return its scene.

    The JPEG `quality` is drawn with the staining unless given. The truth goes beside the slide: `.truth.geojson`
    (lesions and glands), `.truth.json` (what a perfect reader reports), `.roi.geojson` (gland, other tissue, artefact)
    and `.truth.cells.npy` (every lymphocyte: x and y in level-0 pixels, and its lesion's place in `.truth.geojson` or
    −1; float32).
    """
    scene = compose(spec)
    path.parent.mkdir(parents=True, exist_ok=True)
    with PyramidWriter(path, spec.size, spec.mpp, quality=quality or scene.staining.quality) as pyramid:
        for strip, done in _strips(Renderer(scene), spec.size):
            pyramid.add(strip)
            on_progress(done)
    _beside(path, ".truth.geojson").write_text(json.dumps(truth_geojson(scene)))
    _beside(path, ".roi.geojson").write_text(json.dumps(roi_geojson(scene)))
    _beside(path, ".truth.json").write_text(json.dumps(truth_summary(scene), indent=2) + "\n")
    np.save(_beside(path, ".truth.cells.npy"), truth_cells(scene))
    return scene


def truth_cells(scene: Scene) -> NDArray[np.float32]:
    """Return every lymphocyte that was drawn, (cells, 3): x and y in level-0 pixels, number of its lesion or −1."""
    drawn = scene.cells[np.isin(scene.cells["kind"], LYMPHOID)]
    inside = [len(one.lymphocytes_um) for one in scene.lesions]  # they were drawn last, lesion by lesion
    lesion = np.concatenate((np.full(len(drawn) - sum(inside), -1), np.repeat(np.arange(len(inside)), inside)))
    return np.stack((drawn["x"] / scene.spec.mpp, drawn["y"] / scene.spec.mpp, lesion), axis=1).astype(np.float32)


def truth_summary(scene: Scene) -> dict[str, Any]:
    """Return what a perfect reader would report."""
    foci = [one for one in scene.lesions if counts_as_focus(one.lymphocyte_count)]
    area = scene.glandular_area_mm2
    score = focus_score(len(foci), area)
    return {
        "foci": len(foci),
        "glandular_area_mm2": area,
        "area_fraction": sum(one.outline_um.area for one in foci) / 1e6 / area if area else None,
        "focus_score": score.value,
        "focus_score_reason": score.reason,
        "seed": scene.spec.seed,
        "mpp": scene.spec.mpp,
    }


def truth_geojson(scene: Scene) -> dict[str, Any]:
    """Return lesions, then glands, as QuPath annotations in level-0 pixels."""
    mpp = scene.spec.mpp
    collection = lesions_as_geojson([
        Lesion(
            id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{scene.spec.seed}/{number}")),
            polygon=[[(x / mpp, y / mpp) for x, y in one.outline_um.exterior.coords]],
            area_mm2=one.outline_um.area / 1e6,
            lymphocyte_count=one.lymphocyte_count,
            confidence=1.0,
            counts_as_focus=counts_as_focus(one.lymphocyte_count),
        )
        for number, one in enumerate(scene.lesions)
    ])  # fmt: skip
    collection["features"] += _features(scene, scene.visible_gland, "Gland")
    return collection


def roi_geojson(scene: Scene) -> dict[str, Any]:
    """Return what the ROI classifier tells apart, as annotations; what none covers is glass."""
    tissue = scene.layout.tissue > 0
    kinds: tuple[tuple[NDArray[np.bool_], str], ...] = (
        (tissue & ~scene.layout.gland, "Other tissue"),
        (scene.visible_gland, "Gland"),
        (scene.spoiled, "Artefact"),
    )
    return geojson.collection([feature for mask, name in kinds for feature in _features(scene, mask, name)])


def _features(scene: Scene, mask: NDArray[np.bool_], name: str) -> list[dict[str, Any]]:
    """Outline a mask on the layout's grid, holes included, in level-0 pixels."""
    scale = MAP_UM / scene.spec.mpp
    return [
        geojson.feature(
            str(uuid.uuid5(uuid.NAMESPACE_OID, f"{scene.spec.seed}/{name}/{number}")), rings_of(polygon), name, name
        )
        for number, polygon in enumerate(polygons_of_mask(mask, (scale, scale)))
    ]


def _strips(renderer: Renderer, size: tuple[int, int]) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """Draw rows of blocks, two threads abreast, top to bottom."""
    width, height = size
    with ThreadPoolExecutor(2) as pool:
        for y in range(0, height, _BLOCK_PX):
            rows = min(_BLOCK_PX, height - y)
            boxes = [(x, y, min(_BLOCK_PX, width - x), rows) for x in range(0, width, _BLOCK_PX)]
            yield np.concatenate(list(pool.map(renderer.region, boxes)), axis=1), (y + rows) / height


def _beside(path: Path, suffix: str) -> Path:
    """Return `OUT.truth.json` for `OUT.tiff`."""
    return path.with_name(path.stem + suffix)
