"""site.toml -> Site: every device by its own name and address, refusing what its tag table cannot do."""

import math
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from orcplant.config.place import Place
from orcplant.config.section import validated
from orcplant.config.site_keys import DeviceKeys, LimitKeys, SimulatorKeys, SiteFileKeys
from orcplant.config.toml import read_toml
from orcplant.errors import ConfigError
from orcplant.tags import Tag, TagTable, load_table

_DEVICE_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{0,19}")
_NEEDED: Final = {
    "signature": ("MAP_VERSION", "KNOWN_CONST", "BOOT_ID"),
    "heartbeat": ("HEARTBEAT_CORE", "HEARTBEAT_PLC"),
    "sequence": ("CMD_SEQ", "CMD", "CMD_SEQ_ACK"),
    "accepted_setpoint": (),
}


@dataclass(frozen=True, slots=True)
class Device:
    """One controller.

    Attributes
    ----------
    name : str
        Prefix of its tags: ``U07``.
    type : str
        Name of its tag table.
    number : int
        Place in its row of equal devices, from 1.
    table : TagTable
        Its register map, prefixed: ``U07.POWER_SP``.
    capabilities : frozenset of str
        Of ``signature``, ``heartbeat``, ``sequence``, ``accepted_setpoint``.
    trips_without_core : bool
        Whether it trips when the core is lost; else it holds its setpoint for `fallback_hold_s` [s] and goes
        to `fallback_power_kW`.
    """

    name: str
    type: str
    number: int
    table: TagTable
    host: str
    port: int
    device_id: int
    capabilities: frozenset[str]
    trips_without_core: bool
    fallback_hold_s: float
    fallback_power_kW: float


@dataclass(frozen=True, slots=True)
class Simulation:
    """What `plc-sim` begins with.

    ``start`` is local time at the plant; ``units_running`` at that time or stopped; ``fouling_m2K_W_per_day``
    growth on the brine side at design flow; ``noise`` share of each instrument's usual scatter.
    """

    start: datetime
    units_running: bool
    fouling_m2K_W_per_day: float
    seed: int
    noise: float


@dataclass(frozen=True, slots=True)
class Site:
    """A site file that was read.

    Attributes
    ----------
    path : Path
        The file; `folder` is the plant's.
    fast_s, slow_s : float
        Periods of the poll groups. [s]
    limits : dict of str to (float, float)
        Narrower ranges than the tag tables', by full name of the tag.
    """

    path: Path
    state: str
    endpoint: str
    fast_s: float
    slow_s: float
    devices: tuple[Device, ...]
    limits: dict[str, tuple[float, float]]
    simulation: Simulation

    @property
    def folder(self) -> Path:
        """Folder of the plant."""
        return self.path.parent

    def of_type(self, device_type: str) -> tuple[Device, ...]:
        """Devices with one tag table, in the order of the file."""
        return tuple(device for device in self.devices if device.type == device_type)


def load_site(folder: Path) -> Site:
    """Read `site.toml` of a plant's folder.

    Parameters
    ----------
    folder : Path
        The folder, or the file itself. A type's tag table is looked for in the folder's ``tags/`` first, then
        among the shipped ones.

    Raises
    ------
    ConfigError
        On the first thing that is wrong, in one line: file, key, value, limit.
    """
    path = folder / "site.toml" if folder.is_dir() else folder
    keys = validated(SiteFileKeys, read_toml(path), path)
    devices = _devices(keys, path)
    return Site(
        path=path,
        state=keys.core.state,
        endpoint=keys.gateway.endpoint,
        fast_s=keys.poll.fast_s,
        slow_s=keys.poll.slow_s,
        devices=devices,
        limits=_limits(keys, path, devices),
        simulation=_simulation(keys.simulator, path),
    )


def _devices(keys: SiteFileKeys, path: Path) -> tuple[Device, ...]:
    devices: list[Device] = []
    names: dict[str, int] = {}
    places: dict[tuple[str, int, int], str] = {}
    for k, row in enumerate(keys.device):
        place = Place(path, f"device[{k}]", row)
        for device in _row(row, place):
            if device.name in names:
                where = f"device[{names[device.name]}]"
                raise ConfigError(f"{path}: {place.table}: name {device.name} stands already in {where}")
            names[device.name] = k
            address = (device.host, device.port, device.device_id)
            if address in places:
                raise ConfigError(
                    f"{path}: {place.table}: {device.name} is at {device.host}:{device.port} device_id"
                    f" {device.device_id}, where {places[address]} is"
                )
            places[address] = device.name
            devices.append(device)
    return tuple(devices)


def _row(keys: DeviceKeys, place: Place) -> list[Device]:
    try:
        table = load_table(keys.type, place.file.parent / "tags")
    except ConfigError as exc:
        raise place.error("type", f"cannot be used: {exc}") from exc
    _refuse_what_the_table_lacks(keys, place, table)
    return [_device(keys, k, place, table) for k in range(keys.count)]


def _device(keys: DeviceKeys, k: int, place: Place, table: TagTable) -> Device:
    name = _name(keys.name, k + 1, place)
    return Device(
        name=name,
        type=table.type,
        number=k + 1,
        table=table.prefixed(name),
        host=keys.host,
        port=keys.port + k * keys.port_step,
        device_id=keys.device_id + k * keys.device_id_step,
        capabilities=frozenset(keys.capabilities),
        trips_without_core=keys.on_core_lost == "trip",
        fallback_hold_s=keys.fallback_hold_s,
        fallback_power_kW=keys.fallback_power_kW,
    )


def _name(pattern: str, number: int, place: Place) -> str:
    try:
        name = pattern.format(number)
    except (ValueError, IndexError, KeyError, AttributeError) as exc:
        raise place.error("name", f"is no name with one number such as U{{:02d}}: {exc}") from None
    if not _DEVICE_NAME.fullmatch(name):
        shown = repr(name[:40])
        raise ConfigError(
            f"{place.file}: {place.table}.name = {shown} is not 1 to 20 capitals, digits and underscores,"
            " a letter first"
        )
    return name


def _refuse_what_the_table_lacks(keys: DeviceKeys, place: Place, table: TagTable) -> None:
    for capability in keys.capabilities:
        for tag in _NEEDED[capability]:
            if tag not in table:
                raise ConfigError(
                    f"{place.file}: {place.table}.capabilities has {capability!r}, which needs the tag {tag};"
                    f" {table.type}.csv has none"
                )


def _limits(keys: SiteFileKeys, path: Path, devices: tuple[Device, ...]) -> dict[str, tuple[float, float]]:
    limits: dict[str, tuple[float, float]] = {}
    for k, row in enumerate(keys.limit):
        place = Place(path, f"limit[{k}]", row)
        for tag in _tags_of(row, place, devices):
            limits[tag.name] = _range(row, place, tag)
    return limits


def _tags_of(row: LimitKeys, place: Place, devices: tuple[Device, ...]) -> list[Tag]:
    owner, _, name = row.tag.partition(".")
    tags = [
        device.table[f"{device.name}.{name}"]
        for device in devices
        if owner in (device.name, device.type) and f"{device.name}.{name}" in device.table
    ]
    if not tags:
        raise place.error("tag", "is no tag of this site")
    if not (tags[0].is_writable and tags[0].dtype.is_number):
        raise place.error("tag", "is no number that can be written")
    return tags


def _range(row: LimitKeys, place: Place, tag: Tag) -> tuple[float, float]:
    low = tag.range_lo if row.lo is None else row.lo
    high = tag.range_hi if row.hi is None else row.hi
    if not tag.range_lo <= low < high <= tag.range_hi or math.isnan(low + high):
        raise place.error(
            "tag", f": {low:g} to {high:g} is not within {tag.range_lo:g} to {tag.range_hi:g} of its table"
        )
    return low, high


def _simulation(keys: SimulatorKeys, path: Path) -> Simulation:
    try:
        start = datetime.fromisoformat(keys.start)
    except ValueError as exc:
        raise ConfigError(f"{path}: simulator.start = {keys.start!r} is no date and time: {exc}") from None
    return Simulation(
        start=start,
        units_running=keys.units == "running",
        fouling_m2K_W_per_day=keys.fouling_m2K_W_per_day,
        seed=keys.seed,
        noise=keys.noise,
    )
