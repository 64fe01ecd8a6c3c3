# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Draws two learning curves of the same recipe over their steps: `worker train`'s log and `learning_curve.py`'s.

    compare_curves.py OURS.log.jsonl THEIRS.jsonl --output FILE.svg

BitSweep's log holds the mean loss since the entry before; PyTorch's single steps are averaged over the same stretches.
Prints how far apart the curves are where both exist.
"""

import argparse
import json
from itertools import pairwise
from pathlib import Path

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 20, 44
COLOURS = {"BitSweep": "#1f6feb", "PyTorch": "#d1730a"}

Curve = list[tuple[int, float]]


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def ours(path: Path) -> Curve:
    return [(row["step"], row["loss"]) for row in rows(path) if "loss" in row]


def theirs(path: Path, steps: list[int]) -> Curve:
    losses = [row["bpd"] for row in rows(path)]
    spans = pairwise([0, *steps])
    return [(end, sum(losses[start:end]) / (end - start)) for start, end in spans if end <= len(losses)]


def drawn(curves: dict[str, Curve], top: float) -> str:
    last = max(step for curve in curves.values() for step, _ in curve)

    def x(step: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * step / last

    def y(loss: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(loss, top) / top

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for loss in range(int(top) + 1):
        parts.append(f'<path d="M{LEFT} {y(loss):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(loss) + 4:.1f}" text-anchor="end">{loss}</text>')
    tick = next(tick for tick in (100, 250, 500, 1000, 2500, 5000) if last / tick <= 8)
    for step in range(0, last + 1, tick):
        parts.append(f'<text x="{x(step):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{step:,}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 8}" text-anchor="middle">step</text>')
    parts.append(
        f'<text x="14" y="{HEIGHT / 2}" transform="rotate(-90 14 {HEIGHT / 2})" text-anchor="middle">'
        "bits per dimension</text>"
    )
    for number, (name, curve) in enumerate(curves.items()):
        points = " ".join(f"{x(step):.1f},{y(loss):.1f}" for step, loss in curve)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[name]}" stroke-width="1.6"/>')
        parts.append(f'<text x="{WIDTH - 150}" y="{TOP + 16 + 18 * number}" fill="{COLOURS[name]}">— {name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ours", type=Path, help="log of worker train")
    parser.add_argument("theirs", type=Path, help="output of learning_curve.py")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE")
    parser.add_argument("--top", type=float, default=7, metavar="BPD", help="top of the vertical axis (default: 7)")
    options = parser.parse_args()
    own = ours(options.ours)
    other = theirs(options.theirs, [step for step, _ in own])
    options.output.write_text(drawn({"BitSweep": own, "PyTorch": other}, options.top))
    for (step, mine), (_, peers) in zip(own, other, strict=False):  # the peer may have made fewer steps
        print(f"step {step:,}: BitSweep {mine:.3f}, PyTorch {peers:.3f}, {mine - peers:+.3f}")


if __name__ == "__main__":
    main()
