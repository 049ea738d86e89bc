"""Tag tables: what they say, what they refuse, and that the shipped ones hold together."""

import csv
from pathlib import Path

import pytest

from orcplant.errors import ConfigError
from orcplant.tags import (
    Access,
    AlarmKind,
    Kind,
    Order,
    PollGroup,
    Table,
    load_alarms,
    load_table,
    table_types,
)
from orcplant.tags.reading import COLUMNS, tags_dir

GOOD = {
    "tag": "POWER_SP", "text_en": "Power", "text_zh": "功率", "eng_unit": "kW", "table": "holding",
    "address": "4", "dtype": "float32", "word_order": "big", "byte_order": "big", "scale": "",
    "offset": "", "sentinel": "",
    "access": "rw", "range_lo": "0", "range_hi": "600", "poll_group": "slow", "readback": "POWER_SP",
    "verify_by": "POWER_SP", "verify_tol": "1", "verify_within_s": "5", "history": "all",
}  # fmt: skip
PLAIN = GOOD | {"readback": "", "verify_by": "", "verify_tol": "", "verify_within_s": ""}
SHIPPED = table_types()


def write_table(folder: Path, *rows: dict[str, str]) -> Path:
    with (folder / "rig.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_row_becomes_a_tag(tmp_path: Path) -> None:
    table = load_table("rig", write_table(tmp_path, GOOD))
    tag = table["POWER_SP"]
    assert (tag.table, tag.address, tag.end, tag.size) == (Table.HOLDING, 4, 6, 2)
    assert (tag.dtype.kind, tag.word_order, tag.scale, tag.offset, tag.sentinel) == (
        Kind.FLOAT32,
        Order.BIG,
        1.0,
        0.0,
        None,
    )
    assert tag.access is Access.RW
    assert tag.is_writable and tag.is_readable
    assert tag.poll_group is PollGroup.SLOW


def test_prefix_reaches_the_tags_it_names(tmp_path: Path) -> None:
    table = load_table("rig", write_table(tmp_path, GOOD)).prefixed("U07")
    tag = table["U07.POWER_SP"]
    assert (tag.name, tag.readback, tag.verify_by) == ("U07.POWER_SP",) * 3
    assert "POWER_SP" not in table
    assert table.fingerprint == load_table("rig", tmp_path).fingerprint


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"tag": "power"}, "row 2: tag = 'power' is not 1 to 40 capitals"),
        ({"text_zh": ""}, "row 2: text_zh = '' is empty"),
        ({"table": "output"}, "row 2: table = 'output' is none of coil, discrete, input, holding"),
        ({"address": "65536"}, "row 2: address = '65536' is not a whole number from 0 to 65535"),
        ({"address": "65535"}, "row 2: address = '65535' is too high"),
        ({"address": "-1"}, "row 2: address = '-1' is not a whole number"),
        ({"address": "²"}, "row 2: address = '²' is not a whole number"),
        ({"dtype": "float16"}, "row 2: dtype = 'float16' is none of bool, int16"),
        ({"dtype": "bool"}, "row 2: dtype = 'bool' does not fit"),
        ({"dtype": "int16:2"}, "row 2: dtype = 'int16:2' has '2' after int16"),
        ({"dtype": "string:7"}, "row 2: dtype = 'string:7' needs an even number"),
        ({"dtype": "enum:a=0;b"}, "row 2: dtype = 'enum:a=0;b' has 'b' where name=number"),
        ({"dtype": "enum:a=0;a=1"}, "row 2: dtype = 'enum:a=0;a=1' has a name or a number twice"),
        ({"dtype": "bits:a=32"}, "row 2: dtype = 'bits:a=32' has a=32, above 31"),
        ({"word_order": "middle"}, "row 2: word_order = 'middle' is none of big, little"),
        ({"scale": "0"}, "row 2: scale = '0' is zero"),
        ({"scale": "nan"}, "row 2: scale = 'nan' is not a finite number"),
        ({"offset": "x"}, "row 2: offset = 'x' is not a number"),
        ({"access": "x"}, "row 2: access = 'x' is none of r, rw, w"),
        ({"access": "rw", "table": "input"}, "row 2: access = 'rw' is not possible: table input"),
        ({"access": "w"}, "row 2: poll_group = 'slow' does not fit access w"),
        ({"poll_group": "never"}, "row 2: poll_group = 'never' does not fit access rw"),
        ({"range_lo": "600"}, "row 2: range_lo = '600' is not below range_hi = '600'"),
        ({"range_hi": ""}, "row 2: range_hi = '' is empty"),
        ({"dtype": "int16", "range_hi": "40000"}, "row 2: range_hi = '40000' is raw 40000, outside int16"),
        ({"dtype": "uint16", "range_lo": "-5"}, "row 2: range_lo = '-5' is raw -5, outside uint16"),
        ({"dtype": "int16", "sentinel": "-40000"}, "row 2: sentinel = '-40000' is outside int16"),
        ({"dtype": "int16", "sentinel": "7"}, "row 2: sentinel = '7' is a value inside the range"),
        ({"history": "often"}, "row 2: history = 'often' is none of"),
        ({"history": "deadband:0"}, "row 2: history = 'deadband:0' is none of"),
        ({"readback": "OTHER"}, "row 2: readback = 'OTHER' is no readable tag"),
        ({"verify_by": "OTHER", "verify_within_s": "5"}, "row 2: verify_by = 'OTHER' is no readable tag"),
        ({"verify_by": "POWER_SP"}, "row 2: verify_within_s = '' must be above 0"),
        ({"verify_tol": "-1"}, "row 2: verify_tol = '-1' is below 0"),
        ({"access": "r", "readback": "POWER_SP"}, "row 2: readback = 'POWER_SP' has no meaning"),
    ],
)
def test_bad_cell_is_refused_by_row_and_column(change: dict[str, str], text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load_table("rig", write_table(tmp_path, PLAIN | change))
    assert text in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path / "rig.csv"))
    assert "\n" not in str(refused.value)


def test_overlap_is_refused(tmp_path: Path) -> None:
    other = PLAIN | {"tag": "OTHER", "address": "5", "dtype": "int16", "range_hi": "10"}
    with pytest.raises(ConfigError, match=r"row 3: address = '5' overlaps POWER_SP, which takes 4 to 5"):
        load_table("rig", write_table(tmp_path, PLAIN, other))


def test_same_address_in_another_table_is_no_overlap(tmp_path: Path) -> None:
    other = PLAIN | {"tag": "OTHER", "table": "input", "access": "r"}
    assert len(load_table("rig", write_table(tmp_path, PLAIN, other))) == 2


def test_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"row 3: tag = 'POWER_SP' stands already in row 2"):
        load_table("rig", write_table(tmp_path, PLAIN, PLAIN | {"address": "10"}))


def test_enum_has_no_range(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"row 2: range_lo = '0' has no meaning for enum"):
        load_table("rig", write_table(tmp_path, PLAIN | {"dtype": "enum:a=0"}))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("tag,text\n", "the first row must read: tag,text_en"),
        (",".join(COLUMNS) + "\nA,B\n", "row 2: 2 cells, 21 needed"),
        (",".join(COLUMNS) + '\n"A\n', "not a CSV file"),
    ],
)
def test_file_that_is_no_table(content: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "rig.csv").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=text):
        load_table("rig", tmp_path)


def test_unknown_type_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="no tag table for type 'orc'; known are heating_station, orc_unit"):
        load_table("orc")


def test_a_folder_without_the_table_falls_back_on_the_shipped_one(tmp_path: Path) -> None:
    assert load_table("orc_unit", tmp_path) == load_table("orc_unit")


def test_fingerprint_follows_the_wire_and_not_the_words(tmp_path: Path) -> None:
    def of(change: dict[str, str], name: str) -> int:
        folder = tmp_path / name
        folder.mkdir()
        return load_table("rig", write_table(folder, PLAIN | change)).fingerprint

    same = of({}, "a")
    assert of({"text_en": "Other words", "range_hi": "700"}, "b") == same
    assert (
        len({same, of({"word_order": "little"}, "c"), of({"scale": "2"}, "d"), of({"address": "6"}, "e")})
        == 4
    )


# The shipped tables


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_table_has_a_signature_and_a_command_block(name: str) -> None:
    table = load_table(name)
    assert table["MAP_VERSION"].address == 0
    assert (table["CMD_SEQ"].address, table["CMD"].address) == (0, 1), "one write carries both"
    for tag in ("KNOWN_CONST", "BOOT_ID", "HEARTBEAT_PLC", "HEARTBEAT_CORE", "CMD_SEQ_ACK", "AUTHORITY"):
        assert tag in table
    assert table["CMD"].verify_by == "CMD_LAST"
    assert table["CMD"].dtype == table["CMD_LAST"].dtype


def test_shipped_tables_use_every_type_and_order() -> None:
    tags = [tag for name in SHIPPED for tag in load_table(name)]
    assert {tag.dtype.kind for tag in tags} == set(Kind)
    for order in Order:
        assert any(tag.word_order is order and tag.dtype.registers > 1 for tag in tags)
        assert any(tag.byte_order is order for tag in tags)
    assert {tag.table for tag in tags} == set(Table)
    assert any(tag.sentinel is not None for tag in tags)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_setpoint_says_how_it_is_verified(name: str) -> None:
    table = load_table(name)
    for tag in table:
        if tag.name.endswith("_SP") and tag.is_writable:
            assert tag.readback == tag.name
            assert tag.verify_by


def test_shipped_tables_fit_few_reads() -> None:
    for name in SHIPPED:
        table = load_table(name)
        assert max(tag.end for tag in table if tag.table is Table.INPUT) <= 125


def test_alarms_are_complete() -> None:
    alarms = load_alarms()
    assert {alarm.device_type for alarm in alarms} == set(SHIPPED)
    assert {alarm.kind for alarm in alarms} == set(AlarmKind) - {AlarmKind.HH}
    trips = {name for name, _ in load_table("orc_unit")["TRIPS"].dtype.names}
    alarmed = {a.state for a in alarms if (a.device_type, a.tag) == ("orc_unit", "TRIPS")}
    assert alarmed == trips, "no trip without cause, consequence and action"


def test_few_alarms_are_of_the_highest_priority_beside_trips() -> None:
    process = [alarm for alarm in load_alarms() if alarm.kind is not AlarmKind.STATE]
    assert sum(alarm.priority == 1 for alarm in process) / len(process) < 0.25


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("type", "orc", "there is no tag table for type 'orc'"),
        ("tag", "NOPE", "tag = 'NOPE' is no tag of orc_unit.csv"),
        ("kind", "HIGH", "kind = 'HIGH' is none of LL, L"),
        ("limit", "99999", "limit = '99999' is outside the tag's range"),
        ("limit", "", "limit = '' is not a number"),
        ("priority", "4", "priority = '4' is none of 1, 2, 3"),
        ("on_delay_s", "-1", "on_delay_s = '-1' is below 0"),
        ("action_zh", "", "action_zh = '' is empty"),
    ],
)
def test_bad_alarm_is_refused_by_row_and_column(column: str, value: str, text: str, tmp_path: Path) -> None:
    with (tags_dir() / "alarms.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    row = next(row for row in rows if row["kind"] == "H" and row["type"] == "orc_unit")
    write_alarms(tmp_path, row | {column: value})
    with pytest.raises(ConfigError) as refused:
        load_alarms(tmp_path)
    assert text in str(refused.value)


@pytest.mark.parametrize(
    ("tag", "kind", "limit", "text"),
    [
        ("STATE", "STATE", "broken", "limit = 'broken' is none of stopped, ready"),
        ("STATE", "H", "3", "kind = 'H' needs a number; STATE is enum"),
        ("POWER_NET", "DEV", "NOPE:3", "limit = 'NOPE:3' is no tag"),
        ("POWER_NET", "DEV", "POWER_SP", "limit = 'POWER_SP' needs a number above 0"),
        ("POWER_NET", "ROC", "-3", "limit = '-3' needs a number above 0"),
        ("POWER_NET", "BAD", "3", "limit = '3' has no meaning for BAD"),
        ("BREAKER", "STATE", "2", "limit = '2' is none of 0, 1"),
    ],
)
def test_limit_must_fit_its_kind(tag: str, kind: str, limit: str, text: str, tmp_path: Path) -> None:
    with (tags_dir() / "alarms.csv").open(encoding="utf-8", newline="") as lines:
        row = next(csv.DictReader(lines))
    write_alarms(tmp_path, row | {"tag": tag, "kind": kind, "limit": limit})
    with pytest.raises(ConfigError) as refused:
        load_alarms(tmp_path)
    assert text in str(refused.value)


def test_alarm_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with (tags_dir() / "alarms.csv").open(encoding="utf-8", newline="") as lines:
        row = next(csv.DictReader(lines))
    write_alarms(tmp_path, row, row)
    with pytest.raises(ConfigError, match="row 3: tag = 'TRIPS' has this alarm already in row 2"):
        load_alarms(tmp_path)


def write_alarms(folder: Path, *rows: dict[str, str]) -> None:
    with (folder / "alarms.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows(rows)
