# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Writes small models, a batch for each, and their gradients by autograd in double precision: `gradients.py [FOLDER]`.

By default into the folder of the tests that compare BitSweep's own gradients with them. A file holds `images` (N×H×W×C)
and `labels`, each image's `losses`, and for every tensor of a checkpoint:

- `parameter.NAME`;
- `gradient.NAME` for those that are learned: every element, or of a large one every fifth or eleventh, so that no row,
  column or channel is left out; the metadata say so as `step.NAME`;
- `norm.NAME`, the norm of the whole gradient;
- `measured.NAME`, what running statistics are after one batch.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from glow import Glow, GlowConfiguration
from layouts import checkpoint_names, sizes
from pixelcnn import PixelCNN, PixelCNNConfiguration
from resnet8 import ResNet8
from training import drop, losses

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"


def normal(parameter: Tensor, deviation: float, mean: float = 0) -> Tensor:
    return mean + deviation * torch.randn(parameter.shape)


def fan_in(parameter: Tensor) -> int:
    return parameter[0].numel()


def random_glow_tensor(name: str, tensor: Tensor) -> Tensor:
    leaf = name.rpartition(".")[2]
    if leaf == "permutation":
        return torch.randperm(len(tensor))
    if leaf == "sign_s":
        return torch.where(torch.rand(tensor.shape) < 0.5, -1.0, 1.0)
    if leaf in ("lower", "upper"):
        return normal(tensor, 0.4 / len(tensor) ** 0.5)
    if leaf == "weight":
        return normal(tensor, fan_in(tensor) ** -0.5)
    return normal(tensor, 0.1)


def random_pixelcnn_tensor(name: str, tensor: Tensor) -> Tensor:
    leaf = name.rpartition(".")[2]
    return normal(tensor, 0.2, 1) if leaf == "g" else normal(tensor, 0.3 if leaf == "v" else 0.1)


def random_resnet_tensor(name: str, tensor: Tensor) -> Tensor:
    if "running" in name:
        return torch.rand(tensor.shape) + ("var" in name)
    if tensor.dim() > 1:
        return normal(tensor, (2 / fan_in(tensor)) ** 0.5)
    return normal(tensor, 0.3, 1 if "norm.weight" in name else 0)


def fill(model: nn.Module, draw, precision: torch.dtype = torch.float32) -> nn.Module:
    """Every parameter and buffer random, exact in `precision`."""
    for name, tensor in model.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            tensor.copy_(draw(name, tensor).to(precision))
    return model.train()


def levels(*shape: int) -> Tensor:
    """8-bit values, many of them black or white."""
    return torch.randint(-60, 316, shape).clamp(0, 255).double()


def thinning(count: int) -> int:
    return 1 if count <= 5000 else 5 if count <= 20000 else 11


def write(path: Path, model: nn.Module, x: Tensor, labels: Tensor, precision: torch.dtype = torch.float32) -> None:
    """One model's file; `x` is N×C×H×W."""
    names = checkpoint_names(model)
    texts = {"bitsweep.format": "1", "preprocessing": "resize", "provenance": "random"} | sizes(model, x.shape[2:])
    state = {names[name]: tensor.clone() for name, tensor in model.state_dict().items() if name in names}
    x = x.float().double()
    drop(model, 0)
    each = losses(model, x, labels)
    each.mean().backward()
    tensors = {"images": x.permute(0, 2, 3, 1), "labels": labels.int(), "losses": each.detach()}
    tensors |= {f"parameter.{name}": tensor.to(precision) for name, tensor in state.items()}
    for name, parameter in model.named_parameters():
        gradient, step = parameter.grad.reshape(-1), thinning(parameter.numel())
        tensors[f"gradient.{names[name]}"] = gradient[::step]
        tensors[f"norm.{names[name]}"] = gradient.norm().reshape(1)
        texts[f"step.{names[name]}"] = str(step)
    for name, buffer in model.named_buffers():
        if "running" in name:
            tensors[f"measured.{names[name]}"] = buffer
    files = {name: single(tensor).contiguous() for name, tensor in tensors.items()}
    save_file(files, path, metadata=texts)
    print(f"{path}: {path.stat().st_size} bytes, mean loss {each.mean().item():.6f}")


def single(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.dtype == torch.float64 else tensor


def write_glow(folder: Path) -> None:
    configuration = GlowConfiguration(height=8, width=8, channels=3, levels=2, steps=2, hidden_channels=12, classes=4)
    x = (levels(5, 3, 8, 8) + torch.rand(5, 3, 8, 8)) / 256 - 0.5
    model = fill(Glow(configuration), random_glow_tensor)
    write(folder / "training-glow.safetensors", model, x, torch.arange(5) % 4)


def write_pixelcnn(folder: Path) -> None:
    configuration = PixelCNNConfiguration(height=8, width=12, filters=6, blocks=1, mixtures=2)
    model = fill(PixelCNN(configuration), random_pixelcnn_tensor)
    x = levels(3, 1, 8, 12) / 127.5 - 1
    write(folder / "training-pixelcnn.safetensors", model, x, torch.zeros(3, dtype=torch.long))


def write_resnet(folder: Path) -> None:
    # Half precision for the parameters alone: its layers have channels that cannot be made fewer.
    model = fill(ResNet8(channels=3, classes=5), random_resnet_tensor, torch.bfloat16)
    x, labels = levels(20, 3, 10, 8) / 127.5 - 1, torch.arange(20) % 5
    write(folder / "training-resnet.safetensors", model, x, labels, torch.bfloat16)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    torch.set_default_dtype(torch.float64)
    write_glow(folder)
    write_pixelcnn(folder)
    write_resnet(folder)
