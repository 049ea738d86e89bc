"""Values as they are shown: number, unit, letter of quality, indicator. No Qt."""

from dataclasses import dataclass
from datetime import datetime

from orcplant.hmi.i18n import Language, say
from orcplant.hmi.texts import state_text
from orcplant.hmi.viewmodels import numbers, scales
from orcplant.hmi.viewmodels.marks import NO_CURVE, Curve, Indicator, Letter, letter
from orcplant.hmi.viewmodels.model import PlantModel, TagInfo
from orcplant.hmi.viewmodels.store import PlantStore
from orcplant.live import Quality, Text, Value, device_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as shown.

    Attributes
    ----------
    text, unit : str
        `unit` is the age of a stale value instead.
    letter : Letter
        Behind the number.
    number : float, optional
        What may be reckoned with: of a GOOD or UNCERTAIN value only.
    is_old : bool
        Stale: the number in a dim colour on hatched ground.
    """

    text: str
    unit: str
    letter: Letter = Letter.GOOD
    number: float | None = None
    is_old: bool = False

    @property
    def spoken(self) -> str:
        """Number and unit for a screen reader."""
        return f"{self.text} {self.unit}".strip()


ABSENT = Shown(numbers.NONE, "", Letter.FAILURE)


@dataclass(frozen=True, slots=True)
class Reader:
    """A look at the store at one time in one language; model present."""

    store: PlantStore
    model: PlantModel
    now: float
    language: Language

    @property
    def offset(self) -> float:
        """Zone of the plant [s]; this machine's where the core tells none."""
        if self.model.utc_offset_s is not None:
            return self.model.utc_offset_s
        return datetime.fromtimestamp(self.now).astimezone().utcoffset().total_seconds()  # type: ignore[union-attr]

    def say(self, text: Text, **parts: object) -> str:
        """Text in the language, its places filled."""
        said = say(text, self.language)
        return said.format(**parts) if parts else said

    def value(self, tag: str) -> Value:
        """Value of a tag."""
        return self.store.value(tag)

    def number(self, tag: str) -> float | None:
        """Number of a tag that may be reckoned with."""
        return usable(self.value(tag))

    def flag(self, tag: str) -> bool | None:
        """Truth of a tag that may be reckoned with."""
        value = self.number(tag)
        return None if value is None else bool(value)

    def state(self, tag: str) -> str:
        """Name of the state of an enum that may be reckoned with; empty if there is none."""
        info, value = self.model.tag(tag), self.number(tag)
        return "" if info is None or value is None else info.states.get(int(value), f"{value:.0f}")

    def bits(self, tag: str) -> dict[str, bool] | None:
        """Bits of a bit field by name; None where it cannot be reckoned with."""
        info, value = self.model.tag(tag), self.number(tag)
        if info is None or value is None:
            return None
        return {name: bool(int(value) >> bit & 1) for bit, name in sorted(info.states.items())}

    def shown(self, tag: str, *, places: int | None = None, unit: str = "", factor: float = 1.0) -> Shown:
        """Value of a tag as shown; `factor` and `unit` for a multiple: kW as MW."""
        info = self.model.tag(tag)
        if info is None:
            return ABSENT
        name = unit or info.unit
        return self.of_value(
            self.value(tag), name, numbers.decimals(name) if places is None else places, factor=factor
        )

    def of_value(
        self, value: Value, unit: str, places: int, *, factor: float = 1.0, is_signed: bool = False
    ) -> Shown:
        """A value, of a tag or reckoned from several, as shown."""
        mark = letter(value)
        scalar = value.scalar
        if mark is Letter.FAILURE or not isinstance(scalar, int | float):
            return Shown(numbers.NONE, numbers.unit_text(unit), mark or Letter.FAILURE)
        text = numbers.number(float(scalar) * factor, places, is_signed=is_signed)
        if mark is Letter.STALE:
            return Shown(text, numbers.age(value.age(self.now), self.language), mark, None, is_old=True)
        return Shown(text, numbers.unit_text(unit), mark, float(scalar) * factor)

    def indicator(self, tag: str) -> Indicator | None:
        """Indicator of a tag on its own scale."""
        name, _, short = tag.partition(".")
        device = self.model.device(name)
        if device is None:
            return None
        return scales.indicator(
            self.model, device.type, short, self.number(tag), is_old=self.value(tag).quality >= Quality.STALE
        )

    def curve(self, tag: str) -> Curve:
        """History of a tag as far as it was read."""
        return self.store.trends.get(tag, NO_CURVE)

    def info(self, tag: str) -> TagInfo | None:
        """What a tag is."""
        return self.model.tag(tag)

    def state_text(self, tag: str) -> str:
        """State of an enum in words; an en dash where it is not known."""
        name = self.state(tag)
        return say(state_text(name), self.language) if name else numbers.NONE

    def clock(self, time: float, *, seconds: bool = True) -> str:
        """Time of day at the plant."""
        return numbers.clock(time, self.offset, seconds=seconds)

    def is_lost(self, device: str) -> bool:
        """Whether a device does not answer."""
        return self.store.is_device_lost(device_of(device))


def usable(value: Value) -> float | None:
    """Number of a value that is GOOD or UNCERTAIN."""
    if value.quality > Quality.UNCERTAIN or not isinstance(value.scalar, int | float):
        return None
    return float(value.scalar)
