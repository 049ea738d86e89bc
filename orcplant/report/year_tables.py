"""Tables of the page of a year: rows of written cells, in one language."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from orcplant.config.design import Design
from orcplant.plant.climate import HOURS, MONTH, Measured, Normals, monthly_means
from orcplant.plant.year import YearResult, limit_hours, stop_hours
from orcplant.report.cycle_view import Row
from orcplant.report.limit_words import MEANINGS, NAMES, stop_short
from orcplant.report.numbers import NO_VALUE, fixed, significant
from orcplant.report.sizing_words import counted, rating_text
from orcplant.report.texts import LANGUAGES, Language, text
from orcplant.report.year_json import energy, mean_return, monthly_energy
from orcplant.thermo.hardware import Hardware
from orcplant.units import KILO, bar, degC

_PERCENT: Final = 100.0
_CONSUMERS: Final = ("feed_pumps", "cooling", "well_pumps", "reinjection_pumps", "station_service")
_ROUNDING: Final = 1e-9
_BEHIND: Final = ("equipment.", "climate.", "availability.", "gathering.", "limits.", "site.", "well_type")
_COLD, _HOT = -15.0, 30.0  # [C]
_WHOLE: Final = 100.0  # [m2], from here without decimals


def month_rows(year: YearResult, language: Language, unit: str) -> Iterator[Row]:
    """Months, then the year."""
    hours = np.bincount(MONTH, minlength=12)
    T, running = monthly_means(degC(year.weather.T)), monthly_means(year.running.astype(float))
    net, gross = monthly_energy(year.net), monthly_energy(year.gross)
    brine = np.bincount(MONTH, weights=year.mass_flow, minlength=12)
    heat = np.bincount(MONTH, weights=np.nan_to_num(year.mass_flow * year.T_reinjection), minlength=12)

    def row(name: str, values: tuple[float, ...], *, strong: bool = False) -> Row:
        ambient, sold, made, factor, drawn, T_return, units = values
        cells = (
            fixed(ambient, 1),
            _energy(sold, unit),
            _energy(made, unit),
            _energy(made - sold, unit),
            fixed(factor * _PERCENT, 1),
            fixed(drawn * 3600.0 / 1e6, 0 if unit == "GWh" else 1),
            fixed(degC(T_return), 1),
            fixed(units, 2),
        )
        return Row(name, cells, strong)

    for k in range(12):
        T_return = heat[k] / brine[k] if brine[k] else np.nan
        factor = net[k] * 1e6 / (year.installed * hours[k])
        values = (T[k], net[k], gross[k], factor, brine[k], T_return, running[k])
        yield row(text(f"month_{k + 1}", language), values)
    whole = (
        float(np.mean(degC(year.weather.T))),
        energy(year.net),
        energy(year.gross),
        year.capacity_factor,
        float(np.sum(brine)),
        mean_return(year),
        float(np.mean(year.running)),
    )
    yield row(text("whole_year", language), whole, strong=True)


def limit_rows(year: YearResult, language: Language) -> Iterator[Row]:
    """Limits by the hours they acted, then what a unit stood still for, then outages."""
    k = LANGUAGES.index(language)
    for limit, hours in sorted(limit_hours(year).items(), key=lambda item: -item[1]):
        yield Row(NAMES[limit][k], (*_hours(hours), MEANINGS[limit][k]))
    for stop, hours in sorted(stop_hours(year).items(), key=lambda item: -item[1]):
        yield Row(stop_short(stop, language), (*_hours(hours), text("stands_still", language)))
    units = sum(one.group.count for one in year.groups)
    out = sum(float(np.sum(one.group.count - one.available)) for one in year.groups) / units
    if out > 0.0:
        note = "outage_note" if any(one.group.spare for one in year.groups) else "outage_no_spare"
        yield Row(text("outages", language), (*_hours(out), text(note, language)))


def power_rows(year: YearResult, language: Language, unit: str) -> Iterator[Row]:
    """Energy from the generators to the fence."""
    gross = energy(year.gross)

    def row(name: str, value: float, *, strong: bool = False) -> Row:
        share = fixed(value / gross * _PERCENT if gross else np.nan, 1)
        return Row(text(name, language), (_energy(value, unit), share), strong)

    yield row("tile_gross_energy", gross, strong=True)
    for name in _CONSUMERS:
        yield row(name, -energy(getattr(year.auxiliaries, name)))
    yield row("tile_net_energy", energy(year.net), strong=True)


def unit_names(design: Design) -> Iterator[str]:
    """Heading of every kind of unit."""
    for units in design.units:
        yield units.name or f"{rating_text(units.rating)} {units.fluid}"


def unit_rows(design: Design, language: Language) -> Iterator[Row]:
    """The steel of every kind of unit, a column each."""
    columns = [_steel(units.hardware) for units in design.units]
    counts = tuple(counted(units.count, units.spare, language) for units in design.units)
    yield Row(text("steel_count", language), counts)
    for key in columns[0]:
        cells = tuple(column[key] for column in columns)
        if any(cell != NO_VALUE for cell in cells):
            yield Row(text(key, language), cells)


def climate_rows(design: Design, year: YearResult, language: Language) -> Iterator[Row]:
    """What the weather of the year is like."""
    T, climate = degC(year.weather.T), design.plant.spec.climate
    yield Row(text("fact_weather", language), (weather_text(design, language),))
    yield Row(text("climate_T", language), (f"{fixed(T.min(), 1)} °C / {fixed(T.max(), 1)} °C",))
    if isinstance(climate, Normals):
        off = np.max(np.abs(monthly_means(year.weather.T) - np.array(climate.T_monthly)))
        yield Row(text("climate_means", language), (f"{fixed(float(off), 2)} K",))
    cold, hot = int(np.sum(T < _COLD)), int(np.sum(T > _HOT))
    yield Row(text("climate_cold", language), (f"{cold} h / {hot} h",))


def balance_rows(year: YearResult, language: Language) -> Iterator[Row]:
    """Residuals of the balances of the year."""
    total = energy(year.net)
    power = abs(float(np.sum(monthly_energy(year.net))) - total) / abs(total) if total else 0.0
    for name, value in (
        ("year_residual_energy", year.residuals.energy),
        ("year_residual_mass", year.residuals.mass),
        ("year_residual_power", power),
    ):
        written = f"{max(value, _ROUNDING):.0e}".replace("e-0", "e-").replace("e-", "e−")
        yield Row(text(name, language), (f"≤ {written}" if value < _ROUNDING else written,))


def assumption_rows(design: Design) -> Iterator[Row]:
    """Assumptions that operation hangs on; those of prices and of the search are in the sizing report."""
    for assumed in design.plant.assumptions:
        if assumed.key.startswith(_BEHIND) or assumed.key == "cost.station_service":
            yield Row(assumed.key, (assumed.value.strip("{} "), assumed.why))


def weather_text(design: Design, language: Language) -> str:
    """Where the hours come from."""
    climate = design.plant.spec.climate
    if isinstance(climate, Measured):
        return f"{text('measured_hours', language)} {climate.source}"
    return f"{text('made_from_normals', language)} {climate.seed}"


def _steel(hardware: Hardware) -> dict[str, str]:
    level, condenser, limits = hardware.level, hardware.condenser, hardware.limits
    heater, recuperator = level.heater, level.recuperator
    low, high, hot = (bar(p) for p in (limits.p_cond_min, limits.p_cond_max, limits.p_evap_max))
    return {
        "steel_rating": rating_text(hardware.generator.rating),
        "steel_brine": f"{fixed(heater.geofluid_flow, 1)} kg/s",
        "steel_fluid": f"{fixed(level.expander.mass_flow, 1)} kg/s",
        "steel_heater": _areas(heater.preheat.area, heater.evaporate.area, heater.superheat.area),
        "steel_condenser": _areas(
            condenser.desuperheat.area, condenser.condense.area, condenser.subcool.area
        ),
        "steel_recuperator": NO_VALUE if recuperator is None else _areas(recuperator.area),
        "steel_fans": f"{significant(hardware.cooler.power / KILO)} kW",
        "steel_pressures": f"{significant(low, 3)} – {significant(high, 3)} bar; {significant(hot, 3)} bar",
    }


def _areas(*areas: float) -> str:
    return " + ".join(fixed(area, 0 if area >= _WHOLE else 1) for area in areas) + " m²"


def _hours(hours: float) -> tuple[str, str]:
    return fixed(hours, 0), fixed(hours / HOURS * _PERCENT, 1)


def _energy(value_MWh: float, unit: str) -> str:
    return fixed(value_MWh / KILO, 2) if unit == "GWh" else fixed(value_MWh, 0)
