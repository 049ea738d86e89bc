"""Alarms after IEC 62682 / ISA-18.2: one state machine each, one engine for the plant."""

from orcplant.control.alarms.definition import Definition, definitions
from orcplant.control.alarms.engine import Alarms
from orcplant.control.alarms.machine import Machine
from orcplant.control.alarms.metrics import Metrics
from orcplant.control.alarms.status import AlarmStatus, What

__all__ = ["AlarmStatus", "Alarms", "Definition", "Machine", "Metrics", "What", "definitions"]
