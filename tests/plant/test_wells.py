"""Wells: published arithmetic, energy in the manifold, and the bubble point."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orcplant.plant.spec import Gathering
from orcplant.plant.wells import bubble_point_margin, geofluid_at_units, mass_flow, mixed
from orcplant.thermo import geofluid as geo
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.media import boiling_temperature, water_saturation
from tests.plant.plants import KELVIN, hot_well, pilot, tianzhen

HOUR = 3600.0


def gathering(**changes: Any) -> Gathering:
    return replace(tianzhen().gathering, **changes)


def saturation_pressure(T_degC: float) -> float:
    return float(water_saturation().pressure(T_degC + KELVIN))


class TestFlow:
    """Arithmetic of the reference notes: 58.2 kg/s hot, 64.0 cold, DR1 23.15 kg/s."""

    @pytest.mark.parametrize(
        ("m3_h", "basis", "T_degC", "p", "kg_s"),
        [
            (231.0, "hot", 160.2, 11.2e5, 58.2),
            (231.0, "cold", 160.2, 11.2e5, 64.0),
            (90.0, "hot", 140.0, 6e5, 23.15),
            (90.0, "cold", 140.0, 6e5, 24.96),
        ],
    )
    def test_published_wells(self, m3_h: float, basis: Any, T_degC: float, p: float, kg_s: float) -> None:
        found = mass_flow(m3_h / HOUR, basis=basis, T=T_degC + KELVIN, p=p)
        assert found == pytest.approx(kg_s, abs=0.06)

    def test_the_shipped_wells_carry_them(self) -> None:
        best, dr1 = tianzhen().wells
        assert best.mass_flow == pytest.approx(58.2, abs=0.05)
        assert dr1.mass_flow == pytest.approx(23.15, abs=0.01)

    def test_cold_water_is_a_tenth_heavier(self) -> None:
        hot, cold = (mass_flow(1.0, basis=basis, T=160.2 + KELVIN, p=11.2e5) for basis in ("hot", "cold"))
        assert cold / hot == pytest.approx(1.10, abs=0.003)
        assert cold == pytest.approx(998.2, abs=0.1)  # kg/m3 at 20 C
        assert mass_flow(1.0, basis="cold", T=90.0 + KELVIN, p=1e5) == cold

    def test_a_boiling_well_counts_the_liquid(self) -> None:
        T = 160.0 + KELVIN
        p = saturation_pressure(160.0)
        assert mass_flow(1.0, basis="hot", T=T, p=p) == pytest.approx(907.4, abs=0.5)
        assert mass_flow(1.0, basis="hot", T=T, p=1e5) == mass_flow(1.0, basis="hot", T=T, p=p)

    @given(factor=st.floats(0.01, 100.0))
    def test_flow_is_proportional(self, factor: float) -> None:
        single = mass_flow(0.05, basis="hot", T=430.0, p=12e5)
        assert mass_flow(0.05 * factor, basis="hot", T=430.0, p=12e5) == pytest.approx(factor * single)


class TestOnTheWay:
    def test_a_liquid_stays_liquid_and_keeps_its_enthalpy(self) -> None:
        well = hot_well()
        arrived = geofluid_at_units(well, gathering(pressure_drop=2e5))
        assert np.isnan(arrived.quality)
        assert float(arrived.p) == pytest.approx(9.2e5)
        assert float(arrived.mass_flow) == well.mass_flow
        start = geo.liquid(T=well.T, p=well.p, mass_flow=1.0)
        assert float(geo.inlet_enthalpy(arrived)) == pytest.approx(float(geo.inlet_enthalpy(start)), abs=0.1)
        # Throttled water warms by a hundredth of a kelvin a bar.
        assert float(arrived.T) == pytest.approx(well.T + 0.02, abs=0.02)

    def test_a_liquid_that_boils_on_the_way_arrives_two_phase(self) -> None:
        well = hot_well()
        arrived = geofluid_at_units(well, gathering(pressure_drop=7e5))
        assert float(arrived.p) == pytest.approx(4.2e5)
        assert float(arrived.T) == pytest.approx(float(boiling_temperature(4.2e5)), abs=1e-6)
        assert 0.02 < float(arrived.quality) < 0.05
        start = geo.liquid(T=well.T, p=well.p, mass_flow=1.0)
        assert float(geo.inlet_enthalpy(arrived)) == pytest.approx(float(geo.inlet_enthalpy(start)), rel=1e-6)

    def test_a_two_phase_well_cools_with_its_pressure(self) -> None:
        (well,) = pilot().wells
        arrived = geofluid_at_units(well, pilot().gathering)
        assert well.p == pytest.approx(saturation_pressure(160.0), rel=1e-9)
        assert float(arrived.T) < well.T
        assert float(arrived.quality) > well.quality
        start = geo.two_phase(T=well.T, quality=well.quality, mass_flow=1.0)
        assert float(geo.inlet_enthalpy(arrived)) == pytest.approx(float(geo.inlet_enthalpy(start)), rel=1e-6)


@st.composite
def geofluids(draw: st.DrawFn) -> tuple[Geofluid, int]:
    T = draw(st.floats(80.0, 240.0)) + KELVIN
    flow, count = draw(st.floats(1.0, 100.0)), draw(st.integers(1, 9))
    if draw(st.booleans()):
        return geo.two_phase(T=T, quality=draw(st.floats(0.0, 1.0)), mass_flow=flow), count
    p = float(water_saturation().pressure(T)) + draw(st.floats(1e4, 20e5))
    return geo.liquid(T=T, p=p, mass_flow=flow), count


class TestMixing:
    @settings(deadline=None, max_examples=80, derandomize=True)
    @given(parts=st.lists(geofluids(), min_size=1, max_size=4))
    def test_mass_and_energy_are_kept(self, parts: list[tuple[Geofluid, int]]) -> None:
        together = mixed(parts)
        flow = sum(float(part.mass_flow) * n for part, n in parts)
        heat = sum(float(part.mass_flow) * n * float(geo.inlet_enthalpy(part)) for part, n in parts)
        assert float(together.mass_flow) == pytest.approx(flow)
        assert flow * float(geo.inlet_enthalpy(together)) == pytest.approx(heat, rel=1e-6)
        assert float(together.p) == pytest.approx(min(float(part.p) for part, _ in parts), rel=1e-6)

    def test_temperature_lies_in_between(self) -> None:
        hot, cold = (geo.liquid(T=T + KELVIN, p=10e5, mass_flow=10.0) for T in (160.0, 140.0))
        assert float(mixed([(hot, 1), (cold, 1)]).T) == pytest.approx(150.0 + KELVIN, abs=0.2)
        assert float(mixed([(hot, 3), (cold, 1)]).T) == pytest.approx(155.0 + KELVIN, abs=0.2)

    def test_one_kind_is_itself(self) -> None:
        alone = geo.liquid(T=430.0, p=10e5, mass_flow=20.0)
        together = mixed([(alone, 5)])
        assert float(together.mass_flow) == pytest.approx(100.0)
        assert float(together.T) == pytest.approx(430.0, abs=1e-6)


class TestBubblePoint:
    def test_a_liquid_is_nearest_to_boiling_where_it_arrives(self) -> None:
        geofluid = geo.liquid(T=160.0 + KELVIN, p=10e5, mass_flow=1.0)
        margin = bubble_point_margin(geofluid, gathering(unit_drop=1e5), 60.0 + KELVIN)
        assert margin == pytest.approx(10e5 - saturation_pressure(160.0), abs=10.0)

    def test_or_where_it_leaves_when_the_unit_takes_the_pressure(self) -> None:
        geofluid = geo.liquid(T=160.0 + KELVIN, p=10e5, mass_flow=1.0)
        margin = bubble_point_margin(geofluid, gathering(unit_drop=9e5), 60.0 + KELVIN)
        assert margin == pytest.approx(1e5 - saturation_pressure(60.0), abs=10.0)

    def test_steam_is_meant_to_boil_until_the_unit_has_condensed_it(self) -> None:
        geofluid = geo.two_phase(T=160.0 + KELVIN, quality=0.1, mass_flow=1.0)
        margin = bubble_point_margin(geofluid, gathering(unit_drop=1e5), 60.0 + KELVIN)
        expected = saturation_pressure(160.0) - 1e5 - saturation_pressure(60.0)
        assert margin == pytest.approx(expected, abs=10.0)

    @given(p_gas=st.floats(0.0, 20e5))
    def test_gas_takes_its_partial_pressure(self, p_gas: float) -> None:
        geofluid = geo.liquid(T=160.0 + KELVIN, p=10e5, mass_flow=1.0)
        clean, gassy = (bubble_point_margin(geofluid, gathering(p_gas=p), 333.15) for p in (0.0, p_gas))
        assert clean - gassy == pytest.approx(p_gas, abs=1e-6)
