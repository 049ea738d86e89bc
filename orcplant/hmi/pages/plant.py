"""The plant at a glance: net power, its gap, four values, then the one dark cell."""

from PySide6.QtWidgets import QWidget

from orcplant.hmi import texts
from orcplant.hmi.canvas import Canvas
from orcplant.hmi.desk import Desk
from orcplant.hmi.pages.page import Page
from orcplant.hmi.pages.plant_panels import (
    AlarmsPanel,
    CascadePanel,
    CountersPanel,
    InjectionPanel,
    KpiPanel,
    NetPanel,
    WaterPanel,
)
from orcplant.hmi.viewmodels.plant import PlantPage, plant_page
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.widgets.cells import UnitCellWidget, WellCellWidget
from orcplant.hmi.widgets.controls import Tabs
from orcplant.hmi.widgets.painted import Panel

_KPIS = 4


class MatrixPanel(Panel):
    """Wells over the manifold over the units."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.view: PlantPage | None = None
        self.wells: list[WellCellWidget] = []
        self.units: list[UnitCellWidget] = []
        self._manifold = 0.0

    def show_view(self, view: PlantPage) -> None:
        """Show wells and units."""
        if self.view is None or self.view.counts != view.counts:
            self.update()
        self.view = view
        if len(self.wells) != len(view.wells) or len(self.units) != len(view.units):
            self._build(len(view.wells), len(view.units))
        for well, shown in zip(self.wells, view.wells, strict=True):
            well.show_cell(shown)
        for unit, cell in zip(self.units, view.units, strict=True):
            unit.show_cell(cell)

    def _build(self, wells: int, units: int) -> None:
        for old in (*self.wells, *self.units):
            old.setParent(None)
            old.deleteLater()
        self.wells = [WellCellWidget(self.desk, self) for _ in range(wells)]
        self.units = [
            UnitCellWidget(self.desk, self, lambda name: self.desk.open("unit", name), is_detailed=False)
            for _ in range(units)
        ]
        for made in (*self.wells, *self.units):
            made.show()
        self.lay()

    def lay(self) -> None:
        """Wells in a row, units in as few rows as their cells allow."""
        inner, top, gap = self.wide - 2 * self.pad, 40.0, 8.0
        well_height = 62.0 if self.high > 300.0 else 48.0
        self._row(self.wells, len(self.wells), top, inner, well_height, gap)
        self._manifold = top + well_height + 12.0
        first = self._manifold + 14.0
        room = self.high - first - self.pad
        columns = unit_columns(len(self.units), inner, room, gap, shape=2.2)
        rows = -(-len(self.units) // columns) if self.units else 1
        height = (room - gap * (rows - 1)) / rows
        self._row(self.units, columns, first, inner, height, gap)

    def _row(
        self,
        cells: list[UnitCellWidget] | list[WellCellWidget],
        columns: int,
        top: float,
        inner: float,
        height: float,
        gap: float,
    ) -> None:
        for k, cell in enumerate(cells):
            width = (inner - gap * (columns - 1)) / columns
            self.place(
                cell,
                self.pad + (k % columns) * (width + gap),
                top + (k // columns) * (height + gap),
                width,
                height,
            )

    def draw(self, canvas: Canvas) -> None:
        """Draw title, manifold and the pipes to it."""
        if self.view is None:
            return
        say = self.desk.say
        note = say(texts.WELLS_NOTE) if self.wide > 900.0 else ""
        self.ground(canvas, say(texts.WELLS_UNITS), note=note, corner=self.view.counts)
        y = self._manifold
        canvas.fill(self.pad, y - 2.0, self.wide - 2 * self.pad, 4.0, "pipe")
        scale = self.desk.scale
        for well in self.wells:
            x = (well.x() + well.width() / 2.0) / scale
            canvas.fill(
                x - 1.5,
                (well.y() + well.height()) / scale,
                3.0,
                y - (well.y() + well.height()) / scale,
                "pipe",
            )
        for unit in self.units:
            if unit.y() / scale < y + 20.0:
                x = (unit.x() + unit.width() / 2.0) / scale
                canvas.fill(x - 1.5, y, 3.0, unit.y() / scale - y, "pipe")


def unit_columns(count: int, width: float, height: float, gap: float, *, shape: float) -> int:
    """Columns that bring the cells nearest to a shape, width over height."""
    if count == 0:
        return 1
    best, found = float("inf"), count
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        wide = (width - gap * (columns - 1)) / columns
        high = (height - gap * (rows - 1)) / rows
        empty = columns * rows - count
        # No cell too small to hold its name and its number.
        misfit = (
            abs(wide / max(high, 1.0) - shape) + 0.6 * empty + (10.0 if wide < 92.0 or high < 52.0 else 0.0)
        )
        if misfit < best:
            best, found = misfit, columns
    return found


class PlantPageWidget(Page):
    """Level 1."""

    name = "plant"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.net = NetPanel(desk, self)
        self.kpis = [KpiPanel(desk, self) for _ in range(_KPIS)]
        self.matrix = MatrixPanel(desk, self)
        self.alarms = AlarmsPanel(desk, self)
        self.cascade = CascadePanel(desk, self)
        self.injection = InjectionPanel(desk, self)
        self.water = WaterPanel(desk, self)
        self.counters = CountersPanel(desk, self)
        self.tabs = Tabs(desk, self, self._choose)
        self._tab = "cascade"

    @property
    def _lower(self) -> dict[str, Panel]:
        return {
            "cascade": self.cascade,
            "injection": self.injection,
            "water": self.water,
            "counters": self.counters,
        }

    def look(self, reader: Reader) -> None:
        """Show the plant."""
        view = plant_page(reader)
        self.net.show_view(view.net)
        for panel, kpi in zip(self.kpis, view.kpis, strict=False):
            panel.show_view(kpi)
        self.matrix.show_view(view)
        self.alarms.show_view(view)
        self.cascade.show_view(view)
        self.injection.show_view(view)
        self.water.show_view(view)
        self.counters.show_view(view)
        self._show_tabs()

    def _show_tabs(self) -> None:
        say = self.desk.say
        names = (texts.CASCADE, texts.INJECTION, texts.WATER, texts.COUNTERS)
        tabs = tuple((name, say(text)) for name, text in zip(self._lower, names, strict=True))
        self.tabs.show_tabs(tabs, self._tab)

    def _choose(self, tab: str) -> None:
        self._tab = tab
        self._show_tabs()
        self.lay()

    def keys(self) -> str:
        """Keys of this page."""
        return self.desk.say(texts.KEYS_PLANT)

    def lay(self) -> None:
        """Lay out for the width there is."""
        if self.is_wide:
            self._lay_wide()
        else:
            self._lay_narrow()

    def _lay_wide(self) -> None:
        gap, width, height = self.gap, self.wide, self.high
        self.tabs.hide()
        first, last = 212.0, 304.0
        middle = height - first - last - 2 * gap
        net = round(0.353 * width)
        self.place(self.net, 0.0, 0.0, net, first)
        part = (width - net - gap * _KPIS) / _KPIS
        for k, panel in enumerate(self.kpis):
            self.place(panel, net + gap + k * (part + gap), 0.0, part, first)
        y = first + gap
        left = round(0.638 * width)
        self.place(self.matrix, 0.0, y, left, middle)
        self.place(self.alarms, left + gap, y, width - left - gap, middle)
        y += middle + gap
        shares = (0.412, 0.2189, 0.2189)
        x = 0.0
        for lower, share in zip((self.cascade, self.injection, self.water), shares, strict=True):
            part = round(share * (width - 3 * gap))
            self.place(lower, x, y, part, last)
            x += part + gap
        self.place(self.counters, x, y, width - x, last)
        for shown in self._lower.values():
            shown.show()

    def _lay_narrow(self) -> None:
        gap, width, height = self.gap, self.wide, self.high
        first, tab, last = 168.0, 36.0, 186.0
        middle = height - first - tab - last - 2 * gap
        net = round(0.30 * width)
        self.place(self.net, 0.0, 0.0, net, first)
        part = (width - net - gap * _KPIS) / _KPIS
        for k, panel in enumerate(self.kpis):
            self.place(panel, net + gap + k * (part + gap), 0.0, part, first)
        y = first + gap
        left = round(0.62 * width)
        self.place(self.matrix, 0.0, y, left, middle)
        self.place(self.alarms, left + gap, y, width - left - gap, middle)
        y += middle + gap
        self.place(self.tabs, 0.0, y, width, tab)
        self.tabs.show()
        for name, lower in self._lower.items():
            self.place(lower, 0.0, y + tab, width, last)
            lower.setVisible(name == self._tab)
