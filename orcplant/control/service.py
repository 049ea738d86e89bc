"""The control core: everything wired together, watched over, and stopped cleanly.

It comes up hands-off. It reads, and it counts heartbeats once a device has proved to be the right one; it
commands nothing until a person does, or arms it.
"""

import asyncio
import gc
import logging
import os
import random
import signal
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from orcplant import __version__
from orcplant.config.site import Device, Site
from orcplant.control.authority import Control
from orcplant.control.clock import Clock, SystemClock
from orcplant.control.commands import Commands
from orcplant.control.design_picture import design_content
from orcplant.control.foreign import ForeignWrites
from orcplant.control.gates import Gates
from orcplant.control.journal import Journal, Kind
from orcplant.control.limits import Limits
from orcplant.control.link import Link
from orcplant.control.modbus import Endpoint, ModbusLink
from orcplant.control.observers import Observers
from orcplant.control.observers import opened as opened_observers
from orcplant.control.passwords import Hashing
from orcplant.control.poller import DevicePoller, Event, Poller
from orcplant.control.state import StateFolder, folder_of
from orcplant.control.store import Store, StoreError
from orcplant.control.tasks import cancelled
from orcplant.control.users import FIRST_ADMIN, Users
from orcplant.control.watchdog import Watchdog
from orcplant.control.worker import Worker, WorkerError
from orcplant.live import LinkState

_log = logging.getLogger(__name__)

FIRST_LOGIN: Final = "first-login.txt"
_JOURNALLED: Final = (Event.RESTARTED, Event.MISMATCH, Event.REFUSED)
_NAMED: Final = 5  # devices without answer named at the start

MakeLink: TypeAlias = Callable[[Device], Link]
Announce: TypeAlias = Callable[[str], None]


def modbus_link(device: Device) -> Link:
    """Link to a device as the site file has it."""
    return ModbusLink(Endpoint(device.host, device.port, device.device_id))


@dataclass(frozen=True, slots=True)
class PlantService:
    """The parts of a running core, for its gateway and for test rigs. Made by `opened`."""

    site: Site
    poller: Poller
    users: Users
    control: Control
    limits: Limits
    journal: Journal
    commands: Commands
    foreign: ForeignWrites
    watchdog: Watchdog
    worker: Worker
    observers: Observers
    clock: Clock


async def opened(
    site: Site,
    folder: StateFolder,
    stack: AsyncExitStack,
    *,
    is_read_only: bool = False,
    clock: Clock | None = None,
    make_link: MakeLink = modbus_link,
    hashing: Hashing | None = None,
) -> PlantService:
    """Open a core: state read, journal verified, nothing polled yet.

    Parameters
    ----------
    site : Site
    folder : StateFolder
        Entered.
    stack : AsyncExitStack
        Closes what is opened here, in order.
    is_read_only : bool
        Whether nothing at all is written to any device, heartbeats included.
    clock, make_link, hashing
        Others for rigs.

    Raises
    ------
    StoreError
        If a file of the state folder cannot be used.
    ConfigError
        If a device cannot be commanded as its capabilities say.
    """
    clock = clock or SystemClock()
    store = Store()
    stack.push_async_callback(store.close)
    poller = Poller(_devices(site, clock, make_link, may_write=not is_read_only))
    path = folder.path
    journal = await Journal.open(store, path / "journal.sqlite", clock)
    users = await Users.open(store, path / "users.sqlite", journal, clock, hashing)
    control = Control(users, journal, clock, poller.devices)
    tags = [tag for device in site.devices for tag in device.table]
    limits = await Limits.open(
        store, path / "settings.sqlite", users, journal, clock, tags=tags, site=site.limits
    )
    gates = Gates(poller, users, control, limits, journal, clock, is_read_only=is_read_only)
    commands = Commands(poller, gates, control, journal, clock)
    foreign = ForeignWrites(poller, journal)
    commands.on_outcome(foreign.commanded)
    watchdog = Watchdog(poller, clock)
    observers = await opened_observers(
        store, site, path, poller=poller, users=users, journal=journal, clock=clock
    )
    service = PlantService(
        site=site,
        poller=poller,
        users=users,
        control=control,
        limits=limits,
        journal=journal,
        commands=commands,
        foreign=foreign,
        watchdog=watchdog,
        worker=Worker(),
        observers=observers,
        clock=clock,
    )
    watchdog.on_step(lambda step: watchdog.spawn(_clock_set(journal, step)))
    watchdog.on_step(lambda _: observers.clock_set())
    stack.push_async_callback(_closed, service)
    await _begun(service, folder, is_read_only)
    return service


async def _begun(service: PlantService, folder: StateFolder, is_read_only: bool) -> None:
    check = service.journal.check
    _log.info("journal: %d entries, head %s", check.entries, check.head[:16])
    if check.broken_at is not None:
        text = "journal: chain broken at entry %d: no commands until that is looked into"
        _log.error(text, check.broken_at)
    left = await service.commands.restore()
    if left:
        _log.warning(
            "%d commands were under way when the last core ended; their outcome is unknown", len(left)
        )
    await service.journal.append(
        Kind.CORE_STARTED, "core", version=__version__, read_only=is_read_only, head=check.head
    )
    if service.users.is_empty:
        password = await service.users.make_first_admin()
        secret = folder.write_secret(FIRST_LOGIN, f"user {FIRST_ADMIN}\npassword {password}\n")
        _log.warning("no users yet: user %s, password in %s", FIRST_ADMIN, secret)
    elif not service.users.must_change(FIRST_ADMIN):
        (folder.path / FIRST_LOGIN).unlink(missing_ok=True)


async def _closed(service: PlantService) -> None:
    """Stop polling first, so that nothing is begun any more; then what is under way; then the links."""
    await service.watchdog.stop()
    await service.commands.close()
    for device in service.poller.devices.values():
        await device.link.close()
    await service.worker.close()
    await service.observers.close()
    await service.control.noted()
    await service.foreign.noted()
    with suppress(StoreError):  # a full disk: it was said when it filled
        await service.journal.append(Kind.CORE_STOPPED, "core")


def serve(
    site: Site,
    state: Path | None,
    *,
    is_read_only: bool,
    announce: Announce,
    make_link: MakeLink = modbus_link,
) -> None:
    """Run a core until SIGTERM or Ctrl-C.

    Parameters
    ----------
    site : Site
    state : Path or None
        State folder; None: as site.toml says, or the user's own.
    is_read_only : bool
    announce : callable
        Told in one line when the gateway listens and every device was tried.
    make_link : callable
        Another one for rigs.

    Raises
    ------
    OrcplantError
        If the core cannot start; nothing is left half started then.
    """
    os.umask(0o077)  # hashes and journal are for this user alone, also in a folder that was there before
    with StateFolder(folder_of(site, state)) as locked:
        asyncio.run(_served(site, locked, is_read_only, announce, make_link))


async def _served(
    site: Site, folder: StateFolder, is_read_only: bool, announce: Announce, make_link: MakeLink
) -> None:
    stop = asyncio.Event()
    _on_signals(stop)
    async with AsyncExitStack() as stack:
        service = await opened(site, folder, stack, is_read_only=is_read_only, make_link=make_link)
        for device in service.poller.devices.values():
            device.on_event(_journalled(service))
        service.watchdog.start()
        service.observers.start()
        stopping = asyncio.create_task(stop.wait())
        # Beside polling: PLCs without heartbeat fall back after five seconds, and a face takes some to make.
        ready = asyncio.create_task(_ready(service, folder, stack))
        await asyncio.wait((stopping, ready), return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            announce(readiness(service.poller, ready.result()))
        # What is loaded now stays: the collector need not look at it again, and the loop is less late.
        gc.collect()
        gc.freeze()
        await stopping
        await cancelled([ready])
        _log.info("stopping")


async def opened_face(service: PlantService, folder: Path, stack: AsyncExitStack) -> str:
    """Open the gateway of a core; where it listens.

    Raises
    ------
    OrcplantError
        If its address cannot be had, or its certificates not be used.
    """
    # Here, not above: rigs and exports do without OPC UA.
    from orcplant.control.gateway import Core, Parts, Pki
    from orcplant.control.gateway import opened as opened_gateway

    site, observers = service.site, service.observers
    uri = f"urn:{socket.gethostname()}:orcplant:{site.folder.resolve().name}"
    pki = await asyncio.to_thread(Pki, folder / "pki", uri)
    observers.certificate_ends(pki.ends)
    parts = Parts(
        users=service.users,
        control=service.control,
        limits=service.limits,
        journal=service.journal,
        commands=service.commands,
        alarms=observers.alarms,
        historian=observers.historian,
        poller=service.poller,
    )
    core = Core(site, parts, observers.definitions, pki, service.clock, service.watchdog.spawn)
    design = await _design(service)
    gateway = await stack.enter_async_context(opened_gateway(core, design))
    return gateway.endpoint


async def _design(service: PlantService) -> dict[str, Any]:
    """The plant's design for pictures; a plant without one runs as well."""
    folder = service.site.folder.resolve()
    if not (folder / "design.json").exists():
        return {"design": None, "design_reason": f"{folder / 'design.json'}: is missing"}
    try:
        return await service.worker.run(design_content, folder)
    except WorkerError as exc:
        return {"design": None, "design_reason": str(exc)}


async def _ready(service: PlantService, folder: StateFolder, stack: AsyncExitStack) -> str:
    """Open the gateway and wait until every device was tried; where the gateway listens."""
    endpoint = await opened_face(service, folder.path, stack)
    for device in service.poller.devices.values():
        await device.tried.wait()
    return endpoint


def readiness(poller: Poller, endpoint: str) -> str:
    """One line that says what is ready, and what is not."""
    silent = [name for name, device in poller.devices.items() if device.state is not LinkState.UP]
    line = f"ready: {endpoint}, polling {len(poller.devices)} devices"
    if not silent:
        return line
    more = ", ..." if len(silent) > _NAMED else ""
    return f"{line}, {len(silent)} do not answer: {', '.join(silent[:_NAMED])}{more}"


def _journalled(service: PlantService) -> Callable[[DevicePoller, Event, str], None]:
    def note(device: DevicePoller, event: Event, text: str) -> None:
        if event in _JOURNALLED:
            service.watchdog.spawn(_noted(service.journal, device.name, event, text))

    return note


async def _clock_set(journal: Journal, step: float) -> None:
    await journal.append(Kind.CLOCK, "core", step_s=round(step, 3))


async def _noted(journal: Journal, device: str, event: Event, text: str) -> None:
    await journal.append(Kind.DEVICE, "core", device, what=event, text=text)


def _devices(site: Site, clock: Clock, make_link: MakeLink, *, may_write: bool) -> list[DevicePoller]:
    count = len(site.devices)
    return [
        DevicePoller(
            device,
            make_link(device),
            clock,
            fast_s=site.fast_s,
            slow_s=site.slow_s,
            phase=index / count,
            rng=random.Random(),
            may_write=may_write,
        )
        for index, device in enumerate(site.devices)
    ]


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
