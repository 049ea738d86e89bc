"""What every controller does: signature, heartbeats, authority, sequence numbers, loss of the core."""

import dataclasses
import struct
from pathlib import Path

import pytest

from orcplant.config.site import load_site
from orcplant.tags import KNOWN_CONSTANT, Kind, Table, Tag
from plc_sim.bank import Bank
from plc_sim.clock import Clock
from plc_sim.functions import Device, answer
from plc_sim.logic.head import Authority, Result
from plc_sim.logic.plain import PlainLogic
from plc_sim.plants import simulator, traits
from plc_sim.simulator import Simulator

SITE = """
[[device]]
name = "S{:d}"
type = "substation"
count = 2
host = "127.0.0.1"
port = 15021
device_id = 1
capabilities = %s

[[limit]]
tag = "S2.Q_SP"
hi = 500
"""
ALL = '["signature", "heartbeat", "sequence", "accepted_setpoint"]'


class Rig:
    """Two water stations without water: head and setpoints only."""

    def __init__(self, folder: Path, capabilities: str = ALL) -> None:
        text = SITE.replace("substation", "water_station").replace("Q_SP", "DOSE_SP").replace("500", "20")
        (folder / "site.toml").write_text(text % capabilities, encoding="utf-8")
        site = load_site(folder)
        from plc_sim.simulator import groups

        by_type = groups(site)
        group = by_type["water_station"]
        self.clock = Clock()
        self.logic = PlainLogic(group.bank, traits(group), self.clock)
        self.bank = group.bank
        self.simulator = Simulator(site, by_type, self.clock, [self.logic])
        self.sequence = 0
        self._beat = 0

    def write(self, tag: str, *registers: int, device: int = 0) -> bytes:
        address = self.bank.table[tag].address
        content = struct.pack(f">{len(registers)}H", *registers)
        pdu = struct.pack(">BHHB", 16, address, len(registers), len(content)) + content
        return answer(Device(self.bank, device, ()), pdu)

    def write_float(self, tag: str, value: float) -> bytes:
        return self.write(tag, *struct.unpack(">HH", struct.pack(">f", value)))

    def beat(self, device: int = 0) -> None:
        self._beat += 1
        self.write("HEARTBEAT_CORE", self._beat, device=device)

    def command(self, name: str, *, step: int = 1) -> Result:
        code = self.bank.table["CMD"].dtype.code(name)
        self.sequence += step
        self.write("CMD_SEQ", self.sequence & 0xFFFF, code)
        self.simulator.tick(0.1)
        return Result(int(self.bank["CMD_RESULT"][0]))

    def take_remote(self) -> None:
        self.beat()
        assert self.command("take_remote") is Result.ACCEPTED


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_signature_lets_a_client_know_map_and_word_order(rig: Rig) -> None:
    assert rig.bank["MAP_VERSION"][0] == rig.bank.table.fingerprint
    assert rig.bank["BOOT_ID"][0] == 1
    raw = rig.bank.read(0, Table.INPUT, rig.bank.table["KNOWN_CONST"].address, 2)
    assert raw.hex() == "47f12000"
    assert KNOWN_CONSTANT == 123456.0


def test_what_a_controller_cannot_do_is_not_there(tmp_path: Path) -> None:
    rig = Rig(tmp_path, "[]")
    rig.simulator.tick(5.0)
    for tag in ("MAP_VERSION", "KNOWN_CONST", "BOOT_ID", "HEARTBEAT_PLC"):
        assert rig.bank[tag][0] == 0.0
    assert rig.bank["DOSE_SP_ACCEPTED"][0] != rig.bank["DOSE_SP_ACCEPTED"][0]
    assert rig.command("take_remote") is Result.ACCEPTED, "nothing to wait for without a heartbeat"
    assert rig.command("start_dosing", step=7) is Result.ACCEPTED, "and no sequence to keep"
    rig.simulator.tick(60.0)
    assert rig.bank["AUTHORITY"][0] == Authority.REMOTE


def test_a_setpoint_written_before_remote_was_taken_in_the_same_scan_counts_for_nothing(rig: Rig) -> None:
    rig.simulator.tick(0.1)
    before = rig.bank["DOSE_SP_ACCEPTED"][0]
    rig.write_float("DOSE_SP", before + 5.0)
    rig.take_remote()
    assert rig.bank["DOSE_SP"][0] == rig.bank["DOSE_SP_ACCEPTED"][0] == before
    rig.write_float("DOSE_SP", before + 5.0)
    rig.simulator.tick(0.1)
    assert rig.bank["DOSE_SP_ACCEPTED"][0] == before + 5.0


def test_nothing_written_outside_remote_has_an_effect(rig: Rig) -> None:
    for tag in rig.bank.table:
        if tag.is_writable and tag.name not in ("CMD_SEQ", "CMD", "HEARTBEAT_CORE"):
            rig.simulator.tick(0.1)
            before = float(rig.bank[tag.name][0])
            for value in (tag.range_lo, tag.range_hi, tag.range_lo + 1.0):  # the second goes back to no first
                rig.bank.write(0, tag.table, tag.address, coded(tag, value))
            rig.simulator.tick(0.1)
            assert rig.bank[tag.name][0] == before, tag.name


def coded(tag: Tag, value: float) -> bytes:
    if tag.table.is_bits:
        return b"\1"
    raw = (value - tag.offset) / tag.scale
    return struct.pack(">f", raw) if tag.dtype.kind is Kind.FLOAT32 else struct.pack(">H", round(raw))


def test_a_setpoint_written_after_remote_was_taken_in_the_same_scan_counts(rig: Rig) -> None:
    rig.simulator.tick(0.1)
    rig.write_float("DOSE_SP", 7.0)
    rig.beat()
    rig.write("CMD_SEQ", 1, rig.bank.table["CMD"].dtype.code("take_remote"))
    rig.write_float("DOSE_SP", 5.0)
    rig.simulator.tick(0.1)
    assert rig.bank["AUTHORITY"][0] == Authority.REMOTE
    assert rig.bank["DOSE_SP_ACCEPTED"][0] == 5.0


def test_plc_heartbeat_counts_wall_seconds(rig: Rig) -> None:
    rig.simulator.tick(200.0, wall=10.0)
    assert rig.bank["HEARTBEAT_PLC"][0] == 10
    assert rig.bank["UPTIME_S"][0] == pytest.approx(200.0)
    rig.simulator.tick(3.0)
    assert rig.bank["HEARTBEAT_PLC"][0] == 13


def test_heartbeat_wraps_around(rig: Rig) -> None:
    rig.bank["HEARTBEAT_PLC"][:] = 65534
    rig.simulator.tick(3.0)
    assert rig.bank["HEARTBEAT_PLC"].tolist() == [1.0, 1.0]


def test_remote_needs_a_heartbeat_and_the_switch(rig: Rig) -> None:
    assert rig.command("take_remote") is Result.REFUSED_PERMISSIVE
    rig.beat()
    rig.bank["LOCAL_SWITCH"][0] = 1.0
    assert rig.command("take_remote") is Result.REFUSED_PERMISSIVE
    rig.bank["LOCAL_SWITCH"][0] = 0.0
    assert rig.command("take_remote") is Result.ACCEPTED
    assert rig.bank["AUTHORITY"].tolist() == [Authority.REMOTE, Authority.LOCAL]
    rig.bank["LOCAL_SWITCH"][0] = 1.0
    rig.simulator.tick(0.1)
    assert rig.bank["AUTHORITY"][0] == Authority.LOCAL


def test_commands_in_local_are_refused(rig: Rig) -> None:
    assert rig.command("start_dosing") is Result.REFUSED_AUTHORITY
    rig.take_remote()
    assert rig.command("start_dosing") is Result.ACCEPTED
    assert rig.bank["CMD_LAST"][0] == 1
    assert rig.command("release_remote") is Result.ACCEPTED
    assert rig.command("start_dosing") is Result.REFUSED_AUTHORITY


@pytest.mark.parametrize("step", [0, 2, -1, 100])
def test_only_the_next_number_is_taken(rig: Rig, step: int) -> None:
    rig.take_remote()
    before = rig.bank["CMD_SEQ_ACK"][0]
    assert rig.command("start_dosing", step=step) is Result.REFUSED_SEQUENCE
    assert rig.bank["CMD_SEQ_ACK"][0] == before, "the client can see where to go on"
    assert rig.bank["CMD_LAST"][0] == rig.bank.table["CMD"].dtype.code("take_remote")


def test_sequence_wraps_around(rig: Rig) -> None:
    rig.take_remote()
    rig.bank["CMD_SEQ_ACK"][0] = 65535
    rig.sequence = 65535
    assert rig.command("start_dosing") is Result.ACCEPTED
    assert rig.bank["CMD_SEQ_ACK"][0] == 0


def test_setpoint_is_accepted_in_remote_only_and_follows_otherwise(rig: Rig) -> None:
    rig.write_float("DOSE_SP", 5.0)
    rig.simulator.tick(0.1)
    assert rig.bank["DOSE_SP"][0] == 0.0, "in local the register shows what is in force"
    rig.take_remote()
    rig.write_float("DOSE_SP", 5.0)
    rig.simulator.tick(0.1)
    assert (rig.bank["DOSE_SP_ACCEPTED"][0], rig.bank["DOSE_SP"][0]) == (5.0, 5.0)


def test_a_site_may_allow_less_than_the_table(rig: Rig) -> None:
    high = struct.unpack(">HH", struct.pack(">f", 30.0))
    assert rig.write("DOSE_SP", *high, device=0)[0] == 16
    assert rig.write("DOSE_SP", *high, device=1) == bytes((0x90, 3))


def test_core_lost_freezes_the_setpoint_until_an_operator_asks(rig: Rig) -> None:
    rig.take_remote()
    rig.write_float("DOSE_SP", 5.0)
    for _ in range(4):
        rig.simulator.tick(4.0)
        rig.beat()
    rig.simulator.tick(0.1)
    assert rig.bank["AUTHORITY"][0] == Authority.REMOTE
    rig.simulator.tick(5.2)
    assert rig.bank["AUTHORITY"][0] == Authority.LOCAL_FALLBACK
    rig.write_float("DOSE_SP", 9.0)
    rig.beat()
    rig.simulator.tick(1.0)
    assert rig.bank["AUTHORITY"][0] == Authority.LOCAL_FALLBACK, "a heartbeat alone gives nothing back"
    assert rig.bank["DOSE_SP_ACCEPTED"][0] == 5.0
    assert rig.command("start_dosing") is Result.REFUSED_AUTHORITY
    assert rig.command("take_remote") is Result.ACCEPTED
    assert rig.bank["DOSE_SP_ACCEPTED"][0] == 5.0, "no jump: the register followed meanwhile"


def test_watchdog_counts_wall_time(rig: Rig) -> None:
    rig.take_remote()
    rig.simulator.tick(80.0, wall=4.0)
    assert rig.bank["AUTHORITY"][0] == Authority.REMOTE
    rig.simulator.tick(1.0, wall=1.5)
    assert rig.bank["AUTHORITY"][0] == Authority.LOCAL_FALLBACK


def test_the_same_number_again_is_no_heartbeat(rig: Rig) -> None:
    rig.take_remote()
    for _ in range(6):
        rig.write("HEARTBEAT_CORE", 1)
        rig.simulator.tick(1.0)
    assert rig.bank["AUTHORITY"][0] == Authority.LOCAL_FALLBACK


def test_restart_forgets_and_shows_another_boot_id(rig: Rig) -> None:
    rig.take_remote()
    rig.simulator.tick(3.0)
    rig.logic.head.restart(0)
    rig.simulator.tick(0.1)
    assert rig.bank["BOOT_ID"].tolist() == [2.0, 1.0]
    assert rig.bank["AUTHORITY"][0] == Authority.LOCAL
    assert rig.bank["CMD_SEQ_ACK"][0] == 0.0
    assert rig.bank["UPTIME_S"][0] == pytest.approx(0.1)


def test_traits_are_per_device(rig: Rig) -> None:
    head = rig.logic.head
    head.traits = dataclasses.replace(head.traits, heartbeat=head.traits.heartbeat & [True, False])
    rig.simulator.tick(3.0)
    assert rig.bank["HEARTBEAT_PLC"].tolist() == [3.0, 0.0]


def test_a_site_becomes_a_simulator(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(SITE % ALL, encoding="utf-8")
    simulated = simulator(load_site(tmp_path))
    simulated.tick(1.0)
    bank: Bank = simulated.groups["substation"].bank
    assert bank.range_of("Q_SP", 1)[1] == 500.0
    assert simulated.clock.plant == pytest.approx(1.0)


def test_another_start_shows_another_boot_id(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.simulator.boot(1_769_000_000)
    assert rig.bank["BOOT_ID"].tolist() == [1_769_000_000.0] * 2
    unsigned = Rig(tmp_path, "[]")
    unsigned.simulator.boot(7)
    assert unsigned.bank["BOOT_ID"].tolist() == [0.0, 0.0]
