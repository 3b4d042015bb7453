"""What is given bytes of a stranger's, what they may be refused with, and files to begin from.

Whatever else is raised, takes too long or too much memory is a fault. What decodes pixels is other people's C and runs
in a process with limits; what is looked at here is what we read ourselves.
"""

import io
import json
import shutil
import struct
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import tifffile
from PIL import ImageCms
from starlette.requests import Request

from backend.api import tus
from backend.core.errors import FocusScopeError
from backend.reports.geojson import read_geojson
from backend.services import bundles
from backend.services.bundles import Chosen
from backend.storage import entry_of, plain_name, safe_name
from backend.wsi.arrival import archive, zeiss
from backend.wsi.arrival.clean_tiff import NotCopyable, copy_tiff, ome_mpp
from backend.wsi.arrival.coded import j2k_without_text, jpeg_without_text
from backend.wsi.arrival.icc import numeric_profile
from backend.wsi.arrival.inspection import needs_pyramid, open_sound
from backend.wsi.arrival.structure import refuse_hostile
from backend.wsi.arrival.tiff import DESCRIPTION, X_RESOLUTION, Tiff
from backend.wsi.jpeg import Completion, head_of
from backend.wsi.native_tiles import NativeTiles
from backend.wsi.slide import Slide
from tests.factories import write_slide

SIZE = (64, 48)


@dataclass(frozen=True)
class Target:
    """`take` is given bytes; `seeds` are some that it takes well."""

    take: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]


def upload(data: bytes) -> None:
    """Take the headers of a tus upload: one line for the length, one for the metadata, one for each further name."""
    length, metadata, *names = [*data.split(b"\n"), b""]
    headers = [(b"upload-length", length), (b"upload-metadata", metadata)]
    request = Request({"type": "http", "headers": headers})
    with suppress(FocusScopeError):
        tus.number_in(request, "Upload-Length")
    said = [tus.metadata_in(request).get("filename", ""), *(name.decode("utf-8", "replace") for name in names)]
    for name in said:
        assert not safe_name(name) or Path(name).name == name
        assert plain_name(name).isprintable()
        _is_inside(entry_of(name))
    with suppress(FocusScopeError):
        for bundle in bundles.plan([Chosen(name, 10) for name in said]).bundles:
            for place in bundle.places.values():
                _is_inside(place)


def outlines(data: bytes) -> None:
    """Take a GeoJSON file into a review."""
    with suppress(FocusScopeError):
        for one in read_geojson(data, SIZE):
            assert all(len(ring) >= 4 for ring in one.polygon)


def directories(data: bytes) -> None:
    """Read the directories of a TIFF, and all that is asked of them."""
    with _file(data, "slide.tiff") as path, suppress(FocusScopeError), Tiff(path) as tiff:
        for one in tiff.all_directories():
            for code in one.tags:
                tiff.raw(one, code), tiff.text(one, code), tiff.numbers(one, code), tiff.rational(one, code)
            tiff.rational(one, X_RESOLUTION), tiff.bits_per_pixel(one), tiff.segments(one), tiff.segment_size(one)
            ome_mpp(tiff.text(one, DESCRIPTION), SIZE)
        refuse_hostile(tiff)


def slide(data: bytes) -> None:
    """Open a TIFF as it arrives, and write its clean copy."""
    with _file(data, "slide.tiff") as path, suppress(FocusScopeError, NotCopyable):
        needs_pyramid(path)
        with open_sound(path) as arrived:
            copy_tiff(arrived, path.with_name("clean.tiff"))


def tiles(data: bytes) -> None:
    """Find the stored tiles of a TIFF that was taken, and hand each out."""
    with _file(data, "slide.tiff") as path, suppress(FocusScopeError), ExitStack() as stack:
        with Tiff(path) as tiff:
            refuse_hostile(tiff)  # some would end the process in OpenSlide
        opened = stack.enter_context(Slide(path))
        if (
            max(opened.size) > 4096
            or (stored := NativeTiles.of(path, tuple(one.size for one in opened.levels))) is None
        ):
            return
        try:
            for index, level in enumerate(stored.levels):
                level.stream(0, 0)
                with suppress(ValueError):
                    stored.read(index, (0.5, 0.5), (32, 32))
        finally:
            stored.close()


def zeiss_file(data: bytes) -> None:
    """Rewrite a file of Zeiss's."""
    with _file(data, "slide.czi") as path, suppress(FocusScopeError):
        zeiss.rewrite(path, path.with_name("readable.czi"))


def coded(data: bytes) -> None:
    """Take text out of coded tiles and colour profiles, and make tiles whole."""
    jpeg_without_text(data)
    j2k_without_text(data)
    numeric_profile(data)
    whole = Completion(head_of(data, ycbcr=True), SIZE)
    whole.of(data), whole.of(data)


def packed(data: bytes) -> None:
    """List what a zip archive holds, and unpack it."""
    with _file(data, "slides.zip") as path, suppress(FocusScopeError):
        task = {"archive": str(path), "most_bytes": 2**20}
        places = {index: f"source/{index}" for index in range(len(archive.work(task)["files"]))}
        archive.work(task | {"folder": str(path.parent / "out"), "places": places})


def _is_inside(place: str) -> None:
    assert not place.startswith("/") and ".." not in Path(place).parts and "\0" not in place, place


@contextmanager
def _file(data: bytes, name: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="focusscope-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        (folder / name).write_bytes(data)
        yield folder / name
    finally:
        shutil.rmtree(folder)


def _uploads() -> list[bytes]:
    names = ("slide.svs", "切片 1.mrxs", "../../etc/passwd", "a/Slidedat.ini", "scan.vms", "c:\\slide.ndpi")
    coded = (b"filename " + b64encode(name.encode()) + b",filetype aW1hZ2U=" for name in names)
    return [b"10\n" + one + b"\nfolder/Data0001.dat\nother.tiff" for one in coded]


def _outlines() -> list[bytes]:
    ring = [[1, 1], [20, 1], [20, 20], [1, 1]]
    classes = ({"name": "Focus", "colorRGB": -1}, {"names": ["Aggregate < 50"]}, "Gland", None)
    geometries = (
        {"type": "Polygon", "coordinates": [ring, [[5, 3], [6, 3], [6, 4], [5, 3]]]},
        {"type": "MultiPolygon", "coordinates": [[ring], [ring]]}, {"type": "Point", "coordinates": [1, 1]},
    )  # fmt: skip
    features = [
        {"type": "Feature", "id": "9b2f1e7c-0d5c-4f86-9f0c-3f7c6a0c7a10", "geometry": geometry,
         "properties": {"objectType": "annotation", "classification": kind, "name": "Focus 1"}}
        for geometry in geometries for kind in classes
    ]  # fmt: skip
    documents = ({"type": "FeatureCollection", "features": features}, features[:2], features[0])
    return [json.dumps(one).encode() for one in (*documents, *features)]


def _tiffs() -> list[bytes]:
    rgb = np.linspace(0, 255, SIZE[0] * SIZE[1] * 3).astype(np.uint8).reshape(SIZE[1], SIZE[0], 3)
    made = []
    kinds: tuple[tuple[bool, Literal["<", ">"], str | None], ...] = (
        (False, "<", "jpeg"), (True, ">", "zlib"), (False, ">", None),
    )  # fmt: skip
    for big, order, how in kinds:
        out = io.BytesIO()
        with tifffile.TiffWriter(out, bigtiff=big, byteorder=order) as writer:
            for factor in (1, 2):
                writer.write(
                    rgb[::factor, ::factor], tile=(16, 16), compression=how, photometric="rgb", metadata=None,
                    subfiletype=int(factor > 1), description="Aperio Image Library\r\n64x48|AppMag = 20|MPP = 0.5",
                    resolution=(20_000, 20_000), resolutionunit="CENTIMETER",
                )  # fmt: skip
        made.append(out.getvalue())
    with _file(b"", "slide.tiff") as path:
        write_slide(path, SIZE)
        made.append(path.read_bytes())
    return made


def _zeiss() -> list[bytes]:
    return [zeiss_of(1)]


def zeiss_of(tiles: int) -> bytes:
    """Return a file of Zeiss's, in which so many tiles are one and the same."""
    pixels = bytes(4 * 4 * 3)
    axes = b"".join(struct.pack("<4siifi", name, 0, 4, 0.0, 4) for name in (b"X", b"Y"))
    entry = struct.pack("<2siqiib5xi", b"DV", 3, 544, 0, 0, 0, 2) + axes
    head = (
        struct.pack("<16sqq", b"ZISRAWFILE", 512, 512)
        + bytes(52)
        + struct.pack("<qqiq", 1200, 1600 + 100 * tiles, 0, 0)
    )
    block = struct.pack("<16sqq", b"ZISRAWSUBBLOCK", 512, 512) + struct.pack("<iiq", 0, 0, len(pixels)) + entry
    directory = struct.pack("<16sqq", b"ZISRAWDIRECTORY", 256, 256) + struct.pack("<i124x", tiles) + entry * tiles
    image = b"<Image><SizeX>4</SizeX><SizeY>4</SizeY></Image>"
    xml = b"<ImageDocument><Metadata><Information>" + image + b"</Information></Metadata></ImageDocument>"
    metadata = struct.pack("<16sqq", b"ZISRAWMETADATA", 256, 256) + struct.pack("<ii248x", len(xml), 0) + xml
    block = block.ljust(288, b"\0") + pixels
    return (head.ljust(544, b"\0") + block).ljust(1200, b"\0") + directory.ljust(400 + 100 * tiles, b"\0") + metadata


def _coded() -> list[bytes]:
    with _file(b"", "slide.tiff") as path:
        write_slide(path, SIZE)
        with tifffile.TiffFile(path) as tiff:
            page = tiff.pages.first
            tables = page.jpegtables or b""
            tile = path.read_bytes()[page.dataoffsets[0] :][: page.databytecounts[0]]
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    commented = tile[:2] + b"\xff\xfe\x00\x06name" + b"\xff\xe1\x00\x06Exif" + tile[2:]
    j2k = b"\xff\x4f\xff\x51\x00\x04\x00\x00\xff\x64\x00\x08\x00\x01name\xff\x90\x00\x04\x00\x00\xff\xd9"
    return [tile, tables, commented, srgb, j2k]


def _packed() -> list[bytes]:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        file.writestr("a/slide.svs", b"II*\0" + bytes(50))
        file.writestr("a/切片.tiff", bytes(200))
        file.writestr("series/1.dcm", bytes(128) + b"DICM" + b"\x02\x00\x00\x00UL\x04\x00\x00\x00\x00\x00")
    return [out.getvalue()]


TARGETS = {
    "upload": Target(upload, _uploads), "outlines": Target(outlines, _outlines),
    "directories": Target(directories, _tiffs), "slide": Target(slide, _tiffs), "tiles": Target(tiles, _tiffs),
    "zeiss": Target(zeiss_file, _zeiss), "coded": Target(coded, _coded), "packed": Target(packed, _packed),
}  # fmt: skip
