"""Slides of several formats with a patient's name wherever the format has room for one."""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import simplejpeg
import tifffile
from numpy.typing import NDArray
from PIL import Image

from backend.wsi.arrival.tiff_writer import LONG, Entry, TiffWriter
from tests.realdata import real_slide

PATIENT = b"Zhang_Wei_19610304"
NAME = PATIENT.decode()
SIZE, TILE = 1024, 256


def tissue(size: int = SIZE) -> NDArray[np.uint8]:
    """Pink on white, with noise that tells places apart."""
    rgb = np.full((size, size, 3), 240, np.uint8)
    rgb[size // 8 : -size // 8, size // 8 : -size // 8] = (200, 120, 170)
    rgb -= np.random.default_rng(size).integers(0, 40, rgb.shape, np.uint8)
    return rgb


def label() -> NDArray[np.uint8]:
    """An image whose very pixels spell the name."""
    rows = np.frombuffer((PATIENT * 1000)[: 120 * 90], np.uint8).reshape(90, 120)
    return np.repeat(rows[..., None], 3, axis=2)


def coded_tiles(rgb: NDArray[np.uint8]) -> Iterator[bytes]:
    """JPEG tiles, the first with the name in a comment and in application data."""
    for number, (y, x) in enumerate((y, x) for y in range(0, len(rgb), TILE) for x in range(0, len(rgb), TILE)):
        tile = np.ascontiguousarray(rgb[y : y + TILE, x : x + TILE])
        data = bytes(simplejpeg.encode_jpeg(tile, 90, colorspace="RGB", colorsubsampling="420"))
        texts = [bytes([0xFF, marker]) + struct.pack(">H", 2 + len(PATIENT)) + PATIENT for marker in (0xFE, 0xE1)]
        yield data[:2] + b"".join(texts) + data[2:] if number == 0 else data


def svs(path: Path, *, big: bool = False) -> Path:
    """Aperio: two levels, thumbnail, label and macro."""
    said = f"Aperio Image Library {NAME}\r\n{SIZE}x{SIZE}|AppMag = 20|MPP = 0.5|User = {NAME}|Filename = {NAME}"
    with tifffile.TiffWriter(path, bigtiff=big) as out:
        _level(out, tissue(), said)
        out.write(
            tissue(256), description=f"Aperio thumbnail {NAME}", rowsperstrip=16, photometric="rgb", metadata=None
        )
        _level(out, tissue(SIZE // 4), said)
        for name in ("label", "macro"):
            out.write(label(), description=f"Aperio {NAME}\r\n{name} 120x90", photometric="rgb", metadata=None)
    return _ends_with_name(path)


def generic(path: Path, *, big: bool = False) -> Path:
    """Plain tiled TIFF with a label that is tiled, too, and says that it is a reduction."""
    with tifffile.TiffWriter(path, bigtiff=big) as out:
        _level(out, tissue(), NAME)
        _level(out, tissue(SIZE // 2), NAME, subfiletype=1)
        out.write(label(), tile=(128, 128), photometric="rgb", subfiletype=1, metadata=None)
    return _ends_with_name(path)


def ome(path: Path, *, big: bool = True) -> Path:
    """OME-TIFF: the reduction is a child of the first image; the name is in the XML."""
    with tifffile.TiffWriter(path, bigtiff=big, ome=True) as out:
        about = {"axes": "YXS", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5, "Name": NAME, "Description": NAME}
        out.write(tissue(), subifds=1, tile=(TILE, TILE), photometric="rgb", metadata=about, software=NAME)
        out.write(tissue(SIZE // 2), subfiletype=1, tile=(TILE, TILE), photometric="rgb")
        out.write(label(), photometric="rgb", metadata={"axes": "YXS", "Name": NAME})
    return _ends_with_name(path)


def ndpi(path: Path, *, big: bool = False) -> Path:
    """Hamamatsu: two levels of one stream each, and a macro image."""
    out = TiffWriter(path, order="<", big=False, ndpi=True)
    for lens, rgb in ((20.0, tissue()), (10.0, tissue(SIZE // 2)), (-1.0, label())):
        stream = bytes(simplejpeg.encode_jpeg(rgb, 90, colorspace="RGB", colorsubsampling="444"))
        stream = stream[:2] + b"\xff\xfe" + struct.pack(">H", 2 + len(PATIENT)) + PATIENT + stream[2:]
        out.directory(ndpi_entries(lens, rgb.shape[:2], out.append(stream), len(stream)))
    out.close()
    return _ends_with_name(path)


def ndpi_entries(lens: float, shape: tuple[int, ...], position: int, length: int) -> dict[int, Entry]:
    """Return the directory of a level, or of what a negative lens says is none."""

    def longs(*values: int) -> Entry:
        return LONG, len(values), struct.pack(f"<{len(values)}I", *values)

    def shorts(*values: int) -> Entry:
        return 3, len(values), struct.pack(f"<{len(values)}H", *values)

    text = (2, len(PATIENT) + 1, PATIENT + b"\0")
    zero = (9, 1, bytes(4))
    per_cm = (5, 1, struct.pack("<II", 20_000, 1))
    return {
        256: longs(shape[1]), 257: longs(shape[0]), 258: shorts(8, 8, 8), 259: shorts(7),
        262: shorts(6), 271: (2, 10, b"Hamamatsu\0"), 272: text, 273: longs(position),
        277: shorts(3), 278: longs(shape[0]), 279: longs(length), 282: per_cm, 283: per_cm, 296: shorts(3), 305: text,
        306: text, 65420: shorts(1), 65421: (11, 1, struct.pack("<f", lens)), 65422: zero, 65423: zero,
        65424: zero, 65427: text, 65449: text,
    }  # fmt: skip


def _level(out: tifffile.TiffWriter, rgb: NDArray[np.uint8], said: str, **more: Any) -> None:
    out.write(
        coded_tiles(rgb), shape=rgb.shape, dtype=np.uint8, tile=(TILE, TILE), compression="jpeg", photometric="ycbcr",
        subsampling=(2, 2), description=said, software=NAME, datetime="2026:01:02 03:04:05", metadata=None,
        resolution=(20_000, 20_000), resolutionunit="CENTIMETER", iccprofile=_profile(),
        extratags=[(700, 1, None, f"<x:xmpmeta>{NAME}</x:xmpmeta>".encode(), True), (65_000, 2, None, NAME, True)],
        **more,
    )  # fmt: skip


def _profile() -> bytes:
    """An ICC profile with a white point, and the name as its description."""
    white, name = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061), b"desc" + bytes(8) + PATIENT
    name += bytes(-len(name) % 4)
    table = struct.pack(">I4sII4sII", 2, b"wtpt", 156, len(white), b"desc", 156 + len(white), len(name))
    body = table + white + name
    head = struct.pack(">I4sI4s4s4s", 128 + len(body), b"lcms", 0x02400000, b"scnr", b"RGB ", b"XYZ ")
    return (head + bytes(12) + b"acsp").ljust(128, b"\0") + body


def _ends_with_name(path: Path) -> Path:
    """Put the name behind everything, where no tag leads."""
    with path.open("ab") as file:
        file.write(PATIENT)
    return path


def vms(folder: Path) -> Path:
    """Hamamatsu VMS: an index, one picture, a map and a macro image."""
    index = f"""[Virtual Microscope Specimen]
NoLayers=1
NoJpegColumns=1
NoJpegRows=1
ImageFile=image.jpg
MapFile=map.jpg
OptimisationFile=image.opt
MacroImage=macro.jpg
PhysicalWidth={SIZE * 500}
PhysicalHeight={SIZE * 500}
SourceLens=20
AuthCode={NAME}
Reference={NAME}
"""
    for name, rgb in (("image", tissue()), ("map", tissue()[::4, ::4]), ("macro", label())):
        Image.fromarray(rgb).save(
            folder / f"{name}.jpg", quality=90, subsampling=0, restart_marker_rows=1, comment=PATIENT
        )
    (folder / "image.opt").write_bytes(b"")
    (folder / "slide.vms").write_text(index)
    return folder / "slide.vms"


def vmu(folder: Path) -> Path:
    """Hamamatsu VMU: an index, and a picture and a map of it in columns of pixels of three times 12 bits."""
    for name, rgb in (("image", tissue()), ("map", tissue()[::4, ::4])):
        columns = np.concatenate(np.split(rgb.astype("<u2") << 4, len(rgb) // 64, axis=1))
        head = struct.pack("<2s2x3I8xI", b"GN", len(rgb), len(rgb), 64, 256).ljust(256 - len(PATIENT), b"\0")
        (folder / f"{name}.ngr").write_bytes(head + PATIENT + columns.tobytes())
    index = f"""[Uncompressed Virtual Microscope Specimen]
NoLayers=1
ImageFile=image.ngr
MapFile=map.ngr
MacroImage=macro.jpg
BitsPerPixel=36
PixelOrder=RGB
PhysicalWidth={SIZE * 500}
PhysicalHeight={SIZE * 500}
SourceLens=20
Reference={NAME}
"""
    Image.fromarray(label()).save(folder / "macro.jpg", comment=PATIENT)
    (folder / "slide.vmu").write_text(index)
    return folder / "slide.vmu"


DICOM = {
    "JPEG": ("multiframe_camelyon_challenge_image.dcm", b"\xff\xfe", 2),
    "JPEG 2000": ("multi_frame_jpeg2000_camelyon_challenge_image.dcm", b"\xff\x64", 4),
}
"""Real slides, with how a comment begins in a frame and how many bytes of its length come before its text."""


def dicom(folder: Path, kind: str = "JPEG") -> Path:
    """A series of a level, an overview and a label, with the name among their attributes, in a frame and at the end."""
    name, comment, head = DICOM[kind]
    dataset = pydicom.dcmread(real_slide(name))
    dataset.PatientName = dataset.PatientID = dataset.InstitutionName = dataset.BarcodeValue = NAME
    dataset.PatientComments = dataset.ContainerIdentifier = dataset.SeriesDescription = NAME
    dataset.PatientBirthDate, dataset.StudyDate = "19610304", "20260102"
    dataset.private_block(0x0099, NAME, create=True).add_new(1, "LO", NAME)
    dataset.OpticalPathSequence = [pydicom.Dataset()]
    dataset.OpticalPathSequence[0].OpticalPathDescription = NAME
    dataset.OpticalPathSequence[0].ICCProfile = _profile()
    frames = [*pydicom.encaps.generate_frames(dataset.PixelData, number_of_frames=dataset.NumberOfFrames)]
    text = comment + struct.pack(">H", head + len(PATIENT)) + bytes(head - 2) + PATIENT
    at = 2 if kind == "JPEG" else 4 + int.from_bytes(frames[0][4:6])  # a codestream begins with its size
    frames[0] = frames[0][:at] + text + frames[0][at:] + PATIENT
    dataset.PixelData = pydicom.encaps.encapsulate(frames)
    dataset.DataSetTrailingPadding = PATIENT
    dataset.save_as(folder / "slide.dcm")
    _other_instance(dataset, "OVERVIEW", folder / "overview.dcm")
    _other_instance(dataset, "LABEL", folder / "label.dcm")
    return folder / "slide.dcm"


def _other_instance(dataset: pydicom.Dataset, kind: str, path: Path) -> None:
    dataset.ImageType = ["ORIGINAL", "PRIMARY", kind, "NONE"]
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    dataset.save_as(path)


FORMATS: dict[str, Callable[[Path], Path]] = {
    "Aperio SVS": lambda folder: svs(folder / "slide.svs"),
    "Aperio SVS, BigTIFF": lambda folder: svs(folder / "slide.svs", big=True),
    "tiled TIFF": lambda folder: generic(folder / "slide.tiff"),
    "tiled TIFF, BigTIFF": lambda folder: generic(folder / "slide.tif", big=True),
    "OME-TIFF": lambda folder: ome(folder / "slide.tif"),
    "Hamamatsu NDPI": lambda folder: ndpi(folder / "slide.ndpi"),
}
