"""The state machine of one alarm: no clock, no files; times are given.

Three things hide an alarm from the operator's list: shelving by an operator for some time, suppression
while a parent explains it, out of service for maintenance. The condition is followed all the same. What
came while hidden is announced when nothing hides it any more, if it still holds; an alarm that was
shelved or out of service is announced again even if it had been acknowledged before.
"""

from orcplant.live import AlarmState


class Machine:
    """One alarm.

    Parameters
    ----------
    on_delay_s, off_delay_s : float
        How long a condition must hold, unbroken, before it counts as come, as gone. [s]
    is_latching : bool
        Whether it stays, once announced, until it is reset.
    """

    __slots__ = (
        "is_acknowledged",
        "is_active",
        "is_latched",
        "is_latching",
        "is_out_of_service",
        "is_suppressed",
        "is_unseen",
        "off_delay_s",
        "on_delay_s",
        "pending_since",
        "shelved_until",
    )

    def __init__(
        self, on_delay_s: float = 0.0, *, off_delay_s: float = 0.0, is_latching: bool = False
    ) -> None:
        self.on_delay_s = on_delay_s
        self.off_delay_s = off_delay_s
        self.is_latching = is_latching
        self.is_active = False
        self.is_acknowledged = True
        self.is_latched = False
        self.is_suppressed = False
        self.is_out_of_service = False
        self.is_unseen = False  # to be announced once nothing hides it
        self.shelved_until: float | None = None
        self.pending_since: float | None = None  # since when the condition differs from `is_active`

    @property
    def is_hidden(self) -> bool:
        """Whether the operator's list does not show it."""
        return self.is_out_of_service or self.is_suppressed or self.shelved_until is not None

    @property
    def state(self) -> AlarmState:
        """State after IEC 62682."""
        if self.is_out_of_service:
            return AlarmState.OUT_OF_SERVICE
        if self.is_suppressed:
            return AlarmState.SUPPRESSED
        if self.shelved_until is not None:
            return AlarmState.SHELVED
        if self.is_active:
            return AlarmState.ACKNOWLEDGED if self.is_acknowledged else AlarmState.UNACKNOWLEDGED
        if self.is_latched:
            return AlarmState.LATCHED
        return AlarmState.NORMAL if self.is_acknowledged else AlarmState.RETURNED_UNACKNOWLEDGED

    def observe(self, condition: bool | None, now: float) -> None:
        """Take what is seen of the condition; None: nothing is known, so delays start anew."""
        self.tick(now)  # what a delay had already decided
        if condition is None or condition is self.is_active:
            self.pending_since = None
            return
        if self.pending_since is None:
            self.pending_since = now
        self.tick(now)

    def tick(self, now: float) -> None:
        """Let delays and shelving end; `now` is monotonic."""
        if self.shelved_until is not None and now >= self.shelved_until:
            self.unshelve()
        if self.pending_since is None:
            return
        delay = self.off_delay_s if self.is_active else self.on_delay_s
        if now - self.pending_since >= delay:
            self.pending_since = None
            self._turn(not self.is_active)

    def acknowledge(self) -> bool:
        """Acknowledge; whether there was anything to."""
        if self.is_acknowledged or self.is_hidden:
            return False
        self.is_acknowledged = True
        return True

    @property
    def can_reset(self) -> bool:
        """Whether a latch may end: the condition is gone, and was acknowledged."""
        return self.is_latched and not self.is_active and self.is_acknowledged and not self.is_hidden

    def reset(self) -> bool:
        """End a latch; whether it could."""
        if not self.can_reset:
            return False
        self.is_latched = False
        return True

    def shelve(self, until: float) -> None:
        """Hide until a monotonic time; whoever shelves has seen it."""
        self.shelved_until = until
        self._put_aside()

    def unshelve(self) -> bool:
        """Show again; whether it was shelved."""
        if self.shelved_until is None:
            return False
        self.shelved_until = None
        self._reveal()
        return True

    def take_out_of_service(self) -> None:
        """Hide until put back."""
        self.is_out_of_service = True
        self._put_aside()

    def put_in_service(self) -> bool:
        """Show again; whether it was out of service."""
        if not self.is_out_of_service:
            return False
        self.is_out_of_service = False
        self._reveal()
        return True

    def suppress(self, is_suppressed: bool) -> None:
        """Hide while a parent explains it; an acknowledged alarm comes back acknowledged."""
        if is_suppressed is self.is_suppressed:
            return
        self.is_suppressed = is_suppressed
        if not is_suppressed:
            self._reveal()

    def _turn(self, is_active: bool) -> None:
        self.is_active = is_active
        if not is_active:
            self.is_unseen = False
        elif self.is_hidden:
            self.is_unseen = True
        else:
            self._announce()

    def _put_aside(self) -> None:
        self.is_acknowledged = True
        self.is_unseen = self.is_active

    def _reveal(self) -> None:
        if self.is_unseen and not self.is_hidden:
            self._announce()

    def _announce(self) -> None:
        self.is_unseen = False
        self.is_acknowledged = False
        self.is_latched = self.is_latching
