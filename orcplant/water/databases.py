"""The thermodynamic databases, as they come with the `phreeqc` package, each held to its SHA-256.

The same name has hidden different data before: calcite of two copies of `phreeqc.dat` differs by 0.5 at 140
C. `llnl` is the reference: its constants are a grid from 0 to 300 C. `core10` and `thermoddem` cover the
same range and give the spread. `phreeqc.dat` is for cold water: above 100 C it deviates by half a unit (a
third of the sulphate becomes NaSO4-), so it is here for comparison with published cold waters only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from orcplant.units import kelvin


@dataclass(frozen=True, slots=True, eq=False)
class Database:
    """A database file: where it is valid [K], what it calls the minerals and elements, and what it lacks."""

    key: str
    file: str
    sha256: str
    source: str
    T_max: float
    phases: Mapping[str, str]
    elements: Mapping[str, str]
    silica: str  # species in which dissolved silica is written

    @property
    def minerals(self) -> tuple[str, ...]:
        """Keys of the minerals it knows."""
        return tuple(self.phases)


_PHASES: Final[dict[str, str]] = {
    "calcite": "Calcite",
    "aragonite": "Aragonite",
    "silica_am": "Silica_am_GA",
    "chalcedony": "Chalcedony",
    "quartz": "Quartz",
    "anhydrite": "Anhydrite",
    "gypsum": "Gypsum",
    "barite": "Barite",
    "celestite": "Celestite",
    "fluorite": "Fluorite",
    "dolomite": "Dolomite",
    "sepiolite": "Sepiolite",
    "talc": "Talc",
    "chrysotile": "Chrysotile",
    "siderite": "Siderite",
    "halite": "Halite",
}
# Sulphide and ammonium are elements of their own (see `phreeqc_engine`): they do not react with
# sulphate and carbonate within the time a plant gives them.
_ELEMENTS: Final[dict[str, str]] = {
    **{name: name for name in ("Na", "K", "Ca", "Mg", "Li", "Sr", "Ba", "Fe", "Mn", "Al", "Cl", "F", "Br")},
    **{name: name for name in ("B", "As", "Si")},
    "NH4": "Amm",
    "S_sulfate": "S(6)",
    "S_sulfide": "Sul",
    "C": "C(4)",
    "alkalinity": "Alkalinity",
}


def _without(table: dict[str, str], *missing: str, **changed: str) -> Mapping[str, str]:
    return MappingProxyType({key: name for key, name in (table | changed).items() if key not in missing})


LLNL: Final = Database(
    key="llnl",
    file="llnl.dat",
    sha256="dbc108236b91b7618b5362e64c3968123bb7d969270cbc7129673b887397e78a",
    source="llnl.dat: thermo.com.V8.R6.230, Johnson (LLNL), converted by Anderson and Parkhurst",
    T_max=kelvin(300.0),
    phases=_without(_PHASES),
    elements=_without(_ELEMENTS),
    silica="SiO2",
)
CORE10: Final = Database(
    key="core10",
    file="core10.dat",
    sha256="9492c1bd696141c5e2e6b17eee66b9dcf8fdbb24e16f2a365de19424248fcca1",
    source="core10.dat: Neveu, Desch, Castillo-Rogez, Geochim. Cosmochim. Acta 212 (2017) 324-371",
    T_max=kelvin(300.0),
    phases=_without(_PHASES, "barite", "celestite", "fluorite"),
    elements=_without(_ELEMENTS, "Ba", "Sr", "F", "Br", "As"),
    silica="SiO2",
)
THERMODDEM: Final = Database(
    key="thermoddem",
    file="PHREEQC_ThermoddemV1.10_15Dec2020.dat",
    sha256="cfb1dbe03bc2744e622ee9544be628d051beda4f0de8a218afeddd62ad781aee",
    source="Thermoddem V1.10 (15 Dec 2020), BRGM: Blanc and others, Appl. Geochem. 27 (2012) 2107-2116",
    T_max=kelvin(300.0),
    phases=_without(_PHASES, quartz="Quartz(alpha)"),
    elements=_without(_ELEMENTS),
    silica="H4SiO4",
)
PHREEQC_COLD: Final = Database(
    key="phreeqc",
    file="phreeqc.dat",
    sha256="59373961d648dfbf68a40744060c1d64f57ecbec98f4f5fb89f3a1b4213ccd10",
    source="phreeqc.dat: Parkhurst and Appelo, USGS Techniques and Methods 6-A43, 2013; as of PHREEQC 3.8.6",
    T_max=kelvin(100.0),
    phases=_without(_PHASES),
    elements=_without(_ELEMENTS, "As"),
    silica="H4SiO4",
)
DATABASES: Final = {one.key: one for one in (LLNL, CORE10, THERMODDEM, PHREEQC_COLD)}
SPREAD: Final = (LLNL, CORE10, THERMODDEM)
"""Databases whose disagreement is shown as a band."""
