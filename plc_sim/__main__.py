"""The command line of the simulator: `plc-sim serve PLANT`.

Exit codes: 0 done; 2 bad input (one line on stderr); 1 anything else.
"""

import asyncio
import logging
import signal
import sys
import time
from typing import TYPE_CHECKING, Annotated, Final

import typer

from orcplant.errors import ConfigError, InputError, OrcplantError
from plc_sim.clock import SPEED_MAX, Pace

if TYPE_CHECKING:
    from plc_sim.simulator import Simulator

_LONGEST_STEP_S: Final = 0.5

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def plc_sim() -> None:
    """Simulated controllers of a geothermal plant, on real sockets.

    Exit codes: 0 done; 2 bad input; 1 anything else.
    """


@app.command()
def serve(
    plant: Annotated[
        str, typer.Argument(metavar="PLANT", help="Folder of a plant, or the name of a shipped one.")
    ],
    speed: Annotated[
        float, typer.Option("--speed", metavar="X", help=f"Plant time over wall time, up to {SPEED_MAX:g}.")
    ] = 1.0,
    port_base: Annotated[
        int | None,
        typer.Option(
            "--port-base",
            min=0,
            max=65535,
            help="Lowest port, instead of the site file's; 0: any free ports, printed one a line.",
        ),
    ] = None,
) -> None:
    """Serve the controllers of a plant until stopped by Ctrl-C or SIGTERM."""
    try:
        # Here, where Ctrl-C ends in a word and not in a traceback: they take seconds.
        from orcplant.config.check import find
        from orcplant.config.site import load_site
        from plc_sim.plants import simulator
        from plc_sim.simulator import SCAN_S

        folder = find(plant)
        site_file = folder / "site.toml" if folder.is_dir() else folder
        if not site_file.exists():
            raise ConfigError(f"{site_file}: no such file; plc-sim needs a plant with a site.toml")
        pace = _pace(speed)
        simulated = simulator(load_site(folder))
        simulated.boot(int(time.time()))
        simulated.step_s = min(SCAN_S * max(speed, 1.0), _LONGEST_STEP_S)
        asyncio.run(_serve(simulated, pace, port_base))
    except OrcplantError as exc:
        sys.stderr.write(f"{exc}\n")
        raise typer.Exit(exc.exit_code) from None
    except KeyboardInterrupt:  # before anything listened
        sys.stderr.write("interrupted\n")
        raise typer.Exit(1) from None


def _pace(speed: float) -> Pace:
    try:
        return Pace(speed)
    except ValueError as exc:
        raise InputError(f"--speed: {exc}") from None


async def _serve(simulated: "Simulator", pace: Pace, port_base: int | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    await simulated.open(port_base=port_base)
    running = asyncio.create_task(simulated.run(pace))
    waiting = asyncio.create_task(stop.wait())
    try:
        if port_base == 0:
            for name, port in simulated.ports.items():
                sys.stdout.write(f"{name} {port.number}\n")
        sys.stdout.write(f"ready: {len(simulated.site.devices)} devices\n")
        sys.stdout.flush()
        await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running  # raises what stopped it
    finally:
        for task in (running, waiting):
            task.cancel()
        await asyncio.gather(running, waiting, return_exceptions=True)
        await simulated.close()


def main() -> None:
    """Entry point of `plc-sim`."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    app()


if __name__ == "__main__":
    main()
