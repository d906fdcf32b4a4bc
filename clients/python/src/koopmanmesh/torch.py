"""For a PyTorch loop. Watching takes three lines:

    koopman = KoopmanCallback(model, "localhost:7070")
    koopman.step(loss)              # after optimizer.step()
    koopman.finish()                # prints the verdict

and jumping two more:

    if koopman.try_jump(lambda: evaluate(model)):
        optimizer.state.clear()     # or give the callback the optimizer
"""
from __future__ import annotations

import time
from typing import Any, Callable, Dict, Mapping, Optional, Union

import numpy as np
import torch

from koopmanmesh.training.v1 import report_pb2

from .client import Client
from .jumps import JumpAccounts
from .tensors import Layout
from .watch import Watch


class KoopmanCallback:
    """Streams a model's parameters, and lets it jump where they are predicted to go.

    model: its floating-point named_parameters() are watched; buffers, such as a batch norm's statistics, are not.
    endpoint: "host:port" of a mesh, or a Client.
    optimizer: with it the learning rate is reported, and its state is reset after a kept jump.
    every: optimizer steps from one snapshot to the next.
    first_step: number of the first call of `step`, for a run that is resumed.
    options: those of Watch.
    """

    def __init__(self, model: torch.nn.Module, endpoint: Union[Client, str], *,
                 optimizer: Optional[torch.optim.Optimizer] = None, every: int = 1, first_step: int = 1,
                 **options: Any) -> None:
        if every < 1:
            raise ValueError("every is %d, expected at least 1" % every)
        self._parameters = _parameters(model)
        double = any(parameter.dtype == torch.float64 for parameter in self._parameters.values())
        self._layout = Layout({name: tuple(p.shape) for name, p in self._parameters.items()}, double)
        self._optimizer, self._every, self._next = optimizer, every, first_step
        self.jumps = JumpAccounts()
        self._since_jump = 0
        self.watch = Watch(endpoint, self._layout, **options)
        self._resumed_at = time.perf_counter()
        self._seconds = 0.0

    @property
    def training_id(self) -> str:
        """Names the run in every other call."""
        return self.watch.training_id

    def step(self, loss: Any = None, *, validation_loss: Any = None, accuracy: Any = None) -> None:
        """Call it after every optimizer step; every `every`-th call sends a snapshot."""
        step, self._next = self._next, self._next + 1
        if step % self._every != 0:
            return
        # What the watch itself takes is not training.
        seconds = self._seconds + time.perf_counter() - self._resumed_at
        whole, views = self._layout.empty()
        with torch.no_grad():
            for name, parameter in self._parameters.items():
                torch.from_numpy(views[name]).copy_(parameter)
        self.watch.send(
            step, whole, loss=_number(loss), validation_loss=_number(validation_loss), accuracy=_number(accuracy),
            learning_rate=self._learning_rate(), seconds=seconds)
        self.jumps.training_seconds += seconds
        self.jumps.snapshots += 1
        self._since_jump += 1
        self._seconds, self._resumed_at = 0.0, time.perf_counter()

    def try_jump(self, evaluate: Callable[[], Any]) -> bool:
        """Moves the model ahead if that lowers the loss; call it after `step`. True: it jumped.

        evaluate: the loss of the model as it is, on a probe that stays the same. It is called before and after. It
        should leave the model as it was, the statistics of batch norms included.

        Rests after every attempt for as many snapshots as the run's JumpOptions.rest says. A proposal that is no better
        is rolled back bit for bit.
        """
        rest = self.watch.started.jump.rest
        if self._since_jump < max(1, rest) or (self._next - 1) % self._every != 0:
            return False
        self._seconds += time.perf_counter() - self._resumed_at
        try:
            return self._jump(evaluate)
        finally:
            self._since_jump = 0
            self._resumed_at = time.perf_counter()

    def finish(self, verbose: bool = True) -> report_pb2.TrainingReport:
        """Ends the run, prints the verdict and returns the report."""
        report = self.watch.finish()
        if verbose:
            print(report.verdict)
            if self.jumps.kept + self.jumps.rejected + self.jumps.refused > 0:
                print(self.jumps)
        return report

    def __enter__(self) -> KoopmanCallback:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None:
            self.finish()
        else:
            self.watch.abort()

    def _jump(self, evaluate: Callable[[], Any]) -> bool:
        began = time.perf_counter()
        proposal = self.watch.propose()
        self.jumps.proposal_seconds += time.perf_counter() - began
        if not proposal:
            self.jumps.refused += 1
            return False

        saved = {name: parameter.detach().clone() for name, parameter in self._parameters.items()}
        keep = False
        try:
            began = time.perf_counter()
            before = _loss(evaluate())
            _copy(self._parameters, proposal.weights)
            after = _loss(evaluate())
            evaluated = time.perf_counter() - began
            self.jumps.evaluation_seconds += evaluated
            began = time.perf_counter()
            keep = self.watch.decide(proposal, before, after, evaluated)
        finally:
            # Also when the evaluation failed: the model is never left where nobody decided that it should be.
            if not keep:
                _copy(self._parameters, saved)
        if keep:
            self.jumps.kept += 1
            self.jumps.snapshots_skipped += proposal.horizon
            if self._optimizer is not None:
                self._optimizer.state.clear()
        else:
            self.jumps.rejected += 1
        self.jumps.proposal_seconds += time.perf_counter() - began
        return keep

    def _learning_rate(self) -> Optional[float]:
        return None if self._optimizer is None else _number(self._optimizer.param_groups[0].get("lr"))


def load(model: torch.nn.Module, weights: Mapping[str, np.ndarray]) -> None:
    """Copies weights, such as those of a forecast, into a model's parameters of the same names."""
    _copy(_parameters(model), weights)


def _parameters(model: torch.nn.Module) -> Dict[str, torch.nn.Parameter]:
    parameters = {name: p for name, p in model.named_parameters() if p.is_floating_point()}
    if not parameters:
        raise ValueError("the model has no floating-point parameters to watch")
    return parameters


def _copy(parameters: Mapping[str, torch.nn.Parameter], weights: Mapping[str, Any]) -> None:
    for name, weight in weights.items():
        if name not in parameters:
            raise ValueError("the model has no parameter '%s'" % name)
        if tuple(weight.shape) != tuple(parameters[name].shape):
            raise ValueError("'%s' has shape %s, the model's parameter %s" % (
                name, list(weight.shape), list(parameters[name].shape)))
    with torch.no_grad():
        for name, weight in weights.items():
            parameters[name].copy_(torch.as_tensor(weight))


def _number(value: Any) -> Optional[float]:
    return None if value is None else float(value)


def _loss(value: Any) -> float:
    loss = _number(value)
    if loss is None:
        raise TypeError("the evaluation returned None, expected the loss")
    return loss
