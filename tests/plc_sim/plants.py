"""Whole plants for tests: the shipped ones, on a manual clock, driven as a client would."""

import struct
from dataclasses import replace
from functools import cache

from orcplant.config.design import Design, load_design
from orcplant.config.site import Site, load_site
from orcplant.resources import configs_dir
from orcplant.tags import Kind
from plc_sim.bank import Bank
from plc_sim.functions import Device, answer
from plc_sim.logic.head import Result
from plc_sim.plant import Plant
from plc_sim.plants import simulator
from plc_sim.process import closure as closure_room
from plc_sim.process.closure import Closure


@cache
def site(name: str, *, running: bool) -> Site:
    read = load_site(configs_dir() / name)
    return replace(read, simulation=replace(read.simulation, units_running=running))


class Client:
    """Writes registers as the wire would, beats the heart, gives commands in sequence."""

    def __init__(self, run: "Run", device: str) -> None:
        self._run = run
        simulated = run.simulated
        found = next(each for each in simulated.site.devices if each.name == device)
        group = simulated.groups[found.type]
        self.bank: Bank = group.bank
        self.index = [each.name for each in group.devices].index(device)
        self.type = found.type
        self._beat = 0

    def value(self, tag: str) -> float:
        return float(self.bank[tag][self.index])

    def name(self, tag: str) -> str:
        return self.bank.table[tag].dtype.name_of(int(self.value(tag)))

    def write(self, tag: str, *registers: int) -> bytes:
        address = self.bank.table[tag].address
        content = struct.pack(f">{len(registers)}H", *registers)
        pdu = struct.pack(">BHHB", 16, address, len(registers), len(content)) + content
        return answer(Device(self.bank, self.index, ()), pdu)

    def set(self, tag: str, value: float) -> None:
        """Write one number and see that it was taken."""
        place = self.bank.table[tag]
        if place.dtype.kind is Kind.FLOAT32:
            words = struct.unpack(">HH", struct.pack(">f", value))
        else:
            words = (round((value - place.offset) / place.scale) & 0xFFFF,)
        assert self.write(tag, *words)[0] == 16

    def beat(self) -> None:
        self._beat = self._beat % 65535 + 1
        self.write("HEARTBEAT_CORE", self._beat)

    def command(self, name: str) -> Result:
        self._run.beat()
        code = self.bank.table["CMD"].dtype.code(name)
        self.write("CMD_SEQ", (int(self.value("CMD_SEQ_ACK")) + 1) & 0xFFFF, code)
        self._run.simulated.tick(1.0)
        return Result(int(self.value("CMD_RESULT")))

    def take_remote(self) -> None:
        assert self.command("take_remote") is Result.ACCEPTED


class Run:
    """A simulated plant with clients that keep their heartbeats going."""

    def __init__(self, name: str, *, running: bool, step_s: float = 1.0) -> None:
        self.simulated = simulator(site(name, running=running))
        self.simulated.step_s = step_s
        (works,) = self.simulated.works
        assert isinstance(works, Plant)
        self.plant = works
        self.clients: dict[str, Client] = {}

    def client(self, device: str) -> Client:
        if device not in self.clients:
            self.clients[device] = Client(self, device)
        return self.clients[device]

    def beat(self) -> None:
        for client in self.clients.values():
            client.beat()

    def seconds(self, count: float, *, beating: bool = True) -> None:
        """Let time pass, in pieces short enough for a heartbeat."""
        while count > 0.0:
            if beating:
                self.beat()
            self.simulated.tick(min(count, 4.0))
            count -= 4.0

    def until(self, client: Client, tag: str, name: str, *, within: float) -> None:
        waited = 0.0
        while client.name(tag) != name:
            assert waited < within, f"{tag} is {client.name(tag)} after {waited} s"
            self.seconds(4.0)
            waited += 4.0


def design(name: str) -> Design:
    return load_design(str(configs_dir() / name))


_built: dict[object, Closure] = {}
_build = closure_room.closure


def remembered(hardware: object) -> Closure:
    """Tables of a hardware, built once a session."""
    if hardware not in _built:
        _built[hardware] = _build(hardware)  # type: ignore[arg-type]
    return _built[hardware]
