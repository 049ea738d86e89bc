"""Pages of the register maps, from the tag tables."""

from collections.abc import Iterable

from orcplant.tags import Table, Tag, TagTable, load_alarms, load_table, table_types

_TITLES = {
    "heating_station": "Heating station",
    "orc_unit": "ORC unit",
    "substation": "Substation",
    "water_station": "Water station",
    "wellfield": "Well pad",
}
_READ = {Table.COIL: 1, Table.DISCRETE: 2, Table.HOLDING: 3, Table.INPUT: 4}


def pages() -> dict[str, str]:
    """Text of every page by its name under docs/registers/."""
    tables = [load_table(name) for name in table_types()]
    return {"README.md": _index(tables)} | {f"{table.type}.md": _page(table) for table in tables}


def _index(tables: list[TagTable]) -> str:
    rows = [
        f"| [{_TITLES[table.type]}]({table.type}.md) | {len(table)} | {table.fingerprint:08X} |"
        for table in tables
    ]
    return "\n".join(
        [
            "# Register maps",
            "",
            "Written from `configs/tags/*.csv` by `make docs`. Addresses are zero-based; value = raw x scale"
            " + offset; words and bytes are big-endian unless a row says little. The fingerprint is what"
            " `MAP_VERSION` reads.",
            "",
            "| type of device | tags | fingerprint |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _page(table: TagTable) -> str:
    lines = [f"# {_TITLES[table.type]}", "", f"Fingerprint {table.fingerprint:08X}.", ""]
    for place in Table:
        tags = sorted((tag for tag in table if tag.table is place), key=lambda tag: tag.address)
        if tags:
            lines += [f"## {place.value.capitalize()}, function code {_READ[place]}", "", *_rows(tags), ""]
    alarms = [alarm for alarm in load_alarms() if alarm.device_type == table.type]
    lines += ["## Alarms", "", "| tag | kind | limit | priority | text | 文本 |", "|---|---|---|---|---|---|"]
    for alarm in alarms:
        limit = alarm.state or ("" if alarm.limit != alarm.limit else f"{alarm.limit:g}")
        limit = f"{limit} of {alarm.reference}" if alarm.reference else limit
        lines.append(
            f"| {alarm.tag} | {alarm.kind} | {limit} | {alarm.priority} | {alarm.text_en} | {alarm.text_zh} |"
        )
    return "\n".join([*lines, ""])


def _rows(tags: Iterable[Tag]) -> list[str]:
    lines = [
        "| address | tag | type | scale | unit | range | access | poll | text | 文本 |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    return [*lines, *(_row(tag) for tag in tags)]


def _row(tag: Tag) -> str:
    address = str(tag.address) if tag.size == 1 else f"{tag.address}-{tag.end - 1}"
    orders = [
        f"{what} little"
        for what, order in (("words", tag.word_order), ("bytes", tag.byte_order))
        if order == "little"
    ]
    dtype = ", ".join([str(tag.dtype).replace("|", "/").replace(";", "; "), *orders])
    scale = "" if (tag.scale, tag.offset) == (1.0, 0.0) else f"{tag.scale:g}"
    if tag.offset:
        scale += f" {tag.offset:+g}"
    span = f"{tag.range_lo:g} to {tag.range_hi:g}" if tag.dtype.is_number else ""
    if tag.sentinel is not None:
        span += f"; {tag.sentinel:g} raw: none"
    return (
        f"| {address} | {tag.name} | {dtype} | {scale} | {tag.eng_unit} | {span} | {tag.access} |"
        f" {tag.poll_group} | {tag.text_en} | {tag.text_zh} |"
    )
