# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""how many workers one coordinator can feed: its costs, measured, and fleets of thousands, simulated with them

The costs come from the real coordinator with workers that compute nothing, as in `dispatch`; the fleets are the real
scheduler on a virtual clock. What limits a fleet is what is busy when the workers are not.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from driver import machine
from driver.bystanders import Bystanders
from driver.dispatch_run import DispatchRun, Executables, Fleet
from driver.environment import build, build_dispatch
from driver.side import SideError
from driver.table import number, rendered

NAME = "scale"
# Columns of a Glow's table, and images of the shards by which the cost of a byte is measured.
COLUMNS = 18
SHARD_IMAGES = 1000
HEARTBEAT = 2.0
# A fleet is fed when so much of what it could compute is recorded.
FED = 0.95
# Workers that a coordinator lets in: docs/RELIABILITY.md, Limits.
MOST_WORKERS = 16_384


@dataclass
class Costs:
    """What things cost the coordinator, in seconds of its processor, and of waiting for a commit."""

    beatCost: float
    messageCost: float
    shardCost: float
    byteCost: float
    commitCost: float


@dataclass
class Work:
    """What an image takes one thread, and how many bytes its row has."""

    name: str
    images_per_second: float
    bytes: int


# Speeds of one thread as docs/PERFORMANCE.md has them; the columns of their tables as docs/NUMBERS.md has them.
WORKS = [Work("Glow", 689, 72), Work("PixelCNN++", 17, 12)]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to FILE")
    parser.add_argument(
        "--costs", type=Path, metavar="FILE", help="take the costs of such a FILE instead of measuring them"
    )
    parser.add_argument("--quick", action="store_true", help="measure with fewer shards and 200 workers")
    parser.add_argument("--workers", type=int, nargs="*", default=[1000, 2000, 5000, 10000], metavar="N")
    parser.add_argument("--shard-seconds", type=float, nargs="*", default=[2, 10], metavar="S", help="default: 2 10")
    parser.add_argument("--bandwidth", type=float, default=117, metavar="MB/S", help="of the coordinator's link; 117")
    parser.add_argument("--latency", type=float, default=0.2, metavar="MS", help="of the network, one way; 0.2")
    parser.add_argument("--duration", type=float, default=20, metavar="S", help="virtual seconds; default: 20")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where stores are written, and the disk is measured")
    parser.add_argument(
        "--executables", type=Path, metavar="DIR", help="a folder with all programs; default: they are built"
    )


def run(options: argparse.Namespace) -> int:
    folder = options.executables or built()
    report = {"command": NAME, "machine": machine.describe()}
    if options.costs:
        report |= {key: json.loads(options.costs.read_text())[key] for key in ("costs", "measured")}
    else:
        report |= measured(Executables(folder / "coordinator", folder / "null-worker"), options)
    costs = Costs(**report["costs"])
    save(report, options)
    model = Model(folder / "fleet-model", costs, options)
    report["link"] = {"bytesPerSecond": options.bandwidth * 1e6, "latency": options.latency / 1e3}
    report["fleets"] = [
        model.fleet(work, seconds, workers)
        for work in WORKS
        for seconds in options.shard_seconds
        for workers in options.workers
    ]
    report["limits"] = [model.limit(work, seconds) for work in WORKS for seconds in options.shard_seconds]
    print(shown(report))
    save(report, options)
    return 0


def save(report: dict, options: argparse.Namespace) -> None:
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")


def built() -> Path:
    build("fleet-model")
    return build_dispatch()


def measured(executables: Executables, options: argparse.Namespace) -> dict:
    """The costs, with the runs that they come from."""
    shards, crowd, images = (50_000, 200, 500_000) if options.quick else (300_000, 1000, 3_000_000)
    others = Bystanders()

    def dispatch(fleet: Fleet, count: int, shard_images: int = 1) -> dict:
        with tempfile.TemporaryDirectory(prefix="bitsweep-scale-", dir=options.folder) as folder:
            figures = others.watch(DispatchRun(executables, fleet, count, Path(folder), shard_images).measure)
        print(
            f"{fleet.workers} workers: {number(figures['shardsPerSecond'])} shards of {shard_images} a second",
            flush=True,
        )
        return figures

    small = dispatch(Fleet(4), shards)
    many = dispatch(Fleet(crowd, processes=2, hold=20), 50 * crowd)
    wide = dispatch(Fleet(4, columns=COLUMNS), images, SHARD_IMAGES)
    row = 4 * COLUMNS
    per_shard = small["coordinatorCpuSeconds"] / small["shards"]
    beats = many["crowd"]["coordinatorCores"] * HEARTBEAT / crowd
    crowded = many["coordinatorCpuSeconds"] - many["crowd"]["coordinatorCores"] * many["seconds"]
    costs = Costs(
        beatCost=beats,
        messageCost=max(0.0, crowded / many["shards"] - per_shard),
        shardCost=per_shard,
        byteCost=wide["coordinatorCpuSeconds"] / (wide["shards"] * row),
        commitCost=disk(options.folder),
    )
    return {"costs": asdict(costs), "measured": {"small": small, "many": many, "wide": wide, "others": others.cores}}


def disk(folder: Path | None) -> float:
    """What it takes to append a page and have it on the disk; the median of 200."""
    seconds = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(200):
            start = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            seconds.append(time.perf_counter() - start)
    return median(seconds)


class Model:
    """The simulated coordinator with its fleet."""

    def __init__(self, executable: Path, costs: Costs, options: argparse.Namespace) -> None:
        self.executable = executable
        self.fixed = asdict(costs) | {
            "latency": options.latency / 1e3,
            "bandwidth": options.bandwidth * 1e6,
            "spread": 0.1,
            "cellImages": 10_000,
            "shardImages": 8192,
            "duration": options.duration,
        }

    def fleet(self, work: Work, shard_seconds: float, workers: int) -> dict:
        """What comes of so many workers of one thread."""
        settings = self.fixed | {
            "workers": workers,
            "imageSeconds": 1 / work.images_per_second,
            "imageBytes": work.bytes,
            "shardSeconds": shard_seconds,
            "warmUp": 15 + 3 * shard_seconds,
        }
        result = subprocess.run([self.executable, json.dumps(settings)], capture_output=True, text=True)
        if result.returncode != 0:
            raise SideError(f"{self.executable}: {result.stderr.strip() or result.returncode}")
        figures = json.loads(result.stdout)
        # Fleets of thousands take minutes: what is known is said.
        fed = figures["imagesPerSecond"] / (workers * work.images_per_second)
        print(f"{work.name}, {shard_seconds:g} s, {workers} workers: {100 * fed:.0f} % recorded", flush=True)
        facts = {"work": work.name, "shardSeconds": shard_seconds, "fed": fed}
        return facts | figures | {"bottleneck": bottleneck(figures)}

    def limit(self, work: Work, shard_seconds: float) -> dict:
        """The largest fleet that is fed, within a twentieth, and what stops a larger one."""
        low, high = 0, 512
        while (figures := self.fleet(work, shard_seconds, high))["fed"] >= FED:
            if high == MOST_WORKERS:
                return figures | {"bottleneck": "no more workers are let in"}
            low, high = high, min(2 * high, MOST_WORKERS)
        while high - low > max(50, low // 20):
            middle = (low + high) // 2
            if self.fleet(work, shard_seconds, middle)["fed"] >= FED:
                low = middle
            else:
                high = middle
        beyond = self.fleet(work, shard_seconds, high)["bottleneck"]
        return self.fleet(work, shard_seconds, max(low, 1)) | {"bottleneck": beyond}


def bottleneck(figures: dict) -> str:
    """What is the busiest; the thread's commits wait for the disk and grow larger when there is more to do."""
    thread = {"heartbeats": figures["beats"], "messages": figures["messages"], "tables": figures["tables"]}
    parts = {
        "the coordinator's link": max(figures["uplinkBusy"], figures["downlinkBusy"]),
        f"the coordinator's thread ({max(thread, key=thread.get)})": sum(thread.values()),
    }
    return max(parts, key=parts.get)


def shown(report: dict) -> str:
    costs, facts = report["costs"], report["machine"]
    lines = [f"{facts['processor']}, {facts['cores']} cores", machine.provenance(facts), ""]
    lines.append(
        f"the coordinator's costs: {1e6 * costs['beatCost']:.0f} µs a heartbeat, "
        f"{1e6 * costs['messageCost']:.1f} µs a message, {1e6 * costs['shardCost']:.1f} µs a shard, "
        f"{1e9 * costs['byteCost']:.1f} ns a byte of table; {1e3 * costs['commitCost']:.2f} ms a commit"
    )
    others = report["measured"]["others"]
    if others >= 0.05:
        lines.append(f"note: other programs took {others:.1f} cores while they were measured.")
    headers = ["work", "shard", "workers", "recorded", "shards/s", "MB/s", "thread", "link", "wait p99", "busiest"]
    lines += ["", rendered(headers, [row(figures) for figures in report["fleets"]])]
    lines += ["", "the largest fleets that are fed, and what stops larger ones:", ""]
    lines.append(rendered(headers, [row(figures) for figures in report["limits"]]))
    return "\n".join(lines)


def row(figures: dict) -> list[str]:
    thread = figures["beats"] + figures["messages"] + figures["tables"]
    return [
        figures["work"],
        f"{figures['shardSeconds']:g} s",
        f"{figures['workers']:,}",
        f"{100 * figures['fed']:.0f} %",
        number(figures["shardsPerSecond"]),
        number(figures["bytesPerSecond"] / 1e6),
        f"{100 * thread:.0f} %",
        f"{100 * max(figures['uplinkBusy'], figures['downlinkBusy']):.0f} %",
        f"{number(figures['acknowledgedAfterP99'])} s",
        figures["bottleneck"],
    ]
