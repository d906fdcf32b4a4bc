"""Dynamic mode decomposition as NumPy and SciPy users write it, timed on request.

Reads lines "NAME METHOD FOLDER N M RANK [DELAYS]" and answers "SECONDS DIGITS": data is float64, one snapshot after the other,
in FOLDER/NAME.x and .y (or .z, a trajectory to be delayed); DIGITS compares with the operator in NAME.map, if there is one.
"""
import os
import sys
import time

import numpy as np
import scipy.linalg


def load(path, n, m):
    return np.fromfile(path).reshape((m, n)).T


def finish(u, b):
    values, vectors = np.linalg.eig(u.T @ b)
    modes = b @ vectors / values
    return u, b, values, modes


def thin(u, s, x, y):
    return finish(u, (y @ ((u / s).T @ x).T) / s)


def svd(x, y, r):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    return finish(u[:, :r], y @ (vt[:r].T / s[:r]))


def gram(x, y, r):
    values, u = np.linalg.eigh(x @ x.T)
    s = np.sqrt(np.maximum(values[::-1][:r], np.finfo(float).tiny))
    return thin(u[:, ::-1][:, :r], s, x, y)


def qr(x, y, r):
    n = x.shape[0]
    factor = scipy.linalg.qr(x.T, mode="r", overwrite_a=False, check_finite=False)[0][:n]
    _, s, vt = np.linalg.svd(factor)
    return thin(vt[:r].T, s[:r], x, y)


def pinv(x, y, r):
    k = y @ np.linalg.pinv(x)
    return np.eye(x.shape[0]), k, np.linalg.eigvals(k), None


def delayed(z, q):
    h = np.concatenate([z[:, q - 1 - i : z.shape[1] - i] for i in range(q)])
    return h[:, :-1], h[:, 1:]


METHODS = {"svd": svd, "gram": gram, "qr": qr, "pinv": pinv}


def answer(name, method, folder, n, m, r, delays=0):
    path = os.path.join(folder, name)
    sides = [load(path + ".z", n, m)] if delays else [load(path + ".x", n, m), load(path + ".y", n, m)]
    start = time.perf_counter()
    x, y = delayed(sides[0], delays) if delays else sides
    u, b, _, _ = METHODS[method](x, y, r)
    seconds = time.perf_counter() - start
    digits = 0.0
    if os.path.exists(path + ".map"):
        truth = load(path + ".map", n, n)
        error = np.linalg.norm(b @ u.T - truth) / np.linalg.norm(truth)
        digits = max(0.0, -np.log10(error)) if np.isfinite(error) else 0.0
    return f"{seconds} {digits}"


print("NumPy", np.__version__, "SciPy", scipy.__version__, flush=True)
for line in sys.stdin:
    name, method, folder, *numbers = line.split()
    print(answer(name, method, folder, *map(int, numbers)), flush=True)
