"""Every limit, stop and flag has words in both languages; values come in units of the trade."""

import re
from dataclasses import replace

import numpy as np
import pytest

from orcplant.report.limit_words import MEANINGS, NAMES, active_limits, flag_texts, stop_short, stop_text
from orcplant.thermo import geofluid as geo
from orcplant.thermo.offdesign import Boundary, Control, Limit, Means, Stop, design_boundary, rate
from orcplant.thermo.status import Status
from tests.plant.steel import large_unit, pilot_units

CHINESE = re.compile("[\u4e00-\u9fff]")


def test_every_limit_has_a_name_and_a_meaning() -> None:
    for limit in Limit:
        if limit:
            for en, zh in (NAMES[limit], MEANINGS[limit]):
                assert en.isascii()
                assert CHINESE.search(zh)


@pytest.mark.parametrize("stop", [stop for stop in Stop if stop is not Stop.RUNS], ids=lambda stop: stop.name)
def test_every_stop_has_words(stop: Stop) -> None:
    hardware = pilot_units()[0]
    boundary = design_boundary(hardware)
    point = rate(hardware, boundary)
    stopped = replace(point, status=Status(np.int8(stop), 300.0, 310.0))
    english = stop_text(hardware, boundary, Control(), stopped, "en")
    chinese = stop_text(hardware, boundary, Control(), stopped, "zh")
    assert english.isascii()
    assert "\n" not in english
    assert CHINESE.search(chinese)
    assert stop_short(stop, "en").isascii()
    assert CHINESE.search(stop_short(stop, "zh"))


def test_limits_of_a_cold_day() -> None:
    hardware = large_unit()
    boundary = Boundary(design_boundary(hardware).geofluid, 272.0, hardware.design.p_coolant)
    control = Control(means=Means.BYPASS)
    point = rate(hardware, boundary, control)
    found = {active.limit: active for active in active_limits(hardware, control, point)}
    assert found[Limit.RATING].value == pytest.approx(3000.0, rel=1e-6)
    assert found[Limit.RATING].words("en") == "Rating of the generator: 3000 kW, limit 3000 kW"
    assert found[Limit.RATING].words("zh") == "发电机额定功率：3000 kW，限值 3000 kW"
    assert all(active.name == active.name.lower() for active in found.values())


def test_a_turbine_beyond_its_factors_is_said_to_be() -> None:
    hardware = large_unit()
    boundary = Boundary(design_boundary(hardware).geofluid, 308.0, hardware.design.p_coolant)
    point = rate(hardware, boundary)
    (english,), (chinese,) = flag_texts(point, "en"), flag_texts(point, "zh")
    assert "efficiency factors" in english
    assert CHINESE.search(chinese)
    assert flag_texts(rate(hardware, design_boundary(hardware)), "en") == []


def test_nearest_point_of_a_steam_well_is_not_a_hotter_one() -> None:
    hardware = pilot_units()[0]
    point = hardware.design
    little = geo.two_phase(T=point.T, quality=point.quality, mass_flow=0.02 * point.mass_flow)
    boundary = Boundary(little, point.T_coolant, point.p_coolant)
    text = stop_text(hardware, boundary, Control(), rate(hardware, boundary), "en")
    assert "it runs with a flow fraction of" in text
