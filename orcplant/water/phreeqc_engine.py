"""Speciation and mineral equilibria: the one door to PHREEQC.

PHREEQC forgives too much, and this door does not: an element it does not know counts as zero and leaves only
a warning; after an error the tables still hold numbers; a database of the same name may hold other data.
Every run is therefore held to its error count and its warnings, and every database to its hash.

Sulphide and ammonium are made elements of their own, with the constants of llnl.dat: at equilibrium they
would turn into sulphate, nitrogen and methane, which takes years at these temperatures.

Source: Parkhurst and Appelo, *Description of input and examples for PHREEQC version 3*, USGS Techniques and
Methods 6-A43, 2013. Amorphous silica: Gunnarsson and Arnorsson 2000 (see `silica`).
"""

import hashlib
import importlib.metadata
import importlib.resources
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from orcplant.errors import ChemistryError, SampleError
from orcplant.units import degC
from orcplant.water.databases import LLNL, Database
from orcplant.water.minerals import MINERALS
from orcplant.water.species import ALKALINITY, M_WATER

ATMOSPHERE: Final = 101325.0  # [Pa], unit of PHREEQC's pressures and fugacities
PACKAGE: Final = "phreeqc"
_ABSENT: Final = -99.0  # an index below this is PHREEQC's -999.999: an element is missing
_START: Final = 1e-6  # [mol/kg], where a component that only closes the balance begins
_TRACE: Final = 1e-20  # [mol/kg], less than this PHREEQC calls nothing
_DECOUPLED: Final = """
SOLUTION_MASTER_SPECIES
 Sul HSul- 1.0 Sul 32.066
 Amm AmmH+ 0.0 AmmH 17.0306
SOLUTION_SPECIES
HSul- = HSul-
 log_k 0
 {gamma} 3.5{tail}
HSul- + H+ = H2Sul
 log_k 6.9877
 -analytical_expression 3.9283e+1 2.8727e-2 1.3477e+3 -1.8331e+1 2.1018e+1
 {gamma} 3{tail}
HSul- = Sul-2 + H+
 log_k -12.9351
 -analytical_expression 9.7756e+1 3.2913e-2 -5.0784e+3 -4.1812e+1 -7.9273e+1
 {gamma} 5{tail}
AmmH+ = AmmH+
 log_k 0
 {gamma} 2.5{tail}
AmmH+ = Amm + H+
 log_k -9.241
 -analytical_expression 1.4527e+1 5.0518e-3 -3.0447e+3 -6.0865e+0 -4.7515e+1
 {gamma} 3{tail}
PHASES
H2Sul(g)
 H2Sul = H+ + HSul-
 log_k -7.9759
 -analytical_expression -9.7354e+1 -3.1576e-2 1.8285e+3 3.744e+1 2.856e+1
"""
_SILICA: Final = """
Silica_am_GA
 {reaction}
 log_k -2.71
 -analytical_expression -8.476 0 -485.24 3.068 0 -2.268e-6
END
"""
_CAREFUL: Final = "KNOBS\n -iterations 500\n -step_size 5\n -pe_step_size 2\n -diagonal_scale true\nEND\n"
_USUAL: Final = "KNOBS\n -iterations 100\n -step_size 100\n -pe_step_size 10\n -diagonal_scale false\nEND\n"
_MEANINGS: Final = {
    "Alkalinity has not converged": "no carbonate gives this alkalinity, HCO3, at this pH",
    "Charge balance has not converged": "the species of charge_balance cannot close it at this pH",
    "Negative concentration": "the species of charge_balance would be negative",
}
_GASES: Final = {"CO2": "CO2(g)", "H2S": "H2Sul(g)"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """A solution as it was measured: molalities by component, pH, T [K] and p [Pa] of that pH.

    ``adjusted`` is the component that closes the charge balance, "pH", or empty.
    """

    molalities: Mapping[str, float]
    pH: float
    T: float
    p: float = ATMOSPHERE
    adjusted: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is added to a kilogram of water [mol]; negative is taken away."""

    water: float = 0.0
    CO2: float = 0.0
    H2S: float = 0.0


@dataclass(frozen=True, slots=True)
class Speciation:
    """One state of the water.

    ``indices`` are log10(IAP / K) by mineral, for those whose elements are all there; ``totals`` moles of
    each component per kilogram of water that is left; ``precipitated`` moles of each mineral allowed to
    fall out, per kilogram of the water that was there; ``pressures`` of CO2 and H2S over it [Pa], as
    fugacities. ``charge_error`` is 100 (cations - anions) / (cations + anions).
    """

    T: float
    p: float
    pH: float
    ionic_strength: float
    water_activity: float
    charge_error: float
    database: str
    indices: Mapping[str, float] = field(hash=False)
    totals: Mapping[str, float] = field(hash=False)
    precipitated: Mapping[str, float] = field(hash=False)
    pressures: Mapping[str, float] = field(hash=False)


def available() -> bool:
    """Whether the `phreeqc` package is installed."""
    return importlib.util.find_spec(PACKAGE) is not None


def package_version() -> str:
    """Version of the `phreeqc` package; empty where it is not installed."""
    return importlib.metadata.version(PACKAGE) if available() else ""


@lru_cache(maxsize=8)
def engine(database: Database = LLNL) -> "Engine":
    """Engine of a database, loaded once."""
    return Engine(database)


class Engine:
    """PHREEQC with one database. Not thread safe; one worker process, never two threads.

    Parameters
    ----------
    database : Database

    Raises
    ------
    ChemistryError
        If the package is missing, or its database is not the one orcplant was validated with.
    """

    def __init__(self, database: Database = LLNL) -> None:
        self.database = database
        self._phreeqc = _instance()
        self._is_careful = False
        self._names: list[str] = []
        content = _content(database)
        self._checked(self._phreeqc.LoadDatabaseString(content), "database")
        self._run(_additions(database), "additions")
        self._held: Recipe | None = None
        self._run(_selected(database), "output")

    def states(
        self,
        recipe: Recipe,
        T: Sequence[float],
        p: Sequence[float] | float,
        *,
        change: Change = Change(),
        equilibrate: Sequence[str] = (),
    ) -> list[Speciation]:
        """States of a closed solution, each from the sample on.

        Parameters
        ----------
        T, p : sequences of float
            Temperatures [K] and pressures [Pa] to bring it to, one by one from the sample.
        change : Change
            What is added or taken on the way.
        equilibrate : sequence of str
            Minerals that may fall out (and dissolve again what fell), none being there at first.

        Raises
        ------
        ChemistryError
            If PHREEQC finds no answer or warns of one, or T is beyond the database.
        """
        pressures = [float(p)] * len(T) if isinstance(p, float | int) else list(p)
        self._refuse_hot(T)
        self._hold(recipe)
        possible = [key for key in self._known(equilibrate) if _has_parts(key, recipe, change)]
        phases = [self.database.phases[key] for key in possible]
        rows = self._rows(_reaction(T, pressures, change, phases))
        return [
            self._speciation(row, T=t, p=q, equilibrate=equilibrate)
            for row, t, q in zip(rows[-len(T) :], T, pressures, strict=True)
        ]

    def sampled(self, recipe: Recipe) -> Speciation:
        """State of the sample as it was measured."""
        self._held = None
        return self._speciation(self._hold(recipe), T=recipe.T, p=recipe.p, equilibrate=())

    def _known(self, minerals: Sequence[str]) -> Sequence[str]:
        unknown = [key for key in minerals if key not in self.database.phases]
        if unknown:
            raise ChemistryError(f"{self.database.file} has no mineral {unknown[0]}")
        return minerals

    def _refuse_hot(self, T: Sequence[float]) -> None:
        for t in T:
            if not 273.15 <= t <= self.database.T_max:
                limit = degC(self.database.T_max)
                raise ChemistryError(
                    f"{degC(t):.1f} C is outside 0 to {limit:.0f} C, the range of {self.database.file}"
                )

    def _hold(self, recipe: Recipe) -> "_Row":
        """Make the recipe PHREEQC's solution 1; the row of the sample when it was made anew."""
        if recipe is self._held:
            return {}
        self._held = None
        try:
            row = self._rows(_solution(recipe, self.database))[-1]
        except ChemistryError as exc:
            raise SampleError(f"the sample contradicts itself: {exc}{_hint(str(exc))}") from exc
        self._held = recipe
        return row

    def _rows(self, text: str) -> "list[_Row]":
        self._run(text, "solution")
        value = self._phreeqc.GetSelectedOutputValue
        columns = range(self._phreeqc.GetSelectedOutputColumnCount())
        if not self._names:  # the same in every run
            self._names = [str(value(0, k)) for k in columns]
        return [
            dict(zip(self._names, [value(row, k) for k in columns], strict=True))
            for row in range(1, self._phreeqc.GetSelectedOutputRowCount())
        ]

    def _run(self, text: str, what: str) -> None:
        if self._is_careful:
            self._phreeqc.RunString(_USUAL)
            self._is_careful = False
        errors = self._phreeqc.RunString(text)
        if errors:  # small steps find answers that large ones jump over, at ten times the cost
            self._phreeqc.RunString(_CAREFUL)
            self._is_careful = True
            errors = self._phreeqc.RunString(text)
        self._checked(errors, what)

    def _checked(self, errors: int, what: str) -> None:
        # The tables hold plausible numbers after an error, so nothing is read before this.
        if errors:
            raise ChemistryError(
                f"PHREEQC ({self.database.file}, {what}): {_first(self._phreeqc.GetErrorString())}"
            )
        warning = self._phreeqc.GetWarningString()
        if warning.strip():
            raise ChemistryError(f"PHREEQC ({self.database.file}, {what}) warns: {_first(warning)}")

    def _speciation(self, row: "_Row", *, T: float, p: float, equilibrate: Sequence[str]) -> Speciation:
        phases, elements = self.database.phases, self.database.elements
        indices = {key: row[f"si_{name}"] for key, name in phases.items()}
        totals = {key: row[f"{elements[key]}(mol/kgw)"] for key in _counted(self.database)}
        gases = {gas: row[f"si_{name}"] for gas, name in _GASES.items()}
        return Speciation(
            T=T,
            p=p,
            pH=row["pH"],
            ionic_strength=row["mu"],
            water_activity=10.0 ** row["la_H2O"],
            charge_error=row["pct_err"],
            database=self.database.key,
            indices=MappingProxyType({key: index for key, index in indices.items() if index > _ABSENT}),
            totals=MappingProxyType({key: total for key, total in totals.items() if total > _TRACE}),
            precipitated=MappingProxyType({key: max(row[phases[key]], 0.0) for key in equilibrate}),
            pressures=MappingProxyType(
                {gas: ATMOSPHERE * 10.0**index if index > _ABSENT else 0.0 for gas, index in gases.items()}
            ),
        )


_Row: TypeAlias = dict[str, float]


def _instance() -> Any:
    if not available():
        raise ChemistryError("speciation needs the package phreeqc: pip install 'orcplant[chem]'")
    from phreeqc import Phreeqc

    return Phreeqc()


@lru_cache(maxsize=8)
def _content(database: Database) -> str:
    """Text of a database file of the package."""
    file = importlib.resources.files(PACKAGE) / "databases" / database.file
    try:
        raw = file.read_bytes()
    except OSError as exc:
        raise ChemistryError(f"{PACKAGE} {package_version()} brings no {database.file}") from exc
    found = hashlib.sha256(raw).hexdigest()
    if found != database.sha256:
        raise ChemistryError(
            f"{database.file} of {PACKAGE} {package_version()} is not the file orcplant was validated with:"
            f" SHA-256 {found[:12]}..., expected {database.sha256[:12]}..."
        )
    return raw.decode("utf-8-sig", errors="replace")


def _additions(database: Database) -> str:
    llnl = "LLNL_AQUEOUS_MODEL" in _content(database)
    decoupled = _DECOUPLED.format(gamma="-llnl_gamma" if llnl else "-gamma", tail="" if llnl else " 0.0")
    sides = {"SiO2": "SiO2 = SiO2", "H4SiO4": "SiO2 + 2H2O = H4SiO4"}
    return decoupled + _SILICA.format(reaction=sides[database.silica])


def _counted(database: Database) -> tuple[str, ...]:
    """Components whose totals are asked for."""
    return tuple(key for key in database.elements if key != ALKALINITY)


def _selected(database: Database) -> str:
    phases = " ".join(database.phases.values())
    totals = " ".join(database.elements[key] for key in _counted(database))
    return f"""SELECTED_OUTPUT 1
 -reset false
 -high_precision true
 -pH true
 -ionic_strength true
 -water true
 -percent_error true
 -activities H2O
 -totals {totals}
 -saturation_indices {phases} {" ".join(_GASES.values())}
 -equilibrium_phases {phases}
END
"""


def _solution(recipe: Recipe, database: Database) -> str:
    lines = [
        "SOLUTION 1",
        " units mol/kgw",
        f" temp {degC(recipe.T):.6f}",
        f" pressure {recipe.p / ATMOSPHERE:.9g}",
        f" pH {recipe.pH:.9g}{' charge' if recipe.adjusted == 'pH' else ''}",
    ]
    started = {recipe.adjusted: _START} if recipe.adjusted in database.elements else {}
    for key, amount in (started | dict(recipe.molalities)).items():
        if key in database.elements and amount > 0.0:
            unit = " as HCO3" if key == ALKALINITY else ""
            charge = " charge" if key == recipe.adjusted else ""
            lines.append(f" {database.elements[key]} {amount:.12g}{unit}{charge}")
    return "\n".join([*lines, "END\n"])


def _reaction(T: Sequence[float], p: Sequence[float], change: Change, phases: Sequence[str]) -> str:
    lines = ["USE solution 1"]
    added = {"H2O": change.water, "CO2": change.CO2, "H2Sul": change.H2S}
    if any(added.values()):
        lines += [
            "REACTION 1",
            *(f" {name} {amount:.15g}" for name, amount in added.items() if amount),
            " 1.0",
        ]
    lines += ["REACTION_TEMPERATURE 1", " " + " ".join(f"{degC(t):.6f}" for t in T)]
    lines += ["REACTION_PRESSURE 1", " " + " ".join(f"{q / ATMOSPHERE:.9g}" for q in p)]
    if phases:
        lines += ["EQUILIBRIUM_PHASES 1", *(f" {name} 0.0 0.0" for name in phases)]
    return "\n".join([*lines, "END\n"])


def _has_parts(mineral: str, recipe: Recipe, change: Change) -> bool:
    """Whether all components of a mineral are there; PHREEQC warns of one that cannot form."""
    there = {key for key, amount in recipe.molalities.items() if amount > 0.0} | {recipe.adjusted}
    if ALKALINITY in there or change.CO2 > 0.0:
        there |= {"C"}
    return there.issuperset(MINERALS[mineral].parts)


def _hint(text: str) -> str:
    """What a failure most likely means in the words of the file."""
    for said, meant in _MEANINGS.items():
        if said in text:
            return f" ({meant})"
    return ""


def _first(text: str) -> str:
    """First line of PHREEQC's complaint that says something."""
    lines = [line.removeprefix("ERROR:").removeprefix("WARNING:").strip() for line in text.splitlines()]
    return next((line for line in lines if line), "no reason given").rstrip(".")


def moles_of_water(share: float) -> float:
    """Moles in `share` of a kilogram of water [mol]."""
    return share / M_WATER
