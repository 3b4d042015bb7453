"""The fonts of the reports, which come as packages, so that a machine without any fonts writes the same pages."""

from functools import cache
from pathlib import Path

import fontpkg_source_sans_3
import noto_cjk_sans_otc
import typst
from PIL import ImageFont

_LATIN = Path(fontpkg_source_sans_3.ROOT) / "files"
_CHINESE = Path(str(noto_cjk_sans_otc.FONT_PATH)).parent
_WEIGHT = 600


@cache
def page_fonts() -> typst.Fonts:
    """Return the fonts of the pages. Typst's own stay as the last resort, for names in other scripts."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_LATIN, _CHINESE])


def picture_font(height_px: float) -> ImageFont.FreeTypeFont:
    """Return the font of what is written into pictures."""
    font = ImageFont.truetype(_LATIN / "SourceSans3[wght].ttf", height_px)
    font.set_variation_by_axes([_WEIGHT])
    return font
