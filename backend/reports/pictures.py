"""The pictures of a report: the slide with its foci numbered, and a crop of each lesion."""

from dataclasses import dataclass
from uuid import UUID

import cv2
import numpy as np

from backend.core.findings import Rings
from backend.core.geojson import COLOURS
from backend.core.geometry import polygon_of
from backend.reports.content import Report, ReportedLesion
from backend.reports.marks import with_numbers, with_scale_bar
from backend.wsi.drawing import draw_rings
from backend.wsi.slide import RGB, Box, Slide

_OVERVIEW_PX = 1600
_CROP_PX = 600
_MARGIN = 0.35
_LEAST_SIDE_UM = 200.0
_JPEG_QUALITY = 85
_OVERVIEW_TEXT, _CROP_TEXT = 0.016, 0.05
"""Height of what is written, as a part of the width of the picture."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """JPEG files: `overview` of the slide, and `crops` by the id of the lesion."""

    overview: bytes
    crops: dict[UUID, bytes]


def draw_pictures(slide: Slide, report: Report) -> Pictures:
    """Draw the pictures of a report from its slide; a scale bar only where the pixel size is known.

    Raises:
        SlideUnreadable: where a part of the slide does not decode.
    """
    return Pictures(_overview(slide, report), {one.id: _crop(slide, report, one) for one in report.lesions})


def _overview(slide: Slide, report: Report) -> bytes:
    """Draw glands thin and every lesion in the colour of its class, with the numbers of the foci."""
    picture = np.ascontiguousarray(slide.thumbnail(_OVERVIEW_PX))
    scale = (picture.shape[1] / slide.size[0], picture.shape[0] / slide.size[1])
    for gland in report.glands:
        draw_rings(picture, gland, COLOURS["Gland"], 1, per_level0=scale)
    for one in report.lesions:
        draw_rings(picture, one.polygon, _colour(one), 2, per_level0=scale)
    height = _OVERVIEW_TEXT * picture.shape[1]
    picture = with_numbers(picture, [_place(one, scale, height) for one in report.foci], COLOURS["Focus"], height)
    if report.slide.mpp:
        picture = with_scale_bar(picture, report.slide.mpp[0] / scale[0], height)
    return _jpeg(picture)


def _colour(lesion: ReportedLesion) -> tuple[int, int, int]:
    """Return the colour of what counts, of what does not, or not yet, and of what was rejected."""
    if lesion.verdict == "rejected":
        return COLOURS["Rejected"]
    return COLOURS["Focus" if lesion.counts_as_focus else "Aggregate < 50"]


def _place(lesion: ReportedLesion, scale: tuple[float, float], height: float) -> tuple[int, float, float]:
    """Return a lesion's number, and where it goes: to the upper right of the outline."""
    _, top, right, _ = polygon_of(lesion.polygon).bounds
    return lesion.number, right * scale[0] + height / 2, top * scale[1] - height / 3


def _crop(slide: Slide, report: Report, lesion: ReportedLesion) -> bytes:
    mpp = report.slide.mpp or (1.0, 1.0)
    box = _box_around(lesion.polygon, mpp)
    size = min(_CROP_PX, max(1, round(max(box[2], box[3]))))
    picture = np.ascontiguousarray(slide.region(box, (size, size)))
    colour, scale = _colour(lesion), (size / box[2], size / box[3])
    draw_rings(picture, lesion.polygon, colour, 2, per_level0=scale, corner=box[:2])
    if report.slide.mpp:
        picture = with_scale_bar(picture, mpp[0] / scale[0], _CROP_TEXT * size)
    return _jpeg(picture)


def _box_around(rings: Rings, mpp: tuple[float, float]) -> Box:
    """Return a box, square in micrometres, with a margin around a lesion; it may reach over the slide's edge."""
    left, top, right, bottom = polygon_of(rings).bounds
    longest_um = max((right - left) * mpp[0], (bottom - top) * mpp[1])
    side_um = max(longest_um * (1 + 2 * _MARGIN), _LEAST_SIDE_UM)
    width, height = side_um / mpp[0], side_um / mpp[1]
    return (left + right - width) / 2, (top + bottom - height) / 2, width, height


def _jpeg(picture: RGB) -> bytes:
    _, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return data.tobytes()
