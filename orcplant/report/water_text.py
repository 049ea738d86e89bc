"""A water study on the terminal: the path, the limits and what to know, on one screen."""

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orcplant.report.water_json import Document
from orcplant.water.minerals import MINERALS

_APART = ("calcite", "aragonite", "silica_am")  # shown as columns, or a twin of one


def water_text(document: Document) -> RenderableType:
    """Tables of a document made by `water_document`."""
    water = document["water"]
    title = Text(water["name"], style="bold")
    if water["invented"]:
        title.append("   INVENTED WATER", style="bold red")
    parts: list[RenderableType] = [title, ""]
    readings = document["readings"] or [{"reading": "closed formulas", "points": document["points"]}]
    for reading in readings:
        parts += [Text(reading["reading"].replace("_", " "), style="bold"), _path(reading["points"]), ""]
    if document["flash"]:
        parts += [Text("after flashing", style="bold"), _flash(document["flash"]), ""]
    if document["gas_out"]:
        parts += [Text("where gas has come out", style="bold"), _flash(document["gas_out"]), ""]
    parts.append(_limits(document))
    parts += [Text(f"warning: {warning}", style="yellow") for warning in document["warnings"]]
    return Group(*parts)


def _path(points: list[Document]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    if any(point["place"] for point in points):
        table.add_column("place", style="bold")
    for name in ("T [C]", "p [bar]", "margin", "pH", "calcite", "silica"):
        table.add_column(name.replace("[", r"\["), justify="right", no_wrap=True)
    table.add_column("also above 0")
    for point in points:
        place = [point["place"] or ""] if any(one["place"] for one in points) else []
        cells = [_cell(point["T_C"], ".1f"), _cell(point["p_bar"], ".2f"), _cell(point["margin_bar"], ".2f")]
        cells += [_cell(point["pH"], ".2f"), _cell(point["SI"].get("calcite"), "+.2f")]
        table.add_row(*place, *cells, _cell(point["silica_ratio"], ".2f"), ", ".join(_others(point)))
    return table


def _others(point: Document) -> Iterator[str]:
    """Other minerals that form within hours and are oversaturated."""
    for key, index in point["SI"].items():
        if index > 0.0 and MINERALS[key].pace == "fast" and key not in _APART:
            yield f"{key} {index:+.2f}"


def _flash(rows: list[Document]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    named = any(row.get("place") for row in rows)
    if named:
        table.add_column("place", style="bold")
    for name in ("T [C]", "p [bar]", "steam [%]", "pH", "calcite", "CaCO3 at most [mg/kg]"):
        table.add_column(name.replace("[", r"\["), justify="right")
    for row in rows:
        table.add_row(
            *([row["place"] or ""] if named else []),
            _cell(row["T_C"], ".1f"),
            _cell(row["p_bar"], ".2f"),
            _cell(100.0 * row["steam_fraction"], ".2f"),
            _cell(row["pH"], ".2f"),
            _cell(row["SI"].get("calcite"), "+.2f"),
            _cell(row["calcite_max_mg_kg"], ".1f"),
        )
    return table


def _limits(document: Document) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in _facts(document):
        table.add_row(name, Text(value, style="bold"))
    return table


def _facts(document: Document) -> Iterator[tuple[str, str]]:
    limits = document["limits"]
    ratio = f"silica ratio {limits['silica_ratio_max']:g}"
    yield f"coldest reinjection, {ratio}", f"{_cell(limits['T_silica_C'], '.1f')} C"
    yield "bubble point at the first place", f"{_cell(document['bubble_point_bar'], '.2f')} bar"
    yield "Larson-Skold index", _cell(document["larson_skold"], ".2f")
    yield "charge balance", f"{_cell(document['charge_balance_percent'], '+.1f')} %"
    if document["inhibitor"] is not None:
        dosing = document["inhibitor"]
        first = dosing["place"] or "the first place"
        where = f"at {first}" if dosing["depth_m"] == 0.0 else f"{dosing['depth_m']:.0f} m below {first}"
        yield "inhibitor", f"{dosing['rate_kg_h']:.2f} kg/h {where}, {dosing['consumption_t_a']:.1f} t a year"


def _cell(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)
