"""What every controller has in common: signature, heartbeats, authority, commands with sequence numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from orcplant.tags import KNOWN_CONSTANT
from plc_sim.bank import Bank, Write
from plc_sim.clock import Clock
from plc_sim.process.lookup import between
from plc_sim.registers import Values

HEARTBEAT_TIMEOUT_S: Final = 5.0
_HEARTBEAT_PERIOD_S: Final = 1.0
_UINT16: Final = 2.0**16

Flags = NDArray[np.bool_]


class Authority(IntEnum):
    """Who has control of a device; codes as in the tag tables."""

    LOCAL = 0
    REMOTE = 1
    LOCAL_FALLBACK = 2


class Result(IntEnum):
    """What became of a command; codes as in the tag tables."""

    NONE = 0
    ACCEPTED = 1
    REFUSED_AUTHORITY = 2
    REFUSED_SEQUENCE = 3
    REFUSED_PERMISSIVE = 4
    REFUSED_STATE = 5
    UNKNOWN_COMMAND = 6


@dataclass(frozen=True, slots=True)
class Traits:
    """What the controllers of a bank can do, each of shape (devices,); see `orcplant.config.site.Device`."""

    signature: Flags
    heartbeat: Flags
    sequence: Flags
    accepted_setpoint: Flags
    trips_without_core: Flags

    @classmethod
    def of(cls, capabilities: Sequence[frozenset[str]], trips: Sequence[bool]) -> "Traits":
        """Traits from the capabilities of the site file."""

        def has(name: str) -> Flags:
            return np.array([name in each for each in capabilities], dtype=bool)

        return cls(
            has("signature"),
            has("heartbeat"),
            has("sequence"),
            has("accepted_setpoint"),
            np.array(trips, dtype=bool),
        )


_REMOTE: Final = int(Authority.REMOTE)
_ALWAYS_TAKEN: Final = ("CMD_SEQ", "CMD", "HEARTBEAT_CORE")  # the others in remote only

Execute = Callable[[int, str], Result]


class Head:
    """Signature, heartbeats, authority and commands of all devices of a bank.

    Attributes
    ----------
    authority : array of int, shape (devices,)
    lost_since : array, shape (devices,)
        Plant time at which the core was lost; NaN while it is there. [s]
    """

    def __init__(self, bank: Bank, traits: Traits, clock: Clock, *, boot_id: int = 1) -> None:
        self.bank = bank
        self.traits = traits
        self.clock = clock
        self.authority = np.full(bank.count, int(Authority.LOCAL))
        self.lost_since = np.full(bank.count, np.nan)
        self._heard = np.full(bank.count, -np.inf)
        self._last_beat = np.zeros(bank.count)
        self._beaten = 0.0
        self._taken: dict[tuple[str, int], float] = {}  # of what was written in this scan
        for device in range(bank.count):
            self._sign(device, boot_id)

    def _sign(self, device: int, boot_id: int) -> None:
        signed = self.traits.signature[device]
        for tag, value in (
            ("MAP_VERSION", float(self.bank.table.fingerprint)),
            ("KNOWN_CONST", KNOWN_CONSTANT),
            ("BOOT_ID", float(boot_id)),
        ):
            if tag in self.bank:
                self.bank[tag][device] = value if signed else 0.0

    def restart(self, device: int) -> None:
        """Start a controller anew: another boot id, no authority, no memory of commands."""
        self._sign(device, int(self.bank["BOOT_ID"][device]) + 1)
        self.authority[device] = Authority.LOCAL
        self.lost_since[device] = np.nan
        self._heard[device] = -np.inf
        for tag in ("CMD_SEQ", "CMD", "CMD_SEQ_ACK", "CMD_LAST", "CMD_RESULT", "HEARTBEAT_CORE", "UPTIME_S"):
            self.bank[tag][device] = 0.0

    def hears_core(self) -> Flags:
        """Where the core's heartbeat moved lately, or none is expected."""
        return (self.clock.wall - self._heard < HEARTBEAT_TIMEOUT_S) | ~self.traits.heartbeat

    def scan(self, dt: float, execute: Execute) -> None:
        """Take what clients wrote, then watch over the core.

        Parameters
        ----------
        dt : float
            Plant time since the last scan. [s]
        execute : callable
            (device, command) -> result, for commands of the type of device itself.
        """
        self._taken.clear()
        for write in self.bank.writes:
            self._take(write, execute)
        self.bank.writes.clear()
        self._watch()
        self._show(dt)

    def _take(self, write: Write, execute: Execute) -> None:
        written = dict(write.values)
        is_remote = self.authority[write.device] == Authority.REMOTE  # before a command in the same write
        if "HEARTBEAT_CORE" in written and written["HEARTBEAT_CORE"] != self._last_beat[write.device]:
            self._last_beat[write.device] = written["HEARTBEAT_CORE"]
            self._heard[write.device] = self.clock.wall
        if "CMD" in written:
            self._command(write.device, int(written["CMD"]), execute)

        for (tag, value), before in zip(write.values, write.before, strict=True):
            if tag in _ALWAYS_TAKEN:
                continue
            held = self._taken.get((tag, write.device), before)
            self._taken[tag, write.device] = value if is_remote else held
            self.bank[tag][write.device] = self._taken[tag, write.device]

    def _command(self, device: int, code: int, execute: Execute) -> None:
        bank = self.bank
        name = bank.table["CMD"].dtype.name_of(code)
        if name == "none":
            return
        if self.traits.sequence[device]:
            sequence = bank["CMD_SEQ"][device]
            if sequence != (bank["CMD_SEQ_ACK"][device] + 1) % _UINT16:
                bank["CMD_RESULT"][device] = Result.REFUSED_SEQUENCE
                return
            bank["CMD_SEQ_ACK"][device] = sequence
        result = self._authorised(device, name, execute)
        bank["CMD_RESULT"][device] = result
        if result is Result.ACCEPTED:
            bank["CMD_LAST"][device] = code

    def _authorised(self, device: int, name: str, execute: Execute) -> Result:
        if name == "take_remote":
            if not self.hears_core()[device] or self._switch()[device]:
                return Result.REFUSED_PERMISSIVE
            self.authority[device] = Authority.REMOTE
            self.lost_since[device] = np.nan
            return Result.ACCEPTED
        if self.authority[device] != Authority.REMOTE:
            return Result.REFUSED_AUTHORITY
        if name == "release_remote":
            self.authority[device] = Authority.LOCAL
            return Result.ACCEPTED
        return execute(device, name)

    def _switch(self) -> Flags:
        return np.asarray(self.bank["LOCAL_SWITCH"] != 0.0)

    def _watch(self) -> None:
        remote = self.authority == _REMOTE
        lost = remote & ~self.hears_core()
        if lost.any():
            self.authority[lost] = Authority.LOCAL_FALLBACK
            self.lost_since[lost] = self.clock.plant
        self.authority[self._switch()] = Authority.LOCAL

    def _show(self, dt: float) -> None:
        bank = self.bank
        bank["AUTHORITY"][:] = self.authority
        bank["UPTIME_S"][:] += dt
        beats = self.clock.wall - self._beaten
        if beats >= _HEARTBEAT_PERIOD_S:
            whole = np.floor(beats)
            self._beaten += whole
            bank["HEARTBEAT_PLC"][:] = (bank["HEARTBEAT_PLC"] + whole * self.traits.heartbeat) % _UINT16


class Setpoint:
    """A setpoint that a controller accepts in remote, clamped, and shows in ``<tag>_ACCEPTED`` where it can.

    Attributes
    ----------
    accepted : array, shape (devices,)
        In the tag's unit.
    """

    def __init__(self, head: Head, tag: str, initial: Values) -> None:
        self.accepted = np.array(initial, dtype=np.float64)
        self.tag = tag
        self._head = head
        self._register = head.bank[tag]
        self._shown = head.bank[f"{tag}_ACCEPTED"]

    def follow(self, lowest: Values | float, highest: Values | float) -> Values:
        """Accept what stands in the register while in remote; else let the register follow."""
        remote = self._head.authority == _REMOTE
        self.accepted[:] = np.where(remote, between(self._register, lowest, highest), self.accepted)
        self._register[:] = np.where(remote, self._register, self.accepted)
        self._shown[:] = np.where(self._head.traits.accepted_setpoint, self.accepted, np.nan)
        return self.accepted
