"""What a page about a cycle shows: every number converted, rounded and named, nothing laid out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant import __version__
from orcplant.report.cycle_json import coolant_outlet, pinches, power_basis
from orcplant.report.figures import point_number
from orcplant.report.numbers import decimals_for, fixed, significant
from orcplant.report.reasons import warning_texts
from orcplant.report.texts import METHOD, Language, text
from orcplant.thermo.diagrams import state_points
from orcplant.thermo.exergy import ExergyBalance, exergy_balance
from orcplant.thermo.properties import COOLPROP_VERSION, Fluid
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import AirCooling, FlowGiven, NoCooling, NoRecuperator
from orcplant.units import KILO, bar, degC

_LOW = "low_"
_PERCENT = 100.0
_COMMA: Final[dict[Language, str]] = {"en": ", ", "zh": "，"}
_ROUNDING = 1e-9  # an energy balance that closes better is closed


@dataclass(frozen=True, slots=True)
class Tile:
    """A key number."""

    label: str
    value: str
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its name and its cells, already written."""

    name: str
    cells: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the exergy chart; ``width`` is its share of the longest [%]."""

    label: str
    power: str
    share: str
    width: float
    useful: bool


@dataclass(frozen=True, slots=True)
class CycleView:
    """One page in one language."""

    language: Language
    case_name: str
    facts: tuple[Row, ...]
    tiles: tuple[Tile, ...]
    warnings: tuple[str, ...]
    states: tuple[Row, ...]
    streams: tuple[Row, ...]
    powers: tuple[Row, ...]
    duties: tuple[Row, ...]
    pinches: tuple[Row, ...]
    balance: str
    exergy: tuple[Row, ...]
    bars: tuple[Bar, ...]
    inputs: tuple[Row, ...]
    method: tuple[str, ...]
    versions: str


def cycle_view(
    result: CycleResult, case_name: str, inputs: Mapping[str, object], language: Language
) -> CycleView:
    """Everything the page of one solved point shows.

    Parameters
    ----------
    inputs : mapping
        Keys and values of the case as its author wrote them; nested sections become dotted keys.
    """
    has_geofluid = not isinstance(result.spec.source, FlowGiven)
    exergy = exergy_balance(result) if has_geofluid else None
    return CycleView(
        language=language,
        case_name=case_name,
        facts=tuple(_facts(result, language)),
        tiles=tuple(_tiles(result, exergy, language)),
        warnings=(*warning_texts(result, language), *_basis_note(result, language)),
        states=tuple(_states(result, language)),
        streams=tuple(_streams(result, language)),
        powers=tuple(_watts(result.power, "power", _powers(result), language)),
        duties=tuple(_watts(result.duty, "duty", _duties(result), language)),
        pinches=tuple(_pinches(result, language)),
        balance=_balance(result),
        exergy=() if exergy is None else tuple(_exergy_rows(exergy, language)),
        bars=() if exergy is None else tuple(_bars(result, exergy, language)),
        inputs=tuple(Row(key, (value,)) for key, value in _flat(inputs)),
        method=METHOD[language],
        versions=f"orcplant {__version__}, CoolProp {COOLPROP_VERSION}",
    )


def _facts(result: CycleResult, language: Language) -> Iterator[Row]:
    fluids = list(dict.fromkeys(level.fluid.name for level in result.spec.levels))
    yield Row(text("fluid", language), (" / ".join(fluids),))
    layout = "simple"
    if len(result.levels) > 1:
        layout = "dual_level"
    elif not isinstance(result.spec.recuperator, NoRecuperator):
        layout = "recuperated"
    transcritical = any(np.isnan(level.bubble.h) for level in result.levels)
    suffix = text("layout_transcritical", language) if transcritical else ""
    yield Row(text("layout", language), (text(f"layout_{layout}", language) + suffix,))
    yield Row(text("heat_source", language), (_source(result, language),))
    yield Row(text("heat_sink", language), (_sink(result, language),))
    sources = [
        f"{f.name}: {f.citation}" for f in (lv.fluid for lv in result.spec.levels) if isinstance(f, Fluid)
    ]
    if sources:
        yield Row(text("equation_of_state", language), ("; ".join(dict.fromkeys(sources)),))


def _source(result: CycleResult, language: Language) -> str:
    source = result.spec.source
    if isinstance(source, FlowGiven):
        return text("no_source", language)
    geofluid = source.geofluid
    if np.isnan(geofluid.quality):
        name = text("liquid_geofluid", language)
    else:
        name = f"{text('two_phase_geofluid', language)} {significant(float(geofluid.quality), 3)}"
    T, flow = fixed(degC(float(geofluid.T)), 1), significant(float(geofluid.mass_flow))
    return _COMMA[language].join((name, f"{T} °C", f"{flow} kg/s"))


def _sink(result: CycleResult, language: Language) -> str:
    cooling = result.spec.cooling
    if isinstance(cooling, NoCooling):
        return text("no_sink", language)
    name = text("air" if isinstance(cooling, AirCooling) else "water", language)
    T, p = fixed(degC(float(cooling.T_in)), 1), significant(bar(float(cooling.p)), 3)
    return _COMMA[language].join((name, f"{T} °C", f"{p} bar"))


def _tiles(result: CycleResult, exergy: ExergyBalance | None, language: Language) -> Iterator[Tile]:
    power, net_note = result.power, text("net_note", language)
    yield Tile(text("net_power", language), significant(float(power.net) / KILO), "kW", net_note)
    if power_basis(result) == "shaft":
        yield Tile(text("shaft_power", language), significant(float(power.expander) / KILO), "kW")
    else:
        written, note = significant(float(power.generator) / KILO), text("generator_note", language)
        yield Tile(text("generator_power", language), written, "kW", note)
    yield Tile(text("eta_thermal", language), fixed(float(result.eta_thermal) * _PERCENT, 2), "%")
    if exergy is not None:
        for name, value in (("utilisation", exergy.utilisation), ("exergy_efficiency", exergy.efficiency)):
            yield Tile(text(name, language), fixed(float(value) * _PERCENT, 1), "%")
        yield Tile(text("T_geofluid_out", language), fixed(degC(float(result.T_geofluid_out)), 1), "°C")
    flow = sum(float(level.mass_flow) for level in result.levels)
    yield Tile(text("mass_flow_wf", language), significant(flow), "kg/s")


def _basis_note(result: CycleResult, language: Language) -> Iterator[str]:
    if power_basis(result) == "shaft":
        yield text("shaft_note", language)


def _states(result: CycleResult, language: Language) -> Iterator[Row]:
    points = state_points(result)
    for point in points:
        state, low = point.state, point.name.startswith(_LOW)
        suffix = _in_brackets("low_level", language) if low else ""
        cells = (
            point_number(point, points),
            fixed(degC(float(state.T)), 2),
            significant(bar(float(state.p)), 4),
            fixed(float(state.h) / KILO, 2),
            fixed(float(state.s) / KILO, 4),
            fixed(float(state.quality), 4),
        )
        yield Row(text(point.name.removeprefix(_LOW), language) + suffix, cells)


def _in_brackets(key: str, language: Language) -> str:
    return f" ({text(key, language)})" if language == "en" else f"（{text(key, language)}）"


def _streams(result: CycleResult, language: Language) -> Iterator[Row]:
    source, cooling = result.spec.source, result.spec.cooling
    if not isinstance(source, FlowGiven):
        geofluid = source.geofluid
        yield _stream(
            "geofluid", (geofluid.T, result.T_geofluid_out, geofluid.p, geofluid.mass_flow), language
        )
    if not isinstance(cooling, NoCooling):
        name = "air" if isinstance(cooling, AirCooling) else "water"
        values = cooling.T_in, coolant_outlet(result), cooling.p, result.coolant_flow
        yield _stream(name, values, language)


def _stream(name: str, values: tuple[object, ...], language: Language) -> Row:
    T_in, T_out, p, flow = (float(value) for value in values)  # type: ignore[arg-type]
    cells = fixed(degC(T_in), 2), fixed(degC(T_out), 2), significant(bar(p)), significant(flow)
    label = text(name, language)
    return Row(label[:1].upper() + label[1:], cells)


def _powers(result: CycleResult) -> tuple[str, ...]:
    """Powers that the plant has, the net power last."""
    cooling = result.spec.cooling
    generator = () if power_basis(result) == "shaft" else ("generator",)
    own = (
        ()
        if isinstance(cooling, NoCooling)
        else ("fan",)
        if isinstance(cooling, AirCooling)
        else ("cooling_pump",)
    )
    return ("expander", "cycle", *generator, "pump", *own, "net")


def _duties(result: CycleResult) -> tuple[str, ...]:
    recuperator = () if isinstance(result.spec.recuperator, NoRecuperator) else ("recuperator",)
    return ("heat_in", *recuperator, "condenser")


def _watts(record: object, family: str, names: tuple[str, ...], language: Language) -> Iterator[Row]:
    values = {name: float(getattr(record, name)) / KILO for name in names}
    decimals = decimals_for(max(abs(value) for value in values.values()))
    for name, value in values.items():
        yield Row(text(f"{family}_{name}", language), (fixed(value, decimals),), strong=name == "net")


def _pinches(result: CycleResult, language: Language) -> Iterator[Row]:
    given = dict(pinches(result))
    for name, value in given.items():
        suffix = _in_brackets("low_level", language) if name.startswith(_LOW) else ""
        word = name.removeprefix(_LOW)
        # Without a preheater the contract's "evaporator" is the whole heater.
        if word == "evaporator" and name.replace("evaporator", "preheater") not in given:
            word = "heater"
        yield Row(text(word, language) + suffix, (fixed(value, 2),))


def _balance(result: CycleResult) -> str:
    duty, power = result.duty, result.power
    left = float(duty.heat_in) - float(duty.condenser) - float(power.cycle)
    return f"{max(abs(left) / float(duty.heat_in), _ROUNDING):.0e}".replace("e-0", "e-")


def _exergy_rows(exergy: ExergyBalance, language: Language) -> Iterator[Row]:
    decimals = decimals_for(float(exergy.brought) / KILO)
    yield Row(text("exergy_brought", language), (fixed(float(exergy.brought) / KILO, decimals), "kW"))
    yield Row(text("exergy_given", language), (fixed(float(exergy.given) / KILO, decimals), "kW"))
    yield Row(text("dead_state", language), (f"{fixed(degC(float(exergy.T_dead)), 2)} °C, 1.01325", "bar"))


def _bars(result: CycleResult, exergy: ExergyBalance, language: Language) -> Iterator[Bar]:
    """Net power, then every loss: together they are the exergy given up."""
    parts = [("power_net", float(result.power.net))]
    parts += [(name, float(power)) for name, power in exergy.destruction]
    given, longest = float(exergy.given), max(power for _, power in parts)
    decimals = decimals_for(longest / KILO)
    for name, power in parts:
        suffix = _in_brackets("low_level", language) if name.startswith(_LOW) else ""
        yield Bar(
            label=text(name.removeprefix(_LOW), language) + suffix,
            power=fixed(power / KILO, decimals),
            share=fixed(power / given * _PERCENT, 1),
            width=round(max(0.0, power / longest) * _PERCENT, 2),
            useful=name == "power_net",
        )


def _flat(section: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Keys as in the case file, sections joined by dots; keys without a value left out."""
    for key, value in section.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif value is not None:
            yield f"{prefix}{key}", f"{value:.10g}" if isinstance(value, float) else str(value)
