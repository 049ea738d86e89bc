"""A designed unit as steel: what stays the same when brine, weather and load change.

Frozen records in SI, plain enough to be written to a file and read again. `thermo.equip` makes them
from a design point, `thermo.offdesign` rates them.
"""

from dataclasses import dataclass
from enum import StrEnum


class CoolantKind(StrEnum):
    """What takes the heat of the condenser."""

    AIR = "air"
    WATER = "water"


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone of an exchanger at design.

    ``U`` [W/(m2 K)] overall coefficient, ``area`` [m2]; ``other_share`` of the resistance on the side of
    the geofluid or coolant [-]; each side's coefficient goes with its flow to the power of its
    exponent [-].
    """

    U: float
    area: float
    other_share: float
    other_exponent: float
    fluid_exponent: float

    @property
    def UA(self) -> float:
        """Conductance at design [W/K]."""
        return self.U * self.area


@dataclass(frozen=True, slots=True)
class HeaterHardware:
    """Geofluid to working fluid; ``geofluid_flow`` [kg/s] at design."""

    preheat: Zone
    evaporate: Zone
    superheat: Zone
    geofluid_flow: float

    @property
    def area(self) -> float:
        """All of it [m2]: phase boundaries move, the steel does not."""
        return self.preheat.area + self.evaporate.area + self.superheat.area


@dataclass(frozen=True, slots=True)
class CondenserHardware:
    """Working fluid to coolant; ``coolant_flow`` [kg/s] at design."""

    desuperheat: Zone
    condense: Zone
    subcool: Zone
    coolant_flow: float

    @property
    def area(self) -> float:
        """All of it [m2]."""
        return self.desuperheat.area + self.condense.area + self.subcool.area


@dataclass(frozen=True, slots=True)
class ExpanderHardware:
    """Turbine: its throat, and the point its efficiency was designed for.

    ``mass_flow`` [kg/s] swallowed at ``p_in``, ``p_out`` [Pa] and ``rho_in`` [kg/m3]; isentropic
    ``efficiency`` [-] at head ``dh_isentropic`` [J/kg] and outlet ``volume_flow`` [m3/s].
    ``critical_ratio`` as in `turbine.swallowing`. ``speed_range`` over design speed [-]: (1, 1) for
    a machine tied to the grid.
    """

    mass_flow: float
    p_in: float
    rho_in: float
    p_out: float
    dh_isentropic: float
    volume_flow: float
    efficiency: float
    critical_ratio: float
    speed_range: tuple[float, float]


@dataclass(frozen=True, slots=True)
class PumpHardware:
    """Feed pump on a variable speed drive.

    ``volume_flow`` [m3/s], ``rise`` [Pa] and ``efficiency`` [-] at design; ``shutoff`` is the rise at no
    flow over that of design at the same speed [-]; ``speed_max`` over design speed [-].
    """

    volume_flow: float
    rise: float
    efficiency: float
    shutoff: float
    speed_max: float


@dataclass(frozen=True, slots=True)
class GeneratorHardware:
    """Generator with gearbox.

    ``rating`` [W] at the terminals; ``shaft_power`` and ``loss`` [W] at design; ``fixed_share`` of the
    loss does not depend on load [-].
    """

    rating: float
    shaft_power: float
    loss: float
    fixed_share: float


@dataclass(frozen=True, slots=True)
class CoolerHardware:
    """Fans or cooling pumps: ``power`` [W] and inlet ``density`` [kg/m3] at design and full speed.

    ``speed_min`` over full speed [-], below which they would be switched off.
    """

    kind: CoolantKind
    power: float
    density: float
    speed_min: float


@dataclass(frozen=True, slots=True)
class OperatingLimits:
    """Bounds in operation.

    Condensing pressure from ``p_cond_min`` to ``p_cond_max`` [Pa]; evaporating pressure up to ``p_evap_max``
    [Pa]; geofluid not returned below ``T_return_min`` [K]; gross power not below ``load_min`` of
    the rating [-].
    """

    p_cond_min: float
    p_cond_max: float
    p_evap_max: float
    T_return_min: float
    load_min: float


@dataclass(frozen=True, slots=True)
class Level:
    """One pressure level: working ``fluid``, its machines and exchangers.

    ``superheat`` [K] above the dew point is what the feed pump's control holds; ``recuperator`` is None
    where there is none.
    """

    fluid: str
    superheat: float
    expander: ExpanderHardware
    pump: PumpHardware
    heater: HeaterHardware
    recuperator: Zone | None


@dataclass(frozen=True, slots=True)
class DesignPoint:
    """Where the unit was designed: what it meets, and where its two pressures settle there.

    Geofluid ``T`` [K], ``p`` [Pa], vapour ``quality`` (NaN: liquid) and ``mass_flow`` [kg/s]; coolant
    inlet ``T_coolant`` [K] and ``p_coolant`` [Pa]; saturation temperatures ``T_evap``, ``T_cond`` [K];
    ``net`` power [W].
    """

    T: float
    p: float
    quality: float
    mass_flow: float
    T_coolant: float
    p_coolant: float
    T_evap: float
    T_cond: float
    net: float


@dataclass(frozen=True, slots=True)
class Hardware:
    """A unit. ``levels`` holds one level today; ``subcooling`` [K] is what the condenser's drain holds."""

    levels: tuple[Level, ...]
    condenser: CondenserHardware
    cooler: CoolerHardware
    generator: GeneratorHardware
    subcooling: float
    limits: OperatingLimits
    design: DesignPoint

    @property
    def level(self) -> Level:
        """The only level."""
        (level,) = self.levels
        return level
