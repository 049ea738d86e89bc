"""Case files for tests: a valid document, edited by dotted key, written as TOML."""

import copy
import json
import tomllib
from pathlib import Path
from typing import Any, Final

Document = dict[str, Any]
Edits = dict[str, Any]  # by dotted key

DELETED: Final = object()  # an edit that takes a key away

SIMPLE: Final[Document] = {
    "cycle": {
        "fluid": "Isobutane",
        "layout": "simple",
        "T_evap_C": 100.0,
        "T_cond_C": 30.0,
        "eta_expander": 0.85,
        "eta_pump": 0.75,
    },
    "geofluid": {"T_in_C": 150.0, "p_bar": 10.0, "mass_flow_kg_s": 50.0, "pinch_K": 5.0},
    "cooling": {"type": "air", "T_in_C": 20.0, "pinch_K": 5.0, "fan_dp_Pa": 120.0, "eta_fan": 0.6},
}

WATER_COOLED: Final[Document] = SIMPLE | {"cooling": {"type": "water", "T_in_C": 20.0, "pinch_K": 5.0}}
RECUPERATED: Final[Document] = SIMPLE | {
    "cycle": SIMPLE["cycle"] | {"fluid": "Isopentane", "layout": "recuperated", "recuperator_pinch_K": 5.0}
}
DUAL_LEVEL: Final[Document] = SIMPLE | {
    "cycle": SIMPLE["cycle"] | {"layout": "dual_level", "low": {"T_evap_C": 55.0, "eta_expander": 0.8}}
}
BARE: Final[Document] = {"cycle": SIMPLE["cycle"] | {"mass_flow_kg_s": 1.0}}

BASES: Final = {
    "simple": SIMPLE,
    "water_cooled": WATER_COOLED,
    "recuperated": RECUPERATED,
    "dual_level": DUAL_LEVEL,
    "bare": BARE,
}


def bad_cases() -> list[tuple[str, str, str]]:
    """Rows of bad_cases.txt: base, edits, and what is said of the result."""
    lines = (Path(__file__).parent / "bad_cases.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return [(base, edits, text) for base, edits, text in rows]


def parsed_edits(text: str) -> Edits:
    """Edits written as `key = value; -key`, values as in TOML."""
    edits: Edits = {}
    for part in text.split("; "):
        key, _, value = part.partition(" = ")
        edits[key.removeprefix("-")] = tomllib.loads(f"value = {value}")["value"] if value else DELETED
    return edits


def edited(document: Document, edits: Edits) -> Document:
    """Copy of a document with dotted keys set, or taken away."""
    changed = copy.deepcopy(document)
    for dotted, value in edits.items():
        *tables, key = dotted.split(".")
        table = changed
        for name in tables:
            table = table.setdefault(name, {})
        if value is DELETED:
            table.pop(key, None)
        else:
            table[key] = value
    return changed


def toml(document: Document) -> str:
    """Document as TOML, tables after plain keys."""
    return "\n".join(_lines(document, ()))


def write_case(folder: Path, document: Document, name: str = "case.toml") -> Path:
    """Write a document under a folder."""
    path = folder / name
    path.write_text(toml(document), encoding="utf-8")
    return path


def _lines(table: Document, above: tuple[str, ...]) -> list[str]:
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    lines = [f"[{'.'.join(above)}]"] if above else []
    lines += [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in table.items():
        if isinstance(value, dict):
            lines += _lines(value, (*above, _key(key)))
    return lines


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(key)} = {_value(item)}' for key, item in value.items())}}}"
    # Python writes numbers, and json basic strings, as TOML does.
    return json.dumps(value, ensure_ascii=True).replace("\\/", "/") if isinstance(value, str) else repr(value)
