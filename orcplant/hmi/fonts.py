"""Fonts: shipped with the package, so that the layout is the same on every machine."""

from functools import lru_cache
from importlib.resources import files
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from orcplant.errors import OrcplantError

FAMILIES: Final = (
    "Noto Sans",
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
)
FILES: Final = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSansSC-Regular-GB2312.otf")


class FontError(OrcplantError):
    """A shipped font that cannot be loaded: a damaged installation."""


@lru_cache(maxsize=1)
def load_fonts() -> tuple[str, ...]:
    """Load the shipped fonts into the running application; families they bring.

    Raises
    ------
    FontError
        If one is missing or damaged.
    """
    families: list[str] = []
    for name in FILES:
        number = QFontDatabase.addApplicationFontFromData(
            (files("orcplant.hmi") / "fonts" / name).read_bytes()
        )
        if number < 0:
            raise FontError(f"orcplant/hmi/fonts/{name}: cannot be loaded; install orcplant again")
        families += QFontDatabase.applicationFontFamilies(number)
    return tuple(families)


@lru_cache(maxsize=256)
def font(size: float, *, bold: bool = False) -> QFont:
    """Font of a size [px]."""
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPixelSize(max(1, round(size)))
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@lru_cache(maxsize=256)
def metrics(size: float, *, bold: bool = False) -> QFontMetricsF:
    """Metrics of `font`."""
    return QFontMetricsF(font(size, bold=bold))


@lru_cache(maxsize=20_000)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a text [px]."""
    return metrics(size, bold=bold).horizontalAdvance(text)
