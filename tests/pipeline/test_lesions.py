import numpy as np
import pytest
from shapely import box

from backend.core.geometry import Grid
from backend.pipeline.lesions import LesionOptions, Outline, in_glands, outline_lesions
from backend.pipeline.segmentation import ProbabilityMap

GRID = Grid((0.5, 0.5), (4000, 4000), 4.0)


def a_map(*discs: tuple[float, float, float, float], grid: Grid = GRID) -> ProbabilityMap:
    """Draw discs of (x, y, radius) in µm with a probability, with soft edges."""
    y, x = (np.mgrid[0:500, 0:500] + 0.5) * 4.0
    values = np.zeros((500, 500))
    for cx, cy, radius, probability in discs:
        beyond_um = np.minimum(np.hypot(x - cx, y - cy) - radius, 100)
        values = np.maximum(values, probability / (1 + np.exp(beyond_um / 3)))
    return ProbabilityMap((values * 65535).astype(np.uint16), grid)


def test_disc_is_outlined_where_it_is_with_its_true_area() -> None:
    (lesion,) = outline_lesions(a_map((800, 600, 100, 1.0)), LesionOptions())
    assert lesion.area_mm2 == pytest.approx(np.pi * 0.1**2, rel=0.03)
    assert lesion.polygon.centroid.coords[0] == pytest.approx((1600, 1200), abs=2)
    assert 0.8 < lesion.confidence < 1


def test_lesions_come_largest_first_and_specks_are_dropped() -> None:
    found = outline_lesions(a_map((400, 400, 40, 1.0), (1200, 1200, 150, 0.9), (1700, 300, 8, 1.0)), LesionOptions())
    assert [round(one.polygon.centroid.x / 200) for one in found] == [12, 4]


@pytest.mark.parametrize(("radius_um", "lesions"), [(12, 0), (15, 1)])  # 0.00045 and 0.00071 mm²
def test_speck_is_what_is_smaller_than_the_smallest_lesion(radius_um: float, lesions: int) -> None:
    assert len(outline_lesions(a_map((802, 602, radius_um, 1.0)), LesionOptions(smallest_mm2=0.0006))) == lesions


@pytest.mark.parametrize(("gap_um", "lesions"), [(6, 1), (20, 2)])
def test_lesions_are_one_where_little_parts_them(gap_um: float, lesions: int) -> None:
    beside = 400 + 100 + gap_um + 100
    assert len(outline_lesions(a_map((400, 600, 100, 1.0), (beside, 600, 100, 1.0)), LesionOptions())) == lesions


def test_lesion_has_its_place_and_area_where_pixels_are_not_square() -> None:
    oblong = Grid((0.25, 0.5), (8000, 4000), 4.0)
    (lesion,) = outline_lesions(a_map((800, 600, 100, 1.0), grid=oblong), LesionOptions())
    assert lesion.area_mm2 == pytest.approx(np.pi * 0.1**2, rel=0.03)
    assert lesion.polygon.centroid.coords[0] == pytest.approx((3200, 1200), abs=4)


def test_lesion_at_the_edge_of_the_slide_ends_there() -> None:
    (lesion,) = outline_lesions(a_map((0, 2000, 100, 1.0)), LesionOptions())
    assert lesion.area_mm2 == pytest.approx(np.pi * 0.1**2 / 4, rel=0.06)
    assert lesion.polygon.bounds[0] == pytest.approx(0, abs=2) and lesion.polygon.bounds[3] == pytest.approx(
        4000, abs=2
    )


def test_hole_in_a_lesion_stays_a_hole() -> None:
    ring = a_map((1000, 1000, 200, 1.0))
    ring.values[230:270, 230:270] = 0
    (lesion,) = outline_lesions(ring, LesionOptions())
    assert len(lesion.polygon.interiors) == 1
    assert lesion.area_mm2 == pytest.approx(np.pi * 0.2**2 - 0.16**2, rel=0.05)


def test_nothing_is_found_where_nothing_is_likely() -> None:
    assert outline_lesions(a_map((800, 600, 100, 0.4)), LesionOptions()) == []


def test_lesion_counts_only_where_most_of_it_lies_in_gland() -> None:
    glands = [box(0, 0, 100, 100), box(200, 0, 300, 100)]
    inside, across, beyond = (
        Outline(box(*one), 0.001, 0.9) for one in ((10, 10, 40, 40), (80, 10, 110, 40), (95, 60, 130, 90))
    )
    assert in_glands([inside, across, beyond], glands, LesionOptions()) == [inside, across]
    assert in_glands([inside], [], LesionOptions()) == []
