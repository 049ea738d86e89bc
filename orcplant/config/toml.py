"""Read a TOML file, or say in one line why it cannot be read."""

import tomllib
from pathlib import Path
from typing import Any

from orcplant.errors import ConfigError


def read_toml(path: Path) -> dict[str, Any]:
    """Top-level table of a TOML file.

    Raises
    ------
    ConfigError
        If the file cannot be read or is not TOML; line and column where they are known.
    """
    return parsed_toml(path, read_text(path))


def read_text(path: Path, *, any_encoding: bool = False) -> str:
    """Text of a file, UTF-8; with `any_encoding` whatever is not is replaced.

    Raises
    ------
    ConfigError
        If the file cannot be read or is not UTF-8 text.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise ConfigError(f"{path}: cannot be read: not a regular file")  # a pipe would wait for ever
        raw = path.read_bytes()
    except OSError as exc:
        raise ConfigError(f"{path}: cannot be read: {exc.strerror or exc}") from exc
    except ValueError as exc:  # a path with a null character
        raise ConfigError(f"{str(path)!r}: not a file name: {exc}") from exc
    return _decoded(path, raw, "replace" if any_encoding else "strict")


def _decoded(path: Path, raw: bytes, errors: str) -> str:
    try:
        # Windows editors like to begin with a byte order mark, which TOML does not know.
        return raw.decode("utf-8-sig", errors)
    except UnicodeDecodeError as exc:
        line = raw.count(b"\n", 0, exc.start) + 1
        raise ConfigError(f"{path}: line {line}: not UTF-8 text") from exc


def parsed_toml(path: Path, text: str) -> dict[str, Any]:
    """Top-level table of the text of a TOML file; `path` is for errors.

    Raises
    ------
    ConfigError
        If it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as exc:
        raise ConfigError(f"{path}: not TOML: nested too deeply") from exc
    except ValueError as exc:  # TOMLDecodeError, and an integer of too many digits
        raise ConfigError(f"{path}: not TOML: {one_line(str(exc))}") from exc


def one_line(text: str, *, limit: int = 300) -> str:
    """Text without line breaks and control characters, cut to `limit` characters."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(printable.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
