"""Writes training runs in the ways NumPy and PyTorch's safetensors have: parameter i of snapshot k is 16 k + i."""
import json
import os
import struct
import sys

import numpy as np

folder = sys.argv[1]
STEPS = 5
SHAPES = {"fc1.weight": (3, 2), "fc1.bias": (3,), "fc2.weight": (2, 3), "scale": ()}
NAMES = {"f4": "F32", "f8": "F64", "f2": "F16", "i8": "I64"}


def bf16(array):
    """The upper halves of float32 numbers, which is what bfloat16 is."""
    return (np.ascontiguousarray(array, "f4").view("u4") >> 16).astype("u2")


def safetensors(path, arrays, dtype=None, metadata=None):
    # As the library's writer lays them out: wide types first, then by name.
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name in sorted(arrays, key=lambda n: (-np.asarray(arrays[n]).dtype.itemsize, n)):
        array = np.asarray(arrays[name])
        name_of_type = NAMES[array.dtype.str[1:]]
        raw = array.tobytes()
        if dtype == "bf16" and name_of_type == "F32":
            name_of_type, raw = "BF16", bf16(array).tobytes()
        header[name] = {
            "dtype": name_of_type, "shape": array.shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def snapshot(k, dtype="f4"):
    tensors, first = {}, 16 * k
    for name, shape in SHAPES.items():
        count = int(np.prod(shape, dtype=int))
        tensors[name] = np.arange(first, first + count).astype(dtype).reshape(shape)
        first += count
    return tensors


def at(*names):
    path = os.path.join(folder, *names)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


flat = np.concatenate([np.concatenate([t.ravel() for t in snapshot(k, "f8").values()])[None] for k in range(STEPS)])

for k in range(STEPS):
    tensors = snapshot(k)
    known = {"loss": str(1 / (k + 1)), "learning_rate": "0.1", "format": "pt"}
    state = {**tensors, "bn.num_batches_tracked": np.array(k, "i8")}
    safetensors(at("f4", f"step-{10 * k}.safetensors"), state, metadata=known)
    safetensors(at("bf16", f"step-{k}.safetensors"), tensors, "bf16")
    safetensors(at("f2", f"step-{k}.safetensors"), snapshot(k, "f2"))
    safetensors(at("f8", f"run2-epoch{k}.safetensors"), snapshot(k, "f8"))
    np.savez(at("npz", f"{k:04}.npz"), **tensors)
    np.savez_compressed(at("fortran", f"{k:04}.npz"), **{n: np.array(t, order="F") for n, t in tensors.items()})
    np.save(at("npy", f"w{k}.npy"), flat[k])
    np.save(at("shaped", f"w{k}.npy"), np.array(flat[k].reshape(2, 2, 2, 2), order="CF"[k % 2]))
    if k != 3:
        np.save(at("gap", f"w{k}.npy"), flat[k])
    layers = {f"layers.{i}.weight": np.full((1, 1), 16.0 * k + i, "f4") for i in range(12)}
    safetensors(at("layers", f"{k}.safetensors"), layers)

    # What is wrong comes with snapshot 2.
    bad = k == 2
    safetensors(at("reshaped", f"{k}.safetensors"), {**tensors, **({"fc1.bias": np.zeros(4, "f4")} if bad else {})})
    safetensors(at("more", f"{k}.safetensors"), {**tensors, **({"fc3.bias": np.zeros(4, "f4")} if bad else {})})
    safetensors(at("wider", f"{k}.safetensors"), snapshot(k, "f8" if bad else "f4"))
    fewer = snapshot(k)
    if bad:
        del fewer["fc2.weight"]
        tensors["fc2.weight"][1, 2] = np.nan
    safetensors(at("fewer", f"{k}.safetensors"), fewer)
    safetensors(at("nan", f"{k}.safetensors"), tensors)
    safetensors(at("words", f"{k}.safetensors"), snapshot(k), metadata={"loss": "nan"} if bad else None)

for order in "CF":
    for dtype in ("f4", "f8"):
        np.save(at(f"run-{order}-{dtype}.npy"), np.array(flat, dtype, order=order))
        np.save(at(f"shaped-{order}-{dtype}.npy"), np.array(flat.reshape(STEPS, 4, 4), dtype, order=order))
np.save(at("one.npy"), flat[:, 0])
stacked = {name: np.stack([snapshot(k)[name] for k in range(STEPS)]) for name in SHAPES}
known = {"step": 10 * np.arange(STEPS), "loss": 1 / np.arange(1.0, STEPS + 1)}
np.savez(at("run.npz"), **stacked, **known)
np.savez_compressed(at("run-z.npz"), **stacked, **known)
safetensors(at("run.safetensors"), stacked)
np.savez(at("single", "whole.npz"), **stacked, **known)

os.mkdir(at("empty"))
for names in (("mixed", "0.npy"), ("mixed", "1.npz"), ("same", "a1.npy"), ("same", "b01.npy"), ("unnumbered", "1.npy"),
              ("unnumbered", "best.npy"), ("pickles", "0.pt")):
    np.save(open(at(*names), "wb"), flat[0])
safetensors(at("checkpoint.safetensors"), snapshot(0))
safetensors(at("ragged.safetensors"), {"a": np.zeros((5, 2), "f4"), "b": np.zeros((4, 2), "f4")})
bent = flat.copy()
bent[3, 7] = np.inf
np.save(at("infinite.npy"), bent)
np.savez(at("diverged.npz"), w=flat, loss=np.array([1, 0.5, np.nan, 1, 1]))
np.savez(at("integers.npz"), w=flat.astype("i8"))
