"""Records of arrays, however nested: the same done to every array in one."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

_Record = TypeVar("_Record")


def reshaped(record: _Record, shape: tuple[int, ...]) -> _Record:
    """Give every array a shape; a scalar becomes a float."""
    return cast(_Record, _each(lambda value: np.reshape(value, shape)[()], record))


def spread(record: _Record, where: NDArray[np.intp], n: int) -> _Record:
    """Lay every array out over n scenarios, NaN (or 0) between those at `where`."""

    def one(value: Any) -> Any:
        part = np.asarray(value)[: len(where)]
        whole = np.full(n, np.nan if part.dtype.kind == "f" else 0, dtype=part.dtype)
        whole[where] = np.broadcast_to(part, where.shape)
        return whole

    return cast(_Record, _each(one, record))


def taken(record: _Record, which: NDArray[np.intp]) -> _Record:
    """Take some scenarios of every array."""
    return cast(_Record, _each(lambda value: value[which], record))


def blanked(record: _Record, ok: NDArray[np.bool_]) -> _Record:
    """Put NaN for every number where `ok` does not hold; codes and bits stay."""

    def one(value: Any) -> Any:
        return np.where(ok, value, np.nan) if np.asarray(value).dtype.kind == "f" else value

    return cast(_Record, _each(one, record))


def amended(record: _Record, where: NDArray[np.intp], part: _Record) -> _Record:
    """Put the arrays of `part` in their places, `where` of the first axis."""

    def one(value: Any, new: Any) -> Any:
        whole = np.array(value)
        whole[where] = new
        return whole

    return cast(_Record, _each(one, record, part))


def _each(change: Callable[..., Any], *records: Any) -> Any:
    first = records[0]
    if is_dataclass(first):
        names, kind = [field.name for field in fields(first)], cast(Any, type(first))
        return kind(*(_each(change, *(getattr(record, name) for record in records)) for name in names))
    if isinstance(first, tuple):
        return tuple(_each(change, *parts) for parts in zip(*records, strict=True))
    return change(*records)
