"""HistoryRead for foreign clients: raw values, a page at a time, from the historian."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from asyncua import ua
from asyncua.server.history import HistoryStorageInterface

from orcplant.control.gateway.space import stamp, status_of
from orcplant.control.historian import HistoryReader
from orcplant.control.historian.samples import quality_of
from orcplant.control.store import StoreError
from orcplant.live import Value

_ALL: Final = 4e9
_EPOCH: Final = ua.get_win_epoch()


class Storage(HistoryStorageInterface):
    """asyncua's view of the historian; asyncua itself records nothing."""

    def __init__(self, reader: HistoryReader, types: Mapping[str, ua.VariantType], page: int) -> None:
        super().__init__(max_history_data_response_size=page)
        self._reader = reader
        self._types = types

    async def init(self) -> None:
        """Nothing to do: the historian is open."""

    async def stop(self) -> None:
        """Nothing to do: the historian is closed by who opened it."""

    async def new_historized_node(self, node_id: ua.NodeId, period: timedelta | None, count: int = 0) -> None:
        """Nothing to do: the tag table says what is recorded."""

    async def save_node_value(self, node_id: ua.NodeId, datavalue: ua.DataValue) -> None:
        """Nothing to do: the historian listens to the poller."""

    async def new_historized_event(
        self, source_id: ua.NodeId, evtypes: list[Any], period: timedelta | None, count: int = 0
    ) -> None:
        """Nothing to do: alarms keep their own history."""

    async def save_event(self, event: Any) -> None:
        """Nothing to do, as above."""

    async def read_event_history(self, *_: Any) -> tuple[list[Any], datetime | None]:
        """None by this way."""
        return [], None

    async def read_node_history(
        self, node_id: ua.NodeId, start: datetime | None, end: datetime | None, nb_values: int
    ) -> tuple[list[ua.DataValue], datetime | None]:
        """Values from start to end, or backwards where the end is before the start or there is no start."""
        name = str(node_id.Identifier)
        kind = self._types.get(name)
        if kind is None:
            return [], None
        limit = min(nb_values or self.max_history_data_response_size, self.max_history_data_response_size)
        low, high = _seconds(start), _seconds(end)
        is_backward = low is None
        if low is not None and high is not None and high < low:
            is_backward, low, high = True, high, low
        try:
            samples = await self._reader.raw(
                name,
                0.0 if low is None else low,
                _ALL if high is None else high,
                limit=limit + 1,
                newest_first=is_backward,
            )
        except StoreError as exc:
            raise ua.UaStatusCodeError(ua.StatusCodes.BadNoData) from exc
        order = np.arange(len(samples))[::-1] if is_backward else np.arange(len(samples))
        samples = samples.take(order)
        rest = stamp(float(samples.times[limit])) if len(samples) > limit else None
        count = min(limit, len(samples))
        values = [
            _data_value(float(samples.times[k]), float(samples.values[k]), int(samples.codes[k]), kind)
            for k in range(count)
        ]
        return values, rest


def _data_value(time: float, number: float, code: int, kind: ua.VariantType) -> ua.DataValue:
    quality, reason = quality_of(code)
    status = status_of(Value(None, quality, reason, time, time))
    when = stamp(time)
    if number != number or status.is_bad():
        return ua.DataValue(ua.Variant(), status, when, when)
    scalar: bool | int | float = number
    if kind is ua.VariantType.Boolean:
        scalar = bool(number)
    elif kind is not ua.VariantType.Double:
        scalar = int(number)
    return ua.DataValue(ua.Variant(scalar, kind), status, when, when)


def _seconds(moment: datetime | None) -> float | None:
    """UTC seconds; OPC UA says "none" with the first moment it knows."""
    if moment is None or moment.replace(tzinfo=None) == _EPOCH.replace(tzinfo=None):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
