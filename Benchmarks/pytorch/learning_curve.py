# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Trains the PyTorch Glow from a fresh checkpoint and writes its learning curve: lines of JSON, {"step", "bpd", …}.

    learning_curve.py CHECKPOINT IMAGES LABELS --output FILE [--order FILE] [--steps N] [--minutes M] …

Images and labels are IDX files, gzipped or not, made as large as the model as BitSweep makes them. Actnorms that are
all zero get their first values from the first batch. Batches are drawn without replacement, epoch after epoch, or are
those of `--order`: a text file with the indices of one step's images in each line.
"""

import argparse
import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from glow import ChannelMix, Glow, ScaledConvolution
from layouts import load_glow, save_glow
from training import losses


def read_idx(path: Path) -> np.ndarray:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    extents = np.frombuffer(data, ">u4", count=data[3], offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(extents)


def resampled(images: np.ndarray, size: int) -> np.ndarray:
    """The last axis in another size: a triangle filter in fixed point, rounded to 8 bits, as Pillow does it."""
    old = images.shape[-1]
    scale = old / size
    support = max(scale, 1)
    result = np.empty((*images.shape[:-1], size), np.uint8)
    for position in range(size):
        centre = (position + 0.5) * scale
        first, end = max(int(centre - support + 0.5), 0), min(int(centre + support + 0.5), old)
        weights = np.maximum(0, 1 - np.abs((np.arange(first, end) - centre + 0.5) / support))
        fixed = (0.5 + weights / weights.sum() * (1 << 22)).astype(np.int64)
        sums = images[..., first:end].astype(np.int64) @ fixed + (1 << 21)
        result[..., position] = np.clip(sums >> 22, 0, 255)
    return result


def resized(images: np.ndarray, height: int, width: int) -> np.ndarray:
    """Columns first, then rows."""
    if images.shape[1:] == (height, width):
        return images
    return resampled(resampled(images, width).swapaxes(1, 2), height).swapaxes(1, 2)


def batches(options: argparse.Namespace, count: int) -> Iterator[np.ndarray]:
    """The indices of each step's images."""
    if options.order:
        yield from (np.array(line.split(), np.int64) for line in options.order.read_text().splitlines())
        return
    generator = np.random.default_rng(options.seed)
    while True:
        order = generator.permutation(count)
        yield from (
            order[start : start + options.batch] for start in range(0, count - options.batch + 1, options.batch)
        )


@torch.no_grad()
def initialise(model: Glow, x: Tensor, labels: Tensor) -> None:
    """Gives every actnorm mean 0 and deviation 1 over a batch, layer after layer."""

    def normalise(bias: Tensor, logs: Tensor, y: Tensor) -> None:
        bias.copy_(-y.mean(dim=(0, 2, 3)))
        logs.copy_(-torch.log(y.std(dim=(0, 2, 3), correction=0) + 1e-6))

    def before(module: torch.nn.Module, inputs: tuple[Tensor]) -> None:
        if isinstance(module, ChannelMix):
            normalise(module.bias, module.logs, inputs[0])
        elif module.k == 1:
            normalise(
                module.bias, module.logs, F.conv2d(inputs[0], module.weight, padding=module.weight.shape[-1] // 2)
            )

    layers = [module for module in model.modules() if isinstance(module, (ChannelMix, ScaledConvolution))]
    hooks = [layer.register_forward_pre_hook(before) for layer in layers]
    model(x, labels)
    for hook in hooks:
        hook.remove()


def is_fresh(model: Glow) -> bool:
    return all(not module.logs.any() for module in model.modules() if isinstance(module, ChannelMix))


def train(model: Glow, images: np.ndarray, labels: np.ndarray, options: argparse.Namespace) -> None:
    generator = torch.Generator().manual_seed(options.seed)
    optimiser = torch.optim.Adam(model.parameters(), lr=options.rate, fused=True)
    start = time.perf_counter()
    with options.output.open("w", buffering=1) as output:
        for step, chosen in enumerate(batches(options, len(images))):
            if step == options.steps or time.perf_counter() - start > 60 * options.minutes:
                break
            levels = torch.from_numpy(images[chosen]).float()[:, None]
            x = (levels + torch.rand(levels.shape, generator=generator)) / 256 - 0.5
            y = torch.from_numpy(labels[chosen]).long()
            if step == 0 and is_fresh(model):
                initialise(model, x, y)
            for group in optimiser.param_groups:
                group["lr"] = options.rate * min(1, (step + 1) / max(options.warm_up, 1))
            optimiser.zero_grad(set_to_none=True)
            bpd = losses(model, x, y).mean()
            bpd.backward()
            if options.clip:
                torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip)
            optimiser.step()
            row = {"step": step, "bpd": round(bpd.item(), 6), "seconds": round(time.perf_counter() - start, 3)}
            print(json.dumps(row), file=output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path, help="a freshly initialised Glow")
    parser.add_argument("images", type=Path, help="IDX file")
    parser.add_argument("labels", type=Path, help="IDX file")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="the learning curve")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the trained checkpoint to FILE")
    parser.add_argument("--order", type=Path, metavar="FILE", help="indices of each step's images, a line a step")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="use the images from N on")
    parser.add_argument("--count", type=int, metavar="N", help="use that many images")
    parser.add_argument("--steps", type=int, default=-1, metavar="N", help="stop after N steps")
    parser.add_argument("--minutes", type=float, default=float("inf"), metavar="M", help="stop after M minutes")
    parser.add_argument("--batch", type=int, default=64, metavar="N", help="default: 64")
    parser.add_argument("--rate", type=float, default=2e-4, help="learning rate of Adam (default: 2e-4)")
    parser.add_argument(
        "--warm-up", type=int, default=0, metavar="N", help="steps over which the rate grows (default: 0)"
    )
    parser.add_argument("--clip", type=float, metavar="NORM", help="clip gradients to that norm (default: never)")
    parser.add_argument("--threads", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    model = load_glow(options.checkpoint).train()
    chosen = slice(options.first, None if options.count is None else options.first + options.count)
    images = resized(read_idx(options.images)[chosen], model.configuration.height, model.configuration.width)
    train(model, images, read_idx(options.labels)[chosen], options)
    if options.save:
        save_glow(model, options.save)


if __name__ == "__main__":
    main()
