"""Years of values in one SQLite file: hot rows a second, compressed hours, rollups a minute."""

from orcplant.control.historian.historian import Historian
from orcplant.control.historian.reader import HistoryReader
from orcplant.control.historian.samples import NO_RECORD, Samples

__all__ = ["NO_RECORD", "Historian", "HistoryReader", "Samples"]
