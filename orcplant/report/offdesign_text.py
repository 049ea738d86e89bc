"""One operating point of one unit on a terminal."""

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orcplant.config.operation import Question
from orcplant.report.cycle_json import Document
from orcplant.report.cycle_text import cycle_text
from orcplant.report.limit_words import ActiveLimit


def offdesign_text(document: Document, asked: Question, limits: list[ActiveLimit]) -> RenderableType:
    """What was asked, the point as a cycle, its machines, and the limits that hold it."""
    cycle = cycle_text(document, document["case"]["name"])
    held = [Text(f"limit: {limit.words('en')}", style="yellow") for limit in limits]
    if document["load"]["reached"] is False:
        basis = document["power"]["net_kW" if asked.load_basis == "net" else "generator_kW"]
        wanted = f"{asked.load_kW:.0f} kW {asked.load_basis}"
        said = f"load: {wanted} asked for, {basis:.0f} kW is all it gives here"
        held.append(Text(said, style="yellow"))
    return Group(_heading(document, asked), "", cycle, "", _machines(document), *held)


def _heading(document: Document, asked: Question) -> Text:
    unit = document["unit"]
    name = f"{unit['name']}, " if unit["name"] else ""
    load = "" if asked.load_kW is None else f", load {asked.load_kW:g} kW {asked.load_basis}"
    said = (
        f"unit {unit['number']}: {name}{unit['rating_kW']:.0f} kW at {asked.T_ambient_C:g} C ambient,"
        f" geofluid {asked.T_geofluid_C:g} C, {asked.flow_fraction:g} of design flow{load}"
    )
    return Text(said)


def _machines(document: Document) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Unit", style="bold")
    table.add_column("", justify="right")
    for name, written in _rows(document):
        table.add_row(name, written)
    return table


def _rows(document: Document) -> Iterator[tuple[str, str]]:
    machines, geofluid = document["machines"], document["geofluid"]
    yield "load of rating", f"{100.0 * document['load']['of_rating']:.1f} %"
    yield "turbine efficiency", f"{100.0 * machines['eta_expander']:.1f} %"
    yield "feed pump efficiency, speed", f"{100.0 * machines['eta_pump']:.1f} %, {machines['pump_speed']:.3f}"
    yield "generator efficiency", f"{100.0 * machines['eta_generator']:.1f} %"
    yield "fan speed", f"{machines['fan_speed']:.3f}"
    if machines["valve"] < 1.0:
        yield "inlet valve leaves", f"{100.0 * machines['valve']:.1f} % of the pressure difference"
    if geofluid["bypass_kg_s"] > 0.0:
        yield (
            "geofluid drawn, of it bypass",
            (f"{geofluid['drawn_kg_s']:.3f} kg/s, {geofluid['bypass_kg_s']:.3f} kg/s"),
        )
    yield "geofluid returned", f"{geofluid['T_return_C']:.2f} C"
