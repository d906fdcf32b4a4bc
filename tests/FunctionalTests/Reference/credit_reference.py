"""Credits of an ONNX multilayer perceptron by NumPy alone: an implementation independent of KoopmanMesh.

    credit_reference.py MODEL.onnx IMAGES.idx.gz SCALE

Evaluates the layers in float64, fits each component by least squares on the activations themselves (methods P0.5, zero-padded
alignment), and prints {"telescoped": [...], "canonical": [...]} (P0.6, P0.11) as JSON.
"""
import gzip
import json
import sys

import numpy as np
import onnx
from onnx import numpy_helper

RANK_TOLERANCE, COVARIANCE_TOLERANCE, PDET_TOLERANCE = 1e-5, 1e-6, 1e-10


def activation(node):
    alpha = next((a.f for a in node.attribute if a.name == "alpha"), 0.01)
    return {
        "Relu": lambda h: np.maximum(h, 0),
        "LeakyRelu": lambda h: np.where(h > 0, h, alpha * h),
        "Sigmoid": lambda h: 1 / (1 + np.exp(-h)),
    }[node.op_type]


def activations(model, x):
    """The network's input and the output of every dense layer with its activation."""
    weights = {t.name: numpy_helper.to_array(t).astype(np.float64) for t in model.graph.initializer}
    cuts = [x]
    for node in model.graph.node:
        if node.op_type == "Gemm":
            w = weights[node.input[1]]
            transposed = any(a.name == "transB" and a.i for a in node.attribute)
            cuts.append(cuts[-1] @ (w.T if transposed else w) + weights[node.input[2]])
        elif node.op_type not in ("Constant", "Reshape"):
            cuts[-1] = activation(node)(cuts[-1])
    return cuts


def slope(x, y):
    """Least squares slope of y on x, singular values below the tolerance left out."""
    u, s, vt = np.linalg.svd(x - x.mean(0), full_matrices=False)
    r = int((s > RANK_TOLERANCE * s[0]).sum())
    return ((y - y.mean(0)).T @ u[:, :r] / s[:r]) @ vt[:r]


def square_root(a, power):
    """The covariance of a to the power 1/2 or -1/2, on its kept directions."""
    values, u = np.linalg.eigh(np.cov(a.T, bias=True))
    keep = values > COVARIANCE_TOLERANCE * values.max()
    return (u[:, keep] * values[keep] ** power) @ u[:, keep].T


def log_pdet(m):
    s = np.linalg.svd(m, compute_uv=False)
    return float(np.log(s[s > PDET_TOLERANCE * s[0]]).sum())


def main(model, images, scale):
    raw = gzip.open(images).read()
    x = np.frombuffer(raw[16:], np.uint8).reshape(-1, 784).astype(np.float32) * np.float32(scale)
    cuts = activations(onnx.load(model), x.astype(np.float64))
    slopes = [slope(a, b) for a, b in zip(cuts, cuts[1:])]
    whiten = square_root(cuts[-1], -0.5)
    backward = np.eye(cuts[-1].shape[1])
    raw_volumes, canonical_volumes = [log_pdet(backward)], [log_pdet(whiten @ square_root(cuts[-1], 0.5))]
    for i in reversed(range(len(slopes))):
        backward = backward @ slopes[i]
        raw_volumes.insert(0, log_pdet(backward))
        canonical_volumes.insert(0, log_pdet(whiten @ backward @ square_root(cuts[i], 0.5)))
    print(json.dumps({
        "telescoped": [-d for d in np.diff(raw_volumes).tolist()],
        "canonical": [-d for d in np.diff(canonical_volumes).tolist()],
    }))


main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
