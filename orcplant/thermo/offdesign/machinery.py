"""Turbine and feed pump away from their design point."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.thermo.hardware import ExpanderHardware, GeneratorHardware, PumpHardware
from orcplant.thermo.state import Array, State
from orcplant.thermo.tables import TabulatedFluid
from orcplant.thermo.turbine import FACTOR_RANGE, head_factor, swallowing, volume_factor

# Flow coefficient over that of design within which a pump's parabola of efficiency is used [-].
_PUMP_RANGE: Final = (0.1, 1.7)


@dataclass(frozen=True, slots=True)
class Expansion:
    """What the turbine makes of its inlet.

    ``mass_flow`` [kg/s], state at the ``outlet``, ``efficiency`` [-]; over design: root of the isentropic
    ``head``, outlet ``volume``, ``speed`` [-]. ``in_range`` tells whether the efficiency factors hold there.
    """

    inlet: State
    outlet: State
    mass_flow: Array
    efficiency: Array
    head: Array
    volume: Array
    speed: Array
    in_range: Array

    @property
    def shaft_power(self) -> Array:
        """Power at the shaft [W]."""
        return np.asarray(self.mass_flow * (self.inlet.h - self.outlet.h))


@dataclass(frozen=True, slots=True)
class Pumping:
    """State behind the feed pump, its ``efficiency`` [-], ``speed`` over design [-] and ``power`` [W]."""

    outlet: State
    efficiency: Array
    speed: Array
    power: Array


def expand(machine: ExpanderHardware, fluid: TabulatedFluid, inlet: State, p_out: Array) -> Expansion:
    """Rate the turbine: the flow its throat swallows, and its efficiency there.

    The volume at the outlet is that of the efficiency before the volume factor: so nothing iterates,
    and the design point is met exactly.
    """
    p_in, rho_in = np.asarray(inlet.p), np.asarray(inlet.rho)
    ideal = fluid.state_ps(p_out, np.asarray(inlet.s))
    head = np.asarray(inlet.h - ideal.h)
    X = np.sqrt(np.maximum(head, 0.0) / machine.dh_isentropic)
    speed = turbine_speed(machine, X)
    efficiency = machine.efficiency * head_factor(X / speed)
    throat = swallowing(p_in, rho_in, p_out, critical_ratio=machine.critical_ratio)
    mass_flow = throat * (machine.mass_flow / _design_throat(machine))
    Y = mass_flow / fluid.state_ph(p_out, inlet.h - efficiency * head).rho / machine.volume_flow
    efficiency = turbine_efficiency(machine, X, Y)
    low, high = FACTOR_RANGE
    return Expansion(
        inlet=inlet,
        outlet=fluid.state_ph(p_out, inlet.h - efficiency * head),
        mass_flow=np.asarray(mass_flow),
        efficiency=np.asarray(efficiency),
        head=np.asarray(X),
        volume=np.asarray(Y),
        speed=np.asarray(speed),
        in_range=np.asarray((X / speed >= low) & (X / speed <= high) & (Y >= low) & (Y <= high)),
    )


def turbine_efficiency(machine: ExpanderHardware, head: Array, volume: Array) -> Array:
    """Isentropic efficiency [-] at root of head and outlet volume over design [-]."""
    return np.asarray(
        machine.efficiency * head_factor(head / turbine_speed(machine, head)) * volume_factor(volume)
    )


def turbine_speed(machine: ExpanderHardware, head: Array) -> Array:
    """Speed over design [-]: the one that suits the head best, of those the machine can run at."""
    return np.asarray(np.clip(head, *machine.speed_range))


def pump(
    machine: PumpHardware, fluid: TabulatedFluid, inlet: State, p_out: Array, mass_flow: Array
) -> Pumping:
    """Rate the feed pump at the speed that gives flow and rise.

    Similarity: rise / rise_d = a n**2 - (a - 1) (V / V_d)**2 with speed n and shutoff ratio a; efficiency a
    parabola over the flow coefficient V / n, with its top at design, held at the ends of its range.
    Source: J. F. Gülich, *Centrifugal Pumps*, 3rd ed., 2014, section 3.4 (similarity).
    """
    volume = mass_flow / np.asarray(inlet.rho) / machine.volume_flow
    rise = (p_out - np.asarray(inlet.p)) / machine.rise
    speed = np.sqrt(np.maximum(rise + (machine.shutoff - 1.0) * volume**2, 1e-9) / machine.shutoff)
    coefficient = np.clip(volume / speed, *_PUMP_RANGE)
    efficiency = machine.efficiency * coefficient * (2.0 - coefficient)
    ideal = fluid.state_ps(p_out, np.asarray(inlet.s))
    work = (ideal.h - inlet.h) / efficiency
    outlet = fluid.state_ph(p_out, inlet.h + work)
    return Pumping(outlet, np.asarray(efficiency), np.asarray(speed), np.asarray(mass_flow * work))


def terminal_power(machine: GeneratorHardware, shaft_power: Array) -> Array:
    """Power at the generator terminals [W]: the shaft's less a fixed and a load loss.

    The load loss grows with the square of load.
    Source: IEC 60034-2-1:2014, segregation of constant and load losses.
    """
    load = shaft_power / machine.shaft_power
    return np.asarray(
        shaft_power - machine.loss * (machine.fixed_share + (1.0 - machine.fixed_share) * load**2)
    )


def _design_throat(machine: ExpanderHardware) -> float:
    return float(
        swallowing(machine.p_in, machine.rho_in, machine.p_out, critical_ratio=machine.critical_ratio)
    )
