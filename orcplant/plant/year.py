"""8760 hours of a sized plant: power, own consumption, brine and reinjection, hour by hour.

Every unit on duty that is available runs with the brine it was designed for, its fans at the speed of most
net power; nothing is dispatched. What the wells could give beyond that stays in the ground.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from orcplant.plant.climate import HOURS, Weather, weather
from orcplant.plant.fans import fan_speeds
from orcplant.plant.outages import UnitGroup, available_units
from orcplant.plant.spec import PlantSpec, WellType
from orcplant.plant.wells import geofluid_at_units, injection_work, lift_work, mixed
from orcplant.thermo.geofluid import Geofluid, inlet_enthalpy
from orcplant.thermo.media import liquid_water
from orcplant.thermo.offdesign import Boundary, Control, Limit, OperatingPoint, Stop, rate
from orcplant.thermo.state import Array
from orcplant.units import KILO, degC

if TYPE_CHECKING:
    import pandas as pd

_SECONDS: Final = 3600.0
_T_NEUTRAL: Final = 300.0  # [K], any liquid will do where nothing flows
_Key = TypeVar("_Key", Limit, Stop)
_START: Final = "2001-01-01T00:00"  # a year without a leap day, beginning on a Monday


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


def steps(groups: Sequence[UnitGroup]) -> int:
    """How often `simulate_year` tells its progress."""
    return len(groups)


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
