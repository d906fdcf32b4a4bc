"""Weights predicted by NumPy's pseudo-inverse and matrix powers, for KoopmanMesh.Numerics.Tests.

Writes one JSON file: a list of problems, each with its snapshots (rows are values, columns time), its options, and the values after
`steps` snapshots. The affine fit is about the means, so that the constant is not part of what is made small.
"""
import json
import sys

import numpy as np


def predict(z, steps, constant, delays, tolerance):
    n, columns = z.shape
    h = np.vstack([z[:, delays - 1 - lag : columns - lag] for lag in range(delays)])
    x, y = h[:, :-1], h[:, 1:]
    zero = np.zeros((len(h), 1))
    mx, my = (x.mean(1, keepdims=True), y.mean(1, keepdims=True)) if constant else (zero, zero)
    k = (y - my) @ np.linalg.pinv(x - mx, rcond=tolerance)
    affine = np.block([[k, my - k @ mx], [np.zeros((1, len(h))), np.ones((1, 1))]])
    state = np.append(h[:, -1], 1.0)
    return (np.linalg.matrix_power(affine, steps) @ state)[:n]


def problem(name, z, steps=7, constant=True, delays=1, tolerance=1e-10):
    return {
        "name": name, "rows": z.shape[0], "snapshots": z.T.ravel().tolist(), "steps": steps, "constant": constant,
        "delays": delays, "tolerance": tolerance, "expected": predict(z, steps, constant, delays, tolerance).tolist(),
    }


def walk(n, columns, seed, rank=None, scale=1.0):
    rng = np.random.default_rng(seed)
    inner = rank or n
    a = np.linalg.qr(rng.standard_normal((inner, inner)))[0] @ np.diag(np.linspace(0.95, 0.4, inner))
    a = 0.7 * a + 0.25 * np.eye(inner)
    state, states = rng.standard_normal(inner), []
    for _ in range(columns):
        states.append(state)
        state = a @ state + 0.05 * rng.standard_normal(inner)
    lift = np.linalg.qr(rng.standard_normal((n, inner)))[0]
    return scale * (lift @ np.array(states).T) + rng.standard_normal((n, 1))


deficient = walk(6, 20, 1, rank=3)
problems = [
    problem("rank 3 of 6 rows, constant", deficient),
    problem("rank 3 and its mean of 6 rows, no constant", deficient, constant=False),
    problem("full rank, noise", walk(5, 60, 2)),
    problem("full rank, noise, no constant", walk(5, 60, 3), constant=False),
    problem("three delays", walk(4, 50, 4), delays=3),
    problem("more rows than snapshots", walk(30, 12, 5, rank=20)),
    problem("more rows than snapshots, no constant", walk(30, 12, 6, rank=20), constant=False),
    problem("more rows than snapshots, two delays", walk(30, 12, 7, rank=20), delays=2),
    problem("products, more rows than snapshots", walk(30, 12, 5, rank=20), tolerance=1e-6),
    problem("truncated", walk(8, 40, 8), tolerance=0.3),
    problem("a hundred and twenty rows", walk(120, 500, 9), steps=3),
    problem("a hundred and twenty rows of few directions", walk(120, 500, 10, rank=12), steps=20),
    problem("small numbers", walk(5, 60, 11, scale=1e-9)),
]
with open(sys.argv[1], "w") as file:
    json.dump(problems, file)
