"""The walk of a command: checks, journal, one write, and what the plant was seen to make of it.

A command is written once or not at all. It is never repeated, never queued for a link to come back, and
never taken up again by a core that was restarted.
"""

import asyncio
import logging
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from orcplant.control.authority import Control
from orcplant.control.clock import Clock
from orcplant.control.codec import encode
from orcplant.control.gates import Gates, Wish, needed_tags
from orcplant.control.journal import Journal, Kind
from orcplant.control.link import DeviceExceptionError, LinkError, NotConnectedError, NotSentError
from orcplant.control.poller import DevicePoller, Event, Poller
from orcplant.control.store import StoreError
from orcplant.control.tasks import cancelled
from orcplant.control.users import Session
from orcplant.control.verify import Verdict, Written, held, verified
from orcplant.errors import ConfigError
from orcplant.live import CommandOutcome, CommandRequest, CommandState, Origin, Refusal, Text, Value
from orcplant.tags import Table

_log = logging.getLogger(__name__)

# The device understood, and does not do it. After the others (4, 5, 11, unknown ones) nothing is sure.
_SAID_NO: Final = (1, 2, 3, 6, 7, 8, 10)
# How long a key is known: longer than any command lives, also where the wall clock is set back by less.
_REMEMBERED_S: Final = 3600.0
_KEYS: Final = 10_000
_RECENT: Final = 200
_SEQUENCES: Final = 2**16


@dataclass(slots=True)
class _Pending:
    """A command under way."""

    command_id: str
    wish: Wish
    connects: int  # of the device's link when it came in
    expires: float  # monotonic [s]: the wall clock may be set back meanwhile
    is_off: bool = False  # the device restarted

    def refusals(self, now: float) -> tuple[Refusal, ...]:
        """What happened since it came in that no gate can see; `now` is monotonic [s]."""
        happened = (
            (self.is_off, _RESTARTED),
            (self.wish.device.link.counters.connects != self.connects, _RECONNECTED),
            (now > self.expires, _EXPIRED),
        )
        return tuple(refusal for is_so, refusal in happened if is_so)


@dataclass(frozen=True, slots=True)
class _Write:
    """Bytes of a command on their way, and what proves them."""

    address: int
    payload: bytes
    written: Written


class Commands:
    """Takes requests and carries them out; `restore` must have run before the first one.

    A device that an operator commands by hand, that restarts, or that turns out to be another one, leaves
    AUTO.
    """

    def __init__(
        self, poller: Poller, gates: Gates, control: Control, journal: Journal, clock: Clock
    ) -> None:
        self._poller = poller
        self._gates = gates
        self._control = control
        self._journal = journal
        self._clock = clock
        self._pending: dict[str, _Pending] = {}  # by tag
        self._tasks: dict[str, asyncio.Task[CommandOutcome]] = {}
        self._outcomes: OrderedDict[str, CommandOutcome] = OrderedDict()
        self._by_key: OrderedDict[str, tuple[float, str, CommandRequest | None]] = OrderedDict()
        self._told: list[Callable[[CommandOutcome], None]] = []
        self.recent: deque[CommandOutcome] = deque(maxlen=_RECENT)
        for device in poller.devices.values():
            _refuse_split_sequence(device)
            device.on_event(self._device_event)

    def on_outcome(self, told: Callable[[CommandOutcome], None]) -> None:
        """Call `told` with every state a command comes to."""
        self._told.append(told)

    async def restore(self) -> list[str]:
        """After a start: close what the last run left open, know its keys; the commands that were open.

        Nothing is sent. Whether those commands were carried out is not known, and so their outcome is
        UNCONFIRMED.
        """
        left = await self._journal.open_intents()
        for entry in left:
            await self._journal.append(
                Kind.OUTCOME,
                entry.actor,
                entry.subject,
                reference=entry.reference,
                state=CommandState.UNCONFIRMED,
                text="the core was restarted before the outcome was known",
            )
        now = self._clock.monotonic()
        for entry in await self._journal.commands_since(self._clock.utc() - _REMEMBERED_S):
            self._by_key[str(entry.detail.get("key", ""))] = (now, entry.reference, None)
        return [entry.reference for entry in left]

    async def submit(self, request: CommandRequest, session: Session) -> CommandOutcome:
        """Take a request: ACCEPTED, with an id under which it goes on, or REFUSED with every reason.

        Nothing is waited for but the journal entry of a refusal. A key that was seen before gets the
        answer of its first request.
        """
        self._forget_old_keys()
        self._gates.note_activity(session)
        known = self._by_key.get(request.key) if request.key else None
        if known is not None:
            return self._again(request, session, known)
        command_id = uuid.uuid4().hex
        self._by_key[request.key] = (self._clock.monotonic(), command_id, request)
        wish, refusals = self._wish(request, session)
        if wish is None or refusals:
            return await self._refused(command_id, request, session, refusals)
        left = request.issued_time + request.life - self._clock.utc()
        self._pending[request.tag] = _Pending(
            command_id, wish, wish.device.link.counters.connects, self._clock.monotonic() + left
        )
        outcome = self._outcome(command_id, request, session, Verdict(CommandState.ACCEPTED, _ACCEPTED))
        self._tasks[command_id] = asyncio.create_task(self._carried_out(self._pending[request.tag]))
        return outcome

    async def result(self, command_id: str) -> CommandOutcome:
        """Last state of a command, waited for; KeyError for an unknown id."""
        task = self._tasks.get(command_id)
        if task is not None:
            await asyncio.wait([task])
        return self._outcomes[command_id]

    async def close(self) -> None:
        """Give up what is under way: its outcome is UNCONFIRMED."""
        await cancelled(self._tasks.values())

    def _wish(self, request: CommandRequest, session: Session) -> tuple[Wish | None, tuple[Refusal, ...]]:
        device = self._poller.devices.get(request.tag.partition(".")[0])
        if device is None or request.tag not in device.table:
            text = Text(f"{request.tag[:60]} is not a tag of this plant", f"{request.tag[:60]} 不是本厂的点")
            return None, (Refusal("tag", text, Text("check the name", "检查点名")),)
        wish = Wish(request, session, device, device.table[request.tag])
        refusals = self._gates.refusals(wish)
        if request.tag in self._pending:
            busy = Text(f"a command to {request.tag} is under way", f"{request.tag} 有命令正在执行")
            refusals += (Refusal("busy", busy, Text("wait for its outcome", "等待其结果")),)
        return wish, refusals

    async def _carried_out(self, pending: _Pending) -> CommandOutcome:
        wish, command_id = pending.wish, pending.command_id
        request, session = wish.request, wish.session
        verdict = Verdict(CommandState.UNCONFIRMED, _STOPPED)
        refusals: tuple[Refusal, ...] = ()
        try:
            await self._journal.append(
                Kind.COMMAND,
                session.user,
                request.tag,
                reference=command_id,
                key=request.key,
                value=request.value,
                origin=request.origin,
            )
            if request.origin is Origin.OPERATOR:
                self._control.disarm(session.user, [wish.device.name], f"commanded by hand: {request.tag}")
            verdict, refusals = await self._written(pending)
        except StoreError as exc:
            verdict = Verdict(CommandState.REFUSED, _NO_JOURNAL)
            refusals = (Refusal("journal", Text(str(exc), "日志无法写入"), _MEND_JOURNAL),)
        finally:
            del self._pending[request.tag]
            # Also when the core stops in the middle: an intent does not stay without an outcome.
            outcome = self._outcome(command_id, request, session, verdict, refusals)
            await asyncio.shield(self._note_outcome(outcome))
            self._tasks.pop(command_id, None)
        return outcome

    async def _written(self, pending: _Pending) -> tuple[Verdict, tuple[Refusal, ...]]:
        """Check once more, write once, and watch what comes of it."""
        try:
            write = await self._prepared(pending.wish)
        except LinkError as exc:
            return Verdict(CommandState.REFUSED, _NOTHING_SENT), (_link(exc),)
        if write is None:
            return Verdict(CommandState.REFUSED, _NOTHING_SENT), (_NO_SEQUENCE,)
        ended = await self._sent(pending, write)
        if ended is not None:
            return ended
        return await verified(write.written, self._clock, is_off=lambda: pending.is_off), ()

    async def _prepared(self, wish: Wish) -> _Write | None:
        """Bytes of a command, and what is seen before it; None without a number to give it.

        Read before the write: the device may show the effect before it answers.
        """
        device, tag = wish.device, wish.tag
        payload, value = encode(tag, wish.request.value), held(tag, wish.request.value)
        names, numbered = set(needed_tags(device, tag)), _is_sequenced(device, wish)
        ack = f"{device.name}.CMD_SEQ_ACK"
        if numbered:
            names |= {ack, f"{device.name}.CMD_RESULT"} & device.reader.tags.keys()
        before = await device.read_now(names)
        if not numbered:
            return _Write(tag.address, payload, Written(device, tag, value, before))
        number = before[ack].scalar
        if not before[ack].is_good or not isinstance(number, float):
            return None
        sequence = int(number + 1.0) % _SEQUENCES
        counter = device.table[f"{device.name}.CMD_SEQ"]
        together = encode(counter, float(sequence)) + payload
        return _Write(counter.address, together, Written(device, tag, value, before, sequence))

    async def _sent(self, pending: _Pending, write: _Write) -> tuple[Verdict, tuple[Refusal, ...]] | None:
        """Send the bytes once, if every gate is open when it is their turn; None if they went out."""
        wish = pending.wish
        refusals: tuple[Refusal, ...] = ()

        def guard() -> bool:
            nonlocal refusals
            refusals = self._gates.refusals(wish) + pending.refusals(self._clock.monotonic())
            if not refusals:
                self._gates.note_write(wish.device.name)
            return not refusals

        try:
            await wish.device.link.write(wish.tag.table, write.address, write.payload, guard=guard)
        except NotSentError:
            return Verdict(CommandState.REFUSED, _NOTHING_SENT), refusals
        except NotConnectedError as exc:
            return Verdict(CommandState.REFUSED, _NOTHING_SENT), (_link(exc),)
        except DeviceExceptionError as exc:
            if exc.code in _SAID_NO:
                text = Text(f"the device answered with exception {exc.code}", f"设备应答异常码 {exc.code}")
                return Verdict(CommandState.REJECTED, text), ()
        except LinkError as exc:
            _log.info("%s: %s; looking what came of it", wish.tag.name, exc)
        return None

    async def _refused(
        self, command_id: str, request: CommandRequest, session: Session, refusals: tuple[Refusal, ...]
    ) -> CommandOutcome:
        verdict = Verdict(CommandState.REFUSED, _NOTHING_SENT)
        outcome = self._outcome(command_id, request, session, verdict, refusals)
        await self._note_outcome(outcome)
        return outcome

    async def _note_outcome(self, outcome: CommandOutcome) -> None:
        seen: Value | None = outcome.seen
        try:
            await self._journal.append(
                Kind.OUTCOME,
                outcome.user,
                outcome.request.tag[:60],
                reference=outcome.command_id,
                state=outcome.state,
                value=outcome.request.value,
                text=outcome.text.en,
                refusals=[refusal.code for refusal in outcome.refusals],
                seen=None if seen is None else seen.scalar,
            )
        except StoreError as exc:  # the intent stays open and is closed at the next start
            _log.error("outcome of %s not journalled: %s", outcome.request.tag, exc)

    def _outcome(
        self,
        command_id: str,
        request: CommandRequest,
        session: Session,
        verdict: Verdict,
        refusals: tuple[Refusal, ...] = (),
    ) -> CommandOutcome:
        outcome = CommandOutcome(
            command_id=command_id,
            request=request,
            user=session.user,
            state=verdict.state,
            time=self._clock.utc(),
            text=verdict.text,
            refusals=refusals,
            seen=verdict.seen,
        )
        self._outcomes[command_id] = outcome
        while len(self._outcomes) > _KEYS:
            self._outcomes.popitem(last=False)
        if outcome.state.is_end:
            self.recent.append(outcome)
        for told in self._told:
            told(outcome)
        return outcome

    def _again(
        self, request: CommandRequest, session: Session, known: tuple[float, str, CommandRequest | None]
    ) -> CommandOutcome:
        """Answer of a key that was seen before; never a second write."""
        _, command_id, first = known
        outcome = self._outcomes.get(command_id)
        if outcome is not None and first == request and outcome.user == session.user:
            return outcome
        refusal = Refusal("replayed", _REPLAYED, _NEW_KEY)
        return CommandOutcome(
            command_id,
            request,
            session.user,
            CommandState.REFUSED,
            self._clock.utc(),
            _NOTHING_SENT,
            (refusal,),
        )

    def _forget_old_keys(self) -> None:
        now = self._clock.monotonic()
        while self._by_key:
            key, (time, _, _) = next(iter(self._by_key.items()))
            if now - time <= _REMEMBERED_S and len(self._by_key) < _KEYS:
                return
            del self._by_key[key]

    def _device_event(self, device: DevicePoller, event: Event, _text: str) -> None:
        if event in (Event.RESTARTED, Event.MISMATCH):
            self._control.disarm("core", [device.name], event)
            for pending in self._pending.values():
                if pending.wish.device is device:
                    pending.is_off = True


def _is_sequenced(device: DevicePoller, wish: Wish) -> bool:
    return wish.short == "CMD" and "sequence" in device.device.capabilities


def _refuse_split_sequence(device: DevicePoller) -> None:
    """A command and its number go out in one write, so they must be neighbours."""
    if "sequence" not in device.device.capabilities:
        return
    number, command = device.table[f"{device.name}.CMD_SEQ"], device.table[f"{device.name}.CMD"]
    is_pair = number.table is command.table is Table.HOLDING and number.end == command.address
    if not is_pair:
        raise ConfigError(f"{command.name}: address {command.address} is not right behind {number.name}")


def _link(exc: LinkError) -> Refusal:
    return Refusal("link", Text(str(exc), "通信中断"), Text("wait for the link", "等待通信恢复"))


_ACCEPTED: Final = Text("under way", "执行中")
_NOTHING_SENT: Final = Text("nothing was sent", "未发送任何内容")
_NO_JOURNAL: Final = Text("nothing was sent: the journal cannot be written", "日志无法写入，未发送任何内容")
_MEND_JOURNAL: Final = Text("make room on the disk of the state folder", "清理状态目录所在磁盘空间")
_STOPPED: Final = Text("the core stopped before the outcome was known", "结果确认前控制核心停止")
_REPLAYED: Final = Text("a command with this key was seen before", "该命令标识已使用过")
_NEW_KEY: Final = Text("send it as a new command", "作为新命令发送")
_RESTARTED: Final = Refusal(
    "restarted",
    Text("the device restarted meanwhile", "期间设备重启"),
    Text("look at the device, then send it again", "检查设备后重新发送"),
)
_RECONNECTED: Final = Refusal(
    "reconnected",
    Text("the link was lost meanwhile", "期间通信中断"),
    Text("look at the device, then send it again", "检查设备后重新发送"),
)
_EXPIRED: Final = Refusal("expired", Text("the command has expired", "命令已过期"), _NEW_KEY)
_NO_SEQUENCE: Final = Refusal(
    "sequence",
    Text("the device's sequence number cannot be read", "无法读取设备命令序号"),
    Text("wait for CMD_SEQ_ACK", "等待 CMD_SEQ_ACK 恢复"),
)
