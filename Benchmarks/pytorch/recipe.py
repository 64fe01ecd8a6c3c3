# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""How a model is trained, as docs/TRAINING.md describes it, and the texts that BitSweep's digests of recipes are of."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from glow import GlowConfiguration
from pixelcnn import PixelCNNConfiguration


@dataclass(frozen=True)
class ResNetConfiguration:
    """Sizes of a classifier; it has eight layers."""

    height: int = 32
    width: int = 32
    channels: int = 1
    classes: int = 10


Configuration = GlowConfiguration | PixelCNNConfiguration | ResNetConfiguration


@dataclass(frozen=True)
class Optimiser:
    """How weights follow gradients."""

    method: str
    learning_rate: float
    betas: tuple[float, float] = (0.9, 0.999)
    momentum: float = 0.9
    weight_decay: float = 0.0
    warm_up: int = 0
    # ("none",), ("per-step", factor), ("linear-to", end, after) or ("factor", factor, places)
    decay: tuple = ("none",)
    clip_norm: float | None = None
    polyak: float | None = None

    @property
    def text(self) -> str:
        if self.method == "sgd":
            own = f"sgd momentum={decimal(self.momentum)} weight-decay={decimal(self.weight_decay)}"
        else:
            own = f"{self.method} beta1={decimal(self.betas[0])} beta2={decimal(self.betas[1])}"
        clip, polyak = ("off" if value is None else decimal(value) for value in (self.clip_norm, self.polyak))
        return (
            f"{own} learning-rate={decimal(self.learning_rate)} warm-up={self.warm_up} decay={self.decay_text} "
            f"clip-norm={clip} polyak={polyak}"
        )

    @property
    def decay_text(self) -> str:
        match self.decay:
            case ("per-step", factor):
                return f"per-step:{decimal(factor)}"
            case ("factor", factor, places):
                return f"factor:{decimal(factor)}@{','.join(map(decimal, places))}"
            case ("linear-to", end, after):
                return f"linear-to:{decimal(end)}" + (f"@{decimal(after)}" if after > 0 else "")
            case _:
                return "none"


@dataclass(frozen=True)
class Recipe:
    """How a model is trained."""

    name: str
    family: str
    configuration: Configuration
    dropout: float
    # The name of a published data set, or the paths of IDX files of images and labels.
    dataset: str | tuple[Path, Path]
    preprocessing: str
    validation_images: int
    optimiser: Optimiser
    # ("epochs" or "steps", a number) or ("seconds", a number)
    length: tuple[str, float]
    batch: int
    seed: int
    initialisation_images: int
    validate_every: int | None
    checkpoint_every: float
    precision: str
    start: Path | None

    @property
    def data_name(self) -> str:
        return self.dataset if isinstance(self.dataset, str) else "files"

    @property
    def unit(self) -> str:
        return "nats" if self.family == "resnet" else "bits/dim"

    @property
    def depends_on_length(self) -> bool:
        return self.optimiser.decay[0] in ("linear-to", "factor")

    @property
    def trajectory(self) -> str:
        """Everything that decides what each step does, an ingredient a line, as BitSweep writes it."""
        start = f"start-from {sha256(self.start)}\n" if self.start else ""
        length = self.length_text if self.depends_on_length else ""
        return self.step_text + start + length

    @property
    def digest(self) -> str:
        """The recipe's SHA-256, which BitSweep's own trainings have in their provenance, too."""
        start = f"start-from {sha256(self.start)}\n" if self.start else ""
        text = f"{self.step_text}{start}{self.length_text}precision {self.precision}\n"
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def length_text(self) -> str:
        kind, count = self.length
        return f"length {kind}={decimal(count)}\n"

    @property
    def step_text(self) -> str:
        return (
            f"bitsweep recipe 1\nmodel {self.model_text}\n"
            f"data {self.data_name} split=train preprocessing={self.preprocessing} "
            f"validation-images={self.validation_images}\n"
            f"optimiser {self.optimiser.text}\nbatch {self.batch}\nseed {self.seed}\n"
            f"initialisation-images {self.initialisation_images}\n"
        )

    @property
    def model_text(self) -> str:
        sizes = self.configuration
        if isinstance(sizes, GlowConfiguration):
            own = (
                f"levels={sizes.levels} steps={sizes.steps} hidden-channels={sizes.hidden_channels} "
                f"coupling={sizes.coupling} classes={sizes.classes} learned-top={str(sizes.learned_top).lower()}"
            )
        elif isinstance(sizes, PixelCNNConfiguration):
            own = (
                f"filters={sizes.filters} blocks={sizes.blocks} mixtures={sizes.mixtures} "
                f"dropout={decimal(self.dropout)}"
            )
        else:
            own = f"classes={sizes.classes}"
        return f"{self.family} {own} height={sizes.height} width={sizes.width} channels=1"


def decimal(value: float) -> str:
    """The shortest decimal that reads back to the same bits, without `.0` and an exponent's leading zeros."""
    digits, _, exponent = repr(float(value)).partition("e")
    digits = digits.removesuffix(".0")
    return f"{digits}e{int(exponent)}" if exponent else digits


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
