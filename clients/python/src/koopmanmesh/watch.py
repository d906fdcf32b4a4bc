"""Watching a run from any trainer, jumps included."""
from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Tuple, Union

import numpy as np

from koopmanmesh.training.v1 import options_pb2, report_pb2, training_pb2

from . import _methods
from ._calls import Call
from ._messages import build, enum_value
from ._session import Reply, Session
from ._stream import Stream
from .tensors import Layout

if TYPE_CHECKING:
    from .client import Client

Window = report_pb2.Window
Mark = report_pb2.Mark
TrainingWarning = report_pb2.TrainingWarning

_OBSERVABLE = options_pb2.DESCRIPTOR.enum_types_by_name["Observable"]
_OPTIONS = {
    "window": options_pb2.WindowOptions, "stop": options_pb2.StopOptions, "alarm": options_pb2.AlarmOptions,
    "jump": options_pb2.JumpOptions, "forecast": options_pb2.ForecastOptions,
}
_PROPOSE_JUMP = training_pb2.WatchTrainingRequest(propose_jump=training_pb2.ProposeJump())
_PROPOSE_LIMIT = training_pb2.WatchTrainingRequest(propose_limit=training_pb2.ProposeLimit())


@dataclass(frozen=True)
class Proposal:
    """Weights ahead of the last snapshot; where there are none, `refusal` says why and `weights` is empty."""

    number: int
    # Snapshots ahead; 0 for the limit.
    horizon: int
    refusal: str
    weights: Dict[str, np.ndarray]
    # The service's, for fit and prediction.
    seconds: float

    def __bool__(self) -> bool:
        return not self.refusal


class Watched:
    """What is known of a run that is being watched, however it is waited for; Watch tells the options."""

    def __init__(
            self, tensors: Union[Mapping[str, Any], Layout], *, training_id: str = "", resume: bool = False,
            observable: Union[str, int] = "weights", window: Optional[Mapping[str, Any]] = None,
            stop: Optional[Mapping[str, Any]] = None, alarm: Optional[Mapping[str, Any]] = None,
            jump: Optional[Mapping[str, Any]] = None, forecast: Optional[Mapping[str, Any]] = None,
            planned_snapshots: int = 0, history: int = 0, backtest: int = 0,
            on_window: Optional[Callable[[Window], Any]] = None, on_mark: Optional[Callable[[Mark], Any]] = None,
            on_warning: Optional[Callable[[TrainingWarning], Any]] = None, buffer_bytes: int = 256 << 20,
            patience: float = 60.0) -> None:
        self.layout = tensors if isinstance(tensors, Layout) else Layout.of(tensors)
        self._callbacks = {"window": on_window, "mark": on_mark, "warning": on_warning}
        self.windows: List[Window] = []
        self.marks: List[Mark] = []
        self.warnings: List[TrainingWarning] = []
        self.report: Optional[report_pb2.TrainingReport] = None
        # A name of our own, so that a run whose beginning we did not hear of can be resumed.
        header = training_pb2.TrainingHeader(
            training_id=training_id or "py-" + uuid.uuid4().hex, resume=resume, tensors=self.layout.messages(),
            element_type=self.layout.element_type, observable=enum_value(_OBSERVABLE, observable),
            planned_snapshots=planned_snapshots, history=history, backtest=backtest)
        given = {"window": window, "stop": stop, "alarm": alarm, "jump": jump, "forecast": forecast}
        for name, options in given.items():
            getattr(header, name).CopyFrom(build(_OPTIONS[name], options or {}))
        self._session = Session(header, self.layout, buffer_bytes, patience)
        self._newest: Optional[int] = None

    @property
    def started(self) -> training_pb2.TrainingStarted:
        """What the service said when the run began, with every default filled in."""
        if self._session.started is None:
            raise RuntimeError("the watch has not begun")
        return self._session.started

    @property
    def training_id(self) -> str:
        """Names the run in every other call."""
        return str(self.started.training_id)

    @property
    def last_step(self) -> Optional[int]:
        """Of a resumed run the last step that was stored when it was resumed: go on after it."""
        return int(self.started.last_step) if self.started.HasField("last_step") else None

    def _scalars(self, step: int, scalars: Mapping[str, Optional[float]]) -> report_pb2.SnapshotScalars:
        newest = self.last_step if self._newest is None else self._newest
        if newest is not None and step <= newest:
            raise ValueError("step %d came after step %d; the steps of a run ascend" % (step, newest))
        return report_pb2.SnapshotScalars(
            **{name: float(value) for name, value in scalars.items() if value is not None})

    def _sent(self, step: int, events: List[Tuple[str, Any]]) -> None:
        self._newest = step
        self._deliver(events)

    def _deliver(self, events: List[Tuple[str, Any]]) -> None:
        kept: Dict[str, List[Any]] = {"window": self.windows, "mark": self.marks, "warning": self.warnings}
        for kind, event in events:
            kept[kind].append(event)
            callback = self._callbacks[kind]
            if callback is not None:
                callback(event)


class Watch(Watched):
    """A run that is being watched. Not thread-safe; callbacks are called by the thread that calls its methods.

    client: what koopmanmesh.connect returns, or an endpoint like "localhost:7070".
    tensors: a first snapshot, or a Layout: the names and shapes that every snapshot has.
    training_id: names the run; a new name by default. `resume` goes on with a run that is stored: see `last_step`.
    observable: "weights", "layers", "norms" or "scalars".
    window, stop, alarm, jump, forecast: fields of the messages in koopmanmesh.training.v1.options_pb2, e.g.
        window={"length": 20}.
    planned_snapshots, history, backtest: as in TrainingHeader.
    on_window, on_mark, on_warning: called with each report_pb2.Window, Mark and TrainingWarning.
    buffer_bytes: most bytes of snapshots that wait for their acknowledgement; beyond, `snapshot` waits.
    patience: seconds that the service may be unreachable before Unreachable is raised; what was not acknowledged is
        sent again.
    """

    def __init__(
            self, client: Union[Client, str], tensors: Union[Mapping[str, Any], Layout], **options: Any) -> None:
        if isinstance(client, str):
            from .client import connect
            client = connect(client)
        super().__init__(tensors, **options)
        calls = client
        self._stream = Stream(
            lambda requests: calls._begin(Call(_methods.WATCH_TRAINING, requests), wait_for_ready=True), self._session)
        self._stream.wait_started()

    def snapshot(self, step: int, tensors: Mapping[str, Any], **scalars: Optional[float]) -> None:
        """Sends a snapshot; it is copied, so the arrays may change right after.

        step: ascending.
        scalars: loss, validation_loss, accuracy, learning_rate, seconds; those that are None are left out.
        """
        self.send(step, self.layout.pack(tensors), **scalars)

    def send(self, step: int, values: np.ndarray, **scalars: Optional[float]) -> None:
        """The same for values that lie as Layout.empty says; they are not copied and must not change any more."""
        self._stream.put(step, self._scalars(step, scalars), values)
        self._sent(step, self._stream.take_events())

    def flush(self) -> None:
        """Waits until everything that was sent is stored."""
        self._stream.flush()
        self._deliver(self._stream.take_events())

    def propose(self) -> Proposal:
        """Weights ahead of the last snapshot. Say what became of them by `decide`."""
        return proposal(self._ask(_PROPOSE_JUMP))

    def propose_limit(self) -> Proposal:
        """The predicted limit of the training, to be looked at: it is no jump, and nothing is to be decided."""
        return proposal(self._ask(_PROPOSE_LIMIT))

    def decide(self, proposal: Proposal, loss_before: float, loss_after: float, seconds: float = 0.0) -> bool:
        """Tells the losses at the last snapshot and at the proposal; True: keep the proposal, False: go back.

        Where the connection broke before the decision came, it is False: the run goes on from the last snapshot.
        """
        return keeps(self._ask(outcome(proposal, loss_before, loss_after, seconds)))

    def finish(self) -> report_pb2.TrainingReport:
        """Ends the run and returns its report."""
        if self.report is None:
            self.report = self._stream.finish()
            self._deliver(self._stream.take_events())
        return self.report

    def abort(self) -> None:
        """Ends the watch without a report; what was sent and acknowledged stays stored, and can be resumed."""
        self._stream.abort()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None:
            self.finish()
        else:
            self.abort()

    def _ask(self, command: training_pb2.WatchTrainingRequest) -> Reply:
        reply = self._stream.ask(command)
        self._deliver(self._stream.take_events())
        return reply


def outcome(
        proposal: Proposal, loss_before: float, loss_after: float,
        seconds: float) -> training_pb2.WatchTrainingRequest:
    """What became of a proposal."""
    return training_pb2.WatchTrainingRequest(outcome=training_pb2.JumpOutcome(
        proposal=proposal.number, loss_before=loss_before, loss_after=loss_after, seconds=seconds))


def proposal(reply: Reply) -> Proposal:
    """What a reply proposes."""
    if reply.proposal is None:
        return Proposal(0, 0, "the connection broke before the proposal came", {}, 0.0)
    said = reply.proposal
    return Proposal(said.proposal, said.horizon, said.refusal, reply.tensors, said.seconds)


def keeps(reply: Reply) -> bool:
    """Whether a reply says to keep what was proposed."""
    return reply.decision is not None and bool(reply.decision.keep)
