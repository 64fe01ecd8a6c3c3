# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""A run of the real coordinator with workers that compute nothing: a shard is one image, the store is a file."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from driver.environment import cache_folder
from driver.process import Process
from driver.side import SideError

# Test images of the built-in data set.
IMAGES_PER_CELL = 1000
WINDOW = 5.0
PATIENCE = 600.0
HOLD_MARGIN = 20


@dataclass
class Executables:
    """The two programs that take part."""

    coordinator: Path
    worker: Path


@dataclass
class Fleet:
    """How many workers there are, in how many processes, and how long they keep their first assignments."""

    workers: int
    processes: int = 1
    hold: float = 0.0
    columns: int = 2

    def commands(self, executable: Path, endpoint: str) -> list[list[str]]:
        share, rest = divmod(self.workers, self.processes)
        sizes = [share + (number < rest) for number in range(self.processes)]
        # Those that connect first must still hold when the last ones have been watched long enough.
        hold = round(self.hold + HOLD_MARGIN) if self.hold else 0
        options = ["--hold", str(hold), "--columns", str(self.columns)]
        return [[str(executable), endpoint, "--sessions", str(size), *options] for size in sizes]


def write_sweep(folder: Path, shards: int) -> Path:
    """A sweep of so many images, rounded up to whole cells."""
    cells = -(-shards // IMAGES_PER_CELL)
    path = folder / "dispatch.yaml"
    path.write_text(
        "version: 1\nname: dispatch\nimages: {split: test}\nmodels: {fresh: {family: glow}}\nblocks:\n"
        "  - models: [fresh]\n    datasets: [glyphs]\n    transforms: [identity]\n"
        f"    seeds: {{range: [0, {cells - 1}, 1]}}\n"
    )
    return path


class DispatchRun:
    """One coordinator, its store in `folder`, and its fleet."""

    def __init__(
        self, executables: Executables, fleet: Fleet, images: int, folder: Path, shard_images: int = 1
    ) -> None:
        self.executables = executables
        self.fleet = fleet
        self.folder = folder
        self.store = folder / "dispatch.sqlite"
        self.sweep = write_sweep(folder, images)
        self.shard_images = shard_images
        self.workers: list[Process] = []

    def measure(self) -> dict:
        """Runs to the end and tells what it took."""
        with self.start_coordinator() as coordinator:
            begun = coordinator.wait_for(lambda event: event["event"] == "begun", PATIENCE)
            self.start_workers(begun["endpoint"])
            try:
                first = min(worker.wait_for(is_first_assignment, 60)["time"] for worker in self.workers)
                crowd = self.watch_crowd(coordinator) if self.fleet.hold else None
                ended = coordinator.wait_for(lambda event: event["event"] == "ended", PATIENCE)
                code = coordinator.end()
                workers = [ending(worker) for worker in self.workers]
            finally:
                for worker in self.workers:
                    worker.__exit__()
        if code != 0:
            raise coordinator.failure(f"ended with {code}")
        figures = self.figures(coordinator, begun, first, ended, workers)
        if crowd:
            figures["crowd"] = crowd
            if crowd["fewestWorkers"] < self.fleet.workers:
                figures["faults"].append(f"only {crowd['fewestWorkers']} workers stayed connected")
        return figures

    def start_coordinator(self) -> Process:
        command = [str(self.executables.coordinator), "run", str(self.sweep), "--store", str(self.store), "--json"]
        command += ["--listen", "tcp://127.0.0.1:*", "--shard-images", str(self.shard_images)]
        return Process(command, cache_folder() / "dispatch-coordinator.log")

    def start_workers(self, endpoint: str) -> None:
        commands = self.fleet.commands(self.executables.worker, endpoint)
        for number, command in enumerate(commands):
            self.workers.append(Process(command, cache_folder() / f"dispatch-worker-{number}.log"))

    def watch_crowd(self, coordinator: Process) -> dict:
        """The time in which all workers are connected and nothing is answered."""
        everyone = self.fleet.workers
        start = coordinator.wait_for(lambda event: event.get("workers") == everyone, 120)
        end = coordinator.wait_for(lambda event: event["time"] >= start["time"] + self.fleet.hold, 2 * PATIENCE)
        within = [event for event in coordinator.events if start["time"] <= event["time"] <= end["time"]]
        seconds = end["time"] - start["time"]
        return {
            "seconds": seconds,
            "fewestWorkers": min(event["workers"] for event in within if "workers" in event),
            "coordinatorCores": (end["cpu"] - start["cpu"]) / seconds,
            "residentBytes": coordinator.resident_bytes(),
        }

    def figures(self, coordinator: Process, begun: dict, first: float, ended: dict, workers: list[dict]) -> dict:
        seconds = ended["time"] - first
        cpu = coordinator.cpu - begun["cpu"]
        worker_cpu = sum(worker.cpu for worker in self.workers)
        return {
            "workers": self.fleet.workers,
            "processes": self.fleet.processes,
            "shards": ended["images"],
            "cells": ended["cells"],
            "seconds": seconds,
            "shardsPerSecond": ended["computed"] / seconds,
            "windows": windows(coordinator.events, first),
            "coordinatorCpuSeconds": cpu,
            "coordinatorMicrosecondsPerShard": cpu / ended["computed"] * 1e6,
            "coordinatorPeakBytes": coordinator.peak_bytes,
            "workerCpuSeconds": worker_cpu,
            "cpu": coordinator.cpu + worker_cpu,
            "storeBytes": sum(file.stat().st_size for file in self.folder.glob("dispatch.sqlite*")),
            "requeues": ended["requeues"],
            "duplicates": ended["duplicates"],
            "welcomes": sum(worker["welcomes"] for worker in workers),
            "acknowledged": sum(worker["acknowledged"] for worker in workers),
            "faults": self.faults(coordinator, workers, ended["images"]),
        }

    def faults(self, coordinator: Process, workers: list[dict], shards: int) -> list[str]:
        """What is not as it must be when nothing fails; that shards moved from busy to idle workers is no fault."""
        expected = {"images": shards, "state": "complete"}
        if self.shard_images == 1:
            expected |= {"rows": shards, "places": shards}
        faults = [
            f"{name}: {found} instead of {expected[name]}"
            for name, found in recorded(self.store).items()
            if found != expected.get(name, found)
        ]
        faults += [event["notice"] for event in coordinator.events if event["event"] == "notice"]
        for name in ("refusals", "misread"):
            count = sum(worker[name] for worker in workers)
            if count:
                faults.append(f"{name} at the workers: {count}")
        return faults


def is_first_assignment(event: dict) -> bool:
    return event["event"] == "begun"


def ending(worker: Process) -> dict:
    """What a worker process counted."""
    counts = worker.wait_for(lambda event: event["event"] == "ended", 60)
    if worker.end() != 0:
        raise worker.failure("failed")
    return counts


def recorded(store: Path) -> dict:
    """What the store holds, read by another SQLite than the coordinator's."""
    database = sqlite3.connect(store)
    try:
        rows, images = database.execute("SELECT COUNT(*), SUM(upper - lower) FROM part").fetchone()
        (places,) = database.execute("SELECT COUNT(*) FROM (SELECT DISTINCT cell, lower FROM part)").fetchone()
        (state,) = database.execute("SELECT state FROM run").fetchone()
    except sqlite3.Error as error:
        raise SideError(f"{store}: {error}") from None
    finally:
        database.close()
    return {"rows": rows, "images": images, "places": places, "state": state}


def windows(events: list[dict], first: float) -> list[float]:
    """Shards per second in each whole window of five seconds, by the coordinator's own count."""
    samples = [(first, 0)]
    samples += [
        (event["time"], event["done"]) for event in events if event["event"] == "progress" and event["time"] > first
    ]
    rates = []
    start, before = samples[0]
    for time, done in samples:
        if time - start >= WINDOW:
            rates.append((done - before) / (time - start))
            start, before = time, done
    return rates
