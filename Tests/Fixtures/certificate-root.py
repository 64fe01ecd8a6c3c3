#!/usr/bin/env python3
# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Checks a certificate against an export with nothing of BitSweep: the root of all cells, and the certificate's digest.

Usage: certificate-root.py CERTIFICATE EXPORT.csv
"""

import base64
import csv
import hashlib
import json
import pathlib
import struct
import sys


def sha(data):
    return hashlib.sha256(data).digest()


def tables(path):
    """The rows of each cell: its id, the indices, and the columns that the cell has."""
    cells = {}
    with pathlib.Path(path).open(newline="") as file:
        rows = csv.DictReader(file)
        names = rows.fieldnames[9:]
        for row in rows:
            if row.get("failed") == "1":
                continue
            cells.setdefault(row["cell"], []).append(row)
    names = [name for name in names if name not in ("failed", "disputed", "audits_missing")]
    names = without_parameters(names, [row for rows in cells.values() for row in rows])
    for cell, rows in sorted(cells.items()):
        yield cell, rows, [name for name in names if rows[0][name] != ""]


def without_parameters(names, rows):
    """The columns of values: parameters have columns of their own, which are in the text of parameters or are words."""
    keys = {pair.split("=")[0] for text in {row["parameters"] for row in rows} for pair in text.split() if "=" in pair}

    def is_number(text):
        try:
            float(text or "nan")
        except ValueError:
            return False
        return True

    return [
        name
        for name in names
        if name.rpartition(".")[2] not in keys and all(is_number(text) for text in {row[name] for row in rows})
    ]


def digest_of_table(rows, names):
    data = b"bitsweep table 1\nimages %d\n" % len(rows)
    data += b"".join(struct.pack("<I", int(row["index"])) for row in rows)
    for name in names:
        data += b"column %s\n" % name.encode()
        data += b"".join(struct.pack("<f", float(row[name])) for row in rows)
    return sha(data)


def root(leaves):
    if len(leaves) == 1:
        return sha(b"\x00" + leaves[0])
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    return sha(b"\x01" + root(leaves[:split]) + root(leaves[split:]))


def canonical(evidence):
    lines = ["bitsweep certificate 1", f"numerics {evidence['numerics']} {evidence['fingerprint']}"]
    counts = [("cells", "cells"), ("complete", "completeCells"), ("images", "images"), ("rows", "rows")]
    lines += [f"{name} {evidence[key]}" for name, key in [*counts, ("non-finite", "nonFinite")]]
    lines += [f"root {evidence['root']}"] + [f"sweep {each}" for each in evidence["sweeps"]]
    lines += [f"model {each}" for each in evidence["models"]] + [f"data {each}" for each in evidence["data"]]
    return "".join(line + "\n" for line in lines)


def main():
    with pathlib.Path(sys.argv[1]).open() as file:
        document = json.load(file)
    if "payload" in document:
        document = json.loads(base64.b64decode(document["payload"]))
    evidence = document["predicate"]["evidence"]
    leaves = [bytes.fromhex(cell) + digest_of_table(rows, names) for cell, rows, names in tables(sys.argv[2])]
    checks = {
        "root": root(leaves).hex() == evidence["root"],
        "cells": len(leaves) == evidence["cells"],
        "subject": document["subject"][0]["digest"]["sha256"] == evidence["root"],
        "digest": sha(canonical(evidence).encode()).hex() == document["predicate"]["digest"],
    }
    print(json.dumps(checks))
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
