"""Trains a perceptron on MNIST in PyTorch while the mesh watches, and loads a forecast back.

Usage: watch_mnist.py ENDPOINT MNIST_FOLDER STEPS HORIZON OUTPUT_FOLDER
Writes trajectory.f32 (steps x parameters) and forecast.f32, the numbers alone; prints JSON.
"""
import gzip
import json
import os
import sys
import time

import numpy as np
import torch

import koopmanmesh
from koopmanmesh.torch import KoopmanCallback, load

BATCH = 64
PROBE = 2000


def read_idx(path, offset):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def main():
    endpoint, mnist, steps, horizon, output = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    images = read_idx(os.path.join(mnist, "train-images-idx3-ubyte.gz"), 16).reshape(-1, 784)
    inputs = torch.from_numpy(images.astype(np.float32) / 255)
    labels = torch.from_numpy(read_idx(os.path.join(mnist, "train-labels-idx1-ubyte.gz"), 8).astype(np.int64))

    torch.manual_seed(1)
    widths = [784, 20, 20, 20, 10]
    layers = []
    for before, after in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adadelta(model.parameters(), lr=1.0)

    def probe():
        with torch.no_grad():
            return float(torch.nn.functional.cross_entropy(model(inputs[-PROBE:]), labels[-PROBE:]))

    trajectory, windows_while_training, first_loss = [], 0, probe()
    koopman = KoopmanCallback(model, endpoint, optimizer=optimizer)
    deadline = time.monotonic() + 60
    for step in range(steps):
        rows = slice(step * BATCH, (step + 1) * BATCH)
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(inputs[rows]), labels[rows])
        loss.backward()
        optimizer.step()
        koopman.step(loss)
        trajectory.append(torch.cat([p.detach().ravel() for p in model.parameters()]).numpy().copy())
        # It trains faster than a busy machine analyses: half way through, the first window is waited for.
        while step == steps // 2 and not koopman.watch.windows and time.monotonic() < deadline:
            time.sleep(0.05)
            koopman.watch.flush()
        windows_while_training = len(koopman.watch.windows)
    report = koopman.finish(verbose=False)

    last_loss = probe()
    client = koopmanmesh.connect(endpoint)
    forecast = client.forecast(koopman.training_id, horizon, partition="node")
    load(model, forecast.weights)
    np.stack(trajectory).tofile(os.path.join(output, "trajectory.f32"))
    ahead = np.concatenate([forecast.weights[name].ravel() for name, _ in model.named_parameters()])
    ahead.tofile(os.path.join(output, "forecast.f32"))
    loaded = torch.cat([p.detach().ravel() for p in model.parameters()]).numpy()
    print(json.dumps({
        "trainingId": koopman.training_id,
        "verdict": report.verdict,
        "snapshots": report.snapshots,
        "parameters": report.parameters,
        "records": [record.step for record in report.records],
        "losses": len([record for record in report.records if record.scalars.HasField("loss")]),
        "windows": len(report.windows),
        "windowsWhileTraining": windows_while_training,
        "loaded": bool(np.array_equal(loaded, ahead)),
        "finite": bool(np.isfinite(ahead).all()),
        "fromStep": forecast.report.from_step,
        "toStep": forecast.report.to_step,
        "firstLoss": first_loss,
        "lastLoss": last_loss,
        "forecastLoss": probe(),
    }))


if __name__ == "__main__":
    main()
