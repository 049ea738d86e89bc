"""Waters of the tests: the shipped ones, and small ones made by hand."""

from orcplant.config.water_spec import Water, load_water
from orcplant.resources import configs_dir
from orcplant.units import kelvin
from orcplant.water.analysis import Amount, Sample, WaterAnalysis
from orcplant.water.bubble_point import recipe_of
from orcplant.water.solution import Recipe
from orcplant.water.species import SPECIES


def shipped(name: str) -> Water:
    return load_water(configs_dir() / "waters" / f"{name}.toml")


def surrogate() -> WaterAnalysis:
    return shipped("tianzhen_surrogate").analysis


def surrogate_recipe() -> Recipe:
    return recipe_of(surrogate())


def made(
    *, pH: float = 7.0, T_degC: float = 25.0, reservoir_degC: float = float("nan"), **molalities: float
) -> WaterAnalysis:
    """A water of species in mol/kg."""
    assert molalities.keys() <= SPECIES.keys()
    amounts = tuple(Amount(name, value, 0.05, True, float("nan")) for name, value in molalities.items())
    sample = Sample(T=kelvin(T_degC), p=1e5, pH=pH, pH_sigma=0.1)
    return WaterAnalysis(
        name="made",
        source="a test",
        invented=True,
        sample=sample,
        amounts=amounts,
        T_reservoir=kelvin(reservoir_degC),
    )
