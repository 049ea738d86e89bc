"""A solved case on the terminal: states, powers, streams and pinches on one screen."""

from collections.abc import Iterator

from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orcplant.report.cycle_json import Document

_STATE_COLUMNS = (("T", "C", ".2f"), ("p", "bar", ".3f"), ("h", "kJ/kg", ".2f"), ("s", "kJ/kgK", ".4f"))
_WORDS = {"cycle": "cycle (expander - pump)", "heat_in": "heat in"}


def cycle_text(document: Document, name: str) -> RenderableType:
    """Tables of a document made by `cycle_document`, under a name."""
    cycle = document["case"]
    title = Text.assemble((name, "bold"), f"   {cycle['fluid']}, {cycle['layout'].replace('_', ' ')}")
    if document["power_basis"] == "shaft":
        title.append("   shaft powers: no generator efficiency given", style="yellow")
    tables = (_rows("Power", "kW", _powers(document)), _rows("Heat", "kW", _heat(document)))
    details = (
        _rows("Streams", "", _streams(document)),
        _rows("Smallest difference", "K", _pinches(document)),
    )
    parts: list[RenderableType] = [title, "", _states(document), "", Columns(tables, padding=(0, 4)), ""]
    parts.append(Columns([table for table in details if table.row_count], padding=(0, 4)))
    parts += [Text(f"warning: {warning}", style="yellow") for warning in document["warnings"]]
    return Group(*parts)


def _states(document: Document) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("state", style="bold")
    for symbol, unit, _ in _STATE_COLUMNS:
        table.add_column(f"{symbol} [{unit}]".replace("[", r"\["), justify="right")
    table.add_column("quality", justify="right")
    for state in document["states"]:
        values = (state["T_C"], state["p_bar"], state["h_kJ_kg"], state["s_kJ_kgK"])
        cells = [_cell(value, column[2]) for value, column in zip(values, _STATE_COLUMNS, strict=True)]
        table.add_row(state["point"].replace("_", " "), *cells, _cell(state["quality"], ".3f"))
    return table


def _rows(title: str, unit: str, rows: Iterator[tuple[str, str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(title, style="bold")
    table.add_column(unit, justify="right")
    for name, text in rows:
        table.add_row(name, text, style="bold green" if name == "net" else None)
    return table


def _powers(document: Document) -> Iterator[tuple[str, str]]:
    for key, value in document["power"].items():
        name = key.removesuffix("_kW")
        yield _WORDS.get(name, name.replace("_", " ")), _cell(value, ",.1f")


def _heat(document: Document) -> Iterator[tuple[str, str]]:
    for key, value in document["duty"].items():
        name = key.removesuffix("_kW")
        yield _WORDS.get(name, name), _cell(value, ",.1f")
    yield "thermal efficiency", _percent(document["eta_thermal"])
    if "exergy" in document:
        yield "exergy efficiency", _percent(document["exergy"]["efficiency"])
        yield "utilisation", _percent(document["exergy"]["utilisation"])


def _streams(document: Document) -> Iterator[tuple[str, str]]:
    names = {"geofluid": "geofluid", "cooling": "coolant"}
    for key, name in names.items():
        if key in document:
            stream = document[key]
            temperatures = f"{_cell(stream['T_in_C'], '.2f')} -> {_cell(stream['T_out_C'], '.2f')} C"
            yield name, f"{_cell(stream['mass_flow_kg_s'], ',.3f')} kg/s   {temperatures}"
    for key, flow in document["working_fluid"].items():
        level = key.removesuffix("mass_flow_kg_s").strip("_")
        yield f"working fluid {level}".strip(), f"{_cell(flow, ',.3f')} kg/s"


def _pinches(document: Document) -> Iterator[tuple[str, str]]:
    for key, value in document["pinch"].items():
        yield key.removesuffix("_K").replace("_", " "), _cell(value, ".2f")


def _cell(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100.0 * value:.2f} %"
