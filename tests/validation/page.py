"""Text of docs/validation.md."""

from collections.abc import Iterable, Sequence
from math import isnan
from typing import Final

from orcplant.thermo.properties import COOLPROP_VERSION
from tests.validation.cases import OUT_OF_REACH, RECIPES, checks, without_verdict
from tests.validation.check import Check, Row, read_rows
from tests.validation.optima import optima, optima_without_verdict
from tests.validation.peers import peer_checks

HEAD: Final = """\
# Validation

`make docs` writes this page and `make test` fails when it is out of date or a row leaves its tolerance.
Tests and page share one computation, `tests/validation/`; the published numbers are in `tests/golden/`.
CoolProp {version}.

## Published cases

{held} of {count} comparisons with a verdict hold; {unjudged} more stand without one further down, some of
them far off, with the reason. A tolerance is the published row's own, never widened: 1.5 % for
theoretical cycles (another equation of state), 2.5 % for designs with given states and pinch, 5 % for a
plant with given states, 12 to 40 % for a plant of which only brine and sink are known.
"""

NOTES: Final = """\
### How the comparisons are made

- **M rows.** States, pinches (evaporator 10 K, preheater and condenser 5 K; the transcritical heater 5 K)
  and brine given; the working fluid's flow follows. The thesis splits its heater 3 K below the bubble point
  and looks for the pinch at 20 stations a part, uniform in duty, so its true smallest difference is 9.3 to
  10.7 K instead of 10 K, and powers differ by up to 2.1 %. On the thesis's own stations the brine outlet
  agrees to 0.02 K: the last lines of each case. Its condenser has the same kind of grid (true pinch 4.8 to
  5.1 K), and its air is 0.25 K warmer behind the fan.
- **P rows, blind.** One level, pinch 5 K, 2 K superheat, expander 0.80, pump 0.75, generator 0.96; the
  evaporation temperature is the one that brings the brine to its published outlet; condensing temperatures
  33 (P03), 28 (P04), 22 (P05), 40 (P07), 25 C (P11), assumed; P01 from its published pressure. Air-cooled:
  fans of 120 Pa and 0.6, pinch 5 K. Altheim's fluid is undisclosed: R245fa.
- **C02 to C09, C14, P10.** An isobutane plant with the thesis's pinches and efficiencies, 0.95 on every
  machine, bubble point 13 K above the air, at the evaporation temperature of most net power. The row's
  tolerance on the correlation is for the formula; a detailed model is to lie within 15 %. C14 at 15 C
  ambient, brine returned at 70 C.
"""

DUAL: Final = """\
P03 as two levels: every split that brings the brine to 66.2 C gives 13.4 to 14.7 MW net, +8 to +19 %. The
row's 15 % is met by a high level above 132 C or below 103 C, not by the split of most power; the plant's
own split was not found.
"""


OPTIMA: Final = """\
`thermo.optimise` on the thesis's problems and bounds (pressure 0.3 to 0.8 of the critical one, superheat 3 to
15 K; transcritical 1.05 to 1.6), its machines and pinches; only designs of which no bound is active. "Exact
pinch" holds the pinch everywhere, as orcplant does. "Thesis's stations" holds the pinch of the same design
only where the thesis looks. "Over published states" is the optimum against the published pressures and
temperatures, both with the exact pinch: what the search itself is worth.
"""


PEERS: Final = """\
TESPy 0.11.3 and genGEO's own test case, both on CoolProp 8; geothermal-orc (khb) with its pinch put exactly
on the bubble point (its own uniform grid misses it by 0.2 K and claims 0.7 % more power). Allowed: 1e-4 and
the rounding of the last digit printed, temperatures 0.01 K. genGEO's brine has a constant heat capacity:
flows are scaled to its heat in the boiler.
"""


def validation_page() -> str:
    """Whole page."""
    rows = read_rows()
    made = [check for row in rows.values() for check in checks(row)]
    held = sum(check.holds for check in made)
    parts = [
        HEAD.format(
            version=COOLPROP_VERSION, held=held, count=len(made), unjudged=len(list(without_verdict(rows)))
        ),
        _checks_table(made),
        NOTES,
        "### Sources\n",
        _sources(rows),
        "### Compared, without a verdict\n",
        _unjudged(rows),
        DUAL,
        "### Out of reach\n",
        _table(("case", "what", "why"), ((key, rows[key].title, why) for key, why in OUT_OF_REACH.items())),
        "## Own optima\n",
        OPTIMA,
        _checks_table(optima(rows)),
        "Compared, without a verdict:\n",
        _reasons_table(optima_without_verdict(rows)),
        "## Other programs\n",
        PEERS,
        _checks_table(peer_checks(), digits=7),
    ]
    return "\n".join(parts)


def _checks_table(made: Iterable[Check], *, digits: int = 5) -> str:
    head = ("case", "quantity", "unit", "published", "computed", "deviation", "allowed", "verdict")
    return _table(head, (_line(check, digits) for check in made))


def _line(check: Check, digits: int) -> tuple[str, ...]:
    unit, decimals = (
        ("K" if check.unit == "C" else check.unit, 3) if check.absolute else ("%", 3 if digits > 5 else 2)
    )
    return (
        check.case_id,
        check.quantity,
        check.unit,
        f"{check.published:.{digits}g}",
        f"{check.computed:.{digits}g}",
        f"{_signed(check.deviation, decimals)} {unit}",
        f"{check.allowed:.3g} {unit}"
        if isnan(check.below)
        else f"-{check.below:g} to +{check.allowed:g} {unit}",
        "holds" if check.holds else "FAILS",
    )


def _unjudged(rows: dict[str, Row]) -> str:
    return _reasons_table(without_verdict(rows))


def _reasons_table(found: Iterable[tuple[Check, str]]) -> str:
    head = ("case", "quantity", "unit", "published", "computed", "deviation", "why no verdict")
    return _table(head, ((*_line(check, 5)[:6], why) for check, why in found))


def _sources(rows: dict[str, Row]) -> str:
    used = (row for row in rows.values() if row.case_id in RECIPES)
    return _table(
        ("case", "what", "source"),
        ((row.case_id, row.title, row.source + (" (recalled)" if row.recalled else "")) for row in used),
    )


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    out = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    out += [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines]
    return "\n".join(out) + "\n"


def _signed(value: float, decimals: int) -> str:
    rounded = round(value, decimals)
    return f"{rounded + 0.0:+.{decimals}f}" if rounded else f"{0.0:.{decimals}f}"
