"""One Modbus/TCP server with 40 devices of 100 registers, in a process of its own.

`python -m benchmarks.plc_server ours|pymodbus` prints its port once it listens and ends with standard input.
"""

import asyncio
import sys
from typing import Final

from orcplant.tags import Access, Order, PollGroup, Table, Tag, TagTable
from orcplant.tags.dtype import parse_dtype
from plc_sim.bank import Bank
from plc_sim.functions import Device
from plc_sim.server import Limits, Port, Station

REGISTERS: Final = 100
DEVICES: Final = 40


def _tag(address: int) -> Tag:
    return Tag(
        name=f"R{address}", text_en="r", text_zh="r", eng_unit="", table=Table.INPUT, address=address,
        dtype=parse_dtype("uint16"), word_order=Order.BIG, byte_order=Order.BIG, scale=1.0, offset=0.0,
        sentinel=None, access=Access.R, range_lo=0.0, range_hi=65535.0, poll_group=PollGroup.FAST,
        readback="", verify_by="", verify_tol=0.0, verify_within_s=0.0, history="none",
    )  # fmt: skip


async def ours() -> int:
    """Start plc_sim's server."""
    bank = Bank(TagTable("rig", tuple(_tag(k) for k in range(REGISTERS)), 0), DEVICES)
    bank.values[:] = 1234.0
    bank.changed()
    port = Port(Station({k + 1: Device(bank, k, ("x",)) for k in range(DEVICES)}), Limits(connections=100))
    await port.open()
    asyncio.get_running_loop().create_task(_stir(bank))
    return port.number


async def _stir(bank: Bank) -> None:
    """Change values ten times a second, as a scan does: registers are made anew."""
    while True:
        await asyncio.sleep(0.1)
        bank.changed()


async def pymodbus() -> int:
    """Start pymodbus's server."""
    from pymodbus.server import ModbusTcpServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    data = SimData(0, count=REGISTERS, values=1234, datatype=DataType.REGISTERS)
    devices = [SimDevice(id=k + 1, simdata=[data]) for k in range(DEVICES)]
    server = ModbusTcpServer(devices, address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    assert server.transport is not None
    return int(server.transport.sockets[0].getsockname()[1])


async def main(which: str) -> None:
    """Serve until standard input is closed."""
    number = await {"ours": ours, "pymodbus": pymodbus}[which]()
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
