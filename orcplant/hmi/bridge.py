"""The way to the core: the one file where Qt meets asyncio, and the only one that knows OPC UA here.

A thread runs the event loop. Only immutable updates leave it, through a queue that a timer of the window
empties: no Qt object is touched outside its own thread. Only immutable requests enter it. A connection that
fails is made again, ever more slowly up to five seconds; nothing that was asked is kept for it.
"""

import asyncio
import contextlib
import gc
import json
import logging
import socket
import threading
import time
from collections import deque
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from asyncua import Client, Node, ua
from asyncua.common.subscription import Subscription
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.security_policies import SecurityPolicyAes256Sha256RsaPss
from asyncua.ua.uaerrors import BadUserAccessDenied
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from PySide6.QtCore import QObject, QTimer, Signal

from orcplant.hmi import wire
from orcplant.hmi.desk import Desk
from orcplant.hmi.viewmodels.alarms import ShelveRequest
from orcplant.hmi.viewmodels.model import PlantModel, read_model
from orcplant.hmi.viewmodels.requests import (
    Acknowledge,
    AskControl,
    ChangePassword,
    ControlAct,
    LogIn,
    LogOut,
    ReadJournal,
    ReadTrend,
    Request,
    Unshelve,
)
from orcplant.hmi.viewmodels.store import (
    AlarmsRead,
    ControlRead,
    ControlState,
    CoreLink,
    CoreState,
    HealthRead,
    JournalRead,
    LinkRead,
    ModelRead,
    OutcomeRead,
    Person,
    PersonRead,
    TrendRead,
    Update,
    ValuesRead,
)
from orcplant.live import (
    COMMAND_METHOD,
    MODEL_NODE,
    NAMESPACE,
    READ_TREND_METHOD,
    RECENT_NODE,
    CommandOutcome,
    CommandRequest,
    CommandState,
    Refusal,
    Text,
    Value,
    read_outcome,
    request_json,
)

_log = logging.getLogger(__name__)

URI: Final = "urn:orcplant:hmi"
REQUEST_METHOD: Final = "Request"
CONTROL_NODE: Final = "Control"
ALARMS_NODE: Final = "Plant/Alarms/Shown"
PERIOD_MS: Final = 500
EMPTY_MS: Final = 50
COLLECT_MS: Final = 10_000
_ALIVE_S: Final = 1.0
_ANSWER_S: Final = 4.0
_HEALTH_S: Final = 5.0
_SPAN_S: Final = 4.0 * 3600.0
_PIXELS: Final = 480
_BATCH: Final = 20  # tags in one ReadTrend
_RETRY_S: Final = (0.5, 1.0, 2.0, 5.0)
_COUNTRY: Final = "CN"


class _LoginError(Exception):
    """The core does not let this user in."""


class Bridge(QObject):
    """Connects a window to a core.

    Parameters
    ----------
    endpoint : str
        ``opc.tcp://host:port/path``.
    folder : Path
        Where this window keeps its certificate.

    Attributes
    ----------
    told : Signal
        An update for the store.
    refused : Signal
        The core refused something, in its own words.
    """

    told = Signal(object)
    refused = Signal(str)

    def __init__(self, endpoint: str, folder: Path) -> None:
        super().__init__()
        self.endpoint = endpoint
        self.folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="bridge", daemon=True)
        self._box: deque[Update | str] = deque()
        self._emptying = QTimer(self, interval=EMPTY_MS)
        self._emptying.timeout.connect(self.empty)
        self._collecting = QTimer(self, interval=COLLECT_MS)
        self._collecting.timeout.connect(gc.collect)
        self._link = _Link(self, endpoint, folder)

    def attach(self, desk: Desk) -> None:
        """Tell a desk, and listen to it."""
        self.told.connect(desk.take)
        self.refused.connect(desk.refuse)
        desk.asked.connect(self.ask)

    def start(self) -> None:
        """Begin; connects as soon as somebody logs in.

        While two threads run, garbage is collected by a timer of this one: a cycle with a widget in it must
        not be freed by whichever thread happens to allocate.
        """
        gc.disable()
        self._collecting.start()
        self._thread.start()
        self._emptying.start()

    def tell(self, update: Update) -> None:
        """Put an update into the box; from any thread."""
        self._box.append(update)

    def refuse(self, text: str) -> None:
        """Put a refusal into the box; from any thread."""
        self._box.append(text)

    def empty(self) -> None:
        """Pass on what is in the box; in the window's thread."""
        while self._box:
            found = self._box.popleft()
            if isinstance(found, str):
                self.refused.emit(found)
            else:
                self.told.emit(found)

    def stop(self) -> None:
        """End the connection and the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._link.end)
            self._thread.join()
            self._collecting.stop()
            gc.collect()
            gc.enable()
        self._emptying.stop()

    def ask(self, request: Request) -> None:
        """Carry a request to the core; what comes of it is told."""
        self._loop.call_soon_threadsafe(self._link.ask, request)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._link.live())
        finally:
            self._loop.close()


class _Heard:
    """Takes what subscriptions bring; collects values so that a poll is one update."""

    def __init__(self, link: "_Link") -> None:
        self._link = link
        self.values: dict[str, Value] = {}
        self.event_ids: dict[str, bytes] = {}

    def datachange_notification(self, node: Node, _: Any, data: Any) -> None:
        """Take a value."""
        name = str(node.nodeid.Identifier)
        found: ua.DataValue = data.monitored_item.Value
        now = time.time()
        content = None if found.Value is None else found.Value.Value
        if name in (RECENT_NODE, CONTROL_NODE, ALARMS_NODE):
            self._link.note(name, str(content))
            return
        if name.endswith("/LastPoll"):
            self._link.flush_soon()
            return
        stamp = found.SourceTimestamp
        source = now if stamp is None else stamp.replace(tzinfo=UTC).timestamp()
        status = "Good" if found.StatusCode is None else str(found.StatusCode.name)
        self.values[name] = wire.value_of(content, status, source, now)
        self._link.flush_soon()

    def event_notification(self, event: Any) -> None:
        """Keep the newest event of every condition: who acknowledges must name it."""
        key, event_id = getattr(event, "ConditionName", None), getattr(event, "EventId", None)
        if isinstance(key, str) and isinstance(event_id, bytes):
            self.event_ids[key] = event_id

    def status_change_notification(self, status: Any) -> None:
        """Nothing to do: a lost connection is seen by its silence."""


class _Link:
    """Lives in the loop's thread."""

    def __init__(self, bridge: Bridge, endpoint: str, folder: Path) -> None:
        self._bridge = bridge
        self._endpoint = endpoint
        self._folder = folder
        self._login: LogIn | None = None
        self._client: Client | None = None
        self._model: PlantModel | None = None
        self._index = 0
        self._heard = _Heard(self)
        self._changed = asyncio.Event()
        self._is_over = False
        self._is_flushing = False
        self._heard_time = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    # Life ------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Stop."""
        self._is_over = True
        self._changed.set()

    async def live(self) -> None:
        """Connect, stay connected, connect again, until the end."""
        attempt = 0
        self._tell_link(CoreState.CONNECTING, 0)
        while not self._is_over:
            login = self._login
            if login is None:
                await self._changed.wait()
                self._changed.clear()
                continue
            try:
                await self._connected(login)
                attempt = 0
            except _LoginError as exc:
                self._login = None
                self._bridge.refuse(str(exc))
                continue
            except (OSError, TimeoutError, ua.UaError, asyncio.IncompleteReadError, ConnectionError) as exc:
                _log.info("%s: %s", self._endpoint, exc)
                attempt += 1
                self._tell_link(
                    CoreState.LOST if self._heard_time else CoreState.CONNECTING, attempt, str(exc)
                )
            if self._login is login and not self._is_over:
                await self._pause(_RETRY_S[min(attempt, len(_RETRY_S)) - 1] if attempt else _RETRY_S[0])
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        self._changed.clear()

    async def _connected(self, login: LogIn) -> None:
        """One connection, until it is lost, or somebody else logs in."""
        client = await self._client_of(login)
        try:
            await client.connect()
        except BadUserAccessDenied as exc:
            raise _LoginError("user or password refused; five wrong ones in a row lock the user") from exc
        self._client = client
        self._heard = _Heard(self)
        try:
            self._index = await client.get_namespace_index(NAMESPACE)
            await self._begin()
            while self._login is login and not self._is_over:
                await asyncio.wait_for(client.nodes.server_state.read_value(), _ANSWER_S)
                self._alive()
                await self._pause(_ALIVE_S)
        finally:
            self._client = None
            self._bridge.tell(PersonRead(Person()))
            self._bridge.tell(ControlRead(ControlState()))
            with contextlib.suppress(Exception):
                await asyncio.wait_for(client.disconnect(), _ANSWER_S)

    async def _client_of(self, login: LogIn) -> Client:
        certificate, key = await own_certificate(self._folder)
        uri = _uri(certificate)
        client = Client(self._endpoint, timeout=_ANSWER_S)
        client.application_uri = uri
        await client.set_security(SecurityPolicyAes256Sha256RsaPss, certificate, key)
        client.set_user(login.name)
        client.set_password(login.password)
        return client

    async def _begin(self) -> None:
        """Read what does not change, then follow what does: one subscription a device."""
        client = self._client
        assert client is not None
        text = str(await client.get_node(self._node(MODEL_NODE)).read_value())
        model = read_model(text)
        self._model = model
        self._bridge.tell(ModelRead(model))
        await self._read_session()
        for device in model.devices:
            subscription = await client.create_subscription(PERIOD_MS, self._heard)
            names = [f"{device.name}.{tag}" for tag in model.tags[device.type]]
            nodes = [client.get_node(self._node(name)) for name in [*names, f"{device.name}/LastPoll"]]
            await subscription.subscribe_data_change(nodes)
        lists = await client.create_subscription(PERIOD_MS, self._heard)
        names = [RECENT_NODE, CONTROL_NODE, ALARMS_NODE]
        await lists.subscribe_data_change([client.get_node(self._node(name)) for name in names])
        await self._follow_alarms(lists)
        self._alive()
        tags = wire.trend_tags(model)
        for first in range(0, len(tags), _BATCH):
            await self._read_trend(ReadTrend(tuple(tags[first : first + _BATCH]), _SPAN_S))
        self._spawn(self._watch_health(client))

    async def _follow_alarms(self, subscription: Subscription) -> None:
        assert self._client is not None
        await subscription.subscribe_alarms_and_conditions(evtypes=ua.ObjectIds.AlarmConditionType)
        refresh = ua.NodeId(ua.ObjectIds.ConditionType_ConditionRefresh)
        number = ua.Variant(subscription.subscription_id, ua.VariantType.UInt32)
        await self._client.get_node(ua.NodeId(ua.ObjectIds.ConditionType)).call_method(refresh, number)

    async def _watch_health(self, client: Client) -> None:
        while self._client is client:
            ok, answer = await self._act("diagnostics")
            if ok:
                self._bridge.tell(HealthRead(wire.link_health(answer)))
            await asyncio.sleep(_HEALTH_S)

    # What comes ------------------------------------------------------------------------------------

    def flush_soon(self) -> None:
        """Tell values once a turn of the loop, not one by one."""
        if not self._is_flushing:
            self._is_flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def note(self, name: str, content: str) -> None:
        """Take a list of the core."""
        self._spawn(self._take(name, content))

    def _flush(self) -> None:
        self._is_flushing = False
        values, self._heard.values = self._heard.values, {}
        self._heard_time = time.time()
        self._bridge.tell(ValuesRead(values, self._heard_time))

    def _alive(self) -> None:
        self._heard_time = time.time()
        self._tell_link(CoreState.UP, 0)

    async def _take(self, name: str, content: str) -> None:
        if name == RECENT_NODE:
            for row in reversed(json.loads(content)):
                self._bridge.tell(OutcomeRead(read_outcome(json.dumps(row))))
        elif name == CONTROL_NODE:
            _, _, _, is_ours = await self._read_session()
            self._bridge.tell(ControlRead(wire.control_state(content, is_ours=is_ours)))
        elif self._model is not None:
            ok, answer = await self._act("alarms")
            rows = json.dumps(answer) if ok else content
            self._bridge.tell(AlarmsRead(wire.alarm_items(self._model, rows)))

    async def _read_session(self) -> tuple[str, Any, bool, bool]:
        ok, answer = await self._act("session")
        if not ok:
            raise wire.WireError(str(answer))
        found = wire.session_of(answer)
        self._bridge.tell(PersonRead(Person(found[0], found[1], socket.gethostname(), found[2])))
        return found

    def _tell_link(self, state: CoreState, attempt: int, why: str = "") -> None:
        text = f"{self._endpoint}  {why}".strip()
        self._bridge.tell(LinkRead(CoreLink(state, self._heard_time, attempt, text)))

    # What is asked ---------------------------------------------------------------------------------

    def ask(self, request: Request) -> None:
        """Begin a request."""
        if isinstance(request, LogIn):
            self._login = request
            self._changed.set()
        elif isinstance(request, LogOut):
            self._login = None
            self._changed.set()
        else:
            self._spawn(self._asked(request))

    async def _asked(self, request: Request) -> None:
        if self._client is None:
            if isinstance(request, CommandRequest):
                self._bridge.tell(OutcomeRead(_not_sent(request, "no control core", "控制核心失联")))
            return
        try:
            await self._carry(request)
        except (OSError, TimeoutError, ua.UaError, wire.WireError, ValueError) as exc:
            _log.info("%s: %s", type(request).__name__, exc)
            if isinstance(request, CommandRequest):
                # It may have arrived: the core's own list tells, if it did.
                self._bridge.tell(OutcomeRead(_unknown(request, str(exc))))
            else:
                self._bridge.refuse(str(exc))

    async def _carry(self, request: Request) -> None:
        match request:
            case CommandRequest():
                await self._command(request)
            case Acknowledge(keys):
                for key in keys:
                    await self._acknowledge(key)
            case ShelveRequest(key, duration, reason):
                await self._told_act("alarm.shelve", key=key, for_s=duration, comment=reason)
            case Unshelve(key):
                await self._told_act("alarm.unshelve", key=key)
            case AskControl(act):
                await self._control(act)
            case ChangePassword(old, new):
                await self._change_password(old, new)
            case ReadJournal(count):
                ok, answer = await self._act("journal", limit=count)
                if ok:
                    self._bridge.tell(JournalRead(wire.journal_entries(answer)))
            case ReadTrend():
                await self._read_trend(request)

    async def _command(self, request: CommandRequest) -> None:
        command_id, state, reason = await self._call(COMMAND_METHOD, ua.Variant(request_json(request)))
        if state == CommandState.ACCEPTED:
            text = Text("under way", "执行中")
            outcome = CommandOutcome(command_id, request, "", CommandState.ACCEPTED, time.time(), text)
            self._bridge.tell(OutcomeRead(outcome))
        elif not command_id:  # not even understood: the core's list will not have it
            self._bridge.tell(OutcomeRead(_not_sent(request, reason, reason)))

    async def _acknowledge(self, key: str) -> None:
        assert self._client is not None
        event = self._heard.event_ids.get(key)
        if event is None:
            self._bridge.refuse(f"{key}: no event to acknowledge")
            return
        method = ua.NodeId(ua.ObjectIds.AcknowledgeableConditionType_Acknowledge)
        await self._client.get_node(self._node(key)).call_method(method, event, ua.LocalizedText(""))

    async def _control(self, act: ControlAct) -> None:
        if act in (ControlAct.YES, ControlAct.NO):
            await self._told_act("control.answer", yes=act is ControlAct.YES)
        else:
            await self._told_act(f"control.{act}")

    async def _change_password(self, old: str, new: str) -> None:
        """Change it, then log in anew: the core ends sessions of the old one."""
        ok, answer = await self._act("password.change", password=new, old=old)
        if not ok:
            self._bridge.refuse(str(answer))
        elif self._login is not None:
            # The old session is worth nothing from now on.
            self._client = None
            self._bridge.tell(PersonRead(Person()))
            self.ask(LogIn(self._login.name, new))

    async def _told_act(self, name: str, **arguments: object) -> None:
        ok, answer = await self._act(name, **arguments)
        if not ok:
            self._bridge.refuse(str(answer))

    async def _act(self, name: str, **arguments: object) -> tuple[bool, Any]:
        """Carry out an act; its answer, or why it was refused."""
        text = json.dumps({"act": name, **arguments})
        ok, answer = await self._call(REQUEST_METHOD, ua.Variant(text))
        return (True, json.loads(answer)) if ok else (False, answer)

    async def _read_trend(self, request: ReadTrend) -> None:
        end = time.time()
        start = end - request.span
        moments = [ua.Variant(datetime.fromtimestamp(t, UTC), ua.VariantType.DateTime) for t in (start, end)]
        tags = ua.Variant(list(request.tags), ua.VariantType.String)
        try:
            content = await self._call(
                READ_TREND_METHOD, tags, *moments, ua.Variant(_PIXELS, ua.VariantType.UInt32)
            )
        except ua.UaStatusCodeError as exc:
            _log.info("history: %s", exc)
            return
        for tag, curve in wire.curves(bytes(content), request.tags, start, end).items():
            self._bridge.tell(TrendRead(tag, curve))

    async def _call(self, method: str, *arguments: ua.Variant) -> Any:
        if self._client is None:
            raise ConnectionError("no control core")
        objects = self._client.nodes.objects
        return await objects.call_method(self._node(method), *arguments)

    def _node(self, name: str) -> ua.NodeId:
        return ua.NodeId(name, self._index)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def own_certificate(folder: Path) -> tuple[Path, Path]:
    """Certificate and key of this window, made where they are missing; the core must be told to trust it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    certificate, key = folder / "certificate.der", folder / "key.pem"
    if certificate.exists() and key.exists():
        return certificate, key
    await setup_self_signed_certificate(
        key,
        certificate,
        URI,
        socket.gethostname(),
        [ExtendedKeyUsageOID.CLIENT_AUTH],
        {"commonName": "orcplant hmi", "organizationName": "orcplant", "countryName": _COUNTRY},
    )
    key.chmod(0o600)
    return certificate, key


def _uri(certificate: Path) -> str:
    """Application that a certificate names: the core holds a client to it."""
    found = x509.load_der_x509_certificate(certificate.read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return next(iter(names.get_values_for_type(x509.UniformResourceIdentifier)), URI)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (OSError, TimeoutError, ua.UaError, wire.WireError, ValueError, KeyError) as exc:
        _log.warning("not understood: %r", exc)


def _not_sent(request: CommandRequest, english: str, chinese: str) -> CommandOutcome:
    refusal = Refusal(
        "window", Text(english, chinese), Text("look at the link to the core", "检查与控制核心的连接")
    )
    text = Text("nothing was sent", "未发送任何内容")
    return CommandOutcome("", request, "", CommandState.REFUSED, time.time(), text, (refusal,))


def _unknown(request: CommandRequest, why: str) -> CommandOutcome:
    text = Text(f"the core did not answer: {why}", f"控制核心无应答：{why}")
    return CommandOutcome("", request, "", CommandState.UNCONFIRMED, time.time(), text)
