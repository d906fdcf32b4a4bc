"""Negative Sobolev norms and their gradients by NumPy: an implementation independent of KoopmanMesh.

    sobolev_reference.py OUTPUT_FILE

Writes JSON: "regular" cases have "axes" [[points, length, is_even], ...], "scattered" ones "positions", "length",
"even" and "modes"; both have the "terms" [[share, index], ...], the signal "e" (row-major), the "value" and the
"gradient". Even axes are mirrored by hand and transformed whole; gradients come from the dense matrix of the form.
"""
import itertools
import json
import sys

import numpy as np


def weights(squares, terms):
    return sum(share * (1 + squares) ** -index for share, index in terms)


def regular(rng, axes, terms):
    shape = [n for n, _, _ in axes]
    e = rng.standard_normal(shape)

    def value(signal):
        squares = np.zeros(())
        for axis, (n, length, even) in enumerate(axes):
            if even:
                signal = np.concatenate([signal, np.flip(signal, axis)], axis)
            m, period = (2 * n, 2 * length) if even else (n, length)
            squares = np.add.outer(squares, (2 * np.pi * np.fft.fftfreq(m, 1 / m) / period) ** 2)
        energy = np.abs(np.fft.fftn(signal) / signal.size) ** 2
        return float((weights(squares, terms) * energy).sum())

    return {"axes": axes, "terms": terms, "e": e.ravel().tolist(), "value": value(e), "gradient": gradient(value, e)}


def scattered(rng, n, length, even, modes, terms):
    x = rng.uniform(0, length, n)
    order = np.argsort(x)
    s = x[order]
    if even:
        edges = np.concatenate([[0], (s[1:] + s[:-1]) / 2, [length]])
        cells = np.diff(edges)
    else:
        ring = np.concatenate([[s[-1] - length], s, [s[0] + length]])
        cells = (ring[2:] - ring[:-2]) / 2
    q = np.empty(n)
    q[order] = cells / length
    e = rng.standard_normal(n)
    if even:
        k = np.arange(modes)
        f = np.cos(np.pi * np.outer(k, x) / length) * q * np.where(k == 0, 1, np.sqrt(2))[:, None]
        squares = (np.pi * k / length) ** 2
    else:
        k = np.fft.fftfreq(modes, 1 / modes)
        f = np.exp(-2j * np.pi * np.outer(k, x) / length) * q
        squares = (2 * np.pi * k / length) ** 2

    def value(signal):
        return float((weights(squares, terms) * np.abs(f @ signal) ** 2).sum())

    return {
        "positions": x.tolist(), "length": length, "even": even, "modes": modes, "terms": terms, "e": e.tolist(),
        "value": value(e), "gradient": gradient(value, e)}


def gradient(value, e):
    """Exact for a quadratic form: value(e + d) - value(e - d) = d . gradient(e) * 2."""
    result = np.empty(e.size)
    for i in range(e.size):
        d = np.zeros(e.size)
        d[i] = 1
        d = d.reshape(e.shape)
        result[i] = (value(e + d) - value(e - d)) / 2
    return result.tolist()


def main(path):
    rng = np.random.default_rng(7)
    terms = [[[1, 0]], [[1, 0.5]], [[1, 1]], [[0.1, 0], [0.9, 1]], [[0.3, -0.4], [2, 1.7]]]
    shapes = [
        [[1, 1, False]], [[1, 1, True]], [[2, 1, False]], [[16, 1, False]], [[17, 2.5, False]], [[16, 3, True]],
        [[15, 1, True]], [[6, 1, False], [7, 2, False]], [[5, 1, True], [4, 0.5, True]],
        [[3, 1, False], [4, 2, True], [5, 1, False]], [[4, 1, True], [1, 1, False], [6, 1, False]]]
    found = {
        "regular": [regular(rng, axes, t) for axes, t in itertools.product(shapes, terms)],
        "scattered": [
            scattered(rng, n, length, even, modes, t)
            for (n, length, modes), even, t in itertools.product(
                [(1, 1, 1), (9, 1, 9), (20, 2.5, 12), (12, 0.7, 17)], [False, True], terms)]}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(found, file)


if __name__ == "__main__":
    main(sys.argv[1])
