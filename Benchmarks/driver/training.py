# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""a training step against PyTorch's

Both sides train on the same batch from the same weights, are checked to have the same loss and gradients, and are then
timed in turns. A step is the gradient of the mean loss, then Adam.
"""

import argparse
import json
import math
import os
from pathlib import Path

from driver import machine
from driver.engine import (
    MEASURED,
    MEMORY,
    MODES,
    contenders,
    measured_cells,
    memory_cells,
    progress,
    rounds,
    under_machine,
)
from driver.environment import build_swift, find_python, start_pytorch, start_swift, write_fixtures
from driver.measurement import Measurement
from driver.side import Side, SideError
from driver.table import rendered
from driver.works import TRAINING_WORKS, TrainingWork

NAME = "training"
SUFFIX = "-training"
# How far losses may be apart, and norms of gradients relative to their size.
LOSS_TOLERANCE = 1e-4
NORM_TOLERANCE = 1e-3
# What a norm may be off besides, relative to that of the whole gradient. A few of millions of rectifiers have inputs
# that round to the other side of zero, and gradients that are small because large terms cancel feel it: in double
# precision images changed by 1e-6 move the smallest of the residual network by 2e-3 of themselves.
NORM_FLOOR = 1e-4


def add_options(parser: argparse.ArgumentParser) -> None:
    names = [work.name.removesuffix(SUFFIX) for work in TRAINING_WORKS]
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to FILE")
    parser.add_argument("--works", nargs="+", choices=names, default=names, metavar="WORK", help=", ".join(names))
    parser.add_argument("--threads", nargs="+", type=int, metavar="N", help="default: 2")
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES, metavar="MODE", help=", ".join(MODES))
    parser.add_argument("--seconds", type=float, default=3, help="length of a timed block (default: 3)")
    parser.add_argument("--rounds", type=int, default=5, help="timed blocks of each side (default: 5)")
    parser.add_argument("--compile-limit", type=float, default=600, metavar="S", help="default: 600 s for each")


def run(options: argparse.Namespace) -> int:
    options.threads = options.threads or [min(2, os.cpu_count() or 1)]
    python, executable = find_python(), build_swift()
    folder = write_fixtures(python)
    report = {"command": NAME, "machine": machine.describe(), "peak": {}, "measurements": [], "failures": []}
    for threads in options.threads:
        with start_swift(executable) as swift:
            report["machine"]["instructionSet"] = swift.ask(op="describe").get("capability")
            report["peak"][threads] = machine.peak(swift, threads)
        for work in (work for work in TRAINING_WORKS if work.name.removesuffix(SUFFIX) in options.works):
            try:
                row = measured_alone(python, executable, work, threads, folder, options, report["machine"])
                report["measurements"].append(row)
                print(progress(row) + disagreements(row), flush=True)
            except SideError as error:
                report["failures"].append(f"{work.name}, threads {threads}: {error}")
                print(report["failures"][-1], flush=True)
    print("\n" + shown(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    rows = report["measurements"]
    return 0 if not report["failures"] and all(row["agrees"] for row in rows) else 1


def measured_alone(
    python: Path,
    executable: Path,
    work: TrainingWork,
    threads: int,
    folder: Path,
    options: argparse.Namespace,
    facts: dict,
) -> dict:
    """New processes for every work, and one of PyTorch's for every mode: each figure of memory is one mode's."""
    with start_swift(executable) as swift:
        sides = [start_pytorch(python, threads, "measure_training.py", mode) for mode in options.modes]
        try:
            facts["pytorch"] = sides[0].ask(op="describe").get("version")
            return measured(swift, dict(zip(options.modes, sides, strict=True)), work, threads, folder, options)
        finally:
            for side in sides:
                side.close()


def measured(
    swift: Side, sides: dict[str, Side], work: TrainingWork, threads: int, folder: Path, options: argparse.Namespace
) -> dict:
    """Both sides prepared, compared, and timed in turns: ours, theirs, ours, …"""
    limit = options.compile_limit
    ours = Measurement.prepared(swift, work, threads, work.batch, folder, None, limit)
    modes = [Measurement.prepared(side, work, threads, work.batch, folder, mode, limit) for mode, side in sides.items()]
    for measurement in [ours, *modes]:
        if measurement.error is None:
            measurement.time(options.seconds / 2)
    timed = [mode for mode in modes if mode.passes]
    taking_turns = [ours] * bool(ours.passes) + contenders(timed)
    for _ in range(rounds(taking_turns, options)):
        for measurement in taking_turns:
            measurement.time(options.seconds)
    best = max(timed, key=lambda mode: mode.images_per_second, default=None)
    # The nearest mode's: PyTorch's sums over a channels-last batch are themselves 4e-3 away from double precision.
    differences = [difference(ours.values, mode.values) for mode in timed if ours.values]
    loss, norms = min(differences, key=lambda pair: pair[1], default=(math.inf, math.inf))
    return {
        "work": work.name.removesuffix(SUFFIX),
        "threads": threads,
        "batch": work.batch,
        "operationsPerImage": work.operations,
        "ours": ours.report(),
        "pytorch": [mode.report() for mode in modes],
        "best": best.mode if best else None,
        "lossDifference": finite(loss),
        "gradientDifference": finite(norms),
        "agrees": loss <= LOSS_TOLERANCE and norms <= NORM_TOLERANCE,
    }


def difference(ours: list[float], theirs: list[float]) -> tuple[float, float]:
    """How far the losses are apart, and, relative to their size, the norms of gradients, at the worst."""
    if len(ours) != len(theirs) or not all(math.isfinite(value) for value in ours + theirs):
        return math.inf, math.inf
    floor = NORM_FLOOR / NORM_TOLERANCE * math.hypot(*theirs[1:])
    norms = [abs(mine - other) / (max(mine, other) + floor) for mine, other in zip(ours[1:], theirs[1:], strict=True)]
    return abs(ours[0] - theirs[0]), max(norms)


def finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def disagreements(row: dict) -> str:
    return "" if row["agrees"] else "\n    the two sides' losses or gradients DIFFER"


def shown(report: dict) -> str:
    """The table with its machine."""
    rows = [shown_row(row, report["peak"]) for row in report["measurements"]]
    return under_machine(report, rendered(["step of", *MEASURED, *MEMORY, "loss", "gradients"], rows))


def shown_row(row: dict, peaks: dict) -> list[str]:
    def off(key: str) -> str:
        return "–" if row[key] is None else f"{row[key]:.0e}"

    return [
        *measured_cells(row, peaks),
        *memory_cells(row),
        off("lossDifference"),
        off("gradientDifference") + ("" if row["agrees"] else " DIFFERS"),
    ]
