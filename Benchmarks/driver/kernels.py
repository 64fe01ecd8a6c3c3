# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""every kernel, with the shape of every layer, against the machine's multiply-add peak

One thread; no peer takes part. Kernel and peak are both those of the fastest pass.
"""

import argparse
import json
from pathlib import Path

from driver import machine
from driver.bystanders import Bystanders, note
from driver.environment import build_swift, start_swift
from driver.side import Side, SideError
from driver.table import gigaflops, number, percent, rendered

NAME = "kernels"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to FILE")
    parser.add_argument("--quick", action="store_true", help="short blocks")
    parser.add_argument("--only", metavar="TEXT", default="", help="kernels whose name contains TEXT")


def run(options: argparse.Namespace) -> int:
    report = {"command": NAME, "machine": machine.describe(), "kernels": []}
    with start_swift(build_swift()) as swift:
        report["machine"]["instructionSet"] = swift.ask(op="describe").get("capability")
        report["peak"] = machine.peak(swift, threads=1)
        names = [name for name in swift.ask(op="kernels")["kernels"] if options.only in name]
        others = Bystanders()
        report["kernels"] = [measured(swift, name, 0.1 if options.quick else 0.5, others) for name in names]
    report["coresTakenByOthers"] = others.cores
    print(shown(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0


def measured(swift: Side, name: str, seconds: float, others: Bystanders) -> dict:
    reply = others.watch(lambda: swift.ask(op="kernel", work=name, seconds=seconds))
    if "error" in reply:
        raise SideError(f"{name}: {reply['error']}")
    kind = "operations" if "operations" in reply else "elements"
    return {"name": name, f"{kind}PerSecond": reply[kind] / min(reply["passes"]), "passes": len(reply["passes"])}


def shown(report: dict) -> str:
    facts, peak = report["machine"], report["peak"]
    rows = []
    for kernel in report["kernels"]:
        operations, elements = kernel.get("operationsPerSecond"), kernel.get("elementsPerSecond")
        rows.append(
            [
                kernel["name"],
                number(operations and operations / 1e9),
                percent(operations, peak),
                number(elements and elements / 1e9),
            ]
        )
    lines = [
        f"{facts['processor']}, {facts['instructionSet']}, 1 thread; peak {gigaflops(peak)}",
        machine.provenance(facts),
        note(report["coresTakenByOthers"]),
        "",
        rendered(["kernel", "GFLOP/s", "of peak", "10⁹ elements/s"], rows),
    ]
    return "\n".join(line for line in lines if line is not None)
