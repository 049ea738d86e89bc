"""Weather at the plant, from the hours of its climate, in local time."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np

from orcplant.plant.climate import HOURS, Weather

_SECONDS_PER_HOUR: Final = 3600.0


class Sky:
    """Ambient temperature over plant time; a leap day is passed over as a second 28 February."""

    def __init__(self, weather: Weather, start: datetime) -> None:
        self._hours = np.append(weather.T, weather.T[0])
        self._start = start
        new_year = datetime(2023, 1, 1)
        day = 28 if (start.month, start.day) == (2, 29) else start.day
        self._offset = (start.replace(year=2023, day=day) - new_year).total_seconds()

    def temperature(self, plant: float) -> float:
        """Ambient temperature [K] at a plant time [s]."""
        hour = ((self._offset + plant) / _SECONDS_PER_HOUR) % HOURS
        below = int(hour)
        share = hour - below
        return float(self._hours[below] * (1.0 - share) + self._hours[below + 1] * share)

    def hour_of_day(self, plant: float) -> float:
        """Local hour, 0 to 24."""
        return (self._offset + plant) / _SECONDS_PER_HOUR % 24.0

    def time(self, plant: float) -> datetime:
        """Local time at the plant."""
        return self._start + timedelta(seconds=plant)
