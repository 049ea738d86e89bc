"""An hour of one tag as a small blob, without loss.

Numbers that are decimals of up to four places, as instruments give them, become whole numbers and their
differences; others keep their bits, like byte with like byte. Both are then compressed by zlib.
"""

import struct
import zlib
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orcplant.control.historian.samples import Floats, Samples

HOUR_S: Final = 3600
_HEAD: Final = struct.Struct("<BBH")  # version, coding, points
_VERSION: Final = 1
_FLOAT32: Final = 100
_FLOAT64: Final = 101
_PLACES: Final = (0, 1, 2, 3, 4)
_LEVEL: Final = 6

_LARGEST: Final = 2.0**31

Array: TypeAlias = NDArray[Any]

# How a whole number became the decimal: written so, scaled by the codec, or sent as a single float.
_WAYS: Final[dict[int, Callable[[Floats, int], Floats]]] = {
    0: lambda scaled, places: scaled / 10.0**places,
    10: lambda scaled, places: scaled * float(f"1e-{places}"),
    20: lambda scaled, places: (scaled / 10.0**places).astype(np.float32).astype(np.float64),
}


class ChunkError(ValueError):
    """A blob of another version, or a damaged one."""


def encoded(samples: Samples, hour: int) -> bytes:
    """Blob of samples that lie within the hour beginning at `hour` [s of UTC], at whole seconds."""
    offsets = np.diff((samples.times - hour).astype(np.uint16), prepend=np.uint16(0))
    coding, body = _coded(samples.values)
    packed = offsets.astype("<u2").tobytes() + samples.codes.tobytes() + body
    return _HEAD.pack(_VERSION, coding, len(samples)) + squeezed(packed)


def decoded(blob: bytes, hour: int) -> Samples:
    """Samples of a blob.

    Raises
    ------
    ChunkError
        If it is none, or of a version not known here.
    """
    try:
        version, coding, count = _HEAD.unpack_from(blob)
        if version != _VERSION:
            raise ChunkError(f"chunk of version {version}")
        packed = zlib.decompress(blob[_HEAD.size :])
        offsets = np.cumsum(np.frombuffer(packed, "<u2", count), dtype=np.uint16)
        codes = np.frombuffer(packed, np.uint8, count, 2 * count)
        values = _decoded(packed[3 * count :], coding, count)
    except (struct.error, zlib.error, ValueError) as exc:
        raise ChunkError(f"chunk cannot be read: {exc}") from exc
    return Samples(hour + offsets.astype(np.float64), values, codes)


def squeezed(content: bytes) -> bytes:
    """Content compressed by zlib, told that it is made of small numbers."""
    press = zlib.compressobj(_LEVEL, zlib.DEFLATED, 15, 9, zlib.Z_FILTERED)
    return press.compress(content) + press.flush()


def _coded(values: Floats) -> tuple[int, bytes]:
    is_number = np.isfinite(values)
    numbers = values[is_number]
    holes = np.packbits(~is_number).tobytes()
    with np.errstate(over="ignore"):
        single = numbers.astype(np.float32)
    for places in _PLACES:
        if np.any(np.abs(numbers) > _LARGEST / 10.0**places):
            break
        scaled = np.rint(numbers * 10.0**places)
        for way, unscaled in _WAYS.items():
            if np.array_equal(unscaled(scaled, places), numbers):
                return way + places, holes + _shuffled(_folded(np.diff(scaled, prepend=0.0).astype(np.int64)))
    if np.array_equal(single, numbers):
        return _FLOAT32, holes + _shuffled(_bit_steps(single.astype("<f4").view("<u4")))
    return _FLOAT64, holes + _shuffled(_bit_steps(numbers.astype("<f8").view("<u8")))


def _decoded(body: bytes, coding: int, count: int) -> Floats:
    holes = (count + 7) // 8
    is_number = np.unpackbits(np.frombuffer(body, np.uint8, holes), count=count) == 0
    numbers = int(is_number.sum())
    values = np.full(count, np.nan)
    if coding in (_FLOAT32, _FLOAT64):
        width = 4 if coding == _FLOAT32 else 8
        steps = _unshuffled(body[holes:], f"<u{width}", numbers)
        bits = np.cumsum(steps, dtype=steps.dtype)
        values[is_number] = bits.view(f"<f{width}")
    else:
        steps = _unfolded(_unshuffled(body[holes:], "<u8", numbers))
        way, places = coding - coding % 10, coding % 10
        values[is_number] = _WAYS[way](np.cumsum(steps).astype(np.float64), places)
    return values


def _folded(steps: Array) -> Array:
    """Small numbers of either sign as small ones without: all their upper bytes are zero then."""
    folded: Array = ((steps << 1) ^ (steps >> 63)).astype("<u8")
    return folded


def _unfolded(folded: Array) -> Array:
    half: Array = (folded >> np.uint64(1)).astype(np.int64) ^ -(folded & np.uint64(1)).astype(np.int64)
    return half


def _bit_steps(bits: Array) -> Array:
    """Differences of bit patterns, modulo their width: near numbers have near patterns."""
    return np.diff(bits, prepend=bits.dtype.type(0))


def _shuffled(numbers: Array) -> bytes:
    width = numbers.dtype.itemsize
    if not len(numbers):
        return b""
    return np.ascontiguousarray(numbers).view(np.uint8).reshape(-1, width).T.tobytes()


def _unshuffled(body: bytes, dtype: str, count: int) -> Array:
    width = np.dtype(dtype).itemsize
    found: Array = np.frombuffer(body, np.uint8, count * width).reshape(width, count).T
    return np.ascontiguousarray(found).view(dtype).reshape(count)
