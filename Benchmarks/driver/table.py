# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Tables for the terminal."""


def rendered(headers: list[str], rows: list[list[str]], text_columns: int = 1) -> str:
    """The rows under their headers; all but the first `text_columns` columns are aligned to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(headers, *rows, strict=True)]

    def line(cells: list[str]) -> str:
        padded = (
            cell.ljust(width) if index < text_columns else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "  ".join(padded).rstrip()

    return "\n".join([line(headers), line(["─" * width for width in widths]), *map(line, rows)])


def number(value: float | None, digits: int = 3) -> str:
    """That many significant digits, never in scientific notation; a dash for nothing."""
    if value is None:
        return "–"
    if value == 0 or abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    decimals = max(0, digits - len(str(int(abs(value)))))
    return f"{value:.{decimals}f}"


def gigaflops(operations_per_second: float | None) -> str:
    return "unknown" if operations_per_second is None else f"{operations_per_second / 1e9:.1f} GFLOP/s"


def percent(part: float | None, whole: float | None) -> str:
    return "–" if part is None or not whole else f"{100 * part / whole:.0f} %"


def ratio(ours: float | None, theirs: float | None) -> str:
    return "–" if ours is None or not theirs else f"{ours / theirs:.2f}×"
