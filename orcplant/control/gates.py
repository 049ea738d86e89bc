"""Every check between a wish and a write. All of them are asked, so that a refusal names all that is wrong.

They are asked twice: when the command comes in, and again at the moment its bytes would go out. In
between lie a journal entry and whatever the link was busy with.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from orcplant.control.authority import Control
from orcplant.control.clock import Clock
from orcplant.control.codec import EncodeError, encode, finite
from orcplant.control.journal import Journal
from orcplant.control.limits import Limits
from orcplant.control.permissives import failed, role_for
from orcplant.control.poller import DevicePoller, Poller
from orcplant.control.users import Session, Users
from orcplant.live import (
    MAX_COMMAND_LIFE,
    REASON_TEXTS,
    Authority,
    CommandRequest,
    LinkState,
    Origin,
    Reason,
    Refusal,
    Role,
    Text,
)
from orcplant.tags import Kind, Tag

SUPERVISOR: Final = Session("", "supervisor", Role.OPERATOR, must_change=False)
"""The core acting by itself, in a mode that an operator armed. No login makes a session that is this one."""

CLOCK_SLACK_S: Final = 2.0  # by which a sender's clock may be ahead
WRITES_A_MINUTE: Final = 30  # to one device
_MINUTE: Final = 60.0

# Reasons of values that did come, however little they mean.
_SEEN: Final = (
    Reason.NONE, Reason.SENTINEL, Reason.NOT_FINITE, Reason.NOT_DECODABLE, Reason.OUT_OF_RANGE
)  # fmt: skip
# Written by the core itself, never by a command.
_OWN: Final = ("CMD_SEQ", "HEARTBEAT_CORE")
_IN_LOCAL: Final = ("take_remote",)
_IN_AUTO: Final = ("stop", "release_remote", "open_breaker", "close_production", "stop_dosing")


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that names a real tag, and who asks."""

    request: CommandRequest
    session: Session
    device: DevicePoller
    tag: Tag

    @property
    def short(self) -> str:
        """Tag without prefix."""
        return self.tag.name.partition(".")[2]

    @property
    def state_wanted(self) -> str:
        """Name of the state asked for, of an enum; else empty."""
        value = self.request.value
        if self.tag.dtype.kind is not Kind.ENUM or isinstance(value, bool):
            return ""
        if isinstance(value, str):
            return value
        number = finite(value)
        return "" if number is None else self.tag.dtype.name_of(int(number))


class Gates:
    """The checks; `refusals` is empty if a wish may be carried out now.

    Parameters
    ----------
    is_read_only : bool
        Whether this core writes nothing at all.
    """

    def __init__(
        self,
        poller: Poller,
        users: Users,
        control: Control,
        limits: Limits,
        journal: Journal,
        clock: Clock,
        *,
        is_read_only: bool,
    ) -> None:
        self._poller = poller
        self._users = users
        self._control = control
        self._limits = limits
        self._journal = journal
        self._clock = clock
        self._is_read_only = is_read_only
        self._writes: dict[str, deque[float]] = {}

    def note_activity(self, session: Session) -> None:
        """Note that a person did something: the session is not idle."""
        self._users.touch(session)

    def note_write(self, device: str) -> None:
        """Count a write towards the limit of its device."""
        self._writes.setdefault(device, deque(maxlen=WRITES_A_MINUTE)).append(self._clock.monotonic())

    def refusals(self, wish: Wish) -> tuple[Refusal, ...]:
        """Everything that stands in the way now."""
        checks: Iterable[Iterator[Refusal]] = (
            self._core(),
            self._time(wish.request),
            self._person(wish),
            self._mode(wish),
            self._value(wish),
            self._rate(wish),
            self._device(wish),
            self._qualities(wish),
            failed(
                wish.device.table,
                wish.device.name,
                wish.tag,
                wish.state_wanted,
                wish.device.value,
                is_bypassed=self._limits.is_bypassed,
            ),
        )
        return tuple(refusal for check in checks for refusal in check)

    def _core(self) -> Iterator[Refusal]:
        if self._is_read_only:
            yield Refusal("read_only", _READ_ONLY, _START_WITHOUT)
        if self._journal.check.broken_at is not None:
            number = self._journal.check.broken_at
            yield Refusal(
                "journal_broken",
                Text(f"the journal's chain is broken at entry {number}", f"日志链在第 {number} 条断裂"),
                _MOVE_JOURNAL,
            )

    def _time(self, request: CommandRequest) -> Iterator[Refusal]:
        now = self._clock.utc()
        if not request.key:
            yield Refusal("key", Text("the command has no key", "命令缺少标识"), _SEND_AGAIN)
        if not 0.0 < request.life <= MAX_COMMAND_LIFE:
            yield Refusal(
                "life",
                Text(
                    f"valid for {request.life:g} s, not up to {MAX_COMMAND_LIFE:g} s",
                    f"有效期 {request.life:g} 秒，超出 {MAX_COMMAND_LIFE:g} 秒",
                ),
                _SEND_AGAIN,
            )
        # The way round counts: a NaN fails every comparison.
        if not now <= request.issued_time + request.life:
            yield Refusal("expired", Text("the command has expired", "命令已过期"), _SEND_AGAIN)
        if not request.issued_time <= now + CLOCK_SLACK_S:
            ahead = Text("the sender's clock is ahead", "发送方时钟超前")
            yield Refusal("clock", ahead, Text("set the clocks right", "校准时钟"))

    def _person(self, wish: Wish) -> Iterator[Refusal]:
        if wish.request.origin is not Origin.OPERATOR:
            if wish.session is not SUPERVISOR:
                yield Refusal("origin", _CORE_ONLY, _NOTHING)
        elif not self._users.is_live(wish.session):
            yield Refusal("session", Text("the session has ended", "会话已结束"), _LOG_IN)
        elif wish.session.must_change:
            change = Text("change the password first", "请先修改密码")
            yield Refusal("password", Text("the password must be changed", "必须修改密码"), change)
        needed = role_for(wish.short)
        if wish.session.role < needed:
            yield _role(needed)

    def _mode(self, wish: Wish) -> Iterator[Refusal]:
        """Control authority, AUTO and MANUAL, plant and dispatch."""
        is_armed = wish.device.name in self._control.armed
        if wish.request.origin is Origin.OPERATOR:
            if not self._control.holds(wish.session):
                yield Refusal("control", _no_control(self._control), _TAKE_CONTROL)
            if is_armed and wish.state_wanted not in _IN_AUTO:
                yield Refusal("auto", Text("the device is in AUTO", "设备处于自动模式"), _TO_MANUAL)
            return
        if wish.state_wanted in _IN_LOCAL:  # also after the core itself was lost
            yield Refusal("by_operator", _ASKED_BY_PERSON, _BY_PERSON)
        if not is_armed:
            yield Refusal("not_armed", Text("the device is not in AUTO", "设备未投入自动"), _ARM)
        if wish.request.origin is Origin.DISPATCH and self._control.authority is not Authority.DISPATCH:
            yield Refusal(
                "dispatch", Text("the plant sets the power itself", "功率由电厂自行控制"), _TO_DISPATCH
            )

    def _value(self, wish: Wish) -> Iterator[Refusal]:
        tag, value = wish.tag, wish.request.value
        if not tag.is_writable or wish.short in _OWN:
            yield Refusal("writable", Text(f"{tag.name} cannot be set", f"{tag.name} 不可设置"), _NOTHING)
            return
        try:
            encode(tag, value)
        except EncodeError as exc:
            yield Refusal("value", Text(str(exc), f"{tag.name} 的值无效"), _OTHER_VALUE)
            return
        if tag.dtype.is_number and not isinstance(value, str):
            lo, hi = self._limits.range_of(tag)
            if not lo <= value <= hi:
                yield Refusal("range", *_range(tag, value, lo, hi))

    def _rate(self, wish: Wish) -> Iterator[Refusal]:
        times = self._writes.get(wish.device.name, ())
        recent = sum(self._clock.monotonic() - time < _MINUTE for time in times)
        if recent >= WRITES_A_MINUTE:
            text = Text(
                f"{recent} writes to {wish.device.name} within a minute",
                f"一分钟内对 {wish.device.name} 写入 {recent} 次",
            )
            yield Refusal("rate", text, Text("wait a minute", "请等待一分钟"))

    def _device(self, wish: Wish) -> Iterator[Refusal]:
        device = wish.device
        if device.state is not LinkState.UP or not device.link.is_connected:
            down = Text(f"no communication with {device.name}", f"与 {device.name} 通信中断")
            yield Refusal("link", down, _WAIT_LINK)
        if device.is_read_only:
            text = device.identity.mismatch or "its register map has not been checked yet"
            yield Refusal(
                "map", Text(f"{device.name} is read-only: {text}", f"{device.name} 只读"), _CHECK_MAP
            )
        if device.must_be_read:
            yield Refusal(
                "unread", Text(f"{device.name} is not read yet", f"{device.name} 尚未读取"), _WAIT_LINK
            )
        authority = f"{device.name}.AUTHORITY"
        if authority not in device.table or wish.state_wanted in _IN_LOCAL:
            return
        value = device.value(authority)
        tag = device.table[authority]
        is_remote = value.is_good and tag.dtype.name_of(int(value.scalar or 0)) == "remote"
        if not is_remote:
            local = Text(f"{device.name} is not in REMOTE", f"{device.name} 不在远方控制")
            yield Refusal("remote", local, Text("take the device into REMOTE", "将设备切换到远方控制"))

    def _qualities(self, wish: Wish) -> Iterator[Refusal]:
        """What the command is verified by must be seen; a nonsense value may be what it is to mend."""
        for name in dict.fromkeys(needed_tags(wish.device, wish.tag)):
            value = wish.device.value(name)
            if value.reason not in _SEEN:
                reason = REASON_TEXTS[value.reason]
                text = Text(f"{name} is not good: {reason.en}", f"{name} 质量不良：{reason.zh}")
                yield Refusal("quality", text, Text(f"wait for {name}", f"等待 {name} 恢复"))


def needed_tags(device: DevicePoller, tag: Tag) -> Iterator[str]:
    """Tags that must be seen before `tag` may be written."""
    if tag.is_readable:
        yield tag.name
    if tag.readback:
        yield tag.readback
    if verifies(device, tag):
        yield tag.verify_by


def verifies(device: DevicePoller, tag: Tag) -> bool:
    """Whether the device shows what it made of a write; some have no register for it."""
    is_shown = "accepted_setpoint" in device.device.capabilities or not tag.verify_by.endswith("_ACCEPTED")
    return bool(tag.verify_by) and is_shown


def _role(needed: Role) -> Refusal:
    name = needed.name.lower()
    text = Text(f"this needs the role {name}", f"需要 {name} 权限")
    return Refusal("role", text, Text(f"ask an {name}", f"请 {name} 操作"))


def _no_control(control: Control) -> Text:
    holder = control.holder
    if holder is None:
        return Text("nobody has control", "无人持有控制权")
    return Text(f"{holder.user} has control", f"控制权由 {holder.user} 持有")


def _range(tag: Tag, value: float, lo: float, hi: float) -> tuple[Text, Text]:
    unit = f" {tag.eng_unit}" if tag.eng_unit else ""
    side, limit = ("below", lo) if value < lo else ("above", hi)
    word = "低于下限" if value < lo else "高于上限"
    return (
        Text(
            f"{tag.name} = {value:g}{unit} {side} {limit:g}{unit}",
            f"{tag.name} = {value:g}{unit} {word} {limit:g}{unit}",
        ),
        Text(f"{lo:g} to {hi:g}{unit}", f"{lo:g} 至 {hi:g}{unit}"),
    )


_READ_ONLY: Final = Text("this core is read-only", "控制核心为只读")
_START_WITHOUT: Final = Text("start it without --read-only", "去掉 --read-only 重新启动")
_MOVE_JOURNAL: Final = Text(
    "an administrator must look into it and move journal.sqlite away", "管理员须查明原因并移走 journal.sqlite"
)
_SEND_AGAIN: Final = Text("send it again", "重新发送")
_LOG_IN: Final = Text("log in again", "重新登录")
_TAKE_CONTROL: Final = Text("take control, or ask for it", "获取或申请控制权")
_TO_MANUAL: Final = Text("take the device to MANUAL first", "先将设备切换到手动模式")
_ASKED_BY_PERSON: Final = Text("remote control is only taken by an operator", "远方控制只能由操作员获取")
_BY_PERSON: Final = Text("an operator must take the device into REMOTE", "须由操作员将设备切换到远方控制")
_ARM: Final = Text("an operator must put the device into AUTO", "须由操作员将设备投入自动")
_TO_DISPATCH: Final = Text("an operator must hand power over to dispatch", "须由操作员将功率控制权交给调度")
_CORE_ONLY: Final = Text("only the core itself may do this", "仅控制核心可执行")
_NOTHING: Final = Text("nothing does", "无法解除")
_OTHER_VALUE: Final = Text("give another value", "输入其他值")
_WAIT_LINK: Final = Text("wait for the link", "等待通信恢复")
_CHECK_MAP: Final = Text("compare the device's register map with its tag table", "核对设备寄存器表与点表")
