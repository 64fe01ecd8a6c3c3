# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Glow's training loss with fewer, larger operations: a GPU would spend most of its time beginning small ones.

All 1×1 convolutions of a level are multiplied out together, and log-determinants are added up at a level's end.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from glow import Glow, Level


def losses(model: Glow, x: Tensor, labels: Tensor) -> Tensor:
    """Bits per dimension of each image, as `model` computes them."""
    dimensions = model.configuration.dimensions
    log_likelihood = torch.full((len(x),), -dimensions * math.log(256))
    for level in model.levels:
        x = F.pixel_unshuffle(x, 2)
        weights, biases, constant = mixes(level, x.shape[1])
        log_likelihood = log_likelihood + constant * (x.shape[2] * x.shape[3])
        terms = []
        for weight, bias, step in zip(weights, biases, level.steps, strict=True):
            kept, changed = F.conv2d(x, weight[:, :, None, None], bias).chunk(2, dim=1)
            if step.is_affine:
                shift, logit = step.network(kept).chunk(2, dim=1)
                changed = (changed + shift) * torch.sigmoid(logit + 2)
                terms.append(F.logsigmoid(logit + 2).sum(dim=(1, 2, 3)))
            else:
                changed = changed + step.network(kept)
            x = torch.cat([kept, changed], dim=1)
        if terms:
            log_likelihood = log_likelihood + torch.stack(terms).sum(dim=0)
        if level.prior is None:
            leaving, (mean, logs) = x, model.top(labels)
        else:
            x, leaving = x.chunk(2, dim=1)
            mean, logs = level.prior(x).chunk(2, dim=1)
        latent = (leaving - mean) * torch.exp(-logs)
        density = -0.5 * (math.log(2 * math.pi) + latent * latent) - logs
        log_likelihood = log_likelihood + density.sum(dim=(1, 2, 3))
    return -log_likelihood / (dimensions * math.log(2))


def mixes(level: Level, channels: int) -> tuple[Tensor, Tensor, Tensor]:
    """Of all steps: weights S×C×C, biases S×C of actnorm and 1×1 convolution, their log-determinant at a pixel."""
    parts = [step.mix for step in level.steps]

    def stacked(name: str) -> Tensor:
        return torch.stack([getattr(part, name) for part in parts])

    logs, log_s = stacked("logs"), stacked("log_s")
    lower = stacked("lower").tril(-1) + torch.eye(channels)
    upper = stacked("upper").triu(1) + torch.diag_embed(stacked("sign_s") * log_s.exp())
    rows = stacked("permutation")[:, :, None].expand(-1, -1, channels)
    weights = (lower @ upper).gather(1, rows) * logs.exp()[:, None, :]
    return weights, (weights @ stacked("bias")[:, :, None]).squeeze(-1), logs.sum() + log_s.sum()
