"""The window at 40 units: time of a frame, share of a core at 2 Hz, time to the first picture."""

import os
import time
from dataclasses import replace
from statistics import quantiles
from typing import Any

_UNITS = 40
_FRAMES = 60


def measure() -> dict[str, Any]:
    """Frame times of the busiest page in milliseconds, offscreen.

    The peer, measured in the same run, is the same window with nothing but its grounds to draw.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    started = time.perf_counter()
    from orcplant.hmi.app import application
    from orcplant.hmi.desk import Desk
    from orcplant.hmi.scene import load_scene
    from orcplant.hmi.window import Window

    app = application(is_offscreen=True)
    scene = load_scene("normal")
    now = [scene.time]
    desk = Desk(clock=lambda: now[0])
    window = Window(desk)
    window.resize(1920, 1080)
    window.show()
    empty = _frames(app, window, desk, now, lambda: None)
    desk.apply(*scene.updates)
    _multiply(desk)
    window.open("units")
    app.processEvents()
    first = time.perf_counter() - started

    def change() -> None:
        _move(desk, now[0])

    full = _frames(app, window, desk, now, change)
    window.close()
    return {
        "units": _UNITS,
        "first_picture_s": round(first, 2),
        "frame_p50_ms": round(full[0], 1),
        "frame_p95_ms": round(full[1], 1),
        "core_share_at_2_Hz": round(2.0 * full[0] / 1000.0, 3),
        "over_empty_window": round(full[0] / max(empty[0], 1e-3), 1),
    }


def _frames(app: Any, window: Any, desk: Any, now: list[float], change: Any) -> tuple[float, float]:
    """Median and 95th percentile of a turn: values in, view models, painting."""
    times = []
    for _ in range(_FRAMES):
        now[0] += 0.5
        begun = time.perf_counter()
        change()
        window.look()
        window.grab() if desk.model is None else app.processEvents()
        times.append(1000.0 * (time.perf_counter() - begun))
    cuts = quantiles(times, n=20)
    return cuts[9], cuts[18]


def _multiply(desk: Any) -> None:
    """Forty units that behave as the recorded ones."""
    from orcplant.hmi.viewmodels.store import ModelRead, TrendRead, ValuesRead

    store, model = desk.store, desk.model
    units = model.of_type("orc_unit")
    copies = [replace(units[k % len(units)], name=f"U{k + 1:02d}", number=k + 1) for k in range(_UNITS)]
    others = [device for device in model.devices if device.type != "orc_unit"]
    devices = (*copies, *others)
    desk.apply(ModelRead(replace(model, devices=devices, by_name={d.name: d for d in devices})))
    values = {}
    for k, copy in enumerate(copies):
        source = units[0].name
        for tag, value in list(store.values.items()):
            if tag.startswith(f"{source}."):
                values[f"{copy.name}.{tag.partition('.')[2]}"] = value
        desk.apply(TrendRead(f"{copy.name}.POWER_NET", store.trends[f"{source}.POWER_NET"]))
        del k
    desk.apply(ValuesRead(values, desk.clock()))


def _move(desk: Any, now: float) -> None:
    """Every unit has other values than half a second ago."""
    from orcplant.hmi.viewmodels.store import ValuesRead
    from orcplant.live import Quality, Reason, Value

    shift = (now * 7.0) % 5.0
    bases = (("POWER_NET", 1950.0), ("VIBRATION", 1.5), ("BRINE_T_OUT", 64.0), ("BEARING_T", 70.0))
    values = {
        f"U{k + 1:02d}.{tag}": Value(base + shift + 0.1 * k, Quality.GOOD, Reason.NONE, now, now)
        for k in range(_UNITS)
        for tag, base in bases
    }
    desk.apply(ValuesRead(values, now))


if __name__ == "__main__":
    print(measure())
