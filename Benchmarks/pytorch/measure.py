# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Measures PyTorch on request: one JSON object a line on standard input, one answer a line on standard output.

    {"op": "describe"}
    {"op": "prepare", "key": K, "work": W, "mode": M, "threads": T, "batch": N,
     "weights": PATH, "inputs": PATH, "limit": S}
    {"op": "time", "key": K, "seconds": S}
    {"op": "release"}

`prepare` loads, compiles where the mode asks for it (at most `limit` seconds) and runs two passes; it answers with the
numbers of the first images. `time` runs whole passes for at least that long and answers with the seconds of each. What
goes wrong is answered as {"error": …}; the process goes on.
"""

import contextlib
import ctypes
import gc
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

from works import WORKS, Setting

SHOWN_IMAGES = 8


class Bench:
    """The passes that are ready to be timed, by key."""

    def __init__(self) -> None:
        self.passes: dict[str, Callable[[], torch.Tensor]] = {}

    def describe(self, _: dict) -> dict:
        return {"side": "PyTorch", "version": torch.__version__, "capability": torch.backends.cpu.get_cpu_capability()}

    def prepare(self, request: dict) -> dict:
        torch.set_num_threads(request["threads"])
        setting = Setting(request["mode"], request["batch"], Path(request["weights"]), Path(request["inputs"]))
        start = time.perf_counter()
        with time_limit(request["limit"]):
            run = WORKS[request["work"]](setting)
            values = run()
        seconds = time.perf_counter() - start
        run()
        self.passes[request["key"]] = run
        return {"seconds": seconds, "values": values[:SHOWN_IMAGES].double().reshape(-1).tolist()}

    def time(self, request: dict) -> dict:
        run = self.passes[request["key"]]
        reset_peak_memory()
        passes, cpu, start = [], time.process_time(), time.perf_counter()
        while not passes or time.perf_counter() - start < request["seconds"]:
            begin = time.perf_counter()
            run()
            passes.append(time.perf_counter() - begin)
        return {"passes": passes, "cpu": time.process_time() - cpu, "peakBytes": peak_memory()}

    def release(self, _: dict) -> dict:
        self.passes.clear()
        torch._dynamo.reset()
        gc.collect()
        if sys.platform == "linux":
            ctypes.CDLL(None).malloc_trim(0)
        return {}


class time_limit:
    """Interrupts its body with TimeoutError after that many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, self.interrupt)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def interrupt(self, *_: object) -> None:
        raise TimeoutError(f"not ready after {self.seconds:g} s")


def reset_peak_memory() -> None:
    """Lets the peak begin again from what is resident; Linux only."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_memory() -> int | None:
    """Bytes resident at the peak, or None where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def answer(bench: Bench, request: dict) -> dict:
    operations = {"describe": bench.describe, "prepare": bench.prepare, "time": bench.time, "release": bench.release}
    try:
        return operations[request["op"]](request)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {(str(error).strip() or 'no message').splitlines()[0][:200]}"}


def serve(bench: Bench) -> None:
    """Answers every line of standard input."""
    # Answers go to the real standard output; whatever a library prints goes to standard error.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(answer(bench, json.loads(line))), file=answers)


if __name__ == "__main__":
    with torch.inference_mode():
        serve(Bench())
