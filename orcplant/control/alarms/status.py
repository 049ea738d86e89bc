"""What the engine tells of an alarm."""

from dataclasses import dataclass
from enum import StrEnum

from orcplant.control.alarms.definition import Definition
from orcplant.live import AlarmState, Scalar


class What(StrEnum):
    """What happened to an alarm."""

    RAISED = "raised"  # announced to the operator
    RETURNED = "returned"  # the condition is gone
    ACKNOWLEDGED = "acknowledged"
    COMMENTED = "commented"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"
    SUPPRESSED = "suppressed"
    UNSUPPRESSED = "unsuppressed"
    OUT_OF_SERVICE = "out_of_service"
    IN_SERVICE = "in_service"
    RESET = "reset"
    CHANGED = "changed"  # the condition came or went while hidden


@dataclass(frozen=True, slots=True)
class AlarmStatus:
    """An alarm as it stands.

    ``raised_time`` and ``changed_time`` are UTC [s], 0.0 for never; ``shelved_until`` is UTC or None;
    ``value`` is that of the tag when it last came or went. ``is_first_out``: the first of its group.
    """

    definition: Definition
    state: AlarmState
    is_active: bool
    is_acknowledged: bool
    is_first_out: bool
    raised_time: float
    changed_time: float
    shelved_until: float | None
    value: Scalar | None
    user: str
    comment: str

    @property
    def is_shown(self) -> bool:
        """Whether it belongs in the operator's list."""
        return self.state in (
            AlarmState.UNACKNOWLEDGED,
            AlarmState.ACKNOWLEDGED,
            AlarmState.RETURNED_UNACKNOWLEDGED,
            AlarmState.LATCHED,
        )


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One line of the alarm history; ``number`` counts up over restarts."""

    number: int
    time: float
    key: str
    what: What
    state: AlarmState
    priority: int
    value: Scalar | None
    user: str
    comment: str
