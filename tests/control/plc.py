"""A PLC for tests: four tables of memory, tags by name, a little logic, and a link to it without a wire."""

import random
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

from orcplant.config.site import Device
from orcplant.control.clock import ManualClock
from orcplant.control.codec import decoder, encode
from orcplant.control.link import (
    DeviceExceptionError,
    Guard,
    LinkCounters,
    LinkError,
    NotConnectedError,
    NotSentError,
    UnreachableError,
    always,
)
from orcplant.control.poller import DevicePoller
from orcplant.live import Scalar
from orcplant.tags import KNOWN_CONSTANT, Table, TagTable, load_table

ALL = frozenset({"signature", "heartbeat", "sequence", "accepted_setpoint"})


def make_device(
    name: str = "U01",
    kind: str = "orc_unit",
    *,
    port: int = 502,
    capabilities: Collection[str] = ALL,
    table: TagTable | None = None,
) -> Device:
    return Device(
        name=name,
        type=kind,
        number=1,
        table=(table or load_table(kind)).prefixed(name),
        host="127.0.0.1",
        port=port,
        device_id=1,
        capabilities=frozenset(capabilities),
        trips_without_core=False,
        fallback_hold_s=300.0,
        fallback_power_kW=0.0,
    )


@dataclass
class Memory:
    """Registers and bits; `holes` are addresses that do not exist."""

    words: dict[Table, list[int]] = field(
        default_factory=lambda: {Table.INPUT: [0] * 65536, Table.HOLDING: [0] * 65536}
    )
    bits: dict[Table, list[bool]] = field(
        default_factory=lambda: {Table.COIL: [False] * 65536, Table.DISCRETE: [False] * 65536}
    )
    holes: set[tuple[Table, int]] = field(default_factory=set)

    def read(self, table: Table, first: int, count: int) -> bytes:
        if table.is_bits:
            number = sum(
                1 << place for place, bit in enumerate(self.bits[table][first : first + count]) if bit
            )
            return number.to_bytes((count + 7) // 8, "little")
        return b"".join(word.to_bytes(2, "big") for word in self.words[table][first : first + count])

    def write(self, table: Table, first: int, payload: bytes) -> None:
        if table.is_bits:
            self.bits[table][first] = payload != b"\0"
            return
        words = [int.from_bytes(payload[k : k + 2], "big") for k in range(0, len(payload), 2)]
        self.words[table][first : first + len(words)] = words

    def has(self, table: Table, first: int, count: int) -> bool:
        return not any((table, address) in self.holes for address in range(first, first + count))


class Plc:
    """A PLC with the tags of a device: in REMOTE, ready, taking every setpoint unless told otherwise."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.memory = Memory()
        self.writes: list[tuple[Table, int, bytes]] = []
        self.reads = 0
        # What the PLC makes of an accepted setpoint; None: it keeps the old one.
        self.accept: Callable[[float], float | None] = lambda value: value
        self.result = "accepted"
        self.start()

    def start(self) -> None:
        table = self.device.table
        for short, value in (
            ("MAP_VERSION", float(table.fingerprint)),
            ("KNOWN_CONST", KNOWN_CONSTANT),
            ("AUTHORITY", "remote"),
        ):
            self.put(short, value)
        self.put("BOOT_ID", float(self.get("BOOT_ID")) + 1.0)
        if self.device.type == "orc_unit":
            self.put("STATE", "ready")
            self.put("PERMISSIVES", 2**11 - 1)
            self.put("POWER_RAMP", 100.0)
            self.put("BRINE_T_OUT_MIN", 60.0)

    def put(self, short: str, value: Scalar) -> None:
        tag = self.device.table[f"{self.device.name}.{short}"]
        self.memory.write(tag.table, tag.address, encode(tag, value))

    def get(self, short: str) -> float:
        tag = self.device.table[f"{self.device.name}.{short}"]
        raw = self.memory.read(tag.table, tag.address, tag.size)
        scalar = decoder(tag)(raw)[0]
        assert isinstance(scalar, bool | int | float), (short, scalar)
        return float(scalar)

    def beat(self) -> None:
        self.put("HEARTBEAT_PLC", (self.get("HEARTBEAT_PLC") + 1.0) % 65536)

    def read(self, table: Table, first: int, count: int) -> bytes:
        self.reads += 1
        if not self.memory.has(table, first, count):
            raise DeviceExceptionError(2, "exception 2")
        return self.memory.read(table, first, count)

    def write(self, table: Table, first: int, payload: bytes) -> None:
        self.writes.append((table, first, payload))
        if not self.memory.has(table, first, max(1, len(payload) // 2)):
            raise DeviceExceptionError(2, "exception 2")
        self.memory.write(table, first, payload)
        self._act(table, range(first, first + max(1, len(payload) // 2)))

    def wrote(self) -> list[str]:
        """Names of the tags written, in order, the heartbeat left out."""
        names = []
        for table, first, payload in self.writes:
            end = first + max(1, len(payload) // 2)
            names += [
                tag.name
                for tag in self.device.table
                if tag.table is table
                and first <= tag.address < end
                and not tag.name.endswith("HEARTBEAT_CORE")
            ]
        return names

    def _act(self, table: Table, addresses: range) -> None:
        for tag in self.device.table:
            if tag.table is not table or tag.address not in addresses:
                continue
            short = tag.name.partition(".")[2]
            if f"{tag.name}_ACCEPTED" in self.device.table:
                taken = self.accept(self.get(short))
                if taken is not None:
                    self.put(f"{short}_ACCEPTED", taken)
            if short == "CMD":
                self._command()

    def _command(self) -> None:
        in_order = self.get("CMD_SEQ") == (self.get("CMD_SEQ_ACK") + 1.0) % 65536
        if not in_order and "sequence" in self.device.capabilities:
            self.put("CMD_RESULT", "refused_sequence")
            return
        self.put("CMD_SEQ_ACK", self.get("CMD_SEQ"))
        if f"{self.device.name}.CMD_RESULT" in self.device.table:
            self.put("CMD_RESULT", self.result)
        if self.result == "accepted":
            self.put("CMD_LAST", int(self.get("CMD")))


class FakeLink:
    """A link to a `Plc` in this process; `fail` may turn a request into an error, before or after it acts."""

    def __init__(self, plc: Plc) -> None:
        self.plc = plc
        self.counters = LinkCounters()
        self.is_reachable = True
        self.before: Callable[[str, Table, int], LinkError | None] = lambda *_: None
        self.after: Callable[[str, Table, int], LinkError | None] = lambda *_: None
        # What happens while a write waits for its turn on the link.
        self.turn: Callable[[], Awaitable[None]] = _at_once
        self._is_connected = False

    @property
    def is_connected(self) -> bool:
        return self._is_connected

    async def connect(self) -> None:
        if not self.is_reachable:
            raise UnreachableError("fake: connection refused")
        self._is_connected = True
        self.counters.connects += 1

    async def read(self, table: Table, address: int, count: int) -> bytes:
        self._check("read", table, address, self.before)
        payload = self.plc.read(table, address, count)
        self._check("read", table, address, self.after)
        return payload

    async def write(self, table: Table, address: int, payload: bytes, *, guard: Guard = always) -> None:
        await self.turn()
        self._check("write", table, address, self.before)
        if not guard():
            raise NotSentError("fake: no longer wanted")
        self.plc.write(table, address, payload)
        self._check("write", table, address, self.after)

    async def close(self) -> None:
        self._is_connected = False

    def lose(self) -> None:
        self._is_connected = False

    def _check(
        self, act: str, table: Table, address: int, rule: Callable[[str, Table, int], LinkError | None]
    ) -> None:
        if not self._is_connected:
            raise NotConnectedError("fake: not connected")
        self.counters.requests += 1
        error = rule(act, table, address)
        if error is not None:
            raise error


async def _at_once() -> None:
    pass


@dataclass
class Rig:
    """A device, its PLC, a link between them without a wire, and a clock that stands."""

    device: Device
    plc: Plc
    link: FakeLink
    clock: ManualClock
    poller: DevicePoller

    async def poll(self, times: int = 1, *, every: float = 1.0) -> None:
        """Let the PLC and time go on, and poll."""
        for _ in range(times):
            self.tick(every)
            await self.poller.poll_once()

    def tick(self, seconds: float = 1.0) -> None:
        """Let the PLC and time go on."""
        self.clock.advance(seconds)
        self.plc.beat()


def make_rig(
    device: Device | None = None, *, clock: ManualClock | None = None, may_write: bool = True
) -> Rig:
    device = device or make_device()
    plc = Plc(device)
    link = FakeLink(plc)
    clock = clock or ManualClock()
    poller = DevicePoller(device, link, clock, rng=random.Random(1), may_write=may_write)
    return Rig(device, plc, link, clock, poller)
