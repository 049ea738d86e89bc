"""Both languages at run time, and a made-up one that is too long: every text has all of them.

Texts of the plant (tags, alarms, refusals) come from the core as `orcplant.live.Text`; the window's own are
in
`orcplant.hmi.texts`. `PSEUDO` lengthens English by two fifths, to find what would be cut in a longer
language.
"""

import re
from enum import StrEnum
from typing import Final

from orcplant.live import Text


class Language(StrEnum):
    """Languages of the window."""

    EN = "en"
    ZH = "zh"
    PSEUDO = "pseudo"

    @property
    def other(self) -> "Language":
        """Language that Ctrl+L changes to."""
        return Language.EN if self is Language.ZH else Language.ZH


PSEUDO_GROWTH: Final = 0.4
_PLACE: Final = re.compile(r"(\{\w*\})")  # filled in later: stays as it is
_LONGER: Final = str.maketrans("aeiouAEIOU", "àéîõüÀÉÎÕÜ")


def say(text: Text, language: Language) -> str:
    """Text in a language."""
    if language is Language.ZH:
        return text.zh
    return lengthened(text.en) if language is Language.PSEUDO else text.en


def lengthened(text: str) -> str:
    """English with marks on its vowels and two fifths more letters; a text without letters stays."""
    if not any(letter.isalpha() for letter in text):
        return text
    more = max(1, round(len(text) * PSEUDO_GROWTH))
    parts = _PLACE.split(text)
    marked = "".join(part if k % 2 else part.translate(_LONGER) for k, part in enumerate(parts))
    return marked + "~" * more
