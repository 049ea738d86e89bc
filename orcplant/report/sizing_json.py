"""A sized plant as one JSON object: the contract with scripts. Every number's key carries its unit.

Beyond the table of the command line:

- with given units of different kinds, ``units.rating_kW``, ``fluid`` and ``layout`` are null where
  they differ; ``units.blocks[]`` always tells them one by one, with the cycle they were designed for;
- ``wells.surplus_kg_s`` is what whole wells could give beyond the units' need;
- ``economics.plan_CNY_kW`` stands beside ``specific_CNY_kW_installed`` and ``_net``;
- ``units.blocks[].hardware`` is one unit as it is built, for operation away from its design point; null
  with a reason where that is not followed;
- ``plant_toml`` is the text of plant.toml, so that the file says by itself what it is the answer to;
- ``annual`` is what `orcplant year` makes of it; null with a ``reason`` where units are not followed;
- ``plant_sha256`` is the hash of plant.toml, by which a frozen design knows whether it is still valid.
"""

from dataclasses import fields
from math import isfinite
from typing import Any

from orcplant import __version__
from orcplant.config.hardware import hardware_document
from orcplant.config.plant_spec import Plant
from orcplant.plant.candidate import Block, Candidate, Rejected, T_reinjection
from orcplant.plant.equipment import NotRateable, hardware_of
from orcplant.plant.refusal import bound_name, obstacle_text
from orcplant.plant.screening import Ranked, Screening
from orcplant.plant.spec import DesignObjective
from orcplant.plant.study import Study
from orcplant.plant.year import YearResult
from orcplant.report.cycle_json import Document, number, state_document
from orcplant.report.sizing_words import Sense, bound_sense, written_in_its_unit
from orcplant.thermo.design import ActedLimit, Optimum
from orcplant.thermo.diagrams import state_points
from orcplant.thermo.exergy import exergy_balance
from orcplant.thermo.properties import COOLPROP_VERSION
from orcplant.units import KILO, bar, degC

_NO_PRICE = "the hours of a year carry no prices"
_MWH = 3.6e9  # [J]


def sizing_document(plant: Plant, study: Study) -> Document:
    """Everything `orcplant size` says, ready for `json.dumps`."""
    sizing, best, spec = study.sizing, study.sizing.best, plant.spec
    return {
        "plant": {"name": spec.name, "name_zh": spec.name_zh},
        "plant_sha256": plant.sha256,
        "plant_toml": plant.text,
        "target": {"power_kW": number(spec.target / KILO), "basis": str(spec.basis)},
        "installed_kW": number(best.installed / KILO),
        "gross_power_kW": number(best.gross / KILO),
        "unit_net_power_kW": number(best.unit_net / KILO),
        "net_power_kW": number(best.plant_net / KILO),
        "units": _units(plant, best),
        "wells": _wells(plant, best),
        "design": {
            "objective": str(spec.objective),
            "T_ambient_C": number(degC(spec.site.T_ambient)),
            "T_geofluid_C": number(degC(best.geofluid.T)),
            "p_geofluid_bar": number(bar(best.geofluid.p)),
            "steam_quality": number(best.geofluid.quality),
        },
        "auxiliary": {
            f"{item.name}_kW": number(getattr(best.auxiliary, item.name) / KILO)
            for item in fields(best.auxiliary)
        },
        "geofluid": {
            "mass_flow_kg_s": number(best.geofluid.mass_flow),
            "T_reinjection_C": number(degC(T_reinjection(best.blocks))),
            "bubble_point_margin_bar": number(bar(best.bubble_margin)),
        },
        "annual": _annual(study.year),
        "economics": _economics(plant, best),
        "candidates": [candidate_document(plant, found) for found in sizing.candidates],
        "rejected": [_rejected(failed) for failed in sizing.rejected],
        "balance": _balance(best),
        "assumptions": [
            {"key": assumed.key, "value": assumed.value, "why": assumed.why} for assumed in plant.assumptions
        ],
        "versions": {"orcplant": __version__, "CoolProp": COOLPROP_VERSION},
    }


def _annual(year: YearResult | NotRateable) -> Document:
    if isinstance(year, NotRateable):
        return {"net_MWh": None, "capacity_factor": None, "reason": year.why}
    return {"net_MWh": number(year.net_energy / _MWH), "capacity_factor": number(year.capacity_factor)}


def screening_document(plant: Plant, screening: Screening) -> Document:
    """Everything `orcplant screen` says, ready for `json.dumps`."""
    ranked = [
        {
            "rank": rank,
            "fluid": entry.design.fluid.name,
            "layout": entry.design.layout.name,
            "unit_net_kJ_kg": number(entry.design.net / KILO),
            "gross_kJ_kg": number(entry.design.gross / KILO),
            "behind_best_percent": number(entry.behind * 100.0),
            "T_geofluid_out_C": number(degC(entry.design.T_out)),
            "p_evap_bar": number(bar(entry.design.result.levels[0].expander_in.p)),
            "p_cond_bar": number(bar(entry.design.result.levels[0].pump_in.p)),
            "T_turbine_in_C": number(degC(entry.design.result.levels[0].expander_in.T)),
            "GWP": number(entry.design.fluid.GWP),
            "safety_class": entry.design.fluid.safety_class or None,
            "why": _why(screening, entry),
        }
        for rank, entry in enumerate(screening.ranked, start=1)
    ]
    failed = [
        {
            "rank": None,
            "fluid": entry.fluid.name,
            "layout": entry.layout.name,
            "unit_net_kJ_kg": None,
            "why": obstacle_text(entry.obstacle),
        }
        for entry in screening.failed
    ]
    return {
        "plant": {"name": plant.spec.name, "name_zh": plant.spec.name_zh},
        "objective": str(screening.objective),
        "rating_kW": number(screening.rating / KILO),
        "T_geofluid_C": number(degC(screening.geofluid.T)),
        "T_ambient_C": number(degC(plant.spec.site.T_ambient)),
        "ranking": ranked + failed,
        "versions": {"orcplant": __version__, "CoolProp": COOLPROP_VERSION},
    }


def candidate_document(plant: Plant, candidate: Candidate) -> Document:
    """One row of the candidates."""
    return {
        "rating_kW": _common([block.rating / KILO for block in candidate.blocks]),
        "count": sum(block.count for block in candidate.blocks),
        "spare": sum(block.spare for block in candidate.blocks),
        "fluid": _common([block.unit.fluid.name for block in candidate.blocks]),
        "layout": _common([block.unit.layout.name for block in candidate.blocks]),
        "production_wells": sum(candidate.wells),
        "installed_kW": number(candidate.installed / KILO),
        "net_power_kW": number(candidate.plant_net / KILO),
        "unit_net_kJ_kg": number(candidate.unit_net / float(candidate.geofluid.mass_flow) / KILO),
        "mass_flow_kg_s": number(candidate.geofluid.mass_flow),
        "surplus_kg_s": number(candidate.surplus),
        "T_reinjection_C": number(degC(T_reinjection(candidate.blocks))),
        "capex_CNY": number(candidate.capital.total),
        "specific_CNY_kW_net": number(candidate.specific_cost * KILO),
        "cost_of_target_CNY_kW": number(candidate.cost_of_target(plant.spec) * KILO),
    }


def _units(plant: Plant, best: Candidate) -> Document:
    return {
        "count": sum(block.count for block in best.blocks),
        "spare": sum(block.spare for block in best.blocks),
        "rating_kW": _common([block.rating / KILO for block in best.blocks]),
        "fluid": _common([block.unit.fluid.name for block in best.blocks]),
        "layout": _common([block.unit.layout.name for block in best.blocks]),
        "blocks": [_block(plant, block) for block in best.blocks],
    }


def _block(plant: Plant, block: Block) -> Document:
    unit, result = block.unit, block.unit.result
    flow = block.rating / unit.gross
    return {
        "name": block.name,
        "count": block.count,
        "spare": block.spare,
        "rating_kW": number(block.rating / KILO),
        "fluid": unit.fluid.name,
        "layout": unit.layout.name,
        "geofluid_kg_s": number(flow),
        "unit_net_kW": number(flow * unit.net / KILO),
        "feed_pump_kW": number(flow * unit.feed_pump / KILO),
        "cooling_kW": number(flow * unit.fan / KILO),
        "T_geofluid_out_C": number(degC(unit.T_out)),
        "eta_thermal": number(result.eta_thermal),
        "states": [state_document(point.name, point.state) for point in state_points(result)],
        "limits": [
            {"name": acted.bound.value, "text": _limit_text(acted, unit.optimum)}
            for acted in unit.optimum.active
        ],
        **_hardware(plant, block),
    }


def _limit_text(acted: ActedLimit, optimum: Optimum) -> str:
    side = "at most" if bound_sense(acted, optimum) is Sense.AT_MOST else "at least"
    value, limit = (written_in_its_unit(acted.bound, number) for number in (acted.value, acted.limit))
    return f"{bound_name(acted.bound)} {value}, {side} {limit}"


def _hardware(plant: Plant, block: Block) -> Document:
    found = hardware_of(plant.spec, block)
    if isinstance(found, NotRateable):
        return {"hardware": None, "hardware_reason": found.why}
    return {"hardware": hardware_document(found)}


def _wells(plant: Plant, best: Candidate) -> Document:
    return {
        "production": sum(best.wells),
        "reinjection": best.injection_wells,
        "surplus_kg_s": number(best.surplus),
        "types": [
            {"name": well.name, "count": count, "mass_flow_kg_s": number(well.mass_flow)}
            for well, count in zip(plant.spec.wells, best.wells, strict=True)
        ],
    }


def _economics(plant: Plant, best: Candidate) -> Document:
    capital = best.capital
    return {
        "capex_CNY": number(capital.total),
        "capex_items": {f"{item.name}_CNY": number(getattr(capital, item.name)) for item in fields(capital)},
        "specific_CNY_kW_installed": number(capital.total / best.installed * KILO),
        "specific_CNY_kW_net": number(best.specific_cost * KILO),
        "plan_CNY_kW": number(plant.spec.costs.plan_specific * KILO),
        "price_level": plant.keys.cost.price_level,
        "lcoe_CNY_kWh": None,
        "lcoe_reason": _NO_PRICE,
    }


def _balance(best: Candidate) -> Document:
    """Largest residuals of all units, as shares of the heat taken in and of the exergy given up."""
    energy, exergy = [0.0], [0.0]
    for block in best.blocks:
        result = block.unit.result
        duty, power = result.duty, result.power
        energy.append(
            abs(float((duty.heat_in + power.pump - power.expander - duty.condenser) / duty.heat_in))
        )
        balance = exergy_balance(result)
        spent = power.net + sum((loss for _, loss in balance.destruction), start=0.0)
        exergy.append(abs(float((balance.given - spent) / balance.given)))
    return {"energy_residual": number(max(energy)), "exergy_residual": number(max(exergy))}


def _rejected(failed: Rejected) -> Document:
    return {
        "rating_kW": number(failed.rating / KILO),
        "fluid": failed.fluid.name,
        "layout": failed.layout.name,
        "why": obstacle_text(failed.obstacle),
    }


def _why(screening: Screening, entry: Ranked) -> str:
    active = [bound_name(acted.bound) for acted in entry.design.optimum.active]
    if screening.objective is DesignObjective.SPECIFIC_COST:
        dearer = 100.0 * entry.behind / (1.0 - entry.behind)
        lost = f"net kilowatt {dearer:.1f} % dearer" if entry.behind else "the cheapest net kilowatt"
    else:
        lost = f"{entry.behind * 100.0:.1f} % less power" if entry.behind else "the most power from the brine"
    return f"{lost}; at the limit of {', '.join(active)}" if active else lost


def _common(values: list[Any]) -> Any:
    """Value shared by all, or null."""
    first = values[0]
    if any(value != first for value in values):
        return None
    return number(first) if isinstance(first, float) and isfinite(first) else first
