"""Fluid properties: the one door to CoolProp.

`Fluid` is the reference: the Helmholtz equation of state (HEOS) of a pure fluid or of a mixture of
fixed composition. CoolProp extrapolates silently; here every state is held to the range of its
equation of state. Scalars raise `PropertyError`; in arrays a state that cannot be computed is NaN.

Source: Bell, Wronski, Quoilin, Lemort, *Pure and Pseudo-pure Fluid Thermophysical Property
Evaluation and the Open-Source Thermophysical Property Library CoolProp*, Ind. Eng. Chem. Res. 53
(2014) 2498-2508; each fluid's own equation is named by `Fluid.citation`.
"""

import difflib
import math
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import CoolProp
import numpy as np
from CoolProp.CoolProp import AbstractState
from scipy.optimize import brentq

from orcplant.errors import PropertyError
from orcplant.thermo.state import FluidLimits, Numeric, State

COOLPROP_VERSION: Final[str] = CoolProp.__version__

_MIXTURE_PART = re.compile(r"^(?P<name>[^\[\]]+)\[(?P<fraction>[^\[\]]+)\]$")
_SUM_TOLERANCE = 1e-6  # mole fractions typed by a person
_FIRST_STEP = 2.0  # [K]
_BESIDE = 0.05  # [K], near the critical point a p-T flash fails closer to saturation
_EDGE = 1e-6  # [K], rounding allowed at the ends of an equation of state


class Fluid:
    """Pure fluid or mixture on its reference equation of state.

    Parameters
    ----------
    name : str
        CoolProp name (`Isopentane`), or a mixture by mole fractions (`Isobutane[0.6]&Isopentane[0.4]`).

    Raises
    ------
    PropertyError
        If a name is unknown (near names are suggested) or the mole fractions do not sum to one.

    Notes
    -----
    Methods take floats or arrays. An AbstractState is not thread safe, so each thread has its own.
    A mixture's flash costs 0.3 to 1.4 ms, the most inside the dome.
    """

    flashes_temperature_faster: Final = True

    def __init__(self, name: str) -> None:
        self.name = name
        self.components, self.mole_fractions = _parse(name)
        self.limits = _limits(self.components, self.mole_fractions)
        self.molar_masses = tuple(AbstractState("HEOS", part).molar_mass() for part in self.components)

    def __repr__(self) -> str:
        return f"Fluid({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Fluid)
            and other.components == self.components
            and other.mole_fractions == self.mole_fractions
        )

    def __hash__(self) -> int:
        return hash((self.components, self.mole_fractions))

    @property
    def is_mixture(self) -> bool:
        """Whether bubble and dew temperature differ."""
        return len(self.components) > 1

    @property
    def citation(self) -> str:
        """BibTeX keys of the equations of state in use."""
        keys = (CoolProp.CoolProp.get_BibTeXKey(name, "EOS") for name in self.components)
        return ", ".join(keys)

    def saturated(self, p: Numeric, quality: Numeric) -> State:
        """State inside the dome at pressure p [Pa] and vapour quality [-], by moles for a mixture."""
        return self._states(CoolProp.PQ_INPUTS, p, quality, "saturation")

    def saturated_at(self, T: Numeric, quality: Numeric) -> State:
        """State inside the dome at temperature T [K] and vapour quality [-], by moles for a mixture."""
        return self._states(CoolProp.QT_INPUTS, quality, T, "saturation")

    def bubble(self, p: Numeric) -> State:
        """Saturated liquid at pressure p [Pa]."""
        return self.saturated(p, 0.0)

    def dew(self, p: Numeric) -> State:
        """Saturated vapour at pressure p [Pa]."""
        return self.saturated(p, 1.0)

    def p_bubble(self, T: Numeric) -> Numeric:
        """Pressure [Pa] at which liquid of temperature T [K] begins to boil."""
        return self.saturated_at(T, 0.0).p

    def p_dew(self, T: Numeric) -> Numeric:
        """Pressure [Pa] at which vapour of temperature T [K] begins to condense."""
        return self.saturated_at(T, 1.0).p

    def state_pT(self, p: Numeric, T: Numeric) -> State:
        """Single-phase state at pressure p [Pa] and temperature T [K]."""
        return self._states(CoolProp.PT_INPUTS, p, T, "state")

    def state_ph(self, p: Numeric, h: Numeric) -> State:
        """State at pressure p [Pa] and enthalpy h [J/kg]."""
        state = self._states(CoolProp.HmassP_INPUTS, h, p, "state")
        # The flash meets h to some 1e-4 J/kg only; balances want the h they asked for (dh = T ds).
        return replace(state, h=h + 0.0 * state.h, s=state.s + (h - state.h) / state.T)

    def state_ps(self, p: Numeric, s: Numeric) -> State:
        """State at pressure p [Pa] and entropy s [J/(kg K)]."""
        state = self._states(CoolProp.PSmass_INPUTS, p, s, "state")
        return replace(state, s=s + 0.0 * state.s, h=state.h + state.T * (s - state.s))

    def enthalpy_ps(self, p: Numeric, s: Numeric) -> Numeric:
        """Enthalpy [J/kg] at pressure p [Pa] and entropy s [J/(kg K)]."""
        return self.state_ps(p, s).h

    def enthalpy_pT(self, p: Numeric, T: Numeric) -> Numeric:
        """Enthalpy [J/kg] of a single phase at pressure p [Pa] and temperature T [K]."""
        return self.state_pT(p, T).h

    def temperature(self, p: Numeric, h: Numeric) -> Numeric:
        """Temperature [K] at pressure p [Pa] and enthalpy h [J/kg]."""
        return self.state_ph(p, h).T

    def _states(self, pair: int, first: Numeric, second: Numeric, what: str) -> State:
        if np.ndim(first) == 0 and np.ndim(second) == 0:
            return State(*self._flash(pair, float(first), float(second), what))
        grid = np.broadcast(first, second)
        values = np.full((6, grid.size), np.nan)
        for column, (a, b) in enumerate(grid):
            try:
                values[:, column] = self._flash(pair, float(a), float(b), what)
            except PropertyError:
                continue  # stays NaN: arrays carry a mask, not an exception
        return State(*values.reshape(6, *grid.shape))

    def _flash(self, pair: int, first: float, second: float, what: str) -> tuple[float, ...]:
        state = _abstract_state(self.components, self.mole_fractions)
        # A flash that fails leaves its phase imposed: the next ones would fail, or lie, for it.
        state.unspecify_phase()
        try:
            if self.is_mixture:
                self._update_mixture(state, pair, first, second)
            else:
                self._update_pure(state, pair, first, second)
            T, p = state.T(), state.p()
            values = (T, p, state.hmass(), state.smass(), state.rhomass(), self._quality(state))
        except ValueError as exc:
            raise PropertyError(f"{self.name}: no {what} at {_inputs(pair, first, second)}: {exc}") from exc
        limits = self.limits
        # CoolProp goes on beyond the fit without a word.
        if not (limits.T_min - _EDGE <= T <= limits.T_max + _EDGE and 0.0 < p <= limits.p_max * (1.0 + 1e-9)):
            raise PropertyError(
                f"{self.name}: {_at(p, T)} lies outside the equation of state"
                f" ({limits.T_min - 273.15:.2f} to {limits.T_max - 273.15:.2f} C,"
                f" at most {limits.p_max / 1e5:.0f} bar)"
            )
        return values

    def _update_pure(self, state: Any, pair: int, first: float, second: float) -> None:
        try:
            state.update(pair, first, second)
        except ValueError:
            if pair not in (CoolProp.HmassP_INPUTS, CoolProp.PSmass_INPUTS):
                raise
            state.unspecify_phase()
            self._search_temperature(state, pair, first, second)

    def _search_temperature(self, state: Any, pair: int, first: float, second: float) -> None:
        """Find a state by temperature, where h and s rise, when CoolProp's own search gives up.

        It does so near the critical pressure of some fluids.
        """
        key, position = _MIXTURE_INPUTS[pair]
        value, p = (first, second)[position], (first, second)[1 - position]
        T = self.limits.T_crit
        if p < self.limits.p_crit:
            state.update(CoolProp.PQ_INPUTS, p, 0.0)
            bubble, T_bubble = getattr(state, key)(), state.T()
            state.update(CoolProp.PQ_INPUTS, p, 1.0)
            dew, T_dew = getattr(state, key)(), state.T()
            if bubble <= value <= dew:
                state.update(CoolProp.PQ_INPUTS, p, (value - bubble) / (dew - bubble))
                return
            T = T_bubble if value < bubble else T_dew

        def miss(T: float) -> float:
            state.update(CoolProp.PT_INPUTS, p, T)
            return float(getattr(state, key)()) - value

        # From the edge of the region outwards, doubling the step: the far end may lie below the
        # melting line, and close to saturation a p-T flash knows nothing.
        rising = value > dew if p < self.limits.p_crit else miss(T) < 0.0
        step = _FIRST_STEP if rising else -_FIRST_STEP
        T = T + math.copysign(_BESIDE, step)
        while (miss(T + step) < 0.0) == rising:
            T, step = T + step, 2.0 * step
        state.update(CoolProp.PT_INPUTS, p, brentq(miss, T, T + step, xtol=1e-10, rtol=1e-13))

    def _update_mixture(self, state: Any, pair: int, first: float, second: float) -> None:
        """Flash a mixture with its phase imposed.

        Left to itself CoolProp takes subcooled liquid mixtures for vapour here and there, off by
        300 kJ/kg without a word, and needs 5 to 50 ms; told the phase it needs 0.4 ms.
        """
        if pair not in _MIXTURE_INPUTS:
            state.update(pair, first, second)
            return
        key, position = _MIXTURE_INPUTS[pair]
        inputs = (first, second)
        value, p = inputs[position], inputs[1 - position]
        if p >= self.limits.p_crit:
            # Neither a free nor an imposed phase is reliable there: 7 of 60 isobars failed, one lied.
            raise ValueError(
                f"mixtures have no reliable states above their {self.limits.p_crit / 1e5:.2f} bar"
            )

        def at_quality(quality: float) -> float:
            state.update(CoolProp.PQ_INPUTS, p, quality)
            return float(getattr(state, key)())

        low, high = at_quality(0.0), at_quality(1.0)
        if low < value < high:
            brentq(lambda quality: at_quality(quality) - value, 0.0, 1.0, xtol=1e-13, rtol=1e-13)
            return
        state.specify_phase(CoolProp.iphase_liquid if value <= low else CoolProp.iphase_gas)
        state.update(pair, first, second)

    def _quality(self, state: Any) -> float:
        quality = float(state.Q())
        if not 0.0 <= quality <= 1.0:
            return np.nan
        if self.is_mixture and 0.0 < quality < 1.0:  # CoolProp counts moles
            vapour = np.dot(state.mole_fractions_vapor(), self.molar_masses)
            return float(quality * vapour / np.dot(self.mole_fractions, self.molar_masses))
        return quality


def fluid_names() -> list[str]:
    """Names of all pure fluids CoolProp knows, sorted."""
    return sorted(CoolProp.CoolProp.FluidsList())


def near_names(name: str) -> list[str]:
    """Known fluid names that look like `name`, best first, at most three."""
    known = {candidate.lower(): candidate for candidate in fluid_names()}
    return [known[match] for match in difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5)]


def _parse(name: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    if "[" not in name and "&" not in name:
        return (_known(name),), (1.0,)
    components, fractions = [], []
    for part in name.split("&"):
        match = _MIXTURE_PART.match(part.strip())
        if match is None:
            raise PropertyError(f"fluid {name!r}: write a mixture as Isobutane[0.6]&Isopentane[0.4]")
        components.append(_known(match["name"].strip()))
        fractions.append(_fraction(name, match["fraction"]))
    if len(set(components)) != len(components):
        raise PropertyError(f"fluid {name!r}: a component is named twice")
    if abs(sum(fractions) - 1.0) > _SUM_TOLERANCE:
        raise PropertyError(f"fluid {name!r}: mole fractions sum to {sum(fractions):g}, must be 1")
    return tuple(components), tuple(fractions)


def _fraction(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise PropertyError(f"fluid {name!r}: mole fraction {text!r} is not a number") from None
    if not 0.0 < value <= 1.0:
        raise PropertyError(f"fluid {name!r}: mole fraction {value:g} outside 0 to 1")
    return value


def _known(name: str) -> str:
    try:
        # An alias (R600a) becomes the name of its equation, so that equal fluids compare equal.
        return str(AbstractState("HEOS", name).fluid_names()[0])
    except ValueError:
        near = near_names(name)
        hint = f"; near names: {', '.join(near)}" if near else ""
        raise PropertyError(f"unknown fluid {name!r}{hint}") from None


# Inputs whose phase a mixture must be told: the accessor of the other variable, and its position.
_MIXTURE_INPUTS: Final[dict[int, tuple[str, int]]] = {
    CoolProp.PT_INPUTS: ("T", 1),
    CoolProp.HmassP_INPUTS: ("hmass", 0),
    CoolProp.PSmass_INPUTS: ("smass", 1),
}

_per_thread = threading.local()


def _abstract_state(components: tuple[str, ...], mole_fractions: tuple[float, ...]) -> Any:
    cache: dict[Any, Any] = _per_thread.__dict__.setdefault("states", {})
    key = (components, mole_fractions)
    if key not in cache:
        state = AbstractState("HEOS", "&".join(components))
        if len(components) > 1:
            state.set_mole_fractions(list(mole_fractions))
        cache[key] = state
    return cache[key]


@lru_cache(maxsize=256)
def _limits(components: tuple[str, ...], mole_fractions: tuple[float, ...]) -> FluidLimits:
    parts = [AbstractState("HEOS", name) for name in components]
    try:
        T_crit, p_crit = _critical_point(_abstract_state(components, mole_fractions), parts)
    except ValueError as exc:
        raise PropertyError(f"{'&'.join(components)}: no critical point found: {exc}") from exc
    return FluidLimits(
        T_min=max(part.Tmin() for part in parts),
        T_max=min(part.Tmax() for part in parts),
        p_max=min(part.pmax() for part in parts),
        T_crit=float(T_crit),
        p_crit=float(p_crit),
    )


def _critical_point(whole: Any, parts: list[Any]) -> tuple[float, float]:
    """T [K] and p [Pa] of the one stable critical point near those of the components."""
    if len(parts) == 1:
        return whole.T_critical(), whole.p_critical()
    temperatures = [part.T_critical() for part in parts]
    found = [
        point
        for point in whole.all_critical_points()
        if point.stable and 0.9 * min(temperatures) <= point.T <= 1.05 * max(temperatures)
    ]
    if len(found) != 1:
        raise ValueError(f"{len(found)} stable critical points near those of the components")
    return found[0].T, found[0].p


def _at(p: float, T: float) -> str:
    return f"{p / 1e5:.3f} bar, {T - 273.15:.2f} C"


_INPUT_TEXT: Final[dict[int, Callable[[float, float], str]]] = {
    CoolProp.PQ_INPUTS: lambda p, Q: f"{p / 1e5:.3f} bar, quality {Q:g}",
    CoolProp.QT_INPUTS: lambda Q, T: f"{T - 273.15:.2f} C, quality {Q:g}",
    CoolProp.PT_INPUTS: _at,
    CoolProp.HmassP_INPUTS: lambda h, p: f"{p / 1e5:.3f} bar, {h / 1e3:.2f} kJ/kg",
    CoolProp.PSmass_INPUTS: lambda p, s: f"{p / 1e5:.3f} bar, {s / 1e3:.4f} kJ/(kg K)",
}


def _inputs(pair: int, first: float, second: float) -> str:
    return _INPUT_TEXT[pair](first, second)
