# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Checks that `train.py` trains as BitSweep does: `check_training.py WORKER`.

Small models of every family are trained on made-up images by `worker train` and by train.py, from the same recipes.
Recipes and images must have the same digests in both provenances, losses must fall together step by step, and
`worker evaluate` must find in train.py's model the loss that PyTorch finds. Prints each figure and exits with 1 when
one is too far off.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

import images
import philox
from folding import freeze
from layouts import load_model, metadata
from training import losses

# A classifier's batch normalisation makes rounding errors grow from step to step; only its first steps are compared.
COMPARED_STEPS = {"glow": 40, "pixelcnn": 20, "resnet": 10}
TOLERANCE = 1e-3
DATA = "data: {dataset: {images: images.idx, labels: labels.idx}, validation-images: 100"
RECIPES = {
    "glow": f"""
model: {{family: glow, levels: 3, steps: 2, hidden-channels: 16, height: 16, width: 16}}
{DATA}}}
optimiser: {{learning-rate: 2e-3, warm-up: 5, clip-norm: 50, polyak: 0.9, decay: {{linear-to: 0.05}}}}
training: {{steps: 40, batch: 20, seed: 3, precision: float16, validate-every: 10}}
""",
    "pixelcnn": f"""
model: {{family: pixelcnn, height: 16, width: 16, filters: 6, blocks: 1, mixtures: 2, dropout: 0}}
{DATA}, preprocessing: resize}}
optimiser: {{method: adamax, learning-rate: 2e-3, polyak: 0.99, decay: {{per-step: 0.999}}}}
training: {{steps: 20, batch: 20, seed: 4, precision: bfloat16}}
""",
    "resnet": f"""
model: {{family: resnet}}
{DATA}, preprocessing: pad}}
optimiser: {{learning-rate: 0.05, decay: {{factor: 0.1, at: [0.5, 0.75]}}}}
training: {{epochs: 2, batch: 20, seed: 5}}
""",
}


def write_idx(path: Path, array: np.ndarray) -> None:
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes())


def write_images(folder: Path) -> None:
    """600 images of 28×28 with a bright bar, whose place is the class."""
    generator = np.random.default_rng(1)
    labels = generator.integers(0, 10, 600).astype(np.uint8)
    images = np.zeros((600, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4:24, 2 + 2 * label : 6 + 2 * label] = generator.integers(120, 256, (20, 4))
    write_idx(folder / "images.idx", images)
    write_idx(folder / "labels.idx", labels)


def run(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def logged(log: Path, steps: int) -> dict[int, float]:
    rows = (json.loads(line) for line in log.read_text().splitlines())
    return {row["step"]: row["loss"] for row in rows if "loss" in row and row["step"] <= steps}


def check(worker: Path, folder: Path, family: str) -> bool:
    recipe = folder / f"{family}.yaml"
    recipe.write_text(f"version: 1\nname: check-{family}\n{RECIPES[family]}")
    ours, theirs = folder / f"ours-{family}", folder / f"theirs-{family}"
    run(worker, "train", recipe, "--output", f"{ours}.safetensors", "--overwrite")
    script = Path(__file__).parent / "train.py"
    command = (sys.executable, script, recipe, "--output", f"{theirs}.safetensors")
    run(*command, "--device", "cpu", "--threads", "1", "--overwrite")
    texts = [metadata(Path(f"{name}.safetensors"))["provenance"] for name in (ours, theirs)]
    digests = [re.findall(r"sha256 ([0-9a-f]{64})", text) for text in texts]
    curves = [logged(Path(f"{name}.log.jsonl"), COMPARED_STEPS[family]) for name in (ours, theirs)]
    distance = max(abs(curves[0][step] - curves[1][step]) for step in curves[0])
    fallen = curves[1][min(curves[1])] - curves[1][max(curves[1])]
    checkpoint, seed = Path(f"{theirs}.safetensors"), int(re.search(r"seed: (\d+)", RECIPES[family])[1])
    found, expected = evaluated(worker, folder, checkpoint, seed), scored(folder, checkpoint, seed)
    facts = [
        ("digests of recipe and images", digests[0] == digests[1], digests[1][0][:12]),
        ("losses compared", curves[0].keys() == curves[1].keys(), len(curves[1])),
        ("largest difference of a loss", distance < TOLERANCE, f"{distance:.1e}"),
        ("the loss fell by", fallen > 0.1, f"{fallen:.3f}"),
        ("worker evaluate less PyTorch", abs(found - expected) < TOLERANCE, f"{found - expected:+.1e}"),
    ]
    for what, is_good, value in facts:
        print(f"{'ok  ' if is_good else 'FAIL'} {family:9} {what:36} {value}")
    return all(is_good for _, is_good, _ in facts)


def evaluated(worker: Path, folder: Path, checkpoint: Path, seed: int) -> float:
    """The mean loss of all images: bits per dimension, of a classifier nats."""
    files = ("--dataset", folder / "images.idx", "--labels", folder / "labels.idx")
    rows = json.loads(run(worker, "evaluate", checkpoint, *files, "--seed", seed, "--json"))["rows"]
    return next(row["mean"] for row in rows if "class" not in row)


@torch.inference_mode()
def scored(folder: Path, checkpoint: Path, seed: int) -> float:
    """The same by PyTorch."""
    dataset, texts = images.read(folder / "images.idx", folder / "labels.idx"), metadata(checkpoint)
    model = freeze(load_model(checkpoint))
    pixels = images.prepared(dataset.images, texts["preprocessing"], int(texts["height"]), int(texts["width"]))
    levels, labels = torch.tensor(pixels)[:, None].float(), torch.tensor(dataset.labels.astype(np.int64))
    x = (levels / 255 - 0.5) * 2
    if texts["family"] == "glow":
        noise = philox.dequantisation(seed, torch.arange(len(levels)), levels[0].numel()).view_as(levels)
        x = levels / 256 - 0.5 + noise / 256
    return losses(model, x, labels).double().mean().item()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("worker", type=Path, help="BitSweep's executable")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_images(folder)
        results = [check(options.worker.resolve(), folder, family) for family in RECIPES]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
