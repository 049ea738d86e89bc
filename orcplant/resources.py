"""Where the files that ship with orcplant lie."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def configs_dir() -> Path:
    """Folder of the shipped plants, cases, tag tables and waters.

    Inside an installed wheel it lies in the package; in a checkout, or an editable install of one, it is
    ``configs/`` beside the package.

    Raises
    ------
    FileNotFoundError
        If neither is there, which means a damaged installation.
    """
    candidates = (_PACKAGE / "_configs", _PACKAGE.parent / "configs")
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"orcplant's configs are in neither of {', '.join(map(str, candidates))}")
