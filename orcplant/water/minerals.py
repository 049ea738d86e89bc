"""The minerals that orcplant looks at, and how their indices are to be read."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Pace: TypeAlias = Literal["fast", "slow"]


@dataclass(frozen=True, slots=True)
class Mineral:
    """A scale mineral: key, formula, molar mass [kg/mol], and whether it forms within hours.

    A ``slow`` mineral is shown and never alarms: dolomite and magnesium silicates are oversaturated in most
    hot waters and do not fall out within a plant's residence time, quartz and chalcedony give way to
    amorphous silica.
    """

    key: str
    formula: str
    molar_mass: float
    pace: Pace


_ROWS: Final[tuple[tuple[str, str, float, Pace], ...]] = (
    ("calcite", "CaCO3", 100.086, "fast"),
    ("aragonite", "CaCO3", 100.086, "fast"),
    ("silica_am", "SiO2", 60.083, "fast"),
    ("chalcedony", "SiO2", 60.083, "slow"),
    ("quartz", "SiO2", 60.083, "slow"),
    ("anhydrite", "CaSO4", 136.13, "fast"),
    ("gypsum", "CaSO4:2H2O", 172.16, "fast"),
    ("barite", "BaSO4", 233.38, "fast"),
    ("celestite", "SrSO4", 183.67, "fast"),
    ("fluorite", "CaF2", 78.074, "fast"),
    ("dolomite", "CaMg(CO3)2", 184.40, "slow"),
    ("sepiolite", "Mg4Si6O15(OH)2:6H2O", 647.83, "slow"),
    ("talc", "Mg3Si4O10(OH)2", 379.26, "slow"),
    ("chrysotile", "Mg3Si2O5(OH)4", 277.11, "slow"),
    ("siderite", "FeCO3", 115.85, "slow"),
    ("halite", "NaCl", 58.44, "fast"),
)
MINERALS: Final = {key: Mineral(key, formula, mass / 1e3, pace) for key, formula, mass, pace in _ROWS}
STANDARD: Final = (
    "calcite",
    "silica_am",
    "chalcedony",
    "quartz",
    "anhydrite",
    "gypsum",
    "barite",
    "celestite",
    "fluorite",
    "dolomite",
    "sepiolite",
    "talc",
)
"""Minerals of the charts and of the speed that is promised."""
