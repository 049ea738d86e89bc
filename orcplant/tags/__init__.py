"""Tag tables: the register maps of the plant's controllers, read from CSV into frozen records.

Data only. How registers become values is written twice on purpose, once in the control core and once in the
PLC simulator: a mistake shared by both would cancel out and every test would pass.
"""

from orcplant.tags.alarms import Alarm, AlarmKind, load_alarms
from orcplant.tags.dtype import DType, Kind
from orcplant.tags.reading import load_table, table_types
from orcplant.tags.tag import KNOWN_CONSTANT, Access, Order, PollGroup, Table, Tag, TagTable

__all__ = [
    "KNOWN_CONSTANT",
    "Access",
    "Alarm",
    "AlarmKind",
    "DType",
    "Kind",
    "Order",
    "PollGroup",
    "Table",
    "Tag",
    "TagTable",
    "load_alarms",
    "load_table",
    "table_types",
]
