"""Outlines for QuPath, and from it."""

import json
from typing import Any

import pytest

from backend.core.errors import AnnotationsUnusable
from backend.reports.geojson import ImportedShape, read_geojson, write_geojson
from tests.reports.samples import SIZE, a_lesion, a_report

SQUARE = [[100.0, 100.0], [300.0, 100.0], [300.0, 300.0], [100.0, 300.0], [100.0, 100.0]]
HOLE = [[150.0, 150.0], [150.0, 200.0], [200.0, 200.0], [150.0, 150.0]]


def drawn(coordinates: Any = None, name: Any = "Focus", kind: str = "Polygon", **more: Any) -> dict[str, Any]:
    classification = name if isinstance(name, dict) else {"name": name, "color": [200, 0, 0]}
    properties = {"objectType": "annotation", "classification": classification} | more.pop("properties", {})
    geometry = {"type": kind, "coordinates": coordinates or [SQUARE]}
    return {"type": "Feature", "geometry": geometry, "properties": properties} | more


def read(*features: dict[str, Any]) -> list[ImportedShape]:
    return read_geojson(json.dumps({"type": "FeatureCollection", "features": features}).encode(), SIZE)


def test_what_is_written_is_read_back_exactly() -> None:
    report = a_report(a_lesion(1, 120), a_lesion(2, 45), a_lesion(3, 80, "rejected"), a_lesion(4, None, "added"))
    shapes = read_geojson(write_geojson(report), SIZE)
    lesions = {one.id: one for one in shapes if one.layer == "lesion"}
    assert {id: one.polygon for id, one in lesions.items()} == {one.id: one.polygon for one in report.lesions}
    assert [one.polygon for one in shapes if one.layer == "gland"] == list(report.glands)
    assert [lesions[one.id].class_name for one in report.lesions] == ["Focus", "Aggregate < 50", "Rejected", "Focus"]
    assert [lesions[one.id].name for one in report.lesions] == ["Focus 1", "Aggregate < 50 2", "Rejected 3", "Focus 4"]


def test_lesion_that_nobody_has_judged_is_classed_by_its_lymphocytes() -> None:
    undecided = [a_lesion(number, cells, "undecided", counts_as_focus=False) for number, cells in ((1, 50), (2, 49))]
    features = json.loads(write_geojson(a_report(*undecided)))["features"][-2:]
    assert [one["properties"]["classification"]["name"] for one in features] == ["Focus", "Aggregate < 50"]
    assert {one["properties"]["metadata"]["Verdict"] for one in features} == {"undecided"}


def test_coordinates_that_no_decimal_writes_exactly_survive() -> None:
    ring = [(0.1 + 0.2, 1 / 3), (1000 / 7, 1e-9), (500.5, 2**0.5 * 700), (0.1 + 0.2, 1 / 3)]
    (shape,) = [one for one in read_geojson(write_geojson(a_report(a_lesion(1, polygon=[ring]))), SIZE)
                if one.layer == "lesion"]  # fmt: skip
    assert shape.polygon == [ring]


def test_measurements_are_numbers_and_what_was_not_measured_is_left_out() -> None:
    features = json.loads(write_geojson(a_report(a_lesion(1, None, "added"), a_lesion(2, 80))))["features"]
    added, counted = features[-2]["properties"], features[-1]["properties"]
    assert added["measurements"] == {"Area mm^2": pytest.approx(0.0123)}
    assert counted["measurements"]["Lymphocytes"] == 80 and counted["metadata"] == {"Verdict": "confirmed"}


def test_export_says_that_it_is_for_research() -> None:
    assert "For Research Use Only" in json.loads(write_geojson(a_report()))["notice"]


@pytest.mark.parametrize(
    "found",
    [
        {"type": "FeatureCollection", "features": [drawn()]},
        [drawn()],
        drawn(),
        [drawn(name={"name": "Focus", "colorRGB": -3670016},
               properties={"measurements": [{"name": "Area", "value": 2.5}], "isLocked": True})],
        [drawn(name={"names": ["Focus"], "color": [1, 2, 3]})],
        [drawn(id="PathAnnotationObject")],
        [drawn(), drawn(id="PathDetectionObject", properties={"objectType": None})],
        [drawn(), drawn(properties={"objectType": "cell"}), drawn([[1, 2], [3, 4]], kind="LineString")],
        [drawn(), {"type": "Feature", "geometry": None, "properties": {"classification": {"name": "Focus"}}}],
        [drawn([[[*vertex, 0.0] for vertex in SQUARE]])],
        [drawn(), drawn(name="Artefact")],
    ],
)  # fmt: skip
def test_every_form_that_qupath_has_written_is_read(found: Any) -> None:
    (shape,) = read_geojson(b"\xef\xbb\xbf" + json.dumps(found).encode(), SIZE)
    assert (shape.layer, shape.polygon, shape.id) == ("lesion", [[(x, y) for x, y in SQUARE]], None)


def test_parts_of_a_multipolygon_are_shapes_of_their_own_with_their_holes() -> None:
    far = [[x + 1000, y] for x, y in SQUARE]
    shapes = read(drawn([[SQUARE, HOLE], [far]], kind="MultiPolygon", id="6f1c9d0e-5a0a-4b43-9a63-2a4b7f1e9c11"))
    assert [len(one.polygon) for one in shapes] == [2, 1]
    assert [one.id for one in shapes] == [None, None]


def test_open_ring_is_closed() -> None:
    (shape,) = read(drawn([SQUARE[:-1]]))
    assert shape.polygon == [[(x, y) for x, y in SQUARE]]


BOW_TIE = [[100, 100], [300, 300], [300, 100], [100, 300], [100, 100]]


@pytest.mark.parametrize(
    ("feature", "sentence"),
    [
        (drawn([[[x + SIZE[0], y] for x, y in SQUARE]]), "lies outside the slide"),
        (drawn([[[x - 150, y] for x, y in SQUARE]]), "lies outside the slide"),
        (drawn([BOW_TIE]), "crosses itself near 200, 200"),
        (drawn([[[1, 1], [2, 2], [1, 1]]]), "fewer than three corners"),
        (drawn([[]]), "fewer than three corners"),
        (drawn([[["a", "b"]] * 4]), "coordinates that are not numbers"),
        (drawn([[[1, float("nan")], [2, 2], [3, 1], [1, float("nan")]]]), "coordinates that are not numbers"),
        (drawn([[[1e999, 1], [2, 2], [3, 1]]]), "coordinates that are not numbers"),
        (drawn(name="Tumor"), "The class “Tumor” is not known"),
        (drawn(name="Artefact"), "No annotation is a polygon of the class"),
        (drawn({"x": 1}), "coordinates that are not numbers"),
    ],
)
def test_shape_that_cannot_be_measured_is_refused_in_one_sentence(feature: Any, sentence: str) -> None:
    with pytest.raises(AnnotationsUnusable, match=sentence) as refused:
        read(feature)
    assert refused.value.sentence.endswith((".", "?"))


@pytest.mark.parametrize(
    "data", [b"nothing of the kind", b"\xff\xfe", b"[1, 2]", b"null", b"7", b"[" * 100_000, b'{"features": 3}']
)
def test_file_of_another_kind_is_refused(data: bytes) -> None:
    with pytest.raises(AnnotationsUnusable, match="not GeoJSON as QuPath exports it"):
        read_geojson(data, SIZE)


def test_two_shapes_with_one_id_are_refused() -> None:
    feature = drawn(id="6f1c9d0e-5a0a-4b43-9a63-2a4b7f1e9c11")
    with pytest.raises(AnnotationsUnusable, match="the same id"):
        read(feature, feature)


def test_files_beyond_the_limits_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [drawn() for _ in range(6)]
    for limit, value, sentence in (
        ("_MOST_SHAPES", 5, "more than 5 shapes"),
        ("_MOST_VERTICES", 20, "more than 20 vertices"),
        ("MOST_BYTES", 100, "larger than"),
    ):
        with monkeypatch.context() as limited:
            limited.setattr(f"backend.reports.geojson.{limit}", value)
            with pytest.raises(AnnotationsUnusable, match=sentence):
                read(*many)
