from itertools import combinations

import pytest

from orcplant.hmi.theme import (
    DAY,
    NIGHT,
    PENS,
    PENS_NIGHT,
    Tokens,
    contrast,
    distance,
    is_saturated,
    lost,
    rgb,
)

THEMES = pytest.mark.parametrize("theme", [DAY, NIGHT], ids=["day", "night"])
GROUNDS = ("page", "panel", "sunk", "bar")
# Ratios of the design, day and night: text on page, panel, sunk, bar.
PUBLISHED = {
    "t1": ((12.5, 14.0, 11.3, 10.7), (14.3, 12.3, 15.4, 15.8)),
    "t2": ((7.8, 8.7, 7.0, 6.7), (9.1, 7.8, 9.8, 10.1)),
    "t3": ((5.6, 6.3, 5.1, 4.8), (7.0, 6.0, 7.6, 7.8)),
    "design": ((4.3, 4.9, 3.9, 3.7), (6.2, 5.3, 6.6, 6.8)),
}


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21.0)
    # WCAG's own border case: #767676 is the lightest grey that white text allows at 4.5.
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("token", PUBLISHED)
def test_contrasts_are_those_of_the_design(token: str) -> None:
    for theme, ratios in zip((DAY, NIGHT), PUBLISHED[token], strict=True):
        for ground, ratio in zip(GROUNDS, ratios, strict=True):
            assert contrast(theme.of(token), theme.of(ground)) == pytest.approx(ratio, abs=0.06)


@THEMES
def test_text_can_be_read_wherever_it_stands(theme: Tokens) -> None:
    for ground in GROUNDS:
        for text in ("t1", "t2", "t3"):
            assert contrast(theme.of(text), theme.of(ground)) >= 4.5
    for text, ground in (("run_t1", "run"), ("run_t2", "run"), ("stop_t1", "stop"), ("stop_t2", "stop")):
        assert contrast(theme.of(text), theme.of(ground)) >= 4.5
    for text, ground in (("t1", "field"), ("t1", "button"), ("panel", "t1"), ("panel", "t2")):
        assert contrast(theme.of(text), theme.of(ground)) >= 4.5


@THEMES
def test_text_of_a_lost_window_can_still_be_read(theme: Tokens) -> None:
    dim = lost(theme)
    assert dim.is_lost
    for text, ground in (("t1", "panel"), ("t2", "panel"), ("run_t1", "run"), ("p1_digit", "p1")):
        assert contrast(dim.of(text), dim.of(ground)) >= 4.5 - 1.2 * (text == "p1_digit")
    assert contrast(dim.ink, dim.sunk) >= 3.0


@THEMES
def test_digits_and_outlines_carry_the_alarm_shapes(theme: Tokens) -> None:
    for name in ("p1", "p2", "p3"):
        assert contrast(theme.of(f"{name}_digit"), theme.of(name)) >= 4.5
        assert contrast(theme.out, theme.of(name)) >= 3.0 or theme is NIGHT
    assert contrast(theme.t1, theme.panel) >= 3.0


@THEMES
@pytest.mark.parametrize("is_deutan", [False, True])
def test_priorities_stay_apart_for_everybody(theme: Tokens, is_deutan: bool) -> None:
    for one, other in combinations(("p1", "p2", "p3"), 2):
        assert distance(theme.of(one), theme.of(other), is_deutan=is_deutan) >= 20.0


def test_distances_by_day_are_those_of_the_design() -> None:
    pairs = (("p1", "p2"), ("p2", "p3"), ("p1", "p3"))
    assert [distance(DAY.of(a), DAY.of(b)) for a, b in pairs] == pytest.approx([50, 48, 95], abs=0.6)
    deutan = [distance(DAY.of(a), DAY.of(b), is_deutan=True) for a, b in pairs]
    assert deutan == pytest.approx([35, 24, 58], abs=0.6)


@THEMES
def test_only_alarms_are_coloured(theme: Tokens) -> None:
    names = [name for name in Tokens.__slots__ if name != "is_lost"]
    coloured = {name for name in names if is_saturated(theme.of(name))}
    assert coloured == {"p1", "p2", "p3"}
    assert not any(is_saturated(lost(theme).of(name)) for name in names)


def test_brightness_means_energy() -> None:
    def luminance(colour: str) -> float:
        return contrast(colour, "#000000")

    for theme in (DAY, NIGHT):
        assert luminance(theme.run) > luminance(theme.panel) > luminance(theme.stop)


def test_trend_pens_keep_clear_of_the_alarm_hues() -> None:
    import colorsys

    for pen in (*PENS, *PENS_NIGHT):
        hue = 360.0 * colorsys.rgb_to_hsv(*(channel / 255.0 for channel in rgb(pen)))[0]
        assert 70.0 <= hue <= 345.0
