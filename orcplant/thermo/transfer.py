"""Area that an exchanger of moving phase boundaries needs, zone by zone.

Each zone's overall coefficient follows the flows on its two sides; its conductance is summed cell
by cell over log-mean differences. A difference that would vanish or turn negative is held just above
zero, smoothly: the area then grows beyond any steel, and a search for the pressure that fits the
steel always knows which way to go.

Source: *VDI Heat Atlas*, 2nd ed., 2010, section C1 (log-mean difference, overall coefficient as a
sum of resistances) and G1 (turbulent flow, coefficient with flow to the power of 0.8).
"""

from typing import Final

import numpy as np

from orcplant.thermo.exchanger import log_mean
from orcplant.thermo.hardware import Zone
from orcplant.thermo.state import Array, Numeric

TOUCH: Final = 0.01  # [K], below this difference the streams are held apart


def coefficient(zone: Zone, other_ratio: Numeric, fluid_ratio: Numeric) -> Array:
    """Overall coefficient [W/(m2 K)] at flows of both sides over those of design [-]."""
    other = zone.other_share * np.asarray(other_ratio) ** -zone.other_exponent
    fluid = (1.0 - zone.other_share) * np.asarray(fluid_ratio) ** -zone.fluid_exponent
    return np.asarray(zone.U / (other + fluid))


def conductance(duty: Array, difference: Array) -> Array:
    """Conductance UA [W/K] over the last axis: `duty` [W] and `difference` [K] at every station."""
    apart = held_apart(difference)
    cells = np.diff(duty, axis=-1) / log_mean(apart[..., :-1], apart[..., 1:])
    return np.asarray(np.sum(cells, axis=-1))


def held_apart(difference: Array) -> Array:
    """Difference [K] where it is at least `TOUCH`; beyond, a positive and ever smaller stand-in."""
    below = TOUCH**2 / (2.0 * TOUCH - np.minimum(difference, TOUCH))
    return np.where(difference > TOUCH, difference, below)


def effectiveness(UA: Numeric, C_first: Numeric, C_second: Numeric) -> Array:
    """Effectiveness of a counter-flow exchanger [-] of conductance UA and capacity flows C [W/K].

    Source: *VDI Heat Atlas*, 2nd ed., 2010, section C1, table 2.
    """
    C_min, ratio = _capacities(C_first, C_second)
    NTU = UA / C_min
    balanced = NTU / (1.0 + NTU)
    gap = np.exp(-NTU * (1.0 - ratio))
    unequal = (1.0 - gap) / np.where(_equal(ratio), 1.0, 1.0 - ratio * gap)
    return np.where(_equal(ratio), balanced, unequal)


def conductance_for(effectiveness: Numeric, C_first: Numeric, C_second: Numeric) -> Array:
    """Conductance UA [W/K] that gives an effectiveness below 1: the inverse of `effectiveness`."""
    C_min, ratio = _capacities(C_first, C_second)
    e = np.asarray(effectiveness, dtype=float)
    balanced = e / (1.0 - e)
    unequal = np.log((1.0 - ratio * e) / (1.0 - e)) / np.where(_equal(ratio), 1.0, 1.0 - ratio)
    return C_min * np.where(_equal(ratio), balanced, unequal)


def _capacities(C_first: Numeric, C_second: Numeric) -> tuple[Array, Array]:
    C_min = np.minimum(C_first, C_second)
    return C_min, np.asarray(C_min / np.maximum(C_first, C_second))


def _equal(ratio: Array) -> Array:
    return np.asarray(ratio > 1.0 - 1e-7)
