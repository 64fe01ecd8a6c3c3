# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""torment every decoder of bytes from outside with libFuzzer

Inputs that crash are kept in the user's cache folder and printed; those worth keeping become part of Tests/Corpus,
which the package's tests replay. Any crash, time-out or excess of memory makes the command fail.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from driver.environment import BENCHMARKS, cache_folder
from driver.environment import run as run_tool
from driver.side import SideError
from driver.table import rendered

NAME = "fuzz"
TARGETS = ["wire", "safetensors", "idx", "sweep", "keys"]
CORPUS = BENCHMARKS.parent / "Tests" / "Corpus"
LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-malloc_limit_mb=512"]
FIGURES = {
    "executions": r"stat::number_of_executed_units:\s+(\d+)",
    "a second": r"stat::average_exec_per_sec:\s+(\d+)",
    "edges": r"cov: (\d+)",
    "peak MB": r"stat::peak_rss_mb:\s+(\d+)",
}
CORPUS_BYTES = 75_000


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=int, metavar="N", default=60, help="seconds for each target (60)")
    parser.add_argument("--target", choices=TARGETS, help="that one only")
    parser.add_argument("--keep", action="store_true", help="renew Tests/Corpus with few inputs that reach as far")


def run(options: argparse.Namespace) -> int:
    executable = build()
    rows, crashes = [], []
    for target in [options.target] if options.target else TARGETS:
        said, found = fuzzed(executable, target, options.seconds)
        rows.append([target, *(said.get(figure, "?") for figure in FIGURES), str(len(found))])
        crashes += found
        if options.keep and not found:
            keep(executable, target)
    print(rendered(["target", *FIGURES, "crashes"], rows))
    for crash in crashes:
        print(crash)
    return 1 if crashes else 0


def build() -> Path:
    """Builds the fuzzer with the coverage of every room, apart from the benchmarks' own build."""
    folder = BENCHMARKS / ".build-fuzz"
    command = ["swift", "build", "--configuration", "release", "--package-path", str(BENCHMARKS)]
    command += ["--scratch-path", str(folder), "--sanitize=fuzzer", "-Xswiftc", "-enable-testing", "--product", "fuzz"]
    run_tool(command, "the fuzzer does not build; Swift's toolchain for Linux has libFuzzer")
    return folder / "release" / "fuzz"


def fuzzed(executable: Path, target: str, seconds: int) -> tuple[dict, list[Path]]:
    """One target's figures and the inputs it crashed on."""
    work = cache_folder() / "fuzz" / target
    findings = work / "findings"
    for folder in (work / "corpus", findings):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    # Input that the fuzzer found goes to the first folder; the others are only read.
    arguments = [str(work / "corpus"), *seeds(target), *LIMITS, "-max_len=4096", f"-max_total_time={seconds}"]
    dictionary = BENCHMARKS / "driver" / "dictionaries" / f"{target}.dict"
    arguments += [f"-dict={dictionary}"] if dictionary.exists() else []
    arguments += ["-print_final_stats=1", f"-artifact_prefix={findings}/"]
    log = work / "log"
    status = libfuzzer(executable, target, arguments, log)
    crashes = sorted(set(findings.iterdir()) - before)
    if status != 0 and not crashes:
        raise SideError(f"{target}: the fuzzer ended with {status}; its messages are in {log}")
    text = log.read_text(errors="replace")
    said = {figure: re.findall(pattern, text) for figure, pattern in FIGURES.items()}
    return {figure: found[-1] for figure, found in said.items() if found}, crashes


def keep(executable: Path, target: str) -> None:
    """Replaces the target's corpus by few and small inputs that reach what all inputs together reach."""
    work = cache_folder() / "fuzz" / target
    merged = work / "merged"
    shutil.rmtree(merged, ignore_errors=True)
    merged.mkdir(parents=True)
    # Without counters: one input for each branch is wanted, not one for every number of turns of a loop.
    arguments = ["-set_cover_merge=1", "-use_counters=0", *LIMITS, str(merged), str(work / "corpus"), *seeds(target)]
    if libfuzzer(executable, target, arguments, work / "merge.log") != 0:
        raise SideError(f"{target}: cannot merge; see {work / 'merge.log'}")
    corpus = CORPUS / target
    shutil.rmtree(corpus, ignore_errors=True)
    corpus.mkdir(parents=True)
    for file in thinned(merged):
        shutil.copyfile(file, corpus / file.name[:16])


def thinned(folder: Path) -> list[Path]:
    """The folder's files, or as many of every size as take CORPUS_BYTES together."""
    files = sorted(folder.iterdir(), key=lambda file: (-file.stat().st_size, file.name))
    step = -(-sum(file.stat().st_size for file in files) // CORPUS_BYTES)
    return files[:: max(1, step)]


def seeds(target: str) -> list[str]:
    return [str(CORPUS / target)] if (CORPUS / target).is_dir() else []


def libfuzzer(executable: Path, target: str, arguments: list[str], log: Path) -> int:
    print(f"{target}: {log}", file=sys.stderr)
    with log.open("w") as output:
        # Swift's own handler of traps would keep libFuzzer's from writing the input down.
        settings = os.environ | {"BITSWEEP_FUZZ_TARGET": target, "SWIFT_BACKTRACE": "enable=no"}
        return subprocess.run([str(executable), *arguments], stdout=output, stderr=output, env=settings).returncode
