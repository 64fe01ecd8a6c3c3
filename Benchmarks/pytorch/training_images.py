# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""The images of a recipe on their way into a training."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import images
import philox
from recipe import Recipe


class TrainingError(Exception):
    """Why a training cannot begin or go on."""


class TrainingImages:
    """The images of a recipe on the device: which are trained on, in which order, and what the model is given.

    Validation images, order and dequantisation are those of BitSweep's own trainings.
    """

    def __init__(self, recipe: Recipe, data: Path | None) -> None:
        files = images.files(recipe.dataset, "train", data) if isinstance(recipe.dataset, str) else recipe.dataset
        dataset = images.read(*files)
        self.count, self.digest = len(dataset.images), dataset.digest
        self.recipe = recipe
        trained = self.count - recipe.validation_images
        if trained < recipe.batch:
            raise TrainingError(
                f"validation-images: {recipe.validation_images} of the {self.count} images leave too few for a batch"
            )
        classes = getattr(recipe.configuration, "classes", 0)
        if 0 < classes <= dataset.labels.max():
            raise TrainingError(f"classes: there are {dataset.labels.max() + 1} classes, the model knows {classes}")
        sizes = recipe.configuration
        pixels = images.prepared(dataset.images, recipe.preprocessing, sizes.height, sizes.width)
        self.pixels = torch.tensor(np.ascontiguousarray(pixels))
        self.labels = torch.tensor(dataset.labels.astype(np.int64))
        with torch.device("cpu"):
            order = philox.permutation(self.count, recipe.seed, 0)
        self.training, self.validation = order[:trained], order[trained:].sort().values
        self.epoch: tuple[int, Tensor] | None = None

    @property
    def steps_per_epoch(self) -> int:
        return len(self.training) // self.recipe.batch

    def order(self, epoch: int) -> Tensor:
        if self.epoch is None or self.epoch[0] != epoch:
            with torch.device("cpu"):
                order = philox.permutation(len(self.training), self.recipe.seed, epoch)
            self.epoch = (epoch, self.training[order])
        return self.epoch[1]

    def batch(self, step: int) -> tuple[Tensor, int]:
        """The images of a step, from 0, and its epoch, from 1."""
        epoch, place = step // self.steps_per_epoch + 1, step % self.steps_per_epoch * self.recipe.batch
        return self.order(epoch)[place : place + self.recipe.batch], epoch

    def inputs(self, chosen: Tensor, draws: Tensor) -> Tensor:
        """N×1×H×W: what the model is given; `draws` are the indices of the images' noise."""
        levels = self.pixels[chosen][:, None].float()
        if self.recipe.family != "glow":
            return (levels / 255 - 0.5) * 2
        noise = philox.dequantisation(self.recipe.seed, draws, levels[0].numel()).view_as(levels)
        return levels / 256 - 0.5 + noise / 256
