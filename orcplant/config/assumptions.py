"""The assumptions of a config file: every key whose comment begins with `assumed`.

The comment is the only mark, so what a reader sees and what a report lists cannot differ.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orcplant.config.toml import read_text

_TABLE: Final = re.compile(r"^\s*(?P<open>\[\[?)\s*(?P<name>[\w.]+)\s*\]")
# A comment starts at a hash outside quotes; a value here is short enough to say so by its quotes.
_KEY: Final = re.compile(
    r"""^\s*(?P<key>\w+)\s*=\s*(?P<value>(?:"[^"]*"|'[^']*'|[^"'#])*?)\s*\#\s*assumed\b[:\s]*(?P<why>.*)$"""
)


@dataclass(frozen=True, slots=True)
class Assumption:
    """A key that nobody has given yet: its dotted name, its value as written, and why it is so."""

    key: str
    value: str
    why: str


def assumptions(path: Path) -> tuple[Assumption, ...]:
    """Assumptions of a config file, in its order.

    Raises
    ------
    ConfigError
        If the file cannot be read.
    """
    return assumptions_in(read_text(path))


def assumptions_in(text: str) -> tuple[Assumption, ...]:
    """Assumptions of the text of a config file, in its order."""
    found, table, seen = [], "", dict[str, int]()
    for line in text.splitlines():
        if opened := _TABLE.match(line):
            table = opened["name"]
            if opened["open"] == "[[":
                seen[table] = seen.get(table, -1) + 1
                table = f"{table}[{seen[table]}]"
        elif assumed := _KEY.match(line):
            key = f"{table}.{assumed['key']}" if table else assumed["key"]
            found.append(Assumption(key, assumed["value"], assumed["why"].strip()))
    return tuple(found)
