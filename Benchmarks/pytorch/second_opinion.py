# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Recomputes random rows of a run with PyTorch, in double precision, and shows the largest difference.

    scripts/second-opinion STORE [--run ID] [--count 1000] [--seed N] [--data DIR] [--json FILE] …

Rows are drawn evenly from all recorded ones, or with --by-cell from every cell alike. Of BitSweep come the recorded
numbers and the random numbers that went into them (`coordinator inputs`), which are checked against a second Philox.
Everything else is done anew, from the data set's and checkpoint's files, by code that BitSweep does not share: sizes,
transformations, dequantisation, encoding and decoding of latents, likelihoods.

A row may differ by the tolerance, 1e-4 bits per dimension; where it is beyond 10, by a tenth of that part of itself,
since single precision has no more digits.

Exit: 0 when no row differs by more than the tolerance, 1 when one does or no row could be computed, 2 when the command
cannot be understood or files are missing.
"""

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

from opinion_rows import ORDINARY, Row, RowOpinion, read_cells
from opinion_table import table
from rescoring import Rescorer

ROOT = Path(__file__).resolve().parents[2]


class OpinionError(Exception):
    """Why there is no second opinion: a line for the user."""


def coordinator(named: Path | None) -> Path:
    """The executable that reads stores."""
    folders = [ROOT / ".build" / kind / "coordinator" for kind in ("release", "debug")]
    found = shutil.which("coordinator")
    candidates = [named] if named else [*folders, *([Path(found)] if found else [])]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise OpinionError("no coordinator found: build it with scripts/build, or name it with --coordinator")


class Store:
    """A run in a store, asked through `coordinator`."""

    def __init__(self, path: Path, run: str | None, program: Path, data: Path | None, checkpoints: list[Path]) -> None:
        self.path, self.program, self.checkpoints = path, program, checkpoints
        self.data = ["--data", str(data)] if data else []
        runs = json.loads(self.ask("runs", "--json"))
        names = [entry["id"] for entry in runs]
        if run and run not in names:
            raise OpinionError(f"{path} has no run {run}; it has {', '.join(names) or 'none'}")
        if not names:
            raise OpinionError(f"{path} holds no run")
        self.run = run or names[0]

    def ask(self, command: str, *arguments: str) -> str:
        line = [str(self.program), command, "--store", str(self.path), *arguments]
        done = subprocess.run(line, capture_output=True, text=True)
        if done.returncode != 0:
            raise OpinionError(done.stderr.strip() or f"{' '.join(line)} ended with code {done.returncode}")
        return done.stdout

    def draw(self, folder: Path, count: int, seed: int, *, by_cell: bool) -> tuple[list[Row], int]:
        """Random rows, and how many there are to draw from."""
        file = folder / "rows.npz"
        self.ask("export", "--run", self.run, "--partial", "--format", "npz", "--columns", "bpd", "--output", str(file))
        arrays = np.load(file)
        cells, total = arrays["cell"], len(arrays["cell"])
        if total == 0:
            raise OpinionError(f"run {self.run} has no recorded rows")
        generator = np.random.default_rng(seed)
        if by_cell:
            order = generator.permutation(total)
            # Of every cell the first, then of every cell the second, and so on, in random order.
            turns = np.empty(total, np.int64)
            seen: dict[int, int] = {}
            for place in order:
                turns[place] = seen.get(int(cells[place]), 0)
                seen[int(cells[place])] = turns[place] + 1
            chosen = order[np.argsort(turns[order], kind="stable")][:count]
        else:
            chosen = generator.choice(total, min(count, total), replace=False)
        ids, indices, labels, bpd = (arrays[name] for name in ("cells_id", "index", "class", "bpd"))
        rows = [Row(str(ids[cells[p]]), int(indices[p]), int(labels[p]), float(bpd[p])) for p in sorted(chosen)]
        return rows, total

    def inputs(self, folder: Path, rows: list[Row]) -> Path:
        """The file of what these rows were computed from."""
        listed, file = folder / "rows.csv", folder / "inputs.safetensors"
        listed.write_text("cell,index\n" + "".join(f"{row.cell},{row.index}\n" for row in rows))
        named = [word for path in self.checkpoints for word in ("--checkpoint", str(path))]
        arguments = ("--run", self.run, "--rows", str(listed), "--output", str(file), *self.data, *named)
        self.ask("inputs", *arguments)
        return file

    def command(self, opinion: RowOpinion) -> str:
        """What shows everything that a row was computed from."""
        return (
            f"printf 'cell,index\\n{opinion.cell},{opinion.index}\\n' | coordinator inputs --store {self.path} "
            f"--run {self.run} --rows - --output row.safetensors"
        )


def report(store: Store, opinions: list[RowOpinion], left_out: dict[str, int], options: argparse.Namespace) -> dict:
    """All figures as a JSON object."""
    wrong = [opinion for opinion in opinions if not opinion.is_close(options.tolerance)]
    finite = [opinion for opinion in opinions if math.isfinite(opinion.difference)]
    worst = max(finite, key=lambda opinion: abs(opinion.relative), default=None)
    ordinary = [abs(opinion.difference) for opinion in finite if abs(opinion.recorded) <= ORDINARY]
    extreme = [abs(opinion.difference / opinion.recorded) for opinion in finite if abs(opinion.recorded) > ORDINARY]
    return {
        "store": str(store.path),
        "run": store.run,
        "seed": options.seed,
        "rows": len(opinions),
        "not_computed": left_out,
        "tolerance": options.tolerance,
        "largest_difference": max(ordinary, default=None),
        "mean_difference": float(np.mean(ordinary)) if ordinary else None,
        "beyond_10_bpd": len(extreme),
        "largest_relative_difference_beyond_10_bpd": max(extreme, default=None),
        "beyond_tolerance": len(wrong),
        "worst": store.command(worst) if worst else None,
        "torch": torch.__version__,
        "each": [opinion.json for opinion in opinions],
    }


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/second-opinion",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("store", type=Path, metavar="STORE", help="results of coordinator run")
    parser.add_argument("--run", metavar="ID", help="the run (default: the newest)")
    parser.add_argument("--count", type=int, default=1000, metavar="N", help="how many rows (default: 1000)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which rows (default: 0)")
    parser.add_argument("--by-cell", action="store_true", help="as many rows of every cell, instead of evenly from all")
    parser.add_argument("--tolerance", type=float, default=1e-4, metavar="BPD", help="default: 1e-4 bits per dimension")
    parser.add_argument("--data", type=Path, metavar="DIR", help="searched before BITSWEEP_DATA and the cache")
    parser.add_argument(
        "--checkpoint", type=Path, action="append", default=[], metavar="FILE", help="one that has moved since the run"
    )
    parser.add_argument("--coordinator", type=Path, metavar="FILE", help="the executable (default: the checkout's)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all rows and figures there, too")
    options = parser.parse_args()
    if options.count < 1:
        parser.error("--count is a number from 1")
    return options


def main() -> int:
    options = parsed()
    torch.set_default_dtype(torch.float64)
    try:
        if not options.store.is_file():
            raise OpinionError(f"{options.store}: no such file")
        program = coordinator(options.coordinator)
        store = Store(options.store, options.run, program, options.data, options.checkpoint)
        with tempfile.TemporaryDirectory() as name:
            rows, total = store.draw(Path(name), options.count, options.seed, by_cell=options.by_cell)
            print(f"{len(rows):,} of {total:,} rows of {store.run}, drawn with seed {options.seed}", flush=True)
            recorded = {(row.cell, row.index): row for row in rows}
            cells = read_cells(store.inputs(Path(name), rows))
            rescorer = Rescorer(options.data)
            opinions, left_out = [], {}
            for number, cell in enumerate(cells, start=1):
                if sys.stderr.isatty():
                    print(f"\rcell {number} of {len(cells)}", end="", file=sys.stderr)
                reason = rescorer.obstacle(cell)
                if reason:
                    left_out[reason] = left_out.get(reason, 0) + len(cell.indices)
                else:
                    opinions += rescorer.opinions(cell, recorded)
            if sys.stderr.isatty():
                print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    except (OpinionError, OSError, ValueError) as error:
        print(f"second-opinion: {error}", file=sys.stderr)
        return 2
    found = report(store, opinions, left_out, options)
    print(table(opinions))
    for reason, count in left_out.items():
        print(f"not computed: {count} rows, {reason}")
    if found["largest_difference"] is not None:
        print(f"largest difference {found['largest_difference']:.1e} bits/dim, mean {found['mean_difference']:.1e}")
    if found["beyond_10_bpd"]:
        part = found["largest_relative_difference_beyond_10_bpd"]
        print(f"of {found['beyond_10_bpd']:,} numbers beyond {ORDINARY:g} bits/dim by {part:.1e} of the number at most")
    if found["worst"]:
        print(f"the worst row, number by number:\n  {found['worst']}")
    is_good = bool(opinions) and not found["beyond_tolerance"]
    verdict = "agree" if is_good else f"{found['beyond_tolerance']} DIFFER"
    print(f"{len(opinions):,} rows computed, tolerance {options.tolerance:g}: {verdict}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
