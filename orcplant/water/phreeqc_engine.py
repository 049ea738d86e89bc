"""Speciation and mineral equilibria: the one door to PHREEQC.

PHREEQC forgives too much, and this door does not: an element it does not know counts as zero and leaves only
a warning; after an error the tables still hold numbers; a database of the same name may hold other data.
Every run is therefore held to its error count and its warnings, and every database to its hash.

Source: Parkhurst and Appelo, *Description of input and examples for PHREEQC version 3*, USGS Techniques and
Methods 6-A43, 2013. Amorphous silica: Gunnarsson and Arnorsson 2000 (see `silica`).
"""

import hashlib
import importlib.metadata
import importlib.resources
import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from orcplant.errors import ChemistryError, SampleError
from orcplant.units import degC, kelvin
from orcplant.water.databases import LLNL, Database
from orcplant.water.phreeqc_input import (
    CAREFUL,
    GASES,
    USUAL,
    additions,
    counted,
    doubts,
    first,
    has_parts,
    hint,
    reaction,
    selected,
    solution,
)
from orcplant.water.solution import ATMOSPHERE, NO_CHANGE, Change, Recipe, Speciation

PACKAGE: Final = "phreeqc"
_COLDEST: Final = kelvin(0.0)
_ABSENT: Final = -99.0  # an index below this is PHREEQC's -999.999: an element is missing
_TRACE: Final = 1e-20  # [mol/kg], less than this PHREEQC calls nothing


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
        self._run(additions(database, content), "additions")
        self._held: Recipe | None = None
        self._run(selected(database), "output")

    def states(
        self,
        recipe: Recipe,
        T: Sequence[float],
        p: Sequence[float] | float,
        *,
        change: Change = NO_CHANGE,
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
        possible = [key for key in self._known(equilibrate) if has_parts(key, recipe, change)]
        phases = [self.database.phases[key] for key in possible]
        rows = self._rows(reaction(T, pressures, change, phases))
        return [
            self._speciation(row, T=t, p=q, equilibrate=equilibrate)
            for row, t, q in zip(rows[-len(T) :], T, pressures, strict=True)
        ]

    def sampled(self, recipe: Recipe) -> Speciation:
        """State of the sample as it was measured."""
        self._held = None
        return self._speciation(self._hold(recipe), T=recipe.T, p=recipe.p, equilibrate=())

    def within(self, T: float) -> float:
        """Temperature [K] inside the range of the database that is nearest to T."""
        return min(max(T, _COLDEST), self.database.T_max)

    def _known(self, minerals: Sequence[str]) -> Sequence[str]:
        unknown = [key for key in minerals if key not in self.database.phases]
        if unknown:
            raise ChemistryError(f"{self.database.file} has no mineral {unknown[0]}")
        return minerals

    def _refuse_hot(self, T: Sequence[float]) -> None:
        for t in T:
            if not _COLDEST <= t <= self.database.T_max:
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
            row = self._rows(solution(recipe, self.database))[-1]
        except ChemistryError as exc:
            raise SampleError(f"the sample contradicts itself: {exc}{hint(str(exc))}") from exc
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
            self._phreeqc.RunString(USUAL)
            self._is_careful = False
        errors = self._phreeqc.RunString(text)
        if errors:  # small steps find answers that large ones jump over, at ten times the cost
            self._phreeqc.RunString(CAREFUL)
            self._is_careful = True
            errors = self._phreeqc.RunString(text)
        self._checked(errors, what)

    def _checked(self, errors: int, what: str) -> None:
        # The tables hold plausible numbers after an error, so nothing is read before this.
        if errors:
            raise ChemistryError(
                f"PHREEQC ({self.database.file}, {what}): {first(self._phreeqc.GetErrorString())}"
            )
        if warning := doubts(self._phreeqc.GetWarningString()):
            raise ChemistryError(f"PHREEQC ({self.database.file}, {what}) warns: {first(warning)}")

    def _speciation(self, row: "_Row", *, T: float, p: float, equilibrate: Sequence[str]) -> Speciation:
        phases, elements = self.database.phases, self.database.elements
        indices = {key: row[f"si_{name}"] for key, name in phases.items()}
        totals = {key: row[f"{elements[key]}(mol/kgw)"] for key in counted(self.database)}
        gases = {gas: row[f"si_{name}"] for gas, name in GASES.items()}
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
