"""The minerals that orcplant looks at, and how their indices are to be read."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Pace: TypeAlias = Literal["fast", "slow"]


@dataclass(frozen=True, slots=True)
class Mineral:
    """A scale mineral: key, formula, molar mass [kg/mol], pace, and the components it is made of.

    A ``fast`` mineral forms within hours. A ``slow`` one is shown and never alarms: dolomite and magnesium
    silicates are oversaturated in most hot waters and do not fall out within a plant's residence time,
    quartz and chalcedony give way to amorphous silica.
    """

    key: str
    formula: str
    molar_mass: float
    pace: Pace
    parts: tuple[str, ...]


_ROWS: Final[tuple[tuple[str, str, float, Pace, str], ...]] = (
    ("calcite", "CaCO3", 100.086, "fast", "Ca C"),
    ("aragonite", "CaCO3", 100.086, "fast", "Ca C"),
    ("silica_am", "SiO2", 60.083, "fast", "Si"),
    ("chalcedony", "SiO2", 60.083, "slow", "Si"),
    ("quartz", "SiO2", 60.083, "slow", "Si"),
    ("anhydrite", "CaSO4", 136.13, "fast", "Ca S_sulfate"),
    ("gypsum", "CaSO4:2H2O", 172.16, "fast", "Ca S_sulfate"),
    ("barite", "BaSO4", 233.38, "fast", "Ba S_sulfate"),
    ("celestite", "SrSO4", 183.67, "fast", "Sr S_sulfate"),
    ("fluorite", "CaF2", 78.074, "fast", "Ca F"),
    ("dolomite", "CaMg(CO3)2", 184.40, "slow", "Ca Mg C"),
    ("sepiolite", "Mg4Si6O15(OH)2:6H2O", 647.83, "slow", "Mg Si"),
    ("talc", "Mg3Si4O10(OH)2", 379.26, "slow", "Mg Si"),
    ("chrysotile", "Mg3Si2O5(OH)4", 277.11, "slow", "Mg Si"),
    ("siderite", "FeCO3", 115.85, "slow", "Fe C"),
    ("halite", "NaCl", 58.44, "fast", "Na Cl"),
)
MINERALS: Final = {
    key: Mineral(key, formula, mass / 1e3, pace, tuple(parts.split()))
    for key, formula, mass, pace, parts in _ROWS
}
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
