# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Weight files and the models they hold: BitSweep's checkpoints, and through `ports` those of two public PyTorch ports.

A layout is a table from this folder's parameter names to a file's.
"""

import os
import re
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from glow import Glow, GlowConfiguration
from pixelcnn import PixelCNN, PixelCNNConfiguration
from ports import Tensors, pclucas14_configuration, pclucas14_names, y0ast_glow
from resnet8 import ResNet8


def load_glow(path: Path, height: int = 32, width: int = 32) -> Glow:
    """The Glow of a BitSweep checkpoint, or of a y0ast file for images of that size."""
    tensors = load_file(path)
    if "bitsweep.format" in metadata(path):
        configuration = glow_configuration(metadata(path))
        tensors = {name: tensors[source] for name, source in glow_names(Glow(configuration)).items()}
    else:
        configuration, tensors = y0ast_glow(tensors, height, width)
    return filled(Glow(configuration), tensors)


def load_pixelcnn(path: Path, height: int = 28, width: int = 28) -> PixelCNN:
    """The PixelCNN++ of a BitSweep checkpoint, or of a pclucas14 file for images of that size."""
    tensors, texts = load_file(path), metadata(path)
    if "bitsweep.format" in texts:
        model = PixelCNN(pixelcnn_configuration(texts))
        names = pixelcnn_names(model)
    else:
        model = PixelCNN(pclucas14_configuration(tensors, height, width))
        names = pclucas14_names(model)
    shapes = {name: parameter.shape for name, parameter in model.named_parameters()}
    return filled(model, {name: tensors[source].reshape(shapes[name]) for name, source in names.items()})


def load_resnet(path: Path) -> ResNet8:
    """The classifier of a BitSweep checkpoint."""
    texts, tensors = metadata(path), load_file(path)
    model = ResNet8(int(texts["channels"]), int(texts["classes"]))
    # PyTorch's own counters of training steps are not part of a checkpoint.
    counters = {name: tensor for name, tensor in model.state_dict().items() if name.endswith("num_batches_tracked")}
    return filled(model, counters | {name: tensors[source] for name, source in resnet_names(model).items()})


def load_model(path: Path) -> nn.Module:
    """The model of a BitSweep checkpoint of any family."""
    loaders = {"glow": load_glow, "pixelcnn": load_pixelcnn, "resnet": load_resnet}
    return loaders[metadata(path)["family"]](path)


def save_model(
    model: nn.Module,
    path: Path,
    preprocessing: str,
    provenance: str,
    *,
    stored: torch.dtype = torch.float32,
    size: tuple[int, int] = (32, 32),
    history: dict[str, str] | None = None,
) -> None:
    """Writes a BitSweep checkpoint, which is there whole or not at all.

    Learnt tensors of more than two dimensions, which are nearly all of it, are stored as `stored`, others as float32.
    `size` is the input's where the model does not know it, as a classifier does not; `history` tells of the trainings.
    """
    learned = {name for name, _ in model.named_parameters()}
    state, tensors = model.state_dict(), {}
    for name, source in checkpoint_names(model).items():
        is_large = name in learned and state[name].dim() > 2
        tensors[source] = state[name].detach().to("cpu", stored if is_large else torch.float32).contiguous()
    texts = {"bitsweep.format": "1", "preprocessing": preprocessing, "provenance": provenance} | (history or {})
    partial = path.with_name(f".{path.name}.partial")
    save_file(tensors, partial, metadata=texts | sizes(model, size))
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(path)


def metadata(path: Path) -> dict[str, str]:
    with safe_open(path, "pt") as file:
        return file.metadata() or {}


def filled(model: nn.Module, tensors: Tensors) -> nn.Module:
    """The model with exactly these parameters."""
    model.load_state_dict(tensors, strict=True)
    return model


# BitSweep checkpoints


def checkpoint_names(model: nn.Module) -> dict[str, str]:
    """Name of every parameter and buffer → tensor name in a checkpoint."""
    names = {Glow: glow_names, PixelCNN: pixelcnn_names, ResNet8: resnet_names}
    return names[type(model)](model)


def sizes(model: nn.Module, size: tuple[int, int]) -> dict[str, str]:
    """Family and sizes as a checkpoint's metadata spell them."""
    if isinstance(model, ResNet8):
        shape = {"height": str(size[0]), "width": str(size[1]), "channels": str(model.stem.in_channels)}
        return shape | {"family": "resnet", "depth": "8", "classes": str(model.head.out_features)}
    texts = {key.replace("_", "-"): str(value) for key, value in vars(model.configuration).items()}
    if isinstance(model, PixelCNN):
        return texts | {"family": "pixelcnn", "channels": "1"}
    learned_top = "true" if model.configuration.learned_top else "false"
    return texts | {"family": "glow", "permutation": "lu", "learned-top": learned_top}


def glow_configuration(texts: dict[str, str]) -> GlowConfiguration:
    sizes = ("height", "width", "channels", "levels", "steps", "hidden-channels", "classes")
    return GlowConfiguration(
        **{key.replace("-", "_"): int(texts[key]) for key in sizes},
        coupling=texts["coupling"],
        learned_top=texts["learned-top"] == "true",
    )


def glow_names(model: Glow) -> dict[str, str]:
    """Parameter name → tensor name in a checkpoint: levels and steps count from 1."""

    def source(name: str) -> str:
        if name.startswith("top."):
            return name.replace("class_", "class.")
        level, rest = re.fullmatch(r"levels\.(\d+)\.(.*)", name).groups()
        prefix = f"level.{int(level) + 1}"
        if rest.startswith("prior."):
            return f"{prefix}.{rest}"
        step, module, leaf = re.fullmatch(r"steps\.(\d+)\.(\w+)\.(\w+)", rest).groups()
        prefix += f".step.{int(step) + 1}"
        if module == "mix":
            place = "actnorm" if leaf in ("bias", "logs") else "invertible"
            return f"{prefix}.{place}.{leaf.replace('_', '-')}"
        place = f"{module}.actnorm" if module != "last" and leaf != "weight" else module
        return f"{prefix}.coupling.{place}.{leaf}"

    return {name: source(name) for name in model.state_dict()}


def pixelcnn_configuration(texts: dict[str, str]) -> PixelCNNConfiguration:
    sizes = ("height", "width", "filters", "blocks", "mixtures")
    return PixelCNNConfiguration(**{key: int(texts[key]) for key in sizes}, upsampling_norm=texts["upsampling-norm"])


def pixelcnn_names(model: PixelCNN) -> dict[str, str]:
    """Parameter name → tensor name in a checkpoint: stages and blocks count from 1."""
    rules = [
        (r"^u_start\.", "first.u.above."),
        (r"^ul_start_(above|left)\.", r"first.ul.\1."),
        (r"^output\.", "last."),
        (r"^upward\.(\d+)\.(ul?)\.(\d+)\.", r"up.<\1>.\2.<\3>."),
        (r"^downward\.(\d+)\.(ul?)\.(\d+)\.", r"down.<\1>.\2.<\3>."),
        (r"^(ul?)_shrink\.(\d+)\.", r"downsample.<\2>.\1."),
        (r"^(ul?)_grow\.(\d+)\.", r"upsample.<\2>.\1."),
    ]

    def source(name: str) -> str:
        for pattern, replacement in rules:
            name = re.sub(pattern, replacement, name)
        return re.sub(r"<(\d+)>", lambda match: str(int(match[1]) + 1), name)

    return {name: source(name) for name in model.state_dict()}


def resnet_names(model: ResNet8) -> dict[str, str]:
    """Parameter name → tensor name in a checkpoint: stages count from 1."""

    def source(name: str) -> str:
        name = re.sub(r"^stages\.(\d+)", lambda match: f"stage.{int(match[1]) + 1}", name)
        name = name.replace("_norm.", ".norm.").replace("running_mean", "running-mean")
        return name.replace("running_var", "running-variance")

    return {name: source(name) for name in model.state_dict() if not name.endswith("num_batches_tracked")}
