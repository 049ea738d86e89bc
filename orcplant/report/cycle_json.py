"""A solved case as one JSON object: the contract with scripts. Every number's key carries its unit.

Beyond the table of the command line:

- ``power_basis`` is "shaft" where no generator efficiency was given, else "terminals";
- ``working_fluid.mass_flow_kg_s`` is the sum of both levels of a dual-level cycle, whose flows are
  ``high_mass_flow_kg_s`` and ``low_mass_flow_kg_s``;
- points and pinches of the low level carry the prefix ``low_``. With two condensers ``condenser_K``
  is the smaller pinch and ``low_condenser_K`` that of the low level's; ``cooling.T_out_C`` is the
  mixture of both coolant streams;
- ``bubble`` and ``dew`` are given where the heater passes them: not above the critical pressure,
  and not when the recuperator already heats beyond them.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from orcplant import __version__
from orcplant.config.case_spec import Case
from orcplant.report.reasons import warning_texts
from orcplant.thermo.cooling import coolant
from orcplant.thermo.exergy import exergy_balance
from orcplant.thermo.properties import COOLPROP_VERSION
from orcplant.thermo.result import CycleResult, Level
from orcplant.thermo.spec import FlowGiven, NoCooling, NoRecuperator
from orcplant.thermo.state import Numeric, State
from orcplant.units import KILO, bar, degC

Document = dict[str, Any]

_POWERS = ("expander", "pump", "cycle", "generator", "fan", "cooling_pump", "net")
_DUTIES = ("heat_in", "condenser", "recuperator")


def cycle_document(result: CycleResult, case: Case) -> Document:
    """Everything `orcplant cycle` says of a solved case, ready for `json.dumps`.

    Parameters
    ----------
    result : CycleResult
        A scalar point that is solved.
    case : Case
        The file it answers.
    """
    named = {"name": case.name, "layout": case.keys.cycle.layout, "fluid": _fluids(result)}
    return solved_document(result, named)


def solved_document(result: CycleResult, case: Document) -> Document:
    """Everything to say of a scalar point that is solved; ``case`` names what it is."""
    document: Document = {
        "case": case,
        "power": {f"{name}_kW": _kilo(getattr(result.power, name)) for name in _POWERS},
        "power_basis": power_basis(result),
        "eta_thermal": number(result.eta_thermal),
        "duty": {f"{name}_kW": _kilo(getattr(result.duty, name)) for name in _DUTIES},
        "working_fluid": _working_fluid(result),
        "states": [state_document(point, state) for point, state in points(result)],
    }
    if not isinstance(result.spec.source, FlowGiven):
        document["geofluid"] = _geofluid(result)
    if not isinstance(result.spec.cooling, NoCooling):
        document["cooling"] = _cooling(result)
    document["pinch"] = {f"{name}_K": number(value) for name, value in pinches(result)}
    if not isinstance(result.spec.source, FlowGiven):
        document["exergy"] = _exergy(result)
    document["warnings"] = warning_texts(result, "en")
    document["versions"] = {"orcplant": __version__, "CoolProp": COOLPROP_VERSION}
    return document


def power_basis(result: CycleResult) -> str:
    """Where ``generator`` and ``net`` are measured: "shaft" without a generator efficiency."""
    return "shaft" if float(result.spec.eta_generator) == 1.0 else "terminals"


def points(result: CycleResult) -> Iterator[tuple[str, State]]:
    """States in flow order, by the names of the contract."""
    recuperated = not isinstance(result.spec.recuperator, NoRecuperator)
    for prefix, level in _levels(result):
        for name, state in _level_points(level, recuperated=recuperated):
            yield f"{prefix}{name}", state


def pinches(result: CycleResult) -> Iterator[tuple[str, float]]:
    """Smallest temperature differences [K] that exist."""
    for name, value in _all_pinches(result):
        if math.isfinite(float(value)):
            # A solved point crosses nowhere; rounding must not look as if it did.
            yield name, max(float(value), 0.0)


def state_document(point: str, state: State) -> Document:
    """One state in the units of the trade; quality is null outside the dome."""
    return {
        "point": point,
        "T_C": number(degC(state.T)),
        "p_bar": number(bar(state.p)),
        "h_kJ_kg": _kilo(state.h),
        "s_kJ_kgK": _kilo(state.s),
        "quality": number(state.quality),
    }


def number(value: Numeric) -> float | None:
    """Float for JSON; None where the value does not exist."""
    plain = float(value)
    # Twelve digits keep every balance and leave out the noise of unit conversions.
    return float(f"{plain:.12g}") if math.isfinite(plain) else None


def _kilo(value: Numeric) -> float | None:
    return number(value / KILO)


def _levels(result: CycleResult) -> Iterator[tuple[str, Level]]:
    return zip(("", "low_"), result.levels, strict=False)


def _level_points(level: Level, *, recuperated: bool) -> Iterator[tuple[str, State]]:
    yield "pump_in", level.pump_in
    yield "pump_out", level.pump_out
    if recuperated:
        yield "recuperator_cold_out", level.recuperation.cold_out
    h_heater = float(level.recuperation.cold_out.h)
    for name, state in (("bubble", level.bubble), ("dew", level.dew)):
        if float(state.h) > h_heater:  # False for NaN
            yield name, state
    yield "expander_in", level.expander_in
    yield "expander_out", level.expander_out
    if recuperated:
        yield "recuperator_hot_out", level.recuperation.hot_out


def _fluids(result: CycleResult) -> str:
    """Working fluid, or both of a dual-level cycle."""
    return " / ".join(dict.fromkeys(level.fluid.name for level in result.spec.levels))


def _working_fluid(result: CycleResult) -> Document:
    flows = [number(level.mass_flow) for level in result.levels]
    total = number(sum((level.mass_flow for level in result.levels), start=0.0))
    if len(flows) == 1:
        return {"mass_flow_kg_s": total}
    return {"mass_flow_kg_s": total, "high_mass_flow_kg_s": flows[0], "low_mass_flow_kg_s": flows[1]}


def _geofluid(result: CycleResult) -> Document:
    assert not isinstance(result.spec.source, FlowGiven)
    geofluid = result.spec.source.geofluid
    return {
        "T_in_C": number(degC(geofluid.T)),
        "T_out_C": number(degC(result.T_geofluid_out)),
        "p_bar": number(bar(geofluid.p)),
        "mass_flow_kg_s": number(geofluid.mass_flow),
    }


def _cooling(result: CycleResult) -> Document:
    assert not isinstance(result.spec.cooling, NoCooling)
    return {
        "T_in_C": number(degC(result.spec.cooling.T_in)),
        "T_out_C": number(degC(coolant_outlet(result))),
        "mass_flow_kg_s": number(result.coolant_flow),
    }


def coolant_outlet(result: CycleResult) -> Numeric:
    """Temperature [K] of the coolant behind the condensers, mixed where there are two."""
    cooling = result.spec.cooling
    assert not isinstance(cooling, NoCooling)
    if len(result.condensers) == 1:
        return result.condensers[0].T_out
    medium = coolant(cooling)
    h_in = medium.enthalpy(cooling.T_in, cooling.p)
    return medium.temperature(h_in + result.duty.condenser / result.coolant_flow, cooling.p)


def _all_pinches(result: CycleResult) -> Iterator[tuple[str, Numeric]]:
    for prefix, level in _levels(result):
        yield f"{prefix}preheater", level.heater.pinch_preheater
        yield f"{prefix}evaporator", level.heater.pinch_evaporator
    yield "condenser", np.min([condenser.pinch for condenser in result.condensers])
    if len(result.condensers) > 1:
        yield "low_condenser", result.condensers[-1].pinch
    yield "recuperator", result.levels[0].recuperation.pinch


def _exergy(result: CycleResult) -> Document:
    balance = exergy_balance(result)
    return {
        "efficiency": number(balance.efficiency),
        "utilisation": number(balance.utilisation),
        "T_dead_C": number(degC(balance.T_dead)),
        "destruction_kW": {component: _kilo(power) for component, power in balance.destruction},
    }
