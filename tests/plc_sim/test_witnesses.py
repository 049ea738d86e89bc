"""Independent clients, pyModbusTCP and mbpoll, get every function code and data type right."""

import shutil
import subprocess

import pytest
from pyModbusTCP.client import ModbusClient
from pyModbusTCP.utils import decode_ieee, encode_ieee, get_2comp, word_list_to_long

from plc_sim.bank import Bank
from tests.plc_sim.conftest import StartPort

needs_mbpoll = pytest.mark.skipif(
    shutil.which("mbpoll") is None, reason="mbpoll is not installed (Debian package mbpoll)"
)


def client_of(start_port: StartPort, device_id: int = 2) -> ModbusClient:
    return ModbusClient("127.0.0.1", start_port().number, unit_id=device_id, timeout=5.0, auto_open=True)


def test_pymodbustcp_reads_every_type(start_port: StartPort) -> None:
    client = client_of(start_port)
    assert get_2comp(client.read_input_registers(0, 1)[0], 16) == 215
    assert client.read_input_registers(1, 1) == [1120]
    words = client.read_input_registers(2, 2)
    assert decode_ieee(word_list_to_long(words)[0]) == 21.5
    words = client.read_input_registers(4, 2)
    assert decode_ieee(word_list_to_long(words, big_endian=False)[0]) == 21.5
    words = client.read_input_registers(6, 4)
    assert decode_ieee(word_list_to_long(words, long_long=True)[0], double=True) == 21.5
    words = client.read_input_registers(10, 2)
    assert get_2comp(word_list_to_long(words, big_endian=False)[0], 32) == -2
    assert client.read_input_registers(14, 1) == [1]
    assert word_list_to_long(client.read_input_registers(15, 2)) == [2**17 + 1]
    name = b"".join(word.to_bytes(2, "big") for word in client.read_input_registers(17, 4))
    assert name == b"RIG 1\0\0\0"
    client.close()


def test_pymodbustcp_uses_every_function_code_it_knows(start_port: StartPort, bank: Bank) -> None:
    client = client_of(start_port)
    assert client.read_coils(0, 3) == [False, False, False]
    assert client.read_discrete_inputs(9, 1) == [True]
    assert client.write_single_coil(0, True)
    assert client.write_multiple_coils(0, [False, True])
    assert client.read_coils(0, 3) == [False, True, False]
    assert client.write_single_register(2, 0xFFFE)
    assert bank["SP_SMALL"][1] == pytest.approx(-0.2)
    raw = encode_ieee(432.1)
    assert client.write_multiple_registers(0, [raw >> 16, raw & 0xFFFF])
    assert bank["SP"][1] == pytest.approx(432.1)
    assert client.write_read_multiple_registers(3, [2], 3, 1) == [2]
    identity = client.read_device_identification(read_code=1)
    assert identity.objects_by_id[0] == b"Rig"
    client.close()


@pytest.mark.parametrize(("address", "count", "code"), [(21, 3, 2), (0, 126, 3)])
def test_pymodbustcp_sees_the_exception_codes(
    start_port: StartPort, address: int, count: int, code: int
) -> None:
    client = client_of(start_port)
    if count > 125:  # the client itself refuses to ask, so the request is made by hand
        reply = client.custom_request(bytes((4, 0, address, 0, count)))
        assert reply is None
    else:
        assert client.read_input_registers(address, count) is None
    assert client.last_except == code
    client.close()


def mbpoll(start_port: StartPort, *options: str) -> str:
    command = ["mbpoll", "-m", "tcp", "-p", str(start_port().number), "-a", "2", "-1", "-q", *options]
    result = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    return result.stdout + result.stderr


@needs_mbpoll
@pytest.mark.parametrize(
    ("options", "line"),
    [
        # mbpoll counts from 1; -B takes the first word for the high one
        (("-t", "3", "-r", "1", "-c", "1"), "[1]: \t215"),
        (("-t", "3:float", "-B", "-r", "3", "-c", "1"), "[3]: \t21.5"),
        (("-t", "3:float", "-r", "5", "-c", "1"), "[5]: \t21.5"),
        (("-t", "3:int", "-r", "11", "-c", "1"), "[11]: \t-2"),
        (("-t", "3:hex", "-r", "3", "-c", "2"), "[3]: \t0x41AC"),
        (("-t", "1", "-r", "10", "-c", "1"), "[10]: \t1"),
        (("-t", "0", "-r", "1", "-c", "3"), "[1]: \t0"),
        (("-t", "4", "-r", "8", "-c", "1"), "[8]: \t7"),
    ],
)
def test_mbpoll_reads(start_port: StartPort, options: tuple[str, ...], line: str) -> None:
    assert line in mbpoll(start_port, *options, "127.0.0.1")


@needs_mbpoll
@pytest.mark.parametrize(
    ("options", "tag", "value"),
    [
        (("-t", "4", "-r", "3", "127.0.0.1", "215"), "SP_SMALL", 21.5),
        (("-t", "4:float", "-B", "-r", "1", "127.0.0.1", "21.5"), "SP", 21.5),
        (("-t", "0", "-r", "1", "127.0.0.1", "1"), "RUN", 1.0),
        (("-t", "0", "-r", "1", "127.0.0.1", "0", "1"), "RESET", 1.0),
    ],
)
def test_mbpoll_writes(
    start_port: StartPort, bank: Bank, options: tuple[str, ...], tag: str, value: float
) -> None:
    assert "Written" in mbpoll(start_port, *options)
    assert bank[tag][1] == pytest.approx(value)


@needs_mbpoll
def test_mbpoll_sees_an_exception(start_port: StartPort) -> None:
    assert "Illegal data address" in mbpoll(start_port, "-t", "3", "-r", "22", "-c", "3", "127.0.0.1")
