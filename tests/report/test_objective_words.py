"""What the reports say of units designed for the cheapest net kilowatt."""

from dataclasses import replace
from functools import cache

import pytest

from orcplant.config.plant_spec import Plant, load_plant
from orcplant.plant.screening import Screening, screen
from orcplant.plant.spec import DesignObjective
from orcplant.plant.study import study
from orcplant.report.sizing_json import screening_document, sizing_document
from orcplant.report.sizing_story import lost_by, notes
from orcplant.report.texts import LANGUAGES, Language
from orcplant.resources import configs_dir
from tests.plant.plants import tiny


def plant(objective: DesignObjective) -> Plant:
    return replace(load_plant(configs_dir() / "tianzhen_20mw"), spec=replace(tiny(), objective=objective))


@cache
def screened(objective: DesignObjective) -> Screening:
    return screen(replace(tiny(), objective=objective))


@pytest.mark.parametrize("objective", DesignObjective)
def test_the_screening_says_how_far_behind_and_in_what(objective: DesignObjective) -> None:
    costs, screening = objective is DesignObjective.SPECIFIC_COST, screened(objective)
    for language in LANGUAGES:
        said = [lost_by(screening, ranked, language) for ranked in screening.ranked]
        assert len(said) == 3
        first = {"en": ("most power", "cheapest"), "zh": ("净功最高", "投资最低")}[language][costs]
        assert first in said[0]
        assert all(("+" in text) is costs for text in said[1:])
    document = screening_document(plant(objective), screening)
    assert document["objective"] == objective.value
    why = [row["why"] for row in document["ranking"]]
    assert ("dearer" if costs else "less power") in why[1]
    behind = [row["behind_best_percent"] for row in document["ranking"]]
    assert behind == sorted(behind)


@pytest.mark.parametrize("objective", DesignObjective)
def test_the_notes_name_the_objective(objective: DesignObjective) -> None:
    asked = plant(objective)
    found = study(asked.spec, in_full=False)
    words: dict[Language, str] = {"en": "net kilowatt", "zh": "投资最低"}
    for language in LANGUAGES:
        said = " ".join(notes(asked, found, language))
        assert (words[language] in said) is (objective is DesignObjective.SPECIFIC_COST)


def test_a_limit_in_json_says_on_which_side_it_lies() -> None:
    asked = plant(DesignObjective.UNIT_NET)
    (block,) = sizing_document(asked, study(asked.spec, in_full=False))["units"]["blocks"]
    said = {limit["name"]: limit["text"] for limit in block["limits"]}
    assert said["evaporating_pressure"] == "evaporating pressure 22.23 bar, at most 22.23 bar"
    assert said["geofluid_outlet"] == "reinjection temperature 60.0 \u00b0C, at least 60.0 \u00b0C"
