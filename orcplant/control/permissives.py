"""Conditions that must hold before a command is sent, by type of device, each with a name and two texts.

They keep the core from asking for what cannot or must not be. They protect no machine: trips live in the
PLC, which decides by itself what it does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from orcplant.live import Refusal, Role, Text, Value
from orcplant.tags import Kind, Tag, TagTable

ValueOf: TypeAlias = Callable[[str], Value]


@dataclass(frozen=True, slots=True)
class Condition:
    """Something about one tag that must hold.

    Attributes
    ----------
    name : str
        With the device's prefix it names a bypass: ``U07.brine_available``.
    tag : str
        Without prefix.
    states : tuple of str
        Names of an enum's states of which one must be, of bits that must be set, or ``0`` / ``1`` of a bool.
    text, clears : Text
        What stands in the way if it does not hold, and what clears it.
    may_bypass : bool
        Never for people's safety and trips.
    """

    name: str
    tag: str
    states: tuple[str, ...]
    text: Text
    clears: Text
    may_bypass: bool = True

    def holds(self, tag: Tag, value: Value) -> bool:
        """Whether it holds; a value that is not GOOD never does."""
        if not value.is_good or not isinstance(value.scalar, int):
            return False
        if tag.dtype.kind is Kind.BOOL:
            return str(int(value.scalar)) in self.states
        if tag.dtype.kind is Kind.BITS:
            return all(value.scalar >> tag.dtype.code(name) & 1 for name in self.states)
        return tag.dtype.name_of(value.scalar) in self.states


def failed(
    table: TagTable,
    device: str,
    tag: Tag,
    wanted: str,
    value_of: ValueOf,
    *,
    is_bypassed: Callable[[str], bool],
) -> Iterator[Refusal]:
    """Refusals of a command, one for each condition that does not hold.

    Parameters
    ----------
    table : TagTable
        Of the device, with prefix.
    device : str
        The prefix.
    tag : Tag
        What is to be written.
    wanted : str
        Name of the state, where `tag` is an enum.
    value_of : callable
        Value of a tag by its full name, as it is worth now.
    is_bypassed : callable
        Whether a condition, ``U07.brine_available``, is not looked at now.
    """
    short = tag.name.partition(".")[2]
    for condition in conditions(table, device, short, wanted):
        full = f"{device}.{condition.tag}"
        if condition.holds(table[full], value_of(full)):
            continue
        code = f"{device}.{condition.name}"
        if not (condition.may_bypass and is_bypassed(code)):
            yield Refusal(code, condition.text, condition.clears)


def conditions(table: TagTable, device: str, short: str, wanted: str) -> Iterator[Condition]:
    """Conditions of writing a tag (for a command: its name), those whose tag the device has."""
    for condition in _TABLE.get((table.type, short, wanted), ()):
        if f"{device}.{condition.tag}" in table:
            yield condition
    full = f"{device}.PERMISSIVES"
    if (short, wanted) == ("CMD", "start") and full in table:
        for name, _ in table[full].dtype.names:
            yield _bit(name)


def may_bypass(tags: Mapping[str, Tag], condition: str) -> bool:
    """Whether a condition, ``U07.brine_available``, is one of the plant's, and none that protects people.

    Parameters
    ----------
    tags : mapping of str to Tag
        All of the plant, with prefix.
    condition : str
    """
    device, _, name = condition.partition(".")
    word = tags.get(f"{device}.PERMISSIVES")
    if word is not None and name in dict(word.dtype.names):
        return _bit(name).may_bypass
    known = (each for row in _TABLE.values() for each in row if each.name == name)
    return any(each.may_bypass and f"{device}.{each.tag}" in tags for each in known)


def role_for(short: str) -> Role:
    """Role that may write a tag, by its name without prefix."""
    return Role.ENGINEER if short in _ENGINEERS else Role.OPERATOR


# What a machine does on its own, and how fast: set once with thought, not in the course of a shift.
_ENGINEERS: Final = frozenset(
    {"FALLBACK_HOLD_S", "FALLBACK_POWER", "POWER_RAMP", "BRINE_FLOW_MAX", "BRINE_T_OUT_MIN"}
)

_NO_BYPASS: Final = frozenset({"no_trip", "gas_clear", "fire_clear", "estop_released"})
_BITS: Final[Mapping[str, tuple[Text, Text]]] = MappingProxyType(
    {
        "no_trip": (
            Text("a trip stands", "存在跳机信号"),
            Text("remove its cause, then reset the trip", "消除原因后复位跳机"),
        ),
        "brine_available": (
            Text("no brine at the unit", "机组无地热水"),
            Text("open a production well and wait for header pressure", "开启生产井并等待母管压力建立"),
        ),
        "lube_ok": (
            Text("lube oil not ready", "润滑油未就绪"),
            Text("oil pressure and temperature in range", "润滑油压力和温度进入正常范围"),
        ),
        "seal_ok": (
            Text("seal oil not ready", "密封油未就绪"),
            Text("seal pressure in range", "密封油压差进入正常范围"),
        ),
        "gas_clear": (
            Text("working fluid in the air", "空气中检测到工质"),
            Text("ventilate and find the leak; people first", "通风并查找泄漏点，人员安全第一"),
        ),
        "fire_clear": (
            Text("fire detected", "火灾报警"),
            Text("the fire detection must be reset on site", "须在现场复位火灾探测"),
        ),
        "grid_ok": (
            Text("grid voltage or frequency out of range", "电网电压或频率异常"),
            Text("wait for the grid", "等待电网恢复"),
        ),
        "level_ok": (
            Text("receiver level out of range", "储液罐液位异常"),
            Text("bring the level into range", "使液位恢复正常范围"),
        ),
        "cooling_ok": (
            Text("cooling not ready", "冷却系统未就绪"),
            Text("fans available, no de-icing under way", "风机可用且未在除冰"),
        ),
        "not_inhibited": (
            Text("start inhibited", "启动被禁止"),
            Text("take back START_INHIBIT", "解除禁止启动"),
        ),
        "estop_released": (
            Text("emergency stop pressed", "急停按下"),
            Text("release the emergency stop on site", "在现场复位急停按钮"),
        ),
    }
)


def _bit(name: str) -> Condition:
    unnamed = Text(f"{name} is not met", f"条件 {name} 不满足"), Text(f"{name} met", f"条件 {name} 满足")
    text, clears = _BITS.get(name, unnamed)
    return Condition(name, "PERMISSIVES", (name,), text, clears, name not in _NO_BYPASS)


def _state(*states: str, tag: str = "STATE") -> Condition:
    words = " or ".join(states)
    return Condition(
        f"{tag.lower()}_{'_or_'.join(states)}",
        tag,
        states,
        Text(f"the state is not {words}", f"状态不是 {' 或 '.join(states)}"),
        Text(f"wait until the state is {words}", f"等待状态变为 {' 或 '.join(states)}"),
    )


def _off(name: str, tag: str, text: Text, clears: Text) -> Condition:
    return Condition(name, tag, ("0",), text, clears, may_bypass=False)


_ESTOP: Final = _off("estop_released", "ESTOP", *_BITS["estop_released"])
_SWITCH: Final = _off(
    "switch_remote",
    "LOCAL_SWITCH",
    Text("the switch at the panel is on LOCAL", "就地转换开关在就地位置"),
    Text("turn the switch at the panel to REMOTE", "将就地转换开关转到远方位置"),
)
_GRID: Final = Condition("grid_ok", "GRID_OK", ("1",), *_BITS["grid_ok"], may_bypass=False)
_NO_GAS: Final = _off("gas_clear", "GAS_ALARM", *_BITS["gas_clear"])
_NO_FIRE: Final = _off("fire_clear", "FIRE", *_BITS["fire_clear"])
_NO_TRIP: Final = Condition(
    "no_trip", "FIRST_OUT", ("none",), _BITS["no_trip"][0], _BITS["no_trip"][1], may_bypass=False
)

# (type of device, tag, state wanted) -> conditions; a start has the unit's PERMISSIVES beside these.
_TABLE: Final[Mapping[tuple[str, str, str], tuple[Condition, ...]]] = MappingProxyType(
    {
        ("orc_unit", "CMD", "start"): (_state("stopped", "ready"), _NO_GAS, _NO_FIRE, _ESTOP),
        ("orc_unit", "CMD", "reset_trip"): (_state("tripped"), _NO_GAS, _NO_FIRE, _ESTOP),
        ("orc_unit", "CMD", "take_remote"): (_SWITCH,),
        ("wellfield", "CMD", "open_production"): (_state("closed", tag="PROD_STATE"), _NO_TRIP, _ESTOP),
        ("wellfield", "CMD", "open_injection"): (_state("closed", tag="INJ_STATE"), _NO_TRIP, _ESTOP),
        ("wellfield", "CMD", "reset_trip"): (_ESTOP,),
        ("wellfield", "CMD", "take_remote"): (_SWITCH,),
        ("heating_station", "CMD", "start"): (_state("stopped"), _NO_TRIP, _ESTOP),
        ("heating_station", "CMD", "reset_trip"): (_state("tripped"), _ESTOP),
        ("heating_station", "CMD", "take_remote"): (_SWITCH,),
        ("water_station", "CMD", "start_dosing"): (_state("stopped"),),
        ("water_station", "CMD", "take_remote"): (_SWITCH,),
        ("substation", "CMD", "close_breaker"): (_GRID, _NO_TRIP, _ESTOP),
        ("substation", "CMD", "reset_trip"): (_ESTOP,),
        ("substation", "CMD", "take_remote"): (_SWITCH,),
    }
)
