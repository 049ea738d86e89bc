"""Write the generated pages of this folder: `make docs`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # `tests` of this checkout, whatever else is installed

from docs.registers import pages as register_pages  # noqa: E402
from tests.validation.page import validation_page  # noqa: E402

PAGES = {"validation.md": validation_page}


def main() -> None:
    """Write every page, and say which."""
    for name, text in PAGES.items():
        _write(ROOT / "docs" / name, text())
    for name, content in register_pages().items():
        _write(ROOT / "docs" / "registers" / name, content)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
