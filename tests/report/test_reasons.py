"""Refusals and warnings in words: every reason has a text in both languages, in the units of the trade."""

import numpy as np
import pytest

from orcplant.report.reasons import refusal, refusal_zh
from orcplant.thermo.status import Reason, Status

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
