"""A sized plant on a terminal: the answer in a few lines."""

from rich.console import Group, RenderableType
from rich.table import Table

from orcplant.report.cycle_json import Document
from orcplant.report.numbers import fixed

_SHOWN = 10


def sizing_text(document: Document) -> RenderableType:
    """Summary of `sizing_document`: the plant, and the candidates it won against."""
    parts: list[RenderableType] = [_answer(document)]
    if len(document["candidates"]) > 1:
        parts.append(_candidates(document["candidates"][:_SHOWN]))
    return Group(*parts)


def screening_text(document: Document) -> RenderableType:
    """Ranking of `screening_document`."""
    table = Table(title=f"{document['plant']['name']}: fluids and layouts at {document['rating_kW']:.0f} kW")
    for heading in ("", "fluid", "layout", "unit net kJ/kg", "brine out C", "why"):
        table.add_column(heading, justify="right" if "k" in heading or heading.endswith(" C") else "left")
    for row in document["ranking"]:
        net, T_out = row["unit_net_kJ_kg"], row.get("T_geofluid_out_C")
        table.add_row(
            "" if row["rank"] is None else str(row["rank"]),
            row["fluid"],
            row["layout"],
            "–" if net is None else fixed(net, 2),
            "–" if T_out is None else fixed(T_out, 1),
            row["why"],
        )
    return table


def _answer(document: Document) -> Table:
    units, wells, money = document["units"], document["wells"], document["economics"]
    table = Table(title=document["plant"]["name"], show_header=False)
    table.add_column("what")
    table.add_column("value", justify="right")
    spare = f" + {units['spare']} spare" if units["spare"] else ""
    kind = " ".join(str(units[key]) for key in ("fluid", "layout") if units[key] is not None)
    rating = f" x {units['rating_kW']:.0f} kW" if units["rating_kW"] is not None else ""
    rows = (
        ("target", f"{document['target']['power_kW']:.0f} kW ({document['target']['basis']})"),
        ("units", f"{units['count']}{spare}{rating}, {kind}"),
        ("wells", f"{wells['production']} production, {wells['reinjection']} reinjection"),
        (
            "brine",
            f"{document['geofluid']['mass_flow_kg_s']:.1f} kg/s, {wells['surplus_kg_s']:.1f} kg/s to spare",
        ),
        ("reinjection", f"{document['geofluid']['T_reinjection_C']:.1f} C"),
        ("installed", f"{document['installed_kW']:.0f} kW"),
        ("gross", f"{document['gross_power_kW']:.0f} kW"),
        ("net", f"{document['net_power_kW']:.0f} kW at {document['design']['T_ambient_C']:.1f} C"),
        *_year(document["annual"]),
        ("investment", f"{money['capex_CNY'] / 1e6:.0f} million CNY"),
        (
            "per installed kW",
            f"{money['specific_CNY_kW_installed']:.0f} CNY (the plan: {money['plan_CNY_kW']:.0f})",
        ),
    )
    for row in rows:
        table.add_row(*row)
    return table


def _year(annual: Document) -> tuple[tuple[str, str], ...]:
    if annual["net_MWh"] is None:
        return ()
    factor = 100.0 * annual["capacity_factor"]
    return (("a year", f"{annual['net_MWh']:.0f} MWh net, capacity factor {factor:.1f} %"),)


def _candidates(rows: list[Document]) -> Table:
    table = Table(title="candidates, cheapest net kilowatt first")
    for heading in ("units x kW", "fluid", "layout", "wells", "net kW", "CNY per net kW"):
        table.add_column(heading, justify="left" if heading in ("fluid", "layout") else "right")
    for row in rows:
        table.add_row(
            f"{row['count']} + {row['spare']} x {row['rating_kW']:.0f}",
            row["fluid"],
            row["layout"],
            str(row["production_wells"]),
            f"{row['net_power_kW']:.0f}",
            f"{row['specific_CNY_kW_net']:.0f}",
        )
    return table
