"""Writes one trajectory of x' = A x, whose eigenvalues are 0.98 exp(+-0.3 i) and 0.8, in every way a user might."""
import json
import os
import struct
import sys

import numpy as np

folder = sys.argv[1]
at = lambda name: os.path.join(folder, name)
c, s = 0.98 * np.cos(0.3), 0.98 * np.sin(0.3)
# Not normal: the basis is far from orthogonal.
basis = np.array([[1.0, 0.5, 0.9], [0.0, 1.0, -0.4], [0.3, 0.0, 0.5]])
a = basis @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 0.8]]) @ np.linalg.inv(basis)


def trajectory(start, length, inputs=None, b=None):
    states = [np.array(start, float)]
    for k in range(length - 1):
        states.append(a @ states[-1] + (b @ inputs[:, k] if inputs is not None else 0))
    return np.array(states).T


x = trajectory([1, 2, 3], 60)
for axis, matrix in (("columns", x), ("rows", x.T)):
    for order in "CF":
        for dtype in ("f4", "f8"):
            array = np.array(matrix, dtype, order=order)
            stem = at(f"{axis}-{order}-{dtype}")
            np.save(stem + ".npy", array)
            np.savez(stem + ".npz", x=array)
            np.savez_compressed(stem + "-z.npz", other=array[:1], x=array)
            data = np.ascontiguousarray(array)
            header = json.dumps({"x": {
                "dtype": {"f4": "F32", "f8": "F64"}[dtype], "shape": data.shape, "data_offsets": [0, data.nbytes]}}).encode()
            with open(stem + ".safetensors", "wb") as file:
                file.write(struct.pack("<Q", len(header)) + header + data.tobytes())

np.save(at("a.npy"), a)
np.save(at("x.npy"), x[:, :-1])
np.save(at("y.npy"), x[:, 1:])
np.save(at("x0.npy"), x[:, 10])
np.save(at("history.npy"), x[:, 8:11])
np.save(at("history-rows.npy"), np.ascontiguousarray(x[:, 8:11].T))
np.save(at("future.npy"), x[:, 11:])
np.save(at("three.npy"), np.array([trajectory([1, 0, 0], 20), trajectory([0, 1, 2], 20)]))
np.save(at("wave.npy"), np.cos(0.3 * np.arange(80)))
u = np.sin(np.arange(59.0) ** 1.3)[None]
np.save(at("driven.npy"), trajectory([1, 2, 3], 60, u, np.array([[1.0], [0], [2]])))
np.save(at("u.npy"), u)
np.save(at("u-full.npy"), np.hstack([u, [[7.0]]]))
uneven = np.cumsum(0.05 + 0.05 * (np.arange(60) % 3))
np.save(at("uneven-times.npy"), uneven)
np.save(at("uneven.npy"), np.array([[1.0, 2.0], [0.5, -1.0]]) @ np.exp(np.outer([-0.3, -1.5], uneven)))

bad = x.copy()
bad[1, 7] = np.nan
np.save(at("nan.npy"), bad)
bad[1, 7] = np.inf
np.save(at("infinite.npy"), bad)
np.save(at("single.npy"), x[:, :1])
np.save(at("complex.npy"), x + 1j)
np.save(at("none.npy"), x[:, :0])
np.savez(at("two.npz"), a=x, b=x)
raw = open(at("columns-C-f8.npy"), "rb").read()
open(at("short.npy"), "wb").write(raw[:-100])
open(at("empty.npy"), "wb").close()
os.mkdir(at("folder"))
