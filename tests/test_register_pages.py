"""Pages under docs/registers/ are those of the tag tables."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_pages_are_current() -> None:
    spec = importlib.util.spec_from_file_location("register_pages", DOCS / "registers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "registers").glob("*.md")}
    assert written == module.pages(), "run `make docs` and commit docs/registers"
