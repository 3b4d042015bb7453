import numpy as np
import pytest
from shapely import GeometryCollection, LineString, MultiPolygon, Polygon, box

from backend.core.geometry import Grid, parts_of, polygon_of, polygons_of_mask, rings_of, simplified


def test_polygon_of_a_mask_covers_what_the_mask_covers_and_keeps_its_hole() -> None:
    mask = np.zeros((40, 60), bool)
    mask[10:30, 10:50] = True
    mask[16:24, 20:30] = False
    (polygon,) = polygons_of_mask(mask, (1.0, 1.0))
    assert polygon.area == pytest.approx(mask.sum(), rel=0.02)
    assert len(polygon.interiors) == 1
    assert polygon.bounds == pytest.approx((10, 10, 50, 30))


def test_polygon_of_a_mask_is_placed_and_scaled_to_level_0() -> None:
    mask = np.zeros((10, 10), bool)
    mask[2:5, 3:7] = True
    (polygon,) = polygons_of_mask(mask, (8.0, 8.0), shift=(100.0, 200.0))
    assert polygon.bounds == pytest.approx((124, 216, 156, 240))


def test_each_part_of_a_mask_keeps_all_its_holes_and_a_lone_pixel_is_no_part() -> None:
    mask = np.zeros((40, 60), bool)
    mask[5:30, 5:35] = mask[5:30, 40:58] = mask[36, 36] = True
    for hole in (slice(8, 12), slice(16, 20), slice(24, 28)):
        mask[8:14, hole] = False
    polygons = polygons_of_mask(mask, (1.0, 1.0))
    assert sorted(len(one.interiors) for one in polygons) == [0, 3]
    assert sum(one.area for one in polygons) == pytest.approx(mask.sum(), rel=0.02)


def test_parts_of_what_repairing_left_are_its_polygons() -> None:
    left, right = box(0, 0, 1, 1), box(5, 0, 6, 1)
    assert parts_of(left) == [left]
    assert parts_of(MultiPolygon([left, right])) == [left, right]
    assert parts_of(GeometryCollection([left, LineString([(0, 0), (9, 9)])])) == [left]
    assert parts_of(Polygon()) == []


def test_simplified_outline_stays_within_the_tolerance_and_stays_one_polygon() -> None:
    outline = Polygon([(0, 0), (5, 0.2), (10, 0), (10, 10), (0, 10)])
    assert simplified(outline, 0.5).equals(box(0, 0, 10, 10))
    assert simplified(outline, 0.1).equals(outline)


def test_empty_mask_has_no_polygons() -> None:
    assert polygons_of_mask(np.zeros((5, 5), bool), (1, 1)) == []


def test_rings_are_closed_and_read_back_to_the_same_polygon() -> None:
    square = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(4, 4), (6, 4), (6, 6), (4, 6)]])
    rings = rings_of(square)
    assert all(ring[0] == ring[-1] for ring in rings)
    assert polygon_of(rings).equals(square)


def test_grid_covers_a_slide_whose_pixels_are_not_square() -> None:
    grid = Grid((0.5, 0.25), (1000, 1000), 4.0)
    assert grid.shape == (63, 125)
    assert grid.slide_box(1, 1, 2, 2) == (8, 16, 16, 32)


def test_area_of_a_grid_pixel_is_in_mm2() -> None:
    assert Grid((0.5, 0.25), (1000, 1000), 4.0).mm2_per_pixel == pytest.approx(16e-6)


def test_grid_is_not_a_pixel_longer_where_the_slide_ends_with_one() -> None:
    assert Grid((0.1, 0.1), (3000, 7000), 0.3).shape == (2334, 1000)


def test_rings_are_rounded_to_a_hundredth_of_a_pixel() -> None:
    assert rings_of(Polygon([(0, 0), (1.2345, 0), (1, 1.006)]))[0][1:3] == [(1.23, 0), (1, 1.01)]
