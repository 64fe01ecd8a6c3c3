# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""The machine a benchmark ran on, and how fast its arithmetic is at best."""

import os
import platform
import subprocess
from pathlib import Path

from driver.environment import BENCHMARKS
from driver.side import Side


def describe() -> dict:
    """Processor, cores, system, and the checkout's commit."""
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "commit": commit(),
    }


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def commit() -> str | None:
    result = subprocess.run(["git", "-C", str(BENCHMARKS), "rev-parse", "HEAD"], capture_output=True, text=True)
    return result.stdout.strip() if result.returncode == 0 else None


def peak(swift: Side, threads: int, seconds: float = 0.5) -> float | None:
    """Operations per second of fused multiply-adds on registers alone; None where no loop fits the machine."""
    reply = swift.ask(op="peak", threads=threads, seconds=seconds)
    return None if "error" in reply else reply["operations"] / min(reply["passes"])
