# ruff: noqa: F401
"""A scorer that gives every image 1 bit per dimension, with the standard library alone; tests put faults into it.

Its argument is a file by which one life of it can tell another something. Some imports are for those faults alone.
"""

import json
import os
import struct
import subprocess
import sys
import time

mark = sys.argv[1]
out = sys.stdout.buffer


def send(tensors, **metadata):
    header, data = {"__metadata__": metadata}, b""
    for key, values in tensors.items():
        raw = struct.pack(f"<{len(values)}f", *values)
        header[key] = {"dtype": "F32", "shape": [len(values)], "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    out.write(struct.pack("<QQ", 8 + len(text) + len(data), len(text)) + text + data)
    out.flush()


# AT THE BEGINNING
send({}, protocol="1", version="1", batch="8")
batches = 0
while frame := sys.stdin.buffer.read(8):
    file = sys.stdin.buffer.read(struct.unpack("<Q", frame)[0])
    length = struct.unpack("<Q", file[:8])[0]
    n = json.loads(file[8 : 8 + length])["x"]["shape"][0]
    batches += 1
    values = [1.0] * n
    # BEFORE AN ANSWER
    send({"bpd": values})
