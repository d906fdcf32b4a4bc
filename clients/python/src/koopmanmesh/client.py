"""Calls to a mesh."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

import grpc
import numpy as np

from koopmanmesh.training.v1 import options_pb2, report_pb2, training_pb2, training_pb2_grpc

from .errors import from_rpc
from .tensors import Assembler
from .watch import Watch

_OPTIONS = (
    # A service that was restarted is found again within a second.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    # However it is named, this is how long one attempt to connect may take: a busy machine needs its time.
    ("grpc.min_reconnect_backoff_ms", 5_000),
    # A machine that vanished is noticed.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    # A header with its layout, or a report's piece, is far below; this is gRPC's own default, said aloud.
    ("grpc.max_receive_message_length", 4 << 20),
)


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


def connect(endpoint: str, credentials: Optional[grpc.ChannelCredentials] = None) -> Client:
    """A client of the mesh at "host:port". Without credentials the connection is not encrypted."""
    target = endpoint
    for scheme in ("http://", "https://"):
        if target.startswith(scheme):
            target = target[len(scheme):].rstrip("/")
    if credentials is None and endpoint.startswith("https://"):
        credentials = grpc.ssl_channel_credentials()
    if not target:
        raise ValueError("an endpoint is host:port, got '%s'" % endpoint)
    channel = (grpc.insecure_channel(target, _OPTIONS) if credentials is None
               else grpc.secure_channel(target, credentials, _OPTIONS))
    return Client(channel)


class Client:
    """The services of a mesh behind one channel. Thread-safe; every failed call raises KoopmanMeshError."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel
        self._trainings = training_pb2_grpc.TrainingServiceStub(channel)

    def training(self, tensors: Mapping[str, Any], **options: Any) -> Watch:
        """Begins to watch a run whose snapshots look like `tensors`; see Watch for the options."""
        return Watch(self, tensors, **options)

    def report(self, training_id: str) -> report_pb2.TrainingReport:
        """The report of a run so far."""
        report = report_pb2.TrainingReport()
        request = training_pb2.GetTrainingRequest(training_id=training_id)
        for piece in self._stream(self._trainings.GetTraining(request)):
            report.MergeFrom(piece.report)
        return report

    def trainings(self, limit: int = 0) -> List[training_pb2.TrainingSummary]:
        """The runs that are stored, newest first; 0 means 100 of them."""
        request = training_pb2.ListTrainingsRequest(limit=limit)
        return list(self._call(self._trainings.ListTrainings, request).trainings)

    def delete(self, training_id: str) -> None:
        """Forgets a run."""
        self._call(self._trainings.DeleteTraining, training_pb2.DeleteTrainingRequest(training_id=training_id))

    def forecast(self, training_id: str, snapshots: int, **options: Any) -> Forecast:
        """The weights `snapshots` snapshots after the last one; options as fields of ForecastOptions."""
        request = training_pb2.ForecastRequest(
            training_id=training_id, snapshots=snapshots, options=options_pb2.ForecastOptions(**options))
        report, tensors = self._tensors(self._trainings.Forecast(request))
        return Forecast(report, tensors)

    def prune(self, training_id: str, fraction: float, **options: Any) -> Pruning:
        """Which parameters the run does not need; options as fields of PruneRequest."""
        request = training_pb2.PruneRequest(training_id=training_id, fraction=fraction, **options)
        report, tensors = self._tensors(self._trainings.Prune(request))
        prefix = "frozen:"
        return Pruning(
            report,
            {name: mask for name, mask in tensors.items() if not name.startswith(prefix)},
            {name[len(prefix):]: mask for name, mask in tensors.items() if name.startswith(prefix)})

    def compare(
            self, first: Sequence[str], second: Sequence[str],
            **options: Any) -> training_pb2.CompareTrainingsResponse:
        """How far apart the spectra of two groups of runs are; options as fields of CompareTrainingsRequest."""
        request = training_pb2.CompareTrainingsRequest(first=_ids(first), second=_ids(second), **options)
        return self._call(self._trainings.CompareTrainings, request)

    def close(self) -> None:
        """Closes the channel."""
        self.channel.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _call(self, method: Any, request: Any) -> Any:
        try:
            return method(request)
        except grpc.RpcError as error:
            raise from_rpc(error) from None

    def _stream(self, call: Iterable[Any]) -> Iterable[Any]:
        try:
            yield from call
        except grpc.RpcError as error:
            raise from_rpc(error) from None

    def _tensors(self, call: Iterable[Any]) -> Any:
        """A report, then tensors."""
        report, tensors, assembler = None, {}, Assembler()
        for response in self._stream(call):
            if response.HasField("report"):
                report = response.report
            else:
                completed = assembler.accept(response.tensor)
                if completed is not None:
                    tensors[completed[0]] = completed[1]
        return report, tensors


def _ids(trainings: Sequence[str]) -> List[str]:
    return [trainings] if isinstance(trainings, str) else list(trainings)
