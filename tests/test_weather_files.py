"""EPW and CSV files of hours: what is read, and what is refused."""

import re
from pathlib import Path

import numpy as np
import pytest

from orcplant.config.climate import read_weather
from orcplant.errors import ConfigError
from orcplant.plant.climate import DAYS_OF_MONTH, HOURS

P_SITE = 0.897e5
HEADER = "LOCATION,Datong,Shanxi,CHN,CSWD,534870,40.10,113.33,8.0,1067.0\n" + "COMMENTS\n" * 7


def epw_row(month: int, day: int, hour: int, T: float, p: float) -> str:
    return f"1989,{month},{day},{hour},60,?9?9,{T:.1f},-20.0,40,{p:.0f},0,0\n"


def epw(*, leap: bool = False, p: float = 89000.0) -> str:
    rows = []
    for month, days in enumerate(DAYS_OF_MONTH, start=1):
        for day in range(1, days + 1 + (leap and month == 2)):
            T = -10.0 + month + 0.1 * day
            rows += [epw_row(month, day, hour, T, p + hour) for hour in range(1, 25)]
    return HEADER + "".join(rows)


def written(tmp_path: Path, text: str, name: str = "hours.epw") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_hours_of_an_epw(tmp_path: Path) -> None:
    found = read_weather(written(tmp_path, epw()), P_SITE)
    assert len(found.T) == len(found.p) == HOURS
    assert found.T[0] - 273.15 == pytest.approx(-8.9)
    assert found.T[-1] - 273.15 == pytest.approx(5.1)
    # The station's swing about the site's mean.
    assert np.mean(found.p) == pytest.approx(P_SITE)
    assert np.ptp(found.p) == pytest.approx(23.0)
    assert found.source == "hours.epw"


def test_a_leap_day_is_left_out(tmp_path: Path) -> None:
    assert (
        read_weather(written(tmp_path, epw(leap=True)), P_SITE).T
        == read_weather(written(tmp_path, epw(), "other.epw"), P_SITE).T
    )


def test_missing_pressures_are_those_of_the_site(tmp_path: Path) -> None:
    text = re.sub(r",890\d\d,0,0", ",999999,0,0", epw())
    assert set(read_weather(written(tmp_path, text), P_SITE).p) == {P_SITE}


def test_an_hour_without_pressure_has_the_mean(tmp_path: Path) -> None:
    whole = np.array(read_weather(written(tmp_path, epw()), P_SITE).p)
    gaps = np.array(read_weather(written(tmp_path, epw().replace(",89005,", ",999999,")), P_SITE).p)
    missing = np.arange(HOURS) % 24 == 4
    assert set(gaps[missing]) == {P_SITE}
    np.testing.assert_allclose(np.diff(gaps[~missing]), np.diff(whole[~missing]))
    assert np.mean(gaps) == pytest.approx(P_SITE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "gb18030"])
def test_names_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    name = "S\u00e3o Paulo" if encoding == "latin-1" else "\u5929\u9547"
    path = tmp_path / "hours.epw"
    path.write_bytes(epw().replace("Datong", name).encode(encoding))
    assert len(read_weather(path, P_SITE).T) == HOURS


def test_a_column_twice_is_refused(tmp_path: Path) -> None:
    text = "T_ambient_C,T_ambient_C\n" + "5,6\n" * HOURS
    with pytest.raises(ConfigError, match="line 1: has 2 columns T_ambient_C"):
        read_weather(written(tmp_path, text, "hours.csv"), P_SITE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER + "1989,1,1,1\n", "line 9: has 4 columns"),
        (HEADER + epw_row(1, 1, 1, 99.9, 89000.0), "line 9: dry bulb = 99.9 is not between -90 and 60"),
        (HEADER + epw_row(1, 1, 1, 5.0, 8900.0), "line 9: pressure = 8900 is not between 30000 and 120000"),
        (HEADER + epw_row(1, 1, 1, 5.0, 89000.0), "has 1 hours, needs 8760"),
        (HEADER.replace("LOCATION", "x"), "has 0 hours, needs 8760"),
    ],
)
def test_a_bad_epw_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_weather(written(tmp_path, text), P_SITE)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "hours.epw" in str(caught.value)


def test_a_csv_with_pressures(tmp_path: Path) -> None:
    text = "time, T_ambient_C, p_ambient_bar\n" + "".join(f"{k},{k % 24},0.9\n" for k in range(HOURS))
    found = read_weather(written(tmp_path, text, "hours.csv"), P_SITE)
    assert found.T[5] == pytest.approx(278.15)
    assert found.p == pytest.approx([P_SITE] * HOURS)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_weather(tmp_path, P_SITE)
