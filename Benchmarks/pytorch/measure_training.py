# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Measures PyTorch's training steps on request; the protocol is that of `measure.py`.

`prepare` answers with the mean loss and the norm of every parameter's gradient before any step.
"""

import time
from pathlib import Path

import torch

from measure import Bench, serve, time_limit
from training import TRAINING_WORKS
from works import Setting


class TrainingBench(Bench):
    """The steps that are ready to be timed, by key."""

    def prepare(self, request: dict) -> dict:
        torch.set_num_threads(request["threads"])
        setting = Setting(request["mode"], request["batch"], Path(request["weights"]), Path(request["inputs"]))
        start = time.perf_counter()
        with time_limit(request["limit"]):
            step = TRAINING_WORKS[request["work"]](setting)
            values = step.numbers()
            step()
        seconds = time.perf_counter() - start
        step()
        self.passes[request["key"]] = step
        return {"seconds": seconds, "values": values.double().reshape(-1).tolist()}


if __name__ == "__main__":
    serve(TrainingBench())
