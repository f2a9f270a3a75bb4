"""Charts drawn by the server: geometry only, so that each is also a table and needs no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a before-and-now chart; ``before`` is ``None`` where there is none."""

    label: str
    now: float
    before: float | None = None
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar with its lengths in per cent of the longest."""

    bar: Bar
    now_width: float
    before_width: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a series; ``is_doubted`` draws it hollow and says so in the table."""

    label: str
    value: float
    text: str = ""
    is_doubted: bool = False
    at: float | None = None  # where it stands in time, in years; without it, one step a point


@dataclass(frozen=True, slots=True)
class DrawnPoint:
    point: Point
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A series laid out in a box of ``width`` × ``height`` units, the baseline at the bottom."""

    points: tuple[DrawnPoint, ...]
    width: int
    height: int

    @property
    def path(self) -> str:
        return " ".join(
            f"{'L' if position else 'M'}{drawn.x:.1f} {drawn.y:.1f}"
            for position, drawn in enumerate(self.points)
        )


@dataclass(frozen=True, slots=True)
class Series:
    """One of several lines over the same periods; ``tone`` is a colour of the look."""

    label: str
    tone: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class DrawnSeries:
    """A line on the common scale, its label beside its end, apart from the others' labels."""

    series: Series
    line: Line
    label_y: float


def drawn_bars(bars: Iterable[Bar], *, full: float = 0) -> list[DrawnBar]:
    """The bars on one scale from zero to ``full``, else to the longest."""
    rows = list(bars)
    longest = full or max((max(bar.now, bar.before or 0) for bar in rows), default=0) or 1
    return [
        DrawnBar(
            bar=bar,
            now_width=round(100 * bar.now / longest, 2),
            before_width=None if bar.before is None else round(100 * bar.before / longest, 2),
        )
        for bar in rows
    ]


def drawn_line(
    points: Sequence[Point], *, width: int = 560, height: int = 160, from_zero: bool = True
) -> Line:
    """The series from left to right; room is left above for labels and at both sides for dots."""
    if not points:
        return Line(points=(), width=width, height=height)
    values = [point.value for point in points]
    low = min(0.0, *values) if from_zero else min(values)
    span = (max(values) - low) or 1.0
    places = _places(points)
    return Line(
        points=tuple(
            DrawnPoint(
                point=point,
                x=round(24 + (width - 48) * place, 1),
                y=round(height - 24 - (height - 56) * (point.value - low) / span, 1),
            )
            for place, point in zip(places, points, strict=True)
        ),
        width=width,
        height=height,
    )


LABEL_STEP = 18.0


def drawn_lines(
    rows: Sequence[Series], *, width: int = 520, height: int = 210, room: int = 180
) -> list[DrawnSeries]:
    """Several series on one scale from zero; ``room`` is left at the right for their labels."""
    most = max((point.value for row in rows for point in row.points), default=0.0) or 1.0
    lines = [_on_scale(row.points, most, width - room, height) for row in rows]
    ends = sorted((line.points[-1].y, index) for index, line in enumerate(lines) if line.points)
    labels: dict[int, float] = {}
    lowest = -LABEL_STEP
    for y, index in ends:
        lowest = labels[index] = max(y, lowest + LABEL_STEP)
    beyond = max(0.0, lowest - (height - 24))
    for index in labels:
        labels[index] -= beyond
    return [
        DrawnSeries(row, line, round(labels.get(index, 0.0), 1))
        for index, (row, line) in enumerate(zip(rows, lines, strict=True))
    ]


def _on_scale(points: Sequence[Point], most: float, width: int, height: int) -> Line:
    places = _places(points)
    drawn = (
        DrawnPoint(
            point=point,
            x=round(24 + (width - 32) * place, 1),
            y=round(height - 24 - (height - 40) * point.value / most, 1),
        )
        for place, point in zip(places, points, strict=True)
    )
    return Line(points=tuple(drawn), width=width, height=height)


def _places(points: Sequence[Point]) -> list[float]:
    """Where each point stands from left (0) to right (1): by its time, else by its turn."""
    times = [point.at for point in points if point.at is not None]
    if len(times) == len(points) and times[-1] > times[0]:
        return [(time - times[0]) / (times[-1] - times[0]) for time in times]
    return [position / max(len(points) - 1, 1) for position in range(len(points))]
