# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Draws two learning curves of the same recipe over their steps: the logs of `worker train` and of `train.py`.

    compare_curves.py OURS.log.jsonl THEIRS.log.jsonl --output FILE.svg

Both logs hold mean losses since the entry before, at the same steps. Prints how far apart they are where both exist.
"""

import argparse
import json
from pathlib import Path

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 20, 44
COLOURS = {"BitSweep": "#1f6feb", "PyTorch": "#d1730a"}

Curve = list[tuple[int, float]]


def curve(path: Path) -> Curve:
    rows = (json.loads(line) for line in path.read_text().splitlines())
    return [(row["step"], row["loss"]) for row in rows if "loss" in row]


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
    parser.add_argument("theirs", type=Path, help="log of train.py")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE")
    parser.add_argument("--top", type=float, default=7, metavar="BPD", help="top of the vertical axis (default: 7)")
    options = parser.parse_args()
    own, other = curve(options.ours), curve(options.theirs)
    options.output.write_text(drawn({"BitSweep": own, "PyTorch": other}, options.top))
    losses = dict(other)
    for step, mine in own:
        if step in losses:
            print(f"step {step:,}: BitSweep {mine:.3f}, PyTorch {losses[step]:.3f}, {mine - losses[step]:+.3f}")


if __name__ == "__main__":
    main()
