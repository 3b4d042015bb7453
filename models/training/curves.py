"""Draw how a score rose while networks were trained, as an SVG picture."""

import csv
from collections.abc import Mapping, Sequence
from math import floor
from pathlib import Path

Curve = list[tuple[float, float]]
"""(steps, score) of each evaluation."""

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#333333")  # told apart by colour-blind readers too
WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 20, 48


def read_curve(log: Path, steps: int, score: str = "dice") -> Curve:
    """Read the log.csv of a run of so many steps, evaluated after each epoch."""
    with log.open(newline="") as file:
        scores = [float(row[score]) for row in csv.DictReader(file)]
    return [(steps * epoch / len(scores), one) for epoch, one in enumerate(scores, 1)]


def draw_curves(curves: Mapping[str, Sequence[Curve]], label: str = "Dice on validation patches") -> str:
    """Draw one colour per name and one line per run; the vertical axis starts where the runs differ."""
    runs = [run for of_name in curves.values() for run in of_name if run]
    steps = max(x for run in runs for x, _ in run)
    low = max(0.0, floor(10 * min(max(y for _, y in run) for run in runs)) / 10 - 0.2)
    body = [*_axes(steps, low, label)]
    for index, (name, of_name) in enumerate(curves.items()):
        colour = COLOURS[index % len(COLOURS)]
        body += [_line(run, steps, low, colour) for run in of_name if run]
        y = TOP + 14 + 22 * index
        body.append(f'<rect x="{WIDTH - RIGHT + 16}" y="{y - 7}" width="18" height="4" fill="{colour}"/>')
        body.append(f'<text x="{WIDTH - RIGHT + 42}" y="{y}">{name}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="13" fill="#333"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<clipPath id="frame"><rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" '
        f'height="{HEIGHT - TOP - BOTTOM}"/></clipPath>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _place(x: float, y: float, steps: float, low: float) -> tuple[float, float]:
    """Return where a point lies in the picture."""
    return (
        LEFT + (WIDTH - LEFT - RIGHT) * x / steps,
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (y - low) / (1 - low),
    )


def _line(run: Curve, steps: float, low: float, colour: str) -> str:
    points = " ".join("{:.1f},{:.1f}".format(*_place(x, y, steps, low)) for x, y in run)
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" clip-path="url(#frame)"/>'


def _axes(steps: float, low: float, label: str) -> list[str]:
    parts = []
    for step in range(6):
        score, at = low + (1 - low) * step / 5, steps * step / 5
        x, y = _place(at, score, steps, low)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{score:.2f}</text>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{at:.4g}</text>')
    middle = (WIDTH - RIGHT + LEFT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">steps of training</text>')
    parts.append(
        f'<text x="14" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 14 {HEIGHT / 2})">{label}</text>'
    )
    return parts
