"""Which alarms a site has: alarms.csv for every device, a lost device, a lost plant, the core itself.

An alarm latches when it is of priority 1 and measured by the core (assumed: gas, working fluid in the
brine, bubble-point margin must not vanish unseen); trips latch in the controllers already.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from orcplant.config.site import Device, Site
from orcplant.live import Text
from orcplant.tags import Alarm, AlarmKind, Tag, load_alarms

LINK: Final = "LINK"
CORE: Final = "CORE"
PLANT_LINK: Final = "PLANT.LINK"
LINK_DELAY_S: Final = 3.0  # so that a plant that is lost as a whole is one alarm, not one a device
FEWEST_FOR_PLANT: Final = 3

HISTORY: Final = "CORE.HISTORY"
DISK_LOW: Final = "CORE.DISK_LOW"
DISK_FULL: Final = "CORE.DISK_FULL"
CERTIFICATE: Final = "CORE.CERTIFICATE"
JOURNAL: Final = "CORE.JOURNAL"
CLOCK: Final = "CORE.CLOCK"


@dataclass(frozen=True, slots=True)
class Definition:
    """One alarm of this site.

    Attributes
    ----------
    key : str
        ``U07.GAS_CONC.H``, ``U07.TRIPS.fire``, ``U07.LINK``.
    kind : str
        As in alarms.csv, or LINK, CORE.
    tag : Tag or None
        With prefix; None for LINK and CORE.
    reference : str
        DEV only: tag to compare with, with prefix.
    parents : tuple of str
        Keys of alarms that explain this one: while one of them holds, this one is suppressed.
    group : str
        Alarms of which the first to come is marked; empty: none.
    first_out : Tag or None
        What the controller says came first in that group: an enum with the group's states.
    """

    key: str
    device: str
    kind: str
    tag: Tag | None
    limit: float
    state: str
    reference: str
    deadband: float
    on_delay_s: float
    off_delay_s: float
    priority: int
    is_latching: bool
    text: Text
    cause: Text
    consequence: Text
    action: Text
    parents: tuple[str, ...] = ()
    group: str = ""
    first_out: Tag | None = None


def definitions(site: Site) -> tuple[Definition, ...]:
    """All alarms of a site, by device in the order of the site file, the core's own last.

    Raises
    ------
    ConfigError
        If alarms.csv cannot be used.
    """
    found: list[Definition] = []
    rows = load_alarms(site.folder / "tags")
    has_plant = len(site.devices) >= FEWEST_FOR_PLANT
    for device in site.devices:
        found.append(_lost_device(device, (PLANT_LINK,) if has_plant else ()))
        found += _of_device(device, rows)
    if has_plant:
        found.append(_LOST_PLANT)
    return (*found, *_OF_CORE)


def _of_device(device: Device, rows: tuple[Alarm, ...]) -> Iterator[Definition]:
    taken: set[str] = set()
    for row in rows:
        if row.device_type != device.type:
            continue
        key = f"{device.name}.{row.tag}.{row.state or row.kind}"
        if key in taken:  # two limits of one kind
            key = f"{key}.{row.limit:g}"
        taken.add(key)
        is_trip = row.tag == "TRIPS"
        first_out = f"{device.name}.FIRST_OUT"
        yield Definition(
            key=key,
            device=device.name,
            kind=row.kind,
            tag=device.table[f"{device.name}.{row.tag}"],
            limit=row.limit,
            state=row.state,
            reference=f"{device.name}.{row.reference}" if row.reference else "",
            deadband=row.deadband,
            on_delay_s=row.on_delay_s,
            off_delay_s=row.off_delay_s,
            priority=row.priority,
            is_latching=row.priority == 1 and row.kind is not AlarmKind.STATE,
            text=Text(row.text_en, row.text_zh),
            cause=Text(row.cause_en, row.cause_zh),
            consequence=Text(row.consequence_en, row.consequence_zh),
            action=Text(row.action_en, row.action_zh),
            parents=(f"{device.name}.{LINK}",),
            group=f"{device.name}.TRIPS" if is_trip else "",
            first_out=device.table[first_out] if is_trip and first_out in device.table else None,
        )


def _own(
    key: str,
    kind: str,
    priority: int,
    text: Text,
    cause: Text,
    consequence: Text,
    action: Text,
    *,
    on_delay_s: float = 0.0,
    parents: tuple[str, ...] = (),
) -> Definition:
    return Definition(
        key=key,
        device=key.partition(".")[0],
        kind=kind,
        tag=None,
        limit=math.nan,
        state="",
        reference="",
        deadband=0.0,
        on_delay_s=on_delay_s,
        off_delay_s=0.0,
        priority=priority,
        is_latching=False,
        text=text,
        cause=cause,
        consequence=consequence,
        action=action,
        parents=parents,
    )


def _lost_device(device: Device, parents: tuple[str, ...]) -> Definition:
    name = device.name
    return _own(
        f"{name}.{LINK}",
        LINK,
        2,
        Text(f"No communication with {name}", f"与{name}通信中断"),
        Text("Network, power supply or controller", "网络、电源或控制器故障"),
        Text(
            f"{name} goes on by itself; nothing of it is seen, and it cannot be commanded",
            f"{name}自行运行，无法监视和操作",
        ),
        Text("Check network and cabinet; go to the local panel", "检查网络和控制柜，必要时到就地盘操作"),
        on_delay_s=LINK_DELAY_S,
        parents=parents,
    )


_LOST_PLANT: Final = _own(
    PLANT_LINK,
    LINK,
    1,
    Text("No communication with half of the controllers or more", "半数以上控制器通信中断"),
    Text("Plant network or its power supply", "厂内网络或其电源故障"),
    Text(
        "Units fall back to local control after 5 s without heartbeat", "机组失去心跳 5 秒后转入就地后备控制"
    ),
    Text("Check switch and cabling; man the local panels", "检查交换机和线路，派人到就地盘值守"),
)

_OF_CORE: Final = (
    _own(
        HISTORY,
        CORE,
        2,
        Text("History cannot be written", "历史数据无法写入"),
        Text("Disk full or failed", "磁盘已满或故障"),
        Text("Samples wait in memory and are lost when it is full", "数据暂存内存，存满后丢失"),
        Text("Make room on the disk of the state folder", "清理状态目录所在磁盘"),
    ),
    _own(
        DISK_LOW,
        CORE,
        3,
        Text("Disk: less than 20 % free", "磁盘剩余空间低于 20 %"),
        Text("History and logs have grown", "历史数据和日志增长"),
        Text("None yet", "暂无影响"),
        Text("Make room or move old history away", "清理磁盘或转移旧历史数据"),
    ),
    _own(
        DISK_FULL,
        CORE,
        2,
        Text("Disk: less than 5 % free", "磁盘剩余空间低于 5 %"),
        Text("History and logs have grown", "历史数据和日志增长"),
        Text("Soon no history, and no commands: they need the journal", "历史记录和操作命令即将中断"),
        Text("Make room now", "立即清理磁盘"),
    ),
    _own(
        CERTIFICATE,
        CORE,
        3,
        Text("The core's certificate ends within 30 days", "控制核心证书 30 天内到期"),
        Text("Its life is over", "证书有效期将满"),
        Text("Windows and platforms will be refused", "操作站和平台将无法连接"),
        Text("Make a new one and have it trusted", "更换证书并重新信任"),
    ),
    _own(
        JOURNAL,
        CORE,
        1,
        Text("The journal's chain is broken", "操作日志链校验失败"),
        Text("The file was changed or damaged", "文件被改动或损坏"),
        Text("No commands are taken", "不接受任何命令"),
        Text("Look into it and move journal.sqlite away", "查明原因并移走 journal.sqlite"),
    ),
    _own(
        CLOCK,
        CORE,
        3,
        Text("The core's clock was set by more than 2 s", "控制核心时钟跳变超过 2 秒"),
        Text("An operator or the time service set it", "人工或时间服务校时"),
        Text("Times of records around it are off", "附近记录的时间有偏差"),
        Text("Check the time service", "检查时间服务"),
    ),
)
