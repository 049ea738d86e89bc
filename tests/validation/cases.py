"""Published cases as specs of the cycle model, and what the model makes of them.

The tests and docs/validation.md come from the same functions. Each row of `validation_cases.csv`
is in `RECIPES`, or named in `OUT_OF_REACH` with the reason.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.media import air
from orcplant.thermo.properties import Fluid
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import (
    AirCooling,
    CoolantPinch,
    Cooling,
    CycleSpec,
    FlowGiven,
    GeofluidOutlet,
    HeaterPinch,
    LevelSpec,
    NoCooling,
    NoRecuperator,
    Pressure,
    RecuperatorPinch,
    SaturationTemperature,
    Subcooling,
    Superheat,
    Temperature,
)
from orcplant.thermo.state import Array, Numeric
from tests.validation.check import KELVIN, Check, Row

ATMOSPHERE: Final = 1.01325e5  # [Pa]
FAN_DP, ETA_FAN = 120.0, 0.6  # [Pa], [-], of the Merbecks rows; used wherever a plant is air-cooled

Recipe = Callable[[Row], Iterator[Check]]


def checks(row: Row) -> list[Check]:
    """What the model makes of a row; empty where the row is out of reach."""
    recipe = RECIPES.get(row.case_id)
    return list(recipe(row)) if recipe else []


# --- the recipes -------------------------------------------------------------------------------


def textbook(row: Row) -> Iterator[Check]:
    """States and flow given, published efficiencies."""
    level = LevelSpec(
        fluid=Fluid(row.fluid),
        evaporation=Pressure(row["p_evap_bar"] * 1e5),
        turbine_inlet=Temperature(row["T_turbine_in_C"] + KELVIN),
        eta_expander=_named(row, "eta_turbine_is"),
    )
    spec = CycleSpec(
        levels=(level,),
        condensation=Pressure(row["p_cond_bar"] * 1e5),
        pump_inlet=Subcooling(0.0),
        eta_pump=row["eta_pump_is"],
        eta_generator=1.0,
        recuperator=NoRecuperator(),
        source=FlowGiven(row["m_wf_kg_s"]),
        cooling=NoCooling(),
    )
    power = solve_cycle(spec).power
    yield _check(row, "W_cycle", "kW", row["pub_W_net_kW"], power.cycle / 1e3)
    yield _check(row, "W_expander", "kW", row["pub_W_turbine_kW"], power.expander / 1e3)
    yield _check(row, "W_pump", "kW", _named(row, "W_pump_kW"), power.pump / 1e3)


def theoretical(row: Row) -> Iterator[Check]:
    """Saturated vapour, saturated liquid, per kg of working fluid."""
    capped = "p_evap_bar" in row.numbers
    recuperated = row.case_id == "S13"
    level = LevelSpec(
        fluid=Fluid(row.fluid),
        evaporation=Pressure(row["p_evap_bar"] * 1e5)
        if capped
        else SaturationTemperature(row["T_turbine_in_C"] + KELVIN),
        turbine_inlet=Superheat(0.0),
        eta_expander=row["eta_turbine_is"],
    )
    spec = CycleSpec(
        levels=(level,),
        condensation=SaturationTemperature(row["T_cond_C"] + KELVIN),
        pump_inlet=Subcooling(0.0),
        eta_pump=row["eta_pump_is"],
        eta_generator=1.0,
        # The approach at the cold end is the tightest point: the liquid has the larger heat capacity.
        recuperator=RecuperatorPinch(10.0) if recuperated else NoRecuperator(),
        source=FlowGiven(1.0),
        cooling=NoCooling(),
    )
    result = solve_cycle(spec)
    yield _check(row, "eta_thermal", "%", row["check_value"], 100.0 * result.eta_thermal)
    if "p_min_bar" in row.other:
        yield _check(row, "p_min", "bar", _named(row, "p_min_bar"), result.levels[0].pump_in.p / 1e5)
    if "p_max_bar" in row.other and not capped:
        yield _check(row, "p_max", "bar", _named(row, "p_max_bar"), result.levels[0].pump_out.p / 1e5)


def thesis(row: Row) -> Iterator[Check]:
    """States of an optimised design given; flow from the pinch.

    W_cycle/Q_in is state arithmetic, 0.5 %. The other quantities carry the 2.5 % of the power, that of
    the brine outlet taken of the brine's cooling. With the pinch where the thesis looks for it the
    deviation is that of rounding.
    """
    spec = thesis_spec(row)
    result = solve_cycle(spec)
    power = result.power
    ratio = 100.0 * row["pub_W_cycle_kW"] / row["pub_Q_in_kW"]
    yield _check(row, "W_cycle/Q_in", "%", ratio, 100.0 * result.eta_thermal, allowed=0.5)
    yield _check(row, "W_cycle", "kW", row["pub_W_cycle_kW"], power.cycle / 1e3, allowed=2.5)
    yield _check(row, "W_cycle - W_fan", "kW", row["pub_W_net_kW"], power.net / 1e3, allowed=2.5)
    yield Check(
        case_id=row.case_id,
        quantity="brine outlet",
        unit="C",
        published=row["T_geo_out_C"],
        computed=float(result.T_geofluid_out) - KELVIN,
        allowed=0.025 * (row["T_geo_in_C"] - row["T_geo_out_C"]),
        absolute=True,
    )
    T_out = outlet_on_thesis_grid(spec, row["T_geo_out_C"] + KELVIN)
    yield Check(
        case_id=row.case_id,
        quantity="brine outlet, pinch on the thesis's grid",
        unit="C",
        published=row["T_geo_out_C"],
        computed=T_out - KELVIN,
        allowed=0.05,
        absolute=True,
    )
    fan = fan_power_on_thesis_grid(spec, T_out)
    yield _check(row, "W_fan, pinch on the thesis's grid", "kW", row["pub_W_fan_kW"], fan / 1e3, allowed=0.5)


def chena_states(row: Row) -> Iterator[Check]:
    """Published pressures and flow, then the blind estimate from brine and condensing temperature."""
    level = LevelSpec(
        Fluid(row.fluid), Pressure(row["p_evap_bar"] * 1e5), Superheat(0.0), row["eta_turbine_is"]
    )
    spec = CycleSpec(
        levels=(level,),
        condensation=Pressure(row["p_cond_bar"] * 1e5),
        pump_inlet=Subcooling(0.0),
        eta_pump=0.75,
        eta_generator=1.0,
        recuperator=NoRecuperator(),
        source=FlowGiven(row["m_wf_kg_s"]),
        cooling=NoCooling(),
    )
    result = solve_cycle(spec)
    yield _check(row, "W_expander at given states", "kW", row["check_value"], result.power.expander / 1e3)
    T_cond = float(result.levels[0].pump_in.T)
    blind = _blind(row, fluid=row.fluid, T_cond=T_cond)
    yield _check(
        row, "gross power, blind", "kW", row["pub_W_gross_kW"], blind.power.generator / 1e3, allowed=15.0
    )
    yield _check(row, "net power, blind", "kW", row["pub_W_net_kW"], blind.power.net / 1e3, allowed=15.0)


def blind_plant(row: Row, *, T_cond_C: float, air_cooled: bool, fluid: str = "") -> Iterator[Check]:
    """Real plant of which the brine and the sink are known, not the cycle."""
    cooling = _air(row["T_sink_in_C"] + KELVIN) if air_cooled else NoCooling()
    result = _blind(row, fluid=fluid or row.fluid, T_cond=T_cond_C + KELVIN, cooling=cooling)
    name, power = ("gross", result.power.generator) if _is_gross(row) else ("net", result.power.net)
    yield _check(row, f"{name} power", "kW", row["check_value"], power / 1e3)


def geophires(row: Row) -> Iterator[Check]:
    """Best plant of the Merbecks practice against the correlation, per kg of brine.

    The row's 0.5 % is for the formula itself; a detailed model is to lie within 15 % of it.
    """
    result = _best_plant(row["T_geo_in_C"], row["T_sink_in_C"])
    yield _check(
        row, "net power per brine", "kJ/kg", row["check_value"], result.power.net / 1e3, allowed=15.0
    )


def geophires_ambient(row: Row) -> Iterator[Check]:
    """Loss of re-optimised plants from 5 to 25 C ambient."""
    cold, hot = (_best_plant(row["T_geo_in_C"], T_air).power.net for T_air in (5.0, 25.0))
    yield _check(row, "net power at 25 C / at 5 C", "-", row["check_value"], hot / cold)


def one_well(row: Row) -> Iterator[Check]:
    """Best plant of the Merbecks practice on one well."""
    result = _best_plant(row["T_geo_in_C"], row["T_sink_in_C"])
    net = float(result.power.net) * row["m_geo_kg_s"] / 1e3
    yield _check(row, "net power of one well", "kW", row["check_value"], net)
    # The middle of the band outside which a sizing needs an explanation.
    yield Check(row.case_id, "net power, 2.2 to 3.4 MW", "kW", 2800.0, net, 600.0, absolute=True)


def brine_use(row: Row) -> Iterator[Check]:
    """Brine per net power of the plant that returns the brine at 70 C."""
    T_brine, T_air = row["T_geo_in_C"], 15.0

    def outlet(T_evap: float) -> float:
        return float(_practice(T_brine, T_air, T_evap).T_geofluid_out) - KELVIN - 70.0

    T_evap = brentq(outlet, 60.0, 120.0, xtol=1e-6)
    net = _practice(T_brine, T_air, T_evap).power.net
    yield _check(row, "brine per net power at 160/70 C", "kg/s per MW", row["check_value"], 1e6 / net)


RECIPES: Final[dict[str, Recipe]] = {
    "A01": textbook,
    **dict.fromkeys(("S01", "S02", "S04", "S05", "S07", "S09", "S11", "S13"), theoretical),
    **dict.fromkeys(("M01", "M03", "M04", "M05", "M07", "M09", "M11", "M13"), thesis),
    "P01": chena_states,
    "P03": partial(blind_plant, T_cond_C=33.0, air_cooled=True),
    "P04": partial(blind_plant, T_cond_C=28.0, air_cooled=True),
    "P05": partial(blind_plant, T_cond_C=22.0, air_cooled=False, fluid="R245fa"),
    "P07": partial(blind_plant, T_cond_C=40.0, air_cooled=False),
    "P11": partial(blind_plant, T_cond_C=25.0, air_cooled=True),
    **dict.fromkeys(("C02", "C03", "C05"), geophires),
    "C09": geophires_ambient,
    "C14": brine_use,
    "P10": one_well,
}

OUT_OF_REACH: Final = {
    "C01": "a fit of the thermal efficiency of built plants, with no ambient temperature; a plant sized for"
    " power per kg of brine cools the brine deeper and has a lower one (see below)",
    "C06": "fixed hardware, not a design: held by test_offdesign_published.py",
    "C08": "a law, not a cycle: held by test_turbine.py",
    "C10": "fixed hardware, not a design: held by test_offdesign_published.py",
    "P02": "fans and auxiliaries took about 19 % of the cycle power; no recipe of ours gives that, and the"
    " source's brine duty exceeds its working-fluid duty by 9 % (see below)",
    "P06": "ammonia-water: CoolProp has no reliable vapour-liquid equilibrium for it",
    "P08": "context only: tiny, hot place, flow recalled; the source sets no tolerance",
    "P09": "nameplates; no measured output, flow or outlet temperature is published",
}


# --- compared, no verdict ----------------------------------------------------------------------


def without_verdict(rows: dict[str, Row]) -> list[tuple[Check, str]]:
    """Quantities no tolerance is published for, or that the model cannot be expected to meet, and why."""
    found = [(_fan_power(rows[key]), "see the note on pinches") for key in _THESIS]
    dual = _dual_level(rows["P03"])
    found.append(
        (dual, "as two levels, split for the most net power; the plant's own split is unknown, see the note")
    )
    found.append((_reno(rows["P02"]), OUT_OF_REACH["P02"].removesuffix(" (see below)")))
    mit = rows["C01"]
    best = _best_plant(mit["T_geo_in_C"], 15.0)
    efficiency = 100.0 * best.power.net / best.duty.heat_in
    found.append(
        (
            _check(mit, "net eta_thermal", "%", mit["check_value"], efficiency, allowed=15.0),
            "of the plant of C02, 15 C ambient",
        )
    )
    return found


_THESIS: Final = ("M01", "M03", "M04", "M05", "M07", "M09", "M11", "M13")


def _fan_power(row: Row) -> Check:
    result = solve_cycle(thesis_spec(row))
    return _check(row, "W_fan", "kW", row["pub_W_fan_kW"], result.power.fan / 1e3, allowed=2.5)


def _reno(row: Row) -> Check:
    """States and brine temperatures given."""
    level = LevelSpec(
        Fluid(row.fluid),
        Pressure(row["p_evap_bar"] * 1e5),
        Temperature(row["T_turbine_in_C"] + KELVIN),
        eta_expander=0.80,
    )
    brine = geo.liquid(T=row["T_geo_in_C"] + KELVIN, p=10e5, mass_flow=row["m_geo_kg_s"])
    spec = CycleSpec(
        levels=(level,),
        condensation=Pressure(row["p_cond_bar"] * 1e5),
        pump_inlet=Subcooling(0.0),
        eta_pump=0.75,
        eta_generator=0.96,
        recuperator=NoRecuperator(),
        source=GeofluidOutlet(brine, row["T_geo_out_C"] + KELVIN),
        cooling=_air(row["T_sink_in_C"] + KELVIN),
    )
    result = solve_cycle(spec)
    net = 100.0 * result.power.net / result.duty.heat_in
    return _check(row, "net eta_thermal", "%", row["check_value"], net)


def _dual_level(row: Row) -> Check:
    """Two isopentane levels that cool the brine to the published outlet, best split."""

    def spec(T_high: float, T_low: float) -> CycleSpec:
        single = _blind_spec(row, row.fluid, T_high, 33.0 + KELVIN, _air(row["T_sink_in_C"] + KELVIN))
        low = replace(single.levels[0], evaporation=SaturationTemperature(T_low))
        return replace(single, levels=(single.levels[0], low))

    def low_temperature(T_high: float) -> float:
        def outlet(T_low: float) -> float:
            return float(solve_cycle(spec(T_high, T_low)).T_geofluid_out) - KELVIN - row["T_geo_out_C"]

        T_between = float(solve_cycle(spec(T_high, 40.0 + KELVIN)).levels[0].heater.T_out)
        return float(brentq(outlet, 40.0 + KELVIN, T_between - 7.01, xtol=1e-6))

    def loss(T_high: float) -> float:
        return -float(solve_cycle(spec(T_high, low_temperature(T_high))).power.net)

    best = minimize_scalar(
        loss, bounds=(104.0 + KELVIN, 150.0 + KELVIN), method="bounded", options={"xatol": 0.01}
    )
    return _check(row, "net power, two levels", "kW", row["check_value"], -best.fun / 1e3)


# --- specs -------------------------------------------------------------------------------------


def thesis_pinch(row: Row) -> tuple[float, float]:
    """Pinch [K] of evaporator and preheater; the transcritical heater is one preheater."""
    return (5.0, 5.0) if row.case_id == "M13" else (10.0, 5.0)


def thesis_brine(row: Row) -> Geofluid:
    """Saturated geofluid of a row."""
    return geo.two_phase(T=row["T_geo_in_C"] + KELVIN, quality=row["x_geo_in"], mass_flow=row["m_geo_kg_s"])


def thesis_spec(row: Row) -> CycleSpec:
    """States of a row, the flow from its pinches."""
    T_pump_in = row["T_pump_in_C"] + KELVIN
    level = LevelSpec(
        fluid=Fluid(row.fluid),
        evaporation=Pressure(row["p_evap_bar"] * 1e5),
        turbine_inlet=Temperature(row["T_turbine_in_C"] + KELVIN),
        eta_expander=row["eta_turbine_is"],
    )
    evaporator, preheater = thesis_pinch(row)
    return CycleSpec(
        levels=(level,),
        condensation=SaturationTemperature(T_pump_in + 3.0),
        pump_inlet=Temperature(T_pump_in),
        eta_pump=row["eta_pump_is"],
        eta_generator=1.0,
        recuperator=NoRecuperator(),
        source=HeaterPinch(thesis_brine(row), evaporator=evaporator, preheater=preheater),
        cooling=_air(row["T_sink_in_C"] + KELVIN),
    )


def outlet_on_thesis_grid(spec: CycleSpec, T_guess: float) -> float:
    """Brine outlet [K], near a guess, when the pinch holds only where the thesis looks.

    Its preheater ends 3 K below the bubble point, its superheater begins 2 K above the dew point,
    and each part has 20 stations uniform in duty (read off the profiles in its result files); the
    transcritical heater is one part.
    """
    source, level = spec.source, solve_cycle(spec).levels[0]
    assert isinstance(source, HeaterPinch)
    brine = source.geofluid
    h_in = geo.inlet_enthalpy(brine)
    fluid, p = spec.levels[0].fluid, level.pump_out.p
    ends, pinches = [level.pump_out.h, level.expander_in.h], [source.preheater]
    if p < fluid.limits.p_crit:
        ends[1:1] = [fluid.state_pT(p, level.bubble.T - 3.0).h, fluid.state_pT(p, level.dew.T + 2.0).h]
        pinches = [source.preheater, source.evaporator, source.evaporator]
    h = np.concatenate([_stations(a, b) for a, b in zip(ends[:-1], ends[1:], strict=True)])
    T, pinch = np.asarray(fluid.temperature(p, h)), np.repeat(np.asarray(pinches), _THESIS_STATIONS)

    def slack(T_out: float) -> float:
        closed = solve_cycle(replace(spec, source=GeofluidOutlet(brine, T_out))).levels[0]
        per_brine = closed.mass_flow / brine.mass_flow
        T_brine = geo.temperature_at(brine, h_in - per_brine * (level.expander_in.h - h))
        return float(np.min(T_brine - T - pinch))

    return float(brentq(slack, T_guess - 3.0, T_guess + 3.0, xtol=1e-6))


def fan_power_on_thesis_grid(spec: CycleSpec, T_brine_out: float) -> float:
    """Fan power [W] with 5 K at 20 stations of the condenser, behind a fan that warms the air.

    The thesis's air enters the condenser at 298.252 K, 0.25 K above ambient.
    """
    assert isinstance(spec.source, HeaterPinch)
    assert isinstance(spec.cooling, AirCooling)
    level = solve_cycle(replace(spec, source=GeofluidOutlet(spec.source.geofluid, T_brine_out))).levels[0]
    h = _stations(level.pump_in.h, level.expander_out.h)
    T = np.asarray(spec.levels[0].fluid.temperature(level.pump_in.p, h))
    duty = level.mass_flow * (h - h[0])
    h_air = air().enthalpy(298.252, ATMOSPHERE)

    def slack(air_flow: float) -> float:
        return float(np.min(T - np.asarray(air().temperature(h_air + duty / air_flow, ATMOSPHERE)))) - 5.0

    air_flow = brentq(slack, duty[-1] / 20e3, duty[-1] / 5e3)
    density = air().density(spec.cooling.T_in, ATMOSPHERE)
    return float(air_flow / density * FAN_DP / ETA_FAN)


_THESIS_STATIONS: Final = 20


def _stations(start: Numeric, end: Numeric) -> Array:
    return np.linspace(start, end, _THESIS_STATIONS)


def _blind(row: Row, *, fluid: str, T_cond: float, cooling: Cooling | None = None) -> CycleResult:
    """Single level whose evaporation temperature brings the brine to the published outlet."""
    sink = cooling or NoCooling()

    def solve(T_evap: float) -> CycleResult:
        return solve_cycle(_blind_spec(row, fluid, T_evap, T_cond, sink))

    def outlet(T_evap: float) -> float:
        return float(solve(T_evap).T_geofluid_out) - KELVIN - row["T_geo_out_C"]

    highest = row["T_geo_in_C"] + KELVIN - 7.5
    return solve(brentq(outlet, T_cond + 5.0, highest, xtol=1e-6))


def _blind_spec(row: Row, fluid: str, T_evap: float, T_cond: float, cooling: Cooling) -> CycleSpec:
    """Pinch 5 K, 2 K superheat, efficiencies 0.80 and 0.75, generator 0.96."""
    T_in = row["T_geo_in_C"] + KELVIN
    p_in = geo.two_phase(T=T_in, quality=0.0, mass_flow=1.0).p + 2e5
    brine = geo.liquid(T=T_in, p=p_in, mass_flow=row["m_geo_kg_s"])
    return CycleSpec(
        levels=(LevelSpec(Fluid(fluid), SaturationTemperature(T_evap), Superheat(2.0), 0.80),),
        condensation=SaturationTemperature(T_cond),
        pump_inlet=Subcooling(0.0),
        eta_pump=0.75,
        eta_generator=0.96,
        recuperator=NoRecuperator(),
        source=HeaterPinch(brine, evaporator=5.0, preheater=5.0),
        cooling=cooling,
    )


def _practice(T_brine_C: float, T_air_C: float, T_evap_C: float) -> CycleResult:
    """Solve an isobutane plant of the Merbecks practice per kg of brine, saturated liquid.

    The thesis's pinches and efficiencies, 0.95 on every machine, 3 K superheat and subcooling. The
    bubble point lies 13 K above the air: the thesis's optima are 12.3 to 14.0 K, and 1 K costs 0.3 %.
    """
    level = LevelSpec(Fluid("IsoButane"), SaturationTemperature(T_evap_C + KELVIN), Superheat(3.0), 0.85)
    brine = geo.two_phase(T=T_brine_C + KELVIN, quality=0.0, mass_flow=1.0)
    T_air = T_air_C + KELVIN
    spec = CycleSpec(
        levels=(level,),
        condensation=SaturationTemperature(T_air + 13.0),
        pump_inlet=Subcooling(3.0),
        eta_pump=0.75 * 0.95,
        eta_generator=0.95,
        recuperator=NoRecuperator(),
        source=HeaterPinch(brine, evaporator=10.0, preheater=5.0),
        cooling=AirCooling(T_air, ATMOSPHERE, CoolantPinch(5.0), FAN_DP, 0.95 * ETA_FAN),
    )
    return solve_cycle(spec)


def _best_plant(T_brine_C: float, T_air_C: float) -> CycleResult:
    """Plant of the Merbecks practice with the evaporation temperature of most net power."""

    def loss(T_evap_C: float) -> float:
        return -float(_practice(T_brine_C, T_air_C, T_evap_C).power.net)

    highest = min(T_brine_C - 14.0, Fluid("IsoButane").limits.T_crit - KELVIN - 3.0)
    best = minimize_scalar(loss, bounds=(T_air_C + 25.0, highest), method="bounded", options={"xatol": 0.01})
    return _practice(T_brine_C, T_air_C, float(best.x))


def _air(T_in: float) -> AirCooling:
    return AirCooling(T_in, ATMOSPHERE, CoolantPinch(5.0), FAN_DP, ETA_FAN)


# --- rows --------------------------------------------------------------------------------------


def _is_gross(row: Row) -> bool:
    """Whether a real plant's row is about gross power."""
    return row["check_value"] == row.numbers.get("pub_W_gross_kW")


def _check(
    row: Row, quantity: str, unit: str, published: float, computed: Numeric, *, allowed: float | None = None
) -> Check:
    """Check within the row's own tolerance, or a tighter or otherwise stated one [%]."""
    limit = row.tolerance if allowed is None else allowed
    return Check(row.case_id, quantity, unit, published, float(computed), limit)


def _named(row: Row, key: str) -> float:
    """Value written `key=1.23` in the row's other published results."""
    found = re.search(rf"\b{key}=(-?[0-9.]+)", row.other)
    if found is None:
        raise KeyError(f"{row.case_id}: no {key} in {row.other!r}")
    return float(found[1].rstrip("."))
