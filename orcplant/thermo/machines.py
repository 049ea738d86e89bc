"""Pump and expander of constant isentropic efficiency.

Source: Cengel, Boles, *Thermodynamics*, 8th ed., 2015, eqs. 7-60 (turbine) and 7-61 (pump).
"""

from orcplant.thermo.state import FluidModel, Numeric, State


def pump(fluid: FluidModel, inlet: State, *, p_out: Numeric, efficiency: Numeric) -> State:
    """Outlet of a pump of given isentropic efficiency [-] at p_out [Pa]."""
    h_isentropic = fluid.enthalpy_ps(p_out, inlet.s)
    return fluid.state_ph(p_out, inlet.h + (h_isentropic - inlet.h) / efficiency)


def expander(fluid: FluidModel, inlet: State, *, p_out: Numeric, efficiency: Numeric) -> State:
    """Outlet of an expander of given isentropic efficiency [-] at p_out [Pa]."""
    h_isentropic = fluid.enthalpy_ps(p_out, inlet.s)
    return fluid.state_ph(p_out, inlet.h - efficiency * (inlet.h - h_isentropic))
