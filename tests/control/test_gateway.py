"""The OPC UA face, seen by a client: values, commands, alarms, history, and who is not let in."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from asyncua import Client, ua
from asyncua.common.events import Event
from asyncua.ua.uaerrors import (
    BadNotWritable,
    BadUserAccessDenied,
    UaStatusCodeError,
)

from orcplant.control.alarms import What
from orcplant.control.gateway.gateway import GatewayError, read_trend
from orcplant.control.gateway.pki import PkiError
from orcplant.control.gateway.space import status_of
from orcplant.control.gateway.stack import PAGE, UaSession, caller
from orcplant.control.journal import Kind
from orcplant.control.users import IDLE_S
from orcplant.live import AlarmState, CommandState, Quality, Reason, Role, Value, read_outcome
from tests.control.face import CLIENT_URI, Face, face, keys, thumbprint
from tests.control.house import PASSWORD


class Heard:
    """What a subscription brought."""

    def __init__(self) -> None:
        self.values: list[tuple[str, ua.DataValue]] = []
        self.events: list[Event] = []
        self.news = asyncio.Event()

    def datachange_notification(self, node: Any, _: Any, data: Any) -> None:
        self.values.append((node.nodeid.Identifier, data.monitored_item.Value))
        self.news.set()

    def event_notification(self, event: Event) -> None:
        self.events.append(event)
        self.news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10.0):
            while not holds():
                self.news.clear()
                await self.news.wait()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10.0):
        while not await holds():
            await asyncio.sleep(0)


async def command(
    client: Client, rig: Face, tag: str, value: float | str, **more: Any
) -> tuple[str, str, str]:
    now = rig.house.clock.utc()
    request = {"key": f"k{time.monotonic_ns()}", "tag": tag, "value": value, "issued_time": now} | more
    answer = await client.nodes.objects.call_method(rig.node_id("Command"), json.dumps(request))
    return answer[0], answer[1], answer[2]


async def request(client: Client, rig: Face, act: str, **arguments: Any) -> tuple[bool, Any]:
    text = json.dumps({"act": act} | arguments)
    ok, answer = await client.nodes.objects.call_method(rig.node_id("Request"), text)
    return ok, json.loads(answer) if ok else answer


async def journalled(rig: Face, kind: Kind) -> list[str]:
    await asyncio.gather(*rig.watchdog._others)  # noqa: SLF001
    entries = await rig.house.journal.recent(200)
    return [f"{entry.actor} {entry.detail.get('reason', '')}" for entry in entries if entry.kind is kind]


async def alarm_subscription(client: Client, rig: Face, heard: Heard) -> Any:
    subscription = await client.create_subscription(50, heard)
    await subscription.subscribe_alarms_and_conditions(evtypes=ua.ObjectIds.AlarmConditionType)
    return subscription


async def test_a_client_browses_reads_and_subscribes(tmp_path: Path) -> None:
    async with face(tmp_path) as rig, rig.client("viewer") as client:
        plant = await client.nodes.objects.get_child([f"{rig.index}:Plant"])
        device = await plant.get_child([f"{rig.index}:U01"])
        names = {(await node.read_browse_name()).Name for node in await device.get_children()}
        assert {"POWER_NET", "POWER_SP", "Link", "LastPoll"} <= names
        power = client.get_node(rig.node_id("U01.POWER_NET"))
        span = await (await power.get_child("0:EURange")).read_value()
        unit = await (await power.get_child("0:EngineeringUnits")).read_value()
        tag = rig.house.rig.device.table["U01.POWER_NET"]
        assert (span.Low, span.High, unit.DisplayName.Text) == (tag.range_lo, tag.range_hi, "kW")
        assert (await power.read_description()).Text == tag.text_en

        heard = Heard()
        subscription = await client.create_subscription(50, heard)
        await subscription.subscribe_data_change(power)
        rig.house.rig.plc.put("POWER_NET", 512.5)
        await rig.house.rig.poll()
        await heard.until(lambda: any(data.Value.Value == 512.5 for _, data in heard.values))
        state = client.get_node(rig.node_id("U01/Link"))
        assert await state.read_value() == "up"

        model = json.loads(await client.get_node(rig.node_id("Plant/Model")).read_value())
        assert model["devices"][0]["name"] == "U01"
        tags = {tag["name"]: tag for tag in model["types"]["orc_unit"]["tags"]}
        assert tags["POWER_NET"]["unit"] == "kW"
        assert tags["POWER_NET"]["text"]["zh"] == tag.text_zh
        assert len(tags) == len(rig.house.rig.device.table)
        fire = next(alarm for alarm in model["alarms"] if alarm["key"] == "U01.TRIPS.fire")
        assert fire["action"]["zh"]

        chinese = await rig.made("viewer")
        chinese._locale = ["zh-CN"]  # noqa: SLF001
        async with chinese:
            power = chinese.get_node(rig.node_id("U01.POWER_NET"))
            assert (await power.read_description()).Text == tag.text_zh


@pytest.mark.parametrize(
    ("quality", "reason", "name"),
    [
        (Quality.GOOD, Reason.NONE, "Good"),
        (Quality.UNCERTAIN, Reason.OUT_OF_RANGE, "UncertainSubNormal"),
        (Quality.STALE, Reason.COMMUNICATION, "UncertainLastUsableValue"),
        (Quality.BAD, Reason.COMMUNICATION, "BadNoCommunication"),
        (Quality.BAD, Reason.TOO_OLD, "BadNoCommunication"),
        (Quality.BAD, Reason.NOT_READ, "BadWaitingForInitialData"),
        (Quality.BAD, Reason.SENTINEL, "BadSensorFailure"),
    ],
)
def test_every_quality_has_its_status(quality: Quality, reason: Reason, name: str) -> None:
    assert status_of(Value(1.0, quality, reason, 0.0, 0.0)).name == name


async def test_a_command_is_answered_at_once_and_its_outcome_follows(tmp_path: Path) -> None:
    async with face(tmp_path) as rig, rig.client("operator") as client:
        ok, found = await request(client, rig, "control.take")
        assert not ok
        assert found == "operator has control; ask for it"  # the session of the house
        await rig.house.control.release(rig.house.operator)
        assert await request(client, rig, "control.take") == (True, None)
        heard = Heard()
        subscription = await client.create_subscription(20, heard)
        await subscription.subscribe_events()
        started = time.perf_counter()
        command_id, state, reason = await command(client, rig, "U01.POWER_SP", 321.0)
        assert time.perf_counter() - started < 0.05
        assert (state, reason) == ("accepted", "")

        async def is_over() -> bool:
            if rig.house.clock.sleepers:
                rig.house.rig.tick(0.5)
            return any(outcome.command_id == command_id for outcome in rig.house.commands.recent)

        await until(is_over)
        await heard.until(lambda: len(heard.events) >= 2)
        outcomes = [read_outcome(event.Message.Text) for event in heard.events]
        assert [outcome.state for outcome in outcomes] == [CommandState.ACCEPTED, CommandState.VERIFIED]
        recent = json.loads(await client.get_node(rig.node_id("Commands/Recent")).read_value())
        assert read_outcome(json.dumps(recent[0])).command_id == command_id

        assert (await command(client, rig, "U01.POWER_SP", 1e6))[1] == "refused"
        assert "not a known key" in (await command(client, rig, "U01.POWER_SP", 1.0, sudo=True))[2]
        assert "not for clients" in (await command(client, rig, "U01.POWER_SP", 1.0, origin="automatic"))[2]
        with pytest.raises(BadNotWritable):
            await client.get_node(rig.node_id("U01.POWER_SP")).write_value(1.0)
        assert any("wrote to" in line for line in await journalled(rig, Kind.ACCESS_REFUSED))

        # A session nobody touched for too long still reads, and commands no more.
        rig.house.clock.advance(IDLE_S + 1.0)
        _, state, reason = await command(client, rig, "U01.POWER_SP", 322.0)
        assert state == "refused"
        assert "session" in reason
        assert any(entry.kind is Kind.OUTCOME for entry in await rig.house.journal.recent(3))


async def test_who_only_reads_commands_nothing_and_is_journalled(tmp_path: Path) -> None:
    async with face(tmp_path) as rig:
        async with rig.client("viewer") as client:
            _, state, reason = await command(client, rig, "U01.POWER_SP", 300.0)
            assert state == "refused"
            assert "operator" in reason
            ok, _ = await request(client, rig, "user.create", user="x", password="y" * 12, role="admin")
            assert not ok
        outcome = (await rig.house.journal.recent(2))[1]
        assert (outcome.kind, outcome.actor) == (Kind.OUTCOME, "viewer")

        platforms = rig.pki.folder / "platforms"
        with pytest.raises(UaStatusCodeError):
            async with rig.client(None):
                pass
        (platforms / "national platform.der").write_bytes(
            (keys() / "client" / "certificate.der").read_bytes()
        )
        async with rig.client(None) as client:
            assert await client.get_node(rig.node_id("Plant/Model")).read_value()
            with pytest.raises(BadUserAccessDenied):
                await command(client, rig, "U01.POWER_SP", 300.0)
            with pytest.raises(BadUserAccessDenied):
                await client.get_node(rig.node_id("U01.POWER_SP")).write_value(1.0)
        refused = await journalled(rig, Kind.ACCESS_REFUSED)
        assert "national platform a platform only reads" in refused
        assert not rig.house.rig.plc.writes or all(w[1] == 2 for w in rig.house.rig.plc.writes)  # heartbeats


async def test_strangers_and_wrong_passwords_stay_outside(tmp_path: Path) -> None:
    async with face(tmp_path) as rig:
        with pytest.raises(BadUserAccessDenied):
            async with rig.client("operator", "wrong"):
                pass
        assert any("wrong name" in line for line in await journalled(rig, Kind.LOGIN_REFUSED))

        with pytest.raises((ConnectionError, UaStatusCodeError, TimeoutError, ua.UaError)):
            async with rig.client("operator", own="stranger", timeout=2.0):
                pass
        assert any("not trusted" in line for line in await journalled(rig, Kind.ACCESS_REFUSED))
        (waiting,) = rig.pki.listed("rejected")
        assert waiting.thumbprint == thumbprint("stranger")

        bare = Client(rig.gateway.endpoint, timeout=2.0)
        bare.application_uri = CLIENT_URI
        bare.set_user("operator")
        bare.set_password(PASSWORD)
        with pytest.raises(UaStatusCodeError):
            async with bare:
                pass

        with pytest.raises(PkiError, match="0 certificates begin with 'zz'"):
            rig.pki.trust("zz")
        rig.pki.trust(waiting.thumbprint[:10])
        async with rig.client("operator", own="stranger") as client:
            assert await client.get_node(rig.node_id("U01/Link")).read_value()

        # A trusted channel does not carry a session made with somebody else's certificate, or with none.
        trusted = (keys() / "client" / "certificate.der").read_bytes()
        for shown in (trusted, b""):
            client = await rig.made("operator", own="stranger", timeout=3.0)
            await client.connect_socket()
            try:
                await client.send_hello()
                await client.open_secure_channel()
                client.security_policy.host_certificate = shown
                with pytest.raises(ua.UaStatusCodeError, match="certificate"):
                    await client.create_session()
            finally:
                client.disconnect_socket()
        assert any("another certificate" in line for line in await journalled(rig, Kind.ACCESS_REFUSED))


async def test_alarms_are_heard_acknowledged_commented_shelved_and_refreshed(tmp_path: Path) -> None:
    async with face(tmp_path) as rig, rig.client("operator") as client, rig.client("viewer") as other:
        heard = Heard()
        subscription = await alarm_subscription(client, rig, heard)
        rig.house.rig.plc.put("TRIPS", 1)
        await rig.house.rig.poll()
        await heard.until(lambda: len(heard.events) == 1)
        event: Any = heard.events[0]
        bits = rig.house.rig.device.table["U01.TRIPS"].dtype.names
        key = "U01.TRIPS." + next(name for name, bit in bits if bit == 0)
        assert event.ConditionName == key
        assert event.NodeId == rig.node_id(key)
        assert (event.Severity, event.Retain) == (900, True)
        assert getattr(event, "ActiveState/Id") is True
        assert getattr(event, "AckedState/Id") is False

        acknowledge = ua.NodeId(ua.ObjectIds.AcknowledgeableConditionType_Acknowledge)
        comment = ua.NodeId(ua.ObjectIds.ConditionType_AddComment)
        condition = client.get_node(rig.node_id(key))
        text = ua.LocalizedText("looked at it")
        with pytest.raises(UaStatusCodeError, match="BadEventIdUnknown|event"):
            await condition.call_method(acknowledge, b"rubbish", text)
        with pytest.raises(BadUserAccessDenied):
            await other.get_node(rig.node_id(key)).call_method(acknowledge, event.EventId, text)
        await condition.call_method(acknowledge, event.EventId, text)
        await heard.until(lambda: len(heard.events) == 2)
        assert getattr(heard.events[1], "AckedState/Id") is True
        assert rig.alarms.status(key).user == "operator"
        assert rig.alarms.status(key).comment == "looked at it"
        latest: Any = heard.events[1]
        with pytest.raises(UaStatusCodeError, match="(?i)acknowledged"):
            await condition.call_method(acknowledge, latest.EventId, text)
        await condition.call_method(comment, latest.EventId, ua.LocalizedText("a comment"))
        assert rig.alarms.status(key).comment == "a comment"

        # Of priority 1: an engineer shelves it, the operator one of lower priority.
        shelve = ua.NodeId(ua.ObjectIds.ShelvedStateMachineType_TimedShelve)
        unshelve = ua.NodeId(ua.ObjectIds.ShelvedStateMachineType_Unshelve)
        with pytest.raises(BadUserAccessDenied):
            await condition.call_method(shelve, 60_000.0)
        low = "U01.WF_LEVEL.H"
        state = client.get_node(rig.node_id(low))
        await state.call_method(shelve, 60_000.0)
        assert rig.alarms.status(low).state is AlarmState.SHELVED
        with pytest.raises(UaStatusCodeError, match="(?i)shelved"):
            await state.call_method(shelve, 60_000.0)
        await state.call_method(unshelve)
        assert rig.alarms.status(low).state is not AlarmState.SHELVED
        with pytest.raises(UaStatusCodeError):
            await state.call_method(shelve, 1e12)

        # What comes late learns what stands.
        late = Heard()
        more = await alarm_subscription(other, rig, late)
        refresh = ua.NodeId(ua.ObjectIds.ConditionType_ConditionRefresh)
        types = ua.NodeId(ua.ObjectIds.ConditionType)
        number = ua.Variant(more.subscription_id, ua.VariantType.UInt32)
        await other.get_node(types).call_method(refresh, number)
        await late.until(lambda: any(getattr(e, "ConditionName", "") == key for e in late.events))
        foreign = ua.Variant(subscription.subscription_id, ua.VariantType.UInt32)
        with pytest.raises(UaStatusCodeError):
            await other.get_node(types).call_method(refresh, foreign)
        listed = json.loads(await client.get_node(rig.node_id("Plant/Alarms/Shown")).read_value())
        assert key in {alarm["key"] for alarm in listed} or not listed  # twice a second


async def test_history_is_read_in_pages_and_as_trend(tmp_path: Path) -> None:
    async with face(tmp_path) as rig, rig.client("viewer") as client:
        clock = rig.house.clock
        start = int(clock.utc()) + 10
        clock.advance(10.0 - clock.utc() % 1.0)
        for second in range(4500):
            value = Value(float(second), Quality.GOOD, Reason.NONE, clock.utc(), clock.utc())
            rig.historian.observe("U01", {"U01.POWER_NET": value})
            clock.advance(1.0)
            if second % 500 == 0:
                await rig.historian.flush()
        await rig.historian.flush()
        node = client.get_node(rig.node_id("U01.POWER_NET"))
        first, last = (datetime.fromtimestamp(start + k, UTC) for k in (0, 4499))
        details = ua.ReadRawModifiedDetails(IsReadModified=False, StartTime=first, EndTime=last)
        details.NumValuesPerNode = 1_000_000
        details.ReturnBounds = False
        found: list[float] = []
        continuation = None
        for expected in (PAGE, PAGE, 500):
            value_id = ua.HistoryReadValueId(NodeId=node.nodeid, ContinuationPoint=continuation)
            parameters = ua.HistoryReadParameters(
                HistoryReadDetails=details,
                TimestampsToReturn=ua.TimestampsToReturn.Both,
                NodesToRead=[value_id],
            )
            (result,) = await client.uaclient.history_read(parameters)
            values = result.HistoryData.DataValues
            assert len(values) == expected
            found += [data.Value.Value for data in values]
            continuation = result.ContinuationPoint
        assert not continuation
        assert found == [float(k) for k in range(4500)]
        newest = await node.read_raw_history(None, last, numvalues=3)
        assert [data.Value.Value for data in newest] == [4499.0, 4498.0, 4497.0]

        objects = client.nodes.objects
        count = ua.Variant(90, ua.VariantType.UInt32)
        content = await objects.call_method(
            rig.node_id("ReadTrend"), ["U01.POWER_NET", "U01.NOTHING"], first, last, count
        )
        trend = read_trend(content, 2)
        assert trend.shape == (2, 90, 5)
        assert np.nanmin(trend[0, :, 0]) == 0.0
        assert np.nanmax(trend[0, :, 1]) == 4499.0
        assert np.all(trend[1, :, 4] == 4.0)
        with pytest.raises(UaStatusCodeError, match="(?i)range"):
            await objects.call_method(rig.node_id("ReadTrend"), ["U01.POWER_NET"], last, first, count)


async def each_call_knows_its_caller(rig: Face, one: Client, two: Client) -> None:
    """Would fail if asyncua no longer served a session's calls through its session object."""
    names: list[str] = []
    gate = asyncio.Event()
    server = rig.gateway.server

    async def who(_: Any) -> list[ua.Variant]:
        if not names:
            names.append("waiting")
            await gate.wait()
        else:
            gate.set()
        session = caller()
        assert isinstance(session, UaSession)
        return [ua.Variant(str(session.user.name), ua.VariantType.String)]

    await server.get_objects_node().add_method(
        rig.node_id("who"), f"{rig.index}:who", who, [], [ua.VariantType.String]
    )
    calls = [client.nodes.objects.call_method(rig.node_id("who")) for client in (one, two)]
    assert await asyncio.gather(*calls) == ["admin", "engineer"]
    with pytest.raises(LookupError):
        caller()
    for session in server.iserver._external_sessions.values():  # noqa: SLF001
        assert session.user.role.name == "User"  # never Admin, who may add nodes


async def test_windows_ask_for_users_control_limits_and_lists(tmp_path: Path) -> None:
    async with face(tmp_path) as rig, rig.client("admin") as admin, rig.client("engineer") as engineer:
        assert (await request(admin, rig, "session"))[1]["role"] == "admin"
        new = "a new pass phrase"
        assert await request(admin, rig, "user.create", user="li", password=new, role="viewer") == (
            True,
            None,
        )
        assert (await request(admin, rig, "users"))[1]["li"] == "viewer"
        async with rig.client("li", new) as client:
            assert (await request(client, rig, "session"))[1]["must_change"] is True
            assert (await request(client, rig, "users"))[0] is False
            ok, _ = await request(client, rig, "password.change", old=new, password="another pass phrase")
            assert ok
        ok, why = await request(engineer, rig, "limit.set", tag="U01.POWER_SP", lo=0.0, hi=500.0)
        assert (ok, "password" in why) == (False, True)
        assert (await request(engineer, rig, "password.confirm", password=PASSWORD))[0]
        assert (await request(engineer, rig, "limit.set", tag="U01.POWER_SP", lo=0.0, hi=500.0))[0]
        assert (await request(engineer, rig, "limits"))[1][0]["hi"] == 500.0
        for act, words in (
            ("nonsense", "is none of"),
            ("limit.set", "tag is missing"),
            ("user.role", "user is missing"),
        ):
            ok, why = await request(admin, rig, act, lo=1.0, hi=2.0)
            assert (ok, words in why) == (False, True)
        assert (await request(engineer, rig, "alarm.metrics"))[1]["is_flood"] is False
        assert (await request(engineer, rig, "journal", limit=5))[1][0]["hash"]
        assert (await request(engineer, rig, "diagnostics"))[1]["devices"][0]["name"] == "U01"
        assert (await request(engineer, rig, "control"))[1]["holder"] == "operator"
        await each_call_knows_its_caller(rig, admin, engineer)


async def test_an_address_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    async with face(tmp_path) as rig:
        (tmp_path / "other").mkdir()
        taken = f"opc.tcp://127.0.0.1:{rig.gateway.server.port}/orcplant"
        with pytest.raises(GatewayError, match=rf"{taken}: cannot listen: "):
            async with face(tmp_path / "other", endpoint=taken):
                pass


def test_changes_that_nobody_need_hear_of() -> None:
    from orcplant.control.gateway.conditions import is_worth_telling

    assert [what for what in What if not is_worth_telling(what)] == [What.CHANGED]
    assert Role.VIEWER < Role.OPERATOR
