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
KNOWN = (
    *("identity", "translate", "dihedral", "patch-shuffle", "noise", "zero-latents"),
    *("rotate", "zoom", "occlude", "blur", "contrast", "brightness", "invert", "quantise", "salt-pepper"),
)


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
    if transformation.parameters["kind"] in ("negative-uniform", "uniform"):
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


def half_up(x: np.ndarray | float) -> np.ndarray:
    """Rounded to whole numbers, halves upwards."""
    return np.floor(np.asarray(x) + 0.5).astype(np.int64)


def neighbours(positions: np.ndarray, count: int, fill: str) -> tuple[np.ndarray, np.ndarray]:
    """Which of `count` positions stand for those beyond them, too, and whether they are any but black."""
    inside = (positions >= 0) & (positions < count)
    if fill == "wrap":
        return positions % count, np.ones_like(inside)
    return positions.clip(0, count - 1), inside | (fill == "edge")


def sampled(images: np.ndarray, cosine: int, sine: int, fill: str) -> np.ndarray:
    """Images turned or scaled about their centres; `cosine` and `sine` of the way back, times 2^32."""
    height, width = images.shape[1:]
    down, right = np.meshgrid(2 * np.arange(height) - (height - 1), 2 * np.arange(width) - (width - 1), indexing="ij")
    # Exact in whole numbers; the place is in units of 2^-33 pixels until it is rounded to 2^-16.
    columns = (cosine * right - sine * down + ((width - 1) << 32) + (1 << 16)) >> 17
    rows = (sine * right + cosine * down + ((height - 1) << 32) + (1 << 16)) >> 17
    total = np.zeros(images.shape, np.int64)
    for below in (0, 1):
        for beside in (0, 1):
            row, has_row = neighbours((rows >> 16) + below, height, fill)
            column, has_column = neighbours((columns >> 16) + beside, width, fill)
            weight_down = np.where(below, rows & 0xFFFF, 65536 - (rows & 0xFFFF))
            weight_right = np.where(beside, columns & 0xFFFF, 65536 - (columns & 0xFFFF))
            total += images[:, row, column].astype(np.int64) * (has_row & has_column) * weight_down * weight_right
    return half_up_of(total, 32)


def half_up_of(sums: np.ndarray, bits: int) -> np.ndarray:
    """8-bit pixels of sums in units of 2^-bits."""
    return ((sums + (1 << (bits - 1))) >> bits).astype(np.uint8)


def blurred(images: np.ndarray, sigma: float, fill: str) -> np.ndarray:
    """Images blurred by a Gaussian."""
    radius = int(4 * sigma + 0.5)
    distances = np.arange(-radius, radius + 1)
    values = np.exp(-(distances**2) / (2 * sigma * sigma))
    weights = half_up(values / values.sum() * 65536)
    weights[radius] += 65536 - weights.sum()
    sums = images.astype(np.int64)
    for axis in (2, 1):
        count = images.shape[axis]
        total = np.zeros_like(sums)
        for distance, weight in zip(distances, weights, strict=True):
            positions, exists = neighbours(np.arange(count) + distance, count, fill)
            scale = weight * exists
            total += sums.take(positions, axis) * (scale if axis == 2 else scale[:, None])
        sums = total
    return half_up_of(sums, 32)


def occluded(images: np.ndarray, transformation: Transformation) -> np.ndarray:
    """Images with a square, or a lattice of squares, of one grey."""
    size, every = transformation.integer("size"), transformation.integer("every")

    def covered(count: int, start: int) -> np.ndarray:
        distances = np.arange(count) - start
        within = distances % every if every else distances
        return (within >= 0) & (within < size)

    rows = covered(images.shape[1], transformation.integer("y"))
    columns = covered(images.shape[2], transformation.integer("x"))
    return np.where(rows[:, None] & columns[None], np.uint8(transformation.integer("grey")), images)


def contrasted(images: np.ndarray, factor: float, about: str) -> np.ndarray:
    """Images whose distances from a grey level are multiplied."""
    multiplier = int(half_up(factor * 65536))
    levels = images.astype(np.int64)
    if about == "middle":
        pivots = np.full((len(images), 1, 1), 255)
    else:
        pivots = 2 * half_up(levels.mean(axis=(1, 2)))[:, None, None]
    return half_up_of((65536 * pivots + multiplier * (2 * levels - pivots)).clip(0, 255 << 17), 17)


def quantised(images: np.ndarray, bits: int, rounding: str) -> np.ndarray:
    """Images with fewer levels."""
    if rounding == "down":
        return images >> (8 - bits) << (8 - bits)
    last = 2**bits - 1
    return half_up(half_up(images * (last / 255)) * (255 / last)).astype(np.uint8)


def changed(images: np.ndarray, transformation: Transformation, seed: int) -> np.ndarray:
    """8-bit images after a transformation of 8-bit images; others do nothing here."""
    match transformation.name:
        case "rotate":
            degrees = transformation.number("degrees")
            quarters = {0.0: (1, 0), 90.0: (0, 1), 180.0: (-1, 0), -180.0: (-1, 0), -90.0: (0, -1)}
            angle = math.radians(degrees)
            cosine, sine = quarters.get(degrees, (math.cos(angle), math.sin(angle)))
            scale = 2.0**32
            return sampled(
                images, int(half_up(cosine * scale)), int(half_up(sine * scale)), transformation.parameters["fill"]
            )
        case "zoom":
            step = int(half_up(2.0**32 / transformation.number("ratio")))
            return sampled(images, step, 0, transformation.parameters["fill"])
        case "blur":
            return blurred(images, transformation.number("sigma"), transformation.parameters["fill"])
        case "occlude":
            return occluded(images, transformation)
        case "contrast":
            return contrasted(images, transformation.number("factor"), transformation.parameters["about"])
        case "brightness":
            return (images.astype(np.int64) + transformation.integer("offset")).clip(0, 255).astype(np.uint8)
        case "invert":
            return 255 - images
        case "quantise":
            return quantised(images, transformation.integer("bits"), transformation.parameters["rounding"])
        case _:
            return rearranged(images, transformation, seed)


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
    elif kind == "uniform":
        n = np.float32(2) * n - np.float32(1)
    y = x + np.float32(transformation.number("scale")) * n
    brightest = np.float32(255) / levels
    if transformation.flag("requantise"):
        y = half_away(y * levels) / levels
    if transformation.flag("clamp") or transformation.flag("requantise"):
        y = np.where(y <= 0, np.float32(0), np.where(y > brightest, brightest, y))
    return np.where(reached(x, mask), y, x)


def reached(x: np.ndarray, mask: str) -> np.ndarray:
    """Which pixels a mask leaves to be changed."""
    return {"none": x >= 0, "background": x < np.float32(0.3), "foreground": x >= np.float32(0.3)}[mask]


def salted(
    x: np.ndarray, transformation: Transformation, levels: np.float32, seed: int, indices: list[int]
) -> np.ndarray:
    """Pixels some of which are white or black instead."""
    count = x[0].size
    numbers = philox.uniforms(seed, philox.Purpose.IMPULSES, torch.tensor(indices), 2 * count).double().numpy()
    draws, colours = numbers[:, :count].reshape(x.shape), numbers[:, count:].reshape(x.shape)
    replaced = (draws < transformation.number("amount")) & reached(x, transformation.parameters["mask"])
    white = np.float32(255) / levels
    return np.where(replaced, np.where(colours < transformation.number("salt"), white, np.float32(0)), x)


def pixels(
    originals: np.ndarray,
    transformation: Transformation,
    preprocessing: str,
    shape: tuple[int, int],
    levels: np.float32,
    seed: int,
    indices: list[int],
    numbers: np.ndarray | None,
) -> np.ndarray:
    """N×H×W on the scale [0, 1) of the model: transformed, before dequantisation; latents are not touched here."""
    before = transformation.parameters.get("stage") == "before-resize"
    source = changed(originals, transformation, seed) if before else originals
    resized = prepared(source, preprocessing, *shape)
    moved = resized if before else changed(resized, transformation, seed)
    x = moved.astype(np.float32) / levels
    if transformation.name == "salt-pepper":
        return salted(x, transformation, levels, seed, indices)
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
