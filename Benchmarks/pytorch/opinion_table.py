# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""The table of a second opinion: a line for each model and transformation; differences are of ordinary numbers."""

import math

from opinion_rows import ORDINARY, RowOpinion

COLUMNS = ("model", "transform", "rows", "inputs differ by", "bpd by at most", "in the mean", "worst row")


def table(opinions: list[RowOpinion]) -> str:
    groups: dict[tuple[str, str], list[RowOpinion]] = {}
    for opinion in sorted(opinions, key=lambda opinion: (opinion.model, opinion.transform)):
        groups.setdefault((opinion.model, opinion.transform), []).append(opinion)
    lines = [COLUMNS, *(line(*key, group) for key, group in groups.items())]
    widths = [max(len(row[column]) for row in lines) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column in (0, 1, 6) else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in lines
    )


def line(model: str, transform: str, group: list[RowOpinion]) -> tuple[str, ...]:
    finite = [opinion for opinion in group if math.isfinite(opinion.difference)]
    worst = max(finite, key=lambda opinion: abs(opinion.relative), default=group[0])
    inputs = max(opinion.inputs for opinion in group)
    ordinary = [abs(opinion.difference) for opinion in finite if abs(opinion.recorded) <= ORDINARY]
    return (
        model,
        transform,
        f"{len(group):,}",
        "0" if inputs == 0 else f"{inputs:.1e}",
        f"{max(ordinary):.1e}" if ordinary else "–",
        f"{sum(ordinary) / len(ordinary):.1e}" if ordinary else "–",
        f"{worst.cell[:8]} #{worst.index}: {worst.recorded:.7g}, here {worst.own:.9g}",
    )
