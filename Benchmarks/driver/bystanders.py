# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""What other programs take from the machine while something is timed."""

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Reply = TypeVar("Reply")


class Bystanders:
    """Processor time used by other programs, summed over the blocks watched; Linux only, elsewhere nothing is seen."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.wall = 0.0

    def watch(self, block: Callable[[], dict]) -> dict:
        """Runs a block; its answer says in `cpu` what the measured program itself used."""
        return self.watched(block, lambda reply: reply.get("cpu", 0.0))

    def watch_children(self, block: Callable[[], Reply]) -> Reply:
        """Runs a block; what is measured are the child processes that it starts and waits for, and their own."""
        before = children_seconds()
        return self.watched(block, lambda _: children_seconds() - before)

    def watched(self, block: Callable[[], Reply], measured: Callable[[Reply], float]) -> Reply:
        start, busy = time.perf_counter(), busy_seconds()
        reply = block()
        self.wall += time.perf_counter() - start
        self.seconds += max(0.0, busy_seconds() - busy - measured(reply))
        return reply

    @property
    def cores(self) -> float:
        """Cores taken on average."""
        return self.seconds / self.wall if self.wall else 0.0


def children_seconds() -> float:
    """Processor seconds of the child processes that were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def busy_seconds() -> float:
    """Processor seconds that all programs together have used since the machine started."""
    try:
        fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    except OSError:
        return 0.0
    ticks = [int(field) for field in fields]
    idle = ticks[3] + ticks[4]
    return (sum(ticks) - idle) / os.sysconf("SC_CLK_TCK")


def note(cores: float) -> str | None:
    """A warning when a figure cannot be trusted."""
    if cores < 0.05:
        return None
    return (
        f"note: other programs took {cores:.1f} cores while timing. Every figure is too low, PyTorch's most of all,\n"
        "whose threads wait for one another: no ratio of this run is to be quoted."
    )
