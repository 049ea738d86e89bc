"""The look of every figure: colours, fonts and sizes, and the door to SVG.

Colours are of the palette of Okabe and Ito, which people with colour-blindness tell apart
(*Color Universal Design*, 2008); lines differ in width or dash as well.

Text stays text in the SVG, so the reader's own fonts draw it, Chinese included: matplotlib only
measures it, with a font it brings along. A figure is drawn in English and its words are then
exchanged, because no font with Chinese glyphs can be counted on where it is drawn.
"""

import io
import re
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from xml.sax.saxutils import escape

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from orcplant.report.texts import Language, to_chinese

GEOFLUID: Final = "#D55E00"
COOLANT: Final = "#0072B2"
WORKING_FLUID: Final = "#00795C"  # the palette's bluish green, darker: it carries the figure
DOME: Final = "#3B4650"
INK: Final = "#1E272E"
QUIET: Final = "#5D6973"
FAINT: Final = "#9AA5AE"
GRID: Final = "#E6EAED"
SOFT: Final = "#8CC4B4"  # the working fluid's green, stepped back
SERIES: Final = ("#00795C", "#0072B2", "#D55E00", "#CC79A7", "#E69F00", "#56B4E9", "#3B4650")

WIDTH: Final = 7.2  # [in], text width of an A4 page
SMALL, NORMAL = 7.0, 8.0  # [pt]
LINE: Final = 1.6  # [pt]

FONT_STACK: Final = (
    "'Helvetica Neue', Arial, 'Liberation Sans', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei',"
    " 'Noto Sans CJK SC', 'Source Han Sans SC', 'WenQuanYi Micro Hei', 'DejaVu Sans', sans-serif"
)

_SETTINGS: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": NORMAL,
    "axes.unicode_minus": True,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": NORMAL,
    "ytick.labelsize": NORMAL,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "lines.solid_capstyle": "round",
    "path.simplify": False,
}
# Settings of matplotlib belong to the process: one figure at a time.
_drawing = threading.RLock()

_FAMILY = re.compile(r"font-family: [^;\"]*")
_TEXT = re.compile(r"(<text\b[^>]*>)([^<]*)(</text>)")
_NOT_REFERENCED = re.compile(r'<g id="[^"]*"')
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_ROOT = re.compile(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>')
_STYLE = re.compile(r"\s*<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)


@contextmanager
def drawing() -> Iterator[None]:
    """Hold matplotlib to the house style while a figure is made."""
    with _drawing, matplotlib.rc_context(_SETTINGS):
        yield


def new_figure(height: float) -> Figure:
    """Empty figure of text width and the given height [in]; one unit of display is one point."""
    figure = Figure(figsize=(WIDTH, height), dpi=72, facecolor="white")
    FigureCanvasSVG(figure)
    return figure


def dress(axes: Axes) -> None:
    """Give axes their grid and two spines."""
    axes.grid(visible=True, color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=3.0)


def to_svg(figure: Figure, salt: str) -> str:
    """SVG of a figure: the same bytes for the same figure.

    Parameters
    ----------
    salt : str
        Keeps the ids of different figures apart on one page.
    """
    stream = io.StringIO()
    metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with drawing(), matplotlib.rc_context({"svg.hashsalt": f"orcplant-{salt}"}), warnings.catch_warnings():
        # The reader's fonts draw the text; the one that measures it need not know every sign.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        figure.savefig(stream, format="svg", metadata=metadata)
    svg = _METADATA.sub("", stream.getvalue())
    svg = _NOT_REFERENCED.sub("<g", svg)
    return _FAMILY.sub(f"font-family: {FONT_STACK}", svg)


def for_page(svg: str, language: Language, label: str, names: Mapping[str, str] | None = None) -> str:
    """SVG to be set into an HTML page, as wide as its place, with its words in `language`.

    Parameters
    ----------
    names : mapping
        Further words of this figure and their wording in Chinese.
    """
    svg = _STYLE.sub("", _PROLOGUE.sub("", svg), count=1)
    root = rf'<svg viewBox="\1" role="img" aria-label="{label}" style="stroke-linejoin: round">'
    svg = _ROOT.sub(root, svg, count=1)
    if language == "zh":
        own = {escape(english): escape(chinese) for english, chinese in (names or {}).items()}
        svg = _TEXT.sub(lambda m: m[1] + (own.get(m[2]) or to_chinese(m[2])) + m[3], svg)
    return svg
