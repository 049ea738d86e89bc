"""The command line: parse, call, print. The only module that prints and exits.

Exit codes: 0 done; 2 bad input; 3 no feasible answer; 1 anything else. An error is one line on
stderr with nothing on stdout; ``ORCPLANT_DEBUG=1`` adds the traceback.

Imports stay inside the commands: `orcplant --help` must not wait for numpy or CoolProp.
"""

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from orcplant import __version__
from orcplant.errors import (
    ChemistryError,
    InfeasibleDesignError,
    InputError,
    OrcplantError,
    PropertyError,
)

if TYPE_CHECKING:
    from orcplant.config.case_spec import Case
    from orcplant.config.design import Design
    from orcplant.config.plant_spec import Plant
    from orcplant.config.water_spec import Water
    from orcplant.plant.study import Study
    from orcplant.plant.year import YearResult
    from orcplant.thermo.result import CycleResult
    from orcplant.water.study import WaterStudy

BAD_INPUT = 2
_BAND_SAMPLES = 400  # of a water's analysis, where a report is written
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
        if sys.stdout is None:  # closed by the shell, as in `orcplant ... >&-`
            sys.exit(_failed("stdout is closed", 1))
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
    from orcplant.report.cycle_text import cycle_text
    from orcplant.report.folder import published

    loaded = load_case(case)
    with _of_file(case), published(out) if out is not None else nullcontext() as staging:
        result = _solved(loaded)
        document = cycle_document(result, loaded)
        if staging is not None:
            _write_report(result, loaded, document, staging)
    _print(document, as_json, lambda content: cycle_text(content, loaded.name))
    if not as_json and out is not None:
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
    except (PropertyError, InfeasibleDesignError, ChemistryError) as exc:
        raise type(exc)(f"{path}: {exc}") from exc


def _write_report(result: "CycleResult", case: "Case", document: dict[str, Any], folder: Path) -> None:
    from orcplant.report.cycle_report import write_cycle_report

    (folder / "cycle.json").write_text(_json(document) + "\n", encoding="utf-8")
    write_cycle_report(result, case.name, case.inputs, folder)


def _json(document: dict[str, Any]) -> str:
    import json

    return json.dumps(document, indent=2, allow_nan=False)


def _print(document: dict[str, Any], as_json: bool, text: Callable[[dict[str, Any]], Any]) -> None:
    """Print the document, or what `text` makes of it for a person."""
    if as_json:
        print(_json(document))
        return
    from rich.console import Console

    console = Console(highlight=False)
    with console.capture() as captured:  # rich has its own way with a broken pipe, ours is above
        console.print(text(document))
    print(captured.get(), end="")


@app.command()
def size(
    plant: Annotated[
        str, typer.Argument(metavar="PLANT", help="Folder of a plant, or the name of a shipped one.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write JSON, reports, tables and figures there."),
    ] = None,
    freeze: Annotated[
        bool, typer.Option("--freeze", help="Keep the answer beside plant.toml as design.json.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Size a plant: rating, count, fluid, layout, wells."""
    from orcplant.report.folder import published
    from orcplant.report.sizing_json import sizing_document
    from orcplant.report.sizing_text import sizing_text

    loaded = _plant(plant)
    with _of_file(loaded.path), published(out) if out is not None else nullcontext() as staging:
        study = _studied(loaded, in_full=staging is not None)
        document = sizing_document(loaded, study)
        if staging is not None:
            _write_sizing(loaded, study, document, staging)
    if freeze:
        with published(loaded.path.parent, option="--freeze") as staging:
            (staging / "design.json").write_text(_json(document) + "\n", encoding="utf-8")
    _print(document, as_json, sizing_text)
    if not as_json and out is not None:
        print(f"report: {out / 'report.html'} and {out / 'report.zh.html'}")


@app.command()
def screen(
    plant: Annotated[
        str, typer.Argument(metavar="PLANT", help="Folder of a plant, or the name of a shipped one.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Rank working fluids and layouts, with why each lost."""
    from orcplant.plant.screening import screen as screened
    from orcplant.report.sizing_json import screening_document
    from orcplant.report.sizing_text import screening_text

    loaded = _plant(plant)
    with _of_file(loaded.path):
        document = screening_document(loaded, screened(loaded.spec))
    _print(document, as_json, screening_text)


def _plant(name: str) -> "Plant":
    from orcplant.config.check import find
    from orcplant.config.plant_spec import load_plant

    return load_plant(find(name))


def _studied(plant: "Plant", *, in_full: bool) -> "Study":
    from orcplant.plant.study import steps, study

    with _progress(steps(plant.spec, in_full=in_full)) as tell:
        return study(plant.spec, in_full=in_full, progress=tell)


def _write_sizing(plant: "Plant", study: "Study", document: dict[str, Any], folder: Path) -> None:
    from orcplant.report.sizing_report import write_sizing_report

    (folder / "sizing.json").write_text(_json(document) + "\n", encoding="utf-8")
    write_sizing_report(plant, study, folder)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """Progress bar on stderr, on a terminal only."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)

        def tell(what: str) -> None:
            bar.update(task, description=what, advance=1)

        yield tell


@app.command()
def water(
    source: Annotated[
        str, typer.Argument(metavar="WATER.toml", help="An analysed water, or the name of a shipped one.")
    ],
    T_degC: Annotated[
        str | None,
        typer.Option("--T-C", metavar="LIST", help="Temperatures on the way: 160,140,..."),
    ] = None,
    p_bar: Annotated[
        str | None, typer.Option("--p-bar", metavar="LIST", help="Absolute pressure, one or one each.")
    ] = None,
    flash_degC: Annotated[
        str | None,
        typer.Option("--flash-T-C", metavar="LIST", help="Temperatures the first place flashes to."),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option("--samples", min=0, max=20000, help="Random analyses for the band; 400 with --out."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write JSON, reports and figures there.")
    ] = None,
) -> None:
    """Say what may scale and corrode between well and reinjection."""
    from datetime import date

    from orcplant.config.water_question import find_water, question
    from orcplant.config.water_spec import load_water
    from orcplant.report.folder import published
    from orcplant.report.water_json import water_document
    from orcplant.report.water_text import water_text
    from orcplant.water.study import study

    loaded = load_water(find_water(source))
    drawn = samples if samples is not None else (_BAND_SAMPLES if out is not None else 0)
    asked = question(loaded, T_degC=T_degC, p_bar=p_bar, flash_degC=flash_degC, samples=drawn)
    with _of_file(loaded.path), published(out) if out is not None else nullcontext() as staging:
        with _progress(drawn) as tell:
            answer = study(asked, today=date.today(), progress=tell)
        document = water_document(answer)
        if staging is not None:
            _write_water(answer, loaded, document, staging)
    _print(document, as_json, water_text)
    if not as_json and out is not None:
        print(f"report: {out / 'report.html'} and {out / 'report.zh.html'}")


def _write_water(answer: "WaterStudy", water: "Water", document: dict[str, Any], folder: Path) -> None:
    from orcplant.report.water_report import write_water_report
    from orcplant.report.water_view import Words

    (folder / "water.json").write_text(_json(document) + "\n", encoding="utf-8")
    words = (Words(water.analysis.name, water.analysis.source), Words(water.name_zh, water.source_zh))
    write_water_report(answer, words, water.places, water.inputs, folder)


@app.command()
def serve(
    plant: Annotated[
        str, typer.Argument(metavar="PLANT", help="Folder of a plant, or the name of a shipped one.")
    ],
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="DIR", help="Journal, users, settings; default: the user's own."),
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Write nothing to any device, not even a heartbeat.")
    ] = False,
) -> None:
    """Run the control core, headless, until Ctrl-C or SIGTERM."""
    import logging

    from orcplant.config.finding import find
    from orcplant.config.site import load_site

    try:
        from orcplant.control.service import serve as run_core
    except ModuleNotFoundError as exc:
        extra = "orcplant serve needs the extra control: pip install -c constraints.txt -e .[control]"
        raise OrcplantError(f"{exc.name} is not installed; {extra}") from exc
    site = load_site(find(plant))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    run_core(site, state, is_read_only=read_only, announce=lambda line: print(line, flush=True))


@app.command()
def hmi(
    connect: Annotated[
        str, typer.Option("--connect", metavar="URL", help="Endpoint of the control core.")
    ] = "opc.tcp://127.0.0.1:4840/orcplant",
    lang: Annotated[str, typer.Option("--lang", metavar="zh|en", help="Language to begin with.")] = "en",
    screenshots: Annotated[
        Path | None,
        typer.Option(
            "--screenshots", metavar="DIR", help="Write every page of the recorded plant as PNG, and exit."
        ),
    ] = None,
) -> None:
    """Show the operator's window."""
    if lang not in ("zh", "en"):
        raise InputError(f"--lang {lang}: neither zh nor en")
    try:
        from orcplant.hmi import app as window
    except ModuleNotFoundError as exc:
        extra = "orcplant hmi needs the extra hmi: pip install -c constraints.txt -e .[hmi]"
        raise OrcplantError(f"{exc.name} is not installed; {extra}") from exc
    from orcplant.hmi.i18n import Language

    if screenshots is not None:
        window.screenshots(screenshots, Language(lang), told=print)
        return
    raise typer.Exit(window.run(connect, Language(lang)))


@app.command()
def run(
    plant: Annotated[
        str, typer.Argument(metavar="PLANT", help="Folder of a plant, or the name of a shipped one.")
    ],
    headless: Annotated[
        bool, typer.Option("--headless", help="Show no window: a table here, pictures at the end.")
    ] = False,
    pictures: Annotated[
        Path, typer.Option("--pictures", metavar="DIR", help="Where --headless puts its pictures.")
    ] = Path("out"),
    seconds: Annotated[
        float | None, typer.Option("--seconds", metavar="N", min=0.0, help="Stop after so long.")
    ] = None,
    speed: Annotated[float, typer.Option("--speed", metavar="X", help="Plant time over wall time.")] = 1.0,
    state: Annotated[
        Path | None, typer.Option("--state", metavar="DIR", help="Of the core; default: the user's own.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="zh|en", help="Language of the window.")] = "en",
) -> None:
    """Run simulated controllers, control core and window together, until the window is closed or Ctrl-C."""
    if lang not in ("zh", "en"):
        raise InputError(f"--lang {lang}: neither zh nor en")
    from rich.live import Live

    from orcplant.config.finding import find
    from orcplant.config.site import load_site

    try:
        from orcplant.control.state import folder_of
        from orcplant.hmi import app as window
        from orcplant.hmi.i18n import Language
        from orcplant.hmi.terminal import first_login, watch
        from orcplant.hmi.together import FIRST_LOGIN, require_all, simulator_and_core, wait
    except ModuleNotFoundError as exc:
        extra = (
            "orcplant run needs the extras control and hmi: pip install -c constraints.txt -e .[control,hmi]"
        )
        raise OrcplantError(f"{exc.name} is not installed; {extra}") from exc
    site = load_site(find(plant))
    folder = folder_of(site, state)
    headless = headless or not _has_screen()
    with simulator_and_core(plant, folder, speed=speed, told=lambda line: print(line, flush=True)) as running:
        own, language = folder / "pki" / "local", Language(lang)
        login = first_login(folder / FIRST_LOGIN) if headless else None
        if not headless:
            window.run(site.endpoint, language, folder=own, seconds=seconds, is_simulator=True)
        elif login is None:  # somebody has a password of their own by now: nothing to log in with
            wait(running, seconds)
        else:
            with Live(auto_refresh=False) as live:
                files = watch(
                    site.endpoint,
                    login,
                    folder=own,
                    language=language,
                    seconds=seconds,
                    pictures=pictures,
                    drawn=lambda table: live.update(table, refresh=True),
                    checked=lambda: require_all(running),
                )
            for file in files:
                print(file)


def _has_screen() -> bool:
    """Whether a window can be shown; only Linux runs without a screen as a matter of course."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


_State = Annotated[
    Path | None, typer.Option("--state", metavar="DIR", help="State folder; default: the user's own.")
]
history = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
app.add_typer(history, name="history", help="The record of a running or stopped core, as files.")


@history.command("export")
def history_export(
    plant: Annotated[str, typer.Argument(metavar="PLANT", help="Folder of a plant, or a shipped one.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="f.csv or f.parquet.")],
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="2026-01-15T08:00, plant time.")],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="As --from.")],
    tags: Annotated[str, typer.Option("--tags", help="By comma; U*.POWER_NET fits every unit.")] = "",
    ledger: Annotated[bool, typer.Option("--ledger", help="The monitoring ledger, a day a row.")] = False,
    minutes: Annotated[bool, typer.Option("--minutes", help="Min, max, mean, last of every minute.")] = False,
    state: _State = None,
) -> None:
    """Write recorded values, or the monitoring ledger, to a file."""
    from orcplant.config.finding import find
    from orcplant.config.site import load_site
    from orcplant.control.history_export import export, export_ledger, moment, wanted
    from orcplant.control.state import folder_of

    site = load_site(find(plant))
    record = folder_of(site, state) / "history.sqlite"
    if ledger:
        count = export_ledger(record, site, moment(start, "--from"), moment(end, "--to"), out)
    else:
        count = export(record, wanted(site, tags, start, end), out, by_minute=minutes)
    print(f"{count} rows written to {out}")


@history.command("backup")
def history_backup(
    plant: Annotated[str, typer.Argument(metavar="PLANT", help="Folder of a plant, or a shipped one.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The copy.")],
    state: _State = None,
) -> None:
    """Copy the record while it is being written."""
    import asyncio

    from orcplant.config.finding import find
    from orcplant.config.site import load_site
    from orcplant.control.historian import HistoryReader
    from orcplant.control.state import folder_of

    async def copied() -> None:
        reader = HistoryReader(folder_of(load_site(find(plant)), state) / "history.sqlite")
        try:
            await reader.backup(out)
        finally:
            await reader.close()

    asyncio.run(copied())
    print(f"written to {out}")


@app.command()
def trust(
    plant: Annotated[str, typer.Argument(metavar="PLANT", help="Folder of a plant, or a shipped one.")],
    thumbprint: Annotated[
        str, typer.Argument(metavar="[THUMBPRINT]", help="Certificate to trust; its beginning is enough.")
    ] = "",
    state: _State = None,
) -> None:
    """List the OPC UA clients that were turned away, or trust one of them."""
    from orcplant.config.finding import find
    from orcplant.config.site import load_site
    from orcplant.control.gateway import existing_pki
    from orcplant.control.state import folder_of

    pki = existing_pki(folder_of(load_site(find(plant)), state) / "pki")
    if thumbprint:
        known = pki.trust(thumbprint)
        print(f"trusted: {known.thumbprint[:16]} {known.subject}")
        return
    for known in pki.listed("rejected"):
        print(f"{known.thumbprint[:16]} {known.subject}, until {known.ends:%Y-%m-%d}")


@app.command()
def offdesign(
    design: Annotated[str, typer.Argument(metavar="PLANT|sizing.json", help="A sized plant.")],
    T_ambient_C: Annotated[float, typer.Option("--T-ambient-C", help="Ambient temperature.")],
    T_geofluid_C: Annotated[float, typer.Option("--T-geofluid-C", help="Geofluid at the unit's inlet.")],
    flow_fraction: Annotated[
        float, typer.Option("--flow-fraction", help="Geofluid flow over that of design.")
    ],
    load_kW: Annotated[float | None, typer.Option("--load-kW", help="Load set-point.")] = None,
    load_basis: Annotated[
        str,
        typer.Option("--load-basis", help="The set-point counts net (after pump, fans) or gross power."),
    ] = "net",
    T_out_C: Annotated[
        float | None, typer.Option("--T-out-C", help="Least geofluid temperature behind the unit.")
    ] = None,
    means: Annotated[
        str,
        typer.Option("--means", help="What gives way at a limit: brine_valve, bypass or inlet_valve."),
    ] = "brine_valve",
    fans: Annotated[
        str, typer.Option("--fans", help="At full speed, or at the best: that of most net power.")
    ] = "full",
    unit: Annotated[
        str | None, typer.Option("--unit", help="Number or name of the unit, where they differ.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Rate one unit of a sized plant away from its design point."""
    from orcplant.config.design import load_design
    from orcplant.config.operation import Question, unit_of
    from orcplant.report.offdesign import rated
    from orcplant.report.offdesign_text import offdesign_text

    asked = Question(T_ambient_C, T_geofluid_C, flow_fraction, load_kW, load_basis, means, T_out_C, fans)
    loaded = load_design(design)
    with _of_file(loaded.path):
        document, limits = rated(loaded, unit_of(loaded, unit), asked)
    _print(document, as_json, lambda content: offdesign_text(content, asked, limits))


@app.command()
def year(
    design: Annotated[str, typer.Argument(metavar="PLANT|sizing.json", help="A sized plant.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write hours, JSON, reports and figures there."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Follow a sized plant through 8760 hours."""
    from orcplant.config.design import load_design, year_groups
    from orcplant.plant.year import simulate_year, steps
    from orcplant.report.folder import published
    from orcplant.report.year_json import year_document
    from orcplant.report.year_text import year_text

    loaded = load_design(design)
    with _of_file(loaded.path), published(out) if out is not None else nullcontext() as staging:
        groups = year_groups(loaded)
        with _progress(steps(groups)) as tell:
            result = simulate_year(loaded.plant.spec, groups, loaded.wells, progress=tell)
        document = year_document(loaded, result)
        if staging is not None:
            _write_year(loaded, result, document, staging)
    _print(document, as_json, year_text)
    if not as_json and out is not None:
        print(f"report: {out / 'report.html'} and {out / 'report.zh.html'}")


def _write_year(design: "Design", result: "YearResult", document: dict[str, Any], folder: Path) -> None:
    from orcplant.report.year_report import write_year_report

    (folder / "year.json").write_text(_json(document) + "\n", encoding="utf-8")
    write_year_report(design, result, document, folder)


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
    name: Annotated[str, typer.Argument(metavar="NAME", help="Kind of config file: case, plant, site.")],
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
