# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Linear maps whose stored parameters are not the numbers they multiply by."""

import torch
from torch import Tensor, nn


class FoldedMap(nn.Module):
    """A map with weights computed from its parameters: anew at every use while training, once when frozen."""

    def fold(self) -> tuple[Tensor, ...]:
        """The tensors the map computes with."""
        raise NotImplementedError

    def folded(self) -> tuple[Tensor, ...]:
        """The frozen tensors, or fresh ones."""
        if "folded_0" not in self._buffers:
            return self.fold()
        return tuple(buffer for name, buffer in self._buffers.items() if name.startswith("folded_"))

    @torch.no_grad()
    def freeze(self) -> None:
        """Keeps the folded tensors; the parameters must not change any more."""
        for index, tensor in enumerate(self.fold()):
            self.register_buffer(f"folded_{index}", tensor.detach().clone(), persistent=False)


def freeze(model: nn.Module) -> nn.Module:
    """Folds every map of `model` for inference."""
    for module in model.modules():
        if isinstance(module, FoldedMap):
            module.freeze()
    return model.eval().requires_grad_(False)
