"""PHREEQC's input language: the only place that writes it.

Sulphide and ammonium are made elements of their own, with the constants of llnl.dat: at equilibrium they
would turn into sulphate, nitrogen and methane, which takes years at these temperatures. Amorphous silica of
Gunnarsson and Arnorsson 2000 (see `silica`) is added, so that every database means the same solid.
"""

from collections.abc import Sequence
from typing import Final

from orcplant.units import degC
from orcplant.water.databases import Database
from orcplant.water.minerals import MINERALS
from orcplant.water.solution import ATMOSPHERE, Change, Recipe
from orcplant.water.species import ALKALINITY

_START: Final = 1e-6  # [mol/kg], where a component that only closes the balance begins
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
CAREFUL: Final = "KNOBS\n -iterations 500\n -step_size 5\n -pe_step_size 2\n -diagonal_scale true\nEND\n"
USUAL: Final = "KNOBS\n -iterations 100\n -step_size 100\n -pe_step_size 10\n -diagonal_scale false\nEND\n"
# PHREEQC tells of its own second tries; an error follows if none of them ends well.
_SECOND_TRY: Final = (
    "Maximum iterations exceeded",
    "Numerical method failed",
    "Trying ",
    "Skipping optimize equations",
    "Adding inequality",
)
_MEANINGS: Final = {
    "Alkalinity has not converged": "no carbonate gives this alkalinity, HCO3, at this pH",
    "Charge balance has not converged": "the species of charge_balance cannot close it at this pH",
    "Negative concentration": "the species of charge_balance would be negative",
}
GASES: Final = {"CO2": "CO2(g)", "H2S": "H2Sul(g)"}


def additions(database: Database, content: str) -> str:
    """What every database gets beside its own `content`: sulphide, ammonium, amorphous silica."""
    llnl = "LLNL_AQUEOUS_MODEL" in content
    decoupled = _DECOUPLED.format(gamma="-llnl_gamma" if llnl else "-gamma", tail="" if llnl else " 0.0")
    sides = {"SiO2": "SiO2 = SiO2", "H4SiO4": "SiO2 + 2H2O = H4SiO4"}
    return decoupled + _SILICA.format(reaction=sides[database.silica])


def counted(database: Database) -> tuple[str, ...]:
    """Components whose totals are asked for."""
    return tuple(key for key in database.elements if key != ALKALINITY)


def selected(database: Database) -> str:
    """The table that every run fills."""
    phases = " ".join(database.phases.values())
    totals = " ".join(database.elements[key] for key in counted(database))
    return f"""SELECTED_OUTPUT 1
 -reset false
 -high_precision true
 -pH true
 -ionic_strength true
 -water true
 -percent_error true
 -activities H2O
 -totals {totals}
 -saturation_indices {phases} {" ".join(GASES.values())}
 -equilibrium_phases {phases}
END
"""


def solution(recipe: Recipe, database: Database) -> str:
    """A sample as solution 1."""
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


def reaction(T: Sequence[float], p: Sequence[float], change: Change, phases: Sequence[str]) -> str:
    """Solution 1 brought to temperatures [K] and pressures [Pa], one by one."""
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


def has_parts(mineral: str, recipe: Recipe, change: Change) -> bool:
    """Whether all components of a mineral are there; PHREEQC warns of one that cannot form."""
    there = {key for key, amount in recipe.molalities.items() if amount > 0.0} | {recipe.adjusted}
    if ALKALINITY in there or change.CO2 > 0.0:
        there |= {"C"}
    return there.issuperset(MINERALS[mineral].parts)


def hint(text: str) -> str:
    """What a failure most likely means in the words of the file."""
    for said, meant in _MEANINGS.items():
        if said in text:
            return f" ({meant})"
    return ""


def doubts(warnings: str) -> str:
    """What PHREEQC warns of, but for its own second tries."""
    lines = [line.removeprefix("WARNING:").strip() for line in warnings.splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith(_SECOND_TRY))


def first(text: str) -> str:
    """First line of PHREEQC's complaint that says something."""
    lines = [line.removeprefix("ERROR:").removeprefix("WARNING:").strip() for line in text.splitlines()]
    return next((line for line in lines if line), "no reason given").rstrip(".")
