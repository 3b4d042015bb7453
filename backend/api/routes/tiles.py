"""A slide's pixels: the Deep Zoom descriptor, crops, the thumbnail. Label and macro images are never served.

The tiles themselves are answered by `backend/api/tilegate`.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import FileResponse

from backend.api.dependencies import DeskDep, HandlesDep, SlideDep, StorageDep, noted
from backend.api.schemas.slides import ColoursOut
from backend.api.tiledesk import TileDesk
from backend.core.errors import CropUnusable, NoColourProfile, NotFound
from backend.db.tables import Slide
from backend.services import slides
from backend.wsi.deepzoom import REVISION, decode_jpeg, encode_jpeg
from backend.wsi.slide import RGB
from backend.wsi.slide import Slide as OpenedSlide
from backend.wsi.srgb import SRGB_REVISION

router = APIRouter(prefix="/slides/{slide_id}", tags=["tiles"])

PICTURES = f"{REVISION}-{SRGB_REVISION}"
"""How pictures are drawn at present; an address that names it stands for the same bytes for ever."""
FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
ASKED_AGAIN = {"Cache-Control": "private, no-cache"}
JPEG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {}}, "description": "A JPEG image."},
    304: {"description": "Unchanged."},
}

DESCRIPTOR: dict[int | str, dict[str, Any]] = {200: {"content": {"application/xml": {}}}}

_MOST_PIXELS_OF_A_CROP = 2**26
_BESIDE = "This square lies beside the slide."
_TOO_LARGE = "This square is too large to be drawn at once: please ask for a smaller one."

IfNoneMatch = Annotated[str | None, Header(include_in_schema=False)]
Revision = Annotated[str | None, Query(description=f"`{PICTURES}` at present, and then the picture may be kept.")]


@router.get(
    f"/deepzoom-{REVISION}.dzi", dependencies=[noted("slide.view")], response_class=Response, responses=DESCRIPTOR
)
def get_deepzoom(slide: SlideDep, desk: DeskDep) -> Response:
    """Return the Deep Zoom descriptor; the tiles lie beside it, as Deep Zoom has it, in `…_files`."""
    return _descriptor(slide, desk, srgb=False)


@router.get(
    f"/deepzoom-{REVISION}-srgb-{SRGB_REVISION}.dzi",
    dependencies=[noted("slide.view")],
    response_class=Response,
    responses=DESCRIPTOR,
)
def get_srgb_deepzoom(slide: SlideDep, desk: DeskDep) -> Response:
    """Return the descriptor of the same pyramid in sRGB; 404 where the slide has no colour profile."""
    return _descriptor(slide, desk, srgb=True)


def _descriptor(slide: Slide, desk: TileDesk, *, srgb: bool) -> Response:
    slides.size_of(slide)
    pyramid, has_profile = desk.described(slide.id, slide.entry)
    if srgb and not has_profile:
        raise NoColourProfile
    return Response(pyramid.descriptor(), media_type="application/xml", headers={"Cache-Control": "no-cache"})


@router.get("/colours")
def get_colours(slide: SlideDep, desk: DeskDep) -> ColoursOut:
    """Say in which colours the slide can be shown."""
    slides.size_of(slide)
    return ColoursOut(has_profile=desk.described(slide.id, slide.entry)[1])


@router.get("/crop.jpeg", dependencies=[noted("slide.view")], response_class=Response, responses=JPEG)
def get_crop(
    slide: SlideDep,
    storage: StorageDep,
    handles: HandlesDep,
    x: int,
    y: int,
    side: Annotated[int, Query(ge=1, le=100_000)],
    px: Annotated[int, Query(ge=16, le=512)] = 160,
    srgb: bool = False,
    revision: Revision = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return a square of the slide, `side` level-0 pixels from (x, y), as a picture of `px` pixels.

    With `srgb` in the colours of the file's profile; 404 where it has none.
    422 where it lies beside the slide, or is so large for the levels that the file has that it would take seconds.
    """
    square = x, y, side, side
    headers = _kept(slide, revision, f"crop-{x}-{y}-{side}-{px}{'-srgb' if srgb else ''}")
    if headers["ETag"] in (if_none_match or ""):  # it may be one of several
        return Response(status_code=304, headers=headers)
    with handles.reading(storage.slide_file(slide.id, slide.entry)) as opened:
        if not opened.meets(square):
            raise CropUnusable(_BESIDE)
        if opened.pixels_behind(square, (px, px)) > _MOST_PIXELS_OF_A_CROP:
            raise CropUnusable(_TOO_LARGE)
        rgb = opened.region(square, (px, px))
        picture = encode_jpeg(_in_srgb(opened, rgb) if srgb else rgb)
    return Response(picture, media_type="image/jpeg", headers=headers)


@router.get("/thumbnail.jpeg", response_class=Response, responses=JPEG)
def get_thumbnail(
    slide: SlideDep,
    storage: StorageDep,
    handles: HandlesDep,
    srgb: bool = False,
    revision: Revision = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return the small picture of the slide.

    With `srgb` in the colours of the file's profile; 404 where it has none.
    """
    if not slide.has_thumbnail:
        raise NotFound("The slide has no thumbnail.")
    headers = _kept(slide, revision, f"thumbnail{'-srgb' if srgb else ''}")
    if headers["ETag"] in (if_none_match or ""):  # it may be one of several
        return Response(status_code=304, headers=headers)
    thumbnail = storage.thumbnail(slide.id)
    if not srgb:
        return FileResponse(thumbnail, media_type="image/jpeg", headers=headers)
    with handles.reading(storage.slide_file(slide.id, slide.entry)) as opened:
        picture = encode_jpeg(_in_srgb(opened, decode_jpeg(thumbnail.read_bytes())))
    return Response(picture, media_type="image/jpeg", headers=headers)


def _in_srgb(opened: OpenedSlide, rgb: RGB) -> RGB:
    if not opened.to_srgb:
        raise NoColourProfile
    return opened.to_srgb(rgb)


def _kept(slide: Slide, revision: str | None, what: str) -> dict[str, str]:
    """Return the headers of a picture: how long browsers keep it, and its tag."""
    return (FOREVER if revision == PICTURES else ASKED_AGAIN) | {"ETag": f'"{slide.sha256[:32]}-{PICTURES}-{what}"'}
