"""Where a value stands in a config file, for errors that only properties can find."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orcplant.config.section import Section, shown
from orcplant.config.toml import one_line
from orcplant.errors import ConfigError, PropertyError


@dataclass(frozen=True, slots=True)
class Place:
    """A table of a file: its dotted name and its keys."""

    file: Path
    table: str
    keys: Section

    def error(self, key: str, text: str) -> ConfigError:
        """One line: file, key, value, and what `text` says about it."""
        value = getattr(self.keys, key)
        name = f"{self.table}.{key}"
        return ConfigError(one_line(f"{self.file}: {name} = {shown(value)} {text}"))

    @contextmanager
    def properties_of(self, key: str) -> Iterator[None]:
        """Lay a `PropertyError` met inside at the door of `key`."""
        try:
            yield
        except PropertyError as exc:
            raise self.error(key, f"has no properties: {exc}") from exc
