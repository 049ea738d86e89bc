"""The address space: `Plant/<device>`, a node a tag, values as they come from the poller."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from asyncua import Node, ua
from asyncua.server.internal_server import InternalServer

from orcplant.config.site import Device
from orcplant.live import PLANT_NODE, LinkState, Quality, Reason, Scalar, Text, Value
from orcplant.tags import Kind, Tag

_TYPES: Final = {
    Kind.BOOL: ua.VariantType.Boolean,
    Kind.ENUM: ua.VariantType.Int32,
    Kind.BITS: ua.VariantType.UInt32,
    Kind.STRING: ua.VariantType.String,
}
_EMPTY: Final = {
    ua.VariantType.Boolean: False,
    ua.VariantType.Int32: 0,
    ua.VariantType.UInt32: 0,
    ua.VariantType.String: "",
    ua.VariantType.Double: 0.0,
}
_GOOD: Final = ua.StatusCode(ua.StatusCodes.Good)
_UNCERTAIN: Final = ua.StatusCode(ua.StatusCodes.UncertainSubNormal)
_STALE: Final = ua.StatusCode(ua.StatusCodes.UncertainLastUsableValue)
_SILENT: Final = ua.StatusCode(ua.StatusCodes.BadNoCommunication)
_WAITING: Final = ua.StatusCode(ua.StatusCodes.BadWaitingForInitialData)
_FAILED: Final = ua.StatusCode(ua.StatusCodes.BadSensorFailure)
_UNECE: Final = "http://www.opcfoundation.org/UA/units/un/cefact"
# UNECE Recommendation 20 codes as OPC UA Part 8 numbers them; other units keep -1 and their text.
_UNITS: Final = {
    "degC": 4408652,
    "bar": 4342098,
    "kW": 4937556,
    "kWh": 4937544,
    "kg/s": 4937555,
    "Hz": 4740186,
    "V": 5655636,
    "A": 4279632,
    "%": 20529,
    "s": 5457219,
    "m": 5067858,
    "mm/s": 4403766,
}


def status_of(value: Value) -> ua.StatusCode:
    """OPC UA status of a quality."""
    match value.quality:
        case Quality.GOOD:
            return _GOOD
        case Quality.UNCERTAIN:
            return _UNCERTAIN
        case Quality.STALE:
            return _STALE
    if value.reason is Reason.NOT_READ:
        return _WAITING
    return _SILENT if value.reason in (Reason.COMMUNICATION, Reason.TOO_OLD) else _FAILED


def type_of(tag: Tag) -> ua.VariantType:
    """OPC UA type of a tag."""
    return _TYPES.get(tag.dtype.kind, ua.VariantType.Double)


def stamp(time: float) -> datetime:
    """UTC seconds as asyncua wants them."""
    return datetime.fromtimestamp(time, UTC)


class _Shown(ua.DataValue):
    """A value that is never changed: asyncua copies each one deeply for each that listens, and need not."""

    def __deepcopy__(self, _: dict[int, Any]) -> "_Shown":
        return self


class Space:
    """Nodes of one plant; made by `build`."""

    def __init__(self, server: InternalServer, index: int) -> None:
        self.index = index
        self._server = server
        self.types: dict[str, ua.VariantType] = {}
        self._told: dict[str, tuple[Scalar | None, ua.StatusCode]] = {}
        self._nodes: dict[str, ua.NodeId] = {}
        self._properties: dict[str, ua.NodeId] = {}
        self._shared: dict[tuple[Any, ...], Any] = {}

    def node_id(self, name: str) -> ua.NodeId:
        """Node of a name."""
        return ua.NodeId(name, self.index)

    async def build(self, root: Node, devices: Iterable[Device], texts: dict[ua.NodeId, Text]) -> Node:
        """Make the plant's nodes under `root`, note the texts of tags; the plant's own node."""
        plant = await root.add_object(self.node_id(PLANT_NODE), f"{self.index}:{PLANT_NODE}")
        for device in devices:
            node = await plant.add_object(self.node_id(device.name), f"{self.index}:{device.name}")
            await self._variable(node, f"{device.name}/Link", LinkState.STARTING.value)
            await self._variable(node, f"{device.name}/LastPoll", stamp(0.0))
            for tag in device.table:
                if tag.is_readable:
                    await self._add_tag(node, tag)
                    await asyncio.sleep(0)  # polling goes on meanwhile
                    texts[self.node_id(tag.name)] = Text(tag.text_en, tag.text_zh)
        return plant

    async def update(self, device: str, link: LinkState, time: float, touched: Mapping[str, Value]) -> None:
        """Show values of a device that came or got worse."""
        write = self._server.aspace.write_attribute_value
        for name, value in touched.items():
            kind = self.types.get(name)
            if kind is None:
                continue
            status = status_of(value)
            found = _Shown(
                ua.Variant(value.scalar, kind) if value.scalar is not None else ua.Variant(),
                status,
                stamp(value.source_time),
            )
            told = (value.scalar, status)
            if self._told.get(name) == told:
                # Nobody need be told; who reads sees how old it is.
                self._server.aspace[self._nodes[name]].attributes[ua.AttributeIds.Value].value = found
                continue
            self._told[name] = told
            await write(self._nodes[name], ua.AttributeIds.Value, found)
        await self.set(f"{device}/Link", link.value)
        await self.set(f"{device}/LastPoll", stamp(time))

    async def set(self, name: str, content: str | datetime) -> None:
        """Set a text or time by the name of its node."""
        kind = ua.VariantType.String if isinstance(content, str) else ua.VariantType.DateTime
        found = _Shown(ua.Variant(content, kind), _GOOD, datetime.now(UTC))
        await self._server.aspace.write_attribute_value(self.node_id(name), ua.AttributeIds.Value, found)

    async def _variable(self, parent: Node, name: str, content: str | datetime) -> None:
        await parent.add_variable(self.node_id(name), f"{self.index}:{name.rpartition('/')[2]}", content)

    async def _add_tag(self, parent: Node, tag: Tag) -> None:
        kind = type_of(tag)
        node_id = self.node_id(tag.name)
        name = f"{self.index}:{tag.name.partition('.')[2]}"
        node = await parent.add_variable(
            node_id, name, ua.Variant(_EMPTY[kind], kind), kind, ua.NodeId(kind.value)
        )
        self.types[tag.name] = kind
        self._nodes[tag.name] = node_id
        attributes = self._server.aspace[node_id].attributes
        attributes[ua.AttributeIds.Value].value = ua.DataValue(ua.Variant(), _WAITING, stamp(0.0))
        text = ua.LocalizedText(tag.text_en, "en")
        _put(attributes, ua.AttributeIds.Description, ua.Variant(text))
        if tag.history != "none" and tag.dtype.kind is not Kind.STRING:
            access = 1 << ua.AccessLevel.CurrentRead | 1 << ua.AccessLevel.HistoryRead
            _put(attributes, ua.AttributeIds.Historizing, ua.Variant(True))
            for attribute in (ua.AttributeIds.AccessLevel, ua.AttributeIds.UserAccessLevel):
                _put(attributes, attribute, ua.Variant(access, ua.VariantType.Byte))
        if tag.dtype.is_number:
            await self._add_property(node, "EURange", ua.Range(tag.range_lo, tag.range_hi))
            await self._add_property(node, "EngineeringUnits", _unit(tag.eng_unit))
        self.share(node_id)

    async def _add_property(self, node: Node, name: str, content: Any) -> None:
        """Give a tag a property that all tags of that range or unit have together."""
        key = f"{name}/{content}"
        found = self._properties.get(key)
        if found is None:
            found = self.node_id(f"{name}/{len(self._properties)}")
            self._properties[key] = found
            await node.add_property(found, f"0:{name}", content)
            self.share(found)
        else:
            await node.add_reference(found, ua.ObjectIds.HasProperty, bidirectional=False)

    async def share_all(self) -> None:
        """Share among the nodes there are, those of the standard: most of what they hold is the same."""
        for place, node_id in enumerate(list(self._server.aspace.keys())):
            self.share(node_id)
            if place % 200 == 0:
                await asyncio.sleep(0)  # polling goes on meanwhile

    def share(self, node_id: ua.NodeId) -> None:
        """Let a node have what never changes in common with others: 10,000 nodes say the same."""
        attributes = self._server.aspace[node_id].attributes
        for attribute, content in attributes.items():
            if attribute in (ua.AttributeIds.Value, ua.AttributeIds.NodeId) or content.value is None:
                continue
            variant = content.value.Value
            if variant is None:
                continue
            held = variant.Value
            key = (attribute, variant.VariantType, held if isinstance(held, int | float) else str(held))
            attributes[attribute] = self._shared.setdefault(key, content)


def _put(attributes: dict[ua.AttributeIds, object], attribute: ua.AttributeIds, content: ua.Variant) -> None:
    attributes[attribute].value = ua.DataValue(content)  # type: ignore[attr-defined]


def _unit(name: str) -> ua.EUInformation:
    text = ua.LocalizedText(name, "en")
    return ua.EUInformation(_UNECE, _UNITS.get(name, -1), text, text)
