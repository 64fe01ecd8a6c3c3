# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""The 8-layer residual network of He et al. (2016) in its CIFAR form: 6n + 2 layers, n = 1."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)


class Block(nn.Module):
    """Two convolutions and a shortcut without parameters: every other pixel, zeros behind the old channels."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.stride = outputs // inputs
        self.first = convolution(inputs, outputs, self.stride)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = convolution(outputs, outputs)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.added = outputs - inputs

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x
        if self.added:
            shortcut = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.added))
        y = F.relu(self.first_norm(self.first(x)))
        return F.relu(self.second_norm(self.second(y)) + shortcut)


class ResNet8(nn.Module):
    """Class logits of N×C×32×32 images."""

    def __init__(self, channels: int = 1, classes: int = 10):
        super().__init__()
        self.stem = convolution(channels, 16)
        self.stem_norm = nn.BatchNorm2d(16)
        self.stages = nn.ModuleList([Block(16, 16), Block(16, 32), Block(32, 64)])
        self.head = nn.Linear(64, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.stem_norm(self.stem(x)))
        for block in self.stages:
            x = block(x)
        return self.head(x.mean(dim=(2, 3)))


def fold_norms(model: ResNet8) -> ResNet8:
    """Folds every BatchNorm into the convolution before it, for inference."""
    fuse = torch.nn.utils.fusion.fuse_conv_bn_eval
    model.eval()
    model.stem, model.stem_norm = fuse(model.stem, model.stem_norm), nn.Identity()
    for block in model.stages:
        block.first, block.first_norm = fuse(block.first, block.first_norm), nn.Identity()
        block.second, block.second_norm = fuse(block.second, block.second_norm), nn.Identity()
    return model.requires_grad_(False)
