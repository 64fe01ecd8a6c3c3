# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Rows of cells scored a second time, by PyTorch."""

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

import cell_inputs
import images
from cell_inputs import LEVELS, Estimate
from folding import freeze
from glow import Glow
from layouts import load_model, metadata
from opinion_rows import Cell, Row, RowOpinion
from pixelcnn import PixelCNN, bits_per_dimension

BATCH = 32
# The most that a pixel of a re-quantised image may lie from where it is without PyTorch: one level, and rounding.
LEVEL = 1.001 / 256
# The most pixels of an image that rounding may put on the neighbouring level.
ROUNDED = 0.01


class Rescorer:
    """Scores rows with PyTorch; keeps the latest model and the data sets."""

    def __init__(self, data: Path | None) -> None:
        self.data = data
        self.datasets: dict[tuple, images.Dataset] = {}
        self.model: tuple[str, nn.Module] | None = None

    def obstacle(self, cell: Cell) -> str | None:
        """Why the rows of `cell` cannot be computed here; None where they can."""
        path = Path(cell.checkpoint)
        if not path.is_file():
            return f"model '{cell.model}' is no file ({cell.checkpoint})"
        if hashlib.sha256(path.read_bytes()).hexdigest() != cell.sha256:
            return f"{path} is not the file that was scored"
        if cell.transformation.name not in cell_inputs.KNOWN:
            return f"the transformation '{cell.transformation.name}' is not written in Python"
        return None

    def opinions(self, cell: Cell, recorded: dict[tuple[str, int], Row]) -> Iterator[RowOpinion]:
        """What PyTorch makes of the rows of `cell`."""
        for start in range(0, len(cell.indices), BATCH):
            part = slice(start, start + BATCH)
            rows = [recorded[cell.id, index] for index in cell.indices[part]]
            own, from_given, draws, inputs = self.scored(cell, part, [row.label for row in rows])
            for place, row in enumerate(rows):
                yield RowOpinion(
                    cell=cell.id,
                    model=cell.model,
                    transform=cell.transformation.name,
                    parameters=" ".join(f"{key}={value}" for key, value in cell.transformation.parameters.items()),
                    index=row.index,
                    recorded=row.bpd,
                    own=float(own[place]),
                    from_given=float(from_given[place]),
                    draws=draws,
                    inputs=float(inputs[place]),
                )

    @torch.inference_mode()
    def scored(self, cell: Cell, part: slice, classes: list[int]) -> tuple[Tensor, Tensor, float, np.ndarray]:
        """Likelihoods by own inputs and by those given, and how far apart random numbers and inputs are."""
        model, texts = self.loaded(cell), metadata(Path(cell.checkpoint))
        family, shape = texts["family"], (int(texts["height"]), int(texts["width"]))
        originals, labels = self.originals(cell, part, classes)
        indices, given, numbers, draws = cell.indices[part], cell.given[part], None, 0.0
        if cell.transformation.name == "noise":
            own = cell_inputs.random_numbers(cell.transformation, cell.seed, indices, shape)
            # Logarithm and cosine may differ in the last place, and a pixel then be rounded to another level: once
            # they are checked, BitSweep's single-precision numbers are used.
            numbers = cell.noise[part]
            draws = float((np.abs(own - numbers) / np.maximum(1, np.abs(own))).max())
        preprocessing, levels = texts["preprocessing"], LEVELS[family]
        x = cell_inputs.pixels(
            originals, cell.transformation, preprocessing, shape, levels, cell.seed, indices, numbers
        )
        if family == "glow":
            if cell.estimate.is_interval:
                x = cell_inputs.nearest_levels(x, levels)
            u = cell_inputs.dequantisation(Estimate(), cell.seed, indices, shape)
            draws = max(draws, float(np.abs(u - cell.dequantisation[part]).max()))
            inputs = self.flow_inputs(cell, model, x, labels, indices, given)
        else:
            inputs = [cell_inputs.given(x, family, None).astype(np.float64)]
        own = averaged([bits(model, values, labels, cell) for values in inputs], inputs[0][0].size)
        # With several draws there is more that the network was given than the first one.
        from_given = bits(model, given, labels, cell) if len(inputs) == 1 else torch.full_like(own, math.nan)
        return own, from_given, draws, np.abs(inputs[0] - given).max(axis=(1, 2))

    def flow_inputs(
        self, cell: Cell, model: Glow, x: np.ndarray, labels: Tensor, indices: list[int], given: np.ndarray
    ) -> list[np.ndarray]:
        """What a flow is given for pixels `x`, draw by draw."""
        inputs, decoded = [], None
        for draw in range(cell.estimate.draws):
            u = cell_inputs.dequantisation(cell.estimate, cell.seed, indices, x.shape[1:], draw)
            values = cell_inputs.given(x, "glow", u).astype(np.float64)
            if cell.transformation.name == "zero-latents":
                # The cells of an interval are those of one decoded image.
                if decoded is None or not cell.estimate.is_interval:
                    latents = model(torch.tensor(values)[:, None], labels)[1]
                    standardised, raw = cell_inputs.factors(cell.transformation, len(latents))
                    latents = [latent * factor for latent, factor in zip(latents, standardised, strict=True)]
                    decoded = model.reverse(latents, labels, raw)[:, 0].numpy()
                values = cell_inputs.rescored(decoded, cell.transformation, cell.estimate, u)
                if draw == 0 and cell_inputs.is_of_bins(cell.transformation, cell.estimate):
                    values = rounded_alike(values, given)
            inputs.append(values)
        return inputs

    def originals(self, cell: Cell, part: slice, labels: list[int]) -> tuple[np.ndarray, Tensor]:
        """The data set's own pixels and classes; those of `glyphs`, which is in no file, are BitSweep's."""
        if cell.source == "glyphs":
            return cell.originals[part].astype(np.uint8), torch.tensor(labels)
        key = (cell.source, cell.split)
        if key not in self.datasets:
            named = isinstance(cell.source, str)
            files = images.files(cell.source, cell.split, self.data) if named else cell.source
            self.datasets[key] = images.read(*files)
        dataset, indices = self.datasets[key], cell.indices[part]
        if dataset.labels[indices].tolist() != labels:
            raise ValueError(f"data set '{cell.dataset}': its classes are not those that were recorded")
        return dataset.images[indices], torch.tensor(labels)

    def loaded(self, cell: Cell) -> nn.Module:
        if self.model is None or self.model[0] != cell.sha256:
            self.model = (cell.sha256, freeze(load_model(Path(cell.checkpoint)).double()))
        return self.model[1]


def rounded_alike(values: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Images on 8-bit levels, where a few pixels that lie between two levels are taken as they were given.

    Decoding in single and in double precision may put such a pixel to either side.
    """
    distance = np.abs(values - given)
    other = distance > 0.5 / 256
    is_rounding = (distance <= LEVEL) & (other.mean(axis=(1, 2), keepdims=True) <= ROUNDED)
    return np.where(other & is_rounding, given, values)


def averaged(draws: list[Tensor], dimensions: int) -> Tensor:
    """Bits per dimension of the mean likelihood of several draws."""
    unit = dimensions * math.log(2)
    return (math.log(len(draws)) - torch.logsumexp(-unit * torch.stack(draws), dim=0)) / unit


def bits(model: nn.Module, inputs: np.ndarray, labels: Tensor, cell: Cell) -> Tensor:
    """Bits per dimension of N×H×W inputs; a classifier's are those of its cross-entropy."""
    x = torch.tensor(inputs)[:, None].double()
    dimensions = x[0].numel()
    if isinstance(model, PixelCNN):
        # Contexts are the pixels as they are; of an interval the nearest level is what is scored.
        levels = ((x + 1) * 127.5).round().clamp(0, 255) / 127.5 - 1
        return bits_per_dimension(model(x), levels if cell.estimate.is_interval else x)
    if not isinstance(model, Glow):
        nats = nn.functional.cross_entropy(model(x), labels, reduction="none")
        return nats / (dimensions * math.log(2))
    classes = model.configuration.classes
    if classes == 0 or cell.conditioning == "label":
        return model(x, labels)[0]
    return averaged([model(x, torch.full_like(labels, label))[0] for label in range(classes)], dimensions)
