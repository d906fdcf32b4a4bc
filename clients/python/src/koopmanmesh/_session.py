"""One watched run over as many connections as it takes: what is known of it, and what follows from what comes.

It neither waits nor calls: the blocking and the asynchronous stream do, and hold it while they ask it.
"""
from __future__ import annotations

from collections import deque
from typing import Any, Deque, Dict, Iterator, List, NamedTuple, Optional, Tuple, Union

import grpc
import numpy as np

from koopmanmesh.training.v1 import report_pb2, training_pb2

from ._patience import Patience
from ._wire import nested
from .errors import KoopmanMeshError, from_rpc, is_broken_connection
from .tensors import Assembler, Layout, chunks

# However small the snapshots are, no more of them wait for their acknowledgement.
_MOST_WAITING = 4096
_DATA = (3,)


class Snapshot(NamedTuple):
    """A snapshot that is not acknowledged yet."""

    step: int
    scalars: report_pb2.SnapshotScalars
    values: np.ndarray


class Reply(NamedTuple):
    """The answer to a command: a proposal with its tensors, or a decision; neither where the stream broke before."""

    proposal: Optional[training_pb2.Proposal] = None
    tensors: Dict[str, np.ndarray] = {}
    decision: Optional[training_pb2.JumpDecision] = None


Outgoing = Union[Snapshot, training_pb2.WatchTrainingRequest]


class Attempt:
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


class Session:
    """Keeps what is not acknowledged, and after a broken connection sends that again.

    buffer_bytes: most bytes that wait for their acknowledgement.
    patience: seconds without a service after which the run is given up.
    """

    def __init__(
            self, header: training_pb2.TrainingHeader, layout: Layout, buffer_bytes: int, patience: float) -> None:
        self._header, self._layout, self._buffer_bytes = header, layout, buffer_bytes
        self._waiting: Deque[Snapshot] = deque()
        self._waiting_bytes = 0
        self._command: Optional[training_pb2.WatchTrainingRequest] = None
        self._last_stored: Optional[int] = None
        self._events: List[Tuple[str, Any]] = []
        self._attempts = 0
        self.patience = Patience(patience)
        self.attempt = Attempt()
        self.reply: Optional[Reply] = None
        self.report: Optional[report_pb2.TrainingReport] = None
        self.failure: Optional[BaseException] = None
        self.started: Optional[training_pb2.TrainingStarted] = None
        self.closing = self.done = False

    # What the trainer does.

    def has_room(self, values: np.ndarray) -> bool:
        """Whether a snapshot can be taken; one always can be."""
        return not self._waiting or (
            self._waiting_bytes + values.nbytes <= self._buffer_bytes and len(self._waiting) < _MOST_WAITING)

    def put(self, step: int, scalars: report_pb2.SnapshotScalars, values: np.ndarray) -> None:
        """Takes a snapshot."""
        self._waiting.append(Snapshot(step, scalars, values))
        self._waiting_bytes += values.nbytes

    def ask(self, command: training_pb2.WatchTrainingRequest) -> None:
        """Sends a command after all snapshots; its answer will be `reply`."""
        self.raise_failure()
        # A connection knows only of the proposals that it made itself.
        unknown = command.HasField("outcome") and (self.attempt.ended or self.attempt.proposal is None)
        self._command, self.reply = (None, Reply()) if unknown else (command, None)

    def take_events(self) -> List[Tuple[str, Any]]:
        """Windows, marks and warnings that came since the last call."""
        events, self._events = self._events, []
        return events

    @property
    def is_flushed(self) -> bool:
        """Whether every snapshot is acknowledged."""
        return not self._waiting

    def raise_failure(self) -> None:
        """Raises what ended the run."""
        if self.failure is not None:
            raise self.failure

    def fail(self, failure: BaseException) -> None:
        """Ends the run, unless it has ended."""
        if self.failure is None and not self.done:
            self.failure = failure

    def abort(self) -> None:
        """Ends the run where it is."""
        self.fail(RuntimeError("the watch was closed before it was finished"))
        if self.attempt.call is not None:
            self.attempt.call.cancel()

    # What a connection does.

    def connect(self) -> Attempt:
        """Begins a connection."""
        self.raise_failure()
        self._attempts += 1
        self.patience.missed()
        self.attempt = Attempt()
        return self.attempt

    @property
    def header(self) -> training_pb2.WatchTrainingRequest:
        """A connection's first message."""
        return training_pb2.WatchTrainingRequest(header=self._header)

    def is_over(self, attempt: Attempt) -> bool:
        """Whether a connection is to send nothing more, now and ever."""
        return attempt.ended or self.failure is not None

    def has_next(self, attempt: Attempt) -> bool:
        """Whether there is something to do for who sends: a message, or the end of the stream."""
        return self.is_over(attempt) or (attempt.started and (
            attempt.sent < len(self._waiting) or self._is_unsent(attempt) or self.closing))

    def take_next(self, attempt: Attempt) -> Optional[Outgoing]:
        """What to send now, once `has_next` is true; None: that was all."""
        if self.is_over(attempt):
            return None
        if attempt.sent < len(self._waiting):
            attempt.sent += 1
            return self._waiting[attempt.sent - 1]
        if self._is_unsent(attempt):
            attempt.command = self._command
            return self._command
        return None

    def receive(self, attempt: Attempt, response: Any) -> None:
        """Takes what came; a memoryview where it is a tensor's bytes."""
        self.patience.heard()
        if isinstance(response, memoryview):
            self._tensor(attempt, attempt.assembler.append(response))
            return
        part = response.WhichOneof("part")
        if part == "started":
            self._begin(attempt, response.started)
        elif part == "stored":
            self._acknowledge(attempt, response.stored.step)
        elif part in ("window", "mark", "warning"):
            self._events.append((part, getattr(response, part)))
        elif part == "proposal":
            attempt.proposal, attempt.tensors = response.proposal, {}
            if response.proposal.refusal:
                self._answer(Reply(proposal=response.proposal))
        elif part == "tensor":
            self._tensor(attempt, attempt.assembler.accept(response.tensor))
        elif part == "decision":
            self._answer(Reply(decision=response.decision))
        elif part == "report":
            self.report = self.report or report_pb2.TrainingReport()
            self.report.MergeFrom(response.report)

    def finished(self) -> None:
        """The service ended the connection without an error."""
        self.done = self.report is not None

    def disconnected(self, attempt: Attempt) -> None:
        """A connection has ended, however."""
        attempt.ended = True
        if self._command is not None:
            self._answer(Reply())
        if not self.done:
            # The next connection sends all of it again.
            self.report = None

    def broken(self, error: grpc.RpcError) -> None:
        """A connection ended with an error: the run's, or one after which the next connection goes on."""
        if not self._can_try_again(error):
            self.fail(from_rpc(error))

    def next_pause(self) -> Optional[float]:
        """Seconds before the next connection; None where there will be none."""
        if self.done or self.failure is not None:
            return None
        try:
            return self.patience.pause()
        except KoopmanMeshError as over:
            self.fail(over)
            return None

    def _can_try_again(self, broken: grpc.RpcError) -> bool:
        if is_broken_connection(broken):
            return True
        if self._attempts == 1:
            return False
        # The connection before this one broke between the run's beginning and our hearing of it.
        if self.started is None and broken.code() == grpc.StatusCode.ALREADY_EXISTS:
            self._header.resume = True
            return True
        # The service has not noticed yet that the connection before this one broke.
        return from_rpc(broken).reason in ("TRAINING_WATCHED", "TRAININGS_OPEN")

    def _is_unsent(self, attempt: Attempt) -> bool:
        return self._command is not None and attempt.command is not self._command

    def _answer(self, reply: Reply) -> None:
        self._command, self.reply = None, reply

    def _tensor(self, attempt: Attempt, completed: Optional[Tuple[str, np.ndarray]]) -> None:
        if completed is not None:
            attempt.tensors[completed[0]] = completed[1]
            if len(attempt.tensors) == len(self._layout.shapes):
                self._answer(Reply(proposal=attempt.proposal, tensors=attempt.tensors))

    def _begin(self, attempt: Attempt, started: training_pb2.TrainingStarted) -> None:
        last = started.last_step if started.HasField("last_step") else None
        if self._last_stored is not None and (last is None or last < self._last_stored):
            raise KoopmanMeshError(
                "DATA_LOSS", "SNAPSHOTS_LOST",
                "step %d of '%s' was acknowledged, but after a broken connection the service has %s" % (
                    self._last_stored, started.training_id, "none" if last is None else "step %d as its last" % last))
        if self.started is None:
            self.started = started
        if last is not None:
            self._acknowledge(attempt, last)
        self._header.training_id, self._header.resume = started.training_id, True
        attempt.started = True

    def _acknowledge(self, attempt: Attempt, step: int) -> None:
        self._last_stored = step
        while self._waiting and self._waiting[0].step <= step:
            self._waiting_bytes -= self._waiting.popleft().values.nbytes
            attempt.sent = max(0, attempt.sent - 1)


def messages(outgoing: Outgoing) -> Iterator[Any]:
    """What is sent as it travels."""
    if not isinstance(outgoing, Snapshot):
        yield outgoing
        return
    yield training_pb2.WatchTrainingRequest(
        snapshot=training_pb2.SnapshotHeader(step=outgoing.step, scalars=outgoing.scalars))
    for data in chunks(outgoing.values):
        yield nested(_DATA, data)
