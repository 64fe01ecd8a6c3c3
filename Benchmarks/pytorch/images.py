# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Data sets as BitSweep reads them: IDX files, where they lie, and how their images get a model's size."""

import gzip
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PREFIXES = {"train": "train", "test": "t10k"}


@dataclass(frozen=True)
class Dataset:
    """One split: N×H×W bytes and their labels."""

    images: np.ndarray
    labels: np.ndarray

    @property
    def digest(self) -> str:
        """SHA-256 of shape, pixels and labels, independent of how the files were packed."""
        count, height, width = self.images.shape
        digest = hashlib.sha256(f"{count} images of {height}×{width}×1\n".encode())
        digest.update(self.images.tobytes())
        digest.update(self.labels.tobytes())
        return digest.hexdigest()


def read_idx(path: Path) -> np.ndarray:
    """The bytes of an IDX file, gzipped or not, in their shape."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: not an IDX file of bytes")
    extents = np.frombuffer(data, ">u4", count=data[3], offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(extents)


def read(images: Path, labels: Path) -> Dataset:
    """The data set of two IDX files."""
    dataset = Dataset(read_idx(images), read_idx(labels))
    if dataset.images.ndim != 3 or dataset.labels.shape != dataset.images.shape[:1]:
        raise ValueError(f"{images}: not N×H×W images with a label each in {labels}")
    return dataset


def folders(directory: Path | None) -> list[Path]:
    """Where data sets are looked for: `directory`, BITSWEEP_DATA, the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bitsweep"
    named = [directory, os.environ.get("BITSWEEP_DATA")]
    return [Path(folder) for folder in named if folder] + [cache]


def files(name: str, split: str, directory: Path | None) -> tuple[Path, Path]:
    """The files of images and labels of a published data set; FileNotFoundError says where they were looked for."""

    def candidates(kind: str) -> Iterator[Path]:
        for folder in folders(directory):
            for ending in (".gz", ""):
                yield folder / name / f"{PREFIXES[split]}-{kind}{ending}"

    found = [
        next((path for path in candidates(kind) if path.exists()), None)
        for kind in ("images-idx3-ubyte", "labels-idx1-ubyte")
    ]
    if None in found:
        searched = ", ".join(str(folder / name) for folder in folders(directory))
        raise FileNotFoundError(f"data set '{name}' ({split}) is in none of {searched}; name its folder with --data")
    return found[0], found[1]


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


def padded(images: np.ndarray, height: int, width: int) -> np.ndarray:
    """Centred on black."""
    top, left = (height - images.shape[1]) // 2, (width - images.shape[2]) // 2
    bottom, right = height - images.shape[1] - top, width - images.shape[2] - left
    return np.pad(images, ((0, 0), (top, bottom), (left, right)))


def prepared(images: np.ndarray, preprocessing: str, height: int, width: int) -> np.ndarray:
    """N×height×width bytes by the preprocessing that a checkpoint names; ValueError where that cannot be."""
    size = f"{images.shape[1]}×{images.shape[2]}"
    if preprocessing == "resize":
        return resized(images, height, width)
    if preprocessing == "pad":
        if images.shape[1] > height or images.shape[2] > width:
            raise ValueError(f"its images are {size}, too large to be padded to {height}×{width}")
        return padded(images, height, width)
    if images.shape[1:] != (height, width):
        raise ValueError(f"its images are {size}, the model takes {height}×{width} and does not resize")
    return images
