"""What a map is asked: boundary and control as flat arrays."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.thermo import geofluid as geo
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.hardware import CoolantKind
from orcplant.thermo.media import boiling_temperature, liquid_water, water_saturation
from orcplant.thermo.offdesign.boundary import Boundary, Control, coolant
from orcplant.thermo.offdesign.newton import Index
from orcplant.thermo.offdesign.point import Stop
from orcplant.thermo.offdesign.records import taken
from orcplant.thermo.state import Array, Numeric
from orcplant.thermo.status import Status, require
from orcplant.thermo.unit_map.build import UnitMap

_FREEZING: Final = 273.2  # [K]
_SAME_PRESSURE: Final = 0.02  # [-], coolant pressure of a map
# [Pa], geofluid pressure about that of design: so far, power is off by less than 0.1 % of rating.
_NEAR_PRESSURE: Final = 15e5


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked and what the unit may do, flat arrays of shape (n,) in SI.

    ``rho_ratio`` is the coolant's density over that of design; ``h_out_min`` the least enthalpy of the
    geofluid returned; ``T_bubble`` and ``h_bubble`` its bubble point; the rest as in `Boundary` and
    `Control`.
    """

    T_coolant: Array
    rho_ratio: Array
    T_geofluid: Array
    p_geofluid: Array
    h_geofluid: Array
    quality: Array
    flow: Array
    fan_speed: Array
    gross_max: Array
    net_max: Array
    duty_max: Array
    h_out_min: Array
    T_bubble: Array
    h_bubble: Array

    def take(self, which: Index) -> "Query":
        """Queries of an index."""
        return taken(self, which)


def make_query(unit_map: UnitMap, boundary: Boundary, control: Control, shape: tuple[int, ...]) -> Query:
    """Lay out boundary and control as flat arrays."""

    def flat(value: Numeric) -> Array:
        return np.broadcast_to(np.asarray(value, dtype=float), shape).ravel()

    brine, hardware = boundary.geofluid, unit_map.hardware
    T, p, quality = flat(brine.T), flat(brine.p), flat(brine.quality)
    T_bubble = np.asarray(boiling_temperature(brine.p))  # before it is laid out: often one pressure for all
    T_coolant = flat(boundary.T_coolant)
    dense = coolant(hardware).density(T_coolant, flat(boundary.p_coolant))
    air = hardware.cooler.kind is CoolantKind.AIR
    return Query(
        T_coolant=T_coolant,
        rho_ratio=np.asarray(dense) / hardware.cooler.density if air else np.ones(T.shape),
        T_geofluid=T,
        p_geofluid=p,
        h_geofluid=np.asarray(geo.inlet_enthalpy(Geofluid(T, p, quality, np.ones(T.shape)))),
        quality=np.where(np.isnan(quality), 0.0, quality),
        flow=flat(brine.mass_flow),
        fan_speed=flat(control.fan_speed),
        gross_max=np.minimum(flat(control.gross_max), hardware.generator.rating),
        net_max=flat(control.net_max),
        duty_max=flat(control.duty_max),
        h_out_min=flat(
            _lowest_return(
                np.maximum(control.T_out_min, hardware.limits.T_return_min), np.asarray(brine.p), T_bubble
            )
        ),
        T_bubble=flat(T_bubble),
        h_bubble=flat(np.asarray(water_saturation().enthalpy(T_bubble, np.zeros(T_bubble.shape)))),
    )


def _lowest_return(T: Array, p: Array, T_bubble: Array) -> Array:
    """Enthalpy [J/kg] of a geofluid returned at T [K], at most its bubble point; none below freezing."""
    bound = liquid_water().enthalpy(np.clip(T, _FREEZING, T_bubble - 1e-3), p)
    return np.where(T > _FREEZING, bound, -np.inf)


def askable(unit_map: UnitMap, query: Query, boundary: Boundary, shape: tuple[int, ...]) -> Status:
    """Refuse what the map cannot be asked."""
    n = len(query.flow)
    status = Status(np.zeros(n, dtype=np.int8), np.full(n, np.nan), np.full(n, np.nan))
    status = require(status, query.flow > 0.0, Stop.NO_GEOFLUID, value=query.flow, limit=0.0)
    known = np.isfinite(query.h_geofluid + query.rho_ratio)
    status = require(status, known, Stop.OUTSIDE_PROPERTIES, value=np.nan, limit=np.nan)
    p = np.broadcast_to(np.asarray(boundary.p_coolant, dtype=float), shape).ravel()
    p_design = unit_map.hardware.design.p_coolant
    near = np.abs(p / p_design - 1.0) < _SAME_PRESSURE
    status = require(status, near, Stop.OUTSIDE_MAP, value=p, limit=p_design)
    p_geofluid = unit_map.hardware.design.p
    near = np.abs(query.p_geofluid - p_geofluid) <= _NEAR_PRESSURE
    return require(status, near, Stop.OUTSIDE_MAP, value=query.p_geofluid, limit=p_geofluid)
