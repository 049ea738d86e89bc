"""Make the map of a unit: settle it on a grid, wide open and without limits.

Then see at random points how far off the splines between are.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from orcplant.thermo import geofluid as geo
from orcplant.thermo.hardware import CoolantKind, Hardware
from orcplant.thermo.offdesign.balance import Unit
from orcplant.thermo.offdesign.boundary import Boundary, Control, scenarios
from orcplant.thermo.offdesign.machinery import terminal_power
from orcplant.thermo.offdesign.settle import settle
from orcplant.thermo.offdesign.unknowns import Openings, frame
from orcplant.thermo.state import Array
from orcplant.thermo.tables import FINE, tabulated_fluid
from orcplant.thermo.unit_map.branches import FIELDS, Axes, Branches, Place, Tensor, tensor

CHECKED: Final = 5000  # random points the map is compared with direct solves at
_UNLIMITED: Final = 1e12
_KELVIN: Final = 273.15
_CP_WATER: Final = 4190.0  # [J/(kg K)], of the geofluid where it leaves a unit
_AT_END: Final = 1e-3  # [K]


@dataclass(frozen=True, slots=True)
class MapError:
    """Difference to direct solves at random points of the whole map: 99th percentile and largest.

    Points at which the fluid evaporates within the unit's pressure limit. ``gross`` over rating [-],
    ``T_out`` of the geofluid and ``T_cond`` [K].
    """

    gross: tuple[float, float]
    T_out: tuple[float, float]
    T_cond: tuple[float, float]


@dataclass(frozen=True, slots=True)
class UnitMap:
    """The map of one unit: its hardware, a fingerprint of it, smooth branches, and how far off they are.

    Valid at the coolant pressure the unit was designed for, and within 15 bar of the geofluid's.
    """

    hardware: Hardware
    fingerprint: str
    branches: Tensor
    error: MapError


def fingerprint(hardware: Hardware) -> str:
    """SHA-256 of all numbers of a unit: a map belongs to one."""
    return hashlib.sha256(repr(hardware).encode()).hexdigest()


def default_axes(hardware: Hardware) -> Axes:
    """Nodes wide enough for a year at Tianzhen and a field that cools by 45 K.

    Air from -35 to 45 C, cooling water from 2 to 37 C; brine from 45 K below to 6 K above design, a
    quarter to 1.2 of its flow; fans from their least speed; up to one and a half times the steam of
    design.
    """
    point = hardware.design
    air = hardware.cooler.kind is CoolantKind.AIR
    wet = not np.isnan(point.quality)
    return Axes(
        T_coolant=_KELVIN + (np.linspace(-35.0, 45.0, 9) if air else np.linspace(2.0, 37.0, 6)),
        T_geofluid=point.T + np.linspace(-45.0, 6.0, 8),
        flow=np.geomspace(0.25, 1.2, 8),
        fan_speed=np.geomspace(max(hardware.cooler.speed_min, 0.05), 1.0, 9),
        quality=np.linspace(0.0, max(1.5 * point.quality, 0.05), 5) if wet else np.zeros(1),
    )


def build_map(hardware: Hardware, axes: Axes | None = None) -> UnitMap:
    """Build the map of a unit (about a second).

    Parameters
    ----------
    axes : Axes, optional
        Nodes; `default_axes` when left out. At least four on every axis but quality.
    """
    axes = axes or default_axes(hardware)
    mesh = np.meshgrid(
        axes.T_coolant, axes.T_geofluid, axes.flow, axes.fan_speed, axes.quality, indexing="ij"
    )
    found = settled_branches(hardware, Place(*(nodes.ravel() for nodes in mesh)))
    values = np.stack([getattr(found, name) for name in Branches.__dataclass_fields__], axis=-1)
    values = values.reshape(*mesh[0].shape, -1)
    branches = tensor(axes, _carried_on(hardware, axes, values))
    return UnitMap(hardware, fingerprint(hardware), branches, _error(hardware, branches))


def settled_branches(hardware: Hardware, place: Place) -> Branches:
    """Branches by direct solves: what the map approximates."""
    unit = Unit(_unlimited(hardware), tabulated_fluid(hardware.level.fluid, FINE))
    point = hardware.design
    flow = place.flow * point.mass_flow
    if np.isnan(point.quality):
        brine = geo.liquid(T=place.T_geofluid, p=point.p, mass_flow=flow)
    else:
        brine = geo.two_phase(T=place.T_geofluid, quality=place.quality, mass_flow=flow)
    at = scenarios(
        unit.hardware,
        Boundary(brine, place.T_coolant, point.p_coolant),
        Control(fan_speed=place.fan_speed),
    )
    one = np.ones(len(at))
    settled = settle(unit, at, Openings(one, one))
    balance = settled.balance
    return Branches(
        mass_flow=balance.mass_flow,
        head=balance.expansion.head,
        volume=balance.expansion.volume,
        pump=balance.pumping.power,
        pump_speed=balance.pumping.speed,
        drop=at.h_geofluid - balance.h_geofluid_out,
        T_cond=balance.guess.T_cond,
        T_evap=balance.guess.T_evap,
    )


def _carried_on(hardware: Hardware, axes: Axes, values: Array) -> Array:
    """Carry branches on straight over flow where the fluid would evaporate at its critical point.

    That lies beyond what the evaporator is built for: the map need only tell that it does, and brine
    will be held back. Without it the kink there would spoil the splines far around.
    """
    unit = Unit(_unlimited(hardware), tabulated_fluid(hardware.level.fluid, FINE))
    hottest, x = frame(unit).T_evap_max - _AT_END, np.log(axes.flow)
    values, capped = values.copy(), values[..., FIELDS.index("T_evap")] > hottest
    for k in range(2, len(x)):
        here, before, first = (values[:, :, j] for j in (k, k - 1, k - 2))
        ahead = before + (before - first) * (x[k] - x[k - 1]) / (x[k - 1] - x[k - 2])
        values[:, :, k] = np.where(capped[:, :, k, ..., None], ahead, here)
    return values


def _unlimited(hardware: Hardware) -> Hardware:
    """Take the limits off that would put a kink into a branch."""
    free = replace(hardware.limits, p_cond_min=1.0, p_evap_max=_UNLIMITED)
    return replace(hardware, limits=free)


def _error(hardware: Hardware, branches: Tensor) -> MapError:
    rng, axes = np.random.default_rng(0), branches.axes

    def anywhere(nodes: Array) -> Array:
        return rng.uniform(nodes[0], nodes[-1], CHECKED)

    place = Place(*(anywhere(getattr(axes, name)) for name in Axes.__dataclass_fields__))
    truth, found = settled_branches(hardware, place), branches.look_up(place)
    unit = Unit(hardware, tabulated_fluid(hardware.level.fluid, FINE))
    built_for = truth.T_evap <= frame(unit).T_evap_max

    def worst(difference: Array) -> tuple[float, float]:
        size = np.abs(difference[built_for])
        return float(np.percentile(size, 99.0)), float(np.max(size))

    gross = [terminal_power(hardware.generator, b.shaft_power(hardware)) for b in (found, truth)]
    return MapError(
        gross=worst((gross[0] - gross[1]) / hardware.generator.rating),
        T_out=worst((found.drop - truth.drop) / _CP_WATER),
        T_cond=worst(found.T_cond - truth.T_cond),
    )
