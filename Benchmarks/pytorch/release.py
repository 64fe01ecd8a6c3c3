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
from trainer import Training
from training_images import TrainingError

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
        history=history(training, found.loss, found.accuracy),
    )
    training.parameters.values.copy_(kept)
    accuracy = "" if found.accuracy is None else f", accuracy {found.accuracy:.4f}"
    tell(f"{recipe.name}: {path} after {training.step:,} steps, validation {found.loss:.4f} {recipe.unit}{accuracy}")


def history(training: Training, loss: float, accuracy: float | None) -> dict[str, str]:
    """What metadata tell of every training that made the weights, as docs/TRAINING.md describes it."""
    recipe, images = training.recipe, training.images
    former = metadata(recipe.start) if recipe.start else {}
    texts = {key: text for key, text in former.items() if key.startswith("training.")}
    if recipe.start and "training.legs" not in texts:
        # Of a checkpoint before such metadata the free text is all that is known.
        texts = {"training.legs": "1", "training.1.note": former.get("provenance", "unknown")}
    number = int(texts.pop("training.legs", 0)) + 1
    epochs = training.step / images.steps_per_epoch
    leg = {
        "trainer": f"PyTorch twin (PyTorch {torch.__version__})",
        "recipe": recipe.name,
        "recipe-digest": recipe.digest,
        "data": recipe.data_name,
        "data-digest": images.digest,
        "steps": str(training.step),
        "batch": str(recipe.batch),
        "epochs": decimal(epochs),
        "validation": decimal(loss),
    }
    if accuracy is not None:
        leg["accuracy"] = decimal(accuracy)
    if recipe.start:
        leg["start"] = sha256(recipe.start)
    # Sums are known only where every training tells its part.
    steps, passes = texts.pop("training.steps", None), texts.pop("training.epochs", None)
    if number == 1 or steps:
        texts["training.steps"] = str(training.step + int(steps or 0))
    if number == 1 or passes:
        texts["training.epochs"] = decimal(epochs + float(passes or 0))
    own = {f"training.{number}.{key}": text for key, text in leg.items()}
    return texts | own | {"training.legs": str(number)}


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
