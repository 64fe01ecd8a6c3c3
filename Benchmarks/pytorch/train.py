# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Trains models by BitSweep's recipes with PyTorch, several at once on one GPU: `train.py RECIPE… --output PATH`.

A recipe means what docs/TRAINING.md says, and what cannot be done here is refused. On CUDA every training is one
captured graph on a stream of its own. Needs torch, numpy, safetensors and PyYAML.

Exit: 0 when all models are written, 1 when a training diverged or a file could not be written, 2 for a command line, a
recipe or data that cannot be used, 3 when it was interrupted: states are saved, and --resume goes on.
"""

import argparse
import json
import math
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import torch

import recipe_reader
from release import load_state, release, save_state
from trainer import BlockReport, Training
from training_images import TrainingError
from yaml_nodes import RecipeError

START = time.perf_counter()


def tell(line: str) -> None:
    print(f"[{time.perf_counter() - START:7.1f}] {line}", file=sys.stderr, flush=True)


class Job:
    """A training and the files that it writes."""

    def __init__(self, training: Training, checkpoint: Path, *, is_resumed: bool) -> None:
        self.training, self.checkpoint = training, checkpoint
        stem = checkpoint.name.removesuffix(".safetensors")
        self.state = checkpoint.with_name(f"{stem}.twin-state.safetensors")
        self.log = checkpoint.with_name(f"{stem}.log.jsonl")
        if is_resumed and self.state.exists():
            load_state(training, self.state)
        lines = self.log.read_text().splitlines() if is_resumed and self.log.exists() else []
        kept = [line for line in lines if json.loads(line)["step"] <= training.step]
        self.log.write_text("".join(f"{line}\n" for line in kept))
        self.saved = time.perf_counter()

    def record(self, **values: float | None) -> None:
        """Adds a line to the log, which has the form of `worker train`'s."""
        training = self.training
        line = {
            "step": training.step,
            "epoch": training.step / training.images.steps_per_epoch,
            "seconds": round(training.seconds, 3),
        }
        line |= {key: value for key, value in values.items() if value is not None}
        with self.log.open("a") as file:
            print(json.dumps(line), file=file)

    def end_block(self) -> None:
        """Takes in a finished block, and validates and saves where that is due."""
        training, before = self.training, (self.training.step, self.training.seconds)
        report: BlockReport = training.end_block()
        spent = training.seconds - before[1]
        speed = (training.step - before[0]) * training.recipe.batch / max(spent, 1e-9)
        self.record(
            loss=report.loss,
            learning_rate=report.learning_rate,
            gradient_norm=report.gradient_norm,
            images_per_second=speed,
        )
        if training.is_validation_due:
            found = training.validate()
            training.validation, training.validated = found, training.step
            self.record(validation=found.loss, accuracy=found.accuracy)
        if time.perf_counter() - self.saved > training.recipe.checkpoint_every:
            self.save()

    def save(self) -> None:
        save_state(self.training, self.state)
        self.saved = time.perf_counter()

    @property
    def summary(self) -> str:
        training = self.training
        share = training.step / training.total_steps
        validation = f" validation {training.validation.loss:.3f}" if training.validation else ""
        loss = training.results[0, 0].item()
        return f"{training.recipe.name}: {share:.0%} step {training.step:,} loss {loss:.3f}{validation}"


def train(jobs: list[Job], minutes: float, interruption: list[int]) -> None:
    """Trains until all are complete, the time is over, or a signal arrived."""
    end, told = START + 60 * minutes, time.perf_counter()
    open_jobs = [job for job in jobs if not job.training.is_complete]
    for job in open_jobs:
        job.training.begin_block()
    while open_jobs:
        is_busy = False
        is_over = bool(interruption) or time.perf_counter() > end
        for job in list(open_jobs):
            training = job.training
            if is_over and training.queued == training.step:
                open_jobs.remove(job)
                continue
            if is_over and not training.is_block_queued:
                training.cut_block()
            if not training.is_block_queued:
                training.advance()
                is_busy = True
            elif training.is_block_done:
                job.end_block()
                if training.is_complete or is_over:
                    open_jobs.remove(job)
                else:
                    training.begin_block()
                is_busy = True
        if not is_busy:
            time.sleep(1e-4)
        if time.perf_counter() - told > 20:
            told = time.perf_counter()
            tell("; ".join(job.summary for job in jobs))


def jobs_of(options: argparse.Namespace) -> Iterable[Job]:
    """A job for each recipe, read and checked before any of them begins."""
    read = [recipe_reader.read(path) for path in options.recipes]
    device = torch.device(options.device)
    several = len(read) > 1
    if several and len({recipe.name for recipe in read}) < len(read):
        raise RecipeError("two recipes have one name, which is the name of the checkpoint")
    if several:
        options.output.mkdir(parents=True, exist_ok=True)
    targets = [options.output / f"{recipe.name}.safetensors" if several else options.output for recipe in read]
    for target in targets:
        if target.exists() and not (options.resume or options.overwrite):
            raise RecipeError(f"{target}: is there already; give --resume to go on, --overwrite to begin again")
    for path, recipe, target in zip(options.recipes, read, targets, strict=True):
        is_mixed = options.bfloat16 and recipe.family == "pixelcnn"
        try:
            training = Training(recipe, options.data, device, is_mixed=is_mixed)
        except (TrainingError, ValueError) as error:
            raise TrainingError(f"{path}: {error}") from None
        job = Job(training, target, is_resumed=options.resume)
        if device.type == "cuda":
            training.capture()
        tell(f"{recipe.name}: ready at step {training.step:,}")
        yield job


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipes", type=Path, nargs="+", metavar="RECIPE", help="a recipe of docs/TRAINING.md")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="PATH", help="the checkpoint; of several recipes, their folder"
    )
    parser.add_argument("--minutes", type=float, default=math.inf, metavar="N", help="stop N minutes after the start")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="cuda or cpu")
    parser.add_argument("--threads", type=int, metavar="N", help="threads of PyTorch on the CPU")
    parser.add_argument("--data", type=Path, metavar="DIR", help="searched before BITSWEEP_DATA and the user's cache")
    parser.add_argument(
        "--bfloat16", action="store_true", help="train PixelCNN++'s convolutions in bfloat16, about twice as fast"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the state beside the checkpoint, if any")
    parser.add_argument("--overwrite", action="store_true", help="begin again where a checkpoint is")
    return parser.parse_args()


def main() -> int:
    options = parsed()
    if options.device.startswith("cuda") and not torch.cuda.is_available():
        print("train.py: PyTorch finds no CUDA device here; give --device cpu", file=sys.stderr)
        return 2
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.set_default_device(options.device)
    torch.backends.cudnn.benchmark = True
    interruption: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: interruption.append(received))
    try:
        jobs = list(jobs_of(options))
    except (RecipeError, TrainingError, OSError) as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 2
    try:
        train(jobs, options.minutes, interruption)
        for job in jobs:
            job.save()
            if not interruption:
                release(job.training, job.checkpoint, tell)
    except (TrainingError, OSError) as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 1
    if interruption:
        tell("interrupted; all is saved: the same command with --resume goes on")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
