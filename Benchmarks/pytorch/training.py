# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""The losses that models are trained by, and a training step of each: the gradient of the mean loss, then Adam."""

from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from glow import Glow
from layouts import checkpoint_names, load_glow, load_pixelcnn, load_resnet
from pixelcnn import PixelCNN, bits_per_dimension
from works import Setting

# Small enough to leave random weights well-behaved however many steps are timed.
LEARNING_RATE = 1e-5


def losses(model: nn.Module, x: Tensor, labels: Tensor | None) -> Tensor:
    """Each image's loss: bits per dimension, or a classifier's cross-entropy in nats."""
    if isinstance(model, Glow):
        return model(x, labels)[0]
    if isinstance(model, PixelCNN):
        return bits_per_dimension(model(x), x)
    return F.cross_entropy(model(x), labels, reduction="none")


def drop(model: nn.Module, probability: float) -> bool:
    """Sets the probability of every dropout; whether there is any."""
    dropouts = [module for module in model.modules() if isinstance(module, nn.Dropout)]
    for dropout in dropouts:
        dropout.p = probability
    return bool(dropouts)


class TrainingStep:
    """A model and its optimiser, ready for one step after another on the same batch."""

    def __init__(self, setting: Setting, load: Callable[[Path], nn.Module]) -> None:
        tensors = setting.tensors()
        self.x = tensors["x"]
        self.labels = tensors["y"].long() if "y" in tensors else None
        self.model = setting.placed(load(setting.weights)).train()
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=LEARNING_RATE, fused=True)
        is_compiled = setting.mode == "compile"
        self.mean_loss = torch.compile(self.eager_loss, dynamic=False) if is_compiled else self.eager_loss

    def eager_loss(self) -> Tensor:
        return losses(self.model, self.x, self.labels).mean()

    def numbers(self) -> Tensor:
        """The mean loss, then the norm of every parameter's gradient in the order of their names in a checkpoint.

        Nothing is dropped, since no two programs would drop the same; a model with dropout runs uncompiled for this, so
        that it is compiled once.
        """
        has_dropout = drop(self.model, 0)
        mean = self.gradient(self.eager_loss if has_dropout else self.mean_loss)
        names = checkpoint_names(self.model)
        gradients = {names[name]: parameter.grad for name, parameter in self.model.named_parameters()}
        drop(self.model, 0.5)
        return torch.stack([mean, *(gradients[name].norm() for name in sorted(gradients))])[None]

    def gradient(self, mean_loss: Callable[[], Tensor]) -> Tensor:
        self.model.zero_grad(set_to_none=True)
        loss = mean_loss()
        loss.backward()
        return loss.detach()

    def __call__(self) -> None:
        self.gradient(self.mean_loss)
        self.optimiser.step()


TRAINING_WORKS: dict[str, Callable[[Setting], TrainingStep]] = {
    "glow-training": lambda setting: TrainingStep(setting, load_glow),
    "pixelcnn-training": lambda setting: TrainingStep(setting, load_pixelcnn),
    "resnet-training": lambda setting: TrainingStep(setting, load_resnet),
}
