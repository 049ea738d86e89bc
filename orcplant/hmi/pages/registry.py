"""All pages, in the order of the rail."""

from orcplant.hmi.desk import Desk
from orcplant.hmi.pages.alarms import AlarmsPageWidget
from orcplant.hmi.pages.page import Page
from orcplant.hmi.pages.plant import PlantPageWidget
from orcplant.hmi.pages.records import DiagnosticsPageWidget, JournalPageWidget, SettingsPageWidget
from orcplant.hmi.pages.unit import UnitPageWidget
from orcplant.hmi.pages.units import UnitsPageWidget


def make_pages(desk: Desk) -> list[Page]:
    """Make every page."""
    return [
        PlantPageWidget(desk),
        UnitsPageWidget(desk),
        UnitPageWidget(desk),
        AlarmsPageWidget(desk),
        JournalPageWidget(desk),
        DiagnosticsPageWidget(desk),
        SettingsPageWidget(desk),
    ]
