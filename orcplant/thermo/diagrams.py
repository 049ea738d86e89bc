"""Data of the T-s and log p-h diagrams of a solved cycle: arrays in SI, nothing drawn.

One solved point at a time; a vector of scenarios is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.thermo.dome import Dome, Line, dome, isobar_line, path_line, saturation
from orcplant.thermo.exchanger import isobar
from orcplant.thermo.machines import expander
from orcplant.thermo.result import CycleResult, Level
from orcplant.thermo.spec import FlowGiven, LevelSpec, NoRecuperator
from orcplant.thermo.state import FluidModel, State
from orcplant.thermo.temperature_duty import (
    ExchangerDiagram,
    condenser_diagram,
    heater_diagram,
    require_one_point,
)

_PREFIX: Final = ("", "low_")
_BELOW: Final = 8.0  # [K], how far the dome reaches below the coldest temperature
_ABOVE: Final = 12.0  # [K], how far isobars reach above the hottest
_FEW: Final = 4  # round isobars, so that they stay a background
_APART: Final = 0.35  # ratio of neighbouring isobars, as a logarithm
_EXPANSION, _EXPANSION_MIXTURE = 17, 7
_ROUND: Final = tuple(factor * 10.0**k for k in range(2, 8) for factor in (1.0, 2.0, 5.0))  # [Pa]


@dataclass(frozen=True, slots=True)
class StatePoint:
    """A named state of the cycle, as in ``states.csv`` and the JSON of `orcplant cycle`."""

    name: str
    level: int
    fluid: str
    state: State


@dataclass(frozen=True, slots=True)
class CycleDiagram:
    """T-s and log p-h diagram of one working fluid.

    ``lines`` are the processes, those of a second level with the prefix ``low_``; ``isobars`` belong to
    the T-s diagram. ``geofluid`` and ``coolant`` lay each stream's temperature over the entropy of the
    working fluid it faces.
    """

    fluid: str
    dome: Dome
    lines: tuple[Line, ...]
    points: tuple[StatePoint, ...]
    isobars: tuple[Line, ...]
    geofluid: tuple[Line, ...]
    coolant: tuple[Line, ...]


def state_points(result: CycleResult) -> tuple[StatePoint, ...]:
    """Named states in flow order; those of a second level carry the prefix ``low_``.

    Recuperator outlets are left out without a recuperator, bubble and dew point where the heater does
    not pass them: at supercritical pressure, or behind a recuperator that heats beyond them.
    """
    require_one_point(result)
    recuperated = not isinstance(result.spec.recuperator, NoRecuperator)
    return tuple(
        StatePoint(_PREFIX[number] + name, number, result.spec.levels[number].fluid.name, state)
        for number, level in enumerate(result.levels)
        for name, state in _level_states(level, recuperated=recuperated)
    )


def cycle_diagrams(result: CycleResult) -> tuple[CycleDiagram, ...]:
    """T-s and log p-h data, one diagram a working fluid.

    Parameters
    ----------
    result : CycleResult
        One solved point.

    Raises
    ------
    ValueError
        If the result holds several scenarios.
    PropertyError
        If the equation of state cannot draw the dome.
    """
    points = state_points(result)
    shared = len(result.condensers) < len(result.levels)
    groups = [tuple(range(len(result.levels)))] if shared else [(k,) for k in range(len(result.levels))]
    return tuple(_cycle_diagram(result, members, points) for members in groups)


def _level_states(level: Level, *, recuperated: bool) -> Iterator[tuple[str, State]]:
    yield "pump_in", level.pump_in
    yield "pump_out", level.pump_out
    if recuperated:
        yield "recuperator_cold_out", level.recuperation.cold_out
    for name, state in (("bubble", level.bubble), ("dew", level.dew)):
        if state.h > level.recuperation.cold_out.h:  # False for NaN
            yield name, state
    yield "expander_in", level.expander_in
    yield "expander_out", level.expander_out
    if recuperated:
        yield "recuperator_hot_out", level.recuperation.hot_out


def _cycle_diagram(
    result: CycleResult, members: tuple[int, ...], points: tuple[StatePoint, ...]
) -> CycleDiagram:
    fluid = result.spec.levels[members[0]].fluid
    own = tuple(point for point in points if point.level in members)
    heating = [_heating_line(result, number) for number in members]
    heaters = [heater_diagram(result, number) for number in members]
    condensing = _condensing_line(result, members)
    condenser = condenser_diagram(result, _condenser_of(result, members))
    T = np.array([float(point.state.T) for point in own])
    T_low = float(np.fmin(T.min(), condenser.T_cold.min())) - _BELOW
    T_high = max(_hottest(result), float(T.max())) + _ABOVE
    processes = [line for number in members for line in _level_lines(result, number)]
    return CycleDiagram(
        fluid=fluid.name,
        dome=dome(fluid, T_low),
        lines=(*processes, *heating, *_mixing_lines(result, members), condensing),
        points=own,
        isobars=_isobars(fluid, own, T_low=T_low, T_high=T_high),
        geofluid=tuple(_facing("geofluid", *pair) for pair in zip(heating, heaters, strict=True)),
        coolant=(_facing("coolant", condensing, condenser),),
    )


def _hottest(result: CycleResult) -> float:
    source = result.spec.source
    return 0.0 if isinstance(source, FlowGiven) else float(source.geofluid.T)


def _condenser_of(result: CycleResult, members: tuple[int, ...]) -> int:
    return min(members[0], len(result.condensers) - 1)


def _facing(name: str, line: Line, exchanger: ExchangerDiagram) -> Line:
    """Temperatures of the other stream over the entropy of the working fluid."""
    share = exchanger.duty / exchanger.duty[-1]
    s = np.interp(share, (line.h - line.h[0]) / (line.h[-1] - line.h[0]), line.s)
    nan = np.full(s.shape, np.nan)
    return Line(name, T=exchanger.T_hot if name == "geofluid" else exchanger.T_cold, p=nan, h=nan, s=s)


def _level_lines(result: CycleResult, number: int) -> Iterator[Line]:
    """Pump, expander and, where there is one, both sides of the recuperator."""
    spec, level, prefix = result.spec.levels[number], result.levels[number], _PREFIX[number]
    yield _pump_line(prefix, level)
    yield _expander_line(prefix, spec, level)
    if level.recuperation.duty > 0.0:
        cold, hot = level.recuperation.cold_out, level.recuperation.hot_out
        yield _isobar_between(spec.fluid, f"{prefix}recuperator_cold", level.pump_out, cold)
        yield _isobar_between(spec.fluid, f"{prefix}recuperator_hot", hot, level.expander_out)


def _pump_line(prefix: str, level: Level) -> Line:
    inlet, outlet = level.pump_in, level.pump_out
    p = np.geomspace(float(inlet.p), float(outlet.p), 9)
    share = (p - p[0]) / (p[-1] - p[0])  # a liquid's enthalpy rises with pressure, not its logarithm
    T, h, s = (
        float(getattr(inlet, key)) + share * float(getattr(outlet, key) - getattr(inlet, key))
        for key in ("T", "h", "s")
    )
    return Line(f"{prefix}pump", T, p, h, s)


def _expander_line(prefix: str, spec: LevelSpec, level: Level) -> Line:
    """Outlets at falling pressures, all of the given efficiency."""
    inlet, outlet, fluid = level.expander_in, level.expander_out, spec.fluid
    n = _EXPANSION_MIXTURE if fluid.is_mixture else _EXPANSION
    p = np.geomspace(float(inlet.p), float(outlet.p), n)[1:-1]
    middle = expander(fluid, inlet, p_out=p, efficiency=spec.eta_expander)
    solved = np.isfinite(middle.h)
    T, p, h, s = (
        np.concatenate([[first], np.asarray(between)[solved], [last]])
        for first, between, last in (
            (getattr(inlet, key), getattr(middle, key), getattr(outlet, key)) for key in ("T", "p", "h", "s")
        )
    )
    return Line(f"{prefix}expander", T, p, h, s)


def _isobar_between(fluid: FluidModel, name: str, cold: State, hot: State) -> Line:
    within = saturation(fluid, float(cold.p))
    path = isobar(fluid, cold.p, cold=cold, hot=hot, bubble=within.bubble, dew=within.dew)
    return path_line(name, path, cold=cold, hot=hot, within=within)


def _heating_line(result: CycleResult, number: int) -> Line:
    level = result.levels[number]
    within = saturation(result.spec.levels[number].fluid, float(level.pump_out.p))
    cold, hot = level.recuperation.cold_out, level.expander_in
    return path_line(f"{_PREFIX[number]}heater", level.heater.path, cold=cold, hot=hot, within=within)


def _condensing_line(result: CycleResult, members: tuple[int, ...]) -> Line:
    condenser = result.condensers[_condenser_of(result, members)]
    within = saturation(result.spec.levels[members[0]].fluid, float(condenser.liquid.p))
    name = f"{_PREFIX[members[0]]}condenser"
    return path_line(name, condenser.path, cold=condenser.liquid, hot=condenser.vapour, within=within)


def _mixing_lines(result: CycleResult, members: tuple[int, ...]) -> Iterator[Line]:
    """From each exhaust to the mixture that enters a shared condenser."""
    if len(members) == 1:
        return
    mixed = result.condensers[0].vapour
    for number in members:
        exhaust = result.levels[number].recuperation.hot_out
        cold, hot = (mixed, exhaust) if exhaust.h > mixed.h else (exhaust, mixed)
        yield _isobar_between(result.spec.levels[number].fluid, f"{_PREFIX[number]}mixing", cold, hot)


def _isobars(
    fluid: FluidModel, points: tuple[StatePoint, ...], *, T_low: float, T_high: float
) -> tuple[Line, ...]:
    """Isobars of the cycle's own pressures, and for a pure fluid of round ones between them."""
    own = _distinct(sorted(float(point.state.p) for point in points))
    inside = [p for p in _ROUND if own[0] < p < own[-1] and not fluid.is_mixture]
    between = [p for p in inside if min(abs(np.log(p / q)) for q in own) > _APART]
    lines = (
        isobar_line(fluid, p, T_low=T_low, T_high=T_high)
        for p in sorted([*own, *between[:: 1 + len(between) // _FEW]])
    )
    return tuple(line for line in lines if line is not None)


def _distinct(pressures: list[float]) -> list[float]:
    """Ascending pressures without those that differ from the one before by rounding."""
    return [p for k, p in enumerate(pressures) if k == 0 or p > pressures[k - 1] * (1.0 + 1e-6)]
