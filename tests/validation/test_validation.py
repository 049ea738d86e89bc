"""The cycle model against published cases and other programs."""

from pathlib import Path

import pytest

from tests.validation.cases import OUT_OF_REACH, RECIPES, checks, without_verdict
from tests.validation.check import Check, read_rows
from tests.validation.optima import optima, optima_without_verdict
from tests.validation.page import validation_page
from tests.validation.peers import peer_checks

ROOT = Path(__file__).resolve().parents[2]
ROWS = read_rows()


@pytest.mark.parametrize("case_id", RECIPES)
def test_a_published_case_is_met_within_its_own_tolerance(case_id: str) -> None:
    found = checks(ROWS[case_id])
    assert found
    assert [_text(check) for check in found if not check.holds] == []


def test_every_published_row_is_checked_or_named_as_out_of_reach() -> None:
    assert RECIPES.keys() | OUT_OF_REACH.keys() == ROWS.keys()
    assert not RECIPES.keys() & OUT_OF_REACH.keys()


def test_the_row_s_own_quantity_carries_the_row_s_own_tolerance() -> None:
    # The correlations' 0.5 % belongs to the formula, not to a plant model.
    formulas = {"C02", "C03"}
    for case_id in RECIPES.keys() - formulas:
        row = ROWS[case_id]
        own = [c for c in checks(row) if c.published == pytest.approx(row["check_value"], rel=1e-4)]
        assert any(c.allowed <= row.tolerance for c in own), case_id


@pytest.mark.parametrize("name", [check.name for check in optima(ROWS)])
def test_an_own_optimum_is_as_good_as_the_published_design(name: str) -> None:
    (check,) = (check for check in optima(ROWS) if check.name == name)
    assert check.holds, _text(check)


def test_an_optimum_that_the_exact_pinch_costs_a_verdict_stays_where_it_was_seen() -> None:
    deviations = {check.name: check.deviation for check, _ in optima_without_verdict(ROWS)}
    assert deviations == {
        "M11 own optimum, exact pinch": pytest.approx(-1.41, abs=0.05),
        "M13 own optimum over published states, exact pinch": pytest.approx(-0.16, abs=0.05),
    }


@pytest.mark.parametrize("check", peer_checks(), ids=lambda check: check.name)
def test_other_programs_give_the_same_numbers(check: Check) -> None:
    assert check.holds, _text(check)


def test_what_is_compared_without_a_verdict_stays_where_it_was_seen() -> None:
    # Not a promise of accuracy: these numbers are printed in docs/validation.md with their reasons.
    deviations = {check.name: check.deviation for check, _ in without_verdict(ROWS)}
    assert deviations["P03 net power, two levels"] == pytest.approx(18.36, abs=0.05)
    assert deviations["P02 net eta_thermal"] == pytest.approx(23.96, abs=0.05)
    assert deviations["C01 net eta_thermal"] == pytest.approx(-18.47, abs=0.05)


def test_the_page_in_docs_is_up_to_date() -> None:
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert page == validation_page(), "make docs"


def _text(check: Check) -> str:
    seen = f"{check.name}: {check.computed:.6g} against {check.published:.6g}"
    return f"{seen}, {check.deviation:+.3f} of {check.allowed:.3f}"
