"""A scorer of an external model with nothing but the standard library and NumPy: every pixel normal, by itself."""

import json
import struct
import sys

import numpy as np


def send(tensors, **metadata):
    """Writes a frame: the length of a safetensors file (8 bytes, little-endian), and the file."""
    header, data = {"__metadata__": metadata}, b""
    for name, array in tensors.items():
        raw = np.asarray(array, "<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    sys.stdout.buffer.write(struct.pack("<QQ", 8 + len(text) + len(data), len(text)) + text + data)
    sys.stdout.buffer.flush()


send({}, protocol="1", name="gaussian", version="1")  # the greeting
while frame := sys.stdin.buffer.read(8):
    file = sys.stdin.buffer.read(struct.unpack("<Q", frame)[0])
    start = 8 + struct.unpack("<Q", file[:8])[0]
    entry = json.loads(file[8:start])["x"]  # [N, H, W, C], float32, 0 … 255; besides: y and index, [N], int32
    begin, end = (start + offset for offset in entry["data_offsets"])
    x = np.frombuffer(file[begin:end], "<f4").reshape(entry["shape"]).astype(float)
    density = ((x - 33) / 79) ** 2 / 2 + np.log(79 * np.sqrt(2 * np.pi))  # −ln N(x; 33, 79²) of each pixel
    send({"nll": density.sum(axis=(1, 2, 3)), "mean": x.mean(axis=(1, 2, 3))})
