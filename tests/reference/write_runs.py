"""Writes training runs whose dynamics are known, and what NumPy says of them."""
import json
import os
import struct
import sys

import numpy as np

folder = sys.argv[1]
NAMES = {"f4": "F32", "f8": "F64"}


def at(*names):
    path = os.path.join(folder, *names)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def safetensors(path, arrays, metadata=None):
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, array in arrays.items():
        raw = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": NAMES[array.dtype.str[1:]], "shape": array.shape,
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


# T13 of methods.md: gradient descent on a quadratic, w(k) = w* + (1 - rate h)^k (w(0) - w*).
CURVATURE, OPTIMUM, START = np.array([1.0, 4.0]), np.array([2.0, -1.0]), np.array([0.0, 0.5])


def quadratic(rate, steps):
    return OPTIMUM + (1 - rate * CURVATURE) ** np.arange(steps)[:, None] * (START - OPTIMUM)


def csv(name, **columns):
    with open(at(name), "w") as file:
        file.write(",".join(columns) + "\n")
        for row in zip(*columns.values()):
            file.write(",".join(str(value) for value in row) + "\n")


t13 = quadratic(0.1, 261)
# What can't be learnt is left of the loss, or it would fall by a fifth of itself for ever.
loss = 0.25 + 0.5 * ((t13 - OPTIMUM) ** 2 * CURVATURE).sum(1)
np.save(at("t13.npy"), t13)
np.save(at("t13-start.npy"), t13[:21])
np.save(at("t13-fast.npy"), quadratic(0.2, 31))
np.save(at("t13-slow.npy"), quadratic(0.1, 31))
csv("t13.csv", step=range(261), loss=loss)
csv("rates.csv", step=range(261), loss=loss, learning_rate=np.where(np.arange(261) < 40, 0.1, 0.05))
np.save(at("unstable.npy"), quadratic(0.6, 41))
for start in range(3):
    for kind, rate in (("a", 0.1), ("b", 0.2)):
        np.save(at("groups", kind, f"start-{start}", "w.npy"), quadratic(rate, 31) * (1 + start))

# Every parameter tends to its limit, by 0.8 a snapshot.
generator = np.random.default_rng(5)
limits = {"fc.weight": generator.uniform(0.1, 1, (4, 6)) * generator.choice([-1, 1], (4, 6)), "fc.bias": np.full(4, 1e-3)}
moves = {name: generator.standard_normal(limit.shape) for name, limit in limits.items()}
decay = 0.8 ** np.arange(30)
run = {name: limits[name] + np.multiply.outer(decay, moves[name]) for name in limits}
np.savez(at("decaying.npz"), **run)
np.save(at("limits.npy"), limits["fc.weight"])
np.savez(at("backwards.npz"), w=run["fc.bias"], step=np.arange(30)[::-1])
for k in range(30):
    if k != 25:
        np.save(at("gap", f"w{k}.npy"), run["fc.bias"][k])

# Softmax regression on three blobs by full-batch gradient descent, in float32, as a trainer would leave it.
labels = np.arange(150) % 3
rows = (generator.standard_normal((150, 4)) + 2 * np.eye(3, 4)[labels]).astype("f4")
weight, bias = np.zeros((4, 3)), np.zeros(3)


def softmax_loss(weight, bias):
    scores = rows @ weight + bias
    scores -= scores.max(1, keepdims=True)
    probabilities = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    return probabilities, -np.log(probabilities[range(len(rows)), labels]).mean()


def step():
    global weight, bias
    probabilities, _ = softmax_loss(weight, bias)
    slope = (probabilities - np.eye(3)[labels]) / len(rows)
    weight, bias = weight - 0.5 * rows.T @ slope, bias - 0.5 * slope.sum(0)


for k in range(61):
    _, value = softmax_loss(weight, bias)
    state = {"dense_1.weight": weight.astype("f4"), "dense_1.bias": bias.astype("f4")}
    safetensors(at("softmax", f"epoch-{k:03}.safetensors"), state, {"loss": str(value), "learning_rate": "0.5"})
    if k < 60:
        step()
np.save(at("rows.npy"), rows)
np.save(at("labels.npy"), labels.astype("i8"))
last = [weight.astype("f4"), bias.astype("f4")]
_, last_loss = softmax_loss(*last)
for _ in range(20):
    step()
truth = np.concatenate([weight.ravel(), bias])
known = np.concatenate([tensor.astype("f8").ravel() for tensor in last])
accuracy = float((np.argmax(rows @ last[0] + last[1], 1) == labels).mean())
with open(at("softmax.json"), "w") as file:
    json.dump({"loss": float(last_loss), "accuracy": accuracy, "truth": truth.tolist(), "known": known.tolist()}, file)

# T30: outputs are exp(A) inputs, A = diag(-1.2, -0.3).
inputs = generator.standard_normal((200, 2))
outputs = inputs * np.exp([-1.2, -0.3])
np.savez(at("pairs.npz"), inputs=inputs, outputs=outputs)
np.save(at("pairs.npy"), np.stack([inputs, outputs], 1))
np.save(at("inputs.npy"), inputs)
np.save(at("outputs.npy"), outputs)
np.save(at("few-outputs.npy"), outputs[:7])
