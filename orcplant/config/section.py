"""Base of every table in a config file, and how what pydantic finds becomes one line.

A rule between keys is a `model_validator` that raises `broken(...)`; types, ranges, unknown and
missing keys come from pydantic. `validated` turns the first of them into a `ConfigError`.
"""

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from orcplant.config.toml import one_line
from orcplant.errors import ConfigError

_RULE: Final = "rule"
_VALUE_LENGTH: Final = 60


class Section(BaseModel):
    """A table: frozen, no unknown keys, no text or booleans as numbers, no NaN, no infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def given(self, *keys: str) -> list[str]:
        """Those of `keys` that the file sets."""
        return [key for key in keys if key in self.model_fields_set]

    def exactly_one(self, *keys: str) -> None:
        """Refuse none or several of `keys`."""
        if not self.given(*keys):
            raise broken("", f"exactly one of {_listed(keys)} is needed, none is given")
        self.at_most_one(*keys)

    def at_most_one(self, *keys: str) -> None:
        """Refuse several of `keys`."""
        found = self.given(*keys)
        if len(found) > 1:
            values = ", ".join(f"{key} = {shown(getattr(self, key))}" for key in found)
            raise broken("", f"{values}: only one of {_listed(keys)} may be given")

    def needs(self, key: str, because: str) -> None:
        """Refuse a table without `key`."""
        if not self.given(key):
            raise broken(key, f"is missing: {because}")

    def refuses(self, keys: Iterable[str], because: str) -> None:
        """Refuse a table that sets one of `keys`."""
        for key in self.given(*keys):
            raise broken(key, f"= {shown(getattr(self, key))} is not allowed: {because}")


S = TypeVar("S", bound=Section)


def broken(key: str, text: str) -> PydanticCustomError:
    """Error of a rule between keys; `key` as seen from the table, empty for the table itself."""
    # The text is a value, not the template: braces in a file must not be read as fields.
    return PydanticCustomError(_RULE, "{text}", {"key": key, "text": text})


def required(value: float | None) -> float:
    """Value of a key that a rule of its table has made certain."""
    assert value is not None, "a rule of the table should have asked for this key"
    return value


def shown(value: object) -> str:
    """Value as an error shows it, on one line."""
    if isinstance(value, Mapping | BaseModel):
        return "(a table)"
    if isinstance(value, list):
        return "(an array)"
    if isinstance(value, bool):
        return str(value).lower()
    try:
        text = repr(value) if isinstance(value, str | int | float) else str(value)
    except ValueError:  # an integer beyond the digits Python writes
        text = "(a very long integer)"
    return one_line(text.replace("'", '"') if isinstance(value, str) else text, limit=_VALUE_LENGTH)


def validated(model: type[S], document: dict[str, Any], path: Path) -> S:
    """Model of a document.

    Raises
    ------
    ConfigError
        On the first thing that is wrong. Unknown keys come first: a misspelt key also makes the
        right one missing.
    """
    try:
        return model.model_validate(document)
    except ValidationError as exc:
        found = exc.errors(include_url=False)
        first = next((error for error in found if error["type"] == "extra_forbidden"), found[0])
        raise ConfigError(one_line(f"{path}: {_told(model, first)}")) from exc


def _told(model: type[Section], error: ErrorDetails) -> str:
    keys = [str(part) for part in error["loc"]]
    context = error.get("ctx", {})
    where = _dotted(keys)
    match error["type"]:
        case "rule":
            own = str(context["key"])
            name = _dotted([*keys, own] if own else keys)
            text = str(context["text"])
            return f"{name} {text}" if own else f"{_table(keys)}: {text}"
        case "extra_forbidden":
            return f"{where} is not a known key{_hint(_tables(model), keys)}"
        case "missing":
            table = _tables(model).get(tuple(keys)) is not None
            return f"{_table(keys)} is missing" if table else f"{where} is missing"
        case _:
            return f"{where} = {shown(error['input'])} {_limit(error['type'], context, error['msg'])}"


_NUMBER_LIMITS: Final = {
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "below {ge:g}",
    "less_than": "must be below {lt:g}",
    "less_than_equal": "above {le:g}",
    "float_type": "is not a number",
    "finite_number": "is not a finite number",
    "string_type": "is not text",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "literal_error": "is none of {expected}",
    "model_type": "is not a table",
    "bool_type": "is neither true nor false",
    "date_type": "is not a date like 2024-05-31",
}


def _limit(kind: str, context: Mapping[str, Any], message: str) -> str:
    template = _NUMBER_LIMITS.get(kind)
    return message if template is None else template.format(**context)


def _hint(tables: Mapping[tuple[str, ...], type[Section]], keys: list[str]) -> str:
    *parent, key = keys
    model = tables.get(tuple(parent))
    known = list(model.model_fields) if model else []
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]}?"
    elsewhere = [name for name, other in tables.items() if name and key in other.model_fields]
    if elsewhere:
        return f"; it belongs to {' or '.join(_table(list(name)) for name in elsewhere)}"
    return f"; known are {_listed(known)}"


def _tables(model: type[Section], above: tuple[str, ...] = ()) -> dict[tuple[str, ...], type[Section]]:
    """Every table a model knows, by its dotted name."""
    tables = {above: model}
    for name, field in model.model_fields.items():
        inner = _section_of(field)
        if inner is not None:
            tables |= _tables(inner, (*above, name))
    return tables


def _section_of(field: FieldInfo) -> type[Section] | None:
    annotation = field.annotation
    options = getattr(annotation, "__args__", (annotation,))
    return next((o for o in options if isinstance(o, type) and issubclass(o, Section)), None)


def _dotted(keys: Iterable[str]) -> str:
    return one_line(".".join(keys), limit=_VALUE_LENGTH)


def _table(keys: list[str]) -> str:
    return f"[{_dotted(keys)}]" if keys else "the file"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
