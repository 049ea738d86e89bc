"""All units side by side: level 2. No Qt."""

from dataclasses import dataclass
from typing import Final

from orcplant.hmi import texts
from orcplant.hmi.viewmodels import numbers, scales
from orcplant.hmi.viewmodels.cells import UNIT, UnitCell, counts, gap, middle, total, unit_cell
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.live import Text

_MW: Final = 1e-3


@dataclass(frozen=True, slots=True)
class DotStrip:
    """One quantity of all running units: a dot each, the worst named."""

    title: str
    unit: str
    dots: tuple[tuple[str, float], ...]
    lo: float
    hi: float
    band: tuple[float, float] | None
    ticks: tuple[float, ...]
    worst: str
    lo_text: str
    hi_text: str
    median: str


@dataclass(frozen=True, slots=True)
class UnitsPage:
    """Everything on the units page."""

    counts: str
    sums: str
    strips: tuple[DotStrip, ...]
    units: tuple[UnitCell, ...]


_STRIPS: Final = (
    (texts.SUPERHEAT, "SUPERHEAT"),
    (texts.VIBRATION, "VIBRATION"),
    (texts.BEARING, "BEARING_T"),
    (texts.BRINE_OUT, "BRINE_T_OUT"),
)


def units_page(reader: Reader) -> UnitsPage:
    """Units page as it stands."""
    devices = reader.model.of_type(UNIT)
    cells = [unit_cell(reader, device) for device in devices]
    running = [cell.name for cell in cells if cell.is_running]
    strips = [_power_strip(reader, running), _gap_strip(reader, running)]
    strips += [_strip(reader, title, tag, running) for title, tag in _STRIPS]
    return UnitsPage(counts(reader, cells), _sums(reader), tuple(strips), tuple(cells))


def _sums(reader: Reader) -> str:
    parts = (
        (texts.GROSS, "POWER_GROSS"),
        (texts.FEED_PUMPS, "POWER_PUMP"),
        (texts.FANS, "POWER_FANS"),
        (texts.NET_AT_UNITS, "POWER_NET"),
    )
    said = [
        f"{reader.say(text)} {reader.of_value(total(reader, tag), 'MW', 2, factor=_MW).text}"
        for text, tag in parts
    ]
    return "   ".join(said) + " MW"


def _power_strip(reader: Reader, running: list[str]) -> DotStrip:
    devices = {device.name: device for device in reader.model.of_type(UNIT)}
    top = max((device.rating_kW or 0.0 for device in devices.values()), default=0.0) or 1.0
    dots = _dots(reader, "POWER_NET", running)
    mid = middle([value for _, value in dots])
    band = None if mid is None else (0.95 * mid, 1.05 * mid)
    worst = min(dots, key=lambda dot: dot[1])[0] if dots else ""
    return _made(reader, texts.NET_POWER, "kW", dots, (0.0, top), band, (), worst, 0)


def _gap_strip(reader: Reader, running: list[str]) -> DotStrip:
    dots = tuple((name, off) for name in running if (off := gap(reader, name)) is not None)
    worst = max(dots, key=lambda dot: abs(dot[1]))[0] if dots else ""
    return _made(reader, texts.GAP_EXPECTED, "%", dots, (-10.0, 10.0), (-2.0, 2.0), (), worst, 1)


def _strip(reader: Reader, title: Text, tag: str, running: list[str]) -> DotStrip:
    dots = _dots(reader, tag, running)
    scale = scales.indicator(reader.model, UNIT, tag, None)
    info = reader.model.tags[UNIT].get(tag)
    unit = info.unit if info else ""
    if scale is None:
        return _made(reader, title, unit, dots, (0.0, 1.0), None, (), "", 1)
    band = scale.band or (scale.lo, scale.hi)
    centre = 0.5 * (band[0] + band[1])
    worst = max(dots, key=lambda dot: abs(dot[1] - centre))[0] if dots else ""
    places = numbers.decimals(unit)
    return _made(reader, title, unit, dots, (scale.lo, scale.hi), scale.band, scale.ticks, worst, places)


def _dots(reader: Reader, tag: str, running: list[str]) -> tuple[tuple[str, float], ...]:
    return tuple((name, value) for name in running if (value := reader.number(f"{name}.{tag}")) is not None)


def _made(
    reader: Reader,
    title: Text,
    unit: str,
    dots: tuple[tuple[str, float], ...],
    reach: tuple[float, float],
    band: tuple[float, float] | None,
    ticks: tuple[float, ...],
    worst: str,
    places: int,
) -> DotStrip:
    mid = middle([value for _, value in dots])
    return DotStrip(
        title=reader.say(title),
        unit=numbers.unit_text(unit),
        dots=dots,
        lo=reach[0],
        hi=reach[1],
        band=band,
        ticks=ticks,
        worst=worst,
        lo_text=numbers.number(reach[0], 0),
        hi_text=numbers.number(reach[1], 0),
        median=f"{reader.say(texts.MEDIAN)} {numbers.number(mid, places)}",
    )
