"""Wells: from what a log book says to a mass flow, and several wells into one manifold."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from orcplant.plant.spec import FlowBasis, Gathering, WellType
from orcplant.thermo import geofluid as geo
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.media import boiling_temperature, liquid_water, water_saturation
from orcplant.thermo.state import Array, Numeric

T_COLD: Final = 293.15  # [K], cold volume is counted at 20 C
P_COLD: Final = 1.01325e5  # [Pa]


BASES: Final[tuple[FlowBasis, FlowBasis]] = ("cold", "hot")


def mass_flow(volume_flow: float, *, basis: FlowBasis, T: float, p: float) -> float:
    """Mass flow [kg/s] of a well from its volume flow [m3/s].

    The volume is that of liquid water, at the wellhead's temperature [K] and pressure [Pa] (`hot`),
    or at 20 C and 1.01325 bar (`cold`). At 160 C the two readings differ by 10 %.
    """
    if basis == "cold":
        return volume_flow * float(liquid_water().density(T_COLD, P_COLD))
    p_liquid = max(p, float(water_saturation().pressure(T)))
    return volume_flow * float(liquid_water().density(T, p_liquid))


def geofluid_at_units(well: WellType, gathering: Gathering) -> Geofluid:
    """State of one well's geofluid at the unit: pressure lost on the way at constant enthalpy.

    A liquid that boils on the way arrives two-phase.
    """
    head = _at_wellhead(well)
    h = float(geo.inlet_enthalpy(head))
    return _state(h, float(head.p) - gathering.pressure_drop, well.mass_flow)


def mixed(parts: list[tuple[Geofluid, int]]) -> Geofluid:
    """Geofluid of several kinds of wells in one manifold: enthalpies mix, the lowest pressure rules."""
    flow = sum(float(geofluid.mass_flow) * count for geofluid, count in parts)
    heat = sum(
        float(geofluid.mass_flow) * count * float(geo.inlet_enthalpy(geofluid)) for geofluid, count in parts
    )
    return _state(heat / flow, min(float(geofluid.p) for geofluid, _ in parts), flow)


def bubble_point_margin(geofluid: Geofluid, gathering: Gathering, T_out: float) -> float:
    """Smallest pressure above the bubble point where no boiling is intended [Pa].

    A liquid must stay one from the unit's inlet on, a two-phase geofluid from the unit's outlet
    (T_out [K]) on, where it has been condensed. Negative: it boils, or gas comes out.
    """
    saturation = water_saturation()
    p_in, p_out = float(geofluid.p), float(geofluid.p) - gathering.unit_drop
    margin = p_out - float(saturation.pressure(T_out)) - gathering.p_gas
    if np.isnan(geofluid.quality):
        margin = min(margin, p_in - float(saturation.pressure(geofluid.T)) - gathering.p_gas)
    return margin


def lift_work(gathering: Gathering, parts: Sequence[tuple[WellType, int]]) -> float:
    """Power of the production pumps in use per geofluid flow [W/(kg/s)]: hot water, each well's own rise."""
    flows = [(well, n * well.mass_flow) for well, n in parts]
    power = sum(flow * well.pump_rise / float(_liquid_density(well.T, well.p)) for well, flow in flows)
    return power / gathering.eta_pump / sum(flow for _, flow in flows)


def injection_work(gathering: Gathering, geofluid: Geofluid, T_out: Numeric) -> Array:
    """Power of the injection pumps per geofluid flow [W/(kg/s)] that returns at T_out [K].

    Liquid is incompressible enough: volume flow times pressure rise over efficiency.
    """
    p_out = float(geofluid.p) - gathering.unit_drop
    rise = max(0.0, gathering.injection_pressure - p_out)
    return np.asarray(rise / _liquid_density(T_out, p_out) / gathering.eta_pump)


def _liquid_density(T: Numeric, p: float) -> Array:
    """Density of water [kg/m3], held liquid where p lies below saturation."""
    return np.asarray(liquid_water().density(T, np.maximum(p, 1.001 * water_saturation().pressure(T))))


def _at_wellhead(well: WellType) -> Geofluid:
    if np.isnan(well.quality):
        return geo.liquid(T=well.T, p=well.p, mass_flow=well.mass_flow)
    return geo.two_phase(T=well.T, quality=well.quality, mass_flow=well.mass_flow)


def _state(h: float, p: float, flow: float) -> Geofluid:
    saturation, T_boiling = water_saturation(), float(boiling_temperature(p))
    h_liquid, h_vapour = (float(saturation.enthalpy(T_boiling, quality)) for quality in (0.0, 1.0))
    if h <= h_liquid:
        return geo.liquid(T=float(liquid_water().temperature(h, p)), p=p, mass_flow=flow)
    return geo.two_phase(T=T_boiling, quality=(h - h_liquid) / (h_vapour - h_liquid), mass_flow=flow)
