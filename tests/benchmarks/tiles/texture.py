"""Large slides with the texture of a small real one: mirrored and repeated, cut into sections that lie on glass."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray

from backend.wsi.deepzoom import TILE_PX, encode_jpeg, halved
from backend.wsi.slide import Slide
from tests.realdata import REAL_DATA

SOURCE = "CMU-1-Small-Region.svs"
SOLID = (840, 1850, 800, 1110)  # a part of it that is tissue throughout
COVERAGE = 0.45
BLOCK_PX = 2048
MPP = 0.5


def write_textured(path: Path, side: int, seed: int = 1) -> None:
    """Write a slide of `side` × `side` pixels with all powers of two stored.

    A block of tissue and one of glass are coded once and repeated, so that 60,000 pixels take seconds; levels on which
    a block is smaller than a tile are drawn.

    Raises:
        FileNotFoundError: where the real slide is not at hand.
    """
    source = REAL_DATA / "wsi" / SOURCE
    if not source.is_file():
        raise FileNotFoundError(f"{source} is missing: set FOCUSSCOPE_REAL_DATA")
    with Slide(source) as slide:
        cell = slide.region(SOLID, SOLID[2:])
    cell = np.hstack([cell, cell[:, ::-1]])
    cell = np.vstack([cell, cell[::-1]])
    random = np.random.default_rng(seed)
    glass = np.clip(random.normal(243, 1, (BLOCK_PX, BLOCK_PX, 3)), 0, 255).astype(np.uint8)
    blocks = [glass, np.tile(cell, (-(-BLOCK_PX // cell.shape[0]), -(-BLOCK_PX // cell.shape[1]), 1))]
    blocks = [np.ascontiguousarray(block[:BLOCK_PX, :BLOCK_PX]) for block in blocks]
    layout = _sections(-(-side // BLOCK_PX), random).astype(int)
    with tifffile.TiffWriter(path, bigtiff=side > 30_000) as out:
        shrink = 1
        while shrink == 1 or side / shrink > TILE_PX / 2:
            _write_level(out, blocks, layout, -(-side // shrink), shrink)
            shrink *= 2
            if blocks[0].shape[0] == TILE_PX:  # from here on one raster is one block
                rows = [np.hstack([blocks[kind] for kind in row]) for row in layout]
                blocks, layout = [np.vstack(rows)], np.zeros((1, 1), int)
            blocks = [halved(block) for block in blocks]


def _write_level(
    out: tifffile.TiffWriter, blocks: list[NDArray[np.uint8]], layout: NDArray[np.int_], side: int, shrink: int
) -> None:
    """Write one level: tile by tile what its block has there."""
    padded = [
        np.pad(block, [(0, -length % TILE_PX) for length in block.shape[:2]] + [(0, 0)], "edge") for block in blocks
    ]
    coded = [
        [[encode_jpeg(np.ascontiguousarray(block[y : y + TILE_PX, x : x + TILE_PX]))
          for x in range(0, block.shape[1], TILE_PX)] for y in range(0, block.shape[0], TILE_PX)] for block in padded
    ]  # fmt: skip
    down, across, count = len(coded[0]), len(coded[0][0]), -(-side // TILE_PX)
    tiles = (
        coded[layout[row // down, column // across]][row % down][column % across]
        for row in range(count) for column in range(count)
    )  # fmt: skip
    out.write(
        tiles, shape=(side, side, 3), dtype=np.uint8, photometric="ycbcr", subsampling=(2, 2), compression="jpeg",
        tile=(TILE_PX, TILE_PX), resolution=(1e4 / MPP / shrink,) * 2, resolutionunit="CENTIMETER", metadata=None,
        subfiletype=int(shrink > 1),
    )  # fmt: skip


def _sections(side: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Smooth blobs that cover a share of a square."""
    noise = cv2.resize(random.normal(size=(9, 9)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[:side, :side] / side - 0.5
    field = noise - 6 * np.maximum(abs(x), abs(y)) ** 2
    return np.asarray(field > np.quantile(field, 1 - COVERAGE))


def thin(source: Path, path: Path) -> None:
    """Copy every second level with its tiles as they are: the 1, 4, 16 of many scanners."""
    with tifffile.TiffFile(source) as tiff, tifffile.TiffWriter(path, bigtiff=tiff.is_bigtiff) as out:
        for number, page in enumerate(tiff.pages[::2]):
            _copy(out, page, tiff.filehandle, reduced=number > 0)


def _copy(out: tifffile.TiffWriter, page: Any, file: Any, *, reduced: bool) -> None:
    places = zip(page.dataoffsets, page.databytecounts, strict=True)
    tiles = (file.seek(offset) and file.read(length) for offset, length in places)
    out.write(
        tiles, shape=page.shape, dtype=page.dtype, photometric="ycbcr", subsampling=page.subsampling,
        compression="jpeg", tile=(page.tilelength, page.tilewidth), metadata=None, subfiletype=int(reduced),
    )  # fmt: skip


def recoded(source: Path, path: Path, side: int, *, compression: str, level: int, description: str | None) -> None:
    """Write the slide's upper left `side` × `side` pixels, and their halves, coded otherwise than as JPEG."""
    with Slide(source) as slide, tifffile.TiffWriter(path) as out:
        rgb = slide.level_region(0, (0, 0), (side, side))
        while len(rgb) > TILE_PX / 2:
            whole = len(rgb) == side
            out.write(
                rgb, tile=(TILE_PX, TILE_PX), photometric="rgb", compression=compression,
                compressionargs={"level": level}, metadata=None, description=description if whole else None,
                subfiletype=int(not whole and description is None),
            )  # fmt: skip
            rgb = halved(rgb)


def deflated(source: Path, path: Path, side: int) -> None:
    """Write it without loss."""
    recoded(source, path, side, compression="zlib", level=1, description=None)


def jpeg2000(source: Path, path: Path, side: int) -> None:
    """Write it as Aperio's scanners do, in tiles of about as many bytes."""
    description = f"Aperio Image Library\r\n{side}x{side} ({TILE_PX}x{TILE_PX}) J2K|AppMag = 20|MPP = {MPP}"
    recoded(source, path, side, compression="aperio_jp2000_rgb", level=32, description=description)
