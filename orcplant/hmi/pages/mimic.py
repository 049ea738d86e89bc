"""The process of a unit: brine thick, working fluid thin, shaft and power."""

from orcplant.hmi import fonts, texts
from orcplant.hmi.canvas import LEFT, MIDDLE, RIGHT, Canvas
from orcplant.hmi.viewmodels.reader import ABSENT, Shown
from orcplant.hmi.viewmodels.unit import UnitPage
from orcplant.hmi.widgets.painted import Panel
from orcplant.hmi.widgets.shapes import draw_alarm, draw_fan, draw_letter, draw_pump, draw_valve

_WIDTH, _HEIGHT = 1112.0, 486.0  # the drawing's own size
_BRINE, _FLUID, _SHAFT = 5.0, 2.0, 3.0


class MimicPanel(Panel):
    """The process of a unit."""

    view: UnitPage | None = None

    def show_view(self, view: UnitPage) -> None:
        """Show it."""
        if view != self.view:
            self.view = view
            self.update()

    def draw(self, canvas: Canvas) -> None:
        """Draw pipes, then machines, then numbers."""
        view = self.view
        if view is None:
            return
        say = self.desk.say
        note = say(texts.PROCESS_NOTE).format(fluid=view.ts.fluid)
        self.ground(canvas, say(texts.PROCESS), note=note, corner=view.state)
        if view.cell.mark is not None:
            draw_alarm(
                canvas, self.wide - self.pad - fonts.width(view.state, 14) - 28.0, 21.0, 16.0, view.cell.mark
            )
        # The drawing keeps its own size; what room there is goes around and between.
        x = max(0.0, (self.wide - _WIDTH) / 2.0)
        y = max(36.0, 36.0 + (self.high - 36.0 - _HEIGHT) / 2.0)
        squeeze = min(1.0, self.wide / _WIDTH)
        canvas.painter.save()
        canvas.painter.translate(x, y)
        _pipes(canvas, view, squeeze)
        _machines(canvas, view, say, squeeze)
        _numbers(canvas, view, say, squeeze)
        canvas.painter.restore()


def _at(x: float, squeeze: float) -> float:
    return x * squeeze


def _pipes(canvas: Canvas, view: UnitPage, q: float) -> None:
    def x(value: float) -> float:
        return _at(value, q)

    canvas.polyline(((x(24), 96), (x(250), 96)), "pipe", thick=_BRINE)
    canvas.polyline(((x(310), 150), (x(310), 292)), "pipe", thick=_BRINE)
    canvas.polyline(((x(250), 336), (x(24), 336)), "pipe", thick=_BRINE)
    canvas.polyline(((x(24) + 10, 330), (x(24), 336), (x(24) + 10, 342)), "pipe", thick=2.0)
    # Working fluid: evaporator, expander, recuperator, condenser, receiver, pump, heater.
    canvas.polyline(((x(420), 96), (x(640), 96)), "pipe", thick=_FLUID)
    if view.has_recuperator:
        canvas.polyline(((x(700), 136), (x(700), 236), (x(590), 236)), "pipe", thick=_FLUID)
        canvas.polyline(((x(590), 262), (x(800), 262)), "pipe", thick=_FLUID)
    else:
        canvas.polyline(((x(700), 136), (x(700), 224), (x(800), 224)), "pipe", thick=_FLUID)
    canvas.polyline(((x(890), 290), (x(890), 356)), "pipe", thick=_FLUID)
    canvas.polyline(((x(830), 400), (x(606), 400)), "pipe", thick=_FLUID)
    if view.has_recuperator:
        canvas.polyline(
            (
                (x(570), 400),
                (x(520), 400),
                (x(520), 250),
                (x(470), 250),
                (x(470), 400),
                (x(380), 400),
                (x(380), 380),
            ),
            "pipe",
            thick=_FLUID,
        )
    else:
        canvas.polyline(((x(570), 400), (x(380), 400), (x(380), 380)), "pipe", thick=_FLUID)
    canvas.polyline(((x(380), 292), (x(380), 150)), "pipe", thick=_FLUID)
    canvas.polyline(((x(180), 96), (x(180), 180), (x(60), 180), (x(60), 336)), "pipe", thick=2.0, dash="6 4")
    canvas.line(x(728), 96, x(784), 96, "ink", thick=_SHAFT)
    canvas.line(x(848), 96, x(1090), 96, "ink", thick=_FLUID)


def _box(canvas: Canvas, x: float, y: float, w: float, h: float, text: str, q: float) -> None:
    left, wide = _at(x, q), _at(w, q)
    canvas.fill(left, y, wide, h, "field")
    canvas.frame(left, y, wide, h, "ink", thick=1.25)
    canvas.text(left + 8.0, y + 19.0, text, token="t2", room=wide - 16.0, may_cut=True)


def _machines(canvas: Canvas, view: UnitPage, say: object, q: float) -> None:
    assert callable(say)
    running = view.flags["PUMP_ON"] is True
    _box(canvas, 250, 56, 170, 94, say(texts.EVAPORATOR), q)
    _box(canvas, 250, 292, 170, 88, say(texts.PREHEATER), q)
    for top in (96.0, 336.0):
        x = _at(250, q)
        w = _at(170, q)
        canvas.polyline(
            (
                (x, top),
                (x + 0.32 * w, top),
                (x + 0.44 * w, top + 16),
                (x + 0.56 * w, top - 16),
                (x + 0.68 * w, top),
                (x + w, top),
            ),
            "axis",
            thick=1.25,
        )
    left, right = _at(640, q), _at(728, q)
    canvas.polygon(((left, 66), (right, 46), (right, 146), (left, 126)), fill="field", line="ink", thick=1.5)
    canvas.text(
        (left + right) / 2.0,
        101,
        say(texts.EXPANDER),
        token="t2",
        align=MIDDLE,
        room=right - left - 4.0,
        may_cut=True,
    )
    canvas.disc(_at(816, q), 96, 32, fill="field", line="ink", thick=1.5)
    canvas.text(_at(816, q), 103, "G", size=20, bold=True, align=MIDDLE)
    breaker = _at(920, q)
    if view.flags["BREAKER"]:
        canvas.fill(breaker - 12, 84, 24, 24, "ink")
    else:
        canvas.fill(breaker - 12, 84, 24, 24, "panel")
        canvas.frame(breaker - 12, 84, 24, 24, "ink", thick=1.5)
    _box(canvas, 800, 196, 250, 94, say(texts.CONDENSER), q)
    fans = view.flags["FANS_ON"] is True
    for k in range(6):
        draw_fan(canvas, _at(830 + 38 * k, q), 262, is_running=fans)
    _receiver(canvas, view, q)
    draw_pump(canvas, _at(588, q), 400, is_running=running)
    draw_valve(canvas, _at(120, q), 96, view.openings["BRINE_VALVE_POS"])
    draw_valve(canvas, _at(120, q), 180, view.openings["BYPASS_VALVE_POS"])
    if view.has_recuperator:
        _box(canvas, 460, 216, 130, 62, say(texts.RECUPERATOR), q)


def _receiver(canvas: Canvas, view: UnitPage, q: float) -> None:
    x, w = _at(830, q), _at(120, q)
    canvas.fill(x, 356, w, 44, "field")
    level = view.values["WF_LEVEL"].number
    if level is not None:
        high = 44.0 * min(1.0, max(0.0, level / 100.0))
        canvas.fill(x, 400 - high, w, high, "fill2")
    canvas.frame(x, 356, w, 44, "ink", thick=1.5)


def _value(
    canvas: Canvas,
    x: float,
    base: float,
    shown: Shown,
    *,
    align: str = LEFT,
    size: float = 16.0,
    after: str = "",
) -> float:
    """A number with its unit and letter; where it ends."""
    token = "t3" if shown.is_old else "t1"
    width = fonts.width(shown.text, size, bold=True)
    unit = fonts.width(shown.unit, 14) + 5.0 if shown.unit else 0.0
    letter = 21.0 if shown.letter else 0.0
    if align == RIGHT:
        x -= width + unit + letter
    elif align == MIDDLE:
        x -= (width + unit + letter) / 2.0
    canvas.text(x, base, shown.text, size=size, bold=True, token=token)
    x += width
    if shown.unit:
        canvas.text(x + 5.0, base, shown.unit, token="t3")
        x += unit
    if letter:
        draw_letter(canvas, x + 5.0, base - 13.0, shown.letter)
        x += letter
    if after:
        x += 6.0 + canvas.text(x + 6.0, base, after, token="t2")
    return x


def _numbers(canvas: Canvas, view: UnitPage, say: object, q: float) -> None:
    assert callable(say)

    def x(value: float) -> float:
        return _at(value, q)

    def value(tag: str) -> Shown:
        return view.values.get(tag, ABSENT)

    canvas.text(x(24), 44, say(texts.BRINE_IN), token="t2")
    _value(canvas, x(24), 68, value("BRINE_T_IN"))
    _value(canvas, x(24), 124, value("BRINE_P_IN"))
    _value(canvas, x(24), 148, value("BRINE_FLOW"))
    _value(canvas, x(120), 78, value("BRINE_VALVE_POS"), align=MIDDLE, size=14.0)
    canvas.text(x(72), 204, say(texts.BYPASS), token="t2", room=x(100), may_cut=True)
    _value(canvas, x(72), 228, value("BYPASS_VALVE_POS"), size=14.0)
    canvas.text(x(76), 366, say(texts.BRINE_OUT_SHORT), token="t2", room=x(170), may_cut=True)
    _value(canvas, x(24), 394, value("BRINE_T_OUT"))
    _value(canvas, x(130), 394, value("BRINE_P_OUT"))
    canvas.text(x(24), 418, say(texts.TO_CASCADE), token="t2", room=x(220), may_cut=True)
    _value(canvas, x(432), 84, value("WF_P_EVAP"))
    _value(canvas, x(432), 124, value("WF_T_EXP_IN"))
    label = canvas.text(x(432), 148, say(texts.SUPERHEAT), token="t2", room=110.0, may_cut=True)
    _value(canvas, x(432) + label + 8.0, 148, value("SUPERHEAT"), size=14.0)
    end = _value(canvas, x(590), 34, value("SPEED"))
    _value(canvas, max(end + 18.0, x(700)), 34, value("VIBRATION"))
    canvas.text(x(816), 152, say(texts.WINDING), token="t2", align=MIDDLE, room=96.0, may_cut=True)
    _value(canvas, x(816), 174, value("WINDING_T"), align=MIDDLE, size=14.0)
    closed = view.flags["BREAKER"]
    word = "" if closed is None else say(texts.BREAKER_CLOSED if closed else texts.BREAKER_OPEN)
    canvas.text(x(960), 44, word, token="t2", room=x(_WIDTH) - x(960) - 8.0, may_cut=True)
    _value(canvas, x(960), 72, value("POWER_GROSS"))
    _value(canvas, x(960), 124, value("FREQUENCY"), size=14.0)
    canvas.text(x(960), 148, f"cos φ {value('POWER_FACTOR').text}", token="t2")
    _value(canvas, x(712), 172, value("WF_T_EXP_OUT"), size=14.0)
    _value(canvas, x(712), 196, value("WF_P_COND"), size=14.0) if q > 0.95 else None
    _value(canvas, x(1062), 224, value("FAN_SPEED"), size=14.0) if q > 0.95 else None
    air = f"{value('T_AMBIENT').text} → {value('COND_T_AIR_OUT').text} °C"
    canvas.text(x(1050), 312, f"{say(texts.AIR)} {air}", token="t2", align=RIGHT)
    canvas.text(x(890), 380, say(texts.RECEIVER), token="t1", align=MIDDLE, room=x(112), may_cut=True)
    _value(canvas, x(964), 376, value("WF_LEVEL"), size=14.0)
    _value(canvas, x(964), 400, value("WF_T_PUMP_IN"), size=14.0)
    if view.has_recuperator:
        _value(canvas, x(400), 320 - 66, value("WF_T_HEATER_IN"), size=14.0) if q > 0.95 else None
    label = canvas.text(x(500), 446, say(texts.FEED_PUMP), token="t2", room=110.0, may_cut=True)
    end = _value(canvas, x(500) + label + 8.0, 446, value("PUMP_SPEED"), size=14.0)
    end = _value(canvas, end + 14.0, 446, value("POWER_PUMP"), size=14.0)
    end += 14.0 + canvas.text(end + 14.0, 446, say(texts.FLOW), token="t2", room=70.0, may_cut=True)
    _value(canvas, end + 8.0, 446, value("WF_FLOW"))
