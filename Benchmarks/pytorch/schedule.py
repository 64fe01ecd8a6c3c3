# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""What a recipe's optimiser does at each step: learning rate, corrections, weight of the average."""

from recipe import Optimiser


def learning_rate(optimiser: Optimiser, step: int, total: float) -> float:
    """The learning rate after `step` steps of `total` (infinite where nobody knows), warm-up and decay applied."""
    warmth = (step + 1) / optimiser.warm_up if step + 1 < optimiser.warm_up else 1
    return optimiser.learning_rate * warmth * decay_factor(optimiser.decay, step, total)


def decay_factor(decay: tuple, step: int, total: float) -> float:
    match decay:
        case ("per-step", factor):
            return factor**step
        case ("factor", factor, places):
            return factor ** sum(step >= place * total for place in places)
        case ("linear-to", end, after):
            return 1 - (1 - end) * min(1, max(0, step - after * total) / (total - after * total))
        case _:
            return 1


def constants(optimiser: Optimiser, step: int, total: float) -> tuple[float, float, float]:
    """What a step after `step` others multiplies by: rate of the update, root of the second moment's correction, pull
    of the average."""
    rate, root = learning_rate(optimiser, step, total), 1.0
    if optimiser.method != "sgd":
        rate /= 1 - optimiser.betas[0] ** (step + 1)
    if optimiser.method == "adam":
        root = (1 - optimiser.betas[1] ** (step + 1)) ** 0.5
    pull = 0 if optimiser.polyak is None else 1 - min(optimiser.polyak, (2 + step) / (11 + step))
    return rate, root, pull
