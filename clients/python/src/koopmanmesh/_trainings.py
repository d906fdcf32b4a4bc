"""Calls about training runs that are stored."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Sequence, Tuple

import numpy as np

from koopmanmesh.training.v1 import options_pb2, report_pb2, training_pb2

from . import _methods
from ._calls import Call
from ._collect import Merged, Tensors
from ._messages import build

_FROZEN = "frozen:"


@dataclass(frozen=True)
class Forecast:
    """Predicted weights, by name, and what they were made of."""

    report: report_pb2.ForecastReport
    weights: Dict[str, np.ndarray]


@dataclass(frozen=True)
class Pruning:
    """Masks by name, 1 keep and 0 prune, and where training can stop, 1 for frozen."""

    report: report_pb2.PruneReport
    masks: Dict[str, np.ndarray]
    frozen: Dict[str, np.ndarray]


class _Forecast(Tensors):
    def result(self) -> Any:
        return Forecast(*super().result())


class _Pruning(Tensors):
    def result(self) -> Any:
        report, tensors = super().result()
        return Pruning(
            report, {name: mask for name, mask in tensors.items() if not name.startswith(_FROZEN)},
            {name[len(_FROZEN):]: mask for name, mask in tensors.items() if name.startswith(_FROZEN)})


def report(training_id: str) -> Call[report_pb2.TrainingReport]:
    return Call(_methods.GET_TRAINING, training_pb2.GetTrainingRequest(training_id=training_id),
                collect=lambda: Merged(report_pb2.TrainingReport()))


def trainings(limit: int) -> Call[List[training_pb2.TrainingSummary]]:
    return Call(_methods.LIST_TRAININGS, training_pb2.ListTrainingsRequest(limit=limit),
                lambda response: list(response.trainings))


def delete(training_id: str) -> Call[None]:
    return Call(_methods.DELETE_TRAINING, training_pb2.DeleteTrainingRequest(training_id=training_id),
                lambda _: None)


def forecast(training_id: str, snapshots: int, options: Mapping[str, Any], max_bytes: int) -> Call[Forecast]:
    request = training_pb2.ForecastRequest(
        training_id=training_id, snapshots=snapshots, options=build(options_pb2.ForecastOptions, options))
    return Call(_methods.FORECAST, request, collect=lambda: _Forecast("report", max_bytes))


def prune(training_id: str, fraction: float, options: Mapping[str, Any], max_bytes: int) -> Call[Pruning]:
    request = build(training_pb2.PruneRequest, {"training_id": training_id, "fraction": fraction, **options})
    return Call(_methods.PRUNE, request, collect=lambda: _Pruning("report", max_bytes))


def compare(
        first: Sequence[str], second: Sequence[str],
        options: Mapping[str, Any]) -> Call[training_pb2.CompareTrainingsResponse]:
    return Call(_methods.COMPARE, build(
        training_pb2.CompareTrainingsRequest, {"first": _ids(first), "second": _ids(second), **options}))


def _ids(given: Sequence[str]) -> Tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
