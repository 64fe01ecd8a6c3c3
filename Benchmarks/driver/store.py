# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""what looking at a large store takes: tail, runs, plan, explain, status and a run of which all is cached

The stores are made by the coordinator itself, which plans a sweep and leaves; rows are then written as it writes them.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from driver import machine
from driver.environment import build_dispatch, cache_folder
from driver.process import Process
from driver.side import SideError
from driver.table import number, rendered

NAME = "store"
MEBIBYTE = 1 << 20
PATIENCE = 600.0
MOST_SECONDS = 2.0
MOST_BYTES = 300_000_000
CLASSES = 10
TRANSFORMS = 4


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to FILE")
    parser.add_argument(
        "--cells", type=int, default=200_000, metavar="N", help="of the store of many cells; default: 200000"
    )
    parser.add_argument(
        "--rows", type=int, default=10_000_000, metavar="N", help="of the store of many rows; default: 10000000"
    )
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="the median of so many; default: 3")
    parser.add_argument(
        "--viewers", type=int, default=10, metavar="N", help="of a run that goes on, 0 for none; default: 10"
    )
    parser.add_argument("--shards", type=int, default=200_000, metavar="N", help="of that run; default: 200000")
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="where stores are written; default: a temporary folder"
    )
    parser.add_argument(
        "--executables", type=Path, metavar="DIR", help="a folder with both programs; default: they are built"
    )


def run(options: argparse.Namespace) -> int:
    folder = options.executables or build_dispatch()
    coordinator = folder / "coordinator"
    report = {"command": NAME, "machine": machine.describe(), "stores": []}
    shapes = [Shape("many cells", options.cells, 1), Shape("many rows", options.rows // (100 * CLASSES), 100)]
    with tempfile.TemporaryDirectory(prefix="bitsweep-store-", dir=options.folder) as place:
        for shape in shapes:
            report["stores"].append(LargeStore(coordinator, shape, Path(place)).measure(options.repeats))
    if options.viewers and (folder / "null-worker").exists():
        report["viewers"] = viewers_cost(folder, options)
    print("\n" + shown(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0 if is_good(report) else 1


class Shape:
    """How many cells a store has, and how many images of each class a cell."""

    def __init__(self, name: str, cells: int, per_class: int) -> None:
        self.name = name
        self.seeds = max(1, cells // TRANSFORMS)
        self.cells = self.seeds * TRANSFORMS
        self.per_class = per_class
        self.images = per_class * CLASSES

    def sweep(self, seeds: int) -> str:
        return (
            f"version: 1\nname: {self.name.replace(' ', '-')}\n"
            f"images: {{split: test, per-class-limit: {self.per_class}}}\n"
            "models: {fresh: {family: glow}}\nblocks:\n"
            "  - models: [fresh]\n    datasets: [glyphs]\n    transforms:\n      - identity\n"
            f"      - translate: {{dx: [-1, 1, 2]}}\n    seeds: {{range: [0, {seeds - 1}, 1]}}\n"
        )


class LargeStore:
    """A store of a finished run, and of one that goes on with the same cells and a few more."""

    def __init__(self, coordinator: Path, shape: Shape, folder: Path) -> None:
        self.coordinator = coordinator
        self.shape = shape
        self.store = folder / f"{shape.name.replace(' ', '-')}.sqlite"
        self.sweep = folder / f"{shape.name.replace(' ', '-')}.yaml"
        self.sweep.write_text(shape.sweep(shape.seeds))
        self.longer = folder / f"{shape.name.replace(' ', '-')}-longer.yaml"
        self.longer.write_text(shape.sweep(shape.seeds + 1))

    def measure(self, repeats: int) -> dict:
        cell = self.make()
        figures = {"name": self.shape.name, "cells": self.shape.cells, "rows": self.shape.cells * self.shape.images}
        figures["upgrade"] = self.settle()
        reads = {
            "run, all cached": ["run", self.sweep, "--quiet"],
            "tail --once": ["tail", "--once"],
            "runs": ["runs"],
            "plan": ["plan", self.sweep],
            "explain": ["explain", cell],
        }
        figures["idle"] = {name: self.timed(command, repeats) for name, command in reads.items()}
        with self.live() as coordinator:
            endpoint = coordinator.wait_for(lambda event: event["event"] == "begun", PATIENCE)["endpoint"]
            connected = ["--connect", endpoint]
            asked = {
                "status": ["status", *connected],
                "tail --once --connect": ["tail", "--once", *connected],
                "tail --once": ["tail", "--once"],
                "runs": ["runs"],
                "plan": ["plan", self.longer],
                "explain": ["explain", cell],
            }
            figures["live"] = {
                name: self.timed(command, repeats, names_store="--connect" not in command)
                for name, command in asked.items()
            }
            figures["coordinatorBytes"] = coordinator.resident_bytes()
            coordinator.process.send_signal(signal.SIGINT)
            coordinator.end()
        figures["storeBytes"] = self.store.stat().st_size
        print(f"{self.shape.name}: {figures}", flush=True)
        return figures

    def make(self) -> str:
        """Plans the sweep, writes its rows, and gives a cell's id."""
        with self.start(self.sweep) as coordinator:
            coordinator.wait_for(lambda event: event["event"] == "begun", PATIENCE)
            coordinator.process.send_signal(signal.SIGINT)
            coordinator.end()
        return fill(self.store)

    def settle(self) -> dict:
        """Runs the sweep, of which all is there, until every cell has its summary: as a store of before is treated."""
        begun, runs = time.perf_counter(), 0
        while runs == 0 or unsummarised(self.store):
            self.timed(["run", self.sweep, "--quiet"], 1)
            runs += 1
        return {"runs": runs, "seconds": time.perf_counter() - begun}

    def live(self) -> Process:
        return self.start(self.longer)

    def start(self, sweep: Path) -> Process:
        command = [self.coordinator, "run", sweep, "--store", self.store, "--json", "--listen", "tcp://127.0.0.1:*"]
        return Process([str(word) for word in command], cache_folder() / "store-coordinator.log")

    def timed(self, command: list, repeats: int, names_store: bool = True) -> dict:
        words = [self.coordinator, *command] + (["--store", self.store] if names_store else [])
        if command[0] == "run":
            words += ["--listen", "tcp://127.0.0.1:*"]
        runs = [resources([str(word) for word in words]) for _ in range(repeats)]
        return {"seconds": median(seconds for seconds, _ in runs), "bytes": max(size for _, size in runs)}


def resources(command: list[str]) -> tuple[float, int]:
    """Seconds and peak bytes of a command that must succeed."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SideError(f"{' '.join(command)}: {errors.strip() or process.returncode}")
    return seconds, usage.ru_maxrss * 1024


def fill(store: Path) -> str:
    """Gives every cell of the store's run all of its rows, as one part; the likelihoods are made up."""
    database = sqlite3.connect(store)
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")
    cells = database.execute("SELECT key, images, transform FROM cell ORDER BY key").fetchall()
    database.execute("INSERT OR IGNORE INTO layout (names) VALUES ('bpd' || char(10) || 'nll')")
    (layout,) = database.execute("SELECT key FROM layout WHERE names = 'bpd' || char(10) || 'nll'").fetchone()
    database.execute("INSERT INTO worker (name, host, isa) VALUES ('made up', 'nowhere', 'none')")
    (worker,) = database.execute("SELECT MAX(key) FROM worker").fetchone()
    random_numbers = random.Random(1)
    columns = {images: [column(random_numbers, images) for _ in range(64)] for _, images, _ in cells}

    def parts():
        for place, (key, images, _) in enumerate(cells):
            yield key, images, layout, worker, columns[images][place % 64]

    database.executemany(
        "INSERT INTO part (cell, lower, upper, layout, worker, attempt, epoch, seconds, data) "
        "VALUES (?, 0, ?, ?, ?, 1, 1, 0.5, ?)",
        parts(),
    )
    database.execute("UPDATE cell SET recorded = images")
    database.execute("UPDATE run SET recorded = images, done = cells")
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if "unsummarised" in tables:
        database.execute("INSERT OR IGNORE INTO unsummarised SELECT key FROM cell")
    database.commit()
    (cell,) = database.execute(
        "SELECT lower(hex(id)) FROM cell ORDER BY key LIMIT 1 OFFSET ?", (len(cells) // 2,)
    ).fetchone()
    database.close()
    return cell


def column(random_numbers: random.Random, images: int) -> bytes:
    """Two columns of Float32 for so many images."""
    values = [random_numbers.gauss(1.7, 0.2) for _ in range(images)]
    return struct.pack(f"<{2 * images}f", *values, *(700 * value for value in values))


def unsummarised(store: Path) -> int:
    database = sqlite3.connect(store)
    try:
        return database.execute("SELECT COUNT(*) FROM unsummarised").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        database.close()


def viewers_cost(folder: Path, options: argparse.Namespace) -> dict:
    """Shards per second of a run that nobody and that many look at, in turns; the medians."""
    rates = {0: [], options.viewers: []}
    for _ in range(options.repeats):
        for viewers in rates:
            rates[viewers].append(rate(folder, options, viewers))
    alone, watched = (median(rates[viewers]) for viewers in rates)
    return {"viewers": options.viewers, "alone": alone, "watched": watched, "cost": 1 - watched / alone}


def rate(folder: Path, options: argparse.Namespace, viewers: int) -> float:
    from driver.dispatch_run import DispatchRun, Executables, Fleet

    executables = Executables(coordinator=folder / "coordinator", worker=folder / "null-worker")
    with tempfile.TemporaryDirectory(prefix="bitsweep-viewers-", dir=options.folder) as place:
        watched = WatchedRun(
            DispatchRun(executables, Fleet(4), options.shards, Path(place)), executables.coordinator, viewers
        )
        return watched.measure()["shardsPerSecond"]


class WatchedRun:
    """A run of empty shards whose coordinator is asked by viewers from its beginning to its end."""

    def __init__(self, run, coordinator: Path, viewers: int) -> None:
        self.run = run
        self.coordinator = coordinator
        self.viewers = viewers
        self.started: list[subprocess.Popen] = []

    def measure(self) -> dict:
        start_workers = self.run.start_workers

        def start(endpoint: str) -> None:
            command = [str(self.coordinator), "tail", "--connect", endpoint]
            for _ in range(self.viewers):
                self.started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            start_workers(endpoint)

        self.run.start_workers = start
        try:
            return self.run.measure()
        finally:
            for viewer in self.started:
                viewer.terminate()
                viewer.wait()


def is_good(report: dict) -> bool:
    """Whether everything answered soon enough, in little enough memory, and viewers cost little enough."""
    answers = [answer for store in report["stores"] for part in ("idle", "live") for answer in store[part].values()]
    soon = all(answer["seconds"] <= MOST_SECONDS and answer["bytes"] <= MOST_BYTES for answer in answers)
    return soon and report.get("viewers", {}).get("cost", 0) < 0.02


def shown(report: dict) -> str:
    facts = report["machine"]
    headers, rows = ["store", "", "command", "seconds", "MB"], []
    for store in report["stores"]:
        size = f"{store['cells']:,} cells, {store['rows']:,} rows"
        for part in ("idle", "live"):
            for name, answer in store[part].items():
                rows.append([size, part, name, number(answer["seconds"]), number(answer["bytes"] / 1e6)])
        rows.append([size, "", "coordinator of the live run", "", number(store["coordinatorBytes"] / 1e6)])
        rows.append([size, "", "all summaries made anew", number(store["upgrade"]["seconds"]), ""])
    lines = [f"{facts['processor']}, {facts['cores']} cores", machine.provenance(facts), ""]
    lines.append(rendered(headers, rows, text_columns=3))
    viewers = report.get("viewers")
    if viewers:
        lines += [
            "",
            f"{viewers['viewers']} viewers: {number(viewers['watched'])} shards/s "
            f"instead of {number(viewers['alone'])}, "
            f"{100 * viewers['cost']:.1f} % fewer",
        ]
    return "\n".join(lines)
