"""Watching a run from any trainer, jumps included."""
from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Union

import numpy as np

from koopmanmesh.training.v1 import options_pb2, report_pb2, training_pb2

from ._stream import Reply, Stream
from .tensors import Layout

if TYPE_CHECKING:
    from .client import Client

Window = report_pb2.Window
Mark = report_pb2.Mark
TrainingWarning = report_pb2.TrainingWarning


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


class Watch:
    """A run that is being watched. Not thread-safe; callbacks are called by the thread that calls its methods.

    client: what koopmanmesh.connect returns, or an endpoint like "localhost:5000".
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
            self, client: Union[Client, str], tensors: Union[Mapping[str, Any], Layout], *, training_id: str = "",
            resume: bool = False, observable: str = "weights", window: Optional[Mapping[str, Any]] = None,
            stop: Optional[Mapping[str, Any]] = None, alarm: Optional[Mapping[str, Any]] = None,
            jump: Optional[Mapping[str, Any]] = None, forecast: Optional[Mapping[str, Any]] = None,
            planned_snapshots: int = 0, history: int = 0, backtest: int = 0,
            on_window: Optional[Callable[[Window], Any]] = None, on_mark: Optional[Callable[[Mark], Any]] = None,
            on_warning: Optional[Callable[[TrainingWarning], Any]] = None, buffer_bytes: int = 256 << 20,
            patience: float = 60.0) -> None:
        if isinstance(client, str):
            from .client import connect
            client = connect(client)
        self.layout = tensors if isinstance(tensors, Layout) else Layout.of(tensors)
        self._callbacks = {"window": on_window, "mark": on_mark, "warning": on_warning}
        self.windows: List[Window] = []
        self.marks: List[Mark] = []
        self.warnings: List[TrainingWarning] = []
        self.report: Optional[report_pb2.TrainingReport] = None
        # A name of our own, so that a run whose beginning we did not hear of can be resumed.
        header = training_pb2.TrainingHeader(
            training_id=training_id or "py-" + uuid.uuid4().hex, resume=resume, tensors=self.layout.messages(),
            element_type=self.layout.element_type, observable=_observable(observable),
            window=options_pb2.WindowOptions(**window or {}), stop=options_pb2.StopOptions(**stop or {}),
            alarm=options_pb2.AlarmOptions(**alarm or {}), jump=options_pb2.JumpOptions(**jump or {}),
            forecast=options_pb2.ForecastOptions(**forecast or {}), planned_snapshots=planned_snapshots,
            history=history, backtest=backtest)
        self._stream = Stream(client.channel, header, self.layout, buffer_bytes, patience)
        self.started = self._stream.wait_started()
        self._newest = self.last_step

    @property
    def training_id(self) -> str:
        """Names the run in every other call."""
        return self.started.training_id

    @property
    def last_step(self) -> Optional[int]:
        """Of a resumed run the last step that was stored when it was resumed: go on after it."""
        return self.started.last_step if self.started.HasField("last_step") else None

    def snapshot(self, step: int, tensors: Mapping[str, Any], **scalars: Optional[float]) -> None:
        """Sends a snapshot; it is copied, so the arrays may change right after.

        step: ascending.
        scalars: loss, validation_loss, accuracy, learning_rate, seconds; those that are None are left out.
        """
        self.send(step, self.layout.pack(tensors), **scalars)

    def send(self, step: int, values: np.ndarray, **scalars: Optional[float]) -> None:
        """The same for values that lie as Layout.empty says; they are not copied and must not change any more."""
        if self._newest is not None and step <= self._newest:
            raise ValueError("step %d came after step %d; the steps of a run ascend" % (step, self._newest))
        known = {name: float(value) for name, value in scalars.items() if value is not None}
        self._stream.put(step, report_pb2.SnapshotScalars(**known), values)
        self._newest = step
        self._deliver()

    def flush(self) -> None:
        """Waits until everything that was sent is stored."""
        self._stream.flush()
        self._deliver()

    def propose(self) -> Proposal:
        """Weights ahead of the last snapshot. Say what became of them by `decide`."""
        return self._proposal(training_pb2.WatchTrainingRequest(propose_jump=training_pb2.ProposeJump()))

    def propose_limit(self) -> Proposal:
        """The predicted limit of the training, to be looked at: it is no jump, and nothing is to be decided."""
        return self._proposal(training_pb2.WatchTrainingRequest(propose_limit=training_pb2.ProposeLimit()))

    def decide(self, proposal: Proposal, loss_before: float, loss_after: float, seconds: float = 0.0) -> bool:
        """Tells the losses at the last snapshot and at the proposal; True: keep the proposal, False: go back.

        Where the connection broke before the decision came, it is False: the run goes on from the last snapshot.
        """
        outcome = training_pb2.JumpOutcome(
            proposal=proposal.number, loss_before=loss_before, loss_after=loss_after, seconds=seconds)
        reply = self._ask(training_pb2.WatchTrainingRequest(outcome=outcome))
        return reply.decision is not None and reply.decision.keep

    def finish(self) -> report_pb2.TrainingReport:
        """Ends the run and returns its report."""
        if self.report is None:
            self.report = self._stream.finish()
            self._deliver()
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

    def _proposal(self, command: training_pb2.WatchTrainingRequest) -> Proposal:
        reply = self._ask(command)
        if reply.proposal is None:
            return Proposal(0, 0, "the connection broke before the proposal came", {}, 0.0)
        said = reply.proposal
        return Proposal(said.proposal, said.horizon, said.refusal, reply.tensors, said.seconds)

    def _ask(self, command: training_pb2.WatchTrainingRequest) -> Reply:
        reply = self._stream.ask(command)
        self._deliver()
        return reply

    def _deliver(self) -> None:
        kept: Dict[str, List[Any]] = {"window": self.windows, "mark": self.marks, "warning": self.warnings}
        for kind, event in self._stream.take_events():
            kept[kind].append(event)
            callback = self._callbacks[kind]
            if callback is not None:
                callback(event)


def _observable(name: str) -> int:
    known = {"weights": options_pb2.OBSERVABLE_WEIGHTS, "layers": options_pb2.OBSERVABLE_LAYERS,
             "norms": options_pb2.OBSERVABLE_NORMS, "scalars": options_pb2.OBSERVABLE_SCALARS}
    if name not in known:
        raise ValueError("observable is '%s', expected one of %s" % (name, ", ".join(known)))
    return known[name]
