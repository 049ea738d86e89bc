"""A year of a plant as one JSON object, and its tables. Every number's key carries its unit.

Beyond the table of the command line:

- ``annual.mean_net_kW`` and ``own_use`` (auxiliary over gross energy); ``availability`` is the share of
  units on duty that could run, ``availability_expected`` what it is over many years;
- ``months[]`` holds what the report tables; ``limits[]`` the hours in which a limit held a unit, ``stops[]``
  those in which a unit stood still for a reason other than an outage, both as an average over the units;
- ``balance.money_residual`` is null: the hours carry no prices. Consumers of heat, coal and emissions are
  absent: a plant file has none.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from orcplant import __version__
from orcplant.config.design import Design
from orcplant.plant.climate import MONTH, Measured, Normals, monthly_means
from orcplant.plant.outages import expected_availability
from orcplant.plant.year import GroupYear, YearResult, limit_hours, stop_hours
from orcplant.report.cycle_json import Document, number
from orcplant.thermo.offdesign import Flag
from orcplant.thermo.properties import COOLPROP_VERSION
from orcplant.thermo.state import Array
from orcplant.units import KILO, bar, degC

_TONNE = 1e3  # [kg]

_AUXILIARIES = ("feed_pumps", "cooling", "well_pumps", "reinjection_pumps", "station_service")


def year_document(design: Design, year: YearResult) -> Document:
    """Everything `orcplant year` says, ready for `json.dumps`."""
    plant = design.plant
    return {
        "plant": {"name": plant.spec.name, "name_zh": plant.spec.name_zh},
        "plant_sha256": plant.sha256,
        "installed_kW": number(year.installed / KILO),
        "annual": _annual(design, year),
        "auxiliary": {
            f"{name}_MWh": number(energy(getattr(year.auxiliaries, name))) for name in _AUXILIARIES
        },
        "geofluid": _geofluid(year),
        "climate": _climate(design, year),
        "months": [month for month in _months(year)],
        "limits": [
            {"name": str(limit.name).lower(), "time_h": number(hours)}
            for limit, hours in limit_hours(year).items()
        ],
        "stops": [
            {"name": stop.name.lower(), "time_h": number(hours)} for stop, hours in stop_hours(year).items()
        ],
        "balance": {
            "energy_residual": number(year.residuals.energy),
            "mass_residual": number(year.residuals.mass),
            "money_residual": None,
            "money_reason": "the hours of a year carry no prices",
        },
        "assumptions": [
            {"key": assumed.key, "value": assumed.value, "why": assumed.why} for assumed in plant.assumptions
        ],
        "versions": {"orcplant": __version__, "CoolProp": COOLPROP_VERSION},
    }


def year_csv(year: YearResult) -> str:
    """The hours of a year; an empty cell where no brine flows."""
    return str(
        year.to_frame().to_csv(
            index=False, float_format="%.10g", date_format="%Y-%m-%dT%H:%M", lineterminator="\n"
        )
    )


def months_csv(document: Document) -> str:
    """The months of `year_document` as a table."""
    rows = document["months"]
    lines = [",".join(rows[0])]
    lines += [",".join("" if value is None else f"{value:.10g}" for value in row.values()) for row in rows]
    return "\n".join(lines) + "\n"


def energy(power: Array) -> float:
    """Energy of hourly powers [MWh]."""
    return float(np.sum(power)) / 1e6


def monthly_energy(power: Array) -> Array:
    """Energy of every month of hourly powers [MWh]."""
    return np.bincount(MONTH, weights=power, minlength=12) / 1e6


def out_of_range_hours(year: YearResult) -> float:
    """Hours in which a turbine ran beyond its efficiency factors, an average over the units."""
    units = sum(one.group.count for one in year.groups)
    return sum(float(np.sum(_beyond(one))) * one.group.count for one in year.groups) / units


def out_of_range(year: YearResult) -> NDArray[np.bool_]:
    """Hours in which the turbine of any unit ran beyond its efficiency factors."""
    return np.asarray(np.any([_beyond(one) for one in year.groups], axis=0))


def _beyond(one: GroupYear) -> NDArray[np.bool_]:
    return np.asarray(one.point.ok & ((one.point.flags & int(Flag.EFFICIENCY_RANGE)) != 0))


def mean_return(year: YearResult) -> float:
    """Temperature of all brine reinjected in the year, mixed [K]; NaN where none was."""
    flow = float(np.sum(year.mass_flow))
    return float(np.nansum(year.mass_flow * year.T_reinjection)) / flow if flow else float("nan")


def coldest_return(year: YearResult) -> float:
    """Coldest hour of the brine reinjected [K]; infinite where none was."""
    return float(np.min(year.T_reinjection[np.isfinite(year.T_reinjection)], initial=np.inf))


def _annual(design: Design, year: YearResult) -> Document:
    units = sum(one.group.count for one in year.groups)
    availability = design.plant.spec.availability
    expected = sum(expected_availability(one.group, availability) * one.group.count for one in year.groups)
    available = sum(float(np.mean(one.available)) for one in year.groups)
    gross = energy(year.gross)
    return {
        "net_MWh": number(energy(year.net)),
        "gross_MWh": number(gross),
        "capacity_factor": number(year.capacity_factor),
        "mean_net_kW": number(float(np.mean(year.net)) / KILO),
        "own_use": number(energy(year.auxiliaries.total) / gross if gross else np.nan),
        "availability": number(available / units),
        "availability_expected": number(expected / units),
        "turbine_out_of_range_h": number(out_of_range_hours(year)),
    }


def _geofluid(year: YearResult) -> Document:
    return {
        "T_C": number(degC(year.geofluid.T)),
        "p_bar": number(bar(year.geofluid.p)),
        "steam_quality": number(year.geofluid.quality),
        "produced_t": number(year.produced / _TONNE),
        "reinjected_t": number(year.produced / _TONNE),
        "T_reinjection_mean_C": number(degC(mean_return(year))),
        "T_reinjection_min_C": number(degC(coldest_return(year))),
    }


def _climate(design: Design, year: YearResult) -> Document:
    climate, T = design.plant.spec.climate, degC(year.weather.T)
    source = climate.source if isinstance(climate, Measured) else "monthly normals"
    seed = climate.seed if isinstance(climate, Normals) else None
    return {
        "source": source,
        "seed": seed,
        "T_mean_C": number(float(np.mean(T))),
        "T_min_C": number(float(np.min(T))),
        "T_max_C": number(float(np.max(T))),
    }


def _months(year: YearResult) -> Iterator[Document]:
    hours = np.bincount(MONTH, minlength=12)
    T, running = monthly_means(degC(year.weather.T)), monthly_means(year.running.astype(float))
    net, gross = monthly_energy(year.net), monthly_energy(year.gross)
    brine = np.bincount(MONTH, weights=year.mass_flow, minlength=12)
    heat = np.bincount(MONTH, weights=np.nan_to_num(year.mass_flow * year.T_reinjection), minlength=12)
    for k in range(12):
        yield {
            "month": k + 1,
            "T_ambient_C": number(T[k]),
            "net_MWh": number(net[k]),
            "gross_MWh": number(gross[k]),
            "capacity_factor": number(net[k] * 1e6 / (year.installed * hours[k])),
            "produced_t": number(brine[k] * 3600.0 / _TONNE),
            "T_reinjection_C": number(degC(heat[k] / brine[k]) if brine[k] else np.nan),
            "units_running": number(running[k]),
        }
