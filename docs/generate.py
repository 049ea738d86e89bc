"""Write the generated pages of this folder: `make docs`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # `tests` of this checkout, whatever else is installed

from tests.validation.page import validation_page  # noqa: E402

PAGES = {"validation.md": validation_page}


def main() -> None:
    """Write every page, and say which."""
    for name, text in PAGES.items():
        path = ROOT / "docs" / name
        path.write_text(text(), encoding="utf-8", newline="\n")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
