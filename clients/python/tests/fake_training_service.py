"""A TrainingService that keeps what it is sent, breaks connections on command, and analyses nothing.

It says of itself only what the contract says, so that the client is tested against the contract alone.
"""
import threading
from concurrent import futures

import grpc
import numpy as np

from koopmanmesh.tensor.v1 import tensor_pb2
from koopmanmesh.training.v1 import report_pb2, training_pb2, training_pb2_grpc

_DTYPES = {tensor_pb2.ELEMENT_TYPE_FLOAT32: "<f4", tensor_pb2.ELEMENT_TYPE_FLOAT64: "<f8"}


class Run:
    def __init__(self, header):
        self.header = header
        self.steps = []
        self.snapshots = []
        self.scalars = []


class FakeTrainingService(training_pb2_grpc.TrainingServiceServicer):
    """break_after: connection number (from 0) -> snapshots that it stores before it breaks.
    forget_ack: connections whose last snapshot is stored, but not acknowledged, when they break.
    propose: (Run) -> list of arrays, or a refusal; keeps where the loss fell.
    """

    def __init__(self):
        self.runs = {}
        self.connections = 0
        self.headers = []
        self.break_after = {}
        self.forget_ack = set()
        self.break_before_started = set()
        self.may_store = threading.Event()
        self.may_store.set()
        self.received = threading.Semaphore(0)
        self.propose = lambda run: "nothing is proposed here"
        self.rest = 3
        self.horizon = 5
        self.outcomes = []
        self.break_at_outcome = False
        self.break_after_proposal = False
        self.resumed = threading.Event()

    def WatchTraining(self, requests, context):
        connection, self.connections = self.connections, self.connections + 1
        header = next(requests).header
        self.headers.append(header)
        run = self._open(header, context)
        if connection in self.break_before_started:
            context.abort(grpc.StatusCode.UNAVAILABLE, "the fake broke before it said anything")
        started = training_pb2.TrainingStarted(training_id=header.training_id, snapshots=len(run.steps))
        if run.steps:
            started.last_step = run.steps[-1]
        started.jump.rest = self.rest
        yield training_pb2.WatchTrainingResponse(started=started)
        if connection > 0:
            self.resumed.set()
        yield from self._store(connection, run, requests, context)
        report = report_pb2.TrainingReport(training_id=header.training_id, snapshots=len(run.steps), verdict="kept")
        half = len(run.steps) // 2
        for part in (run.steps[:half], run.steps[half:]):
            report.records.extend(report_pb2.SnapshotRecord(step=step) for step in part)
            yield training_pb2.WatchTrainingResponse(report=report)
            report = report_pb2.TrainingReport()

    def _open(self, header, context):
        if header.resume and header.training_id not in self.runs:
            context.abort(grpc.StatusCode.NOT_FOUND, "there is no training '%s'" % header.training_id)
        if not header.resume and header.training_id in self.runs:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, "training '%s' is stored" % header.training_id)
        return self.runs.setdefault(header.training_id, Run(header))

    def _store(self, connection, run, requests, context):
        size = sum(int(np.prod(t.shape)) for t in run.header.tensors)
        dtype = np.dtype(_DTYPES[run.header.element_type])
        announced, data, stored, proposed = None, b"", 0, False
        for request in requests:
            part = request.WhichOneof("part")
            if part == "snapshot":
                assert announced is None, "a snapshot began before the last one was complete"
                announced, data = request.snapshot, b""
                if run.steps and announced.step <= run.steps[-1]:
                    context.abort(
                        grpc.StatusCode.INVALID_ARGUMENT, "step %d came after %d" % (announced.step, run.steps[-1]))
            elif part == "data":
                assert 0 < len(request.data) <= 1 << 20
                data += request.data
            elif part == "outcome" and not proposed:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the proposal is not open")
            else:
                yield from self._command(request, run, context)
                proposed = part == "propose_jump"
                if proposed and self.break_after_proposal:
                    context.abort(grpc.StatusCode.UNAVAILABLE, "the fake broke after its proposal")
            if announced is not None and len(data) == size * dtype.itemsize:
                self.received.release()
                self.may_store.wait(10)
                if self.break_after.get(connection) == stored:
                    context.abort(grpc.StatusCode.UNAVAILABLE, "the fake broke")
                values = np.frombuffer(data, dtype)
                if np.isnan(values).any():
                    context.abort(grpc.StatusCode.INVALID_ARGUMENT, "step %d holds NaN" % announced.step)
                run.steps.append(announced.step)
                run.scalars.append(announced.scalars)
                run.snapshots.append(values)
                stored += 1
                if connection in self.forget_ack and self.break_after.get(connection) == stored:
                    context.abort(grpc.StatusCode.UNAVAILABLE, "the fake broke before the acknowledgement")
                yield training_pb2.WatchTrainingResponse(
                    stored=training_pb2.SnapshotStored(step=announced.step, snapshots=len(run.steps)))
                yield training_pb2.WatchTrainingResponse(window=report_pb2.Window(last_step=announced.step))
                announced = None

    def _command(self, request, run, context):
        if request.WhichOneof("part") == "outcome":
            self.outcomes.append(request.outcome)
            if self.break_at_outcome:
                context.abort(grpc.StatusCode.UNAVAILABLE, "the fake broke before its decision")
            keep = request.outcome.loss_after <= request.outcome.loss_before
            yield training_pb2.WatchTrainingResponse(
                decision=training_pb2.JumpDecision(proposal=request.outcome.proposal, keep=keep))
            return
        tensors = self.propose(run)
        if isinstance(tensors, str):
            yield training_pb2.WatchTrainingResponse(proposal=training_pb2.Proposal(refusal=tensors))
            return
        yield training_pb2.WatchTrainingResponse(
            proposal=training_pb2.Proposal(proposal=len(self.outcomes) + 1, horizon=self.horizon))
        for tensor, array in zip(run.header.tensors, tensors):
            for frame in frames(tensor.name, array):
                yield training_pb2.WatchTrainingResponse(tensor=frame)

    def serve(self, server):
        training_pb2_grpc.add_TrainingServiceServicer_to_server(self, server)


def frames(name, array):
    types = {"float32": 1, "float64": 2, "int64": 3, "uint8": 4}
    header = tensor_pb2.TensorHeader(
        name=name, element_type=types[array.dtype.name], shape=array.shape, byte_length=array.nbytes)
    yield tensor_pb2.TensorFrame(header=header)
    data = array.tobytes()
    for at in range(0, len(data), 1 << 16):
        yield tensor_pb2.TensorFrame(chunk=tensor_pb2.TensorChunk(data=data[at:at + (1 << 16)]))


class Serving:
    """A service on a port of this machine, for a with statement."""

    def __init__(self, service, port=0, credentials=None):
        self._server = grpc.server(futures.ThreadPoolExecutor(8))
        service.serve(self._server)
        address = "127.0.0.1:%d" % port
        self.port = (self._server.add_insecure_port(address) if credentials is None
                     else self._server.add_secure_port(address, credentials))
        self.endpoint = "127.0.0.1:%d" % self.port

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self._server.stop(None).wait()
