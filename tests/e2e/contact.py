"""Contact sheets: the pictures of one state in one image, to be looked at at once."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

GAP = 8
GREY = (128, 128, 128)


def sheet(rows: Sequence[Sequence[Path]], to: Path, *, height: int = 640) -> None:
    """Lay rows of pictures out under their names, each `height` pixels high; leave out what was not taken."""
    laid = [[(path.stem, _scaled(path, height)) for path in row if path.exists()] for row in rows]
    laid = [row for row in laid if row]
    if not laid:
        return
    widest = max(sum(picture.width + GAP for _, picture in row) for row in laid)
    image = Image.new("RGB", (widest, len(laid) * (height + 2 * GAP)), GREY)
    draw = ImageDraw.Draw(image)
    for number, row in enumerate(laid):
        left, top = 0, number * (height + 2 * GAP)
        for name, picture in row:
            draw.text((left + 2, top), name, fill="white")
            image.paste(picture, (left, top + 2 * GAP))
            left += picture.width + GAP
    image.save(to)


def _scaled(path: Path, height: int) -> Image.Image:
    with Image.open(path) as picture:
        width = round(picture.width * height / picture.height)
        return picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
