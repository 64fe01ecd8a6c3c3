# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""YAML read by the types that its reader expects, with every problem and its place instead of the first alone."""

import difflib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import yaml

TRUTH = dict.fromkeys(("true", "yes", "on", "y"), True) | dict.fromkeys(("false", "no", "off", "n"), False)
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


Value = TypeVar("Value")


class RecipeError(Exception):
    """What is wrong with a recipe, a line for each problem."""


class Document:
    """A YAML file and what was found wrong in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[str] = []
        try:
            self.root = yaml.compose(path.read_text(), Loader=yaml.SafeLoader)
        except (OSError, UnicodeDecodeError) as error:
            raise RecipeError(f"{path}: {error.strerror if isinstance(error, OSError) else error}") from None
        except yaml.YAMLError as error:
            raise RecipeError(f"{path}: {' '.join(str(error).split())}") from None
        if self.root is None:
            raise RecipeError(f"{path}: is empty")

    def report(self, node: yaml.Node, problem: str) -> None:
        mark = node.start_mark
        self.problems.append(f"{self.path}:{mark.line + 1}:{mark.column + 1}: {problem}")

    def check(self) -> None:
        """Raises RecipeError if anything was reported."""
        if self.problems:
            raise RecipeError("\n".join(self.problems))


class Mapping:
    """The entries of one mapping, all of whose keys must be known."""

    def __init__(self, document: Document, node: yaml.Node | None, what: str, known: Sequence[str]) -> None:
        self.document, self.what = document, what
        self.node = node or document.root
        self.entries: dict[str, yaml.Node] = {}
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            document.report(node, f"{what} must be a mapping")
            return
        for key, value in pairs(node):
            name = key.value
            if name not in known:
                close = difflib.get_close_matches(str(name), known, n=1)
                document.report(key, f"unknown key '{name}'" + (f"; did you mean '{close[0]}'?" if close else ""))
            elif name in self.entries:
                document.report(key, f"{name} is there twice")
            else:
                self.entries[name] = value

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def refuse(self, key: str, problem: str) -> None:
        """Notes what is wrong with the value of `key`, or, where it has none, with the mapping."""
        self.document.report(self.entries.get(key, self.node), f"{key}: {problem}")

    def required(self, key: str) -> yaml.Node | None:
        if key not in self.entries:
            self.document.report(self.node, f"{self.what} needs '{key}'")
        return self.entries.get(key)

    def _read(self, key: str, default: Value, expected: str, read: Callable[[str], Value | None]) -> Value:
        node = self.entries.get(key)
        if node is None:
            return default
        value = read(node.value) if isinstance(node, yaml.ScalarNode) else None
        if value is None:
            shown = f", not '{node.value}'" if isinstance(node, yaml.ScalarNode) else ""
            self.document.report(node, f"{key} must be {expected}{shown}")
            return default
        return value

    def integer(self, key: str, default: int | None, low: int, high: int) -> int | None:
        def read(text: str) -> int | None:
            return int(text) if re.fullmatch(r"[-+]?\d+", text) and low <= int(text) <= high else None

        return self._read(key, default, f"a whole number from {low} to {high}", read)

    def real(self, key: str, default: float | None, low: float, high: float) -> float | None:
        return self._read(key, default, f"a number from {low:g} to {high:g}", lambda text: real(text, low, high))

    def real_or_off(self, key: str, default: float | None, low: float, high: float) -> float | None:
        node = self.entries.get(key)
        if isinstance(node, yaml.ScalarNode) and TRUTH.get(node.value.lower()) is False:
            return None
        return self.real(key, default, low, high)

    def flag(self, key: str, default: bool) -> bool:
        return self._read(key, default, "true or false", lambda text: TRUTH.get(text.lower()))

    def word(self, key: str, default: str | None, words: Sequence[str]) -> str | None:
        return self._read(key, default, "one of " + ", ".join(words), lambda text: text if text in words else None)

    def text(self, key: str, default: str | None = None) -> str | None:
        return self._read(key, default, "a text", lambda text: text or None)

    def seconds(self, key: str, default: float) -> float:
        return self._read(key, default, "a duration such as 90s, 45m or 1h30m", seconds)

    def reals(self, key: str, low: float, high: float) -> list[float] | None:
        """The numbers of a list; one alone counts as a list."""
        node = self.entries.get(key)
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        numbers = [real(n.value, low, high) if isinstance(n, yaml.ScalarNode) else None for n in nodes]
        if node is None or None in numbers:
            self.document.report(node or self.node, f"{key} must be numbers from {low:g} to {high:g}")
            return None
        return numbers


def pairs(node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
    """The entries of a mapping, those of merged mappings that it does not have itself behind its own."""
    own = [(key, value) for key, value in node.value if key.value != "<<"]
    names = {key.value for key, _ in own}
    for merged in (value for key, value in node.value if key.value == "<<"):
        for mapping in merged.value if isinstance(merged, yaml.SequenceNode) else [merged]:
            added = [pair for pair in pairs(mapping) if pair[0].value not in names]
            names |= {key.value for key, _ in added}
            own += added
    return own


def values(node: yaml.Node | None) -> dict[str, object]:
    """The values of a mapping by key, as far as it is one."""
    return {key.value: value.value for key, value in pairs(node)} if isinstance(node, yaml.MappingNode) else {}


def real(text: str, low: float, high: float) -> float | None:
    """A decimal number within a range; None for anything else."""
    return float(text) if NUMBER.fullmatch(text) and low <= float(text) <= high else None


def seconds(text: str) -> float | None:
    """A duration such as 300, 90s, 45m or 1h30m; None for anything else and for zero."""
    if NUMBER.fullmatch(text):
        total = float(text)
    elif re.fullmatch(r"([\d.]+d)?([\d.]+h)?([\d.]+m)?([\d.]+s)?", text):
        total = sum(float(number) * UNITS[unit] for number, unit in re.findall(r"(\d+\.?\d*)([dhms])", text))
    else:
        return None
    return total if total > 0 else None
