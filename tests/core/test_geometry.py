import numpy as np
import pytest
from shapely import Polygon

from backend.core.geometry import Grid, polygon_of, polygons_of_mask, rings_of


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
