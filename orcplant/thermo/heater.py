"""Geofluid heats the working fluid: the working fluid's flow, the geofluid's outlet, the pinches."""

from dataclasses import dataclass, replace
from typing import Final, assert_never

import numpy as np

from orcplant.thermo import geofluid as geo
from orcplant.thermo.exchanger import Isobar, Objective, Profile, column, minima, minimum, profile, quotient
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.media import T_FREEZE, liquid_water
from orcplant.thermo.spec import FlowGiven, GeofluidOutlet, HeaterPinch, HeatSource
from orcplant.thermo.state import Array, Numeric
from orcplant.thermo.status import Mask, Reason, Status, require

_FREEZING_ROUNDING: Final = 1e-3  # [J/kg]
_LEAST_FLOW: Final = 1e-9  # working fluid per geofluid; less is rounding


@dataclass(frozen=True, slots=True)
class Heater:
    """Heat taken up by one pressure level.

    ``duty`` [W], working fluid ``mass_flow`` [kg/s]; smallest differences ``pinch_preheater`` (below
    the bubble point) and ``pinch_evaporator`` (from there to the turbine inlet) [K]; geofluid at
    the outlet: ``T_out`` [K], ``h_out`` [J/kg]. NaN where a value does not exist.
    """

    path: Isobar
    duty: Numeric
    mass_flow: Numeric
    pinch_preheater: Numeric
    pinch_evaporator: Numeric
    T_out: Numeric
    h_out: Numeric


def heat(
    path: Isobar, source: HeatSource, h_in: Numeric, status: Status, *, report_pinches: bool = True
) -> tuple[Heater, Status]:
    """Close the heat balance of one level's heater.

    Parameters
    ----------
    path : Isobar
        Working fluid from the pump (or recuperator) to the turbine inlet.
    source : HeatSource
        What fixes the working fluid's flow.
    h_in : float or ndarray
        Enthalpy of the geofluid entering this heater [J/kg]; below that of the well for the second
        of two levels. NaN without geofluid.
    report_pinches : bool
        Whether to look for the pinches where a given pinch has fixed the flow.
    """
    if isinstance(source, FlowGiven):
        rise = path.h[..., -1] - path.h[..., 0]
        nan = np.nan + 0.0 * rise
        return Heater(path, source.mass_flow * rise, source.mass_flow, nan, nan, nan, nan), status
    mass_flow, status = _mass_flow(path, source, h_in, status)
    duty = mass_flow * (path.h[..., -1] - path.h[..., 0])
    h_out = h_in - duty / source.geofluid.mass_flow
    h_freezing = liquid_water().enthalpy(T_FREEZE, source.geofluid.p)
    status = require(
        status,
        h_out >= h_freezing - _FREEZING_ROUNDING,
        Reason.GEOFLUID_FREEZES,
        value=h_out,
        limit=h_freezing,
    )
    h_out = np.where(status.ok, h_out, np.nan)[()]
    T_out = geo.temperature_at(source.geofluid, h_out)[()]
    nowhere: Numeric = np.full(np.shape(duty), np.nan)[()]
    preheater, evaporator = nowhere, nowhere
    if report_pinches or isinstance(source, GeofluidOutlet):
        preheater, evaporator = _pinches(path, source.geofluid, h_in, mass_flow)
    if isinstance(source, GeofluidOutlet):
        smallest = np.fmin(preheater, evaporator)
        status = require(status, smallest >= 0.0, Reason.HEATER_PINCH, value=smallest, limit=0.0)
    return Heater(path, duty, mass_flow, preheater, evaporator, T_out, h_out), status


def heater_profile(heater: Heater, geofluid: Geofluid) -> Profile:
    """Temperatures of geofluid and working fluid along the duty."""
    wide = _wide(geofluid)

    def geofluid_T(duty: Array) -> Array:
        return geo.temperature_at(wide, column(heater.h_out) + duty / column(geofluid.mass_flow))

    return profile(heater.path, heater.mass_flow, geofluid_T, heats=True)


def _mass_flow(
    path: Isobar, source: HeaterPinch | GeofluidOutlet, h_in: Numeric, status: Status
) -> tuple[Numeric, Status]:
    geofluid = source.geofluid
    T_inlet, T_turbine = geo.temperature_at(geofluid, h_in), path.T[..., -1]
    match source:
        case HeaterPinch():
            needed = _warmest_needed(path, source)
            status = require(status, T_inlet >= needed, Reason.GEOFLUID_TOO_COLD, value=T_inlet, limit=needed)
            per_geofluid = minimum(path, _flow_bound(path, source, h_in))
            per_geofluid = np.minimum(per_geofluid, _floor_bound(path, source, h_in))
            # A recuperator that reaches the turbine inlet leaves nothing to heat.
            status = require(status, per_geofluid < np.inf, Reason.HEATER_PINCH, value=0.0, limit=0.0)
            # At exactly the pinch above a saturated turbine inlet nothing can flow.
            status = require(
                status, per_geofluid > _LEAST_FLOW, Reason.GEOFLUID_TOO_COLD, value=T_inlet, limit=needed
            )
        case GeofluidOutlet():
            status = require(
                status, T_inlet >= T_turbine, Reason.GEOFLUID_TOO_COLD, value=T_inlet, limit=T_turbine
            )
            drop = h_in - geo.enthalpy_needed(geofluid, source.T_out)
            per_geofluid = drop / (path.h[..., -1] - path.h[..., 0])
        case _:
            assert_never(source)
    flow = geofluid.mass_flow * per_geofluid
    return np.where(status.ok, flow, np.nan)[()], status


def _flow_bound(path: Isobar, source: HeaterPinch, h_in: Numeric) -> Objective:
    """Largest working-fluid flow per geofluid flow that keeps the pinch at a station."""
    wide, h_turbine = _wide(source.geofluid), path.h[..., -1:]

    def bound(h: Array, T: Array, liquid: Mask) -> Array:
        pinch = np.where(liquid, column(source.preheater), column(source.evaporator))
        available = column(h_in) - geo.enthalpy_needed(wide, T + pinch)
        available = np.where(T + pinch > wide.T, -np.inf, available)  # no flow at all
        rise = h_turbine - h
        # The turbine inlet itself bounds no flow: its pinch was required before.
        return quotient(available, rise)

    return bound


def _warmest_needed(path: Isobar, source: HeaterPinch) -> Numeric:
    """Temperature [K] the geofluid must bring to keep both pinches at the hot ends."""
    at_turbine = path.T[..., -1] + source.evaporator
    last_liquid = path.ends[0] - 1
    at_bubble = path.T[..., last_liquid] + source.preheater
    has_liquid = path.h[..., last_liquid] > path.h[..., 0]
    return np.where(has_liquid, np.maximum(at_turbine, at_bubble), at_turbine)[()]


def _floor_bound(path: Isobar, source: HeaterPinch, h_in: Numeric) -> Numeric:
    """Largest working-fluid flow per geofluid flow that leaves the geofluid warm enough."""
    if np.all(np.less_equal(source.T_out_min, 0.0)):
        return np.inf
    drop = h_in - geo.enthalpy_needed(source.geofluid, source.T_out_min)
    return np.asarray(drop / (path.h[..., -1] - path.h[..., 0]))


def _pinches(path: Isobar, geofluid: Geofluid, h_in: Numeric, mass_flow: Numeric) -> tuple[Numeric, Numeric]:
    wide, ratio = _wide(geofluid), column(mass_flow / geofluid.mass_flow)

    def difference(h: Array, T: Array, liquid: Mask) -> Array:
        return geo.temperature_at(wide, column(h_in) - ratio * (path.h[..., -1:] - h)) - T

    preheater, evaporator = (np.where(np.isfinite(d), d, np.nan)[()] for d in minima(path, difference))
    return preheater, evaporator


def _wide(geofluid: Geofluid) -> Geofluid:
    """Geofluid with a trailing axis for stations."""
    return replace(
        geofluid,
        T=column(geofluid.T),
        p=column(geofluid.p),
        quality=column(geofluid.quality),
        mass_flow=column(geofluid.mass_flow),
    )
