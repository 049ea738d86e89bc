"""What the instruments of well pads, heating station, water station and substation show."""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orcplant.units import bar, degC
from plc_sim.bank import Bank
from plc_sim.instruments.noise import Noise
from plc_sim.process.field import RHO_BRINE, Field, G
from plc_sim.process.grid import NOMINAL_HZ, Grid
from plc_sim.process.heating import Heating
from plc_sim.process.water import Water
from plc_sim.registers import Values

Flags: TypeAlias = NDArray[np.bool_]

_KILO: Final = 1e3
_SECONDS_PER_HOUR: Final = 3600.0
_SECONDS_PER_YEAR: Final = 365.0 * 86400.0
_NETWORK_P_BAR: Final = 3.0  # assumed
_NETWORK_DP_BAR: Final = 2.5  # assumed, at design flow
_QUIET_DB, _PUMPS_DB = 45.0, 20.0  # assumed: pumps at full flow reach 65 dB


def show_wells(bank: Bank, field: Field, noise: Noise) -> None:
    """Well pads."""
    fitted, injects = field.has_production, field.has_injection
    bank["PROD_FLOW"][:] = _only(fitted, noise(field.production, 0.05))
    bank["PROD_T"][:] = _only(fitted, noise(degC(field.T_bore), 0.1))
    bank["PROD_P"][:] = _only(fitted, noise(bar(field.p_wellhead), 0.01))
    bank["PROD_VALVE_POS"][:] = _only(fitted, 100.0 * field.valve)
    shut_in = field.p_wellhead + field.assumed.drawdown * field.production / np.maximum(field.rated, 1e-9)
    bank["PROD_LEVEL"][:] = _only(fitted, shut_in / (RHO_BRINE * G))
    bank["STEAM_FRACTION"][:] = _only(fitted, 100.0 * field.steam_fraction)
    bank["BUBBLE_MARGIN"][:] = _only(fitted, np.maximum(bar(field.bubble_margin), 0.0))
    bank["PROD_PUMP_POWER"][:] = field.production_power / _KILO
    bank["PROD_MASS"][:] = field.produced_mass / _KILO
    bank["INJ_FLOW"][:] = _only(injects, noise(field.injection, 0.05))
    bank["INJ_T"][:] = _only(injects, noise(np.full(field.pads, degC(field.T_returned)), 0.1))
    bank["INJ_P"][:] = _only(injects, noise(bar(field.p_injection), 0.01))
    bank["INJ_VALVE_POS"][:] = _only(injects, 100.0 * field.injection_valve)
    bank["INJ_LEVEL"][:] = _only(injects, np.full(field.pads, field.assumed.static / (RHO_BRINE * G)))
    bank["INJ_PUMP_POWER"][:] = field.injection_power / _KILO
    share = field.injection / np.maximum(field.rated_injection, 1e-9)
    bank["INJ_PUMP_SPEED"][:] = 100.0 * np.cbrt(np.minimum(share, 1.3) ** 3) / 1.3
    bank["INJ_PUMP_ON"][:] = field.injection_power > 0.0
    bank["INJ_MASS"][:] = field.injected_mass / _KILO
    bank["HEADER_P"][:] = bar(field.p_header)
    bank["HEADER_T"][:] = degC(field.T_header)


def _only(fitted: Flags, value: Values) -> Values:
    return np.where(fitted, value, np.nan)


def show_heating(
    bank: Bank,
    heating: Heating,
    noise: Noise,
    *,
    brine_flow: float,
    T_brine: float,
    T_outdoor: float,
    dt: float,
) -> None:
    """Heating station."""
    values = {
        "HEAT_POWER": heating.exchanged / _KILO,
        "HEAT_DEMAND": heating.demand / _KILO,
        "T_SUPPLY": degC(heating.T_supply),
        "T_RETURN": degC(heating.T_return),
        "NETWORK_FLOW": heating.flow,
        "NETWORK_P": _NETWORK_P_BAR,
        "NETWORK_DP": _NETWORK_DP_BAR * (heating.flow / heating.assumed.flow) ** 2,
        "BRINE_T_IN": degC(T_brine),
        "BRINE_T_OUT": degC(heating.T_brine_out),
        "BRINE_FLOW": brine_flow * heating.share,
        "BRINE_VALVE_POS": 100.0 * heating.share,
        "BYPASS_VALVE_POS": 100.0 * (1.0 - heating.share),
        "T_OUTDOOR": degC(T_outdoor),
        "TANK_T_TOP": degC(float(heating.tank[0])),
        "TANK_T_MID": degC(float(heating.tank[1])),
        "TANK_T_BOTTOM": degC(float(heating.tank[2])),
        "TANK_FLOW": heating.tank_flow,
        "GREENHOUSE_POWER": heating.greenhouse / _KILO,
        "GREENHOUSE_T": degC(heating.assumed.T_greenhouse),
        "SPA_POWER": heating.spa / _KILO,
        "SPA_T": degC(heating.assumed.T_spa),
        "AQUACULTURE_POWER": heating.aquaculture / _KILO,
        "AQUACULTURE_T": degC(heating.assumed.T_aquaculture),
        "T_TAIL_OUT": degC(heating.T_left),
        "PUMP_POWER": heating.pump_power / _KILO,
        "MAKEUP_FLOW": heating.assumed.network * 2e-6 * _SECONDS_PER_HOUR / _KILO / 10.0,
        "NOISE_DB": _QUIET_DB + _PUMPS_DB * min(heating.flow / heating.assumed.flow, 1.1),
        "PUMP_ON": float(heating.flow > 0.0),
    }
    scatter = {"T_SUPPLY": 0.05, "T_RETURN": 0.05, "NETWORK_FLOW": 0.1, "NOISE_DB": 0.5, "T_OUTDOOR": 0.1}
    for tag, value in values.items():
        bank[tag][:] = noise(np.array([value]), scatter.get(tag, 0.0)) if tag in scatter else value
    bank["HEAT_ENERGY"][:] += heating.exchanged * dt / 1e9
    bank["ELECTRIC_ENERGY"][:] += heating.pump_power * dt / _SECONDS_PER_HOUR / _KILO


def show_water(bank: Bank, field: Field, water: Water, noise: Noise, *, dt: float, dose: float) -> None:
    """Water station."""
    given = water.assumed
    produced, down = float(field.production.sum()), float(field.injection.sum())
    values = {
        "FLOW_PRODUCED": produced,
        "FLOW_REINJECTED": down,
        "FLOW_DISCHARGED": max(field.discharged, 0.0),
        "BYPASS_FLOW": field.bypassed,
        "BYPASS_VALVE_POS": 100.0 * field.bypass,
        "HEADER_P": bar(field.p_header),
        "HEADER_T": degC(field.T_header),
        "RETURN_P": bar(field.p_return),
        "RETURN_T": degC(field.T_returned),
        "FILTER_DP": bar(water.filter_drop),
        "POND_LEVEL": 100.0 * field.pond / field.assumed.pond,
        "PH": water.pH,
        "EC": given.conductivity * 1e4,
        "ORP": given.redox * _KILO,
        "O2": water.oxygen * 1e9,
        "CO2_GAS": 0.0,
        "CORROSION_RATE": water.corrosion * _SECONDS_PER_YEAR * _KILO,
        "TURBIDITY": given.turbidity,
        "IRON": given.iron * 1e6,
        "SILICA": given.silica * 1e6,
        "BUBBLE_MARGIN": np.maximum(bar(field.margin), 0.0),
        "DOSE_FLOW": dose * 1e-6 * down * _SECONDS_PER_HOUR,
        "DOSE_TANK_LEVEL": 100.0 * water.tank / given.dose_tank,
        "FILTER_STATE": 1.0
        if water.cleaning > 0.0
        else 2.0
        if water.filter_drop > given.filter_blocked
        else 0.0,
        "DOSE_PUMP_ON": float(dose > 0.0),
    }
    scatter = {
        "PH": 0.01,
        "EC": 2.0,
        "ORP": 1.0,
        "TURBIDITY": 0.01,
        "FILTER_DP": 0.002,
        "CORROSION_RATE": 0.001,
    }
    for tag, value in values.items():
        bank[tag][:] = noise(np.array([value]), scatter[tag]) if tag in scatter else value
    bank["PRODUCED_MASS"][:] += produced * dt / _KILO
    bank["REINJECTED_MASS"][:] += down * dt / _KILO
    bank["BALANCE"][:] += (produced - down) * dt


def show_substation(
    bank: Bank, grid: Grid, noise: Noise, *, auxiliary: float, T_ambient: float, dt: float
) -> None:
    """Substation; `auxiliary` [W] is what the station itself draws."""
    apparent = float(np.hypot(grid.active, grid.reactive))
    values = {
        "P": grid.active / _KILO,
        "Q": grid.reactive / _KILO,
        "V": grid.assumed.voltage * grid.voltage / _KILO,
        "F": NOMINAL_HZ * grid.frequency,
        "POWER_FACTOR": grid.active / apparent if apparent > 1.0 else 1.0,
        "DISPATCH_QUALITY": 0.0,
        "DISPATCH_P_SP": grid.wanted / _KILO,
        "DISPATCH_Q_SP": grid.wanted_reactive / _KILO,
        "DISPATCH_V_SP": grid.wanted_voltage / _KILO,
        "AUX_POWER": auxiliary / _KILO,
        "TRANSFORMER_T": degC(T_ambient) + grid.oil_rise,
        "TAP": 0.0,
        "BREAKER": float(grid.breaker),
        "GRID_OK": float(grid.is_there),
    }
    for tag, value in values.items():
        bank[tag][:] = noise(np.array([value]), 1.0) if tag in ("P", "Q") else value
    bank["EXPORT_ENERGY"][:] += max(grid.active, 0.0) * dt / _SECONDS_PER_HOUR / _KILO
    bank["IMPORT_ENERGY"][:] += max(-grid.active, 0.0) * dt / _SECONDS_PER_HOUR / _KILO
