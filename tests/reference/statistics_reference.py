"""Clopper-Pearson intervals and quantiles of beta distributions by SciPy: an implementation independent of KoopmanMesh.

    statistics_reference.py OUTPUT_FILE

Writes JSON: "intervals" are [successes, trials, confidence, low, high].
"""
import json
import sys

import numpy as np
from scipy import stats


def clopper_pearson(k, n, confidence):
    tail = (1 - confidence) / 2
    low = 0.0 if k == 0 else stats.beta.ppf(tail, k, n - k + 1)
    high = 1.0 if k == n else stats.beta.isf(tail, k + 1, n - k)
    return float(low), float(high)


def main(path):
    rng = np.random.default_rng(4)
    cases = [(k, n) for n in (1, 2, 5, 10, 100) for k in sorted({0, 1, n // 2, n - 1, n})]
    for n in (50, 1000, 9000, 100_000):
        cases += [(int(k), n) for k in rng.integers(0, n + 1, 20)]
    cases += [(k, n) for n in (100_000, 1_000_000) for k in (0, 1, 7, n // 3, n - 2, n)]
    intervals = [[k, n, c, *clopper_pearson(k, n, c)] for k, n in cases for c in (0.5, 0.95, 0.999)]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"intervals": intervals}, file)


if __name__ == "__main__":
    main(sys.argv[1])
