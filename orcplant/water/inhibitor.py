"""Where scale inhibitor must enter, and how much of it.

Dosed above the depth where gas breaks out it comes too late: the first crystals have formed. Below it, a
polymer at some milligrams per kilogram holds calcite back (Germencik, 2 % CO2: more than 1.5 m of scale a
year without, 99.9 % less with it, dosed below break-out).
"""

from dataclasses import dataclass
from typing import Final

from orcplant.thermo.media import liquid_water
from orcplant.water.levels import level

GRAVITY: Final = 9.80665  # [m/s2]
DEPTH_MARGIN: Final = 50.0  # [m], assumed: below the deepest break-out
DOSE: Final = 5e-6  # [kg/kg], assumed: supplier trials decide; 2 to 10 mg/kg are usual for polymers


@dataclass(frozen=True, slots=True)
class Dosing:
    """`depth` [m] below the first place (0: there or before it), `rate` [kg/s], `yearly` [kg]."""

    depth: float
    rate: float
    yearly: float


def break_out_depth(p_bubble: float, p_wellhead: float, *, T: float, density_share: float = 1.0) -> float:
    """Depth [m] at which gas begins to leave water of T [K] that rises to p_wellhead [Pa].

    Below it the column is liquid. Above it the mixture is lighter than liquid by `density_share` [-]: with
    1 the depth is the least possible, with a measured mean share it is an estimate. Zero when nothing boils
    below the wellhead.
    """
    if p_bubble <= p_wellhead:
        return 0.0
    density = float(liquid_water().density(T, p_bubble))
    return (p_bubble - p_wellhead) / (density * GRAVITY * density_share)


def dosing(
    *,
    p_bubble: float,
    p_wellhead: float,
    T: float,
    mass_flow: float,
    dose: float = DOSE,
    density_share: float = 0.5,
    hours: float = 8760.0,
) -> Dosing:
    """Dosing point and consumption of an inhibitor.

    Parameters
    ----------
    p_bubble, p_wellhead : float
        Bubble point and pressure at the wellhead [Pa].
    T : float
        Temperature of the rising water [K].
    mass_flow : float
        Of brine [kg/s].
    dose : float
        Inhibitor per brine [kg/kg].
    density_share : float
        Mean density of the boiling column over that of liquid [-]; 0.5 assumed.
    hours : float
        Of operation in a year [h].
    """
    depth = break_out_depth(p_bubble, p_wellhead, T=T, density_share=density_share)
    rate = mass_flow * dose
    return Dosing(depth + DEPTH_MARGIN if depth > 0.0 else 0.0, rate, rate * hours * 3600.0)


def needed(index: float, margin: float) -> bool:
    """Whether calcite is to be expected: index no longer green, or bubble-point margin [Pa] red."""
    return (
        level("calcite_index", index) not in ("green", "unknown") or level("bubble_margin", margin) == "red"
    )
