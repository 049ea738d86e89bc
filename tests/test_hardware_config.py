"""Hardware in JSON: nothing lost on the way, nothing wrong let through."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.config.hardware import hardware_document, read_hardware
from orcplant.errors import ConfigError
from orcplant.thermo.hardware import CoolantKind, Hardware
from tests.plant.steel import large_unit, pilot_units

PLACE = (Path("design.json"), "units.blocks[0].hardware")


def through_text(hardware: Hardware) -> Hardware:
    return read_hardware(json.loads(json.dumps(hardware_document(hardware), allow_nan=False)), *PLACE)


def changed(dotted: str, value: Any) -> Any:
    """The document of a unit with one value changed; None as key takes it away."""
    document = copy.deepcopy(hardware_document(large_unit()))
    place: Any = document
    *path, key = dotted.split(".")
    for name in path:
        place = place[int(name)] if isinstance(place, list) else place[name]
    if value is KeyError:
        del place[key]
    else:
        place[key] = value
    return document


def test_every_bit_comes_back() -> None:
    for hardware in (large_unit(), *pilot_units()):
        assert repr(through_text(hardware)) == repr(hardware)  # repr: a NaN equals itself


@given(T=st.floats(180.0, 900.0), p=st.floats(1e3, 1e8), power=st.floats(1.0, 1e9))
def test_every_number_comes_back(T: float, p: float, power: float) -> None:
    unit = large_unit()
    odd = replace(
        unit,
        limits=replace(unit.limits, T_return_min=T),
        design=replace(unit.design, p_coolant=p),
        cooler=replace(unit.cooler, power=power, kind=CoolantKind.WATER),
    )
    assert repr(through_text(odd)) == repr(odd)


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("cooler.power_kW", 1.0, "cooler.power_kW is not a known key; did you mean power_W?"),
        ("cooler.power_W", KeyError, "cooler.power_W is missing"),
        ("cooler.power_W", "much", 'cooler.power_W = "much" is not a number'),
        ("cooler.kind", "steam", "cooler.kind = \"steam\" is none of 'air' or 'water'"),
        ("generator.rating_W", -1.0, "generator.rating_W = -1.0 must be above 0"),
        ("generator.loss_W", 1e9, "generator.loss_W = 1e+09 is not below generator.shaft_power_W"),
        ("levels", [], "levels = (an array)"),
        ("levels.0.fluid", "Phlogiston", "levels.0.fluid = 'Phlogiston'"),
        ("levels.0.expander.p_out_Pa", 1e8, "levels.0.expander.p_out_Pa = 1e+08 is not below"),
        ("levels.0.expander.speed_range", [1.2, 0.8], "levels.0.expander.speed_range: 1.2 is above 0.8"),
        ("levels.0.expander.efficiency", 1.2, "levels.0.expander.efficiency = 1.2 above 1"),
        ("levels.0.heater.preheat.area_m2", float("nan"), "area_m2 = nan is not a finite number"),
        ("limits.p_cond_max_Pa", 1.0, "limits.p_cond_min_Pa = 89700 is not below limits.p_cond_max_Pa = 1"),
        ("limits.p_evap_max_Pa", 9e8, "is not below the critical pressure of"),
        ("design.T_cond_C", 300.0, "design.T_cond_C = 300 is not below design.T_evap_C"),
        ("design.T_C", -300.0, "design.T_C = -300.0 must be above -273.15"),
    ],
)
def test_a_wrong_value_is_one_line(key: str, value: Any, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_hardware(changed(key, value), *PLACE)
    said = str(caught.value)
    assert said.startswith("design.json: units.blocks[0].hardware: ")
    assert "\n" not in said
    assert text in said


def test_a_unit_without_steel_is_refused() -> None:
    with pytest.raises(ConfigError, match="hardware is not a table"):
        read_hardware([], *PLACE)
    document = changed("levels.0.heater.preheat.area_m2", 0.0)
    for zone in ("evaporate", "superheat"):
        document["levels"][0]["heater"][zone]["area_m2"] = 0.0
    with pytest.raises(ConfigError, match="no area_m2"):
        read_hardware(document, *PLACE)
