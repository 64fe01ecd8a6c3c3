# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""the engine against PyTorch and against the machine's multiply-add peak

Both sides score the same images with the same weights, are checked to agree, and are then timed in turns.
"""

import argparse
import json
import math
import os
from itertools import zip_longest
from pathlib import Path

from driver import bystanders, machine
from driver.environment import build_swift, find_python, start_pytorch, start_swift, write_fixtures
from driver.measurement import Measurement
from driver.side import Side, SideError
from driver.table import gigaflops, number, percent, ratio, rendered
from driver.works import WORKS, Work

NAME = "engine"
MODES = ["eager", "channels-last", "compile"]
# Headings of the columns that every comparison has behind its work.
MEASURED = ["threads", "batch", "BitSweep img/s", "GFLOP/s", "of peak", *(f"{mode} img/s" for mode in MODES), "ratio"]
MEMORY = ["MB ours", "MB theirs"]
MEBIBYTE = 1 << 20


def add_options(parser: argparse.ArgumentParser) -> None:
    names = [work.name for work in WORKS]
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to FILE")
    parser.add_argument("--quick", action="store_true", help="batch 64, all cores, short blocks, no compile mode")
    parser.add_argument("--works", nargs="+", choices=names, default=names, metavar="WORK", help=", ".join(names))
    parser.add_argument("--batches", nargs="+", type=int, metavar="N", help="default: 1 64 512")
    parser.add_argument("--threads", nargs="+", type=int, metavar="N", help="default: 1 2")
    parser.add_argument("--modes", nargs="+", choices=MODES, metavar="MODE", help=", ".join(MODES))
    parser.add_argument("--seconds", type=float, help="length of a timed block (default: 1)")
    parser.add_argument("--rounds", type=int, help="timed blocks of each side (default: 5)")
    parser.add_argument("--compile-limit", type=float, default=300, metavar="S", help="default: 300 s for each")


def run(options: argparse.Namespace) -> int:
    complete(options)
    python, executable = find_python(), build_swift()
    folder = write_fixtures(python)
    report = {"command": NAME, "machine": machine.describe(), "peak": {}, "measurements": [], "failures": []}
    for threads in options.threads:
        with start_swift(executable) as swift:
            report["machine"]["instructionSet"] = swift.ask(op="describe").get("capability")
            report["peak"][threads] = machine.peak(swift, threads)
        for work in (work for work in WORKS if work.name in options.works):
            # New processes for every work, so that none inherits another's memory or loses its own to another's crash.
            try:
                with start_swift(executable) as swift, start_pytorch(python, threads) as pytorch:
                    report["machine"]["pytorch"] = pytorch.ask(op="describe").get("version")
                    for batch in options.batches:
                        row = measured(swift, pytorch, work, threads, batch, folder, options)
                        report["measurements"].append(row)
                        print(progress(row), flush=True)
            except SideError as error:
                report["failures"].append(f"{work.name}, threads {threads}: {error}")
                print(report["failures"][-1], flush=True)
    print("\n" + shown(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0 if is_good(report) else 1


def is_good(report: dict) -> bool:
    """Whether our side measured everything and agreed wherever there was a peer."""
    rows = report["measurements"]
    return not report["failures"] and all(row["ours"]["error"] is None and row["agrees"] is not False for row in rows)


def complete(options: argparse.Namespace) -> None:
    """Fills in what the command line leaves open."""
    cores = os.cpu_count() or 1
    quick = options.quick
    options.batches = options.batches or ([64] if quick else [1, 64, 512])
    options.threads = options.threads or ([min(2, cores)] if quick else sorted({1, min(2, cores)}))
    options.modes = options.modes or (MODES[:2] if quick else MODES)
    options.seconds = options.seconds or (0.3 if quick else 1.0)
    options.rounds = options.rounds or (3 if quick else 5)


def measured(
    swift: Side, pytorch: Side, work: Work, threads: int, batch: int, folder: Path, options: argparse.Namespace
) -> dict:
    """Both sides prepared, compared, and timed in turns: ours, theirs, ours, …"""
    ours = Measurement.prepared(swift, work, threads, batch, folder, None, options.compile_limit)
    modes = [
        Measurement.prepared(pytorch, work, threads, batch, folder, mode, options.compile_limit)
        for mode in options.modes
    ]
    for measurement in [ours, *modes]:
        if measurement.error is None:
            measurement.time(options.seconds / 2)
    timed = [mode for mode in modes if mode.passes]
    taking_turns = [ours] * bool(ours.passes) + contenders(timed)
    for _ in range(rounds(taking_turns, options)):
        for measurement in taking_turns:
            measurement.time(options.seconds)
    best = max(timed, key=lambda mode: mode.images_per_second, default=None)
    swift.ask(op="release")
    pytorch.ask(op="release")
    difference = largest_difference(ours, timed)
    return {
        "work": work.name,
        "threads": threads,
        "batch": batch,
        "operationsPerImage": work.operations,
        "ours": ours.report(),
        "pytorch": [mode.report() for mode in modes],
        "best": best.mode if best else None,
        "largestDifference": None if difference is None or math.isinf(difference) else difference,
        "agrees": None if difference is None else difference <= work.tolerance,
    }


def contenders(modes: list[Measurement]) -> list[Measurement]:
    """The modes whose first block leaves a chance of being the fastest."""
    fastest = max((mode.images_per_second for mode in modes), default=0)
    return [mode for mode in modes if mode.images_per_second > 0.7 * fastest]


def rounds(measurements: list[Measurement], options: argparse.Namespace) -> int:
    """Fewer rounds where one pass alone takes many seconds."""
    slowest = max((max(measurement.passes) for measurement in measurements), default=0)
    return max(1, min(options.rounds, int(30 / max(slowest, 1e-9))))


def largest_difference(ours: Measurement, modes: list[Measurement]) -> float | None:
    """Over the numbers of the first images, between ours and every mode; infinite where a number is no finite one."""
    if not ours.values or not modes:
        return None
    pairs = [pair for mode in modes for pair in zip_longest(ours.values, mode.values, fillvalue=math.nan)]
    differences = [abs(mine - other) for mine, other in pairs]
    return max(math.inf if math.isnan(difference) else difference for difference in differences)


def best_of(row: dict) -> dict | None:
    return next((mode for mode in row["pytorch"] if mode["mode"] == row["best"]), None)


def progress(row: dict) -> str:
    """One line when a row is done; errors in full."""
    errors = [(side["mode"] or "BitSweep", side["error"]) for side in (row["ours"], *row["pytorch"]) if side["error"]]
    best = best_of(row)
    line = (
        f"{row['work']}, threads {row['threads']}, batch {row['batch']}: "
        f"BitSweep {number(row['ours']['imagesPerSecond'])}, "
        f"PyTorch {number(best['imagesPerSecond']) if best else '–'} images/s"
    )
    return "\n".join([line, *(f"    {name}: {error}" for name, error in errors)])


def shown(report: dict) -> str:
    """The table with its machine."""
    rows = [
        [*measured_cells(row, report["peak"]), *memory_cells(row), agreement(row)] for row in report["measurements"]
    ]
    table = rendered(["work", *MEASURED, *MEMORY, "difference"], rows)
    return under_machine(report, table, *scaling(report["measurements"]))


def under_machine(report: dict, *parts: str) -> str:
    """What was measured, under a heading that says where."""
    facts = report["machine"]
    peaks = ", ".join(f"{gigaflops(peak)} ({threads})" for threads, peak in report["peak"].items())
    lines = [
        f"{facts['processor']}, {facts['cores']} cores, {facts['instructionSet']}; PyTorch {facts.get('pytorch')}",
        f"multiply-add peak by threads: {peaks}",
        machine.provenance(facts),
        bystanders.note(taken_by_others(report)),
        "",
        *parts,
    ]
    return "\n".join(line for line in lines if line is not None)


def taken_by_others(report: dict) -> float:
    """Cores that other programs took, at the worst measurement."""
    sides = [side for row in report["measurements"] for side in (row["ours"], *row["pytorch"])]
    return max((side["coresTakenByOthers"] for side in sides), default=0.0)


def measured_cells(row: dict, peaks: dict) -> list[str]:
    """The work, then what `MEASURED` names."""
    ours, best = row["ours"], best_of(row)
    speed, peer = ours["imagesPerSecond"], best["imagesPerSecond"] if best else None
    operations = speed and speed * row["operationsPerImage"]
    modes = {mode["mode"]: mode for mode in row["pytorch"]}

    def cell(mode: str) -> str:
        if mode not in modes:
            return "–"
        text = "failed" if modes[mode]["error"] else number(modes[mode]["imagesPerSecond"])
        return text + (" *" if mode == row["best"] else "")

    return [
        row["work"],
        str(row["threads"]),
        str(row["batch"]),
        number(speed),
        number(operations and operations / 1e9),
        percent(operations, peaks[row["threads"]]),
        *(cell(mode) for mode in MODES),
        ratio(speed, peer),
    ]


def memory_cells(row: dict) -> list[str]:
    """What `MEMORY` names."""
    ours, best = row["ours"], best_of(row)
    return [
        number(ours["peakBytes"] and ours["peakBytes"] / MEBIBYTE),
        number(best and best["peakBytes"] and best["peakBytes"] / MEBIBYTE),
    ]


def agreement(row: dict) -> str:
    difference = row["largestDifference"]
    size = "" if difference is None else f"{difference:.0e}"
    return {None: "–", True: size, False: f"{size} DIFFERS".strip()}[row["agrees"]]


def scaling(rows: list[dict]) -> list[str]:
    """How much faster more threads are than one, work by work."""
    speeds = {(row["work"], row["batch"], row["threads"]): row["ours"]["imagesPerSecond"] for row in rows}
    lines = [
        f"    {work}, batch {batch}: {number(speed / speeds[work, batch, 1])}× with {threads} threads"
        for (work, batch, threads), speed in speeds.items()
        if threads > 1 and speed and speeds.get((work, batch, 1))
    ]
    return ["", "against 1 thread:", *lines] if lines else []
