"""Second masters: registers only the core should write, and that changed without it."""

import asyncio
import logging
from collections.abc import Mapping

from orcplant.control.journal import Journal, Kind
from orcplant.control.poller import DevicePoller, Event, Poller
from orcplant.control.store import StoreError
from orcplant.live import CommandOutcome, Scalar, Value

_log = logging.getLogger(__name__)


class ForeignWrites:
    """Watches writable registers of devices in REMOTE; a change that no command explains is journalled.

    In LOCAL the panel or the PLC itself may write them, and after a restart they start from anything.
    """

    def __init__(self, poller: Poller, journal: Journal) -> None:
        self._journal = journal
        self._known: dict[str, Scalar | None] = {}
        self._busy: set[str] = set()
        self._notes: set[asyncio.Future[None]] = set()
        self.found: list[str] = []
        for device in poller.devices.values():
            device.on_values(self._seen)
            device.on_event(self._event)

    def commanded(self, outcome: CommandOutcome) -> None:
        """Expect the register of a command to change, and take what it reads afterwards for known."""
        tag = outcome.request.tag
        related = {tag, f"{tag}_SEQ"} if tag.endswith(".CMD") else {tag}
        if outcome.state.is_end:
            self._busy -= related
            for name in related:
                self._known.pop(name, None)
        else:
            self._busy |= related

    async def noted(self) -> None:
        """Wait until the journal has all of it."""
        await asyncio.gather(*self._notes)

    def _seen(self, device: DevicePoller, touched: Mapping[str, Value]) -> None:
        authority = (
            device.table[f"{device.name}.AUTHORITY"] if f"{device.name}.AUTHORITY" in device.table else None
        )
        is_remote = True
        if authority is not None:
            value = device.value(authority.name)
            is_remote = isinstance(value.scalar, int) and authority.dtype.name_of(value.scalar) == "remote"
        for name, value in touched.items():
            tag = device.table[name]
            if (
                not tag.is_writable
                or name.endswith(".HEARTBEAT_CORE")
                or value.scalar is None
                or not value.is_good
            ):
                continue
            before = self._known.get(name)
            self._known[name] = value.scalar
            if is_remote and name not in self._busy and before is not None and before != value.scalar:
                self._tell(name, before, value.scalar)
            if not is_remote:
                self._known.pop(name)

    def _event(self, device: DevicePoller, event: Event, _text: str) -> None:
        if event is Event.RESTARTED:
            for name in [name for name in self._known if name.startswith(f"{device.name}.")]:
                del self._known[name]

    def _tell(self, name: str, before: Scalar, after: Scalar) -> None:
        _log.warning("%s changed from %s to %s, and not by this core", name, before, after)
        self.found.append(name)
        note = asyncio.ensure_future(self._note(name, before, after))
        self._notes.add(note)
        note.add_done_callback(self._notes.discard)

    async def _note(self, name: str, before: Scalar, after: Scalar) -> None:
        try:
            await self._journal.append(
                Kind.DEVICE, "unknown", name, what="foreign write", before=before, after=after
            )
        except StoreError as exc:
            _log.error("foreign write of %s not journalled: %s", name, exc)
