"""The unit of `benchmarks.tespy_orc` off its design point: cone law, characteristic lines, conductances.

Source of the wiring: TESPy documentation, tutorials on off-design of heat pumps and Rankine cycles. The
turbine follows Stodola's cone, efficiencies and conductances TESPy's default lines; cooling water
keeps its design flow. Every solve starts from the design point: chained starts fail more often.
"""

import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.points import Answer, Point
from benchmarks.tespy_orc import NotConvergedError, TespyOrc, build


class Wiring(StrEnum):
    """What the preheater keeps: the bubble point at its outlet, or its conductance."""

    SATURATED = "preheater ends at the bubble point"
    CONDUCTANCE = "preheater keeps its conductance"


@dataclass(frozen=True, slots=True)
class TespyOffDesign:
    """A network with its saved design."""

    orc: TespyOrc
    design: Path

    def solve(self, T_brine_C: float, m_brine: float, T_water_C: float) -> Answer:
        """Solve one operating point.

        Raises
        ------
        NotConvergedError
            If the solver gives up or reports a status other than 0 or 1.
        """
        connections, network = self.orc.connections, self.orc.network
        connections["brine_in"].set_attr(T=T_brine_C, m=m_brine)
        connections["water_in"].set_attr(T=T_water_C)
        try:
            network.solve("offdesign", design_path=str(self.design), init_path=str(self.design))
        except Exception as exc:  # TESPy raises what CoolProp and numpy raise
            raise NotConvergedError(repr(exc)) from exc
        if network.status not in (0, 1):
            raise NotConvergedError(f"status {network.status}")
        return self.orc.answer


def design(point: Point, wiring: Wiring, folder: str | None = None) -> TespyOffDesign:
    """Solve and save a design point, and set what takes its specifications' place off design."""
    orc = build(point)
    components = {component.label: component for component in orc.network.comps["object"]}
    orc.turbine.set_attr(design=["eta_s"], offdesign=["eta_s_char", "cone"])
    orc.pump.set_attr(design=["eta_s"], offdesign=["eta_s_char"])
    components["evaporator"].set_attr(design=["ttd_l"], offdesign=["UA_char"])
    components["condenser"].set_attr(design=["ttd_u"], offdesign=["UA_char"])
    orc.connections["turbine_in"].set_attr(design=["T"])
    orc.connections["water_out"].set_attr(design=["T"])
    orc.connections["water_in"].set_attr(offdesign=["m"])
    if wiring is Wiring.CONDUCTANCE:
        components["preheater"].set_attr(offdesign=["UA_char"])
        orc.connections["bubble"].set_attr(design=["x"])
    orc.solve()
    path = Path(folder or tempfile.mkdtemp()) / f"{wiring.name.lower()}.json"
    orc.network.save(str(path))
    return TespyOffDesign(orc, path)
