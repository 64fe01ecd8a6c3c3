# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""One training by a recipe: its images, its model, and its steps, on a GPU as one captured CUDA graph."""

import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import glow_training
import initialisation
from flat import FlatOptimiser, FlatParameters
from glow import Glow, GlowConfiguration
from layouts import load_model
from pixelcnn import PixelCNN, PixelCNNConfiguration, bits_per_dimension
from recipe import Recipe
from resnet8 import ResNet8
from schedule import constants, learning_rate
from training_images import TrainingError, TrainingImages

# The most steps whose images and learning rates lie ready on the device; losses are looked at once a block.
LARGEST_BLOCK = 50
VALIDATION_BATCH = 250
HOPELESS_LOSS, PATIENCE = 1e4, 10


@dataclass(frozen=True)
class Validation:
    """How a model does on the validation images."""

    loss: float
    accuracy: float | None


@dataclass(frozen=True)
class BlockReport:
    """What happened in the latest steps, the last of which was number `step`."""

    step: int
    loss: float
    learning_rate: float
    gradient_norm: float


def fresh(recipe: Recipe) -> nn.Module:
    """The recipe's network, on the CPU, its values not yet chosen."""
    sizes = recipe.configuration
    if isinstance(sizes, GlowConfiguration):
        return Glow(sizes)
    if isinstance(sizes, PixelCNNConfiguration):
        return PixelCNN(sizes)
    return ResNet8(sizes.channels, sizes.classes)


def begun(recipe: Recipe) -> nn.Module:
    """The recipe's network with the weights that it begins with, before anything is measured."""
    model = fresh(recipe)
    if recipe.start is None:
        initialisation.draw(model, recipe.seed)
        return model
    start = load_model(recipe.start)
    shapes = [{name: value.shape for name, value in each.state_dict().items()} for each in (start, model)]
    norms = [getattr(getattr(each, "configuration", None), "upsampling_norm", None) for each in (start, model)]
    if type(start) is not type(model) or shapes[0] != shapes[1] or norms[0] != norms[1]:
        raise TrainingError(f"start-from: {recipe.start} is of another size; PyTorch's models here cannot grow")
    model.load_state_dict(start.state_dict())
    return model


class Training:
    """A recipe's training between two of its steps."""

    def __init__(self, recipe: Recipe, data: Path | None, device: torch.device, *, is_mixed: bool = False) -> None:
        self.recipe, self.device, self.is_mixed = recipe, device, is_mixed
        with torch.device("cpu"):
            self.images = TrainingImages(recipe, data)
            model = begun(recipe)
        for module in model.modules():
            if isinstance(module, nn.Dropout):
                module.p = recipe.dropout
        self.images.pixels, self.images.labels = self.images.pixels.to(device), self.images.labels.to(device)
        self.model = model.to(device).train()
        if recipe.start is None:
            first = self.images.order(1)[: recipe.initialisation_images].to(device)
            self.measure(first)
        self.parameters = FlatParameters(self.model)
        self.optimiser = FlatOptimiser(recipe.optimiser, self.parameters)
        self.step, self.seconds, self.validated = 0, 0.0, -1
        self.validation: Validation | None = None
        self.block = max(1, min(LARGEST_BLOCK, self.images.steps_per_epoch // 10))
        self.chosen = torch.zeros(self.block, recipe.batch, dtype=torch.long, device=device)
        self.draws = torch.zeros_like(self.chosen)
        self.constants = torch.zeros(self.block, 3, device=device)
        self.results = torch.zeros(self.block, 2, device=device)
        self.place = torch.zeros(1, dtype=torch.long, device=device)
        self.graph: torch.cuda.CUDAGraph | None = None
        self.stream = torch.cuda.Stream() if device.type == "cuda" else None
        self.event = torch.cuda.Event() if device.type == "cuda" else None
        self.queued = self.limit = self.hopeless = 0
        self.begun = 0.0

    def measure(self, first: Tensor) -> None:
        initialisation.measure(
            self.model, self.images.inputs(first, self.images.count + first), self.images.labels[first]
        )

    @property
    def total_steps(self) -> float:
        """Steps of the whole training; infinite where a time decides."""
        kind, count = self.recipe.length
        if kind == "epochs":
            return count * self.images.steps_per_epoch
        return count if kind == "steps" else math.inf

    @property
    def is_complete(self) -> bool:
        kind, count = self.recipe.length
        return self.seconds >= count if kind == "seconds" else self.step >= self.total_steps

    @property
    def is_validation_due(self) -> bool:
        return self.step > 0 and self.step % self.validation_interval == 0 and self.validated < self.step

    @property
    def validation_interval(self) -> int:
        return self.recipe.validate_every or self.images.steps_per_epoch

    def losses(self, x: Tensor, labels: Tensor) -> Tensor:
        """Each image's loss in training."""
        if isinstance(self.model, Glow):
            return glow_training.losses(self.model, x, labels)
        if isinstance(self.model, PixelCNN):
            # The last layer, whose logits are exponents, and the loss stay in single precision.
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.is_mixed, cache_enabled=False):
                features = self.model.features(x)
            return bits_per_dimension(self.model.output(features.float()), x)
        return F.cross_entropy(self.model(x), labels, reduction="none")

    def run_step(self) -> None:
        """One step, which finds what it needs at `place` of the block's tables, and leaves its results there."""
        chosen, draws = self.chosen[self.place][0], self.draws[self.place][0]
        self.parameters.gradient.zero_()
        loss = self.losses(self.images.inputs(chosen, draws), self.images.labels[chosen]).mean()
        loss.backward()
        norm = self.optimiser.step(self.constants[self.place][0])
        self.results[self.place] = torch.stack([loss.detach(), norm])[None]
        self.place.add_(1)

    def capture(self) -> None:
        """Records a step as a CUDA graph; the warm-up that this needs leaves nothing behind."""
        kept = [tensor.clone() for tensor in self.tensors]
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            for _ in range(3):
                self.run_step()
                self.place.zero_()
        torch.cuda.synchronize()
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph, stream=self.stream):
            self.run_step()
        torch.cuda.synchronize()
        for tensor, value in zip(self.tensors, kept, strict=True):
            tensor.copy_(value)
        self.place.zero_()

    @property
    def tensors(self) -> list[Tensor]:
        """All that a training changes: parameters, moments, average, running statistics."""
        average = [] if self.optimiser.average is None else [self.optimiser.average]
        return [self.parameters.values, *self.optimiser.moments, *average, *self.model.buffers()]

    def begin_block(self) -> None:
        """Queues the steps up to the next validation, the end, or the end of the tables."""
        ends = (
            self.step - self.step % self.block + self.block,
            self.step - self.step % self.validation_interval + self.validation_interval,
            self.total_steps,
        )
        self.queued = self.step
        steps = range(self.step, int(min(ends)))
        batches = [self.images.batch(step) for step in steps]
        chosen = torch.stack([batch for batch, _ in batches])
        draws = torch.stack([batch + epoch * self.images.count for batch, epoch in batches])
        numbers = torch.tensor(
            [constants(self.recipe.optimiser, step, self.total_steps) for step in steps], device="cpu"
        )
        self.limit = steps.stop
        for table, rows in ((self.chosen, chosen), (self.draws, draws), (self.constants, numbers)):
            table[: len(steps)] = rows.to(self.device)
        self.place.zero_()
        self.begun = time.perf_counter()
        if self.stream is not None:
            # What the tables hold must be there before a step reads it.
            self.stream.wait_stream(torch.cuda.current_stream())

    def advance(self) -> None:
        """Queues the block's next step on the GPU, or makes it on the CPU."""
        if self.graph is not None:
            with torch.cuda.stream(self.stream):
                self.graph.replay()
        else:
            self.run_step()
        self.queued += 1
        if self.queued == self.limit:
            self.cut_block()

    def cut_block(self) -> None:
        """Ends the block behind the steps that are queued, of which there must be one."""
        self.limit = self.queued
        if self.stream is not None:
            self.event.record(self.stream)

    @property
    def is_block_queued(self) -> bool:
        return self.queued == self.limit

    @property
    def is_block_done(self) -> bool:
        return self.is_block_queued and (self.stream is None or self.event.query())

    def end_block(self) -> BlockReport:
        """Takes in what the block's steps left behind; TrainingError when they left the numbers."""
        self.seconds += time.perf_counter() - self.begun
        count = self.limit - self.step
        results = self.results[:count].cpu()
        for number, (loss, norm) in enumerate(results.tolist(), start=self.step + 1):
            self.hopeless = self.hopeless + 1 if loss > HOPELESS_LOSS else 0
            if not (math.isfinite(loss) and math.isfinite(norm)) or self.hopeless == PATIENCE:
                remedy = "try a lower learning-rate, a longer warm-up or a clip-norm"
                raise TrainingError(f"diverged in step {number} (loss {loss:g}, gradient norm {norm:g}); {remedy}")
        rate = learning_rate(self.recipe.optimiser, self.limit - 1, self.total_steps)
        self.step = self.limit
        return BlockReport(self.step, results[:, 0].mean().item(), rate, results[-1, 1].item())

    @torch.no_grad()
    def validate(self, stored: torch.dtype = torch.float32) -> Validation:
        """How the weights that would be released do when their convolutions are stored as `stored`."""
        kept = self.parameters.values.clone()
        self.parameters.values.copy_(self.optimiser.released)
        for parameter in self.model.parameters():
            if parameter.dim() > 2:
                parameter.copy_(parameter.to(stored))
        self.model.eval()
        losses, correct = [], 0
        for start in range(0, len(self.images.validation), VALIDATION_BATCH):
            chosen = self.images.validation[start : start + VALIDATION_BATCH].to(self.device)
            each, right = self.scores(chosen)
            losses.append(each.double())
            correct += right
        self.model.train()
        self.parameters.values.copy_(kept)
        accuracy = correct / len(self.images.validation) if isinstance(self.model, ResNet8) else None
        return Validation(torch.cat(losses).mean().item(), accuracy)

    def scores(self, chosen: Tensor) -> tuple[Tensor, int]:
        """The losses of validation images, and how many a classifier classifies rightly."""
        x, labels = self.images.inputs(chosen, chosen), self.images.labels[chosen]
        if isinstance(self.model, Glow):
            return self.model(x, labels)[0], 0
        if isinstance(self.model, PixelCNN):
            return bits_per_dimension(self.model(x), x), 0
        logits = self.model(x)
        return F.cross_entropy(logits, labels, reduction="none"), int((logits.argmax(dim=1) == labels).sum())
