"""site.toml: what it becomes, and every mistake in one line."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from orcplant.config.check import check_file
from orcplant.config.schema import json_schema
from orcplant.config.site import load_site
from orcplant.errors import ConfigError
from orcplant.resources import configs_dir

DEVICE = """
[[device]]
name = "U{:02d}"
type = "orc_unit"
count = 3
host = "127.0.0.1"
port = 15021
device_id = 1
capabilities = ["signature", "heartbeat"]
"""


def write_site(folder: Path, text: str) -> Path:
    (folder / "site.toml").write_text(text, encoding="utf-8")
    return folder


def write_rig_table(folder: Path) -> None:
    header = (configs_dir() / "tags" / "orc_unit.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "tags").mkdir()
    row = "SPEED,Speed,转速,rpm,input,7,uint16,,,,,,r,0,4000,fast,,,,,none"
    (folder / "tags" / "rig.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")


def test_devices_are_numbered_and_carry_prefixed_tables(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path, DEVICE))
    assert [(d.name, d.port, d.device_id, d.number) for d in site.devices] == [
        ("U01", 15021, 1, 1),
        ("U02", 15022, 1, 2),
        ("U03", 15023, 1, 3),
    ]
    assert "U02.POWER_SP" in site.devices[1].table
    assert site.devices[0].capabilities == {"signature", "heartbeat"}
    assert (site.fast_s, site.slow_s, site.state) == (1.0, 10.0, "")
    assert site.endpoint == "opc.tcp://127.0.0.1:4840/orcplant"
    assert site.simulation.start == datetime(2026, 1, 15, 8)
    assert site.of_type("orc_unit") == site.devices
    assert site.folder == tmp_path


def test_one_port_and_many_device_ids(tmp_path: Path) -> None:
    text = DEVICE.replace("device_id = 1", "device_id = 11\ndevice_id_step = 1\nport_step = 0")
    site = load_site(write_site(tmp_path, text))
    assert [(d.port, d.device_id) for d in site.devices] == [(15021, 11), (15021, 12), (15021, 13)]


def test_limits_of_a_tag_and_of_a_type(tmp_path: Path) -> None:
    limits = '[[limit]]\ntag = "orc_unit.POWER_SP"\nhi = 2500\n'
    limits += '[[limit]]\ntag = "U02.POWER_SP"\nlo = 100\nhi = 900\n'
    site = load_site(write_site(tmp_path, DEVICE + limits))
    assert site.limits == {
        "U01.POWER_SP": (0.0, 2500.0),
        "U02.POWER_SP": (100.0, 900.0),
        "U03.POWER_SP": (0.0, 2500.0),
    }


def test_a_table_of_the_plant_itself_comes_first(tmp_path: Path) -> None:
    write_rig_table(tmp_path)
    text = DEVICE.replace("orc_unit", "rig").replace('["signature", "heartbeat"]', "[]")
    site = load_site(write_site(tmp_path, text))
    assert [tag.name for tag in site.devices[0].table] == ["U01.SPEED"]


def test_a_capability_needs_its_tags(tmp_path: Path) -> None:
    write_rig_table(tmp_path)
    with pytest.raises(ConfigError, match="'signature', which needs the tag MAP_VERSION; rig.csv has none"):
        load_site(write_site(tmp_path, DEVICE.replace("orc_unit", "rig")))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('type = "orc_unit"', 'type = "orc"', 'device[0].type = "orc" cannot be used: '),
        ("count = 3", "count = 0", "device.0.count = 0 below 1"),
        ("port = 15021", "port = 65535", "device.0.port = 65535: the last of 3 would be above 65535"),
        ("device_id = 1", "device_id = 0", "device.0.device_id = 0 below 1"),
        ("device_id = 1", "device_id = 246\ndevice_id_step = 1", "device.0.device_id = 246: the last of 3"),
        ('"U{:02d}"', '"U"', "device[0]: name U stands already in device[0]"),
        ('"U{:02d}"', '"U{"', 'device[0].name = "U{" is no name with one number'),
        ('"U{:02d}"', '"U{}{}"', 'device[0].name = "U{}{}" is no name with one number'),
        ('"U{:02d}"', '"unit {}"', "device[0].name = 'unit 1' is not 1 to 20 capitals"),
        (
            "port = 15021",
            "port = 15021\nport_step = 0",
            "U02 is at 127.0.0.1:15021 device_id 1, where U01 is",
        ),
        ('"heartbeat"', '"telepathy"', "device.0.capabilities.1 = "),
        ("count = 3", "cuont = 3", "device.0.cuont is not a known key"),
        ('host = "127.0.0.1"\n', "", "device.0.host is missing"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = DEVICE.replace(old, new, 1)
    assert text != DEVICE
    with pytest.raises(ConfigError) as caught:
        load_site(write_site(tmp_path, text))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "site.toml"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "[device] is missing"),
        (DEVICE + DEVICE, "device[1]: name U01 stands already in device[0]"),
        (DEVICE + "[poll]\nfast_s = 0.01\n", "poll.fast_s = 0.01 below 0.1"),
        (DEVICE + "[poll]\nfast_s = 5.0\nslow_s = 1.0\n", "poll.slow_s = 1 below fast_s = 5"),
        (DEVICE + '[gateway]\nendpoint = "http://x"\n', "gateway.endpoint = "),
        (DEVICE + '[simulator]\nstart = "2026-02-30T08:00"\n', "is no date and time"),
        (
            DEVICE + '[[limit]]\ntag = "U09.POWER_SP"\nhi = 1\n',
            'limit[0].tag = "U09.POWER_SP" is no tag of this site',
        ),
        (DEVICE + '[[limit]]\ntag = "U01.POWER_NET"\nhi = 1\n', "is no number that can be written"),
        (
            DEVICE + '[[limit]]\ntag = "U01.POWER_SP"\nhi = 7000\n',
            "0 to 7000 is not within 0 to 6000 of its table",
        ),
        (DEVICE + '[[limit]]\ntag = "U01.POWER_SP"\n', "lo or hi is needed"),
    ],
)
def test_a_mistake_outside_the_devices_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_site(write_site(tmp_path, text))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("plant", ["tianzhen_20mw", "tianzhen_pilot"])
def test_the_shipped_sites_run_the_units_and_wells_of_their_design(plant: str) -> None:
    folder = configs_dir() / plant
    site = load_site(folder)
    design = json.loads((folder / "design.json").read_text(encoding="utf-8"))
    assert len(site.of_type("orc_unit")) == design["units"]["count"] + design["units"]["spare"]
    assert len(site.of_type("wellfield")) == max(
        design["wells"]["production"], design["wells"]["reinjection"]
    )
    assert all(device.host == "127.0.0.1" for device in site.devices)
    assert check_file(folder / "site.toml").is_known


def test_there_is_a_schema() -> None:
    assert json_schema("site")["properties"]["device"]["minItems"] == 1
