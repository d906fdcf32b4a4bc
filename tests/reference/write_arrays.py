"""Writes the same numbers in every way NumPy has: trajectory t, time k, feature f is 100 t + 10 k + f."""
import json
import os
import struct
import sys
import zlib

import numpy as np

folder = sys.argv[1]
TRAJECTORIES, LENGTH, WIDTH = 2, 7, 3
t, k, f = np.meshgrid(range(TRAJECTORIES), range(LENGTH), range(WIDTH), indexing="ij")
rows3 = 100.0 * t + 10 * k + f


def safetensors(path, **arrays):
    header, data = {"__metadata__": {"by": "test"}}, b""
    names = {"f4": "F32", "f8": "F64", "f2": "F16", "i4": "I32", "u1": "U8", "i8": "I64"}
    for name, array in arrays.items():
        raw = np.ascontiguousarray(array).tobytes()
        header[name] = {
            "dtype": names[array.dtype.str[1:]], "shape": array.shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


for axis in ("rows", "columns"):
    for order in "CF":
        for dtype in ("f4", "f8", ">f8", "f2", "i4", ">i2", "u1", "i8"):
            three = rows3 if axis == "rows" else rows3.transpose(0, 2, 1)
            three = np.array(three, dtype, order=order)
            two, one = np.array(three[0], order=order), np.arange(LENGTH).astype(dtype)
            for name, array in (("1", one), ("2", two), ("3", three)):
                stem = os.path.join(folder, f"{axis}-{order}-{dtype.replace('>', 'b')}-{name}")
                np.save(stem + ".npy", array)
                np.savez(stem + ".npz", x=array)
                np.savez_compressed(stem + "-z.npz", x=array)
                if order == "C" and dtype in ("f4", "f8", "f2", "i4", "u1", "i8"):
                    safetensors(stem + ".safetensors", x=array)

at = lambda name: os.path.join(folder, name)
np.save(at("complex.npy"), np.ones((2, 2), complex))
np.save(at("objects.npy"), np.array([{}, 1], object), allow_pickle=True)
np.save(at("text.npy"), np.array(["a", "b"]))
np.save(at("scalar.npy"), np.array(1.0))
np.save(at("four.npy"), np.ones((1, 2, 2, 2)))
np.save(at("none.npy"), np.ones((3, 0)))
np.savez(at("two.npz"), a=np.ones((2, 2)), b=np.ones((2, 2)))
np.savez(at("no.npz"))
safetensors(at("two.safetensors"), a=np.ones((2, 2)), b=np.ones((2, 2)))
raw = open(at("rows-C-f8-2.npy"), "rb").read()
open(at("short.npy"), "wb").write(raw[:-5])
open(at("long.npy"), "wb").write(raw + b"12345")
open(at("head.npy"), "wb").write(raw[:40])
open(at("huge.npy"), "wb").write(raw[:128].replace(b"(7, 3)", b"(%d, %d)" % (2**40, 2**40))[:128])
raw = open(at("rows-C-f8-2-z.npz"), "rb").read()
open(at("cut.npz"), "wb").write(raw[:-30])
open(at("empty.npy"), "wb").close()
open(at("text.csv"), "w").write("1,2\n3,4\n")
os.mkdir(at("folder"))
