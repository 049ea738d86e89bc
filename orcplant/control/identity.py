"""Whether a device is the one its register map describes, whether it restarted, whether its program runs.

All of it hangs on registers that not every PLC has. What a device cannot do is a named weaker guarantee,
never a reason not to connect.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from orcplant.live import Quality, Reason, Text, Value
from orcplant.tags import KNOWN_CONSTANT, TagTable

PLC_SILENT_S: Final = 5.0  # how long a PLC's heartbeat may stand still
# Nothing was learnt of the register; any other reason is an answer.
_UNKNOWN: Final = (Reason.NOT_READ, Reason.COMMUNICATION, Reason.DEVICE_FAILURE)

WEAKER: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "signature": Text(
            "The register map is not verified: a changed map or word order is not noticed at connect. Every"
            " reconnect counts as a restart.",
            "寄存器表未经校验：寄存器表或字序变化无法在连接时发现；每次重连均视为控制器重启。",
        ),
        "heartbeat": Text(
            "The device does not notice the loss of the core, nor the core a PLC whose program stands still.",
            "设备无法察觉控制核心失联，核心也无法察觉 PLC 程序停止。",
        ),
        "sequence": Text(
            "A replayed or second command is not told apart by the device.",
            "设备无法识别重放或重复的命令。",
        ),
        "accepted_setpoint": Text(
            "What the device made of a setpoint is seen from its effect only.",
            "只能从运行效果判断设备是否接受设定值。",
        ),
    }
)


class Trust(StrEnum):
    """What is known of a device's register map."""

    UNCHECKED = "unchecked"  # not yet read since the last connect or restart
    VERIFIED = "verified"
    UNVERIFIABLE = "unverifiable"  # the device has no signature: taken as it is
    MISMATCH = "mismatch"


class Identity:
    """Signature, boot number and heartbeat of one device.

    Parameters
    ----------
    table : TagTable
        With the device's prefix.
    name : str
        The prefix.
    capabilities : frozenset of str
    """

    def __init__(self, table: TagTable, name: str, capabilities: frozenset[str]) -> None:
        self._table = table
        self._name = name
        self._has = capabilities
        self._boot: object = None
        self._beat: object = None
        self._beat_at: float | None = None
        self.trust = Trust.UNCHECKED
        self.mismatch = ""
        self.is_stopped = False

    @property
    def reason(self) -> Reason:
        """Why values of this device are not as good as they look; NONE if they are."""
        if self.trust is Trust.MISMATCH:
            return Reason.MAP_MISMATCH
        return Reason.PLC_STOPPED if self.is_stopped else Reason.NONE

    @property
    def quality(self) -> Quality:
        """Best quality a value of this device can have."""
        if self.trust is Trust.MISMATCH:
            return Quality.BAD
        return Quality.STALE if self.is_stopped else Quality.GOOD

    def forget(self) -> None:
        """Check anew: the link is new, or the device restarted."""
        self.trust = Trust.UNCHECKED
        self.mismatch = ""
        self._beat_at = None
        self.is_stopped = False

    def check(self, values: Mapping[str, Value]) -> None:
        """Compare the signature that was read with the table."""
        if "signature" not in self._has:
            self.trust = Trust.UNVERIFIABLE
            return
        version, constant = values[self._full("MAP_VERSION")], values[self._full("KNOWN_CONST")]
        if version.reason in _UNKNOWN or constant.reason in _UNKNOWN:
            return
        if constant.scalar != KNOWN_CONSTANT:
            self.trust = Trust.MISMATCH
            self.mismatch = (
                f"KNOWN_CONST reads {_shown(constant)} instead of {KNOWN_CONSTANT:g}: word or byte order"
            )
        elif version.scalar != self._table.fingerprint:
            self.trust = Trust.MISMATCH
            self.mismatch = f"MAP_VERSION reads {_shown(version)} instead of {self._table.fingerprint}"
        else:
            self.trust = Trust.VERIFIED

    def has_restarted(self, values: Mapping[str, Value], *, is_new_link: bool) -> bool:
        """Whether the device restarted since this was last asked.

        By its boot number; a device without one counts as restarted with every new link.
        """
        name = self._full("BOOT_ID")
        if "signature" not in self._has or name not in values:
            was_seen, self._boot = self._boot is not None, True
            return is_new_link and was_seen
        value = values[name]
        if not value.is_good:
            return False
        before, self._boot = self._boot, value.scalar
        return before is not None and before != value.scalar

    def watch_heartbeat(self, values: Mapping[str, Value], now: float) -> None:
        """Note whether the PLC's counter moves; `now` is monotonic [s]."""
        name = self._full("HEARTBEAT_PLC")
        if "heartbeat" not in self._has or name not in values or not values[name].is_good:
            return
        beat = values[name].scalar
        if self._beat_at is None or beat != self._beat:
            self._beat, self._beat_at = beat, now
            self.is_stopped = False
        elif now - self._beat_at > PLC_SILENT_S:
            self.is_stopped = True

    def _full(self, short: str) -> str:
        return f"{self._name}.{short}"


def _shown(value: Value) -> str:
    return "nonsense" if value.scalar is None else f"{value.scalar}"
