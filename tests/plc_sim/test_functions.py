"""Function codes against the specification: answers, limits, exception codes and their order."""

from pathlib import Path

import pytest

from orcplant.tags import Table
from plc_sim.bank import Bank, Write
from plc_sim.functions import Device, answer
from tests.plc_sim.support import IDENTIFICATION, rig_bank, rig_device


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return rig_bank(tmp_path)


def ask(bank: Bank, request: str) -> str:
    return answer(rig_device(bank), bytes.fromhex(request)).hex(" ").upper()


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("04 0002 0002", "04 04 41 AC 00 00"),  # float32, words in big order
        ("04 0004 0002", "04 04 00 00 41 AC"),
        ("04 0006 0004", "04 08 40 35 80 00 00 00 00 00"),
        ("04 0000 0001", "04 02 00 D7"),
        ("04 000A 0002", "04 04 FF FE FF FF"),
        ("04 000C 0002", "04 04 00 00 7B 00"),  # 123 as 0000 007B, bytes swapped
        ("04 000F 0002", "04 04 00 02 00 01"),
        ("04 0011 0004", "04 08 52 49 47 20 30 00 00 00"),
        ("02 0000 0001", "02 01 00"),
        ("02 0009 0001", "02 01 01"),
        ("01 0000 0003", "01 01 00"),
        ("03 0007 0001", "03 02 00 07"),
    ],
)
def test_reads(bank: Bank, request_: str, reply: str) -> None:
    assert ask(bank, request_) == reply


@pytest.mark.parametrize(
    ("request_", "code", "why"),
    [
        ("63", 1, "unknown function"),
        ("07", 1, "serial lines only"),
        ("03 0000 0000", 3, "none"),
        ("03 0000 007E", 3, "126 registers"),
        ("04 0000 FFFF", 3, "65535 registers"),
        ("01 0000 07D1", 3, "2001 bits"),
        ("03 FFFF 0000", 3, "quantity is looked at before the address"),
        ("03 FFFF 0002", 2, "beyond the last address"),
        ("03 0006 0001", 2, "write only"),
        ("04 0015 000A", 2, "a hole"),
        ("02 0001 0001", 2, "a hole between bits"),
        ("01 0003 0001", 2, "behind the last coil"),
        ("03 0000", 3, "too short"),
        ("03 0000 0001 00", 3, "too long"),
        ("05 0000 FF01", 3, "neither on nor off"),
        ("05 0009 1234", 3, "value is looked at before the address"),
        ("05 0009 FF00", 2, "no such coil"),
        ("05 0002 FF00", 2, "a coil that is only read"),
        ("06 0007 0001", 2, "a register that is only read"),
        ("06 0002 8000", 3, "the sentinel is no value"),
        ("06 0002 01F5", 3, "50.1 above 50"),
        ("06 0003 0003", 3, "no such state"),
        ("0F 0000 0000 00", 3, "no coils"),
        ("0F 0000 07B1 F7" + "00" * 247, 3, "1969 coils"),
        ("0F 0000 0002 02 0000", 3, "byte count"),
        ("0F 0000 0003 01 07", 2, "third is only read"),
        ("10 0000 0000 00", 3, "no registers"),
        ("10 0000 007C F8" + "00" * 248, 3, "124 registers"),
        ("10 0000 0002 03 000000", 3, "odd byte count"),
        ("10 0000 0002 04 0000", 3, "content shorter than its count"),
        ("10 0006 0002 04 0000 0000", 2, "second is only read"),
        ("10 0000 0002 04 7FC0 0000", 3, "NaN"),
        ("10 0000 0002 04 4416 4000", 3, "601 above 600"),
        ("16 0007 0000 0000", 2, "only read"),
        ("16 0006 0000 0000", 2, "only written: nothing to mask"),
        ("16 0003 0000 0009", 3, "no such state"),
        ("17 0000 0000 0000 0001 02 0000", 3, "nothing to read"),
        ("17 0000 007E 0000 0001 02 0000", 3, "126 to read"),
        ("17 0000 0001 0000 007A F4" + "00" * 244, 3, "122 to write"),
        ("17 0000 0001 0000 0001 04 0000", 3, "byte count"),
        ("17 0006 0001 0002 0001 02 0001", 2, "what is read is write only"),
        ("17 0000 0001 0007 0001 02 0001", 2, "what is written is read only"),
        ("2B 0D 01 00", 1, "another interface"),
        ("2B 0E 05 00", 3, "no such access"),
        ("2B 0E 04 09", 2, "no such object"),
        ("2B 0E 01", 3, "too short"),
    ],
)
def test_refusals_follow_the_specification(bank: Bank, request_: str, code: int, why: str) -> None:
    before = bank.values.copy()
    function = int(request_[:2], 16) | 0x80
    assert ask(bank, request_) == f"{function:02X} {code:02X}", why
    assert (bank.values == before).all(), "a refused request changes nothing"
    assert not bank.writes


def test_every_function_code_but_the_known_is_refused_with_1(bank: Bank) -> None:
    known = {1, 2, 3, 4, 5, 6, 15, 16, 22, 23, 43}
    for function in set(range(1, 128)) - known:
        assert ask(bank, f"{function:02X} 0000 0001") == f"{function | 0x80:02X} 01"


@pytest.mark.parametrize(
    ("request_", "reply", "tag", "value"),
    [
        ("05 0000 FF00", "05 00 00 FF 00", "RUN", 1.0),
        ("06 0002 00D7", "06 00 02 00 D7", "SP_SMALL", 21.5),
        ("06 0002 01F4", "06 00 02 01 F4", "SP_SMALL", 50.0),  # the limit itself is allowed
        ("06 0006 04D2", "06 00 06 04 D2", "SECRET", 1234.0),
        ("06 0003 0002", "06 00 03 00 02", "MODE", 2.0),
        ("0F 0000 0002 01 02", "0F 00 00 00 02", "RESET", 1.0),
        ("10 0000 0002 04 41AC 0000", "10 00 00 00 02", "SP", 21.5),
        ("10 0004 0002 04 BEEF 00AD", "10 00 04 00 02", "COUNT", float(0x00ADBEEF)),
        ("17 0007 0001 0000 0002 04 41AC 0000", "17 02 00 07", "SP", 21.5),
    ],
)
def test_writes(bank: Bank, request_: str, reply: str, tag: str, value: float) -> None:
    assert ask(bank, request_) == reply
    assert bank[tag][0] == pytest.approx(value)
    assert any(name == tag for write in bank.writes for name, _ in write.values)


def test_block_is_written_whole_or_not_at_all(bank: Bank) -> None:
    ask(bank, "10 0000 0003 06 41AC 0000 00D7")
    assert bank.writes == [Write(0, (("SP", 21.5), ("SP_SMALL", 21.5)), (0.0, 0.0))]
    assert ask(bank, "10 0000 0003 06 4220 0000 7FFF") == "90 03"
    assert (bank["SP"][0], bank["SP_SMALL"][0]) == (21.5, 21.5)
    assert ask(bank, "03 0000 0003") == "03 06 41 AC 00 00 00 D7"


def test_read_write_writes_first(bank: Bank) -> None:
    assert ask(bank, "17 0000 0002 0000 0002 04 41AC 0000") == "17 04 41 AC 00 00"


def test_mask_write_is_the_formula_of_the_specification(bank: Bank) -> None:
    ask(bank, "06 0002 0012")
    # The specification's own example: 0012 and 00F2, or 0025, gives 0017.
    assert ask(bank, "16 0002 00F2 0025") == "16 00 02 00 F2 00 25"
    assert ask(bank, "03 0002 0001") == "03 02 00 17"


def test_half_of_a_value_is_taken_as_registers_are(bank: Bank) -> None:
    ask(bank, "10 0000 0002 04 41AC 0000")
    assert ask(bank, "06 0001 8000") == "06 00 01 80 00"
    assert bank["SP"][0] == 21.5625
    assert ask(bank, "06 0000 7FC0") == "86 03"


def test_a_string_is_written(bank: Bank) -> None:
    assert ask(bank, "10 0008 0002 04 4F52 4337") == "10 00 08 00 02"
    assert bank.text("LABEL", 0) == "ORC7"


def test_device_says_who_it_is(bank: Bank) -> None:
    basic = ask(bank, "2B 0E 01 00")
    assert basic.startswith("2B 0E 01 82 00 00 03 00 03 52 69 67 01 02 52 31")
    assert ask(bank, "2B 0E 02 00").startswith("2B 0E 02 82 00 00 07")
    assert ask(bank, "2B 0E 04 01") == "2B 0E 04 82 00 00 01 01 02 52 31"
    assert ask(bank, "2B 0E 01 05") == basic, "a stream starts over at an object it does not have"


def test_long_identification_comes_in_parts(bank: Bank) -> None:
    device = Device(bank, 0, ("V" * 150, "P" * 150, "1"))
    first = answer(device, bytes.fromhex("2B0E0100"))
    assert len(first) <= 253
    assert first[4:7] == bytes((0xFF, 1, 1)), "more follows, from object 1, one object here"
    second = answer(device, bytes.fromhex("2B0E0101"))
    assert second[4:7] == bytes((0, 0, 2))


def test_identification_that_no_frame_can_hold_is_refused(bank: Bank) -> None:
    with pytest.raises(ValueError, match="246 characters, at most 244"):
        Device(bank, 0, ("V" * 246,))
    assert len(IDENTIFICATION) == 7


def test_out_of_range_is_stored_where_a_device_does_not_look(tmp_path: Path) -> None:
    table = rig_bank(tmp_path).table
    bank = Bank(table, 1, refuses_out_of_range=False)
    assert ask(bank, "10 0000 0002 04 4416 4000") == "10 00 00 00 02"
    assert bank["SP"][0] == 601.0
    assert ask(bank, "10 0000 0002 04 7F80 0000") == "90 03", "infinity is no setpoint anywhere"


def test_devices_do_not_touch_one_another(tmp_path: Path) -> None:
    bank = rig_bank(tmp_path, count=3)
    answer(rig_device(bank, 1), bytes.fromhex("060002" + "00D7"))
    assert bank["SP_SMALL"].tolist() == [0.0, 21.5, 0.0]
    assert bank.writes[0].device == 1
    assert bank.read(2, Table.HOLDING, 2, 1) == b"\0\0"
