# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Checks the PyTorch models against numbers of independent implementations: `check.py [FOLDER]`.

The folder holds `NAME.safetensors` and `NAME.golden.safetensors`; by default `shared/reference` beside the checkout.
Prints the largest difference of each quantity and exits with 1 when one is too large.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from folding import freeze
from glow import score_zeroings
from layouts import load_glow, load_pixelcnn
from pixelcnn import bits_per_dimension

DEFAULT_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "reference"
BPD_TOLERANCE = 1e-4
# Activations of the affine models pass tens of couplings forward and back in single precision.
ACTIVATION_TOLERANCE = 5e-4

Difference = tuple[str, Tensor, Tensor, float]


def glow_differences(weights: Path, golden: dict[str, Tensor]) -> Iterator[Difference]:
    x, labels = golden["x"], golden["y"].long()
    model = freeze(load_glow(weights, *x.shape[2:]))
    bpd, latents = model(x, labels)
    yield "bpd", bpd, golden["bpd"], BPD_TOLERANCE
    for index, latent in enumerate(latents, start=1):
        yield f"latent.{index}", latent, golden[f"latent.{index}"], ACTIVATION_TOLERANCE
    yield "reconstruction", model.reverse(latents, labels), golden["reconstruction"], ACTIVATION_TOLERANCE
    counts = range(1, 1 + sum(name.endswith(".bpd") for name in golden))
    for count, (image, bpd) in zip(counts, score_zeroings(model, model.reverse, x, labels, counts), strict=True):
        yield f"zero{count}.x", image, golden[f"zero{count}.x"], ACTIVATION_TOLERANCE
        yield f"zero{count}.bpd", bpd, golden[f"zero{count}.bpd"], BPD_TOLERANCE


def pixelcnn_differences(weights: Path, golden: dict[str, Tensor]) -> Iterator[Difference]:
    x = golden["x"]
    logits = freeze(load_pixelcnn(weights, *x.shape[2:]))(x)
    yield "logits", logits, golden["logits"], ACTIVATION_TOLERANCE
    yield "bpd", bits_per_dimension(logits, x), golden["bpd"], BPD_TOLERANCE


@torch.inference_mode()
def check(folder: Path) -> bool:
    """Whether every quantity of every golden file in `folder` agrees."""
    is_good = True
    for path in sorted(folder.glob("*.golden.safetensors")):
        name = path.name.removesuffix(".golden.safetensors")
        weights = folder / f"{name}.safetensors"
        if not weights.exists():
            continue
        differences = glow_differences if name.startswith("glow") else pixelcnn_differences
        for quantity, ours, golden, tolerance in differences(weights, load_file(path)):
            largest = (ours.double() - golden.double()).abs().max().item()
            is_equal = largest <= tolerance
            is_good = is_good and is_equal
            print(f"{'ok  ' if is_equal else 'FAIL'} {name:28} {quantity:16} {largest:.1e}  (at most {tolerance:.0e})")
    return is_good


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FOLDER
    if not folder.is_dir():
        sys.exit(f"{folder}: no such folder; give the one that holds the golden files")
    sys.exit(0 if check(folder) else 1)
