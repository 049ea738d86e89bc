"""The state folder: journal, users, settings, history. One core at a time has it."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from orcplant.config.site import Site
from orcplant.errors import OrcplantError


class StateError(OrcplantError):
    """A state folder that cannot be used, or that another core uses."""


def default_folder(plant: Path) -> Path:
    """Folder for a plant's state in the user's own: by the name of the plant's folder."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home()))
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return base / "orcplant" / plant.resolve().name


def folder_of(site: Site, state: Path | None) -> Path:
    """State folder of a site: as given, as site.toml says, or the user's own."""
    return state or (Path(site.state) if site.state else default_folder(site.folder))


class StateFolder:
    """A state folder, locked as long as this is entered.

    The lock is the operating system's, so that it ends with the process, however that ends.

    Raises
    ------
    StateError
        On entering, if the folder cannot be made or written, or another core has it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Not "w": that would empty the file of the core that has it.
            self._lock = (self.path / "lock").open("a+", encoding="ascii")
        except OSError as exc:
            raise StateError(f"{self.path}: no folder for state: {exc.strerror or exc}") from exc
        try:
            _lock(self._lock)
        except OSError as exc:
            self._lock.seek(0)
            owner = self._lock.read(20).strip()
            self._lock.close()
            raise StateError(
                f"{self.path}: another core has this state (process {owner or 'unknown'})"
            ) from exc
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def write_secret(self, name: str, text: str) -> Path:
        """Write a file that only this user can read."""
        path = self.path / name
        path.unlink(missing_ok=True)
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        return path


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(1000)  # a byte nobody writes: on Windows a lock also keeps others from reading
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
