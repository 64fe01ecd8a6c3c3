# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""the coordinator with empty shards against Dask, Ray and ipyparallel with empty tasks

The real coordinator, real sockets and a real store on disk; only the workers compute nothing.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from driver import machine
from driver.bystanders import Bystanders
from driver.dispatch_run import DispatchRun, Executables, Fleet
from driver.environment import BENCHMARKS, build_dispatch, find_peer_python
from driver.table import number, ratio, rendered

NAME = "dispatch"
PEERS = {"dask": "distributed", "ray": "ray", "ipyparallel": "ipyparallel"}
PEER_PATIENCE = 900
MEBIBYTE = 1 << 20


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to FILE")
    parser.add_argument("--quick", action="store_true", help="few shards and tasks, 100 connections for 5 s")
    parser.add_argument("--shards", type=int, metavar="N", help="default: 1000000; rounded up to whole thousands")
    parser.add_argument("--workers", type=int, default=4, metavar="N", help="connections of one process; default: 4")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="the median of so many; default: 1")
    parser.add_argument(
        "--connected", type=int, metavar="N", help="workers of the second part, 0 for none; default: 1000"
    )
    parser.add_argument("--hold", type=int, metavar="S", help="how long those are held; default: 60 s")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS), metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--tasks", type=int, metavar="N", help="tasks for each peer; default: 20000")
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="where the store is written; default: a temporary folder"
    )
    parser.add_argument(
        "--executables", type=Path, metavar="DIR", help="a folder with both programs; default: they are built"
    )


def run(options: argparse.Namespace) -> int:
    complete(options)
    executables = find_executables(options)
    python = find_peer_python(list(PEERS.values())) if options.peers else None
    report = {"command": NAME, "machine": machine.describe(), "peers": {}}
    runs = [measured(executables, Fleet(options.workers), options.shards, options) for _ in range(options.runs)]
    report["runs"] = runs
    report["median"] = sorted(runs, key=lambda figures: figures["shardsPerSecond"])[(len(runs) - 1) // 2]
    if options.connected:
        fleet = Fleet(options.connected, processes=2, hold=options.hold)
        report["connected"] = measured(executables, fleet, max(options.shards // 10, 100 * options.connected), options)
    for peer in options.peers:
        report["peers"][peer] = peer_figures(python, peer, options.tasks)
        print(f"{peer}: {report['peers'][peer]}", flush=True)
    print("\n" + shown(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0 if is_good(report) else 1


def complete(options: argparse.Namespace) -> None:
    """Fills in what the command line leaves open."""
    quick = options.quick
    options.shards = options.shards or (100_000 if quick else 1_000_000)
    options.tasks = options.tasks or (2_000 if quick else 20_000)
    options.hold = options.hold or (5 if quick else 60)
    if options.connected is None:
        options.connected = 100 if quick else 1000


def find_executables(options: argparse.Namespace) -> Executables:
    folder = options.executables or build_dispatch()
    return Executables(coordinator=folder / "coordinator", worker=folder / "null-worker")


def measured(executables: Executables, fleet: Fleet, shards: int, options: argparse.Namespace) -> dict:
    others = Bystanders()
    with tempfile.TemporaryDirectory(prefix="bitsweep-dispatch-", dir=options.folder) as folder:
        figures = others.watch(DispatchRun(executables, fleet, shards, Path(folder)).measure)
    figures["coresTakenByOthers"] = others.cores
    print(progress(figures), flush=True)
    return figures


def peer_figures(python: Path, peer: str, tasks: int) -> dict:
    """Tasks per second through a peer with two worker processes, the median of three rounds; `absent` without it."""
    if subprocess.run([python, "-c", f"import {PEERS[peer]}"], capture_output=True).returncode != 0:
        return {"absent": f"{python} cannot import {PEERS[peer]}"}
    command = [python, str(BENCHMARKS / "peers" / "noop.py"), peer, str(tasks), "2", "3"]
    others = Bystanders()
    try:
        result = others.watch_children(
            lambda: subprocess.run(command, capture_output=True, text=True, timeout=PEER_PATIENCE)
        )
    except subprocess.TimeoutExpired:
        return {"absent": f"it was not done after {PEER_PATIENCE} s"}
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    if not lines:
        return {"absent": (result.stderr.strip().splitlines() or ["it ended without an answer"])[-1]}
    answer = json.loads(lines[-1])
    return answer | {"tasksPerSecond": tasks / median(answer["seconds"]), "coresTakenByOthers": others.cores}


def is_good(report: dict) -> bool:
    """Whether every run recorded what it had to, and everybody stayed connected."""
    parts = report["runs"] + ([report["connected"]] if "connected" in report else [])
    return not any(figures["faults"] for figures in parts)


def progress(figures: dict) -> str:
    faults = "".join(f"\n    {fault}" for fault in figures["faults"])
    return f"{figures['workers']} workers: {number(figures['shardsPerSecond'])} shards/s{faults}"


def shown(report: dict) -> str:
    """The table with its machine."""
    facts = report["machine"]
    headers = ["", "tasks/s", "µs a task", "BitSweep is"]
    ours = report["median"]["shardsPerSecond"]
    rows = [["BitSweep, recorded on disk", number(ours), number(1e6 / ours), ""]]
    for peer, figures in report["peers"].items():
        speed = figures.get("tasksPerSecond")
        name = f"{peer} {figures.get('version', '')}".strip()
        rows.append([name, number(speed) if speed else "absent", number(speed and 1e6 / speed), ratio(ours, speed)])
    lines = [f"{facts['processor']}, {facts['cores']} cores", machine.provenance(facts), "", *details(report["median"])]
    if "connected" in report:
        lines += ["", *details(report["connected"])]
    taken = max((figures.get("coresTakenByOthers", 0.0) for figures in report["peers"].values()), default=0.0)
    if taken >= 0.05:
        lines += ["", f"note: other programs took up to {taken:.1f} cores while peers ran; their figures are too low."]
    return "\n".join([*lines, "", rendered(headers, rows)])


def details(figures: dict) -> list[str]:
    rates, crowd = figures["windows"], figures.get("crowd")
    lines = [
        f"{figures['shards']:,} shards over {figures['workers']:,} workers: "
        f"{number(figures['shardsPerSecond'])} shards/s"
        + (f", in the slowest of {len(rates)} windows of 5 s {number(min(rates))}" if rates and not crowd else ""),
        f"    processor time a shard: coordinator {number(figures['coordinatorMicrosecondsPerShard'])} µs, "
        f"workers {number(figures['workerCpuSeconds'] / figures['shards'] * 1e6)} µs; coordinator "
        f"{number(figures['coordinatorPeakBytes'] / MEBIBYTE)} MB at its peak, "
        f"store {number(figures['storeBytes'] / MEBIBYTE)} MB",
        f"    recorded: {'exactly all' if not figures['faults'] else '; '.join(figures['faults'])}",
    ]
    if crowd:
        lines[0] = f"{figures['workers']:,} workers connected for {crowd['seconds']:.0f} s: " + (
            f"never fewer than {crowd['fewestWorkers']:,}, coordinator {100 * crowd['coordinatorCores']:.1f} % of a "
            f"core, {number(crowd['residentBytes'] / MEBIBYTE)} MB; "
            f"then {figures['shards']:,} shards"
        )
    if figures["coresTakenByOthers"] >= 0.05:
        lines.append(
            f"    note: other programs took {figures['coresTakenByOthers']:.1f} cores; the figures are too low."
        )
    return lines
