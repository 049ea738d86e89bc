"""A controller with nothing behind it: it answers, keeps its heartbeat, accepts setpoints and commands."""

from plc_sim.bank import Bank
from plc_sim.clock import Clock
from plc_sim.logic.head import Head, Result, Setpoint, Traits

_HEAD: tuple[str, ...] = (
    "HEARTBEAT_PLC", "HEARTBEAT_CORE", "CMD_SEQ", "CMD", "CMD_SEQ_ACK", "CMD_LAST", "CMD_RESULT",
    "AUTHORITY", "UPTIME_S", "LOCAL_SWITCH",
)  # fmt: skip


def has_head(bank: Bank) -> bool:
    """Whether a register map has the tags that `Head` serves."""
    return all(tag in bank for tag in _HEAD)


class PlainLogic:
    """Scan of devices without a plant behind them; their tag table has the tags of a head."""

    def __init__(self, bank: Bank, traits: Traits, clock: Clock) -> None:
        self.head = Head(bank, traits, clock)
        self._bank = bank
        tags = [tag.name for tag in bank.table if tag.is_writable and f"{tag.name}_ACCEPTED" in bank]
        self._setpoints = [Setpoint(self.head, tag, bank[tag]) for tag in tags]

    def step(self, dt: float) -> None:
        """Scan once."""
        self.head.scan(dt, lambda device, command: Result.ACCEPTED)
        for setpoint in self._setpoints:
            setpoint.follow(*self._bank.ranges(setpoint.tag))
