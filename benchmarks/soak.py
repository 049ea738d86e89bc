"""Soak: random cycles without end, every balance looked at. `python -m benchmarks.soak [MINUTES] [SEED]`.

What a day of use would find and a test of seconds would not: memory that grows, states that a failed
flash leaves behind, balances that do not close far from the usual cases. It ends with a verdict and
the exit code to match.
"""

import resource
import sys
import time
from dataclasses import dataclass, replace

import numpy as np

from orcplant.errors import PropertyError
from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.exergy import exergy_balance
from orcplant.thermo.properties import Fluid
from orcplant.thermo.spec import (
    AirCooling,
    CoolantPinch,
    CycleSpec,
    HeaterPinch,
    LevelSpec,
    NoRecuperator,
    Pressure,
    RecuperatorPinch,
    SaturationTemperature,
    Subcooling,
    Superheat,
    Temperature,
)

FLUIDS = ("Isopentane", "Isobutane", "R245fa", "R1233zd(E)", "n-Butane", "R134a", "Cyclopentane", "Propane")
ENERGY = 1e-9  # of the heat taken in
EXERGY = -1e-7  # of the exergy given up; less would be destruction below zero
GROWTH_MB = 50.0
SETTLED = 0.1  # share of the time after which memory is compared


@dataclass(slots=True)
class Tally:
    """What has been seen."""

    solved: int = 0
    infeasible: int = 0
    refused: int = 0
    worst_energy: float = 0.0
    worst_exergy: float = 0.0


def random_spec(rng: np.random.Generator) -> CycleSpec:
    """A cycle anywhere in the admissible range, feasible or not."""
    fluid = Fluid(str(rng.choice(FLUIDS)))
    reduced = float(rng.choice([rng.uniform(0.05, 0.97), rng.uniform(0.9, 1.1), rng.uniform(1.02, 1.6)]))
    p, T_crit = reduced * fluid.limits.p_crit, fluid.limits.T_crit
    inlet: Superheat | Temperature = Superheat(float(rng.uniform(0.0, 30.0)))
    if reduced >= 1.0:
        inlet = Temperature(T_crit + float(rng.uniform(1.0, 30.0)))
    T_air = float(rng.uniform(243.0, 313.0))
    T_brine = float(rng.uniform(360.0, 470.0))
    brine = geo.two_phase(T=T_brine, quality=float(rng.uniform(0.0, 1.0)), mass_flow=50.0)
    if rng.uniform() < 0.7:
        brine = geo.liquid(T=T_brine, p=20e5, mass_flow=50.0)
    return CycleSpec(
        levels=(LevelSpec(fluid, Pressure(p), inlet, float(rng.uniform(0.5, 0.95))),),
        condensation=SaturationTemperature(T_air + float(rng.uniform(6.0, 30.0))),
        pump_inlet=Subcooling(float(rng.uniform(0.0, 5.0))),
        eta_pump=float(rng.uniform(0.4, 0.9)),
        eta_generator=0.95,
        recuperator=RecuperatorPinch(5.0) if rng.uniform() < 0.3 else NoRecuperator(),
        source=HeaterPinch(brine, float(rng.uniform(0.5, 15.0)), float(rng.uniform(0.5, 15.0))),
        cooling=AirCooling(T_air, 0.9e5, CoolantPinch(3.0), fan_dp=120.0, eta_fan=0.6),
    )


def look(spec: CycleSpec, tally: Tally) -> None:
    """Solve one cycle and keep the worst of its balances."""
    try:
        result = solve_cycle(spec)
    except PropertyError:
        tally.refused += 1
        return
    if not bool(result.status.ok):
        tally.infeasible += 1
        return
    tally.solved += 1
    duty, power = result.duty, result.power
    left = float((duty.heat_in + power.pump - power.expander - duty.condenser) / duty.heat_in)
    balance = exergy_balance(result)
    losses = [
        float(loss / balance.given) for name, loss in balance.destruction if name != "coolant_discharge"
    ]
    tally.worst_energy = max(tally.worst_energy, abs(left))
    tally.worst_exergy = min(tally.worst_exergy, *losses)


def main(minutes: float, seed: int) -> int:
    """Soak for some minutes; 0 if every balance held and memory did not grow."""
    rng, tally = np.random.default_rng(seed), Tally()
    known = replace(random_spec(np.random.default_rng(0)))
    first = solve_cycle(known)
    start, settled_MB = time.monotonic(), float("nan")
    while (elapsed := time.monotonic() - start) < 60.0 * minutes:
        look(random_spec(rng), tally)
        if np.isnan(settled_MB) and elapsed > SETTLED * 60.0 * minutes:
            settled_MB = _memory_MB()
    growth = _memory_MB() - settled_MB
    same = solve_cycle(known).power == first.power or not bool(first.status.ok)
    good = tally.worst_energy <= ENERGY and tally.worst_exergy >= EXERGY and growth <= GROWTH_MB and same
    sys.stdout.write(
        f"{tally.solved} solved, {tally.infeasible} infeasible, {tally.refused} refused in {minutes:g} min,"
        f" seed {seed}\nenergy residual {tally.worst_energy:.1e} (limit {ENERGY:.0e}),"
        f" least destruction {tally.worst_exergy:.1e} (limit {EXERGY:.0e}),"
        f" memory {growth:+.1f} MB (limit {GROWTH_MB:.0f}), first case {'unchanged' if same else 'CHANGED'}\n"
        f"verdict: {'passed' if good else 'FAILED'}\n"
    )
    return 0 if good else 1


def _memory_MB() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


if __name__ == "__main__":
    arguments = [*sys.argv[1:], *("60", "1")[len(sys.argv) - 1 :]]
    sys.exit(main(float(arguments[0]), int(arguments[1])))
