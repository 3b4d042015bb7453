"""How phantoms compare with real tissue: nuclei, stain densities and texture, as a page with pictures.

python -m tests.benchmarks.phantom_realism

Reads the real tiles of CRC-VAL-HE-7K (0.5 µm per pixel) through FOCUSSCOPE_REAL_DATA and keeps only their statistics.
Writes models/phantoms.md and docs/phantoms. Colon is not labial gland: only tissues that both have are compared.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from backend.core.optics import optical_density
from backend.phantom.layout import MAP_UM, Tissue
from backend.phantom.render import Renderer
from backend.phantom.scene import PhantomSpec, Scene, compose
from backend.pipeline.stain import StainOptions, concentrations, fit_stain
from tests.realdata import REAL_DATA

RGB = NDArray[np.uint8]

ROOT = Path(__file__).resolve().parents[2]
MPP, TILE_PX = 0.5, 224
FIRST_SEED = 9000
HISTOGRAM = np.linspace(0, 3, 61)
WAVELENGTHS_UM = (48, 24, 12, 6, 3, 1.5)
KINDS = {
    "ADI": ("fat", Tissue.FAT), "MUS": ("muscle", Tissue.MUSCLE), "STR": ("stroma", Tissue.STROMA),
    "LYM": ("lymphocytes", None),
}  # fmt: skip
MEASURES = {
    "nuclei per mm²": 0, "nuclear diameter, µm": 1, "nuclear haematoxylin OD": 2, "haematoxylin OD, 99th percentile": 2,
    "median haematoxylin OD": 2, "median eosin OD": 2, "eosin OD, 95th percentile": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tile:
    """What is measured on one tile: `numbers` by name, histograms of both stains, spectrum in dB by wavelength."""

    numbers: dict[str, float]
    haematoxylin: NDArray[np.float64]
    eosin: NDArray[np.float64]
    spectrum: NDArray[np.float64]


def measure(rgb: RGB) -> Tile:
    """Unmix one tile with stains fitted to it, find its nuclei, and take its spectrum."""
    density = optical_density(rgb)
    matrix = fit_stain(rgb[None], StainOptions()).matrix
    amounts = concentrations(density.reshape(-1, 3).T, matrix, 0.02).T.reshape(*rgb.shape[:2], 2)
    haematoxylin, eosin = (np.ascontiguousarray(amounts[..., stain]) for stain in (0, 1))
    smoothed = cv2.GaussianBlur(haematoxylin, (0, 0), 0.8 / MPP)
    nuclear = (smoothed > max(0.55 * float(np.percentile(smoothed, 99)), 0.35)).astype(np.uint8)
    depth = np.asarray(cv2.distanceTransform(nuclear, cv2.DIST_L2, 5), np.float32)
    blurred = cv2.GaussianBlur(depth, (0, 0), 1.0)
    peaks = (blurred >= cv2.dilate(blurred, np.ones((7, 7), np.uint8))) & (depth > 1.2 / MPP)
    count, _ = cv2.connectedComponents(peaks.astype(np.uint8))
    area_mm2 = rgb.shape[0] * rgb.shape[1] * MPP**2 / 1e6
    inside = nuclear > 0
    numbers = {
        "nuclei per mm²": (count - 1) / area_mm2,
        "nuclear diameter, µm": 2 * np.sqrt(inside.sum() * MPP**2 / np.pi / (count - 1)) if count > 3 else np.nan,
        "nuclear haematoxylin OD": float(np.median(haematoxylin[inside])) if count > 3 else np.nan,
        "haematoxylin OD, 99th percentile": float(np.percentile(haematoxylin, 99)),
        "median haematoxylin OD": float(np.median(haematoxylin)),
        "median eosin OD": float(np.median(eosin)),
        "eosin OD, 95th percentile": float(np.percentile(eosin, 95)),
    }
    histograms = [np.histogram(one, HISTOGRAM, density=True)[0] for one in (haematoxylin, eosin)]
    return Tile(numbers, histograms[0], histograms[1], _spectrum(density.mean(axis=2)))


def _spectrum(density: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the mean power of optical density, in dB, in octaves about `WAVELENGTHS_UM`."""
    window = np.hanning(len(density))
    power = np.abs(np.fft.rfft2((density - density.mean()) * window[:, None] * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(len(density))[:, None], np.fft.rfftfreq(len(density))[None]) / MPP
    bands = [(frequency > 0.71 / wave) & (frequency < 1.41 / wave) for wave in WAVELENGTHS_UM]
    return np.array([10 * np.log10(power[band].mean()) for band in bands])


def real_tiles(kind: str) -> list[RGB]:
    """Read the real tiles of one kind."""
    paths = sorted((REAL_DATA / "tiles").glob(f"{kind}-*.png"))
    return [np.asarray(Image.open(path).convert("RGB")) for path in paths]


def phantom_tiles(kind: Tissue | None, scenes: list[Scene]) -> list[RGB]:
    """Cut one or two tiles per scene out of the middle of a tissue; of foci where `kind` is None."""
    tiles = []
    for scene in scenes:
        renderer = Renderer(scene)
        for x_um, y_um in _middles(kind, scene):
            corner = round(x_um / MPP) - TILE_PX // 2, round(y_um / MPP) - TILE_PX // 2
            tiles.append(stored(renderer.region((*corner, TILE_PX, TILE_PX)), scene))
    return tiles


def _middles(kind: Tissue | None, scene: Scene) -> Iterator[tuple[float, float]]:
    if kind is None:
        for lesion in sorted(scene.lesions, key=lambda one: -one.lymphocyte_count)[:2]:
            if lesion.lymphocyte_count > 250 and not lesion.germinal.any():
                inside = lesion.outline_um.representative_point()
                yield inside.x, inside.y
        return
    depth = cv2.distanceTransform((scene.layout.tissue == kind).astype(np.uint8), cv2.DIST_L2, 5)
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    if depth.max() * MAP_UM > TILE_PX * MPP / 3:
        yield (column + 0.5) * MAP_UM, (row + 0.5) * MAP_UM


def stored(rgb: RGB, scene: Scene) -> RGB:
    """Return what is left after the slide's JPEG."""
    data = simplejpeg.encode_jpeg(np.ascontiguousarray(rgb), scene.staining.quality, colorsubsampling="420")
    return np.asarray(simplejpeg.decode_jpeg(data), np.uint8)


def table(kind: str, real: list[Tile], drawn: list[Tile]) -> str:
    """Return medians and ranges of one tissue as a Markdown table."""
    lines = [f"| {kind} | real ({len(real)} tiles) | phantom ({len(drawn)} tiles) |", "|---|---|---|"]
    for name, digits in MEASURES.items():
        cells = [_spread([one.numbers[name] for one in tiles], digits) for tiles in (real, drawn)]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} |")
    for index, wave in enumerate(WAVELENGTHS_UM):
        cells = [_spread([one.spectrum[index] for one in tiles], 0) for tiles in (real, drawn)]
        lines.append(f"| power at {wave} µm, dB | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def _spread(values: list[float], digits: int) -> str:
    known = [value for value in values if np.isfinite(value)]
    if not known:
        return "–"
    middle, low, high = float(np.median(known)), min(known), max(known)
    return f"{middle:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def curves(rows: dict[str, tuple[list[Tile], list[Tile]]]) -> RGB:
    """Plot histograms and spectra, every real tile grey and every phantom tile violet."""
    panels: list[tuple[str, Callable[[Tile], NDArray[np.float64]], tuple[float, float]]] = [
        ("haematoxylin OD, 0 to 3", lambda one: np.log10(one.haematoxylin + 0.01), (-2, 1.5)),
        ("eosin OD, 0 to 3", lambda one: np.log10(one.eosin + 0.01), (-2, 1.5)),
        ("power, 48 to 1.5 um", lambda one: one.spectrum, (5, 65)),
    ]
    drawn = []
    for name, (real, phantom) in rows.items():
        row = []
        for title, values, limits in panels:
            panel = np.full((190, 300, 3), 255, np.uint8)
            for tiles, colour in ((real, (150, 150, 150)), (phantom, (150, 60, 190))):
                for one in tiles:
                    _plot(panel, values(one), limits, colour)
            label = f"{name}: {title}"
            cv2.putText(panel, label, (8, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (40, 40, 40), 1, cv2.LINE_AA)
            cv2.rectangle(panel, (4, 20), (295, 185), (200, 200, 200), 1)
            row.append(panel)
        drawn.append(np.concatenate(row, axis=1))
    return np.concatenate(drawn)


def _plot(panel: RGB, values: NDArray[np.float64], limits: tuple[float, float], colour: tuple[int, int, int]) -> None:
    x = np.linspace(8, 291, len(values))
    y = 182 - (np.clip(values, *limits) - limits[0]) / (limits[1] - limits[0]) * 158
    line = np.rint(np.stack((x, y), axis=1)).astype(np.int32)
    cv2.polylines(panel, [line], False, colour, 1, cv2.LINE_AA)


def gallery(scenes: list[Scene]) -> dict[str, RGB]:
    """Draw crops that show what phantoms hold: the largest lesion of each of four scenes, and other tissues."""
    crops = {}
    for scene in scenes[:4]:
        lesion = max(scene.lesions, key=lambda one: one.lymphocyte_count)
        centre = lesion.outline_um.centroid
        side = 560
        corner = round(centre.x / MPP) - side // 2, round(centre.y / MPP) - side // 2
        crops[f"focus-{scene.spec.seed}"] = Renderer(scene).region((*corner, side, side))
    for name, kind in (("muscle", Tissue.MUSCLE), ("fat", Tissue.FAT), ("mucosa", Tissue.MUCOSA)):
        for scene in [one for one in scenes if (one.layout.tissue == kind).sum() > 3000][:1]:
            inside = scene.layout.tissue == kind
            wanted = 110.0 if kind is Tissue.MUCOSA else np.inf  # across the epithelium, or deep in the tissue
            depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5) * MAP_UM
            row, column = np.unravel_index(int(np.abs(depth - min(wanted, float(depth.max()))).argmin()), depth.shape)
            corner = round(column * MAP_UM / MPP) - 240, round(row * MAP_UM / MPP) - 240
            crops[name] = Renderer(scene).region((*corner, 480, 480))
    return crops


def overview(scene: Scene) -> RGB:
    """Draw a whole scene at 4 µm per pixel, strip by strip."""
    width, height = scene.spec.size
    renderer, strips = Renderer(scene), []
    for y in range(0, height - 1023, 1024):
        blocks = [renderer.region((x, y, 1024, 1024)) for x in range(0, width - 1023, 1024)]
        row = np.concatenate(blocks, axis=1)
        strips.append(cv2.resize(row, (row.shape[1] // 8, 128), interpolation=cv2.INTER_AREA))
    return np.asarray(np.concatenate(strips), np.uint8)


PAGE = """# What phantoms look like

Written by `python -m tests.benchmarks.phantom_realism`. Real tiles are CRC-VAL-HE-7K (Kather 2018, CC-BY 4.0):
colorectal H&E at 0.5 µm per pixel. **There was no labial gland to compare with**: only fat, muscle, stroma and dense
lymphocytes, which both have, are measured; acini, ducts and lesions were drawn from descriptions. Each tile is unmixed
with stains fitted to it; median, and lowest to highest tile. Phantom tiles passed through their slide's own JPEG.

![One phantom at 4 µm per pixel](../docs/phantoms/overview.jpg)

{pictures}

Histograms (log scale) and spectra, grey the real tiles, violet the phantoms:

![Curves](../docs/phantoms/curves.png)

{tables}

## What differs

{differences}
"""


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slides", type=int, default=8)
    given = parser.parse_args()
    if not (REAL_DATA / "tiles").is_dir():
        raise SystemExit(f"The real tiles are not in {REAL_DATA}: set FOCUSSCOPE_REAL_DATA.")
    seeds = range(FIRST_SEED, FIRST_SEED + given.slides)
    scenes = [compose(PhantomSpec(seed, 6, 5, 8, artefacts=False)) for seed in seeds]
    rows = {}
    for kind, (name, tissue) in KINDS.items():
        pair = real_tiles(kind), phantom_tiles(tissue, scenes)
        rows[name] = ([measure(one) for one in pair[0]], [measure(one) for one in pair[1]])
    folder = ROOT / "docs" / "phantoms"
    folder.mkdir(parents=True, exist_ok=True)
    pictures = gallery(scenes) | {"overview": overview(compose(PhantomSpec(FIRST_SEED, 6, 5, 8)))}
    for name, rgb in pictures.items():
        (folder / f"{name}.jpg").write_bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(rgb), 70))
    cv2.imwrite(str(folder / "curves.png"), cv2.cvtColor(curves(rows), cv2.COLOR_RGB2BGR))
    shown = "\n".join(f"![{name}](../docs/phantoms/{name}.jpg)" for name in pictures if name != "overview")
    page = ROOT / "models" / "phantoms.md"
    kept = page.read_text().partition("## What differs\n\n")[2].strip() if page.is_file() else "Not yet judged."
    tables = "\n\n".join(table(name, *tiles) for name, tiles in rows.items())
    page.write_text(PAGE.format(pictures=shown, tables=tables, differences=kept))


if __name__ == "__main__":
    main()
