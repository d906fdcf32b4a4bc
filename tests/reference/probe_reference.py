"""A perceptron on MNIST as NumPy evaluates it, and as ONNX files that end in logits, probabilities or log-probabilities.

Usage: probe_reference.py MNIST_FOLDER ROWS OUTPUT_FOLDER
Writes logits.onnx, softmax.onnx and log-softmax.onnx; prints JSON: loss and accuracy on the first ROWS test images with the files' own
weights and with other ones, and the other ones (float32, base64). The first layer is x W^T: its Transpose is a node of the graph, so that a
reader who folds it must fold it again when W is exchanged.
"""
import base64
import gzip
import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def read_idx(path, offset):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def draw(seed):
    random = np.random.default_rng(seed)
    return {
        "hidden.weight": random.normal(0, 0.06, (16, 784)).astype(np.float32),
        "hidden.bias": random.normal(0, 0.1, 16).astype(np.float32),
        "last.weight": random.normal(0, 0.5, (16, 10)).astype(np.float32),
        "last.bias": random.normal(0, 0.1, 10).astype(np.float32),
    }


def evaluate(weights, rows, labels):
    wide = {name: values.astype(np.float64) for name, values in weights.items()}
    hidden = np.maximum(rows @ wide["hidden.weight"].T + wide["hidden.bias"], 0)
    logits = hidden @ wide["last.weight"] + wide["last.bias"]
    largest = logits.max(axis=1)
    log_sum = np.log(np.exp(logits - largest[:, None]).sum(axis=1)) + largest
    picked = logits[np.arange(len(labels)), labels]
    return {"loss": float(np.mean(log_sum - picked)), "accuracy": float(np.mean(logits.argmax(axis=1) == labels))}


def write(path, weights, end):
    nodes = [
        helper.make_node("Transpose", ["hidden.weight"], ["hidden.transposed"], perm=[1, 0]),
        helper.make_node("MatMul", ["input", "hidden.transposed"], ["product"]),
        helper.make_node("Add", ["product", "hidden.bias"], ["hidden"]),
        helper.make_node("Relu", ["hidden"], ["active"]),
        helper.make_node("Gemm", ["active", "last.weight", "last.bias"], ["logits"]),
    ]
    if end:
        nodes.append(helper.make_node(end, ["logits"], ["ended"], axis=1))
    nodes.append(helper.make_node("Identity", [nodes[-1].output[0]], ["output"]))
    graph = helper.make_graph(
        nodes, "perceptron",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["rows", 784])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["rows", 10])],
        [numpy_helper.from_array(values, name) for name, values in weights.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7), path)


def main():
    mnist, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    rows = read_idx(os.path.join(mnist, "t10k-images-idx3-ubyte.gz"), 16).reshape(-1, 784)[:count] / 255.0
    labels = read_idx(os.path.join(mnist, "t10k-labels-idx1-ubyte.gz"), 8)[:count]
    own, other = draw(1), draw(2)
    for name, end in (("logits", None), ("softmax", "Softmax"), ("log-softmax", "LogSoftmax")):
        write(os.path.join(folder, name + ".onnx"), own, end)
    print(json.dumps({
        "own": evaluate(own, rows, labels),
        "other": evaluate(other, rows, labels),
        "zeroShare": float(np.mean(labels == 0)),
        "weights": {name: {"shape": values.shape, "data": base64.b64encode(values.tobytes()).decode()}
                    for name, values in other.items()},
    }))


if __name__ == "__main__":
    main()
