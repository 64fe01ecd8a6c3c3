# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""The works of the benchmarks `engine` and `training`, and how many floating-point operations one image costs in each.

Counted is direct convolution, a multiply and an add for every weight at every output position, padding included; the
element-wise rest (about one per cent) is not. The same count serves both sides, however they compute.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """A work, the files it reads, and what one image costs."""

    name: str
    weights: str
    inputs: str
    operations: float
    # Largest difference allowed between the two sides' numbers (bits per dimension, or logits).
    tolerance: float = 1e-4


def convolution(pixels: int, inputs: int, outputs: int, taps: int) -> float:
    return 2 * pixels * inputs * outputs * taps


def glow_operations(size: int = 32, channels: int = 1, levels: int = 5, steps: int = 8, hidden: int = 128) -> float:
    """One pass of an affine Glow, forward or reverse."""
    total = 0.0
    for level in range(1, levels + 1):
        pixels, c = (size >> level) ** 2, channels << (level + 1)
        total += steps * (
            convolution(pixels, c, c, 1)
            + convolution(pixels, c // 2, hidden, 9)
            + convolution(pixels, hidden, hidden, 1)
            + convolution(pixels, hidden, c, 9)
        )
        if level < levels:
            total += convolution(pixels, c // 2, c, 9)
    return total


def pixelcnn_operations(size: int = 28, filters: int = 100, blocks: int = 2, mixtures: int = 3) -> float:
    """One pass of a PixelCNN++."""
    f = filters
    areas = [(size >> stage) ** 2 for stage in range(3)]
    total = convolution(areas[0], 2, f, 6 + 3 + 2) + convolution(areas[0], f, 3 * mixtures, 1)
    for stage, area in enumerate(areas):
        # Upward: both streams of a block, and the ul-stream's skip from u.
        up = convolution(area, 2 * f, 3 * f, 6 + 4) + convolution(area, 2 * f, f, 1)
        # Downward: u has a skip from its own stack, ul from u and its own stack.
        down = convolution(area, 2 * f, 3 * f, 6 + 4) + convolution(area, 2 * f, f, 1) + convolution(area, 4 * f, f, 1)
        total += blocks * up + (blocks + (stage < 2)) * down
        if stage < 2:
            # Strided: an output of a quarter of the area; transposed: the same number of products, of its inputs.
            total += 2 * convolution(areas[stage + 1], f, f, 6 + 4)
    return total


def resnet_operations(size: int = 32, channels: int = 1, classes: int = 10) -> float:
    """One pass of the 8-layer residual network."""
    total = convolution(size**2, channels, 16, 9) + 2 * 64 * classes
    for stage, (inputs, outputs) in enumerate([(16, 16), (16, 32), (32, 64)]):
        area = (size >> stage) ** 2
        total += convolution(area, inputs, outputs, 9) + convolution(area, outputs, outputs, 9)
    return total


GLOW = glow_operations()
WORKS = [
    Work("glow-forward", "glow.safetensors", "glow.inputs.safetensors", GLOW),
    # As PyTorch does it: one pass forward, then for each of four zeroings one in reverse and one forward.
    Work("glow-zeroing", "glow.safetensors", "glow.inputs.safetensors", 9 * GLOW),
    Work("pixelcnn-forward", "pixelcnn.safetensors", "pixelcnn.inputs.safetensors", pixelcnn_operations()),
    Work("resnet-forward", "resnet.safetensors", "resnet.inputs.safetensors", resnet_operations(), tolerance=1e-3),
]


@dataclass(frozen=True)
class TrainingWork(Work):
    """A training step with its batch."""

    batch: int = 0


def training_work(name: str, operations: float, batch: int) -> TrainingWork:
    """Counted as three forward passes: forward, the gradients of inputs, the gradients of weights."""
    files = (f"{name}.safetensors", f"{name}.inputs.safetensors")
    return TrainingWork(f"{name}-training", *files, 3 * operations, batch=batch)


TRAINING_WORKS = [
    training_work("glow", GLOW, batch=64),
    training_work("pixelcnn", pixelcnn_operations(), batch=50),
    training_work("resnet", resnet_operations(), batch=128),
]
