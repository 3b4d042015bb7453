"""Addresses of the tiles of the slide that is asked about."""

from backend.db.tables import Slide
from backend.wsi.deepzoom import REVISION

STORED, DRAWN = "11/1_1", "9/0_0"
"""A tile that is sent as it is stored, and one that must be drawn."""


def address(slide: Slide, place: str) -> str:
    """Return the address of a tile, its place given as in it."""
    return f"/api/slides/{slide.id}/deepzoom-{REVISION}_files/{place}.jpeg"
