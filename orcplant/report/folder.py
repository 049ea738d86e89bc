"""Write the files of a report all at once, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orcplant.errors import InputError


@contextmanager
def published(folder: Path, *, option: str = "--out") -> Iterator[Path]:
    """Yield an empty folder whose files move to `folder` when the block ends without an exception.

    The empty folder lies on the same file system, so each file appears whole under its name. A
    folder that cannot be written is found out before the block begins.

    Raises
    ------
    InputError
        If `folder`, or a file in it, cannot be written.
    """
    staging: Path | None = None
    try:
        staging = Path(tempfile.mkdtemp(prefix=".orcplant-", dir=_existing(folder)))
        yield staging
        _move(staging, folder)
    except OSError as exc:
        raise InputError(f"{option} {folder}: cannot be written: {exc.strerror or exc}") from exc
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def _existing(folder: Path) -> Path:
    """Nearest folder on the way up that is there; an error if a file is in the way."""
    for place in (folder, *folder.absolute().parents):
        if place.is_dir():
            return place
        if place.exists() or place.is_symlink():
            raise NotADirectoryError(None, f"{place} is not a folder")
    raise FileNotFoundError(None, f"no folder above {folder}")


def _move(staging: Path, folder: Path) -> None:
    for source in sorted(path for path in staging.rglob("*") if path.is_file()):
        target = folder / source.relative_to(staging)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
