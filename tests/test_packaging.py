"""The distribution: what the wheel holds, that it runs away from the checkout, that the pins are complete."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[0-9][0-9A-Za-z.]*)")


def run(*command: str | Path, cwd: Path) -> str:
    """Output of a command that must succeed, run without the caller's Python settings."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass(frozen=True, slots=True)
class Installation:
    """The wheel in an environment of its own, which sees the dependencies but not the checkout."""

    folder: Path

    @property
    def python(self) -> Path:
        return self._scripts / "python"

    @property
    def orcplant(self) -> Path:
        return self._scripts / "orcplant"

    @property
    def _scripts(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def site_packages(self) -> Path:
        paths = {"base": str(self.folder), "platbase": str(self.folder)}
        return Path(sysconfig.get_path("purelib", "venv", vars=paths))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("orcplant-*.whl")
    place = Installation(folder / "elsewhere")
    venv.create(place.folder)
    pip = (sys.executable, "-m", "pip", "--python", str(place.python))
    run(*pip, "install", "-q", "--no-deps", "--no-index", wheel, cwd=folder)
    # Last, or pip would find the checkout's orcplant there. Python reads no .pth of a folder that a .pth
    # names, so the dependencies come into sight and the checkout does not.
    dependencies = sysconfig.get_path("purelib")
    (place.site_packages / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    return place


def test_the_wheel_brings_every_config(installation: Installation) -> None:
    code = "import orcplant.resources as r; print(r.__file__); print(r.configs_dir())"
    module, configs = map(Path, run(installation.python, "-c", code, cwd=installation.folder).splitlines())
    assert module.is_relative_to(installation.site_packages)
    assert configs.is_relative_to(installation.site_packages)

    def names(folder: Path) -> set[str]:
        return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    assert names(configs) == names(ROOT / "configs") != set()


def test_the_wheel_brings_both_packages_and_their_type_marks(installation: Installation) -> None:
    code = "import orcplant, plc_sim; print(orcplant.__file__); print(plc_sim.__file__)"
    for line in run(installation.python, "-c", code, cwd=installation.folder).splitlines():
        assert Path(line).is_relative_to(installation.site_packages)
        assert Path(line).with_name("py.typed").is_file()


def test_the_command_runs_from_the_wheel(installation: Installation) -> None:
    assert "cycle" in run(installation.orcplant, "--help", cwd=installation.folder)


def test_a_checkout_uses_its_own_configs() -> None:
    code = "import orcplant.resources as r; print(r.configs_dir())"
    assert Path(run(sys.executable, "-c", code, cwd=ROOT / "tests").strip()) == ROOT / "configs"


def declared_requirements() -> list[Requirement]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = declared["project"]
    extras = [text for extra in project["optional-dependencies"].values() for text in extra]
    texts = declared["build-system"]["requires"] + project["dependencies"] + extras
    return [Requirement(text) for text in texts if not text.startswith("orcplant[")]


def pins() -> dict[str, Version]:
    found: dict[str, Version] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        pin = PIN.fullmatch(line)
        assert pin, f"constraints.txt: {line!r} is more, or less, than a name and a version"
        name = canonicalize_name(pin["name"])
        assert name not in found, f"constraints.txt names {name} twice"
        found[name] = Version(pin["version"])
    return found


def test_every_declared_dependency_is_pinned_within_its_bounds() -> None:
    pinned = pins()
    wrong = [
        f"{requirement} against {pinned.get(canonicalize_name(requirement.name))}"
        for requirement in declared_requirements()
        if pinned.get(canonicalize_name(requirement.name), Version("0.dev0")) not in requirement.specifier
        or canonicalize_name(requirement.name) not in pinned
    ]
    assert not wrong


def test_all_is_the_sum_of_the_other_extras() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = dict(project["optional-dependencies"])
    (everything,) = extras.pop("all")
    assert Requirement(everything).extras == set(extras)
