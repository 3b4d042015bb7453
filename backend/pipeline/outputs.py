"""Write an analysis to a folder: findings.json, lesions.geojson, overlay.png and, if asked, the maps."""

import json
from pathlib import Path

import cv2
import numpy as np

from backend.core.findings import RESEARCH_USE_ONLY, Findings, lesions_as_geojson
from backend.core.settings import get_settings
from backend.pipeline.analyse import Analysed, Options, Progress, analyse, load_networks
from backend.pipeline.maps import write_maps
from backend.wsi.arrival.inspection import inspect_slide
from backend.wsi.arrival.zeiss import readable
from backend.wsi.drawing import draw_rings
from backend.wsi.slide import Slide
from backend.wsi.validation import require_analysable

_GLAND, _FOCUS, _AGGREGATE = (60, 140, 120), (200, 30, 90), (60, 90, 190)
_OVERLAY_PX = 2000


def analyse_file(
    path: Path, out: Path, *, mpp: float | None, keep_maps: bool, device: str, on_progress: Progress
) -> Findings:
    """Analyse one file and write its outputs; a refused file leaves nothing behind.

    Raises:
        SlideUnreadable: where the file is no slide, or a damaged one.
        MppUnknown, SlideNotSuitable: where it can be viewed but not measured.
    """
    with readable(path) as file:
        inspect_slide(file)
        with Slide(file, mpp=mpp) as slide:
            require_analysable(slide)
            analysed = analyse(slide, load_networks(get_settings().weights_dir, device), Options(), on_progress)
            write_outputs(analysed, slide, out, keep_maps=keep_maps)
    return analysed.findings


def write_outputs(analysed: Analysed, slide: Slide, out: Path, *, keep_maps: bool) -> list[Path]:
    """Write the files and return their paths; a file appears only once it is complete."""
    out.mkdir(parents=True, exist_ok=True)
    findings = analysed.findings
    written = [
        _write(out / "findings.json", json.dumps(findings.as_dict(), indent=2).encode()),
        _write(out / "lesions.geojson", json.dumps(lesions_as_geojson(findings.lesions)).encode()),
        _write(out / "overlay.png", overlay_png(findings, slide)),
    ]
    if keep_maps:
        written += write_maps(analysed, out)
    return written


def overlay_png(findings: Findings, slide: Slide) -> bytes:
    """Draw glands, numbered lesions and the notice over a thumbnail."""
    picture = np.ascontiguousarray(slide.thumbnail(_OVERLAY_PX))
    scale = picture.shape[1] / slide.size[0]
    for gland in findings.glands:
        draw_rings(picture, gland, _GLAND, 1, per_level0=(scale, scale))
    for number, lesion in enumerate(findings.lesions, 1):
        colour = _FOCUS if lesion.counts_as_focus else _AGGREGATE
        draw_rings(picture, lesion.polygon, colour, 2, per_level0=(scale, scale))
        x, y = np.max(lesion.polygon[0], axis=0) * scale
        cv2.putText(
            picture, str(number), (int(x) + 3, int(y)), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20, 20, 20), 1, cv2.LINE_AA
        )
    framed = cv2.copyMakeBorder(picture, 0, 28, 0, 0, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    cv2.putText(
        framed,
        RESEARCH_USE_ONLY,
        (8, framed.shape[0] - 9),
        cv2.FONT_HERSHEY_SIMPLEX,
        0.45,
        (90, 90, 90),
        1,
        cv2.LINE_AA,
    )
    _, data = cv2.imencode(".png", cv2.cvtColor(framed, cv2.COLOR_RGB2BGR))
    return data.tobytes()


def _write(path: Path, data: bytes) -> Path:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(data)
    partial.replace(path)
    return path
