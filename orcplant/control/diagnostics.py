"""How links and polling do, device by device, for people who look after them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orcplant.control.identity import WEAKER, Trust
from orcplant.control.poller import DevicePoller
from orcplant.live import LinkState, Text


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """State of one device, counted since the core started.

    Attributes
    ----------
    link, trust
        Of its link and of its register map.
    mismatch : str
        How its map differs; empty if it does not.
    weaker : tuple of Text
        What cannot be guaranteed because the device lacks a capability.
    polls, missed, overruns, heartbeats, connects, losses, timeouts : int
    exceptions : mapping of int to int
        Exception codes it answered with, and how often.
    faults : mapping of str to int
        Wrong answers by kind.
    refused : tuple of str
        Tags whose addresses it does not know.
    lateness_p99_s, latency_p50_s, latency_p99_s : float
        Start of a turn behind schedule; answers, over the latest. NaN if there was none. [s]
    last_error : str
    """

    name: str
    link: LinkState
    trust: Trust
    mismatch: str
    weaker: tuple[Text, ...]
    polls: int
    missed: int
    overruns: int
    heartbeats: int
    connects: int
    losses: int
    timeouts: int
    exceptions: Mapping[int, int]
    faults: Mapping[str, int]
    refused: tuple[str, ...]
    lateness_p99_s: float
    latency_p50_s: float
    latency_p99_s: float
    last_error: str


def health(poller: DevicePoller) -> DeviceHealth:
    """State of a device now."""
    counters, link = poller.counters, poller.link.counters
    return DeviceHealth(
        name=poller.name,
        link=poller.state,
        trust=poller.identity.trust,
        mismatch=poller.identity.mismatch,
        weaker=tuple(text for name, text in WEAKER.items() if name not in poller.device.capabilities),
        polls=counters.polls,
        missed=counters.missed,
        overruns=poller.overruns,
        heartbeats=counters.heartbeats,
        connects=link.connects,
        losses=link.losses,
        timeouts=link.timeouts,
        exceptions=dict(link.exceptions),
        faults={str(kind): count for kind, count in link.faults.items()},
        refused=tuple(sorted(poller.reader.refused)),
        lateness_p99_s=_share(counters.lateness, 0.99),
        latency_p50_s=_share(link.latencies, 0.5),
        latency_p99_s=_share(link.latencies, 0.99),
        last_error=poller.last_error,
    )


def _share(values: Iterable[float], share: float) -> float:
    """Value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[int(share * len(ordered))] if ordered else float("nan")
