"""What the diagnostics say of a device that is well, weak, or ill."""

import math
from pathlib import Path

from orcplant.control.diagnostics import health
from orcplant.control.identity import WEAKER, Trust
from orcplant.live import LinkState
from tests.control.plc import ALL, make_device, make_rig
from tests.control.sim_rig import simulated
from tests.control.wire import exception, frame, saying


async def test_a_device_never_polled_has_no_numbers() -> None:
    found = health(make_rig().poller)
    assert (found.link, found.trust, found.polls) == (LinkState.STARTING, Trust.UNCHECKED, 0)
    assert math.isnan(found.lateness_p99_s) and math.isnan(found.latency_p50_s)


async def test_what_a_device_lacks_is_a_named_weaker_guarantee() -> None:
    assert health(make_rig().poller).weaker == ()
    for capability in ALL:
        found = health(make_rig(make_device(capabilities=ALL - {capability})).poller)
        assert found.weaker == (WEAKER[capability],)
        assert found.weaker[0].en and any("\u4e00" <= c <= "\u9fff" for c in found.weaker[0].zh)


async def test_counters_tell_what_happened_on_the_wire(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig:
        await rig.poll(2)
        rig.proxies[0].lie = saying(
            lambda r, good: (
                exception(r, 8)
                if r.function == 2
                else frame(r.transaction, 9, good[7:])
                if r.function == 4
                else good
            )
        )
        await rig.poll()
        found = health(rig.poller)
        assert (found.link, found.trust) == (LinkState.UP, Trust.VERIFIED)
        assert (found.polls, found.heartbeats, found.connects) == (3, 3, 1)
        assert found.exceptions == {8: 1} and found.faults["wrong unit id"] >= 1
        assert 0.0 < found.latency_p50_s <= found.latency_p99_s < 5.0
