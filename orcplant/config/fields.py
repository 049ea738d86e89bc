"""Types of single values in config files, each with the range in which a person may have meant it.

The ranges keep slips of units and of decimal points out, not physics: a check that needs properties
stands where the properties are.
"""

from typing import Annotated, TypeAlias

from pydantic import Field

Temperature: TypeAlias = Annotated[float, Field(gt=-273.15, le=2000.0)]  # [C]
WaterTemperature: TypeAlias = Annotated[float, Field(ge=0.01, le=300.0)]  # [C], range of `media`
Difference: TypeAlias = Annotated[float, Field(ge=0.0, le=1000.0)]  # [K]
Bar: TypeAlias = Annotated[float, Field(ge=1e-4, le=1e4)]
WaterBar: TypeAlias = Annotated[float, Field(ge=1e-4, le=200.0)]  # range of `media`
MassFlow: TypeAlias = Annotated[float, Field(ge=1e-6, le=1e6)]  # [kg/s]
Efficiency: TypeAlias = Annotated[float, Field(ge=0.01, le=1.0)]
Fraction: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]
FanPressure: TypeAlias = Annotated[float, Field(ge=0.0, le=1e4)]  # [Pa]
PumpPressure: TypeAlias = Annotated[float, Field(ge=0.0, le=100.0)]  # [bar]
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
Elevation: TypeAlias = Annotated[float, Field(ge=-450.0, le=6000.0)]  # [m], land
PowerKW: TypeAlias = Annotated[float, Field(gt=0.0, le=1e7)]
RatingKW: TypeAlias = Annotated[float, Field(ge=1.0, le=1e5)]
VolumeFlow: TypeAlias = Annotated[float, Field(gt=0.0, le=1e5)]  # [m3/h]
Count: TypeAlias = Annotated[int, Field(ge=0, le=10000)]
Money: TypeAlias = Annotated[float, Field(ge=0.0, le=1e12)]  # [CNY]
Ratio: TypeAlias = Annotated[float, Field(ge=0.0, le=100.0)]
Exponent: TypeAlias = Annotated[float, Field(ge=0.0, le=1.5)]
