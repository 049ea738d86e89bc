"""The species an analysis may name, and what each one counts as.

Several names can mean one component (SO4 and S_sulfate): a laboratory writes what it weighs. An amount
in mg is the mass of what the name says: `S_sulfate` is sulphur, `SO4` is sulphate, `C` is carbon,
`HCO3` the titrated alkalinity as hydrogen carbonate, `H2SiO3` and `HBO2` what Chinese laboratories
report as metasilicic (偏硅酸) and metaboric acid (偏硼酸).

Molar masses: Prohaska and others, *Standard atomic weights of the elements 2021*, Pure Appl. Chem. 94 (2022)
573-600, abridged values.
"""

from dataclasses import dataclass
from typing import Final

ALKALINITY: Final = "alkalinity"
_H, _C, _O, _S, _SI, _B = 1.008, 12.011, 15.999, 32.06, 28.085, 10.81  # [g/mol]
_F, _CL, _BR, _N = 18.998, 35.45, 79.904, 14.007


@dataclass(frozen=True, slots=True)
class Species:
    """A name of an analysis: what it counts as, its molar mass [kg/mol], and its charge.

    ``count`` is how many moles of the component (of alkalinity: equivalents) one mole brings; ``charge``
    its charge at the pH of natural waters, 0 where that depends on pH.
    """

    name: str
    component: str
    molar_mass: float
    charge: int
    count: float = 1.0


def _table() -> dict[str, Species]:
    rows: tuple[tuple[str, str, float, int, float], ...] = (
        ("Na", "Na", 22.990, 1, 1.0),
        ("K", "K", 39.098, 1, 1.0),
        ("Ca", "Ca", 40.078, 2, 1.0),
        ("Mg", "Mg", 24.305, 2, 1.0),
        ("Li", "Li", 6.94, 1, 1.0),
        ("Sr", "Sr", 87.62, 2, 1.0),
        ("Ba", "Ba", 137.33, 2, 1.0),
        ("Fe", "Fe", 55.845, 2, 1.0),
        ("Mn", "Mn", 54.938, 2, 1.0),
        ("Al", "Al", 26.982, 0, 1.0),
        ("NH4", "NH4", _N + 4 * _H, 1, 1.0),
        ("Cl", "Cl", _CL, -1, 1.0),
        ("S_sulfate", "S_sulfate", _S, -2, 1.0),
        ("SO4", "S_sulfate", _S + 4 * _O, -2, 1.0),
        ("S_sulfide", "S_sulfide", _S, 0, 1.0),
        ("H2S", "S_sulfide", 2 * _H + _S, 0, 1.0),
        ("C", "C", _C, 0, 1.0),
        ("HCO3", ALKALINITY, _H + _C + 3 * _O, -1, 1.0),
        ("CO3", ALKALINITY, _C + 3 * _O, -2, 2.0),
        ("F", "F", _F, -1, 1.0),
        ("Br", "Br", _BR, -1, 1.0),
        ("B", "B", _B, 0, 1.0),
        ("H3BO3", "B", 3 * _H + _B + 3 * _O, 0, 1.0),
        ("HBO2", "B", _H + _B + 2 * _O, 0, 1.0),
        ("As", "As", 74.922, 0, 1.0),
        ("Si", "Si", _SI, 0, 1.0),
        ("SiO2", "Si", _SI + 2 * _O, 0, 1.0),
        ("H2SiO3", "Si", 2 * _H + _SI + 3 * _O, 0, 1.0),
    )
    return {name: Species(name, to, mass / 1e3, charge, count) for name, to, mass, charge, count in rows}


SPECIES: Final[dict[str, Species]] = _table()
M_SILICA: Final = SPECIES["SiO2"].molar_mass  # [kg/mol]
M_WATER: Final = (2 * _H + _O) / 1e3  # [kg/mol]
"""Masses that other modules need."""
