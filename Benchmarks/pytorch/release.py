# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""What a training leaves in files: the checkpoint that BitSweep loads, and the state that a later run goes on from."""

import os
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from layouts import metadata, save_model
from recipe import decimal, sha256
from trainer import Training, TrainingError

TOLERANCE = 1e-3
TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def release(training: Training, path: Path, tell: Callable[[str], None]) -> None:
    """Writes the model, in the recipe's precision unless that moves the validation loss by 1e-3 or more."""
    recipe = training.recipe
    exact = training.validate()
    found, stored = exact, "float32"
    if recipe.precision != "float32":
        rounded = training.validate(TYPES[recipe.precision])
        if abs(rounded.loss - exact.loss) < TOLERANCE:
            found, stored = rounded, recipe.precision
        else:
            change = rounded.loss - exact.loss
            tell(f"{recipe.name}: {recipe.precision} would change the validation loss by {change:+.1e}; kept float32")
    kept = training.parameters.values.clone()
    training.parameters.values.copy_(training.optimiser.released)
    sizes = recipe.configuration
    save_model(
        training.model,
        path,
        recipe.preprocessing,
        provenance(training, found.loss, found.accuracy, stored, found.loss - exact.loss),
        stored=TYPES[stored],
        size=(sizes.height, sizes.width),
    )
    training.parameters.values.copy_(kept)
    accuracy = "" if found.accuracy is None else f", accuracy {found.accuracy:.4f}"
    tell(f"{recipe.name}: {path} after {training.step:,} steps, validation {found.loss:.4f} {recipe.unit}{accuracy}")


def provenance(training: Training, loss: float, accuracy: float | None, stored: str, change: float) -> str:
    """Where the weights come from, in the order in which BitSweep's own trainings say it."""
    recipe, images = training.recipe, training.images
    twin = f"the PyTorch twin (PyTorch {torch.__version__})"
    parts = [f"trained by {twin} by recipe {recipe.name} (sha256 {recipe.digest})"]
    if recipe.start:
        parts.append(f"starting from the checkpoint of sha256 {sha256(recipe.start)}")
    parts += [
        f"on {len(images.training)} images of {recipe.data_name} train (sha256 {images.digest})",
        f"{training.step} steps of {recipe.batch} images, {training.step / images.steps_per_epoch:.2f} epochs",
        f"validation on {len(images.validation)} others: {decimal(loss)} {recipe.unit}",
    ]
    if accuracy is not None:
        parts.append(f"accuracy {decimal(accuracy)}")
    if training.is_mixed:
        parts.append("convolutions in bfloat16 while training")
    if stored != "float32":
        parts.append(f"stored as {stored}, which changed the loss by {decimal(change)}")
    return "; ".join(parts)


def save_state(training: Training, path: Path) -> None:
    """Writes what `load_state` goes on from, in the place of what was there."""
    texts = {
        "bitsweep.twin-state": "1",
        "trajectory": training.recipe.trajectory,
        "data": training.images.digest,
        "step": str(training.step),
        "seconds": repr(training.seconds),
    }
    tensors = {str(number): tensor.detach().cpu() for number, tensor in enumerate(training.tensors)}
    partial = path.with_name(f".{path.name}.partial")
    save_file(tensors, partial, metadata=texts)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(path)


def load_state(training: Training, path: Path) -> None:
    """Goes on from a saved state; TrainingError when it is that of another training."""
    texts = metadata(path)
    if texts.get("trajectory") != training.recipe.trajectory or texts.get("data") != training.images.digest:
        raise TrainingError(f"{path}: is the state of another recipe, or of other images; remove it to begin again")
    tensors = load_file(path)
    for number, tensor in enumerate(training.tensors):
        tensor.copy_(tensors[str(number)])
    training.step, training.seconds = int(texts["step"]), float(texts["seconds"])
