"""The state machine of one alarm against the standard's table of states, in any order of acts and times."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from orcplant.control.alarms.machine import Machine
from orcplant.live import AlarmState as S

ON, OFF = 3.0, 5.0


@dataclass
class Model:
    """The same machine, told another way: what was seen, replayed from the start, and named states.

    `face` is the state that would show if nothing hid the alarm.
    """

    on: float
    off: float
    latching: bool
    face: S = S.NORMAL
    latched: bool = False
    acked_latch: bool = True
    hiders: set[str] = field(default_factory=set)
    shelf_end: float = 0.0
    announce_later: bool = False
    seen: list[tuple[float, bool | None]] = field(default_factory=list)
    active: bool = False
    since: float = 0.0  # moment from which samples count for the next change

    def go_on(self, now: float) -> None:
        """All that time alone brings about until `now`, in order."""
        while True:
            due = self.change_due()
            shelf = self.shelf_end if "shelf" in self.hiders else float("inf")
            if min(due, shelf) > now:
                return
            # The machine looks at its shelf first when both have come due since it was looked at last.
            if shelf <= now:
                self.unhide("shelf")
            else:
                self.change()

    def change_due(self) -> float:
        """Moment at which an unbroken run of samples has lasted long enough; never if there is none."""
        start = None
        for time, sample in self.seen:
            if sample is None or sample is self.active:
                start = None
            elif start is None:
                start = time
        return float("inf") if start is None else start + (self.off if self.active else self.on)

    def change(self) -> None:
        self.active = not self.active
        self.seen.clear()
        if self.active:
            if self.hiders:
                self.announce_later = True
            else:
                self.announce()
        else:
            self.announce_later = False
            if self.face is S.UNACKNOWLEDGED:
                self.face = S.LATCHED if self.latched else S.RETURNED_UNACKNOWLEDGED
                self.acked_latch = False
            elif self.face is S.ACKNOWLEDGED:
                self.face = S.LATCHED if self.latched else S.NORMAL
                self.acked_latch = True

    def announce(self) -> None:
        self.announce_later = False
        self.face = S.UNACKNOWLEDGED
        self.latched = self.latched or self.latching

    def unhide(self, who: str) -> None:
        self.hiders.discard(who)
        if self.announce_later and not self.hiders:
            self.announce()

    def put_aside(self, who: str) -> None:
        self.hiders.add(who)
        self.announce_later = self.active
        self.acked_latch = True
        if self.face is S.UNACKNOWLEDGED:
            self.face = S.ACKNOWLEDGED
        elif self.face is S.RETURNED_UNACKNOWLEDGED:
            self.face = S.NORMAL

    def acknowledge(self) -> None:
        if self.hiders:
            return
        self.acked_latch = True
        if self.face is S.UNACKNOWLEDGED:
            self.face = S.ACKNOWLEDGED
        elif self.face is S.RETURNED_UNACKNOWLEDGED:
            self.face = S.NORMAL

    def reset(self) -> None:
        if not self.hiders and self.face is S.LATCHED and self.acked_latch:
            self.face, self.latched = S.NORMAL, False

    @property
    def state(self) -> S:
        for who, state in (("service", S.OUT_OF_SERVICE), ("parent", S.SUPPRESSED), ("shelf", S.SHELVED)):
            if who in self.hiders:
                return state
        # What came while hidden and was never announced, or was put aside, has no other face.
        if self.active and self.face not in (S.UNACKNOWLEDGED, S.ACKNOWLEDGED):
            return S.ACKNOWLEDGED
        return self.face


ACTS = st.one_of(
    st.tuples(st.just("see"), st.sampled_from((True, True, False, False, None))),
    st.tuples(st.sampled_from(("ack", "reset", "unshelve", "out", "in", "suppress", "release", "tick"))),
    st.tuples(st.just("shelve"), st.sampled_from((1.0, 4.0, 20.0))),
)
STEPS = st.lists(st.tuples(st.sampled_from((0.0, 0.5, 1.0, 2.0, 4.0, 6.0)), ACTS), max_size=60)


def carry_out(machine: Machine, model: Model, act: tuple[object, ...], now: float) -> None:
    machine.tick(now)
    model.go_on(now)
    match act:
        case ("see", True | False | None as sample):
            machine.observe(sample, now)
            model.seen.append((now, sample))
            model.go_on(now)
        case ("ack",):
            machine.acknowledge()
            model.acknowledge()
        case ("reset",):
            machine.reset()
            model.reset()
        case ("shelve", float(duration)):
            machine.shelve(now + duration)
            model.shelf_end = now + duration
            model.put_aside("shelf")
        case ("unshelve",):
            machine.unshelve()
            model.unhide("shelf")
        case ("out",):
            machine.take_out_of_service()
            model.put_aside("service")
        case ("in",):
            machine.put_in_service()
            model.unhide("service")
        case ("suppress",):
            machine.suppress(True)
            model.hiders.add("parent")
        case ("release",):
            machine.suppress(False)
            model.unhide("parent")


@settings(max_examples=300, deadline=None)
@given(
    steps=STEPS,
    on=st.sampled_from((0.0, ON)),
    off=st.sampled_from((0.0, OFF)),
    latching=st.booleans(),
)
def test_machine_is_the_model(
    steps: list[tuple[float, tuple[object, ...]]], on: float, off: float, latching: bool
) -> None:
    machine = Machine(on, off_delay_s=off, is_latching=latching)
    model = Model(on, off, latching)
    now = 100.0
    for wait, act in steps:
        now += wait
        carry_out(machine, model, act, now)
        assert machine.is_active is model.active, act
        assert machine.state is model.state, act
        assert machine.is_latched is model.latched, act


def state_of(machine: Machine) -> S:
    """State, read anew: mypy believes that a property stays what it was."""
    return machine.state


@settings(max_examples=100, deadline=None)
@given(steps=STEPS, latching=st.booleans())
def test_no_order_of_acts_makes_an_alarm_mute_for_good(
    steps: list[tuple[float, tuple[object, ...]]], latching: bool
) -> None:
    """Whatever was done: once nothing hides it, a new condition is loud."""
    machine, model, now = Machine(ON, off_delay_s=OFF, is_latching=latching), Model(ON, OFF, latching), 0.0
    for wait, act in steps:
        now += wait
        carry_out(machine, model, act, now)
    machine.put_in_service()
    machine.suppress(False)
    machine.unshelve()
    machine.observe(False, now)
    machine.tick(now + OFF)
    machine.acknowledge()
    machine.reset()
    assert state_of(machine) is S.NORMAL
    machine.observe(True, now + OFF)
    machine.tick(now + OFF + ON)
    assert state_of(machine) is S.UNACKNOWLEDGED


def test_on_delay_needs_an_unbroken_condition() -> None:
    machine = Machine(ON)
    machine.observe(True, 0.0)
    machine.tick(ON - 0.01)
    assert state_of(machine) is S.NORMAL
    machine.observe(None, ON - 0.01)
    machine.observe(True, ON)
    machine.tick(2 * ON - 0.01)
    assert state_of(machine) is S.NORMAL
    machine.tick(2 * ON)
    assert state_of(machine) is S.UNACKNOWLEDGED


def test_shelving_ends_by_itself_and_announces_again() -> None:
    machine = Machine()
    machine.observe(True, 0.0)
    machine.acknowledge()
    machine.shelve(10.0)
    assert state_of(machine) is S.SHELVED
    machine.tick(9.99)
    assert state_of(machine) is S.SHELVED
    machine.tick(10.0)
    assert state_of(machine) is S.UNACKNOWLEDGED


def test_suppression_keeps_an_acknowledgement() -> None:
    machine = Machine()
    machine.observe(True, 0.0)
    machine.acknowledge()
    machine.suppress(True)
    assert state_of(machine) is S.SUPPRESSED
    machine.suppress(False)
    assert state_of(machine) is S.ACKNOWLEDGED


def test_latch_needs_return_acknowledgement_and_reset_in_that_order() -> None:
    machine = Machine(is_latching=True)
    machine.observe(True, 0.0)
    assert not machine.reset()
    machine.observe(False, 1.0)
    assert state_of(machine) is S.LATCHED
    assert not machine.reset()
    assert machine.acknowledge()
    assert state_of(machine) is S.LATCHED
    assert machine.reset()
    assert state_of(machine) is S.NORMAL
