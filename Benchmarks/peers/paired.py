# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""The same figures of paired differences with NumPy and SciPy: `paired.py VALUES LABELS`, one JSON object as answer.

Written as their manuals recommend. SciPy's BCa bootstrap makes n samples of n − 1 values for its jackknife and knows no
classes, and the Hodges-Lehmann estimate is the median of all n(n + 1)/2 averages, so both end where n is large.
"""

import json
import math
import sys
import time

import numpy as np
from scipy import stats

LARGEST = 10_000
REPLICATES = 1_999


def timed(body):
    start = time.perf_counter()
    result = body()
    return time.perf_counter() - start, result


def averages(values):
    return np.median(np.concatenate([(values[i] + values[i:]) / 2 for i in range(len(values))]))


def log10_p(values):
    z = stats.wilcoxon(values, method="asymptotic").zstatistic
    return (stats.norm.logsf(abs(z)) + math.log(2)) / math.log(10)


def interval(values):
    made = stats.bootstrap((values,), np.mean, n_resamples=REPLICATES, method="BCa", batch=100, random_state=0)
    return list(made.confidence_interval)


def main():
    values = np.fromfile(sys.argv[1], dtype="<f8")
    seconds, answer = {}, {}
    seconds["wilcoxon"], answer["log10P"] = timed(lambda: log10_p(values))
    if len(values) <= LARGEST:
        seconds["hodgesLehmann"], answer["hodgesLehmann"] = timed(lambda: averages(values))
        seconds["interval"], (answer["low"], answer["high"]) = timed(lambda: interval(values))
    print(json.dumps({"seconds": seconds, **answer}))


if __name__ == "__main__":
    main()
