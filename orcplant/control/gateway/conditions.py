"""Alarms as OPC UA Part 9 knows them: conditions that send events and take method calls.

Every alarm is a bare node of AlarmConditionType; its fields travel in events, as Part 9 allows. Methods are
called with the type's method id on the condition, those of shelving too.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from asyncua import Node, ua
from asyncua.common.events import Event
from asyncua.server.internal_server import InternalServer

from orcplant.control.alarms import Alarms, AlarmStatus, Definition, What
from orcplant.control.alarms.engine import MAX_SHELVE_S
from orcplant.control.gateway.space import stamp
from orcplant.control.gateway.stack import UaSession
from orcplant.control.store import StoreError
from orcplant.control.users import AccessError, Session
from orcplant.live import AlarmState, Scalar

SEVERITY: Final = {1: 900, 2: 600, 3: 300}  # of priorities 1, 2, 3 on OPC UA's scale of 1 to 1000
_TYPE: Final = ua.NodeId(ua.ObjectIds.AlarmConditionType)
_UNSHELVED: Final = ua.NodeId(ua.ObjectIds.ShelvedStateMachineType_Unshelved)
_TIMED: Final = ua.NodeId(ua.ObjectIds.ShelvedStateMachineType_TimedShelved)
_FOREVER_S: Final = MAX_SHELVE_S

Variant = Callable[[Any], ua.Variant]
Act = Callable[[Session, str, list[Any]], Awaitable[None]]


class ConditionEvent(Event):
    """State of a condition, by the names of its fields."""

    def __init__(self, fields: dict[str, ua.Variant], emitting: ua.NodeId) -> None:
        super().__init__(emitting)
        self._fields = fields
        self.EventType = fields["EventType"].Value

    def __getattr__(self, name: str) -> Any:
        """Value of a field, for where-clauses."""
        fields = self.__dict__.get("_fields", {})
        if name in fields:
            return fields[name].Value
        raise AttributeError(name)

    def to_event_fields(self, select_clauses: list[ua.SimpleAttributeOperand]) -> list[ua.Variant]:
        """Fields that a client selects; Null for those there are not."""
        return [self._fields.get(_path(clause), ua.Variant()) for clause in select_clauses]


def _path(clause: ua.SimpleAttributeOperand) -> str:
    if not clause.BrowsePath:  # the condition's own id
        return "NodeId" if clause.AttributeId == ua.AttributeIds.NodeId else ""
    return "/".join(part.Name for part in clause.BrowsePath)


class Conditions:
    """Conditions of one plant; made by `build`."""

    def __init__(
        self, server: InternalServer, index: int, alarms: Alarms, share: Callable[[ua.NodeId], None]
    ) -> None:
        self._server = server
        self._share = share
        self._index = index
        self._alarms = alarms
        self._event_ids: dict[bytes, str] = {}
        self._latest: dict[str, bytes] = {}
        self._acts: dict[int, Act] = {
            ua.ObjectIds.AcknowledgeableConditionType_Acknowledge: self._acknowledge,
            ua.ObjectIds.ConditionType_AddComment: self._comment,
            ua.ObjectIds.AlarmConditionType_Reset: self._reset,
            ua.ObjectIds.AlarmConditionType_RemoveFromService: self._remove_from_service,
            ua.ObjectIds.AlarmConditionType_PlaceInService: self._place_in_service,
        }
        for owner in ("ShelvedStateMachineType", "AlarmConditionType_ShelvingState"):
            self._acts |= {
                getattr(ua.ObjectIds, f"{owner}_TimedShelve"): self._timed_shelve,
                getattr(ua.ObjectIds, f"{owner}_OneShotShelve"): self._one_shot_shelve,
                getattr(ua.ObjectIds, f"{owner}_Unshelve"): self._unshelve,
            }

    async def build(self, plant: Node, definitions: Iterable[Definition]) -> None:
        """Make a node for every alarm below its device, or below the plant."""
        await plant.set_event_notifier([ua.EventNotifier.SubscribeToEvents])
        server = Node(self._server.isession, ua.NodeId(ua.ObjectIds.Server))
        await server.set_event_notifier([ua.EventNotifier.SubscribeToEvents])
        core = await plant.add_object(self._node_id("Plant/Alarms"), f"{self._index}:Alarms")
        for definition in definitions:
            owner = self._node_id(definition.device)
            parent = Node(self._server.isession, owner) if owner in self._server.aspace else core
            await self._add(parent, definition)
            await asyncio.sleep(0)  # polling goes on meanwhile

    async def tell(self, status: AlarmStatus) -> None:
        """Send the state of an alarm to who listens."""
        for emitting in (ua.ObjectIds.Server, None):
            node = ua.NodeId(emitting) if emitting is not None else self._node_id("Plant")
            await self._server.subscription_service.trigger_event(self._event(status, node))

    async def call(self, session: UaSession, request: ua.CallMethodRequest) -> ua.CallMethodResult | None:
        """Answer of a condition method; None if the call is none."""
        method = request.MethodId
        if method.NamespaceIndex != 0 or not isinstance(method.Identifier, int):
            return None
        arguments = [argument.Value for argument in request.InputArguments or ()]
        if method.Identifier in (
            ua.ObjectIds.ConditionType_ConditionRefresh,
            ua.ObjectIds.ConditionType_ConditionRefresh2,
        ):
            return _result(await self._refresh(session, arguments))
        act = self._acts.get(method.Identifier)
        if act is None:
            return None
        key = str(request.ObjectId.Identifier)
        if request.ObjectId.NamespaceIndex != self._index:
            return _result(ua.StatusCodes.BadNodeIdUnknown)
        if session.login is None:
            self._server.doorkeeper.turned_away(str(session.user.name), f"alarm {key}: a platform only reads")
            return _result(ua.StatusCodes.BadUserAccessDenied)
        try:
            await act(session.login, key, arguments)
        except KeyError:
            return _result(ua.StatusCodes.BadNodeIdUnknown)
        except (IndexError, TypeError, ValueError, AttributeError):
            return _result(ua.StatusCodes.BadInvalidArgument)
        except _ConditionError as exc:
            return _result(exc.code)
        except AccessError as exc:
            self._server.doorkeeper.turned_away(session.login.user, f"alarm {exc}")
            return _result(ua.StatusCodes.BadUserAccessDenied)
        except StoreError:
            return _result(ua.StatusCodes.BadResourceUnavailable)
        return _result(ua.StatusCodes.Good)

    async def _acknowledge(self, session: Session, key: str, arguments: list[Any]) -> None:
        event, comment = arguments
        if self._event_ids.get(event) != key:
            raise _ConditionError(ua.StatusCodes.BadEventIdUnknown)
        if self._alarms.status(key).is_acknowledged:
            raise _ConditionError(ua.StatusCodes.BadConditionBranchAlreadyAcked)
        await self._alarms.acknowledge(session, key, comment.Text or "")

    async def _comment(self, session: Session, key: str, arguments: list[Any]) -> None:
        event, comment = arguments
        if self._event_ids.get(event) != key:
            raise _ConditionError(ua.StatusCodes.BadEventIdUnknown)
        await self._alarms.comment(session, key, comment.Text or "")

    async def _reset(self, session: Session, key: str, _: list[Any]) -> None:
        await self._alarms.reset(session, key)

    async def _timed_shelve(self, session: Session, key: str, arguments: list[Any]) -> None:
        (milliseconds,) = arguments
        if self._alarms.status(key).state is AlarmState.SHELVED:
            raise _ConditionError(ua.StatusCodes.BadConditionAlreadyShelved)
        if not 0.0 < float(milliseconds) <= 1000.0 * MAX_SHELVE_S:
            raise _ConditionError(ua.StatusCodes.BadShelvingTimeOutOfRange)
        await self._alarms.shelve(session, key, float(milliseconds) / 1000.0)

    async def _one_shot_shelve(self, session: Session, key: str, arguments: list[Any]) -> None:
        # No shelving without an end: the longest there is.
        await self._timed_shelve(session, key, [1000.0 * _FOREVER_S])

    async def _unshelve(self, session: Session, key: str, _: list[Any]) -> None:
        if self._alarms.status(key).state is not AlarmState.SHELVED:
            raise _ConditionError(ua.StatusCodes.BadConditionNotShelved)
        await self._alarms.unshelve(session, key)

    async def _remove_from_service(self, session: Session, key: str, _: list[Any]) -> None:
        await self._alarms.set_service(session, key, is_in=False)

    async def _place_in_service(self, session: Session, key: str, _: list[Any]) -> None:
        await self._alarms.set_service(session, key, is_in=True)

    async def _refresh(self, session: UaSession, arguments: list[Any]) -> int:
        """Send every alarm of interest once more, to one subscription of this session."""
        subscription = self._server.subscription_service.subscriptions.get(
            arguments[0] if arguments else None
        )
        if subscription is None or subscription.session_id != session.session_id:
            return int(ua.StatusCodes.BadSubscriptionIdInvalid)
        item = arguments[1] if len(arguments) > 1 else None
        for emitting in (ua.NodeId(ua.ObjectIds.Server), self._node_id("Plant")):
            events = [
                self._bracket(ua.ObjectIds.RefreshStartEventType, emitting),
                *(self._event(s, emitting, is_new=False) for s in self._alarms.statuses() if _is_retained(s)),
                self._bracket(ua.ObjectIds.RefreshEndEventType, emitting),
            ]
            for event in events:
                await subscription.monitored_item_srv.trigger_event(event, item)
        return int(ua.StatusCodes.Good)

    async def _add(self, parent: Node, definition: Definition) -> None:
        key = definition.key
        node = self._node_id(key)
        await self._add_bare(parent.nodeid, node, f"{self._index}:{key.partition('.')[2]}", _TYPE)
        if definition.tag is not None:
            tag = Node(self._server.isession, self._node_id(definition.tag.name))
            await tag.add_reference(node, ua.ObjectIds.HasCondition)
        self._server.texts[node] = definition.text

    async def _add_bare(self, parent: ua.NodeId, node: ua.NodeId, name: str, kind: ua.NodeId) -> None:
        """Add an object of a type without the type's many children: 1,500 alarms would be 60,000 nodes."""
        item = ua.AddNodesItem(
            ParentNodeId=parent,
            ReferenceTypeId=ua.NodeId(ua.ObjectIds.HasComponent),
            RequestedNewNodeId=node,
            BrowseName=ua.QualifiedName.from_string(name),
            NodeClass=ua.NodeClass.Object,
            NodeAttributes=ua.ObjectAttributes(DisplayName=ua.LocalizedText(name.partition(":")[2])),
            TypeDefinition=kind,
        )
        (result,) = await self._server.isession.add_nodes([item])
        result.StatusCode.check()
        self._share(node)

    def _node_id(self, name: str) -> ua.NodeId:
        return ua.NodeId(name, self._index)

    def _bracket(self, event_type: int, emitting: ua.NodeId) -> ConditionEvent:
        fields = self._head(ua.NodeId(event_type), "Server", ua.NodeId(ua.ObjectIds.Server), 100)
        return ConditionEvent(fields, emitting)

    def _head(
        self, event_type: ua.NodeId, source: str, node: ua.NodeId, severity: int
    ) -> dict[str, ua.Variant]:
        now = datetime.now(UTC)
        return {
            "EventId": ua.Variant(uuid.uuid4().bytes, ua.VariantType.ByteString),
            "EventType": ua.Variant(event_type, ua.VariantType.NodeId),
            "SourceNode": ua.Variant(node, ua.VariantType.NodeId),
            "SourceName": ua.Variant(source, ua.VariantType.String),
            "Time": ua.Variant(now, ua.VariantType.DateTime),
            "ReceiveTime": ua.Variant(now, ua.VariantType.DateTime),
            "Message": _text(""),
            "Severity": ua.Variant(severity, ua.VariantType.UInt16),
        }

    def _event(self, status: AlarmStatus, emitting: ua.NodeId, *, is_new: bool = True) -> ConditionEvent:
        definition = status.definition
        key = definition.key
        source = definition.tag.name if definition.tag is not None else definition.device
        fields = self._head(_TYPE, source, self._node_id(source), SEVERITY[definition.priority])
        event_id = self._latest.get(key)
        if event_id is None or (is_new and emitting.NamespaceIndex == 0):
            event_id = fields["EventId"].Value
            self._event_ids.pop(self._latest.get(key, b""), None)
            self._event_ids[event_id] = key
            self._latest[key] = event_id
        fields["EventId"] = ua.Variant(event_id, ua.VariantType.ByteString)
        if status.changed_time:
            fields["Time"] = ua.Variant(stamp(status.changed_time), ua.VariantType.DateTime)
        fields["Message"] = _text(definition.text.en)
        fields |= _fields(status, self._node_id(key), self._node_id(source))
        return ConditionEvent(fields, emitting)


class _ConditionError(Exception):
    """A call that Part 9 has a status for."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def _is_retained(status: AlarmStatus) -> bool:
    return status.state is not AlarmState.NORMAL and (
        status.is_active or status.state is not AlarmState.SUPPRESSED
    )


def _result(code: int) -> ua.CallMethodResult:
    return ua.CallMethodResult(StatusCode=ua.StatusCode(code))


def _text(text: str) -> ua.Variant:
    return ua.Variant(ua.LocalizedText(text, "en"), ua.VariantType.LocalizedText)


def _value(scalar: Scalar | None) -> ua.Variant:
    if scalar is None:
        return ua.Variant()
    if isinstance(scalar, str):
        return ua.Variant(scalar, ua.VariantType.String)
    return ua.Variant(float(scalar), ua.VariantType.Double)


def _fields(status: AlarmStatus, node: ua.NodeId, source: ua.NodeId) -> dict[str, ua.Variant]:
    definition = status.definition
    is_shelved = status.state is AlarmState.SHELVED
    left_ms = 0.0
    if status.shelved_until is not None:
        left_ms = max(0.0, 1000.0 * (status.shelved_until - datetime.now(UTC).timestamp()))
    fields = {
        "NodeId": ua.Variant(node, ua.VariantType.NodeId),
        "ConditionId": ua.Variant(node, ua.VariantType.NodeId),
        "InputNode": ua.Variant(source, ua.VariantType.NodeId),
        "BranchId": ua.Variant(ua.NodeId(), ua.VariantType.NodeId),
        "ConditionName": ua.Variant(definition.key, ua.VariantType.String),
        "ConditionClassId": ua.Variant(
            ua.NodeId(ua.ObjectIds.ProcessConditionClassType), ua.VariantType.NodeId
        ),
        "ConditionClassName": _text("ProcessConditionClass"),
        "Retain": ua.Variant(_is_retained(status), ua.VariantType.Boolean),
        "Quality": ua.Variant(ua.StatusCode(), ua.VariantType.StatusCode),
        "LastSeverity": ua.Variant(SEVERITY[definition.priority], ua.VariantType.UInt16),
        "Comment": _text(status.comment),
        "ClientUserId": ua.Variant(status.user, ua.VariantType.String),
        "SuppressedOrShelved": ua.Variant(
            status.state in (AlarmState.SHELVED, AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE),
            ua.VariantType.Boolean,
        ),
        "MaxTimeShelved": ua.Variant(1000.0 * MAX_SHELVE_S, ua.VariantType.Double),
        "FirstInGroupFlag": ua.Variant(status.is_first_out, ua.VariantType.Boolean),
        "ShelvingState/CurrentState": _text("TimedShelved" if is_shelved else "Unshelved"),
        "ShelvingState/CurrentState/Id": ua.Variant(
            _TIMED if is_shelved else _UNSHELVED, ua.VariantType.NodeId
        ),
        "ShelvingState/UnshelveTime": ua.Variant(left_ms, ua.VariantType.Double),
        # Beyond Part 9: the state as IEC 62682 names it, and the value it came with.
        "AlarmState": ua.Variant(status.state.value, ua.VariantType.String),
        "RaisedTime": ua.Variant(status.raised_time, ua.VariantType.Double),
        "Value": _value(status.value),
    }
    for name, words, is_so in (
        ("EnabledState", ("Enabled", "Disabled"), True),
        ("AckedState", ("Acknowledged", "Unacknowledged"), status.is_acknowledged),
        ("ActiveState", ("Active", "Inactive"), status.is_active),
        ("LatchedState", ("Latched", "Unlatched"), status.state is AlarmState.LATCHED),
        ("SuppressedState", ("Suppressed", "Unsuppressed"), status.state is AlarmState.SUPPRESSED),
        ("OutOfServiceState", ("OutOfService", "InService"), status.state is AlarmState.OUT_OF_SERVICE),
    ):
        fields[name] = _text(words[0] if is_so else words[1])
        fields[f"{name}/Id"] = ua.Variant(is_so, ua.VariantType.Boolean)
    return fields


def is_worth_telling(what: What) -> bool:
    """Whether a change is one that clients are told of."""
    return what is not What.CHANGED
