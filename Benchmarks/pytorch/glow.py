# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Glow (Kingma & Dhariwal, 2018) as a PyTorch module: likelihoods, latents, reverse, and zeroing of latents.

Images are N×C×H×W, already dequantised, in [-0.5, 0.5). Likelihoods are in bits per dimension of the 8-bit image.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from folding import FoldedMap


@dataclass(frozen=True)
class GlowConfiguration:
    """Everything that decides the shapes of the parameters; the paper's affine model by default."""

    height: int = 32
    width: int = 32
    channels: int = 1
    levels: int = 5
    steps: int = 8
    hidden_channels: int = 128
    coupling: str = "affine"
    classes: int = 10
    learned_top: bool = True

    @property
    def dimensions(self) -> int:
        return self.height * self.width * self.channels

    @property
    def top_channels(self) -> int:
        return self.channels << (self.levels + 1)


class ScaledConvolution(FoldedMap):
    """(W∗x + bias)·exp(k·logs), padded with zeros to keep the size.

    With k = 1 it is a convolution and the ActNorm behind it, with k = 3 a coupling network's last layer or a prior.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, k: int):
        super().__init__()
        self.k = k
        self.weight = nn.Parameter(torch.zeros(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.logs = nn.Parameter(torch.zeros(outputs))

    def fold(self) -> tuple[Tensor, Tensor]:
        scale = torch.exp(self.k * self.logs)
        return self.weight * scale[:, None, None, None], self.bias * scale

    def forward(self, x: Tensor) -> Tensor:
        weight, bias = self.folded()
        return F.conv2d(x, weight, bias, padding=weight.shape[-1] // 2)


class ChannelMix(FoldedMap):
    """ActNorm, then the invertible 1×1 convolution W = P·(tril(lower) + I)·(triu(upper) + diag(sign·exp(log_s)))."""

    def __init__(self, channels: int):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(channels))
        self.logs = nn.Parameter(torch.zeros(channels))
        self.lower = nn.Parameter(torch.zeros(channels, channels))
        self.upper = nn.Parameter(torch.zeros(channels, channels))
        self.log_s = nn.Parameter(torch.zeros(channels))
        self.register_buffer("sign_s", torch.ones(channels))
        self.register_buffer("permutation", torch.arange(channels))

    def product(self, dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
        """Weight, bias, and log-determinant at one pixel, computed in `dtype`."""
        logs, log_s = self.logs.to(dtype), self.log_s.to(dtype)
        lower = self.lower.to(dtype).tril(-1) + torch.eye(len(logs), dtype=dtype)
        upper = self.upper.to(dtype).triu(1) + torch.diag(self.sign_s.to(dtype) * log_s.exp())
        weight = (lower @ upper).index_select(0, self.permutation) * logs.exp()
        return weight, weight @ self.bias.to(dtype), logs.sum() + log_s.sum()

    def fold(self) -> tuple[Tensor, ...]:
        """Weight and bias forward, the same in reverse, log-determinant at one pixel; computed in double precision."""
        weight, bias, log_determinant = self.product(torch.float64)
        inverse, dtype = torch.linalg.inv(weight), self.bias.dtype
        return (
            weight.to(dtype)[:, :, None, None],
            bias.to(dtype),
            inverse.to(dtype)[:, :, None, None],
            -self.bias,
            log_determinant.to(dtype),
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if self.training:
            # Nothing needs the inverse, and gradients need no more precision than activations have.
            weight, bias, log_determinant = self.product(self.bias.dtype)
            weight = weight[:, :, None, None]
        else:
            weight, bias, _, _, log_determinant = self.folded()
        return F.conv2d(x, weight, bias), log_determinant * (x.shape[2] * x.shape[3])

    def reverse(self, y: Tensor) -> Tensor:
        _, _, weight, bias, _ = self.folded()
        return F.conv2d(y, weight, bias)


class Step(nn.Module):
    """One step of flow: ActNorm, 1×1 convolution, coupling."""

    def __init__(self, channels: int, hidden: int, coupling: str):
        super().__init__()
        self.mix = ChannelMix(channels)
        self.first = ScaledConvolution(channels // 2, hidden, 3, k=1)
        self.second = ScaledConvolution(hidden, hidden, 1, k=1)
        self.last = ScaledConvolution(hidden, channels if coupling == "affine" else channels // 2, 3, k=3)
        self.is_affine = coupling == "affine"

    def network(self, x: Tensor) -> Tensor:
        return self.last(F.relu(self.second(F.relu(self.first(x)))))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x, log_determinant = self.mix(x)
        kept, changed = x.chunk(2, dim=1)
        if self.is_affine:
            shift, logit = self.network(kept).chunk(2, dim=1)
            scale = torch.sigmoid(logit + 2)
            changed = (changed + shift) * scale
            log_determinant = log_determinant + scale.log().sum(dim=(1, 2, 3))
        else:
            changed = changed + self.network(kept)
        return torch.cat([kept, changed], dim=1), log_determinant

    def reverse(self, y: Tensor) -> Tensor:
        kept, changed = y.chunk(2, dim=1)
        if self.is_affine:
            shift, logit = self.network(kept).chunk(2, dim=1)
            changed = changed / torch.sigmoid(logit + 2) - shift
        else:
            changed = changed - self.network(kept)
        return self.mix.reverse(torch.cat([kept, changed], dim=1))


class TopPrior(nn.Module):
    """Mean and log-scale of the last level's Gaussian: a bias per channel, a row per class, or both."""

    def __init__(self, channels: int, classes: int, learned: bool):
        super().__init__()
        self.channels = channels
        if learned:
            self.bias = nn.Parameter(torch.zeros(2 * channels))
            self.logs = nn.Parameter(torch.zeros(2 * channels))
        if classes:
            self.class_weight = nn.Parameter(torch.zeros(2 * channels, classes))
            self.class_bias = nn.Parameter(torch.zeros(2 * channels))
            self.class_logs = nn.Parameter(torch.zeros(2 * channels))

    def forward(self, labels: Tensor) -> tuple[Tensor, Tensor]:
        h = torch.zeros(len(labels), 2 * self.channels)
        if hasattr(self, "bias"):
            h = h + self.bias * torch.exp(3 * self.logs)
        if hasattr(self, "class_weight"):
            h = h + (self.class_weight.T[labels] + self.class_bias) * torch.exp(3 * self.class_logs)
        mean, logs = h[:, :, None, None].chunk(2, dim=1)
        return mean, logs


class Level(nn.Module):
    """Squeeze, steps, and (but for the last level) the prior of the half that leaves."""

    def __init__(self, channels: int, configuration: GlowConfiguration, is_last: bool):
        super().__init__()
        self.steps = nn.ModuleList(
            Step(channels, configuration.hidden_channels, configuration.coupling) for _ in range(configuration.steps)
        )
        self.prior = None if is_last else ScaledConvolution(channels // 2, channels, 3, k=3)


class Glow(nn.Module):
    """The flow with its priors."""

    def __init__(self, configuration: GlowConfiguration = GlowConfiguration()):
        super().__init__()
        self.configuration = configuration
        last = configuration.levels - 1
        self.levels = nn.ModuleList(
            Level(configuration.channels << (index + 2), configuration, index == last)
            for index in range(configuration.levels)
        )
        self.top = TopPrior(configuration.top_channels, configuration.classes, configuration.learned_top)

    def forward(self, x: Tensor, labels: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Bits per dimension of each image and its standardised latents, level by level."""
        log_likelihood = torch.full((len(x),), -self.configuration.dimensions * math.log(256))
        latents = []
        for level in self.levels:
            x = F.pixel_unshuffle(x, 2)
            for step in level.steps:
                x, log_determinant = step(x)
                log_likelihood = log_likelihood + log_determinant
            if level.prior is None:
                leaving, (mean, logs) = x, self.top(labels)
            else:
                x, leaving = x.chunk(2, dim=1)
                mean, logs = level.prior(x).chunk(2, dim=1)
            latent = (leaving - mean) * torch.exp(-logs)
            density = -0.5 * (math.log(2 * math.pi) + latent * latent) - logs
            log_likelihood = log_likelihood + density.sum(dim=(1, 2, 3))
            latents.append(latent)
        return -log_likelihood / (self.configuration.dimensions * math.log(2)), latents

    def reverse(self, latents: list[Tensor], labels: Tensor, raw: list[float] | None = None) -> Tensor:
        """The images that have these standardised latents, the raw latents of each level times its factor in `raw`."""
        x = None
        for level, latent, factor in zip(
            reversed(self.levels), reversed(latents), reversed(raw or [1] * len(latents)), strict=True
        ):
            mean, logs = self.top(labels) if level.prior is None else level.prior(x).chunk(2, dim=1)
            leaving = (latent * torch.exp(logs) + mean) * factor
            x = leaving if x is None else torch.cat([x, leaving], dim=1)
            for step in reversed(level.steps):
                x = step.reverse(x)
            x = F.pixel_shuffle(x, 2)
        return x


def zeroed(latents: list[Tensor], count: int) -> list[Tensor]:
    """The latents with the first `count` levels' set to zero (Algorithm 1 of the paper)."""
    return [torch.zeros_like(latent) if index < count else latent for index, latent in enumerate(latents)]


def score_zeroings(forward, reverse, x: Tensor, labels: Tensor, counts: range) -> list[tuple[Tensor, Tensor]]:
    """For each count the image with that many levels zeroed and its bits per dimension, scored again."""
    _, latents = forward(x, labels)
    results = []
    for count in counts:
        image = reverse(zeroed(latents, count), labels)
        results.append((image, forward(image, labels)[0]))
    return results
