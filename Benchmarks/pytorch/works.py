# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""The works that are measured: what one pass computes, from which weights and inputs.

A work is prepared for a mode of running PyTorch and a batch, and is then a function without arguments that returns one
row of numbers per image; both sides of the benchmark must agree on them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch._inductor.config
from safetensors.torch import load_file
from torch import Tensor, nn

from folding import freeze
from glow import score_zeroings
from layouts import load_glow, load_pixelcnn, load_resnet
from pixelcnn import PixelCNNLikelihood
from resnet8 import fold_norms

MODES = ("eager", "channels-last", "compile")
ZEROINGS = range(1, 5)


@dataclass(frozen=True)
class Setting:
    """One way to run one work."""

    mode: str
    batch: int
    weights: Path
    inputs: Path

    def tensors(self) -> dict[str, Tensor]:
        """The first `batch` images of the inputs, and their labels."""
        tensors = {name: tensor[: self.batch] for name, tensor in load_file(self.inputs).items()}
        if len(tensors["x"]) < self.batch:
            raise ValueError(f"{self.inputs} holds {len(tensors['x'])} images; {self.batch} are needed")
        return tensors | {"x": tensors["x"].contiguous(memory_format=self.memory_format)}

    @property
    def memory_format(self) -> torch.memory_format:
        return torch.contiguous_format if self.mode == "eager" else torch.channels_last

    def placed(self, model: nn.Module) -> nn.Module:
        """The model with its weights in the mode's memory format."""
        return model.to(memory_format=self.memory_format)

    def ready(self, function: Callable) -> Callable:
        """The function as the mode runs it."""
        if self.mode != "compile":
            return function
        # Weights are constants of the compiled code, which packs them once; without that it is slower than eager.
        torch._inductor.config.freezing = True
        return torch.compile(function, dynamic=False)


def glow_forward(setting: Setting) -> Callable[[], Tensor]:
    """Bits per dimension of every image."""
    inputs = setting.tensors()
    x, labels = inputs["x"], inputs["y"].long()
    forward = setting.ready(freeze(setting.placed(load_glow(setting.weights))))
    return lambda: forward(x, labels)[0]


def glow_zeroing(setting: Setting) -> Callable[[], Tensor]:
    """Bits per dimension after zeroing 1, 2, 3 and 4 levels: N×4."""
    inputs = setting.tensors()
    x, labels = inputs["x"], inputs["y"].long()
    model = freeze(setting.placed(load_glow(setting.weights)))
    forward, reverse = setting.ready(model), setting.ready(model.reverse)

    def run() -> Tensor:
        return torch.stack([bpd for _, bpd in score_zeroings(forward, reverse, x, labels, ZEROINGS)], dim=1)

    return run


def pixelcnn_forward(setting: Setting) -> Callable[[], Tensor]:
    """Bits per dimension of every image."""
    x = setting.tensors()["x"]
    forward = setting.ready(freeze(setting.placed(PixelCNNLikelihood(load_pixelcnn(setting.weights)))))
    return lambda: forward(x)


def resnet_forward(setting: Setting) -> Callable[[], Tensor]:
    """Class logits of every image: N×10."""
    x = setting.tensors()["x"]
    forward = setting.ready(fold_norms(setting.placed(load_resnet(setting.weights))))
    return lambda: forward(x)


WORKS: dict[str, Callable[[Setting], Callable[[], Tensor]]] = {
    "glow-forward": glow_forward,
    "glow-zeroing": glow_zeroing,
    "pixelcnn-forward": pixelcnn_forward,
    "resnet-forward": resnet_forward,
}
