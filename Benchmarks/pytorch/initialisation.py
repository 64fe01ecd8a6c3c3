# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""A model's first values: drawn from the streams that BitSweep draws them from, then measured on a batch."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from glow import ChannelMix, Glow, ScaledConvolution
from layouts import checkpoint_names
from philox import Purpose, gaussians
from pixelcnn import STAGES, GatedBlock, NormedMap, PixelCNN
from resnet8 import ResNet8


@torch.no_grad()
def draw(model: nn.Module, seed: int) -> None:
    """The first values of a fresh model whose tensors lie on the CPU: those of BitSweep, but for the last bits."""
    numbers = {name: number for number, name in enumerate(drawing_order(model))}
    places = {name: numbers[source] for name, source in checkpoint_names(model).items()}

    def numbers_of(place: int, shape: torch.Size) -> Tensor:
        count = shape.numel()
        return gaussians(seed, Purpose.INITIALISATION, torch.tensor([place]), count)[0].float().reshape(shape)

    for name, parameter in model.named_parameters():
        if isinstance(model, ResNet8):
            if parameter.dim() > 1:
                deviation = torch.tensor(2 / parameter[0].numel()).sqrt()
                parameter.copy_(numbers_of(places[name], parameter.shape) * deviation)
            else:
                parameter.fill_(name.endswith("norm.weight"))
        elif name.endswith((".v", ".first.weight", ".second.weight")):
            parameter.copy_(numbers_of(places[name], parameter.shape) * 0.05)
        else:
            parameter.fill_(name.endswith(".g"))
    for name, module in model.named_modules():
        if isinstance(module, ChannelMix):
            size = len(module.bias)
            rotate(module, numbers_of(places[f"{name}.permutation"], torch.Size([size, size])).double())


def rotate(mix: ChannelMix, rows: Tensor) -> None:
    """Makes a 1×1 convolution the rotation whose rows are `rows`, each freed of those before it."""
    directions, lengths = torch.linalg.qr(rows.T)
    rotation = (directions * lengths.diagonal().sign()).T
    permutation, lower, upper = torch.linalg.lu(rotation)
    mix.permutation.copy_(permutation.argmax(dim=1))
    mix.lower.copy_(lower.tril(-1))
    mix.upper.copy_(upper.triu(1))
    mix.log_s.copy_(upper.diagonal().abs().log())
    mix.sign_s.copy_(upper.diagonal().sign())


def drawing_order(model: nn.Module) -> list[str]:
    """A checkpoint's tensors in the order in which BitSweep draws them."""
    if isinstance(model, Glow):
        return glow_order(model)
    if isinstance(model, PixelCNN):
        return pixelcnn_order(model)
    norm = ("weight", "bias", "running-mean", "running-variance")
    layers = ["stem", *(f"stage.{stage}.{layer}" for stage in (1, 2, 3) for layer in ("first", "second"))]
    order = [f"{layer}.{leaf}" for layer in layers for leaf in ("weight", *(f"norm.{leaf}" for leaf in norm))]
    return [*order, "head.weight", "head.bias"]


def glow_order(model: Glow) -> list[str]:
    step = [f"actnorm.{leaf}" for leaf in ("bias", "logs")]
    step += [f"invertible.{leaf}" for leaf in ("permutation", "lower", "upper", "log-s", "sign-s")]
    for layer in ("first", "second"):
        step += [f"coupling.{layer}.{leaf}" for leaf in ("weight", "actnorm.bias", "actnorm.logs")]
    step += [f"coupling.last.{leaf}" for leaf in ("weight", "bias", "logs")]
    order = []
    for level in range(1, model.configuration.levels + 1):
        for number in range(1, model.configuration.steps + 1):
            order += [f"level.{level}.step.{number}.{name}" for name in step]
        if level < model.configuration.levels:
            order += [f"level.{level}.prior.{leaf}" for leaf in ("weight", "bias", "logs")]
    top = [name for name in ("top.bias", "top.logs") if hasattr(model.top, "bias")]
    conditional = ("top.class.weight", "top.class.bias", "top.class.logs")
    return order + top + [name for name in conditional if hasattr(model.top, "class_weight")]


def pixelcnn_order(model: PixelCNN) -> list[str]:
    blocks, maps = model.configuration.blocks, []
    for stream, firsts in (("u", ("above",)), ("ul", ("above", "left"))):
        maps += [f"first.{stream}.{part}" for part in firsts]
        for resolution in range(STAGES):
            down = STAGES - resolution
            places = [("up", resolution + 1, block + 1) for block in range(blocks)]
            places += [("down", down, block + 1) for block in range(blocks + (down > 1))]
            for way, stage, block in places:
                parts = ("input", "output") if (way, stream) == ("up", "u") else ("input", "output", "skip")
                maps += [f"{way}.{stage}.{stream}.{block}.{part}" for part in parts]
        for resolution in range(STAGES - 1):
            maps += [f"downsample.{resolution + 1}.{stream}", f"upsample.{STAGES - 1 - resolution}.{stream}"]
    return [f"{name}.{leaf}" for name in [*maps, "last"] for leaf in ("v", "g", "bias")]


@torch.no_grad()
def measure(model: nn.Module, x: Tensor, labels: Tensor) -> None:
    """The data-dependent first values, layer after layer, over one batch; a classifier has none."""
    if isinstance(model, Glow):
        measure_glow(model, x, labels)
    elif isinstance(model, PixelCNN):
        measure_pixelcnn(model, x)


def measure_glow(model: Glow, x: Tensor, labels: Tensor) -> None:
    """Gives what every actnorm puts out mean 0 and deviation 1 (Glow, section 3.1)."""

    def normalise(bias: Tensor, logs: Tensor, y: Tensor) -> None:
        bias.copy_(-y.mean(dim=(0, 2, 3)))
        logs.copy_(-torch.log(y.std(dim=(0, 2, 3), correction=0) + 1e-6))

    def before(module: nn.Module, inputs: tuple[Tensor]) -> None:
        if isinstance(module, ChannelMix):
            normalise(module.bias, module.logs, inputs[0])
        elif module.k == 1:
            padding = module.weight.shape[-1] // 2
            normalise(module.bias, module.logs, F.conv2d(inputs[0], module.weight, padding=padding))

    layers = [module for module in model.modules() if isinstance(module, (ChannelMix, ScaledConvolution))]
    hooks = [layer.register_forward_pre_hook(before) for layer in layers]
    model(x, labels)
    for hook in hooks:
        hook.remove()


def measure_pixelcnn(model: PixelCNN, x: Tensor) -> None:
    """Gives every layer's outputs mean 0 and deviation 1, or 0.1 before a gate (Salimans and Kingma, 2016)."""
    gates = {module.output for module in model.modules() if isinstance(module, GatedBlock)}

    def after(module: NormedMap, _: tuple[Tensor], y: Tensor) -> Tensor:
        means = y.mean(dim=(0, 2, 3))
        factors = (0.1 if module in gates else 1) / (y.var(dim=(0, 2, 3), correction=0) + 1e-10).sqrt()
        module.g.mul_(factors)
        module.bias.copy_((module.bias - means) * factors)
        return (y - means[:, None, None]) * factors[:, None, None]

    was_training = model.training
    model.eval()
    hooks = [module.register_forward_hook(after) for module in model.modules() if isinstance(module, NormedMap)]
    model(x)
    for hook in hooks:
        hook.remove()
    model.train(was_training)
