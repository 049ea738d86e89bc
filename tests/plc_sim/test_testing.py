"""The fixtures for outside rigs: on real sockets, found by pytest, without a sleep."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyModbusTCP.client import ModbusClient
from pyModbusTCP.utils import decode_ieee, word_list_to_long

from plc_sim import plants as plants_room
from plc_sim.testing import Rig
from tests.plc_sim import plants
from tests.plc_sim.test_serve import a_rig


@pytest.fixture(autouse=True)
def quick_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plants_room, "closure", plants.remembered)


def test_a_rig_reads_what_the_plant_does(plc_sim_rig: Callable[..., Rig]) -> None:
    rig = plc_sim_rig("tianzhen_pilot", running=True)
    host, port, device_id = rig.address("U02")
    client = ModbusClient(host, port, unit_id=device_id, timeout=5.0)
    rig.tick(60.0)
    address = rig.simulator.groups["orc_unit"].bank.table["POWER_NET"].address
    words = client.read_input_registers(address, 2)
    assert decode_ieee(word_list_to_long(words)[0]) == pytest.approx(rig.value("U02.POWER_NET"), rel=1e-6)
    rig.put("U02.ESTOP", 1.0)
    rig.tick(1.0)
    state = rig.simulator.groups["orc_unit"].bank.table["STATE"]
    assert client.read_input_registers(state.address, 1) == [state.dtype.code("tripped")]
    client.close()


def test_a_rigs_own_map_is_served(plc_sim_rig: Callable[..., Rig], tmp_path: Path) -> None:
    rig = plc_sim_rig(a_rig(tmp_path))
    host, port, device_id = rig.address("R2")
    client = ModbusClient(host, port, unit_id=device_id, timeout=5.0)
    assert client.write_single_register(0, 77)
    assert rig.value("R2.SP") == 77.0
    assert rig.value("R1.SP") == 0.0
    with pytest.raises(KeyError):
        rig.address("R9")
    client.close()


def test_pytest_finds_the_fixture_by_itself() -> None:
    from importlib.metadata import entry_points

    names = {each.value for each in entry_points(group="pytest11")}
    assert "plc_sim.testing" in names
