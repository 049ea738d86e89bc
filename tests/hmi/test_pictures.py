"""What the design asks of pictures: little colour, inside alarm marks; no text small, cut or covered."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from orcplant.hmi.canvas import Audit, TextBox
from orcplant.hmi.i18n import Language
from orcplant.hmi.theme import BRIGHTNESS, SATURATION, SMALL
from orcplant.hmi.viewmodels.frame import PAGES
from orcplant.hmi.widgets.painted import Painted

Stages = Callable[..., Any]
SIZES = [(1920, 1080), (1366, 768)]
NAMES = [*(info.name for info in PAGES), "unit"]
LARGE = SIZES[0]


def pixels(image: QImage) -> NDArray[np.float64]:
    found = image.convertToFormat(QImage.Format.Format_RGB888)
    raw = np.frombuffer(found.constBits(), np.uint8).reshape(found.height(), found.bytesPerLine())
    return raw[:, : 3 * found.width()].reshape(found.height(), found.width(), 3) / 255.0


def coloured(image: QImage) -> NDArray[np.bool_]:
    """Pixels whose HSV saturation and value are above the limits."""
    rgb = pixels(image)
    high, low = rgb.max(axis=2), rgb.min(axis=2)
    saturation = np.where(high > 0.0, (high - low) / np.maximum(high, 1e-9), 0.0)
    return np.asarray((saturation > SATURATION) & (high > BRIGHTNESS))


def parts(window: QWidget) -> Iterator[tuple[Audit, QPoint]]:
    for part in window.findChildren(Painted):
        if part.isVisible() and part.audit is not None and not part.visibleRegion().isEmpty():
            yield part.audit, part.mapTo(window, QPoint(0, 0))


def shown(stages: Stages, scene: str, page: str, size: tuple[int, int] = LARGE, **look: Any) -> Any:
    made = stages(scene, **look)
    made.desk.is_audited = True
    made.show(page, "U05" if page == "unit" else "", size)
    made.picture = made.window.grab().toImage()
    return made


@pytest.mark.parametrize(
    "is_night", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["day", "night"]
)
@pytest.mark.parametrize("page", NAMES)
@pytest.mark.parametrize(("scene", "gate"), [("normal", 0.001), ("alarms", 0.005), ("core-lost", 0.00001)])
def test_colour_is_rare_and_inside_alarm_marks(
    stage: Stages, page: str, scene: str, gate: float, is_night: bool
) -> None:
    made = shown(stage, scene, page, is_night=is_night)
    found = coloured(made.picture)
    assert found.mean() < gate
    allowed = np.zeros_like(found)
    for audit, at in parts(made.window):
        for x, y, width, height in audit.coloured:
            rows = slice(max(0, int(at.y() + y)), int(at.y() + y + height) + 2)
            columns = slice(max(0, int(at.x() + x)), int(at.x() + x + width) + 2)
            allowed[rows, columns] = True
    assert not (found & ~allowed).any()
    if scene == "alarms" and page in ("plant", "units", "alarms"):
        assert found.any()


def boxes(window: QWidget) -> list[tuple[TextBox, float, float, float, float]]:
    found = []
    for audit, at in parts(window):
        for box in audit.texts:
            left, top = at.x() + box.x, at.y() + box.y
            found.append((box, left, top, left + box.width, top + box.height))
    return found


@pytest.mark.parametrize("size", SIZES, ids=["1920", "1366"])
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("page", NAMES)
@pytest.mark.parametrize(
    "scene",
    [
        "alarms",
        pytest.param("normal", marks=pytest.mark.slow),
        pytest.param("device-lost", marks=pytest.mark.slow),
    ],
)
def test_no_text_is_small_cut_or_covered(
    stage: Stages, scene: str, page: str, language: Language, size: tuple[int, int]
) -> None:
    made = shown(stage, scene, page, size, language=language)
    found = boxes(made.window)
    assert len(found) > 20
    wrong = [f"{box.text!r} has {box.size} px" for box, *_ in found if box.size < SMALL]
    wrong += [f"{box.text!r} is cut" for box, *_ in found if box.is_cut and not box.may_cut]
    for k, (one, left, top, right, bottom) in enumerate(found):
        for other, left2, top2, right2, bottom2 in found[k + 1 :]:
            across, down = min(right, right2) - max(left, left2), min(bottom, bottom2) - max(top, top2)
            if across > 2.0 and down > 2.0:
                wrong.append(f"{one.text!r} and {other.text!r} overlap by {across:.0f} x {down:.0f}")
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_blinking_stops_on_acknowledge(stage: Stages) -> None:
    from dataclasses import replace

    from orcplant.hmi.viewmodels.store import AlarmsRead
    from orcplant.live import AlarmState

    made = shown(stage, "alarms", "plant")

    def phases() -> tuple[QImage, QImage]:
        images = []
        for _ in range(2):
            made.window.blink()
            made.app.processEvents()
            images.append(made.window.grab().toImage())
        return images[0], images[1]

    first, second = phases()
    assert first != second
    seen = tuple(replace(alarm, state=AlarmState.ACKNOWLEDGED) for alarm in made.desk.store.shown_alarms())
    made.desk.apply(AlarmsRead(seen, is_partial=True))
    made.settle()
    first, second = phases()
    assert first == second


def test_shapes_never_vanish_while_they_blink(stage: Stages) -> None:
    made = shown(stage, "alarms", "plant")
    counts = []
    for _ in range(2):
        made.window.blink()
        made.app.processEvents()
        counts.append(int(coloured(made.window.grab().toImage()).sum()))
    assert min(counts) > 0.97 * max(counts) > 0


def test_values_of_a_lost_core_do_not_look_good(stage: Stages) -> None:
    live, lost = (shown(stage, scene, "plant").picture for scene in ("alarms", "core-lost"))
    # The darkest ink of the plant page is gone: what is left of it is the frame.
    area = (slice(130, 1030), slice(170, 1900))
    assert pixels(live)[area].max(axis=2).min() < 0.15
    assert pixels(lost)[area].max(axis=2).min() > 0.2


@pytest.mark.parametrize("scale", [1.25, 1.5, 2.0])
def test_scaling_keeps_everything_readable(stage: Stages, scale: float) -> None:
    made = shown(stage, "alarms", "plant", LARGE, scale=scale)
    cut = [box.text for box, *_ in boxes(made.window) if box.is_cut and not box.may_cut]
    assert not cut
