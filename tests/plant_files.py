"""Plant files for tests: the shipped plants, edited by dotted key (`well_type.0.T_C`), written as TOML."""

import copy
import tomllib
from pathlib import Path
from typing import Any, Final

from orcplant.resources import configs_dir
from tests.case_files import DELETED, Document, Edits, parsed_edits, toml

FILE: Final = "plant.toml"
NAMES: Final = {"20mw": "tianzhen_20mw", "pilot": "tianzhen_pilot"}


def shipped_text(base: str) -> str:
    """Text of a shipped plant file."""
    return (configs_dir() / NAMES[base] / FILE).read_text(encoding="utf-8")


def shipped(base: str) -> Document:
    """A shipped plant file, parsed."""
    return tomllib.loads(shipped_text(base))


def quick(base: str = "20mw") -> Document:
    """The 20 MW plant with two fluids, one layout and one rating: sized in half a second."""
    edits: Edits = {
        "design.fluids": ["Isobutane", "Isopentane"],
        "design.layouts": ["simple"],
        "design.ratings_kW": [3000],
    }
    return edited(shipped(base), edits)


def bad_plants() -> list[tuple[str, str, int, str]]:
    """Rows of bad_plants.txt: base, edits, exit code, and what is said."""
    lines = (Path(__file__).parent / "bad_plants.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return [(base, edits, int(code), text) for base, edits, code, text in rows]


def edited(document: Document, edits: Edits | str) -> Document:
    """Copy of a document with keys set, taken away, or appended to an array of tables (`unit.+`)."""
    changed = copy.deepcopy(document)
    for dotted, value in (parsed_edits(edits) if isinstance(edits, str) else edits).items():
        *path, key = dotted.split(".")
        place: Any = changed
        for name in path:
            place = place[int(name)] if isinstance(place, list) else place.setdefault(name, {})
        if key == "+":
            place.append(value)
        elif value is DELETED:
            del place[int(key) if isinstance(place, list) else key]
        elif isinstance(place, list):
            place[int(key)] = value
        else:
            place[key] = value
    return changed


def write_plant(folder: Path, document: Document) -> Path:
    """Write a plant under a folder and name the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(toml(document), encoding="utf-8")
    return folder
