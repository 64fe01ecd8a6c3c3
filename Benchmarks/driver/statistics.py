# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""what `effects` computes of one cell's differences, against NumPy and SciPy

Both sides read the same differences, in ten classes, and must agree: estimates to 1e-9, limits of the bootstrap's
interval within half a standard error, since both draw 1,999 times. One thread on either side.
"""

import argparse
import json
import math
import os
import random
import statistics
import struct
import subprocess
import tempfile
from pathlib import Path

from driver import machine
from driver.bystanders import Bystanders, note
from driver.environment import BENCHMARKS, build, find_peer_python
from driver.side import SideError
from driver.table import number, ratio, rendered

NAME = "statistics"
COUNTS = [10_000, 1_000_000]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to FILE")
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS, metavar="N", help="how many differences")
    parser.add_argument("--passes", type=int, default=5, metavar="N", help="of which the median counts")


def run(options: argparse.Namespace) -> int:
    bench = build("statistics-bench") / "statistics-bench"
    python = find_peer_python(["numpy", "scipy"])
    others = Bystanders()
    rows = [measured(count, bench, python, options.passes, others) for count in options.counts]
    report = {"command": NAME, "machine": machine.describe(), "rows": rows, "coresTakenByOthers": others.cores}
    print(shown(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0 if all(row["agrees"] for row in rows) else 1


def measured(count: int, bench: Path, python: Path, passes: int, others: Bystanders) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        files = write_differences(Path(folder), count)
        ours = others.watch_children(lambda: answer([bench, *files, passes]))
        theirs = others.watch_children(lambda: answer([python, BENCHMARKS / "peers" / "paired.py", *files]))
    return compared(count, ours, theirs)


def write_differences(folder: Path, count: int) -> list[Path]:
    """Skewed differences of single precision, a few of them 0, always the same ones, and a class for each."""
    source = random.Random(1)
    draws = (source.lognormvariate(-2, 1) - 0.1 if source.random() > 0.01 else 0.0 for _ in range(count))
    values = [struct.unpack("<f", struct.pack("<f", draw))[0] for draw in draws]
    paths = [folder / "values", folder / "labels"]
    paths[0].write_bytes(struct.pack(f"<{count}d", *values))
    paths[1].write_bytes(struct.pack(f"<{count}q", *(source.randrange(10) for _ in range(count))))
    return paths


def answer(command: list) -> dict:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    made = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=environment)
    if made.returncode != 0:
        raise SideError(f"{command[0]} failed: {made.stderr.strip()[-500:]}")
    return json.loads(made.stdout)


def compared(count: int, ours: dict, theirs: dict) -> dict:
    seconds = {name: statistics.median(passes) for name, passes in ours["seconds"].items()}
    agrees = [
        math.isclose(ours[key], theirs[key], rel_tol=1e-9) for key in ("log10P", "hodgesLehmann") if key in theirs
    ]
    if "low" in theirs:
        error = (theirs["high"] - theirs["low"]) / 3.92
        agrees += [abs(ours[key] - theirs[key]) < 0.5 * error for key in ("low", "high")]
    return {"count": count, "ours": seconds, "theirs": theirs["seconds"], "agrees": all(agrees)}


def shown(report: dict) -> str:
    facts = report["machine"]
    rows = []
    for row in report["rows"]:
        ours, theirs = row["ours"], row["theirs"]
        cell = ours["effect"] + ours["interval"]
        whole = sum(theirs.values()) if "interval" in theirs else None
        rows.append(
            [
                f"{row['count']:,}",
                *(number(1e3 * ours[name]) for name in ("effect", "interval", "draw")),
                *(
                    number(theirs.get(name) and 1e3 * theirs[name])
                    for name in ("wilcoxon", "hodgesLehmann", "interval")
                ),
                ratio(whole, cell),
                "yes" if row["agrees"] else "DIFFERS",
            ]
        )
    headers = ["differences", "effect", "interval", "draw once", "Wilcoxon", "HL", "interval", "ratio", "agree"]
    lines = [
        f"{facts['processor']}, 1 thread; milliseconds, first ours, then SciPy's",
        machine.provenance(facts),
        note(report["coresTakenByOthers"]),
        "",
        rendered(headers, rows),
    ]
    return "\n".join(line for line in lines if line is not None)
