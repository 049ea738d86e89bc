"""A year of a plant on a terminal: the sums, then the months."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table

from orcplant.report.cycle_json import Document
from orcplant.report.numbers import fixed

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def year_text(document: Document) -> RenderableType:
    """Summary of `year_document`."""
    return Group(_sums(document), _months(document))


def _sums(document: Document) -> Table:
    table = Table(title=f"{document['plant']['name']}: a year", show_header=False)
    table.add_column("what")
    table.add_column("value", justify="right")
    for name, value in _rows(document):
        table.add_row(name, value)
    return table


def _rows(document: Document) -> Iterator[tuple[str, str]]:
    annual, brine, climate = document["annual"], document["geofluid"], document["climate"]
    yield "net energy", f"{fixed(annual['net_MWh'], 0)} MWh"
    yield "gross energy", f"{fixed(annual['gross_MWh'], 0)} MWh"
    yield "capacity factor", f"{fixed(100.0 * annual['capacity_factor'], 1)} %"
    yield "mean net power", f"{fixed(annual['mean_net_kW'], 0)} kW"
    if annual["own_use"] is not None:
        yield "own consumption", f"{fixed(100.0 * annual['own_use'], 1)} % of gross"
    yield "units available", f"{fixed(100.0 * annual['availability'], 1)} %"
    yield "brine drawn and reinjected", f"{fixed(brine['produced_t'] / 1e3, 0)} kt"
    if brine["T_reinjection_mean_C"] is not None:
        coldest = fixed(brine["T_reinjection_min_C"], 1)
        yield "reinjection", f"{fixed(brine['T_reinjection_mean_C'], 1)} C, at least {coldest} C"
    yield "ambient", f"{fixed(climate['T_min_C'], 1)} to {fixed(climate['T_max_C'], 1)} C"
    for kind in ("limits", "stops"):
        for entry in sorted(document[kind], key=lambda entry: -entry["time_h"]):
            verb = "limit" if kind == "limits" else "stands still"
            yield f"{verb}: {entry['name'].replace('_', ' ')}", f"{fixed(entry['time_h'], 0)} h"


def _months(document: Document) -> Table:
    table = Table()
    for heading in ("", "ambient C", "net MWh", "gross MWh", "CF %", "reinjection C", "units"):
        table.add_column(heading, justify="right" if heading else "left")
    for row in document["months"]:
        T_return = row["T_reinjection_C"]
        table.add_row(
            _MONTHS[row["month"] - 1],
            fixed(row["T_ambient_C"], 1),
            fixed(row["net_MWh"], 0),
            fixed(row["gross_MWh"], 0),
            fixed(100.0 * row["capacity_factor"], 1),
            "–" if T_return is None else fixed(T_return, 1),
            fixed(row["units_running"], 2),
        )
    return table
