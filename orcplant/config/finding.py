"""Find plants and config files by path or name. Light: the control core starts without thermodynamics."""

import difflib
from pathlib import Path

from orcplant.errors import ConfigError
from orcplant.resources import configs_dir


def find(name: str) -> Path:
    """File or folder by path, or the shipped plant of that name.

    Raises
    ------
    ConfigError
        If there is neither; near names are suggested.
    """
    path = Path(name)
    shipped = configs_dir()
    try:
        if path.exists():
            return path
        if path.parent == Path() and (shipped / name).is_dir():
            return shipped / name
    except (OSError, ValueError) as exc:  # a name too long, or with a null character
        raise ConfigError(f"{name!r}: not a file name") from exc
    names = [folder.name for folder in shipped.iterdir() if folder.is_dir()]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ConfigError(f"{name}: no such file, folder or shipped plant{hint}")


def files_of(path: Path) -> list[Path]:
    """Name the file itself, or the TOML files right in a folder.

    Raises
    ------
    ConfigError
        If a folder holds none.
    """
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.toml"))
    if not files:
        raise ConfigError(f"{path}: no TOML file in this folder")
    return files
