"""site.toml: what runs at a site. Keys, types, ranges, and rules between them."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from orcplant.config import fields
from orcplant.config.section import Section, broken

_LAST_PORT = 65535
_LAST_DEVICE_ID = 247

Port: TypeAlias = Annotated[int, Field(ge=1, le=_LAST_PORT)]
DeviceId: TypeAlias = Annotated[int, Field(ge=1, le=_LAST_DEVICE_ID)]


class CoreKeys(Section):
    """[core]: the control core."""

    state: str = Field("", description="folder of history, journal, users; empty: the user's state folder")


class GatewayKeys(Section):
    """[gateway]: the core's face to HMIs and other systems."""

    endpoint: Annotated[str, Field(pattern=r"^opc\.tcp://[^/\s]+(/\S*)?$")] = Field(
        "opc.tcp://127.0.0.1:4840/orcplant", description="OPC UA endpoint"
    )


class PollKeys(Section):
    """[poll]: how often the tags of a poll group are read."""

    fast_s: Annotated[float, Field(ge=0.1, le=60.0)] = 1.0
    slow_s: Annotated[float, Field(ge=0.1, le=3600.0)] = 10.0

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.slow_s < self.fast_s:
            raise broken("slow_s", f"= {self.slow_s:g} below fast_s = {self.fast_s:g}")
        return self


class SimulatorKeys(Section):
    """[simulator]: what `plc-sim` begins with."""

    start: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d$")] = Field(
        "2026-01-15T08:00", description="local time at the plant when the simulation begins"
    )
    units: Literal["stopped", "running"] = Field("stopped", description="how the units begin")
    fouling_m2K_W_per_day: Annotated[float, Field(ge=0.0, le=1e-4)] = Field(
        0.0, description="growth of the fouling resistance on the brine side at the design flow"
    )
    seed: Annotated[int, Field(ge=0, le=2**31)] = Field(1, description="of the noise of measurements")
    noise: fields.Fraction = Field(
        0.0, description="of measurements, share of the usual scatter of each instrument"
    )


class DeviceKeys(Section):
    """[[device]]: a controller, or a row of equal ones."""

    name: fields.Name = Field(description="U{:02d} numbers the devices of a row")
    type: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = Field(
        description="name of its tag table"
    )
    count: Annotated[int, Field(ge=1, le=1000)] = 1
    host: fields.Name
    port: Port
    port_step: Annotated[int, Field(ge=0, le=1000)] = Field(1, description="0: all on one port")
    device_id: DeviceId
    device_id_step: Annotated[int, Field(ge=0, le=_LAST_DEVICE_ID)] = 0
    capabilities: list[Literal["signature", "heartbeat", "sequence", "accepted_setpoint"]] = Field(
        default_factory=list, description="what its controller can do; what is missing is a weaker guarantee"
    )
    on_core_lost: Literal["fallback", "trip"] = Field(
        "fallback", description="without a heartbeat: hold, then go to fallback power; or trip"
    )
    fallback_hold_s: Annotated[float, Field(ge=0.0, le=3600.0)] = Field(
        300.0, description="how long the last setpoint is held without the core"
    )
    fallback_power_kW: Annotated[float, Field(ge=0.0, le=1e5)] = Field(
        0.0, description="units only: power afterwards"
    )

    @model_validator(mode="after")
    def _addresses(self) -> Self:
        self._last_within("port", self.port_step, _LAST_PORT)
        self._last_within("device_id", self.device_id_step, _LAST_DEVICE_ID)
        return self

    def _last_within(self, key: str, step: int, limit: int) -> None:
        first = getattr(self, key)
        if first + (self.count - 1) * step > limit:
            raise broken(key, f"= {first}: the last of {self.count} would be above {limit}")


class LimitKeys(Section):
    """[[limit]]: a narrower range than the tag table's."""

    tag: fields.Name = Field(description="U02.POWER_SP for one device, orc_unit.POWER_SP for all of a type")
    lo: float | None = None
    hi: float | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.lo is None and self.hi is None:
            raise broken("", "lo or hi is needed, none is given")
        return self


class SiteFileKeys(Section):
    """A whole site.toml."""

    core: CoreKeys = Field(default_factory=lambda: CoreKeys(state=""))
    gateway: GatewayKeys = Field(default_factory=lambda: GatewayKeys.model_validate({}))
    poll: PollKeys = Field(default_factory=lambda: PollKeys())
    simulator: SimulatorKeys = Field(default_factory=lambda: SimulatorKeys.model_validate({}))
    device: Annotated[list[DeviceKeys], Field(min_length=1)]
    limit: list[LimitKeys] = Field(default_factory=list)
