"""Small slides of scanners' formats, written by hand, with a patient's name wherever the format has room for one."""

import sqlite3
import struct
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import imagecodecs
import numpy as np
import simplejpeg
import tifffile
from numpy.typing import NDArray
from PIL import Image

from backend.wsi.arrival.tiff_writer import TiffWriter
from tests.wsi.arrival.planted import NAME, PATIENT, SIZE, TILE, coded_tiles, label, ndpi_entries, tissue


def _tiled(out: tifffile.TiffWriter, rgb: NDArray[np.uint8], **more: Any) -> None:
    out.write(
        coded_tiles(rgb), shape=rgb.shape, dtype=np.uint8, tile=(TILE, TILE), compression="jpeg", photometric="ycbcr",
        subsampling=(2, 2), metadata=None, **more,
    )  # fmt: skip


def pyramid() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Level 0 and its reduction by 2."""
    return tissue(), tissue(SIZE // 2)


def leica(path: Path) -> Path:
    """SCN: a macro image over the whole slide, and a scan of a part of it."""
    main, half = pyramid()
    nm = 500 * SIZE

    def image(size: int, offset: int, dimensions: str, objective: int) -> str:
        return f"""<image name="{NAME}"><creationDate>{NAME}</creationDate><device model="{NAME}" version="1"/>
<pixels>{dimensions}</pixels><view sizeX="{size}" sizeY="{size}" offsetX="{offset}" offsetY="{offset}"/>
<scanSettings><objectiveSettings><objective>{objective}</objective></objectiveSettings><illuminationSettings>
<illuminationSource>brightfield</illuminationSource></illuminationSettings></scanSettings></image>"""

    levels = "".join(
        f'<dimension sizeX="{SIZE >> ifd}" sizeY="{SIZE >> ifd}" r="{ifd}" ifd="{ifd}"/>' for ifd in (0, 1)
    )
    macro = '<dimension sizeX="256" sizeY="256" r="0" ifd="2"/>'
    said = f"""<?xml version="1.0"?><scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01">
<collection name="{NAME}" sizeX="{3 * nm}" sizeY="{3 * nm}"><barcode>{NAME}</barcode>
{image(3 * nm, 0, macro, 1)}{image(nm, nm, levels, 20)}</collection></scn>"""
    with tifffile.TiffWriter(path, bigtiff=True) as out:
        resolution = {"resolution": (20_000, 20_000), "resolutionunit": "CENTIMETER"}
        _tiled(out, main, description=said, software=NAME, **resolution)
        _tiled(out, half, **resolution)
        big = np.resize(np.frombuffer(PATIENT, np.uint8), (256, 256, 3))
        out.write(big, tile=(256, 256), photometric="rgb", metadata=None)
    return path


def philips(path: Path) -> Path:
    """Philips TIFF: label and macro in the XML, and as directories."""
    main, half = pyramid()
    jpeg = BytesIO()
    Image.fromarray(label()).save(jpeg, "JPEG", comment=PATIENT)

    def attribute(name: str, value: str, kind: str = "IString") -> str:
        return f'<Attribute Name="{name}" Group="0x301D" Element="0x1004" PMSVR="{kind}">{value}</Attribute>'

    def scanned(kind: str, *more: str) -> str:
        inside = "".join((attribute("PIM_DP_IMAGE_TYPE", kind), *more))
        return f'<DataObject ObjectType="DPScannedImage">{inside}</DataObject>'

    def spacing_of(mm: float) -> str:
        return f"&quot;{mm}&quot; &quot;{mm}&quot;"

    represented = "".join(
        f'<DataObject ObjectType="PixelDataRepresentation">{attribute("DICOM_PIXEL_SPACING", spacing)}'
        f"{attribute('PIIM_PIXEL_DATA_REPRESENTATION_NUMBER', str(number))}</DataObject>"
        for number, spacing in enumerate(
            ("&quot;0.0005&quot; &quot;0.0005&quot;", "&quot;0.001&quot; &quot;0.001&quot;")
        )
    )
    data, several = b64encode(jpeg.getvalue()).decode(), "IDataObjectArray"
    scans = (
        scanned("WSI", attribute("DICOM_PIXEL_SPACING", spacing_of(0.0005)),
                attribute("PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE", f"<Array>{represented}</Array>", several))
        + scanned("LABELIMAGE", attribute("PIM_DP_IMAGE_DATA", data))
        + scanned("MACROIMAGE", attribute("PIM_DP_IMAGE_DATA", data))
    )  # fmt: skip
    said = (
        f'<?xml version="1.0" encoding="UTF-8" ?><DataObject ObjectType="DPUfsImport">'
        f"{attribute('PIM_DP_UFS_BARCODE', NAME)}"
        f"{attribute('PIM_DP_SCANNED_IMAGES', f'<Array>{scans}</Array>', several)}</DataObject>"
    )
    with tifffile.TiffWriter(path, bigtiff=True) as out:
        _tiled(out, main, description=said, software="Philips DP v1.0")
        _tiled(out, half, subfiletype=1)
        for name in ("Label", "Macro"):
            out.write(label(), description=f"{name} {NAME}", photometric="rgb", metadata=None)
    return path


def trestle(path: Path) -> Path:
    """Trestle: levels of tiled images; the macro image lies beside it."""
    main, half = pyramid()
    said = f"Background Color=FFFFFF;Objective Power=20;JPEG Quality=90;OverlapsXY= 0 0 0 0;Patient={NAME}"
    with tifffile.TiffWriter(path) as out:
        _tiled(out, main, description=said, software="MedScan 1.0", resolution=(0.5, 0.5), resolutionunit="NONE")
        _tiled(out, half, resolution=(1.0, 1.0), resolutionunit="NONE")
    Image.fromarray(label()).save(path.with_suffix(".Full"), "JPEG", comment=PATIENT)
    return path


def argos(path: Path) -> Path:
    """AVS: the metadata, barcode included, in a tag of its own; thumbnail and macro image in strips at the end."""
    main, half = pyramid()
    xml = f"""<?xml version="1.0"?><Argos.Scan.Metadata><MinZ>0</MinZ><MaxZ>0</MaxZ><Barcode>{NAME}</Barcode>
<ObjectiveMagnification>20</ObjectiveMagnification></Argos.Scan.Metadata>"""
    with tifffile.TiffWriter(path, bigtiff=True) as out:
        resolution = {"resolution": (20_000, 20_000), "resolutionunit": "CENTIMETER"}
        _tiled(out, main, extratags=[(65000, 2, None, xml, True)], software=NAME, **resolution)
        _tiled(out, half, subfiletype=1)
        for _ in ("thumbnail", "macro"):
            out.write(label(), description=NAME, photometric="rgb", rowsperstrip=90, metadata=None)
    return path


def huron(path: Path) -> Path:
    """Huron TIFF: the make tells it, the description has the rest; a thumbnail in strips comes second."""
    main, half = pyramid()
    make = [(271, 2, None, "Huron Digital Pathology", True)]
    with tifffile.TiffWriter(path, bigtiff=True) as out:
        said = f"Scanner = {NAME}\nResolution = 0.50 um\nPatient = {NAME}"
        resolution = {"resolution": (20_000, 20_000), "resolutionunit": "CENTIMETER"}
        _tiled(out, main, description=said, extratags=make, software=NAME, **resolution)
        out.write(label(), photometric="rgb", rowsperstrip=90, metadata=None)
        _tiled(out, half, subfiletype=1)
        out.write(label(), description=f"Huron\nlabel {NAME}", photometric="rgb", rowsperstrip=90, metadata=None)
    return path


def ventana(path: Path) -> Path:
    """BIF: the label image leads, and says in its XML what was scanned; tiles are counted from the lower left."""
    main, half = pyramid()
    side = SIZE // TILE
    scan = f'<iScan Magnification="20" ScanRes="0.5" Z-layers="1" UserName="{NAME}" BarCode2D="{NAME}"/>'
    joint = '<TileJointInfo Confidence="100" Direction="{}" Tile1="{}" Tile2="{}" OverlapX="0" OverlapY="0"/>'
    joints = joint.format("RIGHT", 1, 2) + joint.format("UP", side, side + 1)
    stitched = (
        f'<EncodeInfo Ver="2"><SlideStitchInfo><ImageInfo AOIScanned="1" AOIIndex="0" Width="{TILE}" Height="{TILE}" '
        f'NumRows="{side}" NumCols="{side}" Pos-X="0" Pos-Y="0">{joints}</ImageInfo>'
        f'</SlideStitchInfo><AoiOrigin><AOI0 OriginX="0" OriginY="0"/></AoiOrigin></EncodeInfo>'
    )

    def xml(said: str) -> list[Any]:
        return [(700, 1, None, said.encode(), True)]

    with tifffile.TiffWriter(path, bigtiff=True) as out:
        out.write(
            label(), description="Label Image", photometric="rgb", metadata=None, extratags=xml(scan), software=NAME
        )
        _tiled(out, main, description="level=0 mag=20 quality=90", extratags=xml(stitched), software=NAME)
        _tiled(out, half, description="level=1 mag=10 quality=90", software=NAME)
    return path


def sakura(path: Path) -> Path:
    """SVSlide: a database with each colour of a tile as a JPEG of its own, and who is on the slide in a table."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript("""
            CREATE TABLE DataManagerSQLiteConfigXPO (TableName TEXT);
            CREATE TABLE data (id TEXT, size INTEGER, data BLOB);
            CREATE TABLE tile (PYRAMIDLEVEL INTEGER, COLUMNINDEX INTEGER, ROWINDEX INTEGER, COLORINDEX INTEGER,
                TILEID TEXT);
            CREATE TABLE SVSlideDataXPO (OID INTEGER, SlideId TEXT, Date TEXT, Description TEXT, Creator TEXT,
                DiagnosisCode TEXT, Keywords TEXT, m_labelScan INTEGER, m_overviewScan INTEGER);
            CREATE TABLE SVHRScanDataXPO (OID INTEGER, ParentSlide INTEGER, ScanId TEXT, ResolutionMmPerPix REAL,
                NominalLensMagnification REAL, FocussingMethod TEXT, ThumbnailImage BLOB, Date TEXT, Name TEXT,
                Description TEXT);
            CREATE TABLE SVScannedImageDataXPO (OID INTEGER, Image BLOB);
            INSERT INTO DataManagerSQLiteConfigXPO VALUES ('data');
        """)
        jpeg = BytesIO()
        Image.fromarray(label()).save(jpeg, "JPEG", comment=PATIENT)
        database.execute("INSERT INTO SVSlideDataXPO VALUES (1, ?, ?, ?, ?, ?, ?, 1, 1)", [NAME] * 6)
        scan = (NAME, 0.0005, 20.0, NAME, jpeg.getvalue(), NAME, NAME, NAME)
        database.execute("INSERT INTO SVHRScanDataXPO VALUES (1, 1, ?, ?, ?, ?, ?, ?, ?, ?)", scan)
        database.execute("INSERT INTO SVScannedImageDataXPO VALUES (1, ?)", [jpeg.getvalue()])
        blobs = {
            "++MagicBytes": b"SVGigaPixelImage",
            "++VersionBytes": b"1",
            "Header": struct.pack("<3I", TILE, SIZE, SIZE).ljust(64, b"\0"),
        }
        for downsample, rgb in zip((1, 2), pyramid(), strict=True):
            for y, x, colour in product(range(0, len(rgb), TILE), range(0, len(rgb), TILE), range(3)):
                at = downsample * x, downsample * y
                name = f"T;{at[0]}|{at[1]};{downsample};{colour};0"
                grey = np.ascontiguousarray(rgb[y : y + TILE, x : x + TILE, colour : colour + 1])
                blobs[name] = bytes(simplejpeg.encode_jpeg(grey, 95, colorspace="GRAY"))
                database.execute("INSERT INTO tile VALUES (?, ?, ?, ?, ?)", (downsample, *at, colour, name))
        database.executemany("INSERT INTO data VALUES (?, ?, ?)", [(k, len(v), v) for k, v in blobs.items()])
    return path


def mirax(path: Path) -> Path:
    """MRXS: a file that is only a picture, and beside it a folder of an index, data and a text that names all."""
    folder = path.with_suffix("")
    folder.mkdir()
    thumbnail = BytesIO()
    Image.fromarray(label()).save(thumbnail, "JPEG", comment=PATIENT)
    path.write_bytes(thumbnail.getvalue())
    data, side, slide_id = bytearray(), SIZE // TILE, b"0123456789ABCDEF"
    levels = []
    for factor, rgb in ((1, tissue()), (2, tissue(SIZE // 2))):
        entries = []
        for y, x in product(range(0, len(rgb), TILE), range(0, len(rgb), TILE)):
            coded = simplejpeg.encode_jpeg(
                np.ascontiguousarray(rgb[y : y + TILE, x : x + TILE]), 95, colorsubsampling="444"
            )
            coded = coded[:2] + b"\xff\xfe" + struct.pack(">H", 2 + len(PATIENT)) + PATIENT + coded[2:]
            number = y // TILE * factor * side + x // TILE * factor
            entries.append((number, len(data), len(coded), 0))
            data += coded
        levels.append(entries)
    label_at = len(data)
    data += thumbnail.getvalue()
    (folder / "Data0000.dat").write_bytes(data)

    index = bytearray(b"01.02" + slide_id + bytes(8))
    pages = []
    for entries in levels:
        page = len(index)
        index += struct.pack("<2i", len(entries), 0) + b"".join(struct.pack("<4i", *one) for one in entries)
        pages.append(len(index))
        index += struct.pack("<2i", 0, page)
    page = len(index)
    index += struct.pack("<7i", 1, 0, 0, 0, label_at, len(thumbnail.getvalue()), 0)
    other = len(index)
    index += struct.pack("<2i", 0, page)
    roots = len(index)
    index += struct.pack("<3i", *pages, other)
    struct.pack_into("<2i", index, 5 + len(slide_id), roots, roots + 8)
    (folder / "Index.dat").write_bytes(index)
    sections = "".join(
        f"[LEVEL{number}]\nOVERLAP_X=0\nOVERLAP_Y=0\nMICROMETER_PER_PIXEL_X={0.5 * 2**number}\n"
        f"MICROMETER_PER_PIXEL_Y={0.5 * 2**number}\nIMAGE_FILL_COLOR_BGR=16777215\nDIGITIZER_WIDTH={TILE}\n"
        f"DIGITIZER_HEIGHT={TILE}\nIMAGE_FORMAT=JPEG\nIMAGE_CONCAT_FACTOR={number}\n"
        for number in (0, 1)
    )
    (folder / "Slidedat.ini").write_text(
        f"[GENERAL]\nSLIDE_ID={slide_id.decode()}\nSLIDE_NAME={NAME}\nIMAGENUMBER_X={side}\nIMAGENUMBER_Y={side}\n"
        f"OBJECTIVE_MAGNIFICATION=20\nCameraImageDivisionsPerSide=1\n"
        f"[HIERARCHICAL]\nINDEXFILE=Index.dat\nHIER_COUNT=1\nHIER_0_NAME=Slide zoom level\nHIER_0_COUNT=2\n"
        f"HIER_0_VAL_0_SECTION=LEVEL0\nHIER_0_VAL_1_SECTION=LEVEL1\nNONHIER_COUNT=1\nNONHIER_0_NAME=Scan data layer\n"
        f"NONHIER_0_COUNT=1\nNONHIER_0_VAL_0=ScanDataLayer_SlideBarcode\nNONHIER_0_VAL_0_SECTION=BARCODE\n"
        f"[BARCODE]\nBARCODE_IMAGE_TYPE=JPEG\nBARCODE_VALUE={NAME}\n[DATAFILE]\nFILE_COUNT=1\nFILE_0=Data0000.dat\n{sections}"
    )
    return path


def large_ndpi(path: Path) -> Path:
    """NDPI whose pixels and directories begin where four bytes no longer say: a hole of 4 GB lies before them."""
    out = TiffWriter(path, order="<", big=False, ndpi=True)
    out._file.seek(2**32, 1)
    out._position += 2**32
    for lens, rgb in ((20.0, tissue()), (10.0, tissue(SIZE // 2)), (-1.0, label())):
        stream = bytes(simplejpeg.encode_jpeg(rgb, 90, colorspace="RGB", colorsubsampling="444"))
        stream = stream[:2] + b"\xff\xfe" + struct.pack(">H", 2 + len(PATIENT)) + PATIENT + stream[2:]
        position = out.append(stream)
        out.directory(ndpi_entries(lens, rgb.shape[:2], 0, len(stream)) | {273: out.offsets(np.array([position]))})
    out.close()
    return path


def _jpeg_xr(rgb: NDArray[np.uint8]) -> bytes:
    """Encode as Zeiss does, who calls the pixel format BGR."""
    as_rgb, as_bgr = (UUID(f"6fddc324-4e03-4bfe-b185-3d77768dc9{end}").bytes_le for end in ("0d", "0c"))
    return bytes(imagecodecs.jpegxr_encode(rgb)).replace(as_rgb, as_bgr)


def zeiss(path: Path, coding: str = "zstd", *, axes: str = "XYCM", channels: int = 1) -> Path:
    """CZI: tiles that overlap by 32 px, in two levels, a label beside them, and metadata that tell all."""
    codings: dict[str, tuple[int, Callable[[NDArray[np.uint8]], bytes]]] = {
        "bare": (0, lambda bgr: bgr.tobytes()),
        "zstd": (6, lambda bgr: b"\x01" + imagecodecs.zstd_encode(bgr.tobytes())),
        "JPEG XR": (4, lambda bgr: _jpeg_xr(np.ascontiguousarray(bgr[..., ::-1]))),
    }
    compression, encode = codings[coding]
    out, entries = bytearray(544), list[bytes]()

    def segment(name: bytes, data: bytes) -> int:
        out.extend(struct.pack("<16sqq", name, len(data), len(data)) + data)
        return len(out) - 32 - len(data)

    def entry(at: int, x: int, y: int, rgb: NDArray[np.uint8], factor: int, channel: int) -> bytes:
        sizes = {"X": (x, rgb.shape[1] * factor, rgb.shape[1]), "Y": (y, rgb.shape[0] * factor, rgb.shape[0])}
        sizes |= {"C": (channel, 1, 1), "M": (len(entries), 1, 1)}
        named = [(name, *sizes.get(name, (0, 1, 1))) for name in axes]
        packed = b"".join(struct.pack("<4siifi", one[0].encode(), one[1], one[2], 0, one[3]) for one in named)
        return struct.pack("<2siqiib5xi", b"DV", 3, at, 0, compression, int(factor > 1), len(named)) + packed

    def place(x: int, y: int, rgb: NDArray[np.uint8], factor: int, channel: int = 0) -> None:
        data, said = encode(np.ascontiguousarray(rgb[..., ::-1])), PATIENT
        entries.append(entry(len(out), x, y, rgb, factor, channel))
        head = (struct.pack("<iiq", len(said), 0, len(data)) + entries[-1]).ljust(256, b"\0")
        segment(b"ZISRAWSUBBLOCK", head + said + data)

    main, half = pyramid()
    for channel, y, x in product(range(channels), range(0, SIZE, TILE), range(0, SIZE, TILE)):
        place(x - 5000, y - 7000, main[y : y + TILE + 32, x : x + TILE + 32], 1, channel)
    place(-5000, -7000, half, 2)
    jpeg = BytesIO()
    Image.fromarray(label()).save(jpeg, "JPEG", comment=PATIENT)
    attached = struct.pack("<2s10xqi16s8s80s", b"A1", len(out), 0, bytes(16), b"JPG", b"Label")
    segment(b"ZISRAWATTACH", struct.pack("<i12x", len(jpeg.getvalue())) + attached + bytes(112) + jpeg.getvalue())
    scaling = "".join(f'<Distance Id="{axis}"><Value>5e-07</Value></Distance>' for axis in "XY")
    xml = f"""<ImageDocument><Metadata><Information><User><DisplayName>{NAME}</DisplayName></User><Image>
<SizeX>{SIZE}</SizeX><SizeY>{SIZE}</SizeY></Image></Information><Scaling><Items>{scaling}</Items></Scaling></Metadata></ImageDocument>"""
    positions = (
        segment(b"ZISRAWDIRECTORY", struct.pack("<i124x", len(entries)) + b"".join(entries)),
        segment(b"ZISRAWMETADATA", struct.pack("<i252x", len(xml)) + xml.encode()),
        0,
        segment(b"ZISRAWATTDIR", struct.pack("<i252x", 1) + attached),
    )
    struct.pack_into("<16sqq", out, 0, b"ZISRAWFILE", 512, 512)
    struct.pack_into("<qqiq", out, 84, *positions)
    path.write_bytes(out)
    return path


SCANNERS: dict[str, Callable[[Path], Path]] = {
    "slide.scn": leica,
    "philips.tiff": philips,
    "trestle.tif": trestle,
    "slide.avs": argos,
    "huron.tif": huron,
    "slide.bif": ventana,
    "slide.svslide": sakura,
    "slide.mrxs": mirax,
    "large.ndpi": large_ndpi,
    "slide.czi": zeiss,
}
