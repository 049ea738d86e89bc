"""What is asked of one unit on the command line, in SI: refused where it can be seen to be wrong."""

import difflib
from dataclasses import dataclass
from math import inf, isfinite, isnan
from typing import Final

from orcplant.config.design import Design, DesignedUnits
from orcplant.errors import InputError
from orcplant.thermo import geofluid as geo
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.media import boiling_temperature
from orcplant.thermo.offdesign import Boundary, Control, Means
from orcplant.units import KILO, bar, degC, kelvin

_AMBIENT: Final = (-60.0, 60.0)  # [C]
_GEOFLUID: Final = (1.0, 300.0)  # [C]
_FLOW: Final = (0.01, 2.0)  # of design
LOAD_BASES: Final = ("net", "gross")
FANS: Final = ("full", "best")


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks of a unit, in the units of the trade; None: not asked.

    ``load_kW`` counts net power (after pump and fans, as the controller's set-point) or gross power, by
    ``load_basis``; ``T_out_min_C`` holds the geofluid's outlet; ``fans`` run at full speed or at the
    best, that of most net power.
    """

    T_ambient_C: float
    T_geofluid_C: float
    flow_fraction: float
    load_kW: float | None = None
    load_basis: str = "net"
    means: str = Means.BRINE_VALVE.value
    T_out_min_C: float | None = None
    fans: str = "full"


def unit_of(design: Design, wanted: str | None) -> tuple[int, DesignedUnits]:
    """Units of a design by name or number from 1 on, the first ones if none are named; with their number.

    Raises
    ------
    InputError
        If there are no such units.
    """
    if wanted is None:
        return 1, design.units[0]
    for number, units in enumerate(design.units, start=1):
        if wanted and wanted in (str(number), units.name):
            return number, units
    known = [f"{number} ({units.name})" if units.name else str(number) for number, units in _numbered(design)]
    near = difflib.get_close_matches(wanted, [units.name for units in design.units], n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise InputError(f"--unit {wanted!r} is none of {', '.join(known)}{hint}")


def _numbered(design: Design) -> list[tuple[int, DesignedUnits]]:
    return list(enumerate(design.units, start=1))


def scenario(hardware: Hardware, asked: Question) -> tuple[Boundary, Control]:
    """Boundary and control of a question.

    A liquid geofluid comes at the pressure of design, a mixture of steam and water with the steam of design.

    Raises
    ------
    InputError
        If a number is out of range, or a liquid would boil: option, value, limit.
    """
    _require(asked.T_ambient_C, "--T-ambient-C", *_AMBIENT, "C")
    _require(asked.T_geofluid_C, "--T-geofluid-C", *_GEOFLUID, "C")
    _require(asked.flow_fraction, "--flow-fraction", *_FLOW, "")
    if asked.load_kW is not None:
        _require(asked.load_kW, "--load-kW", 1e-3, 1e7, "kW")
    if asked.T_out_min_C is not None:
        _require(asked.T_out_min_C, "--T-out-C", *_GEOFLUID, "C")
    _require_one_of(asked.means, "--means", [str(means) for means in Means])
    _require_one_of(asked.load_basis, "--load-basis", list(LOAD_BASES))
    _require_one_of(asked.fans, "--fans", list(FANS))
    point = hardware.design
    boundary = Boundary(_geofluid(hardware, asked), kelvin(asked.T_ambient_C), point.p_coolant)
    load = inf if asked.load_kW is None else asked.load_kW * KILO
    return boundary, Control(
        means=Means(asked.means),
        gross_max=load if asked.load_basis == "gross" else inf,
        net_max=load if asked.load_basis == "net" else inf,
        T_out_min=0.0 if asked.T_out_min_C is None else kelvin(asked.T_out_min_C),
    )


def _geofluid(hardware: Hardware, asked: Question) -> Geofluid:
    point, T = hardware.design, kelvin(asked.T_geofluid_C)
    flow = asked.flow_fraction * point.mass_flow
    if not isnan(point.quality):
        return geo.two_phase(T=T, quality=point.quality, mass_flow=flow)
    T_boiling = float(boiling_temperature(point.p))
    if T >= T_boiling:
        raise InputError(
            f"--T-geofluid-C {asked.T_geofluid_C:g} C is not below {degC(T_boiling):.2f} C, where water"
            f" boils at the {bar(point.p):.2f} bar of design"
        )
    return geo.liquid(T=T, p=point.p, mass_flow=flow)


def _require(value: float, option: str, low: float, high: float, eng_unit: str) -> None:
    if not (isfinite(value) and low <= value <= high):
        unit = f" {eng_unit}" if eng_unit else ""
        raise InputError(f"{option} {value:g}{unit} is not between {low:g} and {high:g}{unit}")


def _require_one_of(value: str, option: str, known: list[str]) -> None:
    if value not in known:
        raise InputError(f"{option} {value!r} is none of {', '.join(known)}")
