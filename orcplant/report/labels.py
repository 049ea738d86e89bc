"""Places labels where they cover neither one another nor the lines of a figure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

_CHARACTER: Final = 0.62  # width of a character over its height, on the safe side
_STEP: Final = 2.0  # [pt] between samples of a line
_DIRECTIONS: Final = tuple(range(12))  # of the clock
_DISTANCES: Final = (5.0, 9.0, 14.0, 20.0, 28.0)  # [pt]
_LABEL_COST, _OUTSIDE_COST, _LINE_COST, _DISTANCE_COST, _TURN_COST = 400.0, 400.0, 12.0, 0.8, 1.0
_FAR: Final = 12.0  # [pt], from here a leader shows what the label belongs to
_THICK: Final = 1.6  # [pt], width of a line that counts in full
_SAME: Final = 4.0  # [pt], closer points share a label


@dataclass(frozen=True, slots=True)
class Label:
    """A text for a point in data coordinates, best placed towards an hour of the clock."""

    x: float
    y: float
    text: str
    color: str
    hour: int = 2


Points = NDArray[np.float64]


def place(axes: Axes, labels: Sequence[Label], *, size: float, weight: str = "normal") -> None:
    """Write labels beside their points.

    Limits and scales of the axes must be final. Lines already drawn are kept free where they can be;
    the order of `labels` decides who chooses first.

    Parameters
    ----------
    size : float
        Height of the font. [pt]
    """
    lines = _line_samples(axes)
    taken: list[Points] = []
    for label in labels:
        anchor = axes.transData.transform((label.x, label.y))
        half = 0.5 * size * np.array([_CHARACTER * len(label.text), 1.15])
        centre, distance = _best(anchor, half, label.hour, axes, lines, taken)
        taken.append(np.array([centre - half, centre + half]))
        _write(axes, label, anchor, centre, size=size, weight=weight, leader=distance >= _FAR)


def merged(axes: Axes, labels: Sequence[Label]) -> list[Label]:
    """Labels of points that lie on one another, joined: `3, 4`."""
    groups: list[list[Label]] = []
    for label in labels:
        here = axes.transData.transform((label.x, label.y))
        for group in groups:
            there = axes.transData.transform((group[0].x, group[0].y))
            if np.hypot(*(here - there)) < _SAME:
                group.append(label)
                break
        else:
            groups.append([label])
    return [replace(group[0], text=", ".join(label.text for label in group)) for group in groups]


def _best(
    anchor: Points, half: Points, hour: int, axes: Axes, lines: Points, taken: list[Points]
) -> tuple[Points, float]:
    """Centre of the box of least cost, and its distance."""
    best, found = np.inf, (anchor, 0.0)
    for distance, turn in product(_DISTANCES, _DIRECTIONS):
        angle = np.radians(90.0 - 30.0 * (hour + turn))
        direction = np.array([np.cos(angle), np.sin(angle)])
        centre = anchor + distance * direction + half * np.sign(np.round(direction, 6))
        cost = _cost(np.array([centre - half, centre + half]), axes, lines, taken)
        cost += _DISTANCE_COST * distance + _TURN_COST * min(turn, 12 - turn)
        if cost < best - 1e-9:
            best, found = cost, (centre, distance)
    return found


def _cost(box: Points, axes: Axes, lines: Points, taken: list[Points]) -> float:
    low, high = box[0] - 1.5, box[1] + 1.5
    inside = np.all((lines[:, :2] > low) & (lines[:, :2] < high), axis=1)
    covered = float(np.sum(lines[inside, 2]))
    clashes = sum(bool(np.all(low < other[1]) and np.all(other[0] < high)) for other in taken)
    frame = axes.get_window_extent()
    outside = bool(np.any(box[0] < frame.min) or np.any(box[1] > frame.max))
    return _LINE_COST * min(covered, 12.0) + _LABEL_COST * clashes + _OUTSIDE_COST * outside


def _line_samples(axes: Axes) -> Points:
    """Points along every line of the axes: x and y in display coordinates, and how much they matter."""
    samples = [np.empty((0, 3))]
    for line in axes.get_lines():
        vertices = line.get_transform().transform(np.asarray(line.get_xydata(), dtype=float))
        vertices = vertices[np.all(np.isfinite(vertices), axis=1)]
        along = [vertices[-1:]]
        for start, end in zip(vertices[:-1], vertices[1:], strict=True):
            n = int(np.hypot(*(end - start)) / _STEP) + 2
            along.append(start + np.linspace(0.0, 1.0, n)[:, None] * (end - start))
        points = np.concatenate(along)
        # A thin line may pass behind a label, a thick one may not.
        weight = np.full((len(points), 1), (line.get_linewidth() / _THICK) ** 2)
        samples.append(np.hstack([points, weight]))
    return np.concatenate(samples)


def _write(
    axes: Axes, label: Label, anchor: Points, centre: Points, *, size: float, weight: str, leader: bool
) -> None:
    offset = centre - anchor
    arrow = {"arrowstyle": "-", "color": label.color, "linewidth": 0.4, "shrinkA": 2.0, "shrinkB": 2.5}
    axes.annotate(
        label.text,
        xy=(label.x, label.y),
        xytext=(float(offset[0]), float(offset[1])),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=size,
        fontweight=weight,
        color=label.color,
        arrowprops=arrow if leader else None,
        zorder=10,
    )
