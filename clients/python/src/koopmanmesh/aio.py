"""The client for asyncio: the calls of koopmanmesh.Client, awaited.

    async with koopmanmesh.aio.connect("localhost:7070") as client:
        run = await client.submit("model.onnx", "rows.npy")
        async for status in run.watch():
            ...
        analysis = await run.report()
"""
from __future__ import annotations

import asyncio
import copy
import inspect
from typing import Any, AsyncIterable, AsyncIterator, List, Mapping, Optional, Sequence, TypeVar, Union

import grpc
import grpc.aio
import numpy as np

from koopmanmesh.credit.v1 import bounds_pb2
from koopmanmesh.operator.v1 import operator_pb2
from koopmanmesh.run.v1 import run_pb2
from koopmanmesh.training.v1 import report_pb2, training_pb2

from . import _health, _operators, _runs, _trainings
from ._aio_handles import Operator, Run
from ._aio_watch import Watch
from ._calls import Call, Requests
from ._connection import Connection, Identity
from ._fit import FitEncoder, async_parts, parts
from ._patience import Attempts, Budget
from ._trainings import Forecast, Pruning
from .errors import Unavailable, from_rpc
from .reports import Analysis, Replacement
from .sources import Content, source

__all__ = ["Client", "Operator", "Run", "Watch", "connect"]

T = TypeVar("T")


def connect(endpoint: str, credentials: Optional[grpc.ChannelCredentials] = None, **options: Any) -> Client:
    """A client of the mesh at "host:port", for the event loop that runs; options as koopmanmesh.connect.

    The function that returns a token may be a coroutine function.
    """
    connection = Connection(endpoint, credentials, **options)
    return Client(connection.channel(grpc.aio), connection)


class Client:
    """The services of a mesh behind one channel, for one event loop; every failed call raises KoopmanMeshError.

    Methods take what those of koopmanmesh.Client take. A task that is cancelled ends its call.
    """

    def __init__(self, channel: grpc.aio.Channel, connection: Optional[Connection] = None) -> None:
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

    async def upload(self, content: Content, name: str = "") -> run_pb2.ArtifactRef:
        """Stores a file, bytes or an array under its digest. What is stored already is not sent."""
        return await self._uploaded(content, name, "content")

    async def describe(self, model: Content, granularity: Union[str, int] = 0) -> run_pb2.DescribeModelResponse:
        """The chain of components of a model, without running it."""
        return await self._do(_runs.describe(await self._uploaded(model, "", "model.onnx"), granularity))

    async def estimate(self, model: Content, data: Content, labels: Optional[Content] = None,
                       **options: Any) -> run_pb2.EstimateRunResponse:
        """Rows, bytes and seconds of an analysis, from a short sample."""
        return await self._do(_runs.estimate(await self._spec(model, data, labels, _runs.analysis(options))))

    async def submit(self, model: Content, data: Content, labels: Optional[Content] = None, *,
                     idempotency_key: str = "", **options: Any) -> Run:
        """Begins an analysis."""
        spec = await self._spec(model, data, labels, _runs.analysis(options))
        return Run(self, await self._do(_runs.submit(spec, idempotency_key)))

    async def analyze(self, model: Content, data: Content, labels: Optional[Content] = None, *,
                      progress: bool = True, **options: Any) -> Analysis:
        """Submits, waits for the end and returns the report. A cancelled task cancels the run."""
        run = await self.submit(model, data, labels, **options)
        await run.wait_or_cancel(progress)
        return await run.report()

    async def submit_replacement(self, model: Content, data: Content, labels: Optional[Content] = None, *,
                                 idempotency_key: str = "", **options: Any) -> Run:
        """Begins a search for linear stand-ins."""
        spec = await self._spec(model, data, labels, _runs.search(options))
        return Run(self, await self._do(_runs.submit(spec, idempotency_key)))

    async def replace(self, model: Content, data: Content, labels: Optional[Content] = None, *,
                      progress: bool = True, **options: Any) -> Replacement:
        """Submits a search for linear stand-ins, waits, and returns the report. A cancelled task cancels the run."""
        run = await self.submit_replacement(model, data, labels, **options)
        await run.wait_or_cancel(progress)
        return await run.replacement()

    async def run(self, run_id: str) -> Run:
        """A run that was submitted before."""
        return Run(self, await self._do(_runs.status(run_id)))

    async def bound(self, original: Content, hybrid: Content, lower: Any, upper: Any,
                    **options: Any) -> bounds_pb2.BoundLadder:
        """How far two networks can be apart on a box of inputs."""
        refs = [await self._uploaded(model, "", "model.onnx") for model in (original, hybrid)]
        return await self._do(_runs.bound(refs[0], refs[1], (lower, upper), options))

    # Operators.

    async def fit(self, states: Any, successors: Any = None, *, inputs: Any = None, times: Any = None,
                  method: str = "", rank: Any = None, time_step: float = 0.0, summary: Union[str, int] = 0,
                  keep_summary: bool = False, observables_of: str = "", one_trajectory: bool = False,
                  **options: Any) -> Operator:
        """Fits a Koopman operator to rows of features.

        states may also be an asynchronous iterable, of arrays or of tuples (states, successors, inputs, times) as far
        as there are such.
        """
        encoder = FitEncoder(
            _operators.options(method, rank, options), time_step=time_step, summary=summary, keep_summary=keep_summary,
            observables_of=observables_of, one_trajectory=one_trajectory)
        requests = (encoder.async_requests(async_parts(states)) if isinstance(states, AsyncIterable)
                    else encoder.requests(parts(states, successors, inputs, times)))
        return Operator(self, await self._do(_operators.fit(requests)))

    async def operator(self, operator_id: str) -> Operator:
        """An operator that was fitted before."""
        report = await self._do(_operators.report(operator_id))
        return Operator(self, operator_pb2.FitResponse(operator_id=operator_id, report=report))

    async def merge(self, fits: Sequence[Union[Operator, str]], *, keep_summary: bool = False) -> Operator:
        """The operator of all data of some fits, which kept their summaries; operators, or ids of summaries."""
        ids = [fit if isinstance(fit, str) else fit.summary_id for fit in fits]
        return Operator(self, await self._do(_operators.merge(ids, keep_summary)))

    async def predict(self, operator: Union[Operator, str, bytes], history: Any, steps: int,
                      inputs: Any = None) -> np.ndarray:
        """The next states, [steps, width], of an operator, its id, or the bytes of its file."""
        known = operator.id if isinstance(operator, Operator) else operator
        return await self._do(_operators.predict(known, history, steps, inputs, self._connection.max_tensor_bytes))

    async def methods(self) -> operator_pb2.ListMethodsResponse:
        """Every method of `fit`, with its options and defaults."""
        return await self._do(_operators.methods())

    # Training.

    def training(self, tensors: Mapping[str, Any], **options: Any) -> Watch:
        """Watches a run whose snapshots look like `tensors`, in an `async with`."""
        return Watch(self, tensors, **options)

    async def report(self, training_id: str) -> report_pb2.TrainingReport:
        """The report of a training run so far."""
        return await self._do(_trainings.report(training_id))

    async def trainings(self, limit: int = 0) -> List[training_pb2.TrainingSummary]:
        """The training runs that are stored, newest first; 0 means 100 of them."""
        return await self._do(_trainings.trainings(limit))

    async def delete(self, training_id: str) -> None:
        """Forgets a training run."""
        await self._do(_trainings.delete(training_id))

    async def forecast(self, training_id: str, snapshots: int, **options: Any) -> Forecast:
        """The weights `snapshots` snapshots after the last one; options as fields of ForecastOptions."""
        return await self._do(_trainings.forecast(training_id, snapshots, options, self._connection.max_tensor_bytes))

    async def prune(self, training_id: str, fraction: float, **options: Any) -> Pruning:
        """Which parameters a training run does not need; options as fields of PruneRequest."""
        return await self._do(_trainings.prune(training_id, fraction, options, self._connection.max_tensor_bytes))

    async def compare(self, first: Sequence[str], second: Sequence[str],
                      **options: Any) -> training_pb2.CompareTrainingsResponse:
        """How far apart the spectra of two groups of runs are; options as fields of CompareTrainingsRequest."""
        return await self._do(_trainings.compare(first, second, options))

    # The mesh itself.

    async def health(self, service: str = "") -> str:
        """"SERVING", "NOT_SERVING" or "UNKNOWN", of the mesh or of one service; NotFound where there is no such one."""
        return await self._do(_health.check(service))

    async def close(self) -> None:
        """Closes the channel."""
        await self.channel.close()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    # How calls are made.

    async def _uploaded(self, content: Content, name: str, unnamed: str) -> run_pb2.ArtifactRef:
        if isinstance(content, run_pb2.ArtifactRef):
            return content
        found = source(content, name, unnamed)
        return await self._do(_runs.upload(found, await asyncio.to_thread(found.digest)))

    async def _spec(self, model: Content, data: Content, labels: Optional[Content],
                    spec: run_pb2.RunSpec) -> run_pb2.RunSpec:
        spec.model.CopyFrom(await self._uploaded(model, "", "model.onnx"))
        spec.data.CopyFrom(await self._uploaded(data, "", "data"))
        if labels is not None:
            spec.labels.CopyFrom(await self._uploaded(labels, "", "labels"))
        return spec

    async def _begin(self, call: Call[Any], **settings: Any) -> Any:
        method = call.method
        begin = getattr(self.channel, method.kind)(
            method.path, request_serializer=method.encode, response_deserializer=method.decode)
        token = self._identity.token
        token = await token if inspect.isawaitable(token) else token
        settings.setdefault("wait_for_ready", self._connection.wait_for_ready)
        return begin(call.request, metadata=self._identity.metadata(token), **settings)

    async def _stream(self, call: Call[Any]) -> AsyncIterator[Any]:
        """The responses of a call that lasts as long as what it watches."""
        begun = await self._begin(call)
        try:
            async for response in begun:
                yield response
        except grpc.RpcError as error:
            raise from_rpc(error) from None
        finally:
            begun.cancel()

    async def _do(self, call: Call[T]) -> T:
        """Makes a call to its end."""
        attempts = Attempts(call.method, self._connection.attempts, self._budget)
        while True:
            try:
                result = await self._once(call, attempts)
                attempts.succeeded()
                return result
            except Unavailable as broken:
                await asyncio.sleep(attempts.pause(broken))

    async def _once(self, call: Call[T], attempts: Attempts) -> T:
        messages = call.request() if callable(call.request) else call.request
        requests = Requests(messages if call.method.streams_requests else ())
        timeout = self._connection.time_for(call.method, self._within)
        begun = await self._begin(
            Call(call.method, requests.__aiter__() if call.method.streams_requests else messages), timeout=timeout)
        requests.on_failure(begun.cancel)
        try:
            if call.collect is None:
                result = call.result(await begun)
            else:
                collector = call.collect()
                async for response in begun:
                    attempts.heard()
                    collector.accept(response)
                result = collector.result()
        except asyncio.CancelledError:
            requests.raise_failure()
            raise
        except grpc.RpcError as error:
            requests.raise_failure()
            raise from_rpc(error) from None
        finally:
            begun.cancel()
        requests.raise_failure()
        return result
