"""What the window asks of the core, apart from commands to a tag. No Qt."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from orcplant.hmi.viewmodels.alarms import ShelveRequest
from orcplant.live import CommandRequest


@dataclass(frozen=True, slots=True)
class LogIn:
    """Log in at this desk; the password is not shown by `repr`."""

    name: str
    password: str

    def __repr__(self) -> str:
        return f"LogIn(name={self.name!r})"


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Change one's own password; neither is shown by `repr`."""

    old: str
    new: str

    def __repr__(self) -> str:
        return "ChangePassword()"


@dataclass(frozen=True, slots=True)
class LogOut:
    """Log out, or lock the desk."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Acknowledge alarms."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unshelve:
    """Let a shelved alarm return at once."""

    key: str


class ControlAct(StrEnum):
    """What may be done about control."""

    TAKE = "take"
    RELEASE = "release"
    ASK = "ask"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class AskControl:
    """Take, release, ask for, or answer about control."""

    act: ControlAct


@dataclass(frozen=True, slots=True)
class ReadJournal:
    """Read the latest entries of the journal."""

    count: int = 100


@dataclass(frozen=True, slots=True)
class ReadTrend:
    """Read the history of tags over a time back from now [s]."""

    tags: tuple[str, ...]
    span: float


Request: TypeAlias = (
    CommandRequest
    | LogIn
    | LogOut
    | ChangePassword
    | Acknowledge
    | ShelveRequest
    | Unshelve
    | AskControl
    | ReadJournal
    | ReadTrend
)
