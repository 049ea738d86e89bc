"""Whether the plant did what was written to it. Reads only; the write is over when this begins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from orcplant.control.clock import Clock
from orcplant.control.codec import decoder, encode, resolution
from orcplant.control.gates import verifies
from orcplant.control.link import LinkError
from orcplant.control.poller import DevicePoller
from orcplant.live import CommandState, Quality, Scalar, Text, Value
from orcplant.tags import Tag

CHECK_EVERY_S: Final = 0.5
SETTLED_S: Final = 1.0  # unchanged for as long as two polls are apart
READBACK_S: Final = 3.0  # for a tag that nothing verifies but its own register
_FLOAT32_STEP: Final = 2.0**-23


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a write ended."""

    state: CommandState
    text: Text
    seen: Value | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A write that went out, or may have.

    Attributes
    ----------
    value : bool, int, float or str
        As the device's register holds it: rounded to the tag's resolution.
    before : dict of str to Value
        What the tags that verify it read before.
    sequence : int or None
        Number that went with a command; None for a setpoint, or a device without.
    """

    device: DevicePoller
    tag: Tag
    value: Scalar
    before: dict[str, Value]
    sequence: int | None = None


def held(tag: Tag, value: Scalar) -> Scalar:
    """Value as a tag's register holds it."""
    scalar = decoder(tag)(encode(tag, value))[0]
    return value if scalar is None else scalar


def agrees(written: Tag, wanted: Scalar, shown_by: Tag, seen: Scalar | None) -> bool:
    """Whether what a tag shows is what was written, within tolerance and both resolutions."""
    if seen is None:
        return False
    is_number = isinstance(wanted, float) and isinstance(seen, float)
    if not is_number or not isinstance(wanted, float) or not isinstance(seen, float):
        return seen == wanted
    rounding = 0.5 * (resolution(written) + resolution(shown_by)) + _FLOAT32_STEP * abs(wanted)
    # A tag's own register has no tolerance but its rounding.
    tolerance = written.verify_tol if shown_by.name == written.verify_by else 0.0
    return abs(seen - wanted) <= max(tolerance, rounding)


async def verified(written: Written, clock: Clock, *, is_off: Callable[[], bool]) -> Verdict:
    """Verdict on a write: VERIFIED, CLAMPED, REJECTED by a command's result, or UNCONFIRMED.

    Parameters
    ----------
    written : Written
    clock : Clock
    is_off : callable
        Whether the device restarted meanwhile: then nothing it shows proves anything.
    """
    if written.sequence is not None:
        return await _command(written, clock, is_off)
    tag, device = written.tag, written.device
    if verifies(device, tag):
        if tag.name.endswith(".CMD") and _same(written.before.get(tag.verify_by), written.value):
            return Verdict(CommandState.UNCONFIRMED, _READ_SO_BEFORE, written.before[tag.verify_by])
        return await _watched(written, tag.verify_by, tag.verify_within_s, clock, is_off)
    if tag.readback:
        return await _watched(written, tag.readback, READBACK_S, clock, is_off)
    return Verdict(CommandState.UNCONFIRMED, _NOTHING_SHOWS)


async def _watched(
    written: Written, name: str, within: float, clock: Clock, is_off: Callable[[], bool]
) -> Verdict:
    """Watch a tag until it agrees, or has settled elsewhere, or time is up."""
    tag, device = written.tag, written.device
    shown_by = device.table[name]
    before = written.before.get(name)
    names = {name, tag.readback} - {""}
    deadline = clock.monotonic() + within
    seen: Value | None = None
    settled_since, is_in_register = clock.monotonic(), False
    while not is_off():
        values = await _read(device, names)
        now = clock.monotonic()
        # What the device did not answer with now proves nothing: it may be from before the write.
        if values is not None and _is_fresh(values[name]):
            if seen is None or seen.scalar != values[name].scalar:
                settled_since = now
            seen = values[name]
            is_in_register = (
                bool(tag.readback)
                and _is_fresh(values[tag.readback])
                and agrees(tag, written.value, device.table[tag.readback], values[tag.readback].scalar)
            )
            if agrees(tag, written.value, shown_by, seen.scalar):
                return Verdict(CommandState.VERIFIED, _DONE if name == tag.verify_by else _READ_BACK, seen)
            has_moved = before is None or seen.scalar != before.scalar
            is_settled = now - settled_since >= SETTLED_S
            # Unmoved it may only be slow; at the end, with the value in its register, it is not.
            if is_settled and (has_moved or (now >= deadline and is_in_register)):
                return Verdict(CommandState.CLAMPED, _elsewhere(shown_by, seen), seen)
        if now >= deadline:
            return Verdict(CommandState.UNCONFIRMED, _not_within(within), seen)
        await clock.sleep_until(min(deadline, now + CHECK_EVERY_S))
    return Verdict(CommandState.UNCONFIRMED, _RESTARTED, seen)


async def _command(written: Written, clock: Clock, is_off: Callable[[], bool]) -> Verdict:
    """Watch the sequence number of a command come back, and with it what became of the command."""
    device, tag = written.device, written.tag
    ack, result = f"{device.name}.CMD_SEQ_ACK", f"{device.name}.CMD_RESULT"
    # AUTHORITY too: what follows a take_remote must not be refused for want of a poll.
    names = {ack, result, tag.verify_by, f"{device.name}.AUTHORITY"} & device.reader.tags.keys()
    within = tag.verify_within_s or READBACK_S
    deadline = clock.monotonic() + within
    said_before = _said(device, written.before, result)
    seen: Value | None = None
    while not is_off():
        values = await _read(device, names)
        if values is not None:
            seen, said = values.get(tag.verify_by, values[ack]), _said(device, values, result)
            is_done = tag.verify_by not in values or _same(seen, written.value)
            if _same(values[ack], float(written.sequence or 0)):
                if said in ("accepted", "") and is_done:
                    return Verdict(CommandState.VERIFIED, _DONE, seen)
                if said.startswith(("refused", "unknown")):
                    return Verdict(CommandState.REJECTED, _said_no(said), values[result])
            elif said == "refused_sequence" != said_before:
                return Verdict(CommandState.REJECTED, _said_no(said), values[result])
        now = clock.monotonic()
        if now >= deadline:
            return Verdict(CommandState.UNCONFIRMED, _not_within(within), seen)
        await clock.sleep_until(min(deadline, now + CHECK_EVERY_S))
    return Verdict(CommandState.UNCONFIRMED, _RESTARTED, seen)


async def _read(device: DevicePoller, names: set[str]) -> dict[str, Value] | None:
    try:
        return await device.read_now(names)
    except LinkError:  # it may be back before time is up: reading again does no harm
        return None


def _is_fresh(value: Value) -> bool:
    return value.quality < Quality.STALE


def _same(value: Value | None, wanted: Scalar) -> bool:
    return value is not None and value.is_good and value.scalar == wanted


def _said(device: DevicePoller, values: Mapping[str, Value], result: str) -> str:
    """What the device says became of a command; empty if it has no register for that, or none to be read."""
    value = values.get(result)
    if value is None or not value.is_good or not isinstance(value.scalar, int):
        return ""
    return device.table[result].dtype.name_of(value.scalar)


def _elsewhere(tag: Tag, seen: Value) -> Text:
    shown = f"{seen.scalar:g}" if isinstance(seen.scalar, float) else f"{seen.scalar}"
    unit = f" {tag.eng_unit}" if tag.eng_unit else ""
    return Text(f"the device holds {shown}{unit}", f"设备保持在 {shown}{unit}")


def _not_within(seconds: float) -> Text:
    return Text(f"not confirmed within {seconds:g} s", f"{seconds:g} 秒内未得到确认")


def _said_no(result: str) -> Text:
    return Text(f"the device answered: {result}", f"设备应答：{result}")


_DONE: Final = Text("done, and seen to be done", "已执行并确认")
_READ_BACK: Final = Text(
    "read back from the device; what it made of it is not shown", "已回读；设备不显示执行结果"
)
_READ_SO_BEFORE: Final = Text(
    "sent; the device shows the same as before, which proves nothing", "已发送；设备显示与之前相同，无法确认"
)
_NOTHING_SHOWS: Final = Text("sent; the device has nothing that shows it", "已发送；设备无可供确认的数据")
_RESTARTED: Final = Text("the device restarted meanwhile", "期间设备重启")
