import re
from collections.abc import Iterator, Mapping

import pytest

from orcplant.hmi import texts
from orcplant.hmi.i18n import Language, lengthened, say
from orcplant.live import AlarmState, CommandState, Role, Text

PLACES = re.compile(r"\{(\w*)\}")
CHINESE = re.compile("[\u4e00-\u9fff]")
SAME = {"LANGUAGE", "PH", "PV", "SP", "OP", "TS"}  # names that are the same in both languages


def every() -> Iterator[tuple[str, Text]]:
    for name, value in vars(texts).items():
        if isinstance(value, Text):
            yield name, value
        elif isinstance(value, Mapping):
            yield from ((f"{name}[{key}]", text) for key, text in value.items() if isinstance(text, Text))


def test_every_text_has_both_languages_with_the_same_places() -> None:
    found = dict(every())
    assert len(found) > 200
    for name, text in found.items():
        assert text.en and text.zh, name
        assert sorted(PLACES.findall(text.en)) == sorted(PLACES.findall(text.zh)), name
        assert name == "LANGUAGE" or not CHINESE.search(text.en), name
        assert name in SAME or CHINESE.search(text.zh), name


def test_every_role_outcome_and_alarm_state_has_a_word() -> None:
    assert set(texts.ROLES) == set(Role)
    assert set(texts.OUTCOMES) == set(CommandState)
    assert set(texts.ALARM_STATES) == set(AlarmState)


def test_every_state_in_the_register_maps_has_a_word() -> None:
    from orcplant.tags import Kind, load_table

    shown = {"orc_unit": ("STATE", "FIRST_OUT", "PERMISSIVES", "AUTHORITY", "CMD"),
             "wellfield": ("PROD_STATE", "AUTHORITY")}  # fmt: skip
    for kind, tags in shown.items():
        for tag in tags:
            dtype = load_table(kind)[tag].dtype
            assert dtype.kind in (Kind.ENUM, Kind.BITS)
            missing = [name for name, _ in dtype.names if name not in texts.STATES]
            if kind == "orc_unit" or tag != "CMD":
                assert not missing


def test_pseudo_language_is_two_fifths_longer_and_leaves_numbers_alone() -> None:
    assert len(lengthened("Net power")) == pytest.approx(1.4 * len("Net power"), abs=1)
    assert lengthened("12.5") == "12.5"
    assert say(Text("run", "运行"), Language.PSEUDO) != "run"


def test_language_switch_goes_there_and_back() -> None:
    assert Language.EN.other is Language.ZH
    assert Language.ZH.other is Language.EN
    assert Language.PSEUDO.other is Language.ZH


def test_unknown_state_is_shown_as_it_is() -> None:
    assert texts.state_text("some_new_state").en == "some new state"
