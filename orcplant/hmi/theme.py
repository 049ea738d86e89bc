"""Tokens of the window's look: colours by day and by night, sizes of type, and the measures they must meet.

No Qt here: a token is a string ``#RRGGBB``, so that contrast and colour distance can be computed anywhere.
Colour means alarm and nothing else: only `p1`, `p2`, `p3` are saturated.
"""

import colorsys
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours of one theme.

    Attributes
    ----------
    t1, t2, t3
        Text: values, labels, units and hints. `t3` is not for grounds `run` and `stop`.
    run, stop
        Cells of running and of stopped equipment; brightness means energy.
    track, band, trackb, bandb
        Range and normal band of an indicator, on panel and on a cell.
    p1, p2, p3
        Priorities of alarms, and the digits on them.
    is_lost
        Whether these are the colours of a window without its core: nothing shown is live.
    """

    page: str
    panel: str
    sunk: str
    bar: str
    line: str
    axis: str
    t1: str
    t2: str
    t3: str
    run: str
    run_t1: str
    run_t2: str
    field: str
    stop: str
    stop_t1: str
    stop_t2: str
    button: str
    track: str
    band: str
    trackb: str
    bandb: str
    design: str
    pipe: str
    fill: str
    fill2: str
    hatch: str
    p1: str
    p2: str
    p3: str
    p1_digit: str
    p2_digit: str
    p3_digit: str
    out: str
    ink: str
    is_lost: bool = False

    def of(self, name: str) -> str:
        """Colour of a token by its name."""
        return str(getattr(self, name))


DAY: Final = Tokens(
    page="#D6D9DA",
    panel="#E3E5E6",
    sunk="#CBCFD1",
    bar="#C5CACC",
    line="#B3B9BC",
    axis="#6B7479",
    t1="#14191C",
    t2="#363D41",
    t3="#4A5257",
    run="#F4F6F6",
    run_t1="#14191C",
    run_t2="#363D41",
    field="#F8F9F9",
    stop="#A3ABAF",
    stop_t1="#14191C",
    stop_t2="#14191C",
    button="#D6D9DA",
    track="#C3C9CC",
    band="#E9EFF1",
    trackb="#D3D8DA",
    bandb="#A3AEB4",
    design="#5A6368",
    pipe="#5F686D",
    fill="#BFC7CB",
    fill2="#AAB4B9",
    hatch="#8A9297",
    p1="#C8102E",
    p2="#F07D00",
    p3="#FFD500",
    p1_digit="#FFFFFF",
    p2_digit="#14191C",
    p3_digit="#14191C",
    out="#14191C",
    ink="#14191C",
)

NIGHT: Final = Tokens(
    page="#1D2123",
    panel="#282D30",
    sunk="#171A1C",
    bar="#14171A",
    line="#3D4448",
    axis="#7F888D",
    t1="#EEF1F2",
    t2="#BCC3C7",
    t3="#A3ACB1",
    run="#4B5459",
    run_t1="#F4F6F7",
    run_t2="#D3D9DC",
    field="#14181A",
    stop="#14181A",
    stop_t1="#BCC3C7",
    stop_t2="#BCC3C7",
    button="#353B3F",
    track="#15181A",
    band="#465056",
    trackb="#14181A",
    bandb="#6E787D",
    design="#98A1A6",
    pipe="#98A1A6",
    fill="#3A4247",
    fill2="#4B545A",
    hatch="#5B6469",
    p1="#D9323A",
    p2="#F08010",
    p3="#FFD84A",
    p1_digit="#FFFFFF",
    p2_digit="#14191C",
    p3_digit="#14191C",
    out="#0C0E0F",
    ink="#EEF1F2",
)

PENS: Final = ("#1F4E79", "#00695C", "#5B3A8C", "#8E2F6B")
PENS_NIGHT: Final = ("#7FB2E5", "#5CC2B0", "#B79BE8", "#E08CC4")

HERO: Final = 60
KEY: Final = 30
VALUE: Final = 22
BODY: Final = 16
SMALL: Final = 14  # there is nothing smaller
SCALES: Final = (100, 125, 150, 200)

SATURATION: Final = 0.35  # HSV, above which a pixel counts as coloured
BRIGHTNESS: Final = 0.25
BLINK_MS: Final = 500  # half a period: 1 Hz
LOST_AFTER_S: Final = 3.0


def lost(tokens: Tokens) -> Tokens:
    """Tokens of what is shown while the core is lost: no value looks good, no alarm shape has a colour."""
    return replace(
        tokens,
        t1=tokens.t3,
        ink=tokens.design,
        run=tokens.panel,
        run_t1=tokens.t3,
        run_t2=tokens.t3,
        stop=tokens.fill2,
        stop_t1=tokens.t2,
        stop_t2=tokens.t2,
        trackb=tokens.track,
        bandb=tokens.fill2,
        band=tokens.panel,
        p1=tokens.fill,
        p2=tokens.fill,
        p3=tokens.fill,
        p1_digit=tokens.t3,
        p2_digit=tokens.t3,
        p3_digit=tokens.t3,
        out=tokens.axis,
        is_lost=True,
    )


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of ``#RRGGBB``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21.

    Source: W3C, *Web Content Accessibility Guidelines 2.1*, 2018, definitions of contrast ratio and relative
    luminance.
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_saturated(colour: str) -> bool:
    """Whether a colour counts as coloured: HSV saturation and value above the limits."""
    _, saturation, value = colorsys.rgb_to_hsv(*(channel / 255.0 for channel in rgb(colour)))
    return saturation > SATURATION and value > BRIGHTNESS


def distance(one: str, other: str, *, is_deutan: bool = False) -> float:
    """Distance of two colours in CIELAB (CIE76, D65), as seen by most or by a deuteranope.

    Source of the simulation: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, *A Physiologically-based
    Model for
    Simulation of Color Vision Deficiency*, IEEE TVCG 15 (2009) 1291, matrix of deuteranopia, on linear RGB.
    """
    first, second = (_lab(_seen(_linear(colour), is_deutan=is_deutan)) for colour in (one, other))
    return float(sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5)


_Triple = tuple[float, float, float]
_DEUTAN: Final[tuple[_Triple, _Triple, _Triple]] = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
# IEC 61966-2-1: linear sRGB to XYZ, relative to D65.
_XYZ: Final[tuple[_Triple, _Triple, _Triple]] = (
    (0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505),
    (0.2126, 0.7152, 0.0722),
    (0.0193 / 1.0890, 0.1192 / 1.0890, 0.9505 / 1.0890),
)


def _linear(colour: str) -> _Triple:
    red, green, blue = (_inverse_gamma(channel / 255.0) for channel in rgb(colour))
    return red, green, blue


def _inverse_gamma(channel: float) -> float:
    return channel / 12.92 if channel <= 0.03928 else float(((channel + 0.055) / 1.055) ** 2.4)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _times(matrix: tuple[_Triple, _Triple, _Triple], vector: _Triple) -> _Triple:
    x, y, z = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return x, y, z


def _seen(linear: _Triple, *, is_deutan: bool) -> _Triple:
    if not is_deutan:
        return linear
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in _times(_DEUTAN, linear))
    return red, green, blue


def _lab(linear: _Triple) -> _Triple:
    x, y, z = (_cube(part) for part in _times(_XYZ, linear))
    return 116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)


def _cube(part: float) -> float:
    return float(part ** (1.0 / 3.0)) if part > 216.0 / 24389.0 else (24389.0 / 27.0 * part + 16.0) / 116.0
