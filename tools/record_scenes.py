#!/usr/bin/env python3
"""Records the scenes of the operator's window from the simulated plant: orcplant/hmi/scenes/*.json.gz.

A scene is what a control core would have told: the plant's model, the values of all tags at one time, the
alarms
that stand, and four hours of history. Nothing in it is made up: plc_sim runs the shipped 20 MW plant, its
controllers are commanded over their registers, and the shipped alarm table is applied to what they show.

usage: .venv/bin/python tools/record_scenes.py [normal|winter]   (a quarter of an hour each)
"""

import dataclasses
import gzip
import json
import math
import sys
import tomllib
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orcplant.config.finding import find
from orcplant.config.site import Site, load_site
from orcplant.control.alarms import definitions
from orcplant.control.design_picture import design_content
from orcplant.control.gateway.plant_model import plant_model
from orcplant.tags import Kind, load_alarms
from plc_sim.bank import Bank, Write
from plc_sim.plants import simulator
from plc_sim.process.skid import BAR, Signal
from plc_sim.simulator import Simulator

PLANT = "tianzhen_20mw"
OUT = Path(__file__).resolve().parent.parent / "orcplant" / "hmi" / "scenes"
STARTS = {"normal": datetime(2026, 4, 10, 10, 30), "winter": datetime(2026, 1, 15, 2, 30)}
HOURS = 4.0
SETPOINT_kW = {"normal": 1950.0, "winter": 2300.0}
UTC_OFFSET_H = 8.0
TRENDS = {
    "orc_unit": ("POWER_NET", "WF_T_EXP_IN", "VIBRATION", "BRINE_T_OUT"),
    "wellfield": ("INJ_P", "BUBBLE_MARGIN", "PROD_FLOW"),
    "heating_station": ("HEAT_POWER", "T_SUPPLY", "T_OUTDOOR"),
    "water_station": ("RETURN_T", "FLOW_REINJECTED", "BUBBLE_MARGIN"),
    "substation": ("P", "F"),
}


def model(site: Site) -> dict[str, Any]:
    """What the core tells in Plant/Model, and that a simulator stands behind it."""
    told: dict[str, Any] = json.loads(plant_model(site, definitions(site), design_content(site.folder)))
    plant = load_toml(site.folder / "plant.toml")
    names = {
        "en": plant["name"].replace(" geothermal power station", ""),
        "zh": plant["name_zh"].replace(" 地热电站", ""),
    }
    return {**told, "text": names, "utc_offset_h": UTC_OFFSET_H, "is_simulator": True}


def load_toml(path: Path) -> dict[str, Any]:
    """Content of a TOML file."""
    with path.open("rb") as file:
        return tomllib.load(file)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


class Rig:
    """The simulated plant, a client that beats the heart and commands, and alarms on what is shown."""

    def __init__(self, name: str) -> None:
        site = load_site(find(PLANT))
        simulation = dataclasses.replace(site.simulation, units_running=True, noise=1.0, start=STARTS[name])
        self.site = dataclasses.replace(site, simulation=simulation)
        self.sim: Simulator = simulator(self.site)
        self.model = model(self.site)
        local = STARTS[name].replace(tzinfo=UTC) - timedelta(hours=UTC_OFFSET_H)
        self.start = local.timestamp()
        self.now = self.start
        self.trends: dict[str, list[float | None]] = defaultdict(list)
        self.times: list[float] = []
        self.since: dict[str, float] = {}
        self.alarms: dict[str, dict[str, Any]] = {}

    def write(self, kind: str, device: int, **values: float) -> None:
        """Write tags as a client does."""
        bank = self.sim.groups[kind].bank
        for tag, value in values.items():
            bank[tag][device] = value
        bank.writes.append(Write(device, tuple((tag, float(value)) for tag, value in values.items())))

    def command(self, kind: str, device: int, name: str) -> None:
        """Give a command with its sequence number."""
        bank = self.sim.groups[kind].bank
        codes = dict(bank.table["CMD"].dtype.names)
        number = (bank["CMD_SEQ_ACK"][device] + 1.0) % 65536.0
        self.write(kind, device, CMD_SEQ=number, CMD=float(codes[name]))

    def run(self, seconds: float) -> None:
        """Let time pass, the heart beating every second, a sample every minute."""
        for _ in range(round(seconds)):
            for kind, group in self.sim.groups.items():
                for device in range(group.bank.count):
                    beat = (group.bank["HEARTBEAT_CORE"][device] + 1.0) % 65536.0
                    self.write(kind, device, HEARTBEAT_CORE=beat)
            self.sim.tick(1.0)
            self.now += 1.0
            self._look()
            if round(self.now - self.start) % 60 == 0:
                self._sample()

    def _sample(self) -> None:
        self.times.append(self.now)
        for kind, tags in TRENDS.items():
            group = self.sim.groups[kind]
            for index, device in enumerate(group.devices):
                for tag in tags:
                    self.trends[f"{device.name}.{tag}"].append(_scalar(group.bank, tag, index))

    def _look(self) -> None:
        """Apply the alarm table, with its delays; the deadband holds an alarm that has come."""
        for alarm in load_alarms():
            group = self.sim.groups.get(alarm.device_type)
            for index, device in enumerate(group.devices if group else ()):
                assert group is not None
                key = f"{device.name}.{alarm.tag}.{alarm.state or alarm.kind}"
                value = _scalar(group.bank, alarm.tag, index)
                stands = _stands(alarm, group.bank, index, value, is_on=key in self.alarms)
                if not stands:
                    self.since.pop(key, None)
                    self.alarms.pop(key, None)
                    continue
                since = self.since.setdefault(key, self.now)
                if self.now - since >= alarm.on_delay_s and key not in self.alarms:
                    self.alarms[key] = {
                        "key": key,
                        "tag": f"{device.name}.{alarm.tag}",
                        "alarm": [alarm.device_type, alarm.tag, str(alarm.kind), alarm.state],
                        "time": self.now,
                        "value": value if alarm.kind != "STATE" else None,
                    }

    def document(self) -> dict[str, Any]:
        """What stands now."""
        values: dict[str, Any] = {}
        for group in self.sim.groups.values():
            for index, device in enumerate(group.devices):
                for tag in group.bank.table:
                    values[f"{device.name}.{tag.name}"] = _shown(group.bank, tag, index)
        return {
            "time": self.now,
            "values": values,
            "alarms": sorted(
                ({**alarm, "is_suppressed": self._is_at_rest(alarm)} for alarm in self.alarms.values()),
                key=lambda alarm: alarm["time"],
            ),
            "trends": {
                "times": list(self.times),
                "values": {
                    tag: [None if v is None else round(v, 3) for v in row] for tag, row in self.trends.items()
                },
            },
        }

    def _is_at_rest(self, alarm: dict[str, Any]) -> bool:
        """Whether an alarm on a process value is of a unit at rest: suppressed by design, gas excepted."""
        kind, tag, condition, _ = alarm["alarm"]
        if kind != "orc_unit" or condition == "STATE" or tag in ("GAS_CONC", "BRINE_WF_CONC"):
            return False
        group = self.sim.groups[kind]
        names = [device.name for device in group.devices]
        state = group.bank["STATE"][names.index(alarm["tag"].partition(".")[0])]
        return group.bank.table["STATE"].dtype.name_of(int(state)) != "running"


def _scalar(bank: Bank, tag: str, device: int) -> float | None:
    return _finite(float(bank[tag][device]))


def _shown(bank: Bank, tag: Any, device: int) -> Any:
    """Value as the registers carry it: rounded to the scale of the tag."""
    if tag.dtype.kind is Kind.STRING:
        return bank.text(tag.name, device)
    value = _scalar(bank, tag.name, device)
    if value is None:
        return None
    if tag.dtype.kind in (Kind.ENUM, Kind.BITS, Kind.BOOL):
        return int(value)
    steps = round((value - tag.offset) / tag.scale)
    exact = tag.dtype.kind in (Kind.FLOAT32, Kind.FLOAT64)
    return round(value, 4) if exact else round(steps * tag.scale + tag.offset, 6)


def _stands(alarm: Any, bank: Bank, device: int, value: float | None, *, is_on: bool) -> bool:
    """Whether the condition of an alarm holds."""
    kind = str(alarm.kind)
    if kind == "BAD":
        return value is None
    if value is None or kind == "ROC":
        return False
    if kind == "STATE":
        return _is_state(bank.table[alarm.tag].dtype, alarm.state, value)
    slack = alarm.deadband if is_on else 0.0
    if kind in ("H", "HH"):
        return value > alarm.limit - slack
    if kind in ("L", "LL"):
        return value < alarm.limit + slack
    reference = _scalar(bank, alarm.reference, device)
    return reference is not None and abs(value - reference) > alarm.limit - slack


def _is_state(dtype: Any, state: str, value: float) -> bool:
    if dtype.kind is Kind.BOOL:
        return str(int(value)) == state
    if dtype.kind is Kind.BITS:
        return bool(int(value) >> dtype.code(state) & 1)
    return bool(dtype.name_of(int(value)) == state)


def begin(rig: Rig, name: str) -> None:
    """Take remote control of everything, set the units' power, keep the last unit in reserve."""
    rig.run(15)
    for kind, group in rig.sim.groups.items():
        for device in range(group.bank.count):
            rig.command(kind, device, "take_remote")
    rig.run(5)
    units = rig.sim.groups["orc_unit"].bank
    last = units.count - 1
    for device in range(units.count):
        rig.write("orc_unit", device, POWER_SP=SETPOINT_kW[name])
    rig.run(2)
    rig.command("orc_unit", last, "stop")
    rig.run(3)


def fail(rig: Rig) -> None:
    """Warm the lube oil of U02, let seal oil of U06 leak, break a bearing of U05, one after the other."""
    skid = rig.sim.works[0].rooms.skid  # type: ignore[attr-defined]
    skid.offset[Signal.LUBE_TEMPERATURE, 1] += 7.5
    rig.run(600)
    skid.offset[Signal.SEAL_PRESSURE, 5] = 0.7 * BAR - skid.value[Signal.SEAL_PRESSURE, 5]
    rig.run(300)
    skid.offset[Signal.VIBRATION, 4] += 11.5e-3
    rig.run(45)
    # Somebody called for the unit in reserve.
    rig.command("orc_unit", 7, "start")
    rig.run(100)


def main() -> None:
    """Record one scene, or both."""
    OUT.mkdir(exist_ok=True)
    for name in sys.argv[1:] or list(STARTS):
        rig = Rig(name)
        begin(rig, name)
        rig.run(HOURS * 3600.0 - 25.0)
        scenes = {name: rig.document()}
        if name == "normal":
            fail(rig)
            scenes["alarms"] = rig.document()
        for scene, content in scenes.items():
            whole = json.dumps({"model": rig.model, **content}, ensure_ascii=False, separators=(",", ":"))
            with gzip.GzipFile(OUT / f"{scene}.json.gz", "wb", mtime=0) as file:
                file.write(whole.encode())
            print(f"{scene}: {len(content['values'])} values, {len(content['alarms'])} alarms")


if __name__ == "__main__":
    main()
