# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""One process being measured, spoken to in JSON lines."""

import json
import os
import select
import subprocess
from pathlib import Path


class SideError(Exception):
    """A process that cannot be started, or an answer that cannot be had; the message says what to do."""


class Side:
    """A process that answers every line with one line. Close it, or use it as a context."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.command = command
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=os.environ | environment
            )

    def ask(self, patience: float = 600, **request: object) -> dict:
        """The answer to `request`; a process that is not done after `patience` seconds is killed."""
        try:
            self.process.stdin.write((json.dumps(request) + "\n").encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            raise self.failure("ended") from None
        line = self.read_line(patience)
        if not line:
            raise self.failure("ended without an answer")
        return json.loads(line)

    def read_line(self, patience: float) -> bytes:
        # Answers are one line each, so at most one is on its way: nothing is left in Python's own buffer.
        ready, _, _ = select.select([self.process.stdout], [], [], patience)
        if not ready:
            self.process.kill()
            raise self.failure(f"gave no answer within {patience:.0f} s and was killed")
        return self.process.stdout.readline()

    def failure(self, what: str) -> SideError:
        return SideError(f"{' '.join(self.command[:2])} {what}; its messages are in {self.log}")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self) -> "Side":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
