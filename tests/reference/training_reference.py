"""Reference values for the trainer, by NumPy alone: the formulas of PyTorch's documentation, one number at a time.

    training_reference.py OUTPUT_FOLDER        writes optimizers.json, schedules.json, losses.json and runs.json
    training_reference.py --torch              holds the transcriptions below against PyTorch itself, where it is installed
"""
import json
import pathlib
import sys

import numpy as np


# -------------------------------------------------------------------------------------------------------------- optimizers

def sgd(p, g, s, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
    g = g + weight_decay * p
    if momentum:
        s["u"] = g if s["t"] == 1 else momentum * s["u"] + g
        g = g + momentum * s["u"] if nesterov else s["u"]
    return p - lr * g


def adam(p, g, s, lr, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.0):
    g = g + weight_decay * p
    s["m"] = beta1 * s.get("m", 0) + (1 - beta1) * g
    s["v"] = beta2 * s.get("v", 0) + (1 - beta2) * g * g
    m, v = s["m"] / (1 - beta1 ** s["t"]), s["v"] / (1 - beta2 ** s["t"])
    return p - lr * m / (np.sqrt(v) + epsilon)


def adamw(p, g, s, lr, weight_decay=0.01, **rest):
    return adam(p - lr * weight_decay * p, g, s, lr, **rest)


def adagrad(p, g, s, lr, rate_decay=0.0, weight_decay=0.0, epsilon=1e-10):
    g = g + weight_decay * p
    s["s"] = s.get("s", 0) + g * g
    return p - lr / (1 + (s["t"] - 1) * rate_decay) * g / (np.sqrt(s["s"]) + epsilon)


def adadelta(p, g, s, lr, rho=0.9, weight_decay=0.0, epsilon=1e-6):
    g = g + weight_decay * p
    s["s"] = rho * s.get("s", 0) + (1 - rho) * g * g
    d = np.sqrt(s.get("a", 0) + epsilon) / np.sqrt(s["s"] + epsilon) * g
    s["a"] = rho * s.get("a", 0) + (1 - rho) * d * d
    return p - lr * d


OPTIMIZERS = {"sgd": sgd, "adam": adam, "adamw": adamw, "adagrad": adagrad, "adadelta": adadelta}
CASES = [
    ("sgd", 0.1, {}),
    ("sgd", 0.05, {"momentum": 0.9, "weight_decay": 0.02}),
    ("sgd", 0.05, {"momentum": 0.7, "nesterov": True, "weight_decay": 0.01}),
    ("adam", 0.01, {}),
    ("adam", 0.02, {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weight_decay": 0.1}),
    ("adamw", 0.01, {"weight_decay": 0.1}),
    ("adamw", 0.02, {"beta1": 0.3, "beta2": 0.5, "epsilon": 1e-4, "weight_decay": 0.0}),
    ("adagrad", 0.1, {}),
    ("adagrad", 0.2, {"rate_decay": 0.05, "weight_decay": 0.03, "epsilon": 1e-6}),
    ("adadelta", 1.0, {}),
    ("adadelta", 0.5, {"rho": 0.8, "weight_decay": 0.05, "epsilon": 1e-4}),
]


def steps(rng, name, rate, settings, count=40, size=6):
    """Gradients that do not depend on the parameters, some of them 0, and a rate that changes on the way."""
    start, gradients = rng.standard_normal(size), rng.standard_normal((count, size)) * 10.0 ** rng.integers(-4, 3, size)
    gradients[:, 0] = 0
    gradients[rng.random((count, size)) < 0.2] = 0
    rates = [rate if t < count // 2 else rate / 3 for t in range(count)]
    p, state, path = start, {}, []
    for t, (g, lr) in enumerate(zip(gradients, rates), 1):
        state["t"] = t
        p = OPTIMIZERS[name](p, g, state, lr, **settings)
        path.append(p)
    return {
        "name": name, "settings": settings, "start": start.tolist(), "gradients": gradients.tolist(), "rates": rates,
        "path": np.array(path).tolist()}


# --------------------------------------------------------------------------------------------------------------- schedules

def plateau(losses, lr, factor, patience, threshold, least):
    """ReduceLROnPlateau, mode 'min', threshold_mode 'rel', cooldown 0, eps 1e-8: the rate after each epoch."""
    best, bad, rates = float("inf"), 0, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best, bad = loss, 0
        else:
            bad += 1
        if bad > patience:
            new = max(lr * factor, least)
            if lr - new > 1e-8:
                lr = new
            bad = 0
        rates.append(lr)
    return rates


def step_rates(count, lr, size, gamma):
    return [lr * gamma ** ((epoch + 1) // size) for epoch in range(count)]


def schedules(rng):
    cases = []
    for factor, patience, threshold, least in [(0.5, 1, 1e-4, 0), (0.1, 0, 0.05, 1e-3), (0.5, 2, 1e-3, 0), (0.3, 3, 0, 1e-7)]:
        losses = np.exp(-0.05 * np.arange(120)) * (1 + 0.1 * rng.standard_normal(120)) + 0.2
        losses[60:] = np.where(rng.random(60) < 0.5, losses[60:], losses[59])
        cases.append({
            "factor": factor, "patience": patience, "threshold": threshold, "least": least, "rate": 0.02,
            "losses": losses.tolist(), "rates": plateau(losses, 0.02, factor, patience, threshold, least)})
    return cases


# ------------------------------------------------------------------------------------------------------------------ losses

def cross_entropy(z, labels):
    z = z - z.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    rows = np.arange(len(z))
    value = -np.log(p[rows, labels]).mean()
    p[rows, labels] -= 1
    return value, p / len(z)


def mean_squared(y, target):
    return ((y - target) ** 2).mean(), 2 * (y - target) / y.size


def huber(y, target, delta=1.0):
    e = y - target
    value = np.where(np.abs(e) <= delta, e * e / 2, delta * (np.abs(e) - delta / 2)).mean()
    return value, np.where(np.abs(e) <= delta, e, delta * np.sign(e)) / e.size


def losses(rng):
    y, target, labels = 3 * rng.standard_normal((37, 5)), rng.standard_normal((37, 5)), rng.integers(0, 5, 37)
    found = {
        "cross-entropy": cross_entropy(y, labels), "mean-squared": mean_squared(y, target), "huber": huber(y, target),
        "huber-0.3": huber(y, target, 0.3)}
    return {
        "outputs": y.ravel().tolist(), "targets": target.ravel().tolist(), "labels": labels.tolist(),
        "values": {k: v[0] for k, v in found.items()}, "gradients": {k: v[1].ravel().tolist() for k, v in found.items()}}


# -------------------------------------------------------------------------------------------------------------- whole runs

def network(widths, seed):
    """Kaiming's normal weights and biases 0.01, from NumPy's own generator."""
    random = np.random.RandomState(seed)
    return [
        (np.sqrt(2 / n) * random.randn(m * n).reshape(m, n), np.full(m, 0.01)) for n, m in zip(widths, widths[1:])]


def passes(layers, relu, x, loss):
    kept = [x]
    for (w, b), open_ in zip(layers, relu):
        z = kept[-1] @ w.T + b
        kept.append(np.maximum(z, 0) if open_ else z)
    value, delta = loss(kept[-1])
    gradients = []
    for (w, _), open_, before, after in reversed(list(zip(layers, relu, kept, kept[1:]))):
        delta = delta * (after > 0) if open_ else delta
        gradients.insert(0, (delta.T @ before, delta.sum(0)))
        delta = delta @ w
    return value, gradients


def run(widths, frozen, output_relu, loss_name, optimizer, settings, schedule, rows=53, batch=16, epochs=12, seed=7):
    rng = np.random.default_rng(seed)
    x, target = rng.standard_normal((rows, widths[0])), rng.standard_normal((rows, widths[-1]))
    labels = rng.integers(0, widths[-1], rows)
    layers, relu, rate = network(widths, seed), [True] * (len(widths) - 2) + [output_relu], RATES[optimizer]
    order, random, state, means = np.arange(rows), np.random.RandomState(seed + 1), {}, []
    for _ in range(epochs):
        random.shuffle(order)
        total = 0.0
        for at in range(0, rows, batch):
            chosen = order[at:at + batch]
            loss = {
                "cross-entropy": lambda y: cross_entropy(y, labels[chosen]),
                "huber": lambda y: huber(y, target[chosen]), "mean-squared": lambda y: mean_squared(y, target[chosen])}[loss_name]
            value, gradients = passes(layers, relu, x[chosen], loss)
            total += value * len(chosen)
            for i, parts in enumerate(gradients):
                if i in frozen:
                    continue
                updated = []
                for k, g in enumerate(parts):
                    s = state.setdefault((i, k), {"t": 0})
                    s["t"] += 1
                    updated.append(OPTIMIZERS[optimizer](layers[i][k], g, s, rate, **settings))
                layers[i] = tuple(updated)
        means.append(total / rows)
        rate = plateau(means, RATES[optimizer], **schedule)[-1]
    return {
        "widths": widths, "frozen": frozen, "output_relu": output_relu, "loss": loss_name, "optimizer": optimizer,
        "settings": settings, "rate": RATES[optimizer], "schedule": schedule, "batch": batch, "epochs": epochs, "seed": seed,
        "x": x.ravel().tolist(), "targets": target.ravel().tolist(), "labels": labels.tolist(), "means": means,
        "parameters": [float(v) for w, b in layers for v in np.concatenate([w.ravel(), b])]}


RATES = {"adamw": 0.02, "sgd": 0.05}
SCHEDULE = {"factor": 0.5, "patience": 1, "threshold": 0.02, "least": 0.0}


def runs():
    wd = {"weight_decay": 0.1}
    return [
        run([5, 8, 7, 3], [], False, "cross-entropy", "adamw", wd, SCHEDULE),
        run([5, 8, 7, 3], [1], True, "huber", "adamw", wd, SCHEDULE),
        run([4, 6, 6, 5], [0, 2], False, "mean-squared", "sgd", {"momentum": 0.9}, SCHEDULE),
    ]


# ------------------------------------------------------------------------------------------------------------------- torch

def check_torch():
    import torch

    makers = {
        "sgd": lambda p, lr, s: torch.optim.SGD([p], lr=lr, **s),
        "adam": lambda p, lr, s: torch.optim.Adam([p], lr=lr, **renamed(s)),
        "adamw": lambda p, lr, s: torch.optim.AdamW([p], lr=lr, **renamed(s)),
        "adagrad": lambda p, lr, s: torch.optim.Adagrad([p], lr=lr, **renamed(s, rate_decay="lr_decay")),
        "adadelta": lambda p, lr, s: torch.optim.Adadelta([p], lr=lr, **renamed(s)),
    }

    def renamed(s, **names):
        s = {names.get(k, k).replace("epsilon", "eps"): v for k, v in s.items()}
        if "beta1" in s or "beta2" in s:
            s["betas"] = (s.pop("beta1", 0.9), s.pop("beta2", 0.999))
        return s

    worst = 0.0
    for name, rate, settings in CASES:
        case = steps(np.random.default_rng(1), name, rate, settings)
        p = torch.tensor(case["start"], dtype=torch.float64, requires_grad=True)
        optimizer = makers[name](p, rate, dict(settings))
        for g, lr, expected in zip(case["gradients"], case["rates"], case["path"]):
            optimizer.param_groups[0]["lr"] = lr
            p.grad = torch.tensor(g, dtype=torch.float64)
            optimizer.step()
            worst = max(worst, np.abs(p.detach().numpy() - expected).max())
    for case in schedules(np.random.default_rng(2)):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=case["rate"])
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, factor=case["factor"], patience=case["patience"], threshold=case["threshold"], min_lr=case["least"])
        for loss, rate in zip(case["losses"], case["rates"]):
            schedule.step(loss)
            worst = max(worst, abs(optimizer.param_groups[0]["lr"] - rate))
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 3, 0.5)
    for rate in step_rates(10, 0.1, 3, 0.5):
        optimizer.step()
        schedule.step()
        worst = max(worst, abs(optimizer.param_groups[0]["lr"] - rate))
    case = losses(np.random.default_rng(3))
    functions = {
        "cross-entropy": torch.nn.CrossEntropyLoss(), "mean-squared": torch.nn.MSELoss(), "huber": torch.nn.HuberLoss(),
        "huber-0.3": torch.nn.HuberLoss(delta=0.3)}
    for name, function in functions.items():
        y = torch.tensor(case["outputs"], dtype=torch.float64).reshape(37, 5).requires_grad_()
        target = torch.tensor(case["labels"]) if name == "cross-entropy" else torch.tensor(
            case["targets"], dtype=torch.float64).reshape(37, 5)
        value = function(y, target)
        value.backward()
        worst = max(worst, abs(value.item() - case["values"][name]))
        worst = max(worst, np.abs(y.grad.numpy().ravel() - case["gradients"][name]).max())
    print(f"largest difference from PyTorch {torch.__version__}: {worst:.1e}")


def main():
    folder = pathlib.Path(sys.argv[1])
    rng = np.random.default_rng(4)
    found = {
        "optimizers": [steps(rng, *case) for case in CASES], "schedules": schedules(rng), "losses": losses(rng), "runs": runs()}
    for name, value in found.items():
        (folder / f"{name}.json").write_text(json.dumps(value))


check_torch() if sys.argv[1] == "--torch" else main()
