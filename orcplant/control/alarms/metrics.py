"""How well the alarm system serves its operator, in the numbers of IEC 62682 / ISA-18.2 and EEMUA 191.

At most 1 alarm in 10 minutes is a good steady state; more than 10 in 10 minutes is a flood, until fewer
than 5; 3 of one alarm within a minute is chattering; one that stands for 24 h is stale.
"""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

DAY_S: Final = 86400.0
TEN_MINUTES_S: Final = 600.0
MINUTE_S: Final = 60.0
FLOOD_FROM: Final = 10  # more than this in ten minutes
FLOOD_UNTIL: Final = 5  # fewer than this
CHATTER: Final = 3
STALE_S: Final = DAY_S
_TOP: Final = 10


@dataclass(frozen=True, slots=True)
class Metrics:
    """Of the last 24 h.

    ``per_priority`` counts alarms of priority 1, 2, 3; ``flood_share`` is the share of that time in a
    flood [-]; ``top`` the alarms raised most often, with their number.
    """

    count: int
    last_10_min: int
    peak_10_min: int
    per_hour: float
    is_flood: bool
    floods: int
    flood_share: float
    per_priority: tuple[int, int, int]
    chattering: tuple[str, ...]
    stale: tuple[str, ...]
    top: tuple[tuple[str, int], ...]


class Rates:
    """Remembers when alarms were raised, for a day; a UTC time [s] that goes back counts as the last."""

    def __init__(self) -> None:
        self._raised: deque[tuple[float, str, int]] = deque()

    def note(self, time: float, key: str, priority: int) -> None:
        """Take an alarm that was raised."""
        if self._raised:
            time = max(time, self._raised[-1][0])
        self._raised.append((time, key, priority))

    def metrics(self, now: float, standing: Iterable[tuple[str, float]]) -> Metrics:
        """Count; `standing` are alarms that are active, and since when."""
        raised = self._raised
        while raised and raised[0][0] < now - DAY_S:
            raised.popleft()
        times = [time for time, _, _ in raised]
        windows = _in_window(times, TEN_MINUTES_S)
        floods, flooded, is_flood = _floods(times, now)
        priorities = Counter(priority for _, _, priority in raised)
        counts = Counter(key for _, key, _ in raised)
        return Metrics(
            count=len(times),
            last_10_min=sum(time > now - TEN_MINUTES_S for time in times),
            peak_10_min=max(windows, default=0),
            per_hour=len(times) / 24.0,
            is_flood=is_flood,
            floods=floods,
            flood_share=flooded / DAY_S,
            per_priority=(priorities[1], priorities[2], priorities[3]),
            chattering=tuple(sorted(self._chattering(counts))),
            stale=tuple(sorted(key for key, since in standing if now - since > STALE_S)),
            top=tuple(counts.most_common(_TOP)),
        )

    def _chattering(self, counts: Counter[str]) -> list[str]:
        often = {key for key, count in counts.items() if count >= CHATTER}
        times: dict[str, list[float]] = {key: [] for key in often}
        for time, key, _ in self._raised:
            if key in often:
                times[key].append(time)
        return [key for key in often if max(_in_window(times[key], MINUTE_S)) >= CHATTER]


def _in_window(times: list[float], width: float) -> list[int]:
    """How many lie in the window that ends with each."""
    counts, start = [], 0
    for end, time in enumerate(times):
        while times[start] <= time - width:
            start += 1
        counts.append(end - start + 1)
    return counts


def _floods(times: list[float], now: float) -> tuple[int, float, bool]:
    """Number of floods, time in them [s], whether there is one now."""
    # Each alarm counts for ten minutes: walk over the moments at which the count goes up or down.
    steps = sorted([(time, 1) for time in times] + [(time + TEN_MINUTES_S, -1) for time in times])
    floods, flooded, count, since = 0, 0.0, 0, None
    for time, step in steps:
        if time > now:
            break
        count += step
        if since is None and count > FLOOD_FROM:
            floods, since = floods + 1, time
        elif since is not None and count < FLOOD_UNTIL:
            flooded, since = flooded + time - since, None
    return floods, flooded + (now - since if since is not None else 0.0), since is not None
