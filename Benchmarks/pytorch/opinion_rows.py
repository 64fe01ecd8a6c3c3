# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Rows as they were recorded and as PyTorch finds them, and the file of `coordinator inputs` that stands between."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import safe_open

from cell_inputs import Estimate, Transformation

# Single precision, in which BitSweep computes and records, has fewer digits left of larger numbers than the tolerance
# wants: from here on it is a part of the number. Ordinary images have less than 8 bits per dimension.
ORDINARY = 10.0
# The most that two random numbers, or two inputs that no network made, may differ by.
INPUT_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Cell:
    """Some rows of a cell, and what BitSweep says that they were computed from."""

    id: str
    model: str
    checkpoint: str
    sha256: str
    conditioning: str
    estimate: Estimate
    dataset: str
    split: str
    # The name of a data set that BitSweep knows, or the IDX files of another.
    source: str | tuple[Path, Path]
    transformation: Transformation
    seed: int
    indices: list[int]
    # N×H×W each; those that there are not are None.
    originals: np.ndarray
    given: np.ndarray
    dequantisation: np.ndarray | None
    noise: np.ndarray | None


@dataclass(frozen=True)
class Row:
    """A recorded number."""

    cell: str
    index: int
    label: int
    bpd: float


@dataclass(frozen=True)
class RowOpinion:
    """A row as it was recorded and as PyTorch finds it."""

    cell: str
    model: str
    transform: str
    parameters: str
    index: int
    recorded: float
    # From the data set's pixels, and from what BitSweep says it gave the network.
    own: float
    from_given: float
    # The largest difference of a random number, and of a number that the network was given.
    draws: float
    inputs: float

    @property
    def difference(self) -> float:
        return self.own - self.recorded

    @property
    def relative(self) -> float:
        """The difference as a part of the number, for numbers beyond `ORDINARY`; of others in bits per dimension."""
        return self.difference / max(1.0, abs(self.recorded) / ORDINARY)

    def is_close(self, tolerance: float) -> bool:
        """Whether the row is as it should be; what is not finite must not be so on either side."""
        if not (math.isfinite(self.recorded) and math.isfinite(self.own)):
            return not math.isfinite(self.recorded) and not math.isfinite(self.own)
        # Decoded images come from two networks; everything else is the same arithmetic twice.
        is_same_input = self.transform == "zero-latents" or self.inputs <= INPUT_TOLERANCE
        return abs(self.relative) <= tolerance and self.draws <= INPUT_TOLERANCE and is_same_input

    @property
    def json(self) -> dict:
        values = {key: value if value == value else None for key, value in vars(self).items()}
        return values | {"difference": self.difference if math.isfinite(self.difference) else None}


def read_cells(path: Path) -> list[Cell]:
    """The cells of a file that `coordinator inputs` wrote."""
    cells = []
    with safe_open(path, "np") as file:
        names = set(file.keys())

        def tensor(cell: str, name: str) -> np.ndarray | None:
            full = f"{cell}.{name}"
            return file.get_tensor(full)[..., 0] if full in names else None

        for entry in json.loads(file.metadata()["cells"]):
            cells.append(
                Cell(
                    id=entry["cell"],
                    model=entry["model"],
                    checkpoint=entry["checkpoint"],
                    sha256=entry["sha256"],
                    conditioning=entry["conditioning"],
                    estimate=Estimate.parse(entry.get("estimate", "")),
                    dataset=entry["dataset"],
                    split=entry["split"],
                    source=entry.get("builtin") or tuple(map(Path, entry["files"])),
                    transformation=Transformation.parse(entry["transform"], entry["parameters"]),
                    seed=entry["seed"],
                    indices=entry["indices"],
                    originals=tensor(entry["cell"], "original"),
                    given=tensor(entry["cell"], "given"),
                    dequantisation=tensor(entry["cell"], "dequantisation"),
                    noise=tensor(entry["cell"], "noise"),
                )
            )
    # One model after the other.
    return sorted(cells, key=lambda cell: (cell.sha256, cell.dataset, cell.id))
