"""`python -m benchmarks [ONLY]`: measure, print a table, write latest.json beside this file.

Times depend on the machine and are printed against their bounds; the exit code tells only whether
orcplant and TESPy agree.
"""

import importlib
import importlib.metadata
import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import Gate

PARTS: Final = {
    "design": "design.run",
    "vectorised": "vectorised.run",
    "optimise": "optima.run",
    "screen": "sizing.run_screen",
    "size": "sizing.run_size",
    "offdesign": "offdesign.run",
    "unit_map": "unit_map.run",
    "help": "command_line.run",
    "control": "control_poll.run",
    "control_history": "control_history.run",
    "control_gateway": "control_gateway.run",
    "plc_wire": "plc_wire.run",
    "plc_plant": "plc_plant.run",
    "water": "water.run",
}
LATEST: Final = Path(__file__).with_name("latest.json")


def main(arguments: list[str]) -> int:
    """Run the parts asked for; 0 unless a binding gate fails, 2 for an unknown part."""
    wanted = arguments or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        sys.stderr.write(f"benchmarks: no part {unknown[0]!r}; parts: {', '.join(PARTS)}\n")
        return 2
    found: dict[str, Any] = {"run": _circumstances()}
    gates: list[Gate] = []
    for name in wanted:
        module, _, function = PARTS[name].partition(".")
        measured, more = getattr(importlib.import_module(f"benchmarks.{module}"), function)()
        found |= measured
        gates += more
    found["gates"] = [
        {"name": g.name, "value": g.value, "limit": g.limit, "unit": g.unit, "passed": g.passed}
        for g in gates
    ]
    LATEST.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print("\n".join([*_table(found), "", *(gate.text for gate in gates), "", f"written to {LATEST}"]))
    return int(any(gate.binding and not gate.passed for gate in gates))


def _circumstances() -> dict[str, str]:
    packages = ("orcplant", "CoolProp", "numpy", "scipy", "tespy")
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.platform(),
        **{name: _version(name) for name in packages},
    }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _table(found: dict[str, Any]) -> list[str]:
    lines = [", ".join(f"{key} {value}" for key, value in found["run"].items())]
    if "design_point" in found:
        lines += _design_lines(found["design_point"], found["grid"])
    if "vectorised" in found:
        many = found["vectorised"]
        lines.append(
            f"{many['points']} points at once   {1e6 * many['point_s']:8.1f} us/point on tables,"
            f" {1e6 * many['point_exact_s']:.0f} us/point on the reference equation,"
            f" difference {many['sample_largest_difference']:.1e}"
        )
    if "optimum" in found:
        lines += _optimum_lines(found["optimum"])
    if "screen" in found:
        lines.append(_screen_line(found["screen"]))
    if "size" in found:
        lines.append(_size_line(found["size"]))
    if "water" in found:
        lines.append(_water_line(found["water"]))
    if "offdesign" in found:
        lines += _offdesign_lines(found["offdesign"])
    if "unit_map" in found:
        from benchmarks.unit_map import lines as map_lines

        lines += map_lines(found["unit_map"])
    if "help" in found:
        lines.append(f"orcplant --help      {found['help']['orcplant_s']:8.3f} s")
    if "control_poll" in found:
        from benchmarks.control_poll import table as control_table

        lines += control_table(found)
    if "plc_wire" in found:
        from benchmarks.plc_wire import table as wire_table

        lines += wire_table(found)
    if "plc_plant" in found:
        from benchmarks.plc_plant import table as plant_table

        lines += plant_table(found)
    return lines


def _design_lines(point: dict[str, Any], grid: dict[str, Any]) -> list[str]:
    lines = [
        f"{'':20s} {'orcplant':>12s} {'TESPy':>12s} {'ratio':>8s} {'difference':>12s}",
        f"{'design point':20s} {1e3 * point['orcplant_s']:9.2f} ms {1e3 * point['tespy_s']:9.1f} ms"
        f" {point['ratio']:8.1f} {point['largest_difference']:12.1e}",
        f"{'  solved again':20s} {'':12s} {1e3 * point['tespy_warm_s']:9.1f} ms {point['ratio_warm']:8.1f}",
        f"{'grid of ' + str(grid['points']):20s} {1e3 * grid['orcplant_s']:9.1f} ms"
        f" {1e3 * grid['tespy_s']:9.1f} ms {grid['ratio']:8.1f} {grid['largest_difference']:12.1e}",
    ]
    for program, names in grid["failed"].items():
        lines += [
            f"  {program} gave no answer at {len(names)} of {grid['points']} points",
            *(f"    {n}" for n in names),
        ]
    return lines


def _optimum_lines(found: dict[str, Any]) -> list[str]:
    lines = [
        f"{'optimum of one unit':32s} {'program':10s} {'time':>12s} {'net power':>14s} {'cycles solved':>15s}"
    ]
    for question, measured in found.items():
        name = question
        for program in ("orcplant", "scipy", "tespy"):
            if f"{program}_s" not in measured:
                continue
            milliseconds, power = 1e3 * measured[f"{program}_s"], measured[f"{program}_W"] / 1e3
            cycles = measured.get(f"{program}_evaluations", "")
            lines.append(f"{name:32s} {program:10s} {milliseconds:9.1f} ms {power:11.2f} kW {cycles:>15}")
            name = ""
    return lines


def _offdesign_lines(found: dict[str, Any]) -> list[str]:
    stress = found["stress"]
    lines = [
        f"{found['points']} points off design {found['year_s']:8.1f} s in {found['processes']} processes"
        f" ({found['cpu_s']:.1f} s of CPU, {found['peak_MB']:.0f} MB),"
        f" {1e6 * found['point_s']:.0f} us/point in one"
    ]
    for wiring in ("saturated", "conductance"):
        theirs = found["tespy"][wiring]
        lines.append(
            f"  TESPy, {wiring:12s}     {1e3 * theirs['point_s']:8.1f} ms/point,"
            f" {theirs['ratio']:.0f} times as long; of {stress['points']} far-off points"
            f" {stress[f'tespy_{wiring}']['solved']} solved,"
            f" orcplant {stress['orcplant']['solved']}"
        )
    return lines


def _screen_line(screened: dict[str, Any]) -> str:
    return (
        f"screen of {screened['fluids']} fluids   {screened['one_layout_s']:8.2f} s in one layout,"
        f" {screened['orcplant_s']:.2f} s in {screened['layouts']} ({screened['warm_s']:.2f} s once built)"
    )


def _size_line(sized: dict[str, Any]) -> str:
    return (
        f"orcplant size {sized['plant']} {sized['orcplant_s']:8.2f} s, {sized['peak_MB']:.0f} MB with report,"
        f" {sized['without_report_s']:.2f} s, {sized['without_report_peak_MB']:.0f} MB without"
    )


def _water_line(water: dict[str, Any]) -> str:
    return (
        f"water: path {1e3 * water['path_s']:.1f} ms ({water['path_s'] / water['plain_s']:.1f} x PHREEQC),"
        f" flash {1e3 * water['flash_s']:.1f} ms, CO2 restored {1e3 * water['restore_s']:.1f} ms,"
        f" band of {water['samples']} {water['band_s']:.2f} s, restored {water['band_restored_s']:.2f} s"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
