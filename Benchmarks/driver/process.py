# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""A process that prints one JSON object a line, watched from outside: its events, processor time and memory."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from driver.side import SideError

TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """Started at once; every event gets the `time` it was read at and the `cpu` seconds used until then."""

    def __init__(self, command: list[str], log: Path) -> None:
        self.command = command
        self.log = log
        self.events: list[dict] = []
        self.cpu = 0.0
        self.peak_bytes = 0
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        self.unseen: queue.SimpleQueue = queue.SimpleQueue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        for line in self.process.stdout:
            event = json.loads(line) | {"time": time.perf_counter(), "cpu": self.cpu_seconds()}
            self.events.append(event)
            self.unseen.put(event)
        self.unseen.put(None)

    def wait_for(self, is_wanted: Callable[[dict], bool], patience: float) -> dict:
        """The next event that is wanted; events are looked at once."""
        deadline = time.perf_counter() + patience
        while True:
            try:
                event = self.unseen.get(timeout=max(0.0, deadline - time.perf_counter()))
            except queue.Empty:
                raise self.failure(f"did not get there within {patience:.0f} s") from None
            if event is None:
                raise self.failure("ended too early")
            if is_wanted(event):
                return event

    def cpu_seconds(self) -> float:
        """Processor time until now; 0 when the process is gone, or where there is no /proc."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_bytes(self) -> int:
        """Memory in use now."""
        try:
            return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            return 0

    def end(self, patience: float = 60) -> int:
        """Waits for the process; afterwards `cpu` and `peak_bytes` are those of its whole life."""
        self.reader.join(timeout=patience)
        if self.reader.is_alive():
            raise self.failure("does not end")
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak_bytes = usage.ru_maxrss * 1024
        return self.process.returncode

    def failure(self, what: str) -> SideError:
        return SideError(f"{' '.join(self.command[:2])} {what}; its messages are in {self.log}")

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.returncode is None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
