"""Refusals and warnings in words: every reason has a text in both languages, in the units of the trade."""

from dataclasses import replace

import numpy as np
import pytest

from orcplant.report.reasons import refusal, refusal_zh, warning_texts
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.spec import AirCooling, CoolantPinch, HeaterPinch, SaturationTemperature
from orcplant.thermo.status import Reason, Status
from tests.thermo.support import simple_spec

REASONS = [reason for reason in Reason if reason is not Reason.OK]


def status(reason: Reason, value: float, limit: float) -> Status:
    return Status(reason=np.int8(reason), value=value, limit=limit)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_one_line_in_both_languages(reason: Reason) -> None:
    point = status(reason, 353.15, 378.15)
    for text in (refusal(point), refusal_zh(point)):
        assert text.isprintable()
        assert "{" not in text
    assert refusal(point).isascii()
    assert any("\u4e00" <= character <= "\u9fff" for character in refusal_zh(point))


def test_temperatures_differences_and_enthalpies_have_their_units() -> None:
    cold = refusal(status(Reason.GEOFLUID_TOO_COLD, 353.15, 378.15))
    assert "80.00 C" in cold
    assert "105.00 C" in cold
    assert "-1.50 K below 0.00 K" in refusal(status(Reason.HEATER_PINCH, -1.5, 0.0))
    assert "600.00 kJ/kg above 504.70 kJ/kg" in refusal(status(Reason.COOLANT_BOILS, 600e3, 504.7e3))


def test_a_solved_point_is_not_refused() -> None:
    with pytest.raises(ValueError, match="no reason"):
        refusal(status(Reason.OK, np.nan, np.nan))


def test_a_preheater_that_asks_too_much_is_named_with_its_own_pinch() -> None:
    spec = simple_spec()
    assert isinstance(spec.source, HeaterPinch)
    result = solve_cycle(replace(spec, source=replace(spec.source, preheater=60.0)))
    assert result.status.reason == Reason.GEOFLUID_TOO_COLD
    bubble = float(result.levels[0].bubble.T)
    assert float(result.status.limit) == pytest.approx(bubble + 60.0, abs=1e-9)
    text = refusal(result.status, result)
    assert f"bubble point {bubble - 273.15:.2f} C + geofluid.preheater_pinch_K 60.00 K" in text


@pytest.mark.parametrize(("T_air_C", "warned"), [(-20.0, True), (10.0, False)])
def test_a_coolant_colder_than_the_dead_state_is_said(T_air_C: float, warned: bool) -> None:
    air = AirCooling(T_air_C + 273.15, 0.9e5, CoolantPinch(5.0), fan_dp=120.0, eta_fan=0.6)
    result = solve_cycle(replace(simple_spec(), cooling=air, condensation=SaturationTemperature(298.15)))
    assert any("dead state" in text for text in warning_texts(result, "en")) is warned
