# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""A model's parameters and gradients as two flat vectors, and the optimisers that move one along the other."""

import torch
from torch import Tensor, nn

from recipe import Optimiser


class FlatParameters:
    """The parameters of `model` as views of one vector, and their gradients as views of another."""

    def __init__(self, model: nn.Module) -> None:
        parameters = list(model.parameters())
        self.values = torch.cat([parameter.detach().reshape(-1) for parameter in parameters])
        self.gradient = torch.zeros_like(self.values)
        start = 0
        for parameter in parameters:
            place = slice(start, start + parameter.numel())
            parameter.data = self.values[place].view_as(parameter)
            parameter.grad = self.gradient[place].view_as(parameter)
            start = place.stop


class FlatOptimiser:
    """Moves the parameters by the rules of docs/TRAINING.md; all that a step needs lies on the device.

    `constants` are three numbers of the step: see `schedule.constants`.
    """

    def __init__(self, rule: Optimiser, parameters: FlatParameters) -> None:
        self.rule, self.parameters = rule, parameters
        count = 1 if rule.method == "sgd" else 2
        self.moments = [torch.zeros_like(parameters.values) for _ in range(count)]
        self.average = parameters.values.clone() if rule.polyak is not None else None

    @property
    def released(self) -> Tensor:
        """The parameters that are validated and released."""
        return self.parameters.values if self.average is None else self.average

    @torch.no_grad()
    def step(self, constants: Tensor) -> Tensor:
        """Makes a step; the norm of the gradient before it was clipped."""
        gradient, values = self.parameters.gradient, self.parameters.values
        norm = torch.linalg.vector_norm(gradient, dtype=torch.float64)
        if self.rule.clip_norm is not None:
            gradient.mul_((self.rule.clip_norm / norm).clamp(max=1).float())
        rate, root, pull = constants
        values.sub_(rate * self.direction(gradient, values, root))
        if self.average is not None:
            self.average.add_(pull * (values - self.average))
        return norm.float()

    def direction(self, gradient: Tensor, values: Tensor, root: Tensor) -> Tensor:
        first, second = self.moments[0], self.moments[-1]
        if self.rule.method == "sgd":
            return first.mul_(self.rule.momentum).add_(gradient + self.rule.weight_decay * values)
        first.add_((1 - self.rule.betas[0]) * (gradient - first))
        if self.rule.method == "adamax":
            torch.maximum(self.rule.betas[1] * second, gradient.abs() + 1e-8, out=second)
            return first / second
        second.mul_(self.rule.betas[1]).addcmul_(gradient, gradient, value=1 - self.rule.betas[1])
        return first / (second.sqrt() / root + 1e-8)
