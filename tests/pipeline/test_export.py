"""Annotations as QuPath writes them, and the examples that are cut by them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.core.errors import AnnotationsUnusable, MppUnknown
from backend.pipeline.annotations import read_annotations, read_features
from backend.pipeline.export import ExportOptions, export_slide
from tests.factories import write_slide

FEW = ExportOptions(stacks=6, roi_tiles=2)


def square(x: float, y: float, side: float) -> list[list[list[float]]]:
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def drawn(name: Any, coordinates: Any = None, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    """An object of QuPath; `name` may be a whole classification."""
    classified = {"classification": name if isinstance(name, dict) else {"name": name, "color": [1, 2, 3]}}
    geometry = {"type": kind, "coordinates": coordinates or square(500, 300, 200)}
    return {"type": "Feature", "geometry": geometry, "properties": properties | (classified if name else {})}


def beside(slide: Path, found: Any, ending: str = ".geojson") -> Path:
    path = slide.with_name(slide.stem + ending)
    path.write_text(json.dumps(found))
    return path


@pytest.fixture
def slide(tmp_path: Path) -> Path:
    return write_slide(tmp_path / "foreign.tiff")


GLAND = drawn("Gland", square(400, 260, 600))


@pytest.mark.parametrize(
    "found",
    [
        {"type": "FeatureCollection", "features": [drawn("Focus"), drawn(None)]},
        [drawn("Focus"), drawn(None)],
        drawn("Focus"),
        [drawn({"name": "Focus", "colorRGB": -3670016})],
        [drawn({"names": ["Focus"], "color": [1, 2, 3]})],
        [drawn("Focus"), drawn("Focus", objectType="detection"), drawn("Focus", [[1, 2], [3, 4]], "LineString")],
    ],
)
def test_every_form_that_qupath_writes_is_read(found: Any, slide: Path) -> None:
    (feature,) = read_features(beside(slide, found))
    assert feature["name"] == "Focus"
    assert feature["rings"][0].tolist() == square(500, 300, 200)[0]


def test_parts_of_a_multipolygon_are_polygons(slide: Path) -> None:
    path = beside(slide, [drawn("Gland", [square(0, 0, 10), square(50, 50, 10)], "MultiPolygon")])
    assert [one["rings"][0][0].tolist() for one in read_features(path)] == [[0, 0], [50, 50]]


def test_classes_of_others_are_translated_or_passed_over(slide: Path) -> None:
    beside(slide, [drawn("Immune cells"), drawn("Region*"), GLAND])
    found = read_annotations(slide, {"Immune cells": "Focus", "Region*": ""})
    assert ([one["name"] for one in found.lesions], [one["name"] for one in found.regions]) == (["Focus"], ["Gland"])


def test_artefacts_lie_over_glands_in_whatever_order_they_were_drawn(slide: Path) -> None:
    beside(slide, [drawn("Artefact"), GLAND, drawn("Other tissue")])
    assert [one["name"] for one in read_annotations(slide).regions] == ["Other tissue", "Gland", "Artefact"]


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ([drawn(None)], "None of the annotations is a polygon with a class"),
        ([drawn("Infiltrate"), GLAND], "The class “Infiltrate” is not known"),
        ([drawn("Focus")], "No annotation has the class “Gland”"),
        ("nothing of the kind", "foreign.geojson is not GeoJSON"),
        ([drawn("Focus", [["a", "b"]])], "foreign.geojson is not GeoJSON"),
    ],
)
def test_annotations_that_nothing_can_be_learnt_from_are_refused(found: Any, sentence: str, slide: Path) -> None:
    beside(slide, found)
    with pytest.raises(AnnotationsUnusable, match=sentence):
        read_annotations(slide)


def test_missing_file_is_named(slide: Path) -> None:
    with pytest.raises(AnnotationsUnusable, match=r"foreign\.geojson is missing"):
        read_annotations(slide)
    beside(slide, [drawn("Focus")], ".truth.geojson")
    with pytest.raises(AnnotationsUnusable, match=r"foreign\.roi\.geojson is missing"):
        read_annotations(slide)


def test_one_file_is_enough_for_patch_stacks_and_their_masks(slide: Path, tmp_path: Path) -> None:
    beside(slide, [drawn("Focus"), GLAND, drawn("Other tissue", square(380, 250, 700))])
    assert export_slide(slide, tmp_path / "out", seed=1, options=FEW) == 6
    stacks, masks, tiles, classes = (
        np.load(tmp_path / "out" / f"{name}.npy") for name in ("stacks", "masks", "tiles", "classes")
    )
    assert (stacks.shape, masks.shape) == ((6, 3, 256, 256, 3), (6, 256, 256))
    assert masks.any() and not masks.all()
    assert (len(tiles), len(classes)) == (2, 2)


def test_tissue_that_was_not_annotated_is_not_taught_as_glass(slide: Path, tmp_path: Path) -> None:
    beside(slide, [GLAND])
    export_slide(slide, tmp_path / "out", seed=1, options=FEW)
    assert {one.name for one in (tmp_path / "out").iterdir()} == {"stacks.npy", "masks.npy", "foci.npy"}
    assert not np.load(tmp_path / "out" / "masks.npy").any()


def test_slide_of_unknown_pixel_size_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    slide = write_slide(tmp_path / "foreign.tiff", mpp=None)
    beside(slide, [drawn("Focus"), GLAND])
    with pytest.raises(MppUnknown):
        export_slide(slide, tmp_path / "out", seed=1, options=FEW)
    assert not (tmp_path / "out").exists()
    assert export_slide(slide, tmp_path / "out", seed=1, options=FEW, mpp=0.5) == 6
