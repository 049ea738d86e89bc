"""What a unit meets and what is asked of it: arrays over scenarios, in SI."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, Self

import numpy as np

from orcplant.thermo import geofluid as geo
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.hardware import CoolantKind, Hardware
from orcplant.thermo.media import Medium, air, boiling_temperature, liquid_water, water_saturation
from orcplant.thermo.offdesign.sensible import Sensible
from orcplant.thermo.state import Array, Numeric

_NEAR_FREEZING: Final = 274.0  # [K]
_INSIDE: Final = 1e-3  # [K], kept from the end of a medium's properties
_COOLANT_RISE: Final = 150.0  # [K], more than any coolant warms
_WATER_TERMS: Final = 12
_AIR_TERMS: Final = 6


class Means(StrEnum):
    """What gives way where the unit would make, take or cool more than it may.

    The brine valve takes less brine; the bypass leads brine around the unit and mixes it with what
    leaves; the inlet valve throttles the vapour before the turbine, so that less heat is taken from the same
    brine.
    """

    BRINE_VALVE = "brine_valve"
    BYPASS = "bypass"
    INLET_VALVE = "inlet_valve"


@dataclass(frozen=True, slots=True)
class Boundary:
    """What the unit meets: geofluid offered to it, coolant inlet temperature [K] and pressure [Pa]."""

    geofluid: Geofluid
    T_coolant: Numeric
    p_coolant: Numeric


@dataclass(frozen=True, slots=True)
class Control:
    """What is asked of the unit; every number may be an array.

    ``gross_max`` and ``net_max`` [W]: load set-point at the terminals, or after pump and fans.
    ``T_out_min`` [K]: outlet temperature of the geofluid held for heating; ``duty_max`` [W]: heat taken
    from the geofluid held. ``means`` hold them. ``fan_speed`` over full speed [-]; ``superheat`` [K] above
    the dew point, NaN for what the unit was designed for.
    """

    means: Means = Means.BRINE_VALVE
    gross_max: Numeric = np.inf
    net_max: Numeric = np.inf
    T_out_min: Numeric = 0.0
    duty_max: Numeric = np.inf
    fan_speed: Numeric = 1.0
    superheat: Numeric = np.nan


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Boundary and control of every scenario, flat arrays of shape (n,).

    Geofluid at the unit's inlet: ``T_geofluid`` [K], ``p_geofluid`` [Pa], ``h_geofluid`` [J/kg],
    ``flow`` [kg/s]; its bubble point ``T_bubble``, ``h_bubble`` and ``liquid`` below it. Coolant at its
    inlet: ``T_coolant`` [K], ``h_coolant`` [J/kg], ``rho_coolant`` [kg/m3], and the ``coolant`` as it
    warms. The rest as in `Control`.
    """

    T_geofluid: Array
    p_geofluid: Array
    h_geofluid: Array
    flow: Array
    T_bubble: Array
    h_bubble: Array
    liquid: Sensible
    T_coolant: Array
    h_coolant: Array
    rho_coolant: Array
    coolant: Sensible
    gross_max: Array
    net_max: Array
    T_out_min: Array
    duty_max: Array
    fan_speed: Array
    superheat: Array

    def take(self, which: Any) -> Self:
        """Scenarios of an index or mask."""

        def part(value: Any) -> Any:
            return value.take(which) if isinstance(value, Sensible) else value[which]

        return type(self)(*(part(getattr(self, field.name)) for field in fields(self)))

    def __len__(self) -> int:
        """Count the scenarios."""
        return len(self.T_geofluid)


def design_boundary(hardware: Hardware) -> Boundary:
    """What the unit was designed to meet."""
    point = hardware.design
    brine = Geofluid(point.T, point.p, point.quality, point.mass_flow)
    return Boundary(brine, point.T_coolant, point.p_coolant)


def shape_of(boundary: Boundary, control: Control) -> tuple[int, ...]:
    """Shape all inputs broadcast to."""
    return np.broadcast_shapes(*(np.shape(value) for value in _numbers(boundary, control)))


def scenarios(hardware: Hardware, boundary: Boundary, control: Control) -> Scenarios:
    """Lay out boundary and control as flat arrays; a state outside its medium is NaN."""
    shape = shape_of(boundary, control)

    def flat(value: Numeric) -> Array:
        return np.broadcast_to(np.asarray(value, dtype=float), shape).ravel()

    superheat = np.asarray(control.superheat, dtype=float)
    return Scenarios(
        **_geofluid(*(flat(value) for value in _brine(boundary.geofluid))),
        **_coolant(hardware, flat(boundary.T_coolant), flat(boundary.p_coolant)),
        gross_max=flat(control.gross_max),
        net_max=flat(control.net_max),
        T_out_min=flat(control.T_out_min),
        duty_max=flat(control.duty_max),
        fan_speed=flat(control.fan_speed),
        superheat=flat(np.where(np.isnan(superheat), hardware.level.superheat, superheat)),
    )


def _geofluid(T: Array, p: Array, quality: Array, flow: Array) -> dict[str, Any]:
    water, zero = liquid_water(), np.zeros(p.shape)
    T_bubble = zero + boiling_temperature(p)
    h = np.asarray(geo.inlet_enthalpy(Geofluid(T, p, quality, flow)))
    h_bubble = np.asarray(water_saturation().enthalpy(T_bubble, zero))
    low = np.asarray(water.enthalpy(zero + _NEAR_FREEZING, p))
    high = np.minimum(h, np.asarray(water.enthalpy(T_bubble - _INSIDE, p)))
    return {
        "T_geofluid": T,
        "p_geofluid": p,
        "h_geofluid": h,
        "flow": flow,
        "T_bubble": T_bubble,
        "h_bubble": h_bubble,
        "liquid": Sensible.fit(lambda h: np.asarray(water.temperature(h, p)), low, high, _WATER_TERMS),
    }


def _coolant(hardware: Hardware, T: Array, p: Array) -> dict[str, Any]:
    medium = coolant(hardware)
    T_hot = np.minimum(T + _COOLANT_RISE, medium.T_max - _INSIDE)
    if hardware.cooler.kind is CoolantKind.WATER:
        T_hot = np.minimum(T_hot, boiling_temperature(p) - _INSIDE)
    h, h_hot = np.asarray(medium.enthalpy(T, p)), np.asarray(medium.enthalpy(T_hot, p))
    terms = _WATER_TERMS if hardware.cooler.kind is CoolantKind.WATER else _AIR_TERMS
    return {
        "T_coolant": T,
        "h_coolant": h,
        "rho_coolant": np.asarray(medium.density(T, p)),
        "coolant": Sensible.fit(lambda h: np.asarray(medium.temperature(h, p)), h, h_hot, terms),
    }


def coolant(hardware: Hardware) -> Medium:
    """Properties of what cools the unit."""
    return air() if hardware.cooler.kind is CoolantKind.AIR else liquid_water()


def _brine(geofluid: Geofluid) -> tuple[Numeric, ...]:
    return geofluid.T, geofluid.p, geofluid.quality, geofluid.mass_flow


def _numbers(boundary: Boundary, control: Control) -> tuple[Numeric, ...]:
    return (
        *_brine(boundary.geofluid),
        boundary.T_coolant,
        boundary.p_coolant,
        control.gross_max,
        control.net_max,
        control.T_out_min,
        control.duty_max,
        control.fan_speed,
        control.superheat,
    )
