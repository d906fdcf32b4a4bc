"""Dense networks trained as PyTorch users write it, timed on request.

Reads lines "NAME FOLDER SEED" and answers "SECONDS VALUE". Data is float32 and int64, row-major, in FOLDER: classes.x, classes.y,
fresh.x, fresh.y (MNIST) and block.x, block.y (activations before and after what a scaling block stands before).
"""
import os
import sys
import time

import numpy as np
import torch
from torch import nn

torch.set_num_threads(os.cpu_count())
WIDTHS = [784, 256, 128, 64, 32, 10]
BATCH = 4096


def load(folder, name, width=0):
    array = np.fromfile(os.path.join(folder, name), np.float32 if width else np.int64)
    return torch.from_numpy(array.reshape(-1, width) if width else array)


def initialise(layer):
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    nn.init.constant_(layer.bias, 0.01)
    return layer


def dense(widths, last_relu):
    layers = []
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layers.append(initialise(nn.Linear(inputs, outputs)))
        if last_relu or i < len(widths) - 2:
            layers.append(nn.ReLU())
    return layers


def train(model, x, y, loss, optimizer, schedule, epochs):
    start = time.perf_counter()
    for _ in range(epochs):
        order, total = torch.randperm(len(x)), 0.0
        for at in range(0, len(x), BATCH):
            rows = order[at : at + BATCH]
            optimizer.zero_grad()
            value = loss(model(x[rows]), y[rows])
            value.backward()
            optimizer.step()
            total += value.item() * len(rows)
        schedule.step(total / len(x))
    return time.perf_counter() - start, total / len(x)


def classes(folder, epochs=30):
    model = nn.Sequential(*dense(WIDTHS, False))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1, threshold=1e-4)
    seconds, _ = train(
        model, load(folder, "classes.x", 784), load(folder, "classes.y"), nn.CrossEntropyLoss(), optimizer, schedule, epochs)
    with torch.no_grad():
        right = model(load(folder, "fresh.x", 784)).argmax(1) == load(folder, "fresh.y")
    return seconds, right.float().mean().item()


def block(folder, epochs=5):
    after = initialise(nn.Linear(256, 128))
    for parameter in after.parameters():
        parameter.requires_grad = False
    model = nn.Sequential(*dense([256] * 11, True), after, nn.ReLU())
    optimizer = torch.optim.AdamW(
        [p for p in model.parameters() if p.requires_grad], lr=3e-3, betas=(0.9, 0.99), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, threshold=1e-3)
    return train(model, load(folder, "block.x", 256), load(folder, "block.y", 128), nn.HuberLoss(), optimizer, schedule, epochs)


print("PyTorch", torch.__version__, "with", torch.get_num_threads(), "threads", flush=True)
for line in sys.stdin:
    name, folder, seed = line.split()
    torch.manual_seed(int(seed))
    print(*{"classes": classes, "block": block}[name](folder), flush=True)
