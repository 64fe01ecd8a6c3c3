# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""PixelCNN++ (Salimans et al., 2017) for images of one channel, as a PyTorch module.

Images are N×1×H×W in [-1, 1], height and width divisible by 4. Two streams run side by side: `u` sees the rows above,
`ul` the rows above and the pixels to the left.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from folding import FoldedMap

STAGES = 3


@dataclass(frozen=True)
class PixelCNNConfiguration:
    """Everything that decides the shapes of the parameters; the paper's 28×28 model by default."""

    height: int = 28
    width: int = 28
    filters: int = 100
    blocks: int = 2
    mixtures: int = 3
    # Which slices of the transposed convolutions' weights have a length of their own: "output" or "input".
    upsampling_norm: str = "output"


class NormedMap(FoldedMap):
    """Weight normalisation: W = g·V/‖V‖, the norm over all axes but `axis`."""

    def __init__(self, shape: tuple[int, ...], outputs: int, axis: int = 0):
        super().__init__()
        self.axis = axis
        self.v = nn.Parameter(torch.randn(shape) * 0.05)
        self.g = nn.Parameter(torch.ones(shape[axis]))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def fold(self) -> tuple[Tensor, Tensor]:
        others = [axis for axis in range(self.v.dim()) if axis != self.axis]
        shape = [-1 if axis == self.axis else 1 for axis in range(self.v.dim())]
        norm = torch.linalg.vector_norm(self.v, dim=others, keepdim=True)
        return self.v * (self.g.view(shape) / norm), self.bias


class Down(NormedMap):
    """A convolution that sees only rows above and its own; `is_right` cuts off the columns to the right, too."""

    def __init__(self, inputs: int, outputs: int, kernel: tuple[int, int], stride: int = 1, is_right: bool = False):
        super().__init__((outputs, inputs, *kernel), outputs)
        height, width = kernel
        sides = (width - 1, 0) if is_right else ((width - 1) // 2, (width - 1) // 2)
        self.padding = (*sides, height - 1, 0)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(F.pad(x, self.padding), *self.folded(), stride=self.stride)


class Up(NormedMap):
    """The transposed convolution that doubles a stage's size, cropped to what a pixel may see above and left of it."""

    def __init__(self, filters: int, kernel: tuple[int, int], norm: str, is_right: bool = False):
        super().__init__((filters, filters, *kernel), filters, axis=0 if norm == "input" else 1)
        self.left = 0 if is_right else (kernel[1] - 1) // 2

    def forward(self, x: Tensor) -> Tensor:
        height, width = 2 * x.shape[2], 2 * x.shape[3]
        y = F.conv_transpose2d(x, *self.folded(), stride=2, output_padding=1)
        return y[:, :, :height, self.left : self.left + width]


class Dense(NormedMap):
    """The same matrix at every pixel."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__((outputs, inputs, 1, 1), outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, *self.folded())


def concat_elu(x: Tensor) -> Tensor:
    return F.elu(torch.cat([x, -x], dim=1))


def shifted_down(x: Tensor) -> Tensor:
    return F.pad(x, (0, 0, 1, 0))[:, :, :-1]


def shifted_right(x: Tensor) -> Tensor:
    return F.pad(x, (1, 0))[:, :, :, :-1]


class GatedBlock(nn.Module):
    """A gated residual block; `skip` is the number of streams of `filters` channels that join it."""

    def __init__(self, filters: int, kernel: tuple[int, int], skip: int, is_right: bool):
        super().__init__()
        self.input = Down(2 * filters, filters, kernel, is_right=is_right)
        self.skip = Dense(2 * skip * filters, filters) if skip else None
        self.output = Down(2 * filters, 2 * filters, kernel, is_right=is_right)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x: Tensor, a: Tensor | None = None) -> Tensor:
        c = self.input(concat_elu(x))
        if self.skip is not None:
            c = c + self.skip(concat_elu(a))
        value, gate = self.output(self.dropout(concat_elu(c))).chunk(2, dim=1)
        return x + value * torch.sigmoid(gate)


class Stage(nn.Module):
    """The blocks of one size, in both streams."""

    def __init__(self, filters: int, blocks: int, is_downward: bool):
        super().__init__()
        u_skip, ul_skip = (1, 2) if is_downward else (0, 1)
        self.u = nn.ModuleList(GatedBlock(filters, (2, 3), u_skip, False) for _ in range(blocks))
        self.ul = nn.ModuleList(GatedBlock(filters, (2, 2), ul_skip, True) for _ in range(blocks))


class PixelCNN(nn.Module):
    """The network; its likelihood is `bits_per_dimension`."""

    def __init__(self, configuration: PixelCNNConfiguration = PixelCNNConfiguration()):
        super().__init__()
        self.configuration = configuration
        filters, blocks, between = configuration.filters, configuration.blocks, range(STAGES - 1)
        self.u_start = Down(2, filters, (2, 3))
        self.ul_start_above = Down(2, filters, (1, 3))
        self.ul_start_left = Down(2, filters, (2, 1), is_right=True)
        self.upward = nn.ModuleList(Stage(filters, blocks, False) for _ in range(STAGES))
        self.u_shrink = nn.ModuleList(Down(filters, filters, (2, 3), stride=2) for _ in between)
        self.ul_shrink = nn.ModuleList(Down(filters, filters, (2, 2), stride=2, is_right=True) for _ in between)
        self.downward = nn.ModuleList(Stage(filters, blocks + (index > 0), True) for index in range(STAGES))
        norm = configuration.upsampling_norm
        self.u_grow = nn.ModuleList(Up(filters, (2, 3), norm) for _ in between)
        self.ul_grow = nn.ModuleList(Up(filters, (2, 2), norm, is_right=True) for _ in between)
        self.output = Dense(filters, 3 * configuration.mixtures)

    def forward(self, x: Tensor) -> Tensor:
        """N×3M×H×W: mixture logits, means and log-scales."""
        return self.output(self.features(x))

    def features(self, x: Tensor) -> Tensor:
        """N×F×H×W: what the last layer is given."""
        x = torch.cat([x, torch.ones_like(x)], dim=1)
        us = [shifted_down(self.u_start(x))]
        uls = [shifted_down(self.ul_start_above(x)) + shifted_right(self.ul_start_left(x))]
        for index, stage in enumerate(self.upward):
            if index > 0:
                us.append(self.u_shrink[index - 1](us[-1]))
                uls.append(self.ul_shrink[index - 1](uls[-1]))
            for u_block, ul_block in zip(stage.u, stage.ul):
                us.append(u_block(us[-1]))
                uls.append(ul_block(uls[-1], us[-1]))
        u, ul = us.pop(), uls.pop()
        for index, stage in enumerate(self.downward):
            if index > 0:
                u, ul = self.u_grow[index - 1](u), self.ul_grow[index - 1](ul)
            for u_block, ul_block in zip(stage.u, stage.ul):
                u = u_block(u, us.pop())
                ul = ul_block(ul, torch.cat([u, uls.pop()], dim=1))
        assert not us and not uls
        return F.elu(ul)


def bits_per_dimension(logits: Tensor, x: Tensor) -> Tensor:
    """Each image's bits per dimension under the discretised logistic mixture; `x` need not lie on the 8-bit grid."""
    weights, means, log_scales = logits.chunk(3, dim=1)
    log_scales = log_scales.clamp(min=-7)
    centred = x - means
    inverse = torch.exp(-log_scales)
    above = inverse * (centred + 1 / 255)
    below = inverse * (centred - 1 / 255)
    mass = torch.sigmoid(above) - torch.sigmoid(below)
    middle = inverse * centred
    log_density = middle - log_scales - 2 * F.softplus(middle) - math.log(127.5)
    inside = torch.where(mass > 1e-5, mass.clamp(min=1e-12).log(), log_density)
    log_mass = torch.where(x < -0.999, F.logsigmoid(above), torch.where(x > 0.999, -F.softplus(below), inside))
    log_likelihood = torch.logsumexp(F.log_softmax(weights, dim=1) + log_mass, dim=1).sum(dim=(1, 2))
    return -log_likelihood / (x[0].numel() * math.log(2))


class PixelCNNLikelihood(nn.Module):
    """From images to bits per dimension."""

    def __init__(self, network: PixelCNN):
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        return bits_per_dimension(self.network(x), x)
