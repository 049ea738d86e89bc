"""Coolant takes up the heat of the condenser: its flow, its outlet, fan and pump power.

Fan power is the volume flow at the inlet times the pressure rise over the efficiency of fan and
motor, so thin air at altitude costs more: the same heat needs more volume.
Source: VDI Heat Atlas, 2nd ed., 2010, section L1 (pressure drop and pumping power).
"""

from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np

from orcplant.thermo.exchanger import Isobar, Profile, column, minimum, profile, quotient
from orcplant.thermo.media import Medium, air, boiling_temperature, liquid_water
from orcplant.thermo.spec import (
    AirCooling,
    CoolantFlow,
    CoolantOutlet,
    CoolantPinch,
    Cooling,
    NoCooling,
    WaterCooling,
)
from orcplant.thermo.state import Array, Numeric, State
from orcplant.thermo.status import Mask, Reason, Status, require

_ROUNDING = 1e-9  # [-]
_BOILING_MARGIN = 1e-6  # [K], keeps cooling water inside the liquid fit


@dataclass(frozen=True, slots=True)
class Condenser:
    """Heat given up by the working fluid, and the coolant that takes it.

    Working fluid from ``vapour`` to ``liquid`` at ``mass_flow`` [kg/s]; ``duty`` [W], ``pinch`` [K];
    coolant ``T_out`` [K] and ``coolant_flow`` [kg/s]; ``fan_power`` and ``pump_power`` [W]. NaN where
    there is no coolant, with powers 0.
    """

    path: Isobar
    vapour: State
    liquid: State
    duty: Numeric
    mass_flow: Numeric
    pinch: Numeric
    T_out: Numeric
    coolant_flow: Numeric
    fan_power: Numeric
    pump_power: Numeric


def coolant(cooling: AirCooling | WaterCooling) -> Medium:
    """Properties of the coolant."""
    return air() if isinstance(cooling, AirCooling) else liquid_water()


def condense(
    path: Isobar,
    vapour: State,
    liquid: State,
    mass_flow: Numeric,
    cooling: Cooling,
    status: Status,
    *,
    report_pinch: bool = True,
) -> tuple[Condenser, Status]:
    """Close the heat balance of the condenser.

    ``path`` runs from the liquid leaving to the vapour entering; ``mass_flow`` [kg/s] is the
    working fluid's. Without `report_pinch` a pinch that was given is not looked for again (NaN).
    """
    duty = mass_flow * (path.h[..., -1] - path.h[..., 0])
    if isinstance(cooling, NoCooling):
        nan, zero = np.nan + 0.0 * duty, 0.0 * duty
        return Condenser(path, vapour, liquid, duty, mass_flow, nan, nan, nan, zero, zero), status
    coolant_flow, status = _coolant_flow(path, mass_flow, duty, cooling, status)
    h_out = coolant(cooling).enthalpy(cooling.T_in, cooling.p) + duty / coolant_flow
    status = _require_liquid(cooling, h_out, status)
    if isinstance(cooling.closure, CoolantFlow):  # the others cannot leave hotter than the vapour
        status = _require_below_vapour(path, cooling, h_out, status)
    T_out = coolant(cooling).temperature(np.where(status.ok, h_out, np.nan), cooling.p)
    pinch: Numeric = np.full(np.shape(duty), np.nan)[()]
    if report_pinch or not isinstance(cooling.closure, CoolantPinch):
        pinch = _pinch(path, mass_flow, coolant_flow, cooling)
    if not isinstance(cooling.closure, CoolantPinch):
        status = require(status, pinch >= 0.0, Reason.CONDENSER_PINCH, value=pinch, limit=0.0)
    fan, pump = _powers(cooling, coolant_flow)
    return Condenser(path, vapour, liquid, duty, mass_flow, pinch, T_out, coolant_flow, fan, pump), status


def share_coolant(cooling: Cooling, share: Numeric) -> Cooling:
    """Cooling of one of several condensers in parallel, all with the same coolant outlet.

    A given total flow is divided by duty (`share` of the whole, [-]); other closures hold for each.
    """
    if isinstance(cooling, NoCooling) or not isinstance(cooling.closure, CoolantFlow):
        return cooling
    return replace(cooling, closure=CoolantFlow(cooling.closure.mass_flow * share))


def condenser_profile(condenser: Condenser, cooling: AirCooling | WaterCooling) -> Profile:
    """Temperatures of working fluid and coolant along the duty."""
    medium = coolant(cooling)
    h_in = column(medium.enthalpy(cooling.T_in, cooling.p))

    def coolant_T(duty: Array) -> Array:
        return np.asarray(medium.temperature(h_in + duty / column(condenser.coolant_flow), column(cooling.p)))

    return profile(condenser.path, condenser.mass_flow, coolant_T, heats=False)


def _coolant_flow(
    path: Isobar, mass_flow: Numeric, duty: Numeric, cooling: AirCooling | WaterCooling, status: Status
) -> tuple[Numeric, Status]:
    closure, T_in, T_coldest = cooling.closure, cooling.T_in, path.T[..., 0]
    flow: Numeric
    pinch: Numeric = closure.dT if isinstance(closure, CoolantPinch) else 0.0
    warmest = T_coldest - pinch
    status = require(status, T_in <= warmest, Reason.COOLANT_TOO_WARM, value=T_in, limit=warmest)
    if isinstance(closure, CoolantOutlet):
        rises = np.greater(closure.T, T_in)
        status = require(status, rises, Reason.COOLANT_TOO_WARM, value=T_in, limit=closure.T)
    match closure:
        case CoolantPinch():
            per_fluid = _smallest_rise(path, cooling, pinch)
            status = require(status, per_fluid > 0.0, Reason.COOLANT_TOO_WARM, value=T_in, limit=warmest)
            flow = mass_flow / np.where(per_fluid > 0.0, per_fluid, np.nan)
        case CoolantOutlet():
            medium = coolant(cooling)
            rise = medium.enthalpy(closure.T, cooling.p) - medium.enthalpy(T_in, cooling.p)
            flow = duty / np.where(np.greater(rise, 0.0), rise, np.nan)
        case CoolantFlow():
            flow = closure.mass_flow + 0.0 * duty
        case _:
            assert_never(closure)
    return np.where(status.ok, flow, np.nan)[()], status


def _smallest_rise(path: Isobar, cooling: AirCooling | WaterCooling, pinch: Numeric) -> Numeric:
    """Working-fluid flow per coolant flow that the pinch allows, smallest over the condenser [-]."""
    medium, p = coolant(cooling), column(cooling.p)
    h_in, h_outlet = column(medium.enthalpy(cooling.T_in, cooling.p)), path.h[..., :1]
    T_highest: Numeric = medium.T_max
    if isinstance(cooling, WaterCooling):
        T_highest = boiling_temperature(p) - _BOILING_MARGIN

    def bound(h: Array, T: Array, liquid: Mask) -> Array:
        allowed = medium.enthalpy(np.minimum(T - column(pinch), T_highest), p) - h_in
        given = h - h_outlet
        # The working fluid's outlet bounds no flow: its pinch was required before.
        return quotient(np.asarray(allowed), given)

    return minimum(path, bound)


def _pinch(
    path: Isobar, mass_flow: Numeric, coolant_flow: Numeric, cooling: AirCooling | WaterCooling
) -> Numeric:
    medium, p = coolant(cooling), column(cooling.p)
    h_in, ratio = column(medium.enthalpy(cooling.T_in, cooling.p)), column(mass_flow / coolant_flow)

    def difference(h: Array, T: Array, liquid: Mask) -> Array:
        return np.subtract(T, medium.temperature(h_in + ratio * (h - path.h[..., :1]), p))

    smallest = minimum(path, difference)
    return np.where(np.isfinite(smallest), smallest, np.nan)[()]


def _require_liquid(cooling: AirCooling | WaterCooling, h_out: Numeric, status: Status) -> Status:
    if isinstance(cooling, AirCooling):
        return status
    T_boiling = boiling_temperature(cooling.p)
    h_boiling = liquid_water().enthalpy(T_boiling, cooling.p)
    return require(status, h_out <= h_boiling, Reason.COOLANT_BOILS, value=h_out, limit=h_boiling)


def _require_below_vapour(
    path: Isobar, cooling: AirCooling | WaterCooling, h_out: Numeric, status: Status
) -> Status:
    """Refuse a coolant flow so small that the coolant would leave hotter than the vapour enters."""
    T_in, T_vapour = cooling.T_in, path.T[..., -1]
    T_highest = boiling_temperature(cooling.p) if isinstance(cooling, WaterCooling) else air().T_max
    h_in, T_reached = coolant(cooling).enthalpy(T_in, cooling.p), np.minimum(T_vapour, T_highest)
    h_reached = coolant(cooling).enthalpy(np.maximum(T_reached, T_in), cooling.p)
    # A straight line tells how far off it is where the coolant has no properties any more.
    excess = np.divide(h_out - h_in, h_reached - h_in, out=np.ones(np.shape(h_out)), where=h_reached > h_in)
    shortfall = T_vapour - (T_in + excess * (T_reached - T_in))
    small = np.greater(h_out, h_reached) & np.greater(excess, 1.0 + _ROUNDING)
    return require(status, ~small, Reason.CONDENSER_PINCH, value=shortfall, limit=0.0)


def _powers(cooling: AirCooling | WaterCooling, coolant_flow: Numeric) -> tuple[Numeric, Numeric]:
    volume_flow = coolant_flow / coolant(cooling).density(cooling.T_in, cooling.p)
    if isinstance(cooling, AirCooling):
        return volume_flow * cooling.fan_dp / cooling.eta_fan, 0.0 * volume_flow
    return 0.0 * volume_flow, volume_flow * cooling.pump_dp / cooling.eta_pump
