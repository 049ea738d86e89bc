"""What else a window asks of the core, as JSON: `Request({"act": ..., ...}) -> (ok, answer)`.

Users, control authority, limits, alarm and journal history. Every act goes to the part of the core that
decides about it and journals it; nothing is decided here.
"""

import dataclasses
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orcplant.control.alarms import Alarms, AlarmStatus
from orcplant.control.authority import Control
from orcplant.control.commands import Commands
from orcplant.control.diagnostics import health
from orcplant.control.historian import Historian
from orcplant.control.journal import Journal
from orcplant.control.limits import Limits
from orcplant.control.poller import Poller
from orcplant.control.store import StoreError
from orcplant.control.users import AccessError, Session, Users
from orcplant.live import Authority, Role

MAX_ROWS: Final = 1000


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a core that acts reach."""

    users: Users
    control: Control
    limits: Limits
    journal: Journal
    commands: Commands
    alarms: Alarms
    historian: Historian
    poller: Poller


class Acts:
    """Acts by name."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._acts: dict[str, Callable[[Session, _Arguments], Awaitable[Any]]] = {
            "session": self._session,
            "password.confirm": self._confirm,
            "password.change": self._change_password,
            "users": self._users,
            "user.create": self._create,
            "user.remove": self._remove,
            "user.role": self._role,
            "control": self._control,
            "control.take": lambda s, a: self._parts.control.take(s),
            "control.ask": lambda s, a: self._parts.control.ask(s),
            "control.answer": lambda s, a: self._parts.control.answer(s, yes=a.flag("yes")),
            "control.release": lambda s, a: self._parts.control.release(s),
            "control.force": lambda s, a: self._parts.control.force(s),
            "authority.set": self._authority,
            "arm": lambda s, a: self._parts.control.arm(s, a.names("devices")),
            "disarm": self._disarm,
            "limits": self._limits,
            "limit.set": self._set_limit,
            "limit.clear": lambda s, a: self._parts.limits.clear(s, a.text("tag")),
            "bypass": lambda s, a: self._parts.limits.bypass(s, a.text("condition"), for_s=a.number("for_s")),
            "alarms": self._alarms,
            "alarm.events": self._alarm_events,
            "alarm.metrics": self._alarm_metrics,
            "alarm.reset": lambda s, a: self._parts.alarms.reset(s, a.text("key"), a.text("comment", "")),
            "alarm.shelve": self._shelve,
            "alarm.unshelve": lambda s, a: self._parts.alarms.unshelve(s, a.text("key")),
            "alarm.service": self._service,
            "journal": self._journal,
            "diagnostics": self._diagnostics,
        }

    async def carry_out(self, session: Session, text: str) -> tuple[bool, str]:
        """Answer of an act as JSON; when refused, False and why."""
        try:
            arguments = _Arguments(json.loads(text))
            name = arguments.text("act")
            act = self._acts.get(name)
            if act is None:
                return False, f"act {name[:60]!r} is none of {', '.join(self._acts)}"
            answer = await act(session, arguments)
        except (AccessError, StoreError) as exc:
            return False, str(exc)
        except (ValueError, RecursionError) as exc:
            return False, f"request: {exc}"
        return True, json.dumps(_plain(answer), ensure_ascii=False)

    async def _session(self, session: Session, _: "_Arguments") -> Any:
        users = self._parts.users
        return {
            "user": session.user,
            "role": session.role.name.lower(),
            "must_change": users.must_change(session.user),
            "is_live": users.is_live(session),
            "is_confirmed": users.is_confirmed(session),
            "in_control": self._parts.control.holds(session),
        }

    async def _confirm(self, session: Session, arguments: "_Arguments") -> None:
        await self._parts.users.confirm(session, arguments.text("password"))

    async def _change_password(self, session: Session, arguments: "_Arguments") -> None:
        name = arguments.text("user", session.user)
        await self._parts.users.set_password(
            session, name, arguments.text("password"), old=arguments.text("old", "")
        )

    async def _users(self, session: Session, _: "_Arguments") -> Any:
        _require(session, Role.ADMIN)
        return {name: role.name.lower() for name, role in self._parts.users.roles().items()}

    async def _create(self, session: Session, arguments: "_Arguments") -> None:
        role = arguments.role("role")
        await self._parts.users.create(session, arguments.text("user"), arguments.text("password"), role)

    async def _remove(self, session: Session, arguments: "_Arguments") -> None:
        await self._parts.users.remove(session, arguments.text("user"))

    async def _role(self, session: Session, arguments: "_Arguments") -> None:
        await self._parts.users.set_role(session, arguments.text("user"), arguments.role("role"))

    async def _control(self, _: Session, __: "_Arguments") -> Any:
        return control_content(self._parts.control)

    async def _authority(self, session: Session, arguments: "_Arguments") -> None:
        await self._parts.control.set_authority(session, Authority(arguments.text("authority")))

    async def _disarm(self, session: Session, arguments: "_Arguments") -> None:
        _require(session, Role.OPERATOR)
        self._parts.control.disarm(session.user, arguments.names("devices"), "by hand")

    async def _limits(self, _: Session, __: "_Arguments") -> Any:
        return self._parts.limits.deviations()

    async def _set_limit(self, session: Session, arguments: "_Arguments") -> None:
        lo, hi = arguments.number("lo"), arguments.number("hi")
        for_s = arguments.number("for_s", math.inf)
        await self._parts.limits.set(session, arguments.text("tag"), lo, hi, for_s=for_s)

    async def _alarms(self, _: Session, __: "_Arguments") -> Any:
        return [alarm_content(status) for status in self._parts.alarms.statuses() if status.state != "normal"]

    async def _alarm_events(self, _: Session, arguments: "_Arguments") -> Any:
        return await self._parts.alarms.events(
            arguments.number("start"), arguments.number("end"), limit=arguments.count("limit")
        )

    async def _alarm_metrics(self, _: Session, __: "_Arguments") -> Any:
        return self._parts.alarms.metrics()

    async def _shelve(self, session: Session, arguments: "_Arguments") -> None:
        comment = arguments.text("comment", "")
        await self._parts.alarms.shelve(session, arguments.text("key"), arguments.number("for_s"), comment)

    async def _service(self, session: Session, arguments: "_Arguments") -> None:
        comment = arguments.text("comment", "")
        await self._parts.alarms.set_service(
            session, arguments.text("key"), is_in=arguments.flag("is_in"), comment=comment
        )

    async def _journal(self, session: Session, arguments: "_Arguments") -> Any:
        _require(session, Role.VIEWER)
        return await self._parts.journal.recent(arguments.count("limit"))

    async def _diagnostics(self, _: Session, __: "_Arguments") -> Any:
        counters = self._parts.historian.counters
        return {
            "devices": [health(device) for device in self._parts.poller.devices.values()],
            "history": counters,
        }


class _Arguments:
    """Arguments of an act by name and type."""

    def __init__(self, content: object) -> None:
        if not isinstance(content, dict):
            raise ValueError("not a JSON object")
        self._content = content

    def text(self, name: str, default: str | None = None) -> str:
        return str(self._get(name, str, default))

    def number(self, name: str, default: float | None = None) -> float:
        return float(self._get(name, (int, float), default))

    def flag(self, name: str) -> bool:
        return bool(self._get(name, bool, None))

    def count(self, name: str) -> int:
        return max(1, min(int(self._get(name, int, MAX_ROWS)), MAX_ROWS))

    def names(self, name: str) -> list[str]:
        found = self._get(name, list, None)
        if not all(isinstance(each, str) for each in found):
            raise ValueError(f"{name} holds something else than names")
        return list(found)

    def role(self, name: str) -> Role:
        word = self.text(name).upper()
        if word not in Role.__members__:
            raise ValueError(f"{name} is none of {', '.join(Role.__members__).lower()}")
        return Role[word]

    def _get(self, name: str, kind: type | tuple[type, ...], default: Any) -> Any:
        value = self._content.get(name, default)
        if value is None or not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ValueError(f"{name} is missing, or of another type")
        return value


def control_content(control: Control) -> dict[str, Any]:
    """Who commands, who asks for it, what runs by itself."""
    return {
        "holder": control.holder.user if control.holder else None,
        "asker": control.asker.user if control.asker else None,
        "authority": control.authority,
        "armed": sorted(control.armed),
    }


def alarm_content(status: AlarmStatus) -> dict[str, Any]:
    """An alarm as JSON; texts are in `Plant/Model` under its key."""
    return {
        "key": status.definition.key,
        "priority": status.definition.priority,
        "state": status.state,
        "is_active": status.is_active,
        "is_acknowledged": status.is_acknowledged,
        "is_first_out": status.is_first_out,
        "raised_time": status.raised_time,
        "changed_time": status.changed_time,
        "shelved_until": status.shelved_until,
        "value": status.value,
        "user": status.user,
        "comment": status.comment,
    }


def _require(session: Session, role: Role) -> None:
    if session.role < role:
        raise AccessError(f"user {session.user}: needs at least the role {role.name.lower()}")


def _plain(content: Any) -> Any:
    """Content as JSON has it; a number that is not finite becomes null."""
    if dataclasses.is_dataclass(content) and not isinstance(content, type):
        names = (field.name for field in dataclasses.fields(content))
        return {name: _plain(getattr(content, name)) for name in names}
    if isinstance(content, Mapping):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple | set | frozenset):
        return [_plain(value) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content
