"""The pictures of a report, drawn from a real file."""

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest

from backend.reports.marks import round_length
from backend.reports.pictures import draw_pictures
from backend.wsi.slide import RGB, Slide
from tests.reports.samples import MPP, SIZE, a_lesion, a_report, circle, write_gland


@pytest.fixture(scope="module")
def slide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slide]:
    with Slide(write_gland(tmp_path_factory.mktemp("slide") / "gland.tiff", a_report())) as slide:
        yield slide


def decoded(data: bytes) -> RGB:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture[..., ::-1], np.uint8)


def red(picture: RGB) -> RGB:
    """Where the colour of foci is, as JPEG keeps it."""
    r, g, b = (picture[..., channel].astype(int) for channel in range(3))
    return np.asarray((r > 150) & (g < 90) & (b < 150) & (r - g > 90), np.uint8)


def test_overview_is_bounded_and_foci_lie_where_they_are_on_the_slide(slide: Slide) -> None:
    picture = decoded(draw_pictures(slide, a_report()).overview)
    assert max(picture.shape[:2]) == 1600
    scale = picture.shape[1] / SIZE[0]
    rows, columns = np.nonzero(red(picture[:, : int(720 * scale)]))
    assert (columns.min() / scale, rows.max() / scale) == (pytest.approx(453, abs=8), pytest.approx(587, abs=8))


def test_only_foci_are_red_and_rejected_lesions_are_not(slide: Slide) -> None:
    none_counts = a_report(a_lesion(1, 45), a_lesion(2, 80, "rejected"))
    assert red(decoded(draw_pictures(slide, none_counts).overview)).sum() < 20
    assert red(decoded(draw_pictures(slide, a_report()).overview)).sum() > 100


def test_number_is_written_beside_its_focus(slide: Slide) -> None:
    plain = decoded(draw_pictures(slide, a_report(a_lesion(1))).overview).astype(int)
    other = decoded(draw_pictures(slide, a_report(replace(a_lesion(1), number=27))).overview).astype(int)
    rows, columns = np.nonzero(np.abs(plain - other).max(2) > 60)
    scale = 1600 / SIZE[0]
    assert columns.min() / scale > 580 and columns.max() / scale < 720 and rows.max() / scale < 520


def test_every_lesion_has_a_crop_with_a_margin_around_it(slide: Slide) -> None:
    report = a_report(a_lesion(1), a_lesion(2, 45))
    crops = draw_pictures(slide, report).crops
    assert set(crops) == {one.id for one in report.lesions}
    picture = decoded(crops[report.lesions[0].id])
    _, columns = np.nonzero(red(picture))
    assert picture.shape[0] == picture.shape[1] <= 600
    assert columns.min() > 0.12 * picture.shape[1] and columns.max() < 0.88 * picture.shape[1]
    assert abs((columns.min() + columns.max()) / 2 - picture.shape[1] / 2) < 4


def test_scale_bar_has_the_length_that_it_says(slide: Slide) -> None:
    report = a_report(a_lesion(1))
    picture = decoded(draw_pictures(slide, report).crops[report.lesions[0].id])
    size = picture.shape[0]
    side_um = 2 * 67 * (1 + 2 * 0.35)
    dark = (picture[int(size * 0.9) :, : size // 2].max(2) < 70).sum(1).max()
    assert dark * max(side_um, 200) / size == pytest.approx(50, abs=2.5 * MPP)


def test_slide_of_unknown_pixel_size_has_pictures_without_a_scale_bar(slide: Slide) -> None:
    report = a_report(a_lesion(1))
    unknown = replace(report, slide=replace(report.slide, mpp=None))
    (picture,) = (decoded(one) for one in draw_pictures(slide, unknown).crops.values())
    assert not (picture[int(picture.shape[0] * 0.8) :, :100].max(2) < 70).any()


def test_huge_lesion_and_one_at_the_edge_stay_within_the_bounds(slide: Slide) -> None:
    report = a_report(
        a_lesion(1, polygon=[circle(2000, 1500, 1400)]), a_lesion(2, polygon=[circle(SIZE[0] - 5, 5, 60)])
    )
    for picture in draw_pictures(slide, report).crops.values():
        assert max(decoded(picture).shape[:2]) <= 600


def test_same_report_gives_the_same_pictures(slide: Slide) -> None:
    assert draw_pictures(slide, a_report()) == draw_pictures(slide, a_report())


@pytest.mark.parametrize(("most", "length"), [(99, 50), (100, 100), (230, 200), (0.7, 0.5), (1999, 1000)])
def test_scale_bar_is_a_round_length(most: float, length: float) -> None:
    assert round_length(most) == pytest.approx(length)
