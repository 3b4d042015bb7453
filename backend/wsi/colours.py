"""Colours of the maps: tables from a grey value to RGBA, and the legend that says what they mean."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.core.maps import MapKind

Table: TypeAlias = NDArray[np.uint8]
"""(256, 4) RGBA by grey value."""

_ROI_COLOURS = {
    1: ("Gland", (0, 158, 115, 200)),
    2: ("Other tissue", (230, 159, 0, 200)),
    3: ("Artefact", (204, 51, 17, 220)),
}
"""By `RoiClass`; glass has no colour. Told apart by readers who do not tell red from green."""

_STOPS = 9


def table_of(kind: MapKind) -> Table:
    """Return the colours of a kind of map; 0 is always transparent."""
    if kind == "roi":
        table = np.zeros((256, 4), np.uint8)
        for label, (_, rgba) in _ROI_COLOURS.items():
            table[label] = rgba
        return table
    ramp = cv2.COLORMAP_VIRIDIS if kind == "probability" else cv2.COLORMAP_INFERNO
    bgr = cv2.applyColorMap(np.arange(256, dtype=np.uint8)[:, None], ramp)[:, 0]
    alpha = np.rint(255 * np.minimum(1, np.arange(256) / 128)).astype(np.uint8)
    return np.column_stack((bgr[:, ::-1], alpha))


def legend_of(kind: MapKind) -> list[tuple[str, str]]:
    """Return (label, `#rrggbb`) for each class, or for values evenly spaced from 0 to 1."""
    if kind == "roi":
        return [(name, _hex(rgba)) for name, rgba in _ROI_COLOURS.values()]
    table = table_of(kind)
    values = np.linspace(0, 1, _STOPS)
    return [(f"{value:g}", _hex(tuple(table[round(255 * value)]))) for value in values]


def _hex(rgba: tuple[int, ...]) -> str:
    return "#" + "".join(f"{int(value):02x}" for value in rgba[:3])
