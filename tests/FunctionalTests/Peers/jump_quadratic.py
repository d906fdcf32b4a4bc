"""Gradient descent on methods T13's quadratic, with jumps: where they land, and what is left of a rejected one.

Usage: jump_quadratic.py ENDPOINT
"""
import json
import sys

import torch

from koopmanmesh.torch import KoopmanCallback

H = torch.tensor([1.0, 4.0], dtype=torch.float64)
OPTIMUM = torch.tensor([2.0, -1.0], dtype=torch.float64)
RATE = 0.1
HORIZON = 7


class Quadratic(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([0.0, 0.5], dtype=torch.float64))

    def forward(self):
        return (H * (self.w - OPTIMUM) ** 2).sum() / 2


def run(endpoint, evaluate):
    """Trains for 20 steps, then tries a jump; returns the weights around it and the accounts."""
    model = Quadratic()
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.0)
    koopman = KoopmanCallback(
        model, endpoint, optimizer=optimizer, jump={"horizon": HORIZON, "rest": 20}, forecast={"partition": "full"})
    for _ in range(20):
        optimizer.zero_grad()
        loss = model()
        loss.backward()
        optimizer.step()
        koopman.step(loss)
    before = model.w.detach().clone()
    jumped = koopman.try_jump(lambda: evaluate(model, before))
    after = model.w.detach().clone()
    report = koopman.finish(verbose=False)
    return jumped, before, after, koopman.jumps, report


def main():
    endpoint = sys.argv[1]
    jumped, before, after, jumps, report = run(endpoint, lambda model, _: model().detach())
    landed = OPTIMUM + (1 - RATE * H) ** HORIZON * (before - OPTIMUM)

    # An evaluation that finds everything but the last snapshot worse.
    refused, stood, returned, rejected, worse = run(
        endpoint, lambda model, before: 0.0 if torch.equal(model.w.detach(), before) else 1.0)
    print(json.dumps({
        "jumped": jumped,
        "error": float((after - landed).abs().max()),
        "moved": float((after - before).abs().max()),
        "kept": jumps.kept,
        "skipped": jumps.snapshots_skipped,
        "reportedKept": report.jumps.kept,
        "reportedSkipped": report.jumps.snapshots_skipped,
        "saved": jumps.saved_seconds,
        "spent": jumps.proposal_seconds + jumps.evaluation_seconds,
        "net": jumps.net_seconds,
        "rejectedJumped": refused,
        "sameBits": stood.numpy().tobytes() == returned.numpy().tobytes(),
        "rejected": rejected.rejected,
        "reportedRejected": worse.jumps.rejected,
    }))


if __name__ == "__main__":
    main()
