"""Weights predicted node by node with pinv and matrix_power, as published code does it with a constant row, timed on request.

Reads lines "NAME FOLDER STEPS WIDTHS" and answers "SECONDS 0"; FOLDER/NAME.z is float64, snapshots one after the other, of a dense
network's weights [outputs, inputs] and biases layer by layer. What is predicted goes to FOLDER/NAME.numpy.
"""
import os
import sys
import time

import numpy as np


def predict(z, widths, steps):
    columns, predicted, start = len(z), z[-1].copy(), 0
    for inputs, outputs in zip(widths, widths[1:]):
        biases = start + inputs * outputs
        for unit in range(outputs):
            first, bias = start + unit * inputs, biases + unit
            block = np.empty((inputs + 2, columns))
            block[:-2] = z[:, first : first + inputs].T
            block[-2] = z[:, bias]
            block[-1] = 1.0
            k = block[:, 1:] @ np.linalg.pinv(block[:, :-1])
            state = np.linalg.matrix_power(k, steps) @ block[:, -1]
            predicted[first : first + inputs], predicted[bias] = state[:-2], state[-2]
        start = biases + outputs
    return predicted


print("NumPy", np.__version__, flush=True)
np.seterr(all="ignore")
for line in sys.stdin:
    name, folder, steps, *widths = line.split()
    widths = list(map(int, widths))
    count = sum((a + 1) * b for a, b in zip(widths, widths[1:]))
    snapshots = np.fromfile(os.path.join(folder, name + ".z")).reshape(-1, count)
    start = time.perf_counter()
    predicted = predict(snapshots, widths, int(steps))
    seconds = time.perf_counter() - start
    predicted.tofile(os.path.join(folder, name + ".numpy"))
    print(seconds, 0, flush=True)
