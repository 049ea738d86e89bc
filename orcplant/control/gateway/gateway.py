"""The gateway: one OPC UA server around a running core.

Values are written a device at a time as each poll lands, never in one burst; a command is answered at once
with an id, and what becomes of it follows as an event and in `Commands/Recent`.
"""

import asyncio
import json
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlparse

import numpy as np
from asyncua import Node, ua

from orcplant import __version__
from orcplant.config.site import Site
from orcplant.control.alarms import AlarmStatus, Definition, What
from orcplant.control.clock import Clock
from orcplant.control.gateway.acts import Acts, Parts, alarm_content, control_content
from orcplant.control.gateway.conditions import ConditionEvent, Conditions, is_worth_telling
from orcplant.control.gateway.history import Storage
from orcplant.control.gateway.pki import Pki
from orcplant.control.gateway.plant_model import plant_model
from orcplant.control.gateway.space import Space
from orcplant.control.gateway.stack import PAGE, UaCore, UaServer, UaSession, caller, is_loopback
from orcplant.control.journal import Kind
from orcplant.control.poller import DevicePoller, Event
from orcplant.control.store import StoreError
from orcplant.control.users import Session
from orcplant.errors import OrcplantError
from orcplant.live import (
    COMMAND_METHOD,
    MODEL_NODE,
    NAMESPACE,
    READ_TREND_METHOD,
    RECENT_NODE,
    CommandOutcome,
    Origin,
    Value,
    outcome_json,
    read_request,
)

_log = logging.getLogger(__name__)

REQUEST_METHOD: Final = "Request"
CONTROL_NODE: Final = "Control"
ALARMS_NODE: Final = "Plant/Alarms/Shown"
MAX_TAGS: Final = 50
MAX_PIXELS: Final = 4000
_RECENT: Final = 50
_SHOWN_EVERY_S: Final = 0.5
_POLICIES: Final = (
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
)
_MAKERS: Final = "asyncua.server.standard_address_space."
_AGAIN_S: Final = 60.0  # one line in the journal a minute for one who knocks without end


class GatewayError(OrcplantError):
    """A gateway that cannot listen: names the endpoint."""


@dataclass(frozen=True, slots=True)
class Core:
    """What the gateway is the face of."""

    site: Site
    parts: Parts
    definitions: tuple[Definition, ...]
    pki: Pki
    clock: Clock
    spawn: Callable[[Coroutine[Any, Any, None]], None]


class Gateway:
    """Made by `opened`."""

    def __init__(self, core: Core, server: UaServer, index: int) -> None:
        self.server = server
        self._core = core
        self._parts = core.parts
        self._index = index
        self.space = Space(server.iserver, index)
        self.conditions = Conditions(server.iserver, index, core.parts.alarms, self.space.share)
        self._acts = Acts(core.parts)
        self._todo: asyncio.Queue[Callable[[], Coroutine[Any, Any, None]]] = asyncio.Queue()
        self._recent: list[str] = []
        self._is_stale = asyncio.Event()

    @property
    def endpoint(self) -> str:
        """Where it listens, with the port it got."""
        url = urlparse(self._core.site.endpoint)
        return url._replace(netloc=f"{url.hostname}:{self.server.port}").geturl()

    async def build(self, design: Mapping[str, Any]) -> None:
        """Make the address space."""
        server, core, index = self.server, self._core, self._index
        objects = server.get_objects_node()
        await self.space.share_all()
        plant = await self.space.build(objects, core.site.devices, server.iserver.texts)
        await self.conditions.build(plant, core.definitions)
        model = plant_model(core.site, core.definitions, design)
        await plant.add_variable(self.space.node_id(MODEL_NODE), f"{index}:Model", model)
        commands = await objects.add_folder(self.space.node_id("Commands"), f"{index}:Commands")
        await commands.add_variable(self.space.node_id(RECENT_NODE), f"{index}:Recent", "[]")
        await objects.add_variable(self.space.node_id(CONTROL_NODE), f"{index}:{CONTROL_NODE}", "{}")
        shown = server.get_node(self.space.node_id("Plant/Alarms"))
        await shown.add_variable(self.space.node_id(ALARMS_NODE), f"{index}:Shown", "[]")
        await self._add_methods(objects)

    def listen(self) -> None:
        """Follow poller, commands and alarms."""
        for device in self._parts.poller.devices.values():
            device.on_values(self._values)
            device.on_event(self._device_event)
        self._parts.commands.on_outcome(self._outcome)
        self._parts.alarms.on_change(self._alarm)

    async def run(self) -> None:
        """Write what comes until cancelled."""
        await asyncio.gather(self._writing(), self._summarising())

    async def show_all(self) -> None:
        """Show what is known of every device."""
        for device in self._parts.poller.devices.values():
            snapshot = device.snapshot()
            await self.space.update(device.name, snapshot.link, snapshot.time, snapshot.values)

    async def _writing(self) -> None:
        while True:
            work = await self._todo.get()
            try:
                await work()
            except Exception:  # one value must not silence all others
                _log.exception("not written to the address space")

    async def _summarising(self) -> None:
        """Lists as a whole, twice a second at most, and control when it changes."""
        told = ""
        while True:
            content = _dumped(control_content(self._parts.control))
            if content != told:
                await self.space.set(CONTROL_NODE, content)
                told = content
            if self._is_stale.is_set():
                self._is_stale.clear()
                shown = [alarm_content(status) for status in self._parts.alarms.shown()]
                await self.space.set(ALARMS_NODE, _dumped(shown))
            await asyncio.sleep(_SHOWN_EVERY_S)

    def _values(self, device: DevicePoller, touched: Mapping[str, Value]) -> None:
        # As they are worth now: what a device with another register map says is worth nothing.
        values = {name: device.value(name) for name in touched}
        state, time = device.state, self._core.clock.utc()
        self._todo.put_nowait(lambda: self.space.update(device.name, state, time, values))

    def _device_event(self, device: DevicePoller, event: Event, _: str) -> None:
        if event is Event.MISMATCH:
            self._values(device, device.reader.values)

    def _outcome(self, outcome: CommandOutcome) -> None:
        text = outcome_json(outcome)
        if outcome.state.is_end:
            self._recent = [text, *self._recent][:_RECENT]
        recent = f"[{', '.join(self._recent)}]"
        self._todo.put_nowait(lambda: self._tell_outcome(outcome, text, recent))

    async def _tell_outcome(self, outcome: CommandOutcome, text: str, recent: str) -> None:
        await self.space.set(RECENT_NODE, recent)
        now = datetime.now(UTC)
        server = ua.NodeId(ua.ObjectIds.Server)
        fields = {
            "EventId": ua.Variant(
                f"{outcome.command_id}-{outcome.state}".encode(), ua.VariantType.ByteString
            ),
            "EventType": ua.Variant(ua.NodeId(ua.ObjectIds.BaseEventType), ua.VariantType.NodeId),
            "SourceNode": ua.Variant(self.space.node_id(outcome.request.tag[:100]), ua.VariantType.NodeId),
            "SourceName": ua.Variant("Command", ua.VariantType.String),
            "Time": ua.Variant(now, ua.VariantType.DateTime),
            "ReceiveTime": ua.Variant(now, ua.VariantType.DateTime),
            "Message": ua.Variant(ua.LocalizedText(text, "en"), ua.VariantType.LocalizedText),
            "Severity": ua.Variant(200, ua.VariantType.UInt16),
        }
        await self.server.iserver.subscription_service.trigger_event(ConditionEvent(fields, server))

    def _alarm(self, status: AlarmStatus, what: What) -> None:
        self._is_stale.set()
        if is_worth_telling(what):
            self._todo.put_nowait(lambda: self.conditions.tell(status))

    async def _add_methods(self, objects: Node) -> None:
        text, number, moment = ua.VariantType.String, ua.VariantType.UInt32, ua.VariantType.DateTime
        index = self._index
        for name, method, inputs, outputs in (
            (
                COMMAND_METHOD,
                self._command,
                [("request", text)],
                [("command_id", text), ("state", text), ("reason", text)],
            ),
            (
                REQUEST_METHOD,
                self._request,
                [("request", text)],
                [("ok", ua.VariantType.Boolean), ("answer", text)],
            ),
            (
                READ_TREND_METHOD,
                self._read_trend,
                [("tags", text), ("start", moment), ("end", moment), ("n_pixels", number)],
                [("buckets", ua.VariantType.ByteString)],
            ),
        ):
            await objects.add_method(
                self.space.node_id(name),
                f"{index}:{name}",
                method,
                [_argument(*pair) for pair in inputs],
                [_argument(*pair) for pair in outputs],
            )

    async def _command(self, _: ua.NodeId, request: ua.Variant) -> Any:
        session = caller()
        if session.login is None:
            return self._turned_away(session, "a platform only reads")
        try:
            wanted = read_request(str(request.Value))
        except ValueError as exc:
            return _strings("", "refused", str(exc))
        if wanted.origin is not Origin.OPERATOR:  # the supervisor's are not taken from outside
            return _strings("", "refused", f"origin {wanted.origin} is not for clients")
        try:
            outcome = await self._parts.commands.submit(wanted, session.login)
        except StoreError as exc:
            return _strings("", "refused", str(exc))
        reasons = "; ".join(refusal.text.en for refusal in outcome.refusals)
        return _strings(outcome.command_id, outcome.state, reasons)

    async def _request(self, _: ua.NodeId, request: ua.Variant) -> Any:
        session = caller()
        if session.login is None:
            return self._turned_away(session, "a platform only reads")
        ok, answer = await self._acts.carry_out(session.login, str(request.Value))
        return [ua.Variant(ok, ua.VariantType.Boolean), ua.Variant(answer, ua.VariantType.String)]

    async def _read_trend(
        self, _: ua.NodeId, tags: ua.Variant, start: ua.Variant, end: ua.Variant, pixels: ua.Variant
    ) -> Any:
        names = [str(name) for name in tags.Value] if isinstance(tags.Value, list) else [str(tags.Value)]
        try:
            first, last = (moment.Value.replace(tzinfo=UTC).timestamp() for moment in (start, end))
            count = int(pixels.Value)
        except (AttributeError, TypeError, ValueError):
            return ua.StatusCode(ua.StatusCodes.BadInvalidArgument)
        if not (first < last and 1 <= count <= MAX_PIXELS and 1 <= len(names) <= MAX_TAGS):
            return ua.StatusCode(ua.StatusCodes.BadOutOfRange)
        try:
            found = await self._parts.historian.reader.trend(names, first, last, count)
        except StoreError:
            return ua.StatusCode(ua.StatusCodes.BadNoData)
        return [ua.Variant(found.astype("<f8").tobytes(), ua.VariantType.ByteString)]

    def _turned_away(self, session: UaSession, why: str) -> ua.StatusCode:
        self.server.iserver.doorkeeper.turned_away(str(session.user.name), why)
        return ua.StatusCode(ua.StatusCodes.BadUserAccessDenied)


class _Door:
    """Decides who comes in; journals who does not."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._told: dict[tuple[str, str], float] = {}

    def refusal(self, certificate: bytes, application_uri: str | None = None) -> str:
        return self._core.pki.refusal(certificate, application_uri)

    def platform(self, certificate: bytes) -> str | None:
        return self._core.pki.platform(certificate)

    async def login(self, name: str, password: str) -> Session:
        return await self._core.parts.users.login(name, password)

    async def logout(self, session: Session) -> None:
        await self._core.parts.users.logout(session)

    def turned_away(self, who: str, why: str) -> None:
        now = self._core.clock.monotonic()
        key = (who.rpartition(",")[0] or who, why)  # of an address, without its port
        if now - self._told.get(key, -_AGAIN_S) < _AGAIN_S:
            return
        if len(self._told) > 1000:
            self._told.clear()
        self._told[key] = now
        _log.warning("%s: %s", who, why)
        self._core.spawn(self._note(who, why))

    async def _note(self, who: str, why: str) -> None:
        try:
            await self._core.parts.journal.append(Kind.ACCESS_REFUSED, who[:60], reason=why)
        except StoreError as exc:
            _log.error("refusal of %s not journalled: %s", who, exc)


@asynccontextmanager
async def opened(core: Core, design: Mapping[str, Any]) -> AsyncIterator[Gateway]:
    """A gateway that listens; ended with the context.

    Raises
    ------
    GatewayError
        If its address cannot be had.
    """
    _require_free(core.site.endpoint)
    logging.getLogger("asyncua").setLevel(logging.WARNING)  # it tells of every node and request
    ua_core = UaCore(_Door(core))
    server = UaServer(ua_core)
    await server.init()
    for name in [name for name in sys.modules if name.startswith(_MAKERS)]:
        del sys.modules[name]  # what made the standard's 6,000 nodes is 30 MB and not needed again
    server.set_endpoint(core.site.endpoint)
    server.set_server_name("orcplant")
    await server.set_application_uri(core.pki.application_uri)
    await server.set_build_info(NAMESPACE, "orcplant", "orcplant", __version__, "0", datetime.now(UTC))
    server.set_security_policy(list(_POLICIES))
    server.set_identity_tokens([ua.UserNameIdentityToken, ua.X509IdentityToken])
    await server.load_certificate(core.pki.certificate)
    await server.load_private_key(core.pki.key)
    index = await server.register_namespace(NAMESPACE)
    gateway = Gateway(core, server, index)
    ua_core.on_call = gateway.conditions.call
    ua_core.history_manager.set_storage(Storage(core.parts.historian.reader, gateway.space.types, PAGE))
    await gateway.build(design)
    gateway.listen()
    url = urlparse(core.site.endpoint)
    if not is_loopback(url.hostname or ""):
        _log.warning("%s can be reached from outside this machine", core.site.endpoint)
    try:
        await server.start()
    except OSError as exc:
        raise GatewayError(f"{core.site.endpoint}: cannot listen: {exc.strerror or exc}") from exc
    try:
        await gateway.show_all()
        running = asyncio.create_task(gateway.run())
        try:
            yield gateway
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    finally:
        await server.stop()


def _require_free(endpoint: str) -> None:
    """Say at once that an address cannot be had: the address space takes seconds to make."""
    url = urlparse(endpoint)
    try:
        family = socket.AF_INET6 if ":" in (url.hostname or "") else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((url.hostname or "", url.port or 0))
    except (OSError, ValueError) as exc:
        raise GatewayError(f"{endpoint}: cannot listen: {exc}") from exc


def read_trend(content: bytes, tags: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.float64]]:
    """Buckets of `ReadTrend` as an array (tags, buckets, 5): least, largest, mean, last, worst quality."""
    return np.frombuffer(content, "<f8").reshape(tags, -1, 5)


def _argument(name: str, kind: ua.VariantType) -> ua.Argument:
    is_list = name == "tags"
    return ua.Argument(
        Name=name,
        DataType=ua.NodeId(kind.value),
        ValueRank=1 if is_list else -1,
        Description=ua.LocalizedText(name, "en"),
    )


def _strings(*texts: str) -> list[ua.Variant]:
    return [ua.Variant(str(text), ua.VariantType.String) for text in texts]


def _dumped(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)
