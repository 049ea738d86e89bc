"""8760 hours of a sized plant: power, own consumption, brine and reinjection, hour by hour.

Every unit on duty that is available runs with the brine it was designed for, its fans at the speed of most
net power; nothing is dispatched. What the wells could give beyond that stays in the ground.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from orcplant.plant.climate import DAY, HOURS, Weather, weather
from orcplant.plant.spec import Availability, PlantSpec, WellType
from orcplant.plant.wells import geofluid_at_units, injection_work, lift_work, mixed
from orcplant.thermo.geofluid import Geofluid, inlet_enthalpy
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.media import liquid_water
from orcplant.thermo.offdesign import Boundary, Control, Limit, OperatingPoint, Stop, rate
from orcplant.thermo.state import Array
from orcplant.thermo.unit_map import Axes, build_map, rate_by_map
from orcplant.units import KILO, degC

if TYPE_CHECKING:
    import pandas as pd

_SECONDS: Final = 3600.0
_AMBIENTS: Final = 121  # temperatures at which the best fan speed is looked for, about half a kelvin apart
_SPEEDS: Final = 97  # fan speeds tried, 2 % apart
_SLOWEST: Final = 0.15  # of them [-]; slower fans never gave more, and hold pressure floors by themselves
_NODES: Final = 9  # of a map, over ambient temperature and over fan speed
_GOLDEN: Final = 0.5 * (5.0**0.5 - 1.0)
_T_NEUTRAL: Final = 300.0  # [K], any liquid will do where nothing flows
_Key = TypeVar("_Key", Limit, Stop)
_START: Final = "2001-01-01T00:00"  # a year without a leap day, beginning on a Monday


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Equal units: one of them as built, the number on duty and spare, and their name."""

    name: str
    hardware: Hardware
    count: int
    spare: int


@dataclass(frozen=True, slots=True)
class GroupYear:
    """What a group of units did: the operating points of one of them, and how many could run each hour."""

    group: UnitGroup
    point: OperatingPoint
    available: NDArray[np.int64]

    @property
    def running(self) -> NDArray[np.int64]:
        """Units that run each hour."""
        return np.where(np.asarray(self.point.ok), self.available, 0)

    def total(self, per_unit: Array) -> Array:
        """Sum over the units that run; 0 where none does."""
        return np.where(self.running > 0, np.nan_to_num(per_unit), 0.0) * self.running


@dataclass(frozen=True, slots=True)
class Auxiliaries:
    """Power the plant uses itself, every hour [W]."""

    feed_pumps: Array
    cooling: Array
    well_pumps: Array
    reinjection_pumps: Array
    station_service: Array

    @property
    def total(self) -> Array:
        """All of it [W]."""
        return (
            self.feed_pumps + self.cooling + self.well_pumps + self.reinjection_pumps + self.station_service
        )


@dataclass(frozen=True, slots=True)
class Residuals:
    """What is left over in the balances of the year, as shares of what goes in [-]."""

    energy: float
    mass: float


@dataclass(frozen=True, slots=True)
class YearResult:
    """A year of a plant, arrays of shape (8760,) in SI.

    ``gross`` and ``net`` power [W] (plant net: may be negative where nothing runs), brine drawn
    ``mass_flow`` [kg/s], ``T_reinjection`` [K] (NaN where none flows), units ``running``, and ``heat`` to
    consumers [W]. ``geofluid`` as it reaches the units, its flow what the chosen wells can give.
    ``installed`` [W].
    """

    weather: Weather
    groups: tuple[GroupYear, ...]
    geofluid: Geofluid
    installed: float
    gross: Array
    auxiliaries: Auxiliaries
    mass_flow: Array
    T_reinjection: Array
    running: NDArray[np.int64]
    heat: Array
    residuals: Residuals

    @property
    def net(self) -> Array:
        """Plant net power [W]."""
        return self.gross - self.auxiliaries.total

    @property
    def net_energy(self) -> float:
        """Plant net energy of the year [J]."""
        return float(np.sum(self.net)) * _SECONDS

    @property
    def gross_energy(self) -> float:
        """Energy at the generators in the year [J]."""
        return float(np.sum(self.gross)) * _SECONDS

    @property
    def capacity_factor(self) -> float:
        """Plant net energy over that of the installed power all year [-]."""
        return self.net_energy / (self.installed * HOURS * _SECONDS)

    @property
    def produced(self) -> float:
        """Brine drawn from the wells in the year [kg]."""
        return float(np.sum(self.mass_flow)) * _SECONDS

    def to_frame(self) -> "pd.DataFrame":
        """Table of the hours, in the units of the trade: the columns of year.csv."""
        import pandas as pd

        return pd.DataFrame(
            {
                "time": times(),
                "T_ambient_C": degC(self.weather.T),
                "net_power_kW": self.net / KILO,
                "gross_power_kW": self.gross / KILO,
                "auxiliary_kW": self.auxiliaries.total / KILO,
                "mass_flow_kg_s": self.mass_flow,
                "T_reinjection_C": degC(self.T_reinjection),
                "units_running": self.running,
                "heat_kW": self.heat / KILO,
            }
        )


def times() -> NDArray[np.datetime64]:
    """Beginning of every hour, local time, of a year without a leap day."""
    return np.datetime64(_START, "m") + 60 * np.arange(HOURS)


def simulate_year(
    plant: PlantSpec,
    groups: Sequence[UnitGroup],
    wells: Sequence[int],
    *,
    progress: Callable[[str], None] = lambda what: None,
) -> YearResult:
    """Follow a sized plant through a year.

    Parameters
    ----------
    wells : sequence of int
        Wells of each of the plant's types.
    progress : callable
        Told what is being done, once a group of units.

    Returns
    -------
    YearResult
        Every hour. Where the weather is too hot or too cold for a unit it stands still; the reason is in its
        operating point.
    """
    hours = weather(plant.climate, plant.site.p_ambient)
    used = [(well, n) for well, n in zip(plant.wells, wells, strict=True) if n]
    brine = mixed([(geofluid_at_units(well, plant.gathering), n) for well, n in used])
    wanted = sum(group.count * group.hardware.design.mass_flow for group in groups)
    share = min(1.0, float(brine.mass_flow) / wanted)
    years = []
    for number, group in enumerate(groups):
        progress(group.name or f"{group.count} units")
        offered = replace(brine, mass_flow=share * group.hardware.design.mass_flow)
        speed = fan_speeds(group.hardware, offered, hours)
        point = rate(group.hardware, Boundary(offered, hours.T, hours.p), Control(fan_speed=speed))
        years.append(GroupYear(group, point, available_units(group, plant.availability, number)))
    return _together(plant, hours, brine, tuple(years), used)


def fan_speeds(hardware: Hardware, offered: Geofluid, hours: Weather) -> Array:
    """Fan speed of most net power over its full speed, every hour [-].

    With a given brine it follows from the ambient temperature alone: it is looked for in a map of the unit
    around that brine, at temperatures in even steps, and is straight in between.
    """
    T = np.linspace(np.min(hours.T) - 0.5, np.max(hours.T) + 0.5, _AMBIENTS)
    speeds = np.geomspace(max(hardware.cooler.speed_min, _SLOWEST), 1.0, _SPEEDS)
    unit_map = build_map(hardware, _axes(hardware, offered, T, speeds))
    there = Boundary(offered, T, float(np.mean(hours.p)))
    point = rate_by_map(unit_map, there, Control(fan_speed=speeds[:, None]))
    net = np.where(np.equal(point.status.reason, Stop.RUNS), point.net, -np.inf)
    best = np.where(np.any(np.isfinite(net), axis=0), _top(np.log(speeds), net), 1.0)
    return np.interp(hours.T, T, best)


def _top(x: Array, y: Array) -> Array:
    """exp(x) where each column of y has its top: a parabola through the best and its neighbours."""
    k = np.clip(np.argmax(y, axis=0), 1, len(x) - 2)
    low, mid, high = (np.take_along_axis(y, (k + step)[None], axis=0)[0] for step in (-1, 0, 1))
    bend = low - 2.0 * mid + high
    is_top = np.isfinite(bend) & (bend < 0.0)
    shift = 0.5 * np.divide(low - high, bend, out=np.zeros(len(k)), where=is_top)
    edge = np.argmax(y, axis=0)
    return np.asarray(np.exp(np.where(is_top, x[k] + np.clip(shift, -1.0, 1.0) * (x[1] - x[0]), x[edge])))


def _axes(hardware: Hardware, offered: Geofluid, T: Array, speeds: Array) -> Axes:
    """Nodes of a map for one brine and the weather of a year."""
    share = float(offered.mass_flow) / hardware.design.mass_flow
    wet = not np.isnan(offered.quality)
    return Axes(
        T_coolant=np.linspace(T[0], T[-1], _NODES),
        T_geofluid=float(offered.T) + np.linspace(-6.0, 0.0, 4),
        flow=share * np.geomspace(0.3, 1.0, 6),
        fan_speed=np.geomspace(speeds[0], speeds[-1], _NODES),
        quality=float(offered.quality) * np.linspace(0.8, 1.2, 4) if wet else np.zeros(1),
    )


def steps(groups: Sequence[UnitGroup]) -> int:
    """How often `simulate_year` tells its progress."""
    return len(groups)


def available_units(group: UnitGroup, availability: Availability, number: int = 0) -> NDArray[np.int64]:
    """Units on duty that can run, every hour.

    Units fail independently and spares step in, so that the number out of order on a day is binomial. The
    days of each number are spread over the year by the multiples of the golden ratio, evenly and the same
    in every run; ``number`` tells groups apart.

    Sources: R. Billinton, R. N. Allan, *Reliability Evaluation of Engineering Systems*, 2nd ed., 1992,
    section 3.5; L. Kuipers, H. Niederreiter, *Uniform Distribution of Sequences*, 1974, chapter 2.
    """
    days = np.arange(HOURS // DAY)
    order = np.argsort(np.argsort((0.5 + days * _GOLDEN + number * np.sqrt(2.0)) % 1.0))
    position = (order + 0.5) / len(days)
    up = binom.ppf(position, group.count + group.spare, availability.unit).astype(np.int64)
    return np.repeat(np.minimum(up, group.count), DAY)


def expected_availability(group: UnitGroup, availability: Availability) -> float:
    """Share of the units on duty that can run, over a long time [-]."""
    up = np.arange(group.count + group.spare + 1)
    weight = binom.pmf(up, group.count + group.spare, availability.unit)
    return float(np.sum(weight * np.minimum(up, group.count)) / group.count)


def limit_hours(year: YearResult) -> dict[Limit, float]:
    """Hours in which each limit held a unit; those that never did are left out."""
    runs = [limit for limit in Limit if limit]
    return _hours(year, runs, lambda point, limit: point.ok & ((point.limits & int(limit)) != 0))


def stop_hours(year: YearResult) -> dict[Stop, float]:
    """Hours in which a unit stood still for each reason; outages are none of them."""
    stops = [stop for stop in Stop if stop]
    return _hours(year, stops, lambda point, stop: np.equal(point.status.reason, int(stop)))


def _hours(
    year: YearResult, keys: Iterable[_Key], acts: Callable[[OperatingPoint, _Key], Array]
) -> dict[_Key, float]:
    """Hours of a key, an average over the units on duty."""
    units = sum(one.group.count for one in year.groups)
    found = {
        key: sum(float(np.sum(acts(one.point, key))) * one.group.count for one in year.groups) / units
        for key in keys
    }
    return {key: hours for key, hours in found.items() if hours > 0.0}


def _together(
    plant: PlantSpec,
    hours: Weather,
    brine: Geofluid,
    years: tuple[GroupYear, ...],
    wells: Sequence[tuple[WellType, int]],
) -> YearResult:
    installed = sum(one.group.count * one.group.hardware.generator.rating for one in years)
    mass_flow = _sum(years, lambda point: point.geofluid_flow)
    heat = _sum(years, lambda point: point.geofluid_flow * point.T_return)
    T_return = np.divide(heat, mass_flow, out=np.full(HOURS, np.nan), where=mass_flow > 0.0)
    injection = injection_work(plant.gathering, brine, np.where(mass_flow > 0.0, T_return, float(brine.T)))
    auxiliaries = Auxiliaries(
        feed_pumps=_sum(years, lambda point: point.pump),
        cooling=_sum(years, lambda point: point.cooler),
        well_pumps=mass_flow * lift_work(plant.gathering, wells),
        reinjection_pumps=mass_flow * injection,
        station_service=np.full(HOURS, plant.station_service * installed),
    )
    return YearResult(
        weather=hours,
        groups=years,
        geofluid=brine,
        installed=installed,
        gross=_sum(years, lambda point: point.gross),
        auxiliaries=auxiliaries,
        mass_flow=mass_flow,
        T_reinjection=T_return,
        running=np.sum([one.running for one in years], axis=0),
        heat=np.zeros(HOURS),  # a plant file has no consumers of heat
        residuals=_residuals(brine, years, mass_flow),
    )


def _sum(years: Sequence[GroupYear], what: Callable[[OperatingPoint], Array]) -> Array:
    return np.asarray(np.sum([one.total(what(one.point)) for one in years], axis=0))


def _residuals(brine: Geofluid, years: Sequence[GroupYear], mass_flow: Array) -> Residuals:
    """Balances of the year, brine's side from its temperatures alone: worst hour of energy, sum of mass."""
    h_in, water = float(inlet_enthalpy(brine)), liquid_water()
    energy, reinjected = 0.0, np.zeros(HOURS)
    for one in years:
        point, level = one.point, one.point.level
        runs = np.asarray(point.ok)
        T_back, T_out = (np.where(runs, T, _T_NEUTRAL) for T in (point.T_return, point.T_geofluid_out))
        h_back, h_out = (np.asarray(water.enthalpy(T, float(brine.p))) for T in (T_back, T_out))
        shaft = level.mass_flow * (level.expander_in.h - level.expander_out.h)
        given = point.geofluid_flow * (h_in - h_back)
        left = np.abs(given + point.pump - point.condenser - shaft) / point.heat_in
        energy = max(energy, float(np.max(left[runs], initial=0.0)))
        reinjected += one.total(point.heat_in / (h_in - h_out) + point.bypass)
    drawn = float(np.sum(mass_flow))
    mass = abs(drawn - float(np.sum(reinjected))) / drawn if drawn > 0.0 else 0.0
    return Residuals(energy, mass)
