"""The command line: parse, call, print. The only module that prints and exits.

Exit codes: 0 done; 2 bad input; 3 no feasible answer; 1 anything else. An error is one line on
stderr with nothing on stdout; ``ORCPLANT_DEBUG=1`` adds the traceback.

Imports stay inside the commands: `orcplant --help` must not wait for numpy or CoolProp.
"""

import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from orcplant import __version__
from orcplant.errors import InfeasibleDesignError, OrcplantError, PropertyError

if TYPE_CHECKING:
    from orcplant.config.case_spec import Case
    from orcplant.thermo.result import CycleResult

BAD_INPUT = 2
_CONTROL = str.maketrans({code: " " for code in (*range(32), 127)})


class _Commands(TyperGroup):
    """Command group whose every failure is one line and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, print what went wrong, exit."""
        arguments = sys.argv[1:] if args is None else list(args)
        for stream in (sys.stdout, sys.stderr):
            # A file name may hold what the console's encoding does not.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            code = self._run(arguments, prog_name or "orcplant", extra)
            sys.stdout.flush()
        except BrokenPipeError:  # whoever reads has seen enough, as `head` does
            _give_up_stdout()
            code = 0
        except OSError as exc:
            _give_up_stdout()
            code = _failed(f"stdout cannot be written: {exc.strerror or exc}", 1)
        sys.exit(code)

    def _run(self, args: list[str], prog_name: str, extra: dict[str, Any]) -> int:
        try:
            with self.make_context(prog_name, args, **extra) as context:
                self.invoke(context)
        except OSError:  # config and report tell of theirs: this is stdout
            raise
        except typer.Exit as exc:
            return exc.exit_code
        except KeyboardInterrupt:
            return _failed("interrupted", 1)
        except OrcplantError as exc:
            return _failed(str(exc), exc.exit_code)
        except typer.TyperException as exc:  # wrong options or arguments
            return _failed(f"{exc.format_message().rstrip('.')}; see orcplant --help", exc.exit_code)
        except Exception as exc:
            return _failed(f"internal error: {type(exc).__name__}: {exc}", 1)
        return 0


app = typer.Typer(cls=_Commands, add_completion=False, rich_markup_mode=None)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"orcplant {__version__}")
        raise typer.Exit


@app.callback()
def orcplant(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Design, simulation and operation of geothermal ORC plants.

    Exit codes: 0 done; 2 bad input (one line: file, key, value, limit); 3 no feasible answer (which
    bound, its value, the nearest feasible one); 1 anything else.
    """


@app.command()
def cycle(
    case: Annotated[Path, typer.Argument(metavar="CASE.toml", help="One cycle; see configs/cases.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write JSON, report and figures there.")
    ] = None,
) -> None:
    """Calculate one ORC: states, powers, pinches, exergy."""
    from orcplant.config.case_spec import load_case
    from orcplant.report.cycle_json import cycle_document
    from orcplant.report.folder import published

    loaded = load_case(case)
    with _of_file(case), published(out) if out is not None else nullcontext() as staging:
        result = _solved(loaded)
        document = cycle_document(result, loaded)
        if staging is not None:
            _write_report(result, loaded, document, staging)
    if as_json:
        print(_json(document))
    else:
        _show(document, loaded)
        if out is not None:
            print(f"written to {out}")


def _solved(case: "Case") -> "CycleResult":
    from orcplant.report.reasons import refusal
    from orcplant.thermo.cycle import solve_cycle

    result = solve_cycle(case.spec)
    if not result.status.ok:
        raise InfeasibleDesignError(refusal(result.status, result))
    return result


@contextmanager
def _of_file(path: Path) -> Iterator[None]:
    """Say which file it was whose states or balances do not exist."""
    try:
        yield
    except (PropertyError, InfeasibleDesignError) as exc:
        raise type(exc)(f"{path}: {exc}") from exc


def _write_report(result: "CycleResult", case: "Case", document: dict[str, Any], folder: Path) -> None:
    from orcplant.report.cycle_report import write_cycle_report

    (folder / "cycle.json").write_text(_json(document) + "\n", encoding="utf-8")
    write_cycle_report(result, case.name, case.inputs, folder)


def _json(document: dict[str, Any]) -> str:
    import json

    return json.dumps(document, indent=2, allow_nan=False)


def _show(document: dict[str, Any], case: "Case") -> None:
    from rich.console import Console

    from orcplant.report.cycle_text import cycle_text

    console = Console(highlight=False)
    with console.capture() as captured:  # rich has its own way with a broken pipe, ours is above
        console.print(cycle_text(document, case))
    print(captured.get(), end="")


@app.command()
def check(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Config files, folders, or shipped plants."),
    ],
) -> None:
    """Say what is wrong with config files, if anything."""
    from orcplant.config.check import check_file, files_of, find

    good, bad = [], []
    for file in [file for path in paths for file in files_of(find(path))]:
        try:
            good.append(check_file(file))
        except OrcplantError as exc:
            bad.append(str(exc))
    if bad:
        for text in bad:
            _failed(text, BAD_INPUT)
        raise typer.Exit(BAD_INPUT)
    for checked in good:
        verdict = "ok" if checked.is_known else "is TOML; this version has no further check for its kind"
        print(f"{checked.path}: {checked.kind}: {verdict}")


@app.command()
def schema(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Kind of config file: case.")],
) -> None:
    """Print the JSON Schema of a kind of config file."""
    from orcplant.config.schema import json_schema

    print(_json(json_schema(name)))


def _failed(text: str, code: int) -> int:
    """Say in one line on stderr what went wrong."""
    if os.environ.get("ORCPLANT_DEBUG") == "1" and sys.exc_info()[0] is not None:
        import traceback

        traceback.print_exc()
    print(" ".join(text.translate(_CONTROL).split()), file=sys.stderr)
    return code


def _give_up_stdout() -> None:
    """Let what is still buffered go nowhere: Python flushes stdout once more at exit."""
    with suppress(OSError, ValueError):  # ValueError: not a real file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
