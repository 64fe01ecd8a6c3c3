# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""What a model is given for an image under a transformation, made from the data set's own pixels.

This is docs/NUMBERS.md written out a second time: it shares no code with BitSweep. Single precision, operation by
operation, so that numbers are the same bits wherever no random normal number and no network is in between.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import torch

import philox
from images import prepared

LEVELS = {"glow": np.float32(256), "pixelcnn": np.float32(255), "resnet": np.float32(255)}
KNOWN = ("identity", "translate", "dihedral", "patch-shuffle", "noise", "zero-latents")


@dataclass(frozen=True)
class Transformation:
    """A transformation and its parameters."""

    name: str
    parameters: dict[str, str]

    @staticmethod
    def parse(name: str, parameters: str) -> "Transformation":
        return Transformation(name, dict(pair.split("=", 1) for pair in parameters.split()))

    def number(self, key: str) -> float:
        return float(self.parameters[key])

    def integer(self, key: str) -> int:
        return int(self.parameters[key])

    def flag(self, key: str) -> bool:
        return self.parameters[key] == "true"


@dataclass(frozen=True)
class Estimate:
    """How a likelihood is taken from a model: of pixels or of their 8-bit cells, by how many draws of u, or by none."""

    is_interval: bool = False
    draws: int = 1
    dequantisation: str = "uniform"

    @staticmethod
    def parse(text: str) -> "Estimate":
        pairs = dict(pair.split("=", 1) for pair in text.split())
        is_interval = pairs.pop("likelihood", "density") == "interval"
        return Estimate(is_interval, int(pairs.pop("draws", 1)), pairs.pop("dequantisation", "uniform"))


def dequantisation(
    estimate: Estimate, seed: int, indices: list[int], shape: tuple[int, int], draw: int = 0
) -> np.ndarray:
    """N×H×W: u of the images at `indices`, or the one value that stands for it."""
    if estimate.dequantisation != "uniform":
        return np.full((len(indices), *shape), {"zero": 0, "centre": 0.5}[estimate.dequantisation], np.float32)
    streams = torch.tensor([draw << 32 | index for index in indices])
    return philox.dequantisation(seed, streams, shape[0] * shape[1]).numpy().reshape(-1, *shape)


def random_numbers(transformation: Transformation, seed: int, indices: list[int], shape: tuple[int, int]) -> np.ndarray:
    """N×H×W: what noise is made of, in double precision."""
    count, streams = shape[0] * shape[1], torch.tensor(indices)
    if transformation.parameters["kind"] == "negative-uniform":
        numbers = philox.uniforms(seed, philox.Purpose.NOISE, streams, count).double()
    else:
        numbers = philox.gaussians(seed, philox.Purpose.NOISE, streams, count)
    return numbers.numpy().reshape(-1, *shape)


def shifted(images: np.ndarray, dx: int, dy: int, fill: str) -> np.ndarray:
    """Images moved right by dx and down by dy."""
    height, width = images.shape[1:]
    rows, columns = np.arange(height) - dy, np.arange(width) - dx
    if fill == "wrap":
        return images[:, rows % height][:, :, columns % width]
    moved = images[:, rows.clip(0, height - 1)][:, :, columns.clip(0, width - 1)]
    if fill == "edge":
        return moved
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))[None]
    return moved * inside.astype(np.uint8)


def mapped(images: np.ndarray, name: str) -> np.ndarray:
    """Images rotated, counter-clockwise as NumPy has it, or reflected."""
    if name.startswith("rotate-"):
        return np.rot90(images, int(name.removeprefix("rotate-")) // 90, axes=(1, 2))
    transposed = images.swapaxes(1, 2)
    return {
        "mirror": images[:, :, ::-1],
        "flip": images[:, ::-1],
        "transpose": transposed,
        "anti-transpose": transposed[:, ::-1, ::-1],
    }[name]


def patch_origins(transformation: Transformation, seed: int) -> list[int]:
    """For each place, row after row, which patch comes to stand there: the same for all images of a cell."""
    patches, draw = transformation.integer("patches"), transformation.integer("draw")
    count, is_derangement = patches * patches, transformation.flag("derangement")

    def is_wanted(order: tuple[int, ...]) -> bool:
        moved = sum(place != origin for place, origin in enumerate(order))
        return moved == count if is_derangement else moved > 0

    def shuffled(elements: list, used: int, index: int) -> list:
        """Fisher and Yates, by the stream's words from `used` on."""
        words = philox.words(seed, philox.Purpose.PERMUTATION, torch.tensor([index]), used + len(elements))[0].tolist()
        for number, place in enumerate(range(len(elements) - 1, 0, -1)):
            other = words[used + number] * (place + 1) >> 32
            elements[place], elements[other] = elements[other], elements[place]
        return elements

    if patches == 2:
        orders = shuffled([order for order in itertools.permutations(range(4)) if is_wanted(order)], 0, 0)
        return list(orders[draw % len(orders)])
    for attempt in itertools.count():
        order = shuffled(list(range(count)), attempt * (count - 1), draw)
        if is_wanted(tuple(order)):
            return order
    raise AssertionError("no permutation moves anything")


def patched(images: np.ndarray, origins: list[int]) -> np.ndarray:
    """Images whose patches stand in other places."""
    patches = math.isqrt(len(origins))
    height, width = images.shape[1] // patches, images.shape[2] // patches
    cut = images.reshape(-1, patches, height, patches, width).swapaxes(2, 3).reshape(-1, len(origins), height, width)
    placed = cut[:, origins].reshape(-1, patches, patches, height, width)
    return placed.swapaxes(2, 3).reshape(images.shape)


def rearranged(images: np.ndarray, transformation: Transformation, seed: int) -> np.ndarray:
    """Images whose pixels a transformation moves; others do nothing here."""
    match transformation.name:
        case "translate":
            dx, dy = transformation.integer("dx"), transformation.integer("dy")
            return shifted(images, dx, dy, transformation.parameters["fill"])
        case "dihedral":
            return mapped(images, transformation.parameters["map"])
        case "patch-shuffle":
            return patched(images, patch_origins(transformation, seed))
        case _:
            return images


def half_away(x: np.ndarray) -> np.ndarray:
    """Rounded to whole numbers, halves away from zero."""
    return np.copysign(np.floor(np.abs(x) + x.dtype.type(0.5)), x)


def noised(x: np.ndarray, numbers: np.ndarray, transformation: Transformation, levels: np.float32) -> np.ndarray:
    """x + ε·m⊙n; `numbers` are what n is made of."""
    kind, mask = transformation.parameters["kind"], transformation.parameters["mask"]
    n = numbers.astype(np.float32)
    if kind == "offset-gaussian":
        n = np.float32(2**-8) + n
    elif kind == "negative-uniform":
        n = (n - np.float32(1)) / np.float32(256)
    y = x + np.float32(transformation.number("scale")) * n
    brightest = np.float32(255) / levels
    if transformation.flag("requantise"):
        y = half_away(y * levels) / levels
    if transformation.flag("clamp") or transformation.flag("requantise"):
        y = np.where(y <= 0, np.float32(0), np.where(y > brightest, brightest, y))
    reached = {"none": x >= 0, "background": x < np.float32(0.3), "foreground": x >= np.float32(0.3)}[mask]
    return np.where(reached, y, x)


def pixels(
    originals: np.ndarray,
    transformation: Transformation,
    preprocessing: str,
    shape: tuple[int, int],
    levels: np.float32,
    seed: int,
    numbers: np.ndarray | None,
) -> np.ndarray:
    """N×H×W on the scale [0, 1) of the model: transformed, before dequantisation; latents are not touched here."""
    before = transformation.parameters.get("stage") == "before-resize"
    source = rearranged(originals, transformation, seed) if before else originals
    resized = prepared(source, preprocessing, *shape)
    moved = resized if before else rearranged(resized, transformation, seed)
    x = moved.astype(np.float32) / levels
    return noised(x, numbers, transformation, levels) if transformation.name == "noise" else x


def nearest_levels(x: np.ndarray, levels: np.float32) -> np.ndarray:
    """Pixels moved to the nearest of the 256 levels."""
    return half_away(x * levels).clip(0, 255) / levels


def given(x: np.ndarray, family: str, u: np.ndarray | None) -> np.ndarray:
    """What the network is given for pixels `x`."""
    if family == "glow":
        return x - np.float32(0.5) + u / np.float32(256)
    return (x - np.float32(0.5)) * np.float32(2)


def factors(transformation: Transformation, levels: int) -> tuple[list[float], list[float]]:
    """What a `zero-latents` multiplies each level's latents by: standardised, and raw."""
    alpha = transformation.number("alpha")
    if "level" in transformation.parameters:
        chosen = {int(transformation.number("level")) - 1}
    else:
        chosen = set(range(int(transformation.number("levels"))))
    scaled, kept = [alpha if index in chosen else 1.0 for index in range(levels)], [1.0] * levels
    return (kept, scaled) if transformation.parameters.get("latents") == "raw" else (scaled, kept)


def is_of_bins(transformation: Transformation, estimate: Estimate) -> bool:
    """Whether decoded images are moved to 8-bit cells before they are scored."""
    return transformation.flag("requantise") or estimate.is_interval


def rescored(decoded: np.ndarray, transformation: Transformation, estimate: Estimate, u: np.ndarray) -> np.ndarray:
    """What is scored of decoded images."""
    of_bins = is_of_bins(transformation, estimate)
    if not (transformation.flag("clamp") or of_bins):
        return decoded
    limited = decoded.clip(-0.5, np.nextafter(np.float32(0.5), np.float32(0)))
    return np.floor(limited * 256) / 256 + u / 256 if of_bins else limited
