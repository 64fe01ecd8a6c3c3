# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""What a benchmark needs before it can start: a Python with PyTorch, the built Swift side, weights and inputs.

Everything made here lies in the user's cache folder, outside the checkout: a virtual environment, fixtures, compiled
code of PyTorch, logs. Only Swift's build folder lies in Benchmarks/.build.
"""

import os
import subprocess
import sys
from pathlib import Path

from driver.side import Side, SideError

BENCHMARKS = Path(__file__).resolve().parents[1]
PEER_PACKAGES = ["torch", "numpy", "safetensors"]


def cache_folder() -> Path:
    """The user's cache folder for benchmarks."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bitsweep" / "benchmarks"


def find_python() -> Path:
    """A Python that imports PyTorch: BITSWEEP_PYTHON, or a virtual environment that is made on first use."""
    named = os.environ.get("BITSWEEP_PYTHON")
    python = Path(named) if named else cache_folder() / "venv" / "bin" / "python"
    if not named and not python.exists():
        print(f"making {python.parents[1]} with {', '.join(PEER_PACKAGES)} …", file=sys.stderr)
        run([sys.executable, "-m", "venv", str(python.parents[1])], "cannot make a virtual environment")
        run([str(python), "-m", "pip", "install", "--quiet", *PEER_PACKAGES], "pip cannot install PyTorch")
    remedy = "set BITSWEEP_PYTHON to a Python that has torch, numpy and safetensors"
    run([str(python), "-c", f"import {', '.join(PEER_PACKAGES)}"], remedy)
    return python


def find_peer_python(packages: list[str]) -> Path:
    """BITSWEEP_PYTHON, or a virtual environment made on first use with those packages that can be installed."""
    named = os.environ.get("BITSWEEP_PYTHON")
    if named:
        return Path(named)
    python = cache_folder() / "peers" / "bin" / "python"
    if not python.exists():
        print(f"making {python.parents[1]} with {', '.join(packages)} …", file=sys.stderr)
        run([sys.executable, "-m", "venv", str(python.parents[1])], "cannot make a virtual environment")
        for package in packages:
            # One that fails is reported as absent later.
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", package], stdout=sys.stderr)
    return python


def build_swift() -> Path:
    """Builds the Swift side in release mode and returns its executable."""
    return build("engine-bench") / "engine-bench"


def build_dispatch() -> Path:
    """Builds coordinator and null worker in release mode and returns their folder."""
    build("null-worker")
    return build("coordinator")


def build(product: str) -> Path:
    """Builds a product in release mode and returns the folder that it lies in."""
    command = ["swift", "build", "--configuration", "release", "--package-path", str(BENCHMARKS)]
    run([*command, "--product", product], "the Swift side does not build")
    output = subprocess.run([*command, "--show-bin-path"], check=True, capture_output=True, text=True).stdout
    return Path(output.strip())


def write_fixtures(python: Path) -> Path:
    """Writes weights and inputs, always the same ones, and returns their folder."""
    folder = cache_folder() / "fixtures"
    run([str(python), str(BENCHMARKS / "pytorch" / "fixtures.py"), str(folder)], "cannot write weights and inputs")
    return folder


def start_swift(executable: Path) -> Side:
    return Side([str(executable)], {}, cache_folder() / "engine-bench.log")


def start_pytorch(python: Path, threads: int, script: str = "measure.py", label: str = "") -> Side:
    """PyTorch with that many threads, which compiled code depends on; the label tells its messages from others'."""
    settings = {
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        "TORCHINDUCTOR_CACHE_DIR": str(cache_folder() / f"inductor-{threads}"),
    }
    log = "-".join(part for part in (Path(script).stem, label) if part)
    return Side([str(python), str(BENCHMARKS / "pytorch" / script)], settings, cache_folder() / f"{log}.log")


def run(command: list[str], remedy: str) -> None:
    try:
        result = subprocess.run(command, stdout=sys.stderr)
    except OSError as error:
        raise SideError(f"{command[0]}: {error.strerror}; {remedy}") from None
    if result.returncode != 0:
        raise SideError(f"{remedy}: {' '.join(command[:4])} … ended with {result.returncode}")
