"""The blocking client."""
from __future__ import annotations

import copy
import time
from typing import Any, Iterator, List, Mapping, Optional, Sequence, TypeVar, Union

import grpc
import numpy as np

from koopmanmesh.credit.v1 import bounds_pb2
from koopmanmesh.operator.v1 import operator_pb2
from koopmanmesh.run.v1 import run_pb2
from koopmanmesh.training.v1 import report_pb2, training_pb2

from . import _health, _operators, _runs, _trainings
from ._calls import Call, Requests
from ._connection import Connection, Identity
from ._fit import FitEncoder, parts
from ._patience import Attempts, Budget
from ._trainings import Forecast, Pruning
from .errors import Cancelled, Unavailable, from_rpc
from .operator_of_data import Operator
from .reports import Analysis, Replacement
from .run_handle import Run
from .sources import Content, source
from .watch import Watch

T = TypeVar("T")


def connect(endpoint: str, credentials: Optional[grpc.ChannelCredentials] = None, **options: Any) -> Client:
    """A client of the mesh at "host:port".

    endpoint: "host:port" or "http://host:port" for plain HTTP/2, "https://host:port" for TLS. Calls are spread over all
        addresses of a name.
    credentials: of grpc's own making, in place of the certificates below.
    root_certificates: PEM bytes, or the file, of those whose certificates are trusted; the system's otherwise.
    client_certificate, client_key: PEM bytes or files, for mutual TLS.
    server_name: the name in the server's certificate, where it is not the endpoint's.
    token: sent with every call as a bearer token: a string, a pathlib.Path whose file is read again when it changes, or
        a function that is asked before every call. Refused without TLS, unless the endpoint is on this machine.
    deadline: seconds that a short call may take (60); long_deadline: one that moves data or computes (3600). None: for
        ever. Watches have none: they end with what they watch. `client.within(seconds)` sets another.
    attempts: times that an idempotent call is made, 1 to 5, where the service is not available (4).
    wait_for_ready: wait, up to the deadline, for a service that is not there yet, rather than fail.
    keepalive: seconds of silence after which the connection is tested (30); 0 never.
    metadata: sent with every call.
    max_tensor_bytes: most bytes of arrays that one answer may have (4 GiB).
    """
    connection = Connection(endpoint, credentials, **options)
    return Client(connection.channel(grpc), connection)


class Client:
    """The services of a mesh behind one channel. Thread-safe; every failed call raises KoopmanMeshError."""

    def __init__(self, channel: grpc.Channel, connection: Optional[Connection] = None) -> None:
        self.channel = channel
        self._connection = connection or Connection("localhost")
        self._identity = Identity(self._connection)
        self._budget = Budget()
        self._within: Optional[float] = None

    def within(self, seconds: float) -> Client:
        """The same client, whose calls may take so long."""
        other = copy.copy(self)
        other._within = seconds
        return other

    # Runs.

    def upload(self, content: Content, name: str = "") -> run_pb2.ArtifactRef:
        """Stores a file, bytes or an array (as a NumPy file) under its digest. What is stored already is not sent."""
        return self._uploaded(content, name, "content")

    def describe(self, model: Content, granularity: Union[str, int] = 0) -> run_pb2.DescribeModelResponse:
        """The chain of components of a model, without running it."""
        return self._do(_runs.describe(self._uploaded(model, "", "model.onnx"), granularity))

    def estimate(self, model: Content, data: Content, labels: Optional[Content] = None,
                 **options: Any) -> run_pb2.EstimateRunResponse:
        """Rows, bytes and seconds of an analysis, from a short sample."""
        return self._do(_runs.estimate(self._spec(model, data, labels, _runs.analysis(options))))

    def submit(self, model: Content, data: Content, labels: Optional[Content] = None, *, idempotency_key: str = "",
               **options: Any) -> Run:
        """Begins an analysis.

        model, data, labels: a path, bytes, a NumPy array (data and labels), or what `upload` returned.
        idempotency_key: the same key with the same request is the same run.
        options: fields of DataOptions (scale, layout, limit, label_column) and of AnalysisOptions, e.g. seed=1,
            bootstraps=-1, granularity="coarse".
        """
        spec = self._spec(model, data, labels, _runs.analysis(options))
        return Run(self, self._do(_runs.submit(spec, idempotency_key)))

    def analyze(self, model: Content, data: Content, labels: Optional[Content] = None, *, progress: bool = True,
                **options: Any) -> Analysis:
        """Submits as `submit` does, waits for the end and returns the report. Interrupted, it cancels the run."""
        run = self.submit(model, data, labels, **options)
        run.wait_or_cancel(progress)
        return run.report()

    def submit_replacement(self, model: Content, data: Content, labels: Optional[Content] = None, *,
                           idempotency_key: str = "", **options: Any) -> Run:
        """Begins a search for linear stand-ins.

        options: fields of DataOptions and of ReplacementOptions, nested ones as dictionaries, and granularity:
            regions=["dense_2"], budget={"accuracy_loss": 0.01}, box={"uniform": {"lower": 0, "upper": 1}}.
        """
        spec = self._spec(model, data, labels, _runs.search(options))
        return Run(self, self._do(_runs.submit(spec, idempotency_key)))

    def replace(self, model: Content, data: Content, labels: Optional[Content] = None, *, progress: bool = True,
                **options: Any) -> Replacement:
        """Submits as `submit_replacement` does, waits, and returns the report. Interrupted, it cancels the run."""
        run = self.submit_replacement(model, data, labels, **options)
        run.wait_or_cancel(progress)
        return run.replacement()

    def run(self, run_id: str) -> Run:
        """A run that was submitted before."""
        return Run(self, self._do(_runs.status(run_id)))

    def bound(self, original: Content, hybrid: Content, lower: Any, upper: Any,
              **options: Any) -> bounds_pb2.BoundLadder:
        """How far two networks can be apart on a box of inputs; options are fields of BoundHeader, e.g. alpha=0.01."""
        refs = [self._uploaded(model, "", "model.onnx") for model in (original, hybrid)]
        return self._do(_runs.bound(refs[0], refs[1], (lower, upper), options))

    # Operators.

    def fit(self, states: Any, successors: Any = None, *, inputs: Any = None, times: Any = None, method: str = "",
            rank: Any = None, time_step: float = 0.0, summary: Union[str, int] = 0, keep_summary: bool = False,
            observables_of: str = "", one_trajectory: bool = False, **options: Any) -> Operator:
        """Fits a Koopman operator to rows of features, which are streamed from where they lie.

        states: [rows, width], one trajectory; or an iterable of such arrays (a list, a generator, a stack of matrices),
            each a trajectory of its own, or with one_trajectory=True its consecutive parts.
        successors: pairs in place of trajectories: row i follows row i of states. inputs: [rows, input_width], for
            methods with control. times: of the rows, for methods that take them. With many states as many of each.
        method, rank: a name of `methods()`, and a rank rule such as "full", 8 or "energy:0.99".
        time_step, summary, keep_summary, observables_of: as in FitHeader and DataFormat.
        options: fields of FitOptions, such as delays=10 or hold_out=0, and the method's own.
        """
        encoder = FitEncoder(
            _operators.options(method, rank, options), time_step=time_step, summary=summary, keep_summary=keep_summary,
            observables_of=observables_of, one_trajectory=one_trajectory)
        return Operator(self, self._do(_operators.fit(encoder.requests(parts(states, successors, inputs, times)))))

    def operator(self, operator_id: str) -> Operator:
        """An operator that was fitted before."""
        report = self._do(_operators.report(operator_id))
        return Operator(self, operator_pb2.FitResponse(operator_id=operator_id, report=report))

    def merge(self, fits: Sequence[Union[Operator, str]], *, keep_summary: bool = False) -> Operator:
        """The operator of all data of some fits, which kept their summaries; operators, or ids of summaries."""
        ids = [fit if isinstance(fit, str) else fit.summary_id for fit in fits]
        return Operator(self, self._do(_operators.merge(ids, keep_summary)))

    def predict(self, operator: Union[Operator, str, bytes], history: Any, steps: int,
                inputs: Any = None) -> np.ndarray:
        """The next states, [steps, width], of an operator, its id, or the bytes of its file; see Operator.predict."""
        known = operator.id if isinstance(operator, Operator) else operator
        return self._do(_operators.predict(known, history, steps, inputs, self._connection.max_tensor_bytes))

    def methods(self) -> operator_pb2.ListMethodsResponse:
        """Every method of `fit`, with its options and defaults."""
        return self._do(_operators.methods())

    # Training.

    def training(self, tensors: Mapping[str, Any], **options: Any) -> Watch:
        """Begins to watch a run whose snapshots look like `tensors`; see Watch for the options."""
        return Watch(self, tensors, **options)

    def report(self, training_id: str) -> report_pb2.TrainingReport:
        """The report of a training run so far."""
        return self._do(_trainings.report(training_id))

    def trainings(self, limit: int = 0) -> List[training_pb2.TrainingSummary]:
        """The training runs that are stored, newest first; 0 means 100 of them."""
        return self._do(_trainings.trainings(limit))

    def delete(self, training_id: str) -> None:
        """Forgets a training run."""
        self._do(_trainings.delete(training_id))

    def forecast(self, training_id: str, snapshots: int, **options: Any) -> Forecast:
        """The weights `snapshots` snapshots after the last one; options as fields of ForecastOptions."""
        return self._do(_trainings.forecast(training_id, snapshots, options, self._connection.max_tensor_bytes))

    def prune(self, training_id: str, fraction: float, **options: Any) -> Pruning:
        """Which parameters a training run does not need; options as fields of PruneRequest."""
        return self._do(_trainings.prune(training_id, fraction, options, self._connection.max_tensor_bytes))

    def compare(
            self, first: Sequence[str], second: Sequence[str],
            **options: Any) -> training_pb2.CompareTrainingsResponse:
        """How far apart the spectra of two groups of runs are; options as fields of CompareTrainingsRequest."""
        return self._do(_trainings.compare(first, second, options))

    # The mesh itself.

    def health(self, service: str = "") -> str:
        """"SERVING", "NOT_SERVING" or "UNKNOWN", of the mesh or of one service; NotFound where there is no such one."""
        return self._do(_health.check(service))

    def close(self) -> None:
        """Closes the channel."""
        self.channel.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    # How calls are made.

    def _uploaded(self, content: Content, name: str, unnamed: str) -> run_pb2.ArtifactRef:
        if isinstance(content, run_pb2.ArtifactRef):
            return content
        found = source(content, name, unnamed)
        return self._do(_runs.upload(found, found.digest()))

    def _spec(self, model: Content, data: Content, labels: Optional[Content],
              spec: run_pb2.RunSpec) -> run_pb2.RunSpec:
        spec.model.CopyFrom(self._uploaded(model, "", "model.onnx"))
        spec.data.CopyFrom(self._uploaded(data, "", "data"))
        if labels is not None:
            spec.labels.CopyFrom(self._uploaded(labels, "", "labels"))
        return spec

    def _begin(self, call: Call[Any], **settings: Any) -> Any:
        """Begins a call that streams responses."""
        method = call.method
        begin = getattr(self.channel, method.kind)(
            method.path, request_serializer=method.encode, response_deserializer=method.decode)
        begin = begin if method.streams_responses else begin.future
        settings.setdefault("wait_for_ready", self._connection.wait_for_ready)
        return begin(call.request, metadata=self._identity.metadata(self._identity.token), **settings)

    def _stream(self, call: Call[Any]) -> Iterator[Any]:
        """The responses of a call that lasts as long as what it watches."""
        begun = self._begin(call)
        try:
            yield from begun
        except grpc.RpcError as error:
            raise from_rpc(error) from None
        finally:
            begun.cancel()

    def _do(self, call: Call[T]) -> T:
        """Makes a call to its end."""
        attempts = Attempts(call.method, self._connection.attempts, self._budget)
        while True:
            try:
                result = self._once(call, attempts)
                attempts.succeeded()
                return result
            except Unavailable as broken:
                time.sleep(attempts.pause(broken))

    def _once(self, call: Call[T], attempts: Attempts) -> T:
        messages = call.request() if callable(call.request) else call.request
        requests = Requests(messages if call.method.streams_requests else ())
        timeout = self._connection.time_for(call.method, self._within)
        begun = self._begin(
            Call(call.method, iter(requests) if call.method.streams_requests else messages), timeout=timeout)
        requests.on_failure(begun.cancel)
        try:
            if call.collect is None:
                result = call.result(begun.result())
            else:
                collector = call.collect()
                for response in begun:
                    attempts.heard()
                    collector.accept(response)
                result = collector.result()
        except grpc.FutureCancelledError:
            requests.raise_failure()
            raise Cancelled("CANCELLED", "", "the call was cancelled by this client") from None
        except grpc.RpcError as error:
            requests.raise_failure()
            raise from_rpc(error) from None
        finally:
            begun.cancel()
        requests.raise_failure()
        return result
