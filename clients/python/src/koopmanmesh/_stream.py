"""One watched run over as many connections as it takes."""
from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any, Deque, Dict, Iterator, List, NamedTuple, Optional, Tuple

import grpc
import numpy as np

from koopmanmesh.training.v1 import report_pb2, training_pb2, training_pb2_grpc

from .errors import KoopmanMeshError, Unreachable, from_rpc, is_broken_connection
from .tensors import Assembler, Layout, chunks

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0

# However small the snapshots are, no more of them wait for their acknowledgement.
_MOST_WAITING = 4096


class _Snapshot(NamedTuple):
    step: int
    scalars: report_pb2.SnapshotScalars
    values: np.ndarray


class Reply(NamedTuple):
    """The answer to a command: a proposal with its tensors, or a decision; neither where the stream broke before."""

    proposal: Optional[training_pb2.Proposal] = None
    tensors: Dict[str, np.ndarray] = {}
    decision: Optional[training_pb2.JumpDecision] = None


class _Connection:
    """What belongs to one connection; a new one begins afresh."""

    def __init__(self) -> None:
        self.call: Any = None
        self.started = False
        self.ended = False
        # How many of the snapshots that wait for their acknowledgement it has been given.
        self.sent = 0
        self.command: Optional[training_pb2.WatchTrainingRequest] = None
        self.assembler = Assembler()
        self.proposal: Optional[training_pb2.Proposal] = None
        self.tensors: Dict[str, np.ndarray] = {}


class Stream:
    """Sends snapshots, keeps what is not acknowledged, and after a broken connection sends that again.

    A thread of its own talks to the service. The caller's thread puts snapshots in and takes what came out; it waits
    when more than `buffer_bytes` are not acknowledged. A connection that stays broken for `patience` seconds ends the
    stream with Unreachable.
    """

    def __init__(self, channel: grpc.Channel, header: training_pb2.TrainingHeader, layout: Layout,
                 buffer_bytes: int, patience: float) -> None:
        self._stub, self._header, self._layout = training_pb2_grpc.TrainingServiceStub(channel), header, layout
        self._buffer_bytes, self._patience = buffer_bytes, patience
        self._changed = threading.Condition()
        self._waiting: Deque[_Snapshot] = deque()
        self._waiting_bytes = 0
        self._connection = _Connection()
        self._command: Optional[training_pb2.WatchTrainingRequest] = None
        self._reply: Optional[Reply] = None
        self._events: List[Tuple[str, Any]] = []
        self._report: Optional[report_pb2.TrainingReport] = None
        self._failure: Optional[BaseException] = None
        self._started: Optional[training_pb2.TrainingStarted] = None
        self._last_stored: Optional[int] = None
        self._closing = self._done = False
        self._broken_since: Optional[float] = None
        self._attempts = 0
        threading.Thread(target=self._run, name="koopmanmesh-watch", daemon=True).start()

    # What the caller's thread does.

    def wait_started(self) -> training_pb2.TrainingStarted:
        """What the service said when the run began."""
        with self._changed:
            self._wait(lambda: self._started is not None)
            assert self._started is not None
            return self._started

    def put(self, step: int, scalars: report_pb2.SnapshotScalars, values: np.ndarray) -> None:
        """Takes a snapshot, which must not change afterwards; waits while too much is not acknowledged."""
        with self._changed:
            room = self._buffer_bytes - values.nbytes
            self._wait(lambda: not self._waiting or (
                self._waiting_bytes <= room and len(self._waiting) < _MOST_WAITING))
            self._waiting.append(_Snapshot(step, scalars, values))
            self._waiting_bytes += values.nbytes
            self._changed.notify_all()

    def ask(self, command: training_pb2.WatchTrainingRequest) -> Reply:
        """Sends a command after all snapshots, and waits for its answer."""
        with self._changed:
            self._raise()
            # A connection knows only of the proposals that it made itself.
            if command.HasField("outcome") and (self._connection.ended or self._connection.proposal is None):
                return Reply()
            self._command, self._reply = command, None
            self._changed.notify_all()
            self._wait(lambda: self._reply is not None)
            assert self._reply is not None
            return self._reply

    def flush(self) -> None:
        """Waits until every snapshot is acknowledged."""
        with self._changed:
            self._wait(lambda: not self._waiting)

    def take_events(self) -> List[Tuple[str, Any]]:
        """Windows, marks and warnings that came since the last call."""
        with self._changed:
            events, self._events = self._events, []
            return events

    def finish(self) -> report_pb2.TrainingReport:
        """Says that nothing more comes, and waits for the report."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            self._wait(lambda: self._done)
            assert self._report is not None
            return self._report

    def abort(self) -> None:
        """Ends the stream where it is; what was acknowledged stays stored."""
        with self._changed:
            if not self._done and self._failure is None:
                self._failure = RuntimeError("the watch was closed before it was finished")
            self._changed.notify_all()
            if self._connection.call is not None:
                self._connection.call.cancel()

    def _wait(self, condition: Any) -> None:
        self._changed.wait_for(lambda: self._failure is not None or condition())
        self._raise()

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    # What the stream's own thread does.

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            if self._broken_since is None:
                self._broken_since, pause = time.monotonic(), _FIRST_PAUSE
            try:
                self._converse()
            except grpc.RpcError as broken:
                if not self._can_try_again(broken):
                    self._fail(from_rpc(broken))
            except Exception as failure:  # Whatever it is, the caller's thread must hear of it.
                self._fail(failure)
            with self._changed:
                if self._done or self._failure is not None:
                    return
                if self._left() <= 0:
                    self._fail(Unreachable(
                        "UNAVAILABLE", "", "no service answered for %.3g seconds" % self._patience))
                    return
                self._changed.wait_for(lambda: self._failure is not None, pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _left(self) -> float:
        """Seconds of patience that are left."""
        broken = 0.0 if self._broken_since is None else time.monotonic() - self._broken_since
        return self._patience - broken

    def _can_try_again(self, broken: grpc.RpcError) -> bool:
        if is_broken_connection(broken):
            return True
        if self._attempts == 1:
            return False
        # The connection before this one broke between the run's beginning and our hearing of it.
        if self._started is None and broken.code() == grpc.StatusCode.ALREADY_EXISTS:
            self._header.resume = True
            return True
        # The service has not noticed yet that the connection before this one broke.
        return from_rpc(broken).reason in ("TRAINING_WATCHED", "TRAININGS_OPEN")

    def _converse(self) -> None:
        """One connection, from its header to its end."""
        with self._changed:
            self._raise()
            self._attempts += 1
            connection = self._connection = _Connection()
            # A call that waits drives the attempts to connect, which gRPC makes no progress with otherwise.
            call = connection.call = self._stub.WatchTraining(self._requests(connection), wait_for_ready=True)
        patience = threading.Timer(max(0.0, self._left()), call.cancel)
        patience.daemon = True
        patience.start()
        try:
            for response in call:
                patience.cancel()
                with self._changed:
                    self._broken_since = None
                    self._receive(connection, response)
                    self._changed.notify_all()
            with self._changed:
                self._done = self._report is not None
        finally:
            patience.cancel()
            call.cancel()
            with self._changed:
                connection.ended = True
                if self._command is not None:
                    self._answer(Reply())
                if not self._done:
                    # The next connection sends all of it again.
                    self._report = None
                self._changed.notify_all()

    def _requests(self, connection: _Connection) -> Iterator[training_pb2.WatchTrainingRequest]:
        """What is sent over a connection; gRPC takes it on a thread of its own."""
        yield training_pb2.WatchTrainingRequest(header=self._header)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: connection.ended or self._failure is not None or (
                    connection.started and (connection.sent < len(self._waiting) or self._closing
                                            or self._command_unsent(connection))))
                if connection.ended or self._failure is not None:
                    return
                if connection.sent < len(self._waiting):
                    snapshot = self._waiting[connection.sent]
                    connection.sent += 1
                elif self._command_unsent(connection):
                    connection.command, snapshot = self._command, None
                else:
                    return
            if snapshot is None:
                assert connection.command is not None
                yield connection.command
            else:
                yield training_pb2.WatchTrainingRequest(
                    snapshot=training_pb2.SnapshotHeader(step=snapshot.step, scalars=snapshot.scalars))
                for data in chunks(snapshot.values):
                    yield training_pb2.WatchTrainingRequest(data=data)

    def _command_unsent(self, connection: _Connection) -> bool:
        return self._command is not None and connection.command is not self._command

    def _receive(self, connection: _Connection, response: training_pb2.WatchTrainingResponse) -> None:
        part = response.WhichOneof("part")
        if part == "started":
            self._begin(connection, response.started)
        elif part == "stored":
            self._acknowledge(connection, response.stored.step)
        elif part in ("window", "mark", "warning"):
            self._events.append((part, getattr(response, part)))
        elif part == "proposal":
            connection.proposal, connection.tensors = response.proposal, {}
            if response.proposal.refusal:
                self._answer(Reply(proposal=response.proposal))
        elif part == "tensor":
            completed = connection.assembler.accept(response.tensor)
            if completed is not None:
                connection.tensors[completed[0]] = completed[1]
                if len(connection.tensors) == len(self._layout.shapes):
                    self._answer(Reply(proposal=connection.proposal, tensors=connection.tensors))
        elif part == "decision":
            self._answer(Reply(decision=response.decision))
        elif part == "report":
            self._report = self._report or report_pb2.TrainingReport()
            self._report.MergeFrom(response.report)

    def _answer(self, reply: Reply) -> None:
        self._command, self._reply = None, reply

    def _begin(self, connection: _Connection, started: training_pb2.TrainingStarted) -> None:
        last = started.last_step if started.HasField("last_step") else None
        if self._last_stored is not None and (last is None or last < self._last_stored):
            raise KoopmanMeshError(
                "DATA_LOSS", "SNAPSHOTS_LOST",
                "step %d of '%s' was acknowledged, but after a broken connection the service has %s" % (
                    self._last_stored, started.training_id, "none" if last is None else "step %d as its last" % last))
        if self._started is None:
            self._started = started
        if last is not None:
            self._acknowledge(connection, last)
        self._header.training_id, self._header.resume = started.training_id, True
        connection.started = True

    def _acknowledge(self, connection: _Connection, step: int) -> None:
        self._last_stored = step
        while self._waiting and self._waiting[0].step <= step:
            self._waiting_bytes -= self._waiting.popleft().values.nbytes
            connection.sent = max(0, connection.sent - 1)

    def _fail(self, failure: BaseException) -> None:
        with self._changed:
            if self._failure is None:
                self._failure = failure
            self._changed.notify_all()
