"""What is written into the pictures of a report: numbers, and a scale bar."""

import math

import numpy as np
from PIL import Image, ImageDraw

from backend.reports.fonts import picture_font
from backend.wsi.slide import RGB

Colour = tuple[int, int, int]

_INK: Colour = (25, 25, 25)
_PAPER: Colour = (255, 255, 255)


def with_numbers(picture: RGB, numbers: list[tuple[int, float, float]], colour: Colour, height_px: float) -> RGB:
    """Write each number on a light disc around its (x, y), kept inside the picture."""
    drawn = Image.fromarray(picture)
    draw, font, radius = ImageDraw.Draw(drawn), picture_font(height_px), height_px * 0.8
    for number, x, y in numbers:
        x = min(max(x, radius), max(radius, drawn.width - radius - 1))
        y = min(max(y, radius), max(radius, drawn.height - radius - 1))
        draw.circle((x, y), radius, fill=_PAPER, outline=colour, width=2)
        draw.text((x, y), str(number), fill=_INK, font=font, anchor="mm")
    return np.asarray(drawn)


def with_scale_bar(picture: RGB, um_per_pixel: float, height_px: float) -> RGB:
    """Draw a bar of a round length, at most a quarter of the width, with its length above it, at the lower left."""
    drawn = Image.fromarray(picture)
    draw, font = ImageDraw.Draw(drawn, "RGBA"), picture_font(height_px)
    length_um = round_length(drawn.width * um_per_pixel / 4)
    text = f"{length_um:g} µm" if length_um < 1000 else f"{length_um / 1000:g} mm"
    bar, gap = max(1.0, length_um / um_per_pixel), height_px * 0.5
    wide, bottom = max(bar, draw.textlength(text, font)), drawn.height - gap
    draw.rectangle((0, bottom - 2 * height_px, wide + 2 * gap, drawn.height), fill=(*_PAPER, 205))
    draw.rectangle((gap, bottom - height_px / 5, gap + bar, bottom), fill=_INK)
    draw.text((gap, bottom - height_px / 2), text, fill=_INK, font=font, anchor="ls")
    return np.asarray(drawn)


def round_length(most_um: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not more than `most_um`."""
    power = 10.0 ** math.floor(math.log10(most_um))
    return max(step for step in (1, 2, 5) if step * power <= most_um * (1 + 1e-9)) * power
