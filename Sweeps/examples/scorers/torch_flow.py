"""A scorer of an external model around PyTorch: a small RealNVP, trained on MNIST by `train`, scored by `serve`.

    python torch_flow.py train DATA_FOLDER flow.pt     # about a minute on two cores
    python torch_flow.py serve flow.pt                 # what --scorer is given

What is yours to change is `Flow`: anything that gives −ln p of a batch. DATA_FOLDER has train-images-idx3-ubyte.gz.
"""

import gzip
import hashlib
import json
import math
import os
import pathlib
import struct
import sys

import numpy as np
import torch


class Coupling(torch.nn.Module):
    """An affine coupling on a checkerboard (Dinh et al., 2017, section 3.4)."""

    def __init__(self, parity):
        super().__init__()
        grid = torch.arange(28)[:, None] + torch.arange(28)[None, :]
        self.register_buffer("mask", ((grid + parity) % 2).float()[None, None])
        self.net = torch.nn.Sequential(
            torch.nn.Conv2d(1, 32, 3, padding=1),
            torch.nn.ReLU(),
            torch.nn.Conv2d(32, 32, 3, padding=1),
            torch.nn.ReLU(),
            torch.nn.Conv2d(32, 2, 3, padding=1),
        )
        torch.nn.init.zeros_(self.net[-1].weight)
        torch.nn.init.zeros_(self.net[-1].bias)

    def forward(self, x):
        shift, scale = self.net(x * self.mask).chunk(2, dim=1)
        scale = torch.tanh(scale) * 2 * (1 - self.mask)
        return x * scale.exp() + shift * (1 - self.mask), scale.sum(dim=(1, 2, 3))


class Flow(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.couplings = torch.nn.ModuleList(Coupling(number % 2) for number in range(6))

    def nll(self, x):
        """−ln of the density of x / 256 at x in 0 … 256, nats; [N, 1, 28, 28] to [N]."""
        p = 0.05 + 0.9 * x / 256
        z = p.log() - (1 - p).log()  # logits (Dinh et al., 2017, section 4.1)
        volume = (math.log(0.9) - p.log() - (1 - p).log()).sum(dim=(1, 2, 3))
        for coupling in self.couplings:
            z, log_scale = coupling(z)
            volume = volume + log_scale
        return (z**2 / 2 + math.log(2 * math.pi) / 2).sum(dim=(1, 2, 3)) - volume


def train(folder, path):
    torch.manual_seed(0)
    with gzip.open(pathlib.Path(folder) / "train-images-idx3-ubyte.gz") as file:
        raw = file.read()
    images = torch.frombuffer(bytearray(raw), dtype=torch.uint8)[16:].view(-1, 1, 28, 28)
    flow = Flow()
    optimiser = torch.optim.Adam(flow.parameters(), lr=1e-3)
    for step in range(int(os.environ.get("STEPS", "400"))):
        x = images[torch.randint(len(images), (64,))].float()
        loss = flow.nll(x + torch.rand_like(x)).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 50 == 0:
            print(f"step {step}: {loss.item() / 784 / math.log(2) + 8:.3f} bits/dim", file=sys.stderr)
    torch.save(flow.state_dict(), path)


def send(tensors, **metadata):
    """Writes a frame: the length of a safetensors file (8 bytes, little-endian), and the file."""
    header, data = {"__metadata__": metadata}, b""
    for name, array in tensors.items():
        raw = np.asarray(array, "<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    out.write(struct.pack("<QQ", 8 + len(text) + len(data), len(text)) + text + data)
    out.flush()


def receive():
    """The tensors of the next frame; nothing when there is none any more."""
    length = sys.stdin.buffer.read(8)
    if len(length) < 8:
        return None
    file = sys.stdin.buffer.read(struct.unpack("<Q", length)[0])
    start = 8 + struct.unpack("<Q", file[:8])[0]
    types = {"F32": "<f4", "I32": "<i4"}
    return {
        name: np.frombuffer(
            file[start:], types[entry["dtype"]], math.prod(entry["shape"]), entry["data_offsets"][0]
        ).reshape(entry["shape"])
        for name, entry in json.loads(file[8:start]).items()
        if name != "__metadata__"
    }


def serve(path):
    torch.use_deterministic_algorithms(True)
    flow = Flow()
    flow.load_state_dict(torch.load(path))
    digest = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    size = {"height": "28", "width": "28", "channels": "1", "black": "0", "white": "255"}
    send({}, protocol="1", version="1", digest=digest, batch="64", **size)
    while (request := receive()) is not None:
        x = torch.from_numpy(request["x"].copy()).permute(0, 3, 1, 2)
        with torch.inference_mode():
            nll = flow.nll(x + 0.5)  # the middle of a level's cell, the same for an image and its transformed self
        # In units of levels: the density is that of x / 256, and a level's cell is 1/256 wide.
        send({"bpd": (nll / (784 * math.log(2)) + 8).numpy()})


# Standard output is the protocol's: what libraries print there goes to standard error, and so to the worker's log.
out = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
{"train": train, "serve": serve}[sys.argv[1]](*sys.argv[2:])
