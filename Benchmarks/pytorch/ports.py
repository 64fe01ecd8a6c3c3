# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""The layouts of two public PyTorch ports: y0ast/Glow-PyTorch and pclucas14/pixel-cnn-pp."""

import re

import torch
from torch import Tensor

from glow import GlowConfiguration
from pixelcnn import STAGES, PixelCNN, PixelCNNConfiguration

Tensors = dict[str, Tensor]


# The y0ast layout


def y0ast_glow(tensors: Tensors, height: int, width: int) -> tuple[GlowConfiguration, Tensors]:
    """One list of squeezes, steps and splits; shift and scale, mean and log-scale interleaved."""
    splits = sorted(int(name.split(".")[2]) for name in tensors if re.fullmatch(r"flow\.layers\.\d+\.conv\.logs", name))
    first = "flow.layers.1"
    outputs, hidden = tensors[f"{first}.block.4.conv.weight"].shape[:2]
    flow_channels = tensors[f"{first}.actnorm.bias"].shape[1]
    configuration = GlowConfiguration(
        height=height,
        width=width,
        channels=flow_channels // 4,
        levels=len(splits) + 1,
        steps=splits[0] - 1,
        hidden_channels=hidden,
        coupling="affine" if outputs == flow_channels else "additive",
        classes=tensors["project_ycond.linear.weight"].shape[1] if "project_ycond.linear.weight" in tensors else 0,
        learned_top="learn_top_fn.logs" in tensors,
    )
    result: Tensors = {}
    for level in range(configuration.levels):
        start = level * (configuration.steps + 2) + 1
        for step in range(configuration.steps):
            y0ast_step(tensors, f"flow.layers.{start + step}", f"levels.{level}.steps.{step}", configuration, result)
        if level < configuration.levels - 1:
            source = f"flow.layers.{start + configuration.steps}.conv"
            y0ast_convolution(tensors, source, f"levels.{level}.prior", True, result)
    y0ast_top(tensors, configuration, result)
    return configuration, result


def y0ast_step(tensors: Tensors, source: str, target: str, configuration: GlowConfiguration, result: Tensors) -> None:
    for leaf in ("bias", "logs"):
        result[f"{target}.mix.{leaf}"] = tensors[f"{source}.actnorm.{leaf}"].flatten()
    for leaf in ("lower", "upper", "log_s", "sign_s"):
        result[f"{target}.mix.{leaf}"] = tensors[f"{source}.invconv.{leaf}"]
    result[f"{target}.mix.permutation"] = tensors[f"{source}.invconv.p"].argmax(dim=1)
    for position, module in ((0, "first"), (2, "second")):
        block = f"{source}.block.{position}"
        result[f"{target}.{module}.weight"] = tensors[f"{block}.conv.weight"]
        for leaf in ("bias", "logs"):
            result[f"{target}.{module}.{leaf}"] = tensors[f"{block}.actnorm.{leaf}"].flatten()
    y0ast_convolution(tensors, f"{source}.block.4", f"{target}.last", configuration.coupling == "affine", result)


def y0ast_convolution(tensors: Tensors, source: str, target: str, is_interleaved: bool, result: Tensors) -> None:
    weight, bias = tensors[f"{source}.conv.weight"], tensors[f"{source}.conv.bias"]
    logs = tensors[f"{source}.logs"].flatten()
    for leaf, tensor in (("weight", weight), ("bias", bias), ("logs", logs)):
        result[f"{target}.{leaf}"] = torch.cat([tensor[0::2], tensor[1::2]]) if is_interleaved else tensor


def y0ast_top(tensors: Tensors, configuration: GlowConfiguration, result: Tensors) -> None:
    if configuration.learned_top:
        result["top.bias"] = tensors["learn_top_fn.conv.bias"]
        result["top.logs"] = tensors["learn_top_fn.logs"].flatten()
    if configuration.classes:
        result["top.class_weight"] = tensors["project_ycond.linear.weight"]
        result["top.class_bias"] = tensors["project_ycond.linear.bias"]
        result["top.class_logs"] = tensors["project_ycond.logs"]


# The pclucas14 layout


def pclucas14_configuration(tensors: Tensors, height: int, width: int) -> PixelCNNConfiguration:
    """Sizes from names and shapes; the transposed convolutions' norms are those of their input channels."""
    return PixelCNNConfiguration(
        height=height,
        width=width,
        filters=tensors["u_init.conv.weight_v"].shape[0],
        blocks=1 + max(int(name.split(".")[3]) for name in tensors if name.startswith("up_layers.0.u_stream")),
        mixtures=tensors["nin_out.lin_a.bias"].shape[0] // 3,
        upsampling_norm="input",
    )


def pclucas14_names(model: PixelCNN) -> dict[str, str]:
    """Parameter name → tensor name in a file."""
    maps = {
        "u_start": "u_init.conv",
        "ul_start_above": "ul_init.0.conv",
        "ul_start_left": "ul_init.1.conv",
        "output": "nin_out.lin_a",
    }
    for index in range(STAGES - 1):
        for stream in ("u", "ul"):
            maps[f"{stream}_shrink.{index}"] = f"downsize_{stream}_stream.{index}.conv"
            maps[f"{stream}_grow.{index}"] = f"upsize_{stream}_stream.{index}.deconv"
    for ours, theirs, stages in (("upward", "up_layers", model.upward), ("downward", "down_layers", model.downward)):
        for index, stage in enumerate(stages):
            for stream, block in ((stream, block) for stream in ("u", "ul") for block in range(len(stage.u))):
                target, source = f"{ours}.{index}.{stream}.{block}", f"{theirs}.{index}.{stream}_stream.{block}"
                maps[f"{target}.input"] = f"{source}.conv_input.conv"
                maps[f"{target}.skip"] = f"{source}.nin_skip.lin_a"
                maps[f"{target}.output"] = f"{source}.conv_out.conv"
    leaves = {"v": "weight_v", "g": "weight_g", "bias": "bias"}
    names = (name.rpartition(".") for name in model.state_dict())
    return {f"{module}.{leaf}": f"{maps[module]}.{leaves[leaf]}" for module, _, leaf in names}
