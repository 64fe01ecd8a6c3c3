# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Where figures come from: the command, the machine, how fast its arithmetic is at best, and the commit."""

import os
import platform
import shlex
import subprocess
import sys
from pathlib import Path

from driver.environment import BENCHMARKS
from driver.side import Side


def describe() -> dict:
    """The command as it was called, processor, cores, system, and the checkout's commit."""
    return {
        "command": shlex.join(["Benchmarks/run", *sys.argv[1:]]),
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
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
    """The commit, with a `+` where the checkout differs from it."""
    head, changes = git("rev-parse", "HEAD"), git("status", "--porcelain")
    return f"{head}+" if head and changes else head


def git(*arguments: str) -> str | None:
    result = subprocess.run(["git", "-C", str(BENCHMARKS), *arguments], capture_output=True, text=True)
    return result.stdout.strip() if result.returncode == 0 else None


def provenance(facts: dict) -> str:
    """One line that says how to get a table's figures again."""
    return f"{facts['command']}, commit {facts['commit'] or 'unknown'}"


def peak(swift: Side, threads: int, seconds: float = 0.5) -> float | None:
    """Operations per second of fused multiply-adds on registers alone; None where no loop fits the machine."""
    reply = swift.ask(op="peak", threads=threads, seconds=seconds)
    return None if "error" in reply else reply["operations"] / min(reply["passes"])
