"""Gaps over time as a picture (SVG): one panel a size, one line a solver, both axes in powers of ten."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from benchmarks.measure import geometric_mean

Steps = Sequence[tuple[float, float]]  # seconds, gap from then on
COLOURS = ("#0b6e4f", "#c8553d", "#3d5a98", "#8a6d1d", "#7b4173")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4")
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 420, 300, 62, 34, 12, 44
FASTEST, LARGEST, SMALLEST = 0.1, 1.0, 1e-4


def gaps_over_time(panels: Mapping[str, Mapping[str, Sequence[Steps]]], seconds: float) -> str:
    """Draw the geometric mean of the gaps of several runs over time.

    Parameters
    ----------
    panels : mapping of title to mapping of solver to runs
    seconds : float
        Where the time axis ends.
    """
    drawn = [_panel(title, own, seconds, k * WIDTH) for k, (title, own) in enumerate(panels.items())]
    solvers = list(dict.fromkeys(solver for own in panels.values() for solver in own))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH * len(panels)}" height="{HEIGHT + 24}" '
            'font-family="sans-serif" font-size="12" fill="#222">',
            f'<rect width="{WIDTH * len(panels)}" height="{HEIGHT + 24}" fill="white"/>',
            *drawn, *_legend(solvers), "</svg>\n",
        ]
    )  # fmt: skip


def _panel(title: str, own: Mapping[str, Sequence[Steps]], seconds: float, left: float) -> str:
    def x(at: float) -> float:
        span = math.log(seconds / FASTEST)
        return left + LEFT + (WIDTH - LEFT - RIGHT) * math.log(max(at, FASTEST) / FASTEST) / span

    def y(gap: float) -> float:
        part = math.log(LARGEST / min(LARGEST, max(gap, SMALLEST))) / math.log(LARGEST / SMALLEST)
        return TOP + (HEIGHT - TOP - BOTTOM) * part

    parts = [f'<text x="{left + LEFT}" y="20" font-weight="bold">{escape(title)}: proven gap</text>']
    for gap in (1.0, 0.1, 0.01, 0.001, 0.0001):
        parts.append(f'<path d="M{x(FASTEST):.1f} {y(gap):.1f}H{x(seconds):.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{x(FASTEST) - 6:.1f}" y="{y(gap) + 4:.1f}" text-anchor="end">{100 * gap:g} %</text>')
    for at in (0.1, 1.0, 10.0, 60.0, 360.0):
        if at <= seconds:
            parts.append(f'<path d="M{x(at):.1f} {y(1):.1f}V{y(SMALLEST):.1f}" stroke="#ddd"/>')
            parts.append(f'<text x="{x(at):.1f}" y="{y(SMALLEST) + 18:.1f}" text-anchor="middle">{at:g} s</text>')
    for k, runs in enumerate(own.values()):
        points = _mean(runs, seconds)
        path = f"M{x(points[0][0]):.1f} {y(points[0][1]):.1f}"
        path += "".join(f"H{x(at):.1f}V{y(gap):.1f}" for at, gap in points[1:]) + f"H{x(seconds):.1f}"
        parts.append(f'<path d="{path}" fill="none" stroke-width="2" {_stroke(k)}/>')
    return "\n".join(parts)


def _mean(runs: Sequence[Steps], seconds: float) -> list[tuple[float, float]]:
    moments = sorted({FASTEST, *(at for steps in runs for at, _ in steps if FASTEST < at <= seconds)})
    return [
        (at, geometric_mean(min((gap for then, gap in steps if then <= at), default=LARGEST) for steps in runs))
        for at in moments
    ]


def _stroke(k: int) -> str:
    return f'stroke="{COLOURS[k % len(COLOURS)]}" stroke-dasharray="{DASHES[k % len(DASHES)]}"'


def _legend(solvers: Sequence[str]) -> list[str]:
    parts = []
    for k, solver in enumerate(solvers):
        at = LEFT + 72 * k
        parts.append(f'<path d="M{at} {HEIGHT + 8}h22" stroke-width="2" {_stroke(k)}/>')
        parts.append(f'<text x="{at + 27}" y="{HEIGHT + 12}">{escape(solver)}</text>')
    return parts
