"""All controllers of a site with the plant behind them: one clock, one tick, real sockets if wanted."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from orcplant.config.site import Device as SiteDevice
from orcplant.config.site import Site
from orcplant.errors import InputError
from orcplant.tags import load_table
from plc_sim.bank import Bank
from plc_sim.clock import Clock, Pace
from plc_sim.functions import Device
from plc_sim.server import Limits, Port, Station, Unknown

SCAN_S: Final = 0.1
_LAST_PORT: Final = 65535


class Works(Protocol):
    """Plant and logic behind some of the banks."""

    def step(self, dt: float) -> None:
        """Let `dt` seconds of plant time pass: scan and physics."""


@dataclass(frozen=True, slots=True)
class Group:
    """Devices with one tag table, in the order of the site file, and their memory."""

    type: str
    devices: tuple[SiteDevice, ...]
    bank: Bank


@dataclass(slots=True)
class Simulator:
    """Controllers of a site.

    Attributes
    ----------
    groups : dict of str to Group
        By type of device.
    works : sequence of Works
        What moves; a device without any is a plain register device.
    watched : frozenset of str
        Types whose controllers take what clients write; what is written to others is only remembered.
    step_s : float
        Longest step of plant time. [s]
    """

    site: Site
    groups: dict[str, Group]
    clock: Clock
    works: Sequence[Works] = ()
    watched: frozenset[str] = frozenset()
    step_s: float = SCAN_S
    ports: dict[str, Port] = field(default_factory=dict)

    def tick(self, dt: float, wall: float | None = None) -> None:
        """Let `dt` seconds pass at the plant, and on the wall `wall`, or as many, in equal steps."""
        steps = self._steps(dt)
        for _ in range(steps):
            self.clock.tick(dt / steps, None if wall is None else wall / steps)
            for works in self.works:
                works.step(dt / steps)
            for group in self.groups.values():
                if group.type not in self.watched:
                    group.bank.writes.clear()
                group.bank.changed()

    def _steps(self, dt: float) -> int:
        return max(1, math.ceil(dt / self.step_s - 1e-6))

    def boot(self, boot_id: int) -> None:
        """Give all controllers that have one another boot id: they were started anew."""
        for group in self.groups.values():
            if "BOOT_ID" in group.bank:
                shown = group.bank["BOOT_ID"]
                shown[shown > 0.0] = boot_id

    async def open(self, *, port_base: int | None = None, limits: Limits | None = None) -> None:
        """Listen for every device, on its own host and port.

        Parameters
        ----------
        port_base : int, optional
            Other ports than the site file's: the lowest becomes this one, the others keep their distance;
            0 takes any free one for each.

        Raises
        ------
        InputError
            If a port is taken or not allowed; none is left open then.
        """
        try:
            for (host, port), devices in self._places().items():
                station = Station(
                    {device.device_id: self._on_the_wire(device) for device in devices},
                    Unknown.NO_ANSWER if len(devices) > 1 else Unknown.SILENT,
                )
                opened = Port(station, limits)
                wanted = self._moved(port, port_base)
                try:
                    await opened.open(host, wanted)
                except (OSError, OverflowError) as exc:
                    where = f"{devices[0].name} at {host}:{wanted}"
                    raise InputError(
                        f"{where}: cannot listen: {getattr(exc, 'strerror', None) or exc}"
                    ) from exc
                for device in devices:
                    self.ports[device.name] = opened
        except InputError:
            await self.close()
            raise

    async def close(self) -> None:
        """Stop listening and end every connection."""
        for port in {id(port): port for port in self.ports.values()}.values():
            await port.close()
        self.ports.clear()

    async def run(self, pace: Pace, *, scan_s: float = SCAN_S) -> None:
        """Tick for ever, as plant time falls due."""
        while True:
            await asyncio.sleep(scan_s)
            dt, wall = pace.due()
            steps = self._steps(dt)
            for _ in range(steps):
                self.tick(dt / steps, wall / steps)
                await asyncio.sleep(0)  # clients are answered between steps

    def _places(self) -> dict[tuple[str, int], list[SiteDevice]]:
        places: dict[tuple[str, int], list[SiteDevice]] = defaultdict(list)
        for device in self.site.devices:
            places[device.host, device.port].append(device)
        return places

    def _moved(self, port: int, base: int | None) -> int:
        if base is None or base == 0:
            return port if base is None else 0
        moved = base + port - min(device.port for device in self.site.devices)
        if moved > _LAST_PORT:
            raise InputError(f"port {moved}: above {_LAST_PORT}; the site needs a lower --port-base")
        return moved

    def _on_the_wire(self, device: SiteDevice) -> Device:
        group = self.groups[device.type]
        return Device(group.bank, group.devices.index(device), identification(device))


def identification(device: SiteDevice) -> tuple[str, ...]:
    """Objects 0 to 6 of function code 43/14."""
    return ("orcplant", "plc-sim", f"{device.table.fingerprint:08X}", "", device.name, device.type, "plc_sim")


def plain(site: Site) -> Simulator:
    """Simulator in which nothing moves: every device is registers only."""
    return Simulator(site, groups(site), Clock())


def groups(site: Site) -> dict[str, Group]:
    """Memory of all devices of a site, by type."""
    by_type: dict[str, list[SiteDevice]] = defaultdict(list)
    for device in site.devices:
        by_type[device.type].append(device)
    return {
        name: Group(name, tuple(devices), _bank(site, name, devices)) for name, devices in by_type.items()
    }


def _bank(site: Site, name: str, devices: list[SiteDevice]) -> Bank:
    bank = Bank(load_table(name, site.folder / "tags"), len(devices))
    for index, device in enumerate(devices):
        for tag in bank.table:
            if f"{device.name}.{tag.name}" in site.limits:
                bank.narrow(tag.name, index, *site.limits[f"{device.name}.{tag.name}"])
    return bank
