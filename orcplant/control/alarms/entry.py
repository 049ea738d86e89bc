"""One alarm inside the engine: its definition, comparator and state machine, and what was last told of it."""

from orcplant.control.alarms.condition import Condition
from orcplant.control.alarms.definition import Definition
from orcplant.control.alarms.machine import Machine
from orcplant.control.alarms.records import Kept
from orcplant.control.alarms.status import AlarmStatus
from orcplant.live import AlarmState, Scalar


class Entry:
    """An alarm; the engine changes it."""

    __slots__ = (
        "changed_time",
        "comment",
        "condition",
        "definition",
        "is_first_out",
        "machine",
        "raised_time",
        "shelved_time",
        "told",
        "user",
        "value",
    )

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.condition = Condition(definition)
        self.machine = Machine(
            definition.on_delay_s, off_delay_s=definition.off_delay_s, is_latching=definition.is_latching
        )
        self.is_first_out = False
        self.raised_time = 0.0
        self.changed_time = 0.0
        self.shelved_time: float | None = None  # UTC until which
        self.value: Scalar | None = None
        self.user = ""
        self.comment = ""
        self.told = self.standing

    @property
    def standing(self) -> tuple[AlarmState, bool, bool, bool]:
        """All that counts as a change."""
        machine = self.machine
        return machine.state, machine.is_active, machine.is_acknowledged, machine.is_latched

    @property
    def status(self) -> AlarmStatus:
        """As others see it."""
        machine = self.machine
        return AlarmStatus(
            definition=self.definition,
            state=machine.state,
            is_active=machine.is_active,
            is_acknowledged=machine.is_acknowledged,
            is_first_out=self.is_first_out,
            raised_time=self.raised_time,
            changed_time=self.changed_time,
            shelved_until=self.shelved_time if machine.shelved_until is not None else None,
            value=self.value,
            user=self.user,
            comment=self.comment,
        )

    @property
    def kept(self) -> Kept:
        """As it survives a restart."""
        machine = self.machine
        return Kept(
            key=self.definition.key,
            is_active=machine.is_active,
            is_acknowledged=machine.is_acknowledged,
            is_latched=machine.is_latched,
            is_unseen=machine.is_unseen,
            is_out_of_service=machine.is_out_of_service,
            is_first_out=self.is_first_out,
            shelved_until=self.shelved_time if machine.shelved_until is not None else None,
            raised_time=self.raised_time,
            changed_time=self.changed_time,
            value=self.value,
            user=self.user,
            comment=self.comment,
        )
