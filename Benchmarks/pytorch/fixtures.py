# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Writes the weights and inputs of every work into a folder: `fixtures.py FOLDER`.

Weights are random, of the scale of trained ones, so that no activation overflows or becomes denormal: speed does not
depend on what a network has learnt.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from glow import ChannelMix, Glow, ScaledConvolution
from layouts import save_model
from pixelcnn import Down, PixelCNN
from resnet8 import ResNet8

IMAGES = 512


def random_glow() -> Glow:
    model = Glow()
    for module in model.modules():
        if isinstance(module, ChannelMix):
            for parameter, deviation in ((module.lower, 0.02), (module.upper, 0.02), (module.log_s, 0.05)):
                nn.init.normal_(parameter, std=deviation)
            module.permutation.copy_(torch.randperm(len(module.permutation)))
        if isinstance(module, ScaledConvolution):
            gain = 1.4 if module.k == 1 else 0.3
            nn.init.normal_(module.weight, std=gain / module.weight[0].numel() ** 0.5)
            nn.init.normal_(module.bias, std=0.05)
    nn.init.normal_(model.top.class_weight, std=0.05)
    return model


def random_pixelcnn() -> PixelCNN:
    model = PixelCNN()
    for module in model.modules():
        if isinstance(module, Down):
            nn.init.normal_(module.bias, std=0.05)
    # Log-scales near -2 give pixels a few grey levels of width.
    nn.init.constant_(model.output.bias[-model.configuration.mixtures :], -2)
    return model


def random_resnet() -> ResNet8:
    model = ResNet8()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 2)
    return model


def digits(size: int) -> torch.Tensor:
    """8-bit images with a dark ground, like handwritten digits: N×1×size×size, values 0…255."""
    coarse = torch.randn(IMAGES, 1, size // 4, size // 4)
    smooth = nn.functional.interpolate(coarse, size=size, mode="bilinear")
    return (smooth * 400).clamp(0, 255).round()


@torch.no_grad()
def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    for name, model in (("glow", random_glow()), ("pixelcnn", random_pixelcnn()), ("resnet", random_resnet())):
        save_model(model, folder / f"{name}.safetensors", "resize", "random weights of the benchmark")
    large, small = digits(32), digits(28)
    labels = torch.randint(0, 10, (IMAGES,), dtype=torch.int32)
    dequantised = (large + torch.rand(large.shape)) / 256 - 0.5
    save_file({"x": dequantised, "y": labels}, folder / "glow.inputs.safetensors")
    save_file({"x": small / 127.5 - 1}, folder / "pixelcnn.inputs.safetensors")
    save_file({"x": large / 127.5 - 1, "y": labels}, folder / "resnet.inputs.safetensors")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
