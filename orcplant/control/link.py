"""What a link to a device is, what may go wrong on it, and when it is tried again.

LinkError
├── NotConnectedError     nothing was sent
├── NotSentError          nothing was sent, because its sender no longer wanted it
├── UnreachableError      no connection could be made: nothing was sent
├── NoAnswerError         sent, and no answer came in time
├── LinkLostError         sent, and the connection broke before an answer came
├── BadAnswerError        an answer came that is none to this request; `kind` says how
└── DeviceExceptionError  the device answered with an exception code
"""

import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from orcplant.errors import OrcplantError
from orcplant.tags import Table

MAX_READ_REGISTERS: Final = 125  # Modbus Application Protocol V1.1b3, function codes 3 and 4
MAX_READ_BITS: Final = 2000  # function codes 1 and 2
MAX_WRITE_REGISTERS: Final = 123  # function code 16

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3
DEVICE_FAILURE, ACKNOWLEDGE, DEVICE_BUSY, NEGATIVE_ACKNOWLEDGE, PARITY = 4, 5, 6, 7, 8
GATEWAY_PATH, GATEWAY_TARGET = 10, 11


class LinkError(OrcplantError):
    """A request over a link that brought no usable answer."""


class NotConnectedError(LinkError):
    """The link is down; nothing was sent."""


class NotSentError(LinkError):
    """What was to be written is no longer wanted; nothing was sent."""


class UnreachableError(LinkError):
    """No connection could be made; nothing was sent."""


class NoAnswerError(LinkError):
    """No answer within the time limit; whether the device acted is not known."""


class LinkLostError(LinkError):
    """The connection broke while an answer was due; whether the device acted is not known."""


class Fault(StrEnum):
    """How an answer was wrong."""

    LATE = "late or unasked"  # another transaction: dropped, the right one may still come
    UNIT = "wrong unit id"
    FUNCTION = "wrong function code"
    LENGTH = "wrong length"
    ECHO = "wrong echo"  # a write that confirms another address or value
    FRAMING = "not a Modbus frame"


class BadAnswerError(LinkError):
    """An answer that is none to the request; nothing of it was used."""

    def __init__(self, kind: Fault, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class DeviceExceptionError(LinkError):
    """The device answered with an exception code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(slots=True)
class LinkCounters:
    """What happened on a link since the start; for the diagnostics page."""

    requests: int = 0
    answers: int = 0
    connects: int = 0
    losses: int = 0
    timeouts: int = 0
    exceptions: Counter[int] = field(default_factory=Counter)
    faults: Counter[Fault] = field(default_factory=Counter)
    latencies: deque[float] = field(default_factory=lambda: deque(maxlen=300))  # [s], the latest


Guard: TypeAlias = Callable[[], bool]


def always() -> bool:
    """Guard that lets everything through."""
    return True


class Link(Protocol):
    """One device behind one connection; a request at a time, each checked answer or a `LinkError`."""

    counters: LinkCounters

    @property
    def is_connected(self) -> bool:
        """Whether a request would be sent."""

    async def connect(self) -> None:
        """Connect; nothing to do if connected.

        Raises
        ------
        UnreachableError
            If the device cannot be reached in time.
        """

    async def read(self, table: Table, address: int, count: int) -> bytes:
        """Read `count` registers (two bytes each, as on the wire) or bits (eight a byte, low bit first).

        Raises
        ------
        LinkError
            If there is no answer, a wrong one, or an exception.
        """

    async def write(self, table: Table, address: int, payload: bytes, *, guard: Guard = always) -> None:
        """Write registers (two bytes each) or one coil (one byte, 0 or 1); sent once, never again.

        `guard` is asked when it is this request's turn on the link, right before the bytes go out.

        Raises
        ------
        LinkError
            If the device did not confirm exactly this write; `NotSentError` if `guard` said no.
        """

    async def close(self) -> None:
        """Close the connection; a request under way fails with `LinkLostError`."""


class Backoff:
    """When to try a lost device again: growing, jittered, capped waits.

    The wait doubles from `first` to `cap` [s]; each is drawn from its upper half, so that forty devices
    lost at once do not come back in one burst.
    """

    def __init__(self, rng: random.Random, *, first: float = 0.5, cap: float = 5.0) -> None:
        self._rng = rng
        self._first = first
        self._cap = cap
        self.failures = 0
        self.retry_at = 0.0  # monotonic [s]

    def failed(self, now: float) -> None:
        """Note a failure at the monotonic time `now`."""
        wait = min(self._cap, self._first * 2.0 ** min(self.failures, 16))
        self.failures += 1
        self.retry_at = now + wait * self._rng.uniform(0.5, 1.0)

    def succeeded(self) -> None:
        """Note a success: the next failure starts from `first` again."""
        self.failures = 0
        self.retry_at = 0.0

    def is_ready(self, now: float) -> bool:
        """Whether the wait is over."""
        return now >= self.retry_at
