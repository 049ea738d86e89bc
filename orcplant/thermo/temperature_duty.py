"""Data of the T-Q diagrams of a solved cycle: every heater, recuperator and condenser, in SI."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from orcplant.thermo.cooling import condenser_profile
from orcplant.thermo.dome import saturation
from orcplant.thermo.exchanger import Isobar, Profile
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.heater import Heater, heater_profile
from orcplant.thermo.media import water_saturation
from orcplant.thermo.recuperator import recuperator_profile
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import FlowGiven, NoCooling
from orcplant.thermo.state import Array, FluidModel, Numeric


@dataclass(frozen=True, slots=True)
class ExchangerDiagram:
    """T-Q diagram of one exchanger.

    ``hot`` and ``cold`` name the streams (``geofluid``, ``working_fluid``, ``coolant``). ``duty`` [W]
    counts from the cold end; the temperatures [K] of a stream that was not asked for are NaN.
    ``pinch`` [K] is the cycle's value, ``duty_at_pinch`` [W] the station nearest to it; both NaN without
    a second stream. ``boundaries`` [W] are the duties at which the working fluid passes its bubble and
    dew point, where it does (none are given for a recuperator).
    """

    name: str
    level: int
    hot: str
    cold: str
    duty: Array
    T_hot: Array
    T_cold: Array
    pinch: float
    duty_at_pinch: float
    boundaries: tuple[float, ...]


def exchanger_diagrams(result: CycleResult) -> tuple[ExchangerDiagram, ...]:
    """T-Q data of every heater (hottest level first), recuperator and condenser.

    Raises
    ------
    ValueError
        If the result holds several scenarios.
    """
    require_one_point(result)
    heaters = (heater_diagram(result, number) for number in range(len(result.levels)))
    condensers = (condenser_diagram(result, number) for number in range(len(result.condensers)))
    return (*heaters, *_recuperators(result), *condensers)


def require_one_point(result: CycleResult) -> None:
    """Refuse a vector of scenarios."""
    if np.size(result.power.net) != 1 or np.size(result.levels[0].pump_in.T) != 1:
        raise ValueError("a diagram shows one solved point, not a vector of scenarios")


def heater_diagram(result: CycleResult, number: int) -> ExchangerDiagram:
    """T-Q diagram of the heater of one level."""
    heater, source = result.levels[number].heater, result.spec.source
    if isinstance(source, FlowGiven):
        duty, T = _own_curve(heater.path.h, heater.path.T, heater.mass_flow)
        profile = Profile(duty, np.full(T.shape, np.nan), T)
    else:
        profile = _with_kink(heater_profile(heater, source.geofluid), heater, source.geofluid)
    pinch = float(np.fmin(heater.pinch_preheater, heater.pinch_evaporator))
    boundaries = _boundaries(result.spec.levels[number].fluid, heater.path, heater.mass_flow)
    return _exchanger("heater", number, ("geofluid", "working_fluid"), profile, pinch, boundaries)


def _with_kink(profile: Profile, heater: Heater, geofluid: Geofluid) -> Profile:
    """Profile with a station where a two-phase geofluid has condensed: its line bends there."""
    duty, T_hot, T_cold = (np.ravel(a) for a in (profile.duty, profile.T_hot, profile.T_cold))
    if np.isnan(geofluid.quality):
        return profile
    h_bubble = water_saturation().enthalpy(geofluid.T, 0.0)
    kink = float(geofluid.mass_flow * (h_bubble - heater.h_out))
    if not duty[0] < kink < duty[-1]:
        return profile
    at = int(np.searchsorted(duty, kink))
    T_kink = np.interp(kink, duty, T_cold)
    return Profile(
        np.insert(duty, at, kink), np.insert(T_hot, at, float(geofluid.T)), np.insert(T_cold, at, T_kink)
    )


def condenser_diagram(result: CycleResult, number: int) -> ExchangerDiagram:
    """T-Q diagram of one condenser."""
    condenser, cooling = result.condensers[number], result.spec.cooling
    if isinstance(cooling, NoCooling):
        duty, T = _own_curve(condenser.path.h, condenser.path.T, condenser.mass_flow)
        profile = Profile(duty, T, np.full(T.shape, np.nan))
    else:
        profile = condenser_profile(condenser, cooling)
    boundaries = _boundaries(result.spec.levels[number].fluid, condenser.path, condenser.mass_flow)
    streams = ("working_fluid", "coolant")
    return _exchanger("condenser", number, streams, profile, float(condenser.pinch), boundaries)


def _recuperators(result: CycleResult) -> Iterator[ExchangerDiagram]:
    for number, (spec, level) in enumerate(zip(result.spec.levels, result.levels, strict=True)):
        if level.recuperation.duty > 0.0:
            profile = recuperator_profile(
                spec.fluid,
                level.recuperation,
                hot_in=level.expander_out,
                cold_in=level.pump_out,
                low=saturation(spec.fluid, float(level.pump_in.p)),
                mass_flow=level.mass_flow,
            )
            streams = ("working_fluid", "working_fluid")
            yield _exchanger("recuperator", number, streams, profile, float(level.recuperation.pinch), ())


def _own_curve(h: Array, T: Array, mass_flow: Numeric) -> tuple[Array, Array]:
    h, T = np.ravel(h), np.ravel(T)
    return float(mass_flow) * (h - h[0]), T


def _boundaries(fluid: FluidModel, path: Isobar, mass_flow: Numeric) -> tuple[float, ...]:
    h, within = np.ravel(path.h), saturation(fluid, float(np.ravel(path.p)[0]))
    ends = float(within.bubble.h), float(within.dew.h)
    return tuple(float(mass_flow) * (end - h[0]) for end in ends if h[0] < end < h[-1])


def _exchanger(
    name: str,
    level: int,
    streams: tuple[str, str],
    profile: Profile,
    pinch: float,
    boundaries: tuple[float, ...],
) -> ExchangerDiagram:
    duty, T_hot, T_cold = (np.ravel(a) for a in (profile.duty, profile.T_hot, profile.T_cold))
    difference = T_hot - T_cold
    at = float(duty[np.nanargmin(difference)]) if np.any(np.isfinite(difference)) else np.nan
    return ExchangerDiagram(name, level, *streams, duty, T_hot, T_cold, pinch, at, boundaries)
