# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""What other programs take from the machine while something is timed."""

import os
import time
from collections.abc import Callable
from pathlib import Path


class Bystanders:
    """Processor time used by other programs, summed over the blocks watched; Linux only, elsewhere nothing is seen."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.wall = 0.0

    def watch(self, block: Callable[[], dict]) -> dict:
        """Runs a block; its answer says in `cpu` what the measured program itself used."""
        start, busy = time.perf_counter(), busy_seconds()
        reply = block()
        self.wall += time.perf_counter() - start
        self.seconds += max(0.0, busy_seconds() - busy - reply.get("cpu", 0.0))
        return reply

    @property
    def cores(self) -> float:
        """Cores taken on average."""
        return self.seconds / self.wall if self.wall else 0.0


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
