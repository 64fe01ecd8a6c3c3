# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Timed passes of one work on one side, gathered block by block."""

from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from driver.bystanders import Bystanders
from driver.side import Side
from driver.works import Work

# Seconds for loading and two passes, besides what compiling may take.
PREPARATION_MARGIN = 600.0


@dataclass
class Measurement:
    """One way to run one work, ready on its side; `error` tells why there is nothing to time."""

    side: Side
    key: str
    batch: int
    mode: str | None = None
    error: str | None = None
    preparation: float | None = None
    values: list[float] = field(default_factory=list)
    passes: list[float] = field(default_factory=list)
    cpu: float = 0
    peak_bytes: int | None = None
    bystanders: Bystanders = field(default_factory=Bystanders)

    @classmethod
    def prepared(
        cls, side: Side, work: Work, threads: int, batch: int, folder: Path, mode: str | None, limit: float
    ) -> "Measurement":
        """Loads the work on that side, compiling for at most `limit` seconds; ours has no mode."""
        measurement = cls(side, mode or "ours", batch, mode)
        reply = side.ask(
            patience=limit + PREPARATION_MARGIN,
            op="prepare",
            key=measurement.key,
            work=work.name,
            mode=mode,
            threads=threads,
            batch=batch,
            weights=str(folder / work.weights),
            inputs=str(folder / work.inputs),
            limit=limit,
        )
        measurement.error = reply.get("error")
        measurement.preparation = reply.get("seconds")
        measurement.values = [float(value) for value in reply.get("values", [])]
        return measurement

    def time(self, seconds: float) -> None:
        """Adds one block of passes."""
        reply = self.bystanders.watch(lambda: self.side.ask(op="time", key=self.key, seconds=seconds))
        if "error" in reply:
            self.error = reply["error"]
            return
        self.passes += reply["passes"]
        self.cpu += reply["cpu"]
        self.peak_bytes = max(self.peak_bytes or 0, reply.get("peakBytes") or 0) or None

    @property
    def images_per_second(self) -> float | None:
        """By the median pass."""
        return self.batch / median(self.passes) if self.passes else None

    def report(self) -> dict:
        """For the JSON file."""
        return {
            "mode": self.mode,
            "error": self.error,
            "preparationSeconds": self.preparation,
            "passes": len(self.passes),
            "imagesPerSecond": self.images_per_second,
            "imagesPerSecondBest": self.batch / min(self.passes) if self.passes else None,
            "coresBusy": self.cpu / sum(self.passes) if self.passes else None,
            "coresTakenByOthers": self.bystanders.cores,
            "peakBytes": self.peak_bytes,
        }
