"""Smooth branches of a unit: what it does wide open and unlimited, as a tensor of cubic splines.

Only what is smooth is in the map. Rating, pressure floors, reinjection temperature and all else with
a kink is worked out after the look-up; so is the efficiency of the turbine.

Source: C. de Boor, *A Practical Guide to Splines*, rev. ed., 2001, chapter 17 (tensor products).
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import NdBSpline, make_interp_spline

from orcplant.thermo.hardware import Hardware
from orcplant.thermo.offdesign.machinery import turbine_efficiency
from orcplant.thermo.state import Array

# Order of what the splines hold; every one is smooth over the whole map.
FIELDS: Final = ("mass_flow", "head", "volume", "pump", "pump_speed", "drop", "T_cond", "T_evap")


@dataclass(frozen=True, slots=True)
class Axes:
    """Nodes of the map.

    Coolant inlet ``T_coolant`` [K], geofluid inlet ``T_geofluid`` [K], ``flow`` of geofluid over design and
    ``fan_speed`` over full [-] (even steps of their logarithms), vapour ``quality`` [-] (one node: liquid).
    """

    T_coolant: Array
    T_geofluid: Array
    flow: Array
    fan_speed: Array
    quality: Array


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look, arrays of shape (n,); as `Axes`."""

    T_coolant: Array
    T_geofluid: Array
    flow: Array
    fan_speed: Array
    quality: Array


@dataclass(frozen=True, slots=True)
class Branches:
    """What is smooth, arrays of shape (n,).

    Working fluid ``mass_flow`` [kg/s]; turbine's ``head`` X and outlet ``volume`` Y over design [-]; ``pump``
    power [W] and ``pump_speed`` over design [-]; ``drop`` of the geofluid's enthalpy [J/kg];
    ``T_cond``, ``T_evap`` [K].
    """

    mass_flow: Array
    head: Array
    volume: Array
    pump: Array
    pump_speed: Array
    drop: Array
    T_cond: Array
    T_evap: Array

    def shaft_power(self, hardware: Hardware) -> Array:
        """Power at the turbine's shaft [W]."""
        machine = hardware.level.expander
        efficiency = turbine_efficiency(machine, self.head, self.volume)
        return np.asarray(self.mass_flow * machine.dh_isentropic * self.head**2 * efficiency)


@dataclass(frozen=True, slots=True)
class Tensor:
    """Splines over the axes: B-spline ``knots`` of every axis and ``coefficients``, the fields last."""

    axes: Axes
    knots: tuple[Array, ...]
    coefficients: Array

    def covers(self, place: Place) -> NDArray[np.bool_]:
        """Whether each place lies inside the axes (a rounding beyond the edge counts as inside)."""
        inside = np.ones(np.shape(place.T_coolant), dtype=bool)
        for field in fields(Axes):
            nodes, value = getattr(self.axes, field.name), getattr(place, field.name)
            slack = _ROUNDING * max(abs(float(nodes[0])), abs(float(nodes[-1])), 1.0)
            inside &= (value >= nodes[0] - slack) & (value <= nodes[-1] + slack)
        return inside

    def look_up(self, place: Place) -> Branches:
        """Branches at every place; held at the edge outside: ask `covers` first."""
        columns = []
        for field in fields(Axes):
            nodes = getattr(self.axes, field.name)
            if len(nodes) > 1:
                value = np.clip(getattr(place, field.name), nodes[0], nodes[-1])
                columns.append(coordinate(field.name, value))
        spline = NdBSpline(self.knots, self.coefficients, _DEGREE)
        found = np.asarray(spline(np.stack(np.broadcast_arrays(*columns), axis=-1)))
        return Branches(*(found[..., k] for k in range(len(FIELDS))))


_DEGREE: Final = 3
_ROUNDING: Final = 1e-9


def coordinate(axis: str, value: Array) -> Array:
    """Coordinate along an axis in which nodes are evenly spread."""
    return np.log(value) if axis in ("flow", "fan_speed") else value


def tensor(axes: Axes, values: Array) -> Tensor:
    """Fit splines through values of shape (each axis..., fields); an axis of one node drops out."""
    names = [field.name for field in fields(Axes) if len(getattr(axes, field.name)) > 1]
    coefficients = values.reshape(*(len(getattr(axes, name)) for name in names), len(FIELDS))
    knots = []
    for k, name in enumerate(names):
        nodes = coordinate(name, getattr(axes, name))
        spline = make_interp_spline(nodes, np.moveaxis(coefficients, k, 0), k=_DEGREE)
        knots.append(np.asarray(spline.t))
        coefficients = np.moveaxis(spline.c, 0, k)
    return Tensor(axes, tuple(knots), np.ascontiguousarray(coefficients))
