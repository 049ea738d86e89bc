"""How fast the fans of a unit run through a year: as fast as gives the most net power."""

from typing import Final

import numpy as np

from orcplant.plant.climate import Weather
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.offdesign import Boundary, Control, Stop
from orcplant.thermo.state import Array
from orcplant.thermo.unit_map import Axes, build_map, rate_by_map

_AMBIENTS: Final = 121  # temperatures at which the best fan speed is looked for, about half a kelvin apart
_SPEEDS: Final = 97  # fan speeds tried, 2 % apart
_SLOWEST: Final = 0.15  # of them [-]; slower fans never gave more, and hold pressure floors by themselves
_NODES: Final = 9  # of a map, over ambient temperature and over fan speed


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
    net = np.where(np.equal(point.status.reason, Stop.RUNS), point.net, np.nan)
    return np.interp(hours.T, T, np.where(np.isnan(net).all(axis=0), 1.0, _top(np.log(speeds), net)))


def _top(x: Array, y: Array) -> Array:
    """exp(x) where each column of y has its top: a parabola through the best and its neighbours."""
    best = np.argmax(np.where(np.isnan(y), -np.inf, y), axis=0)
    k = np.clip(best, 1, len(x) - 2)
    low, mid, high = (np.take_along_axis(y, (k + step)[None], axis=0)[0] for step in (-1, 0, 1))
    bend = low - 2.0 * mid + high
    is_top = bend < 0.0  # False for NaN
    shift = 0.5 * np.divide(low - high, bend, out=np.zeros(len(k)), where=is_top)
    step = np.clip(shift, -1.0, 1.0) * (x[1] - x[0])
    return np.asarray(np.exp(np.where(is_top, x[k] + step, x[best])))


def _axes(hardware: Hardware, offered: Geofluid, T: Array, speeds: Array) -> Axes:
    """Nodes of a map for one brine and the weather of a year."""
    share = float(offered.mass_flow) / hardware.design.mass_flow
    wet = not np.isnan(offered.quality)
    return Axes(
        T_coolant=np.linspace(T[0], T[-1], _NODES),
        T_geofluid=float(offered.T) + np.linspace(-6.0, 0.0, 4),
        flow=share * np.geomspace(0.3, 1.0, 6),
        fan_speed=np.geomspace(speeds[0], speeds[-1], _NODES),
        quality=np.array([float(offered.quality) if wet else 0.0]),
    )
