"""Services that store uploads, tell the statuses and refusals they are told to, and analyse nothing."""
import hashlib
import json
import struct
import threading

import grpc
import numpy as np
from google.protobuf import any_pb2

from koopmanmesh.operator.v1 import operator_pb2, operator_pb2_grpc, report_pb2 as operator_report_pb2
from koopmanmesh.run.v1 import report_pb2, run_pb2, run_pb2_grpc


def message(*fields):
    """Protobuf's encoding of numbers and of string and message fields, written down here once more."""
    encoded = b""
    for number, value in fields:
        if isinstance(value, int):
            encoded += bytes([number << 3]) + _varint(value)
        else:
            encoded += bytes([number << 3 | 2]) + _varint(len(value)) + value
    return encoded


def _varint(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + _varint(value >> 7)


def status_of(*details):
    """A google.rpc.Status with details, each a name and its content."""
    return message((1, 3), (2, b"a sentence"), *(
        (3, any_pb2.Any(type_url="type.googleapis.com/google.rpc." + name, value=content).SerializeToString())
        for name, content in details))


def refuse(context, code, sentence, *details):
    """Ends a call as the services do."""
    context.set_trailing_metadata((("grpc-status-details-bin", status_of(*details)),))
    context.abort(code, sentence)


class FakeMesh(run_pb2_grpc.RunServiceServicer, operator_pb2_grpc.OperatorServiceServicer):
    """unavailable: how often GetRun is refused before it answers.
    breaks: whether the next calls of GetOperator break.
    watches: for each call of WatchRun the statuses that it sends; one that is None breaks the call.
    """

    def __init__(self):
        self.stored = {}
        self.uploads = []
        self.metadata = []
        self.submitted = []
        self.cancelled = []
        self.unavailable = 0
        self.calls = 0
        self.watches = []
        self.refusal = None
        self.file = b""
        self.breaks = []
        self.fits = []
        self.hold = threading.Event()

    def UploadArtifact(self, requests, context):
        header, received = next(requests).header, 0
        if header.digest not in self.stored:
            content = b""
            for request in requests:
                content += request.data
                received += len(request.data)
            assert hashlib.sha256(content).hexdigest() == header.digest
            self.stored[header.digest] = content
        self.uploads.append((header.name, received))
        return run_pb2.UploadArtifactResponse(digest=header.digest, bytes=len(self.stored[header.digest]))

    def SubmitRun(self, request, context):
        self.submitted.append(request)
        return run_pb2.SubmitRunResponse(status=run_pb2.RunStatus(run_id="r-1", state=run_pb2.RUN_STATE_QUEUED))

    def GetRun(self, request, context):
        self.calls += 1
        self.metadata.append(dict(context.invocation_metadata()))
        if self.refusal is not None:
            refuse(context, *self.refusal)
        if self.calls <= self.unavailable:
            context.abort(grpc.StatusCode.UNAVAILABLE, "not yet")
        if request.run_id == "slow":
            self.hold.wait(10)
        return run_pb2.GetRunResponse(status=run_pb2.RunStatus(run_id=request.run_id))

    def WatchRun(self, request, context):
        for told in self.watches.pop(0):
            if told is None:
                context.abort(grpc.StatusCode.UNAVAILABLE, "the fake broke")
            yield run_pb2.WatchRunResponse(status=told)

    def CancelRun(self, request, context):
        self.cancelled.append(request.run_id)
        return run_pb2.CancelRunResponse(
            status=run_pb2.RunStatus(run_id=request.run_id, state=run_pb2.RUN_STATE_CANCELLED))

    def GetReport(self, request, context):
        return run_pb2.GetReportResponse(report=report_pb2.Report(run_id=request.run_id))

    def Fit(self, requests, context):
        received = []
        self.fits.append(received)
        for request in requests:
            received.append(request)
            if self.refusal is not None:
                refuse(context, *self.refusal)
        return operator_pb2.FitResponse(operator_id="f" * 64, summary_id="5" * 64)

    def Predict(self, requests, context):
        steps = 0
        for request in requests:
            steps = request.header.steps or steps
        for frame in tensor("states", np.arange(2.0 * steps).reshape(steps, 2)):
            yield operator_pb2.PredictResponse(tensor=frame)

    def GetOperator(self, request, context):
        if self.breaks and self.breaks.pop(0):
            context.abort(grpc.StatusCode.UNAVAILABLE, "the fake broke")
        yield operator_pb2.GetOperatorResponse(report=operator_report_pb2.OperatorReport(method="exact-dmd", rank=3))
        for at in range(0, len(self.file), 1 << 16):
            yield operator_pb2.GetOperatorResponse(operator_file=self.file[at:at + (1 << 16)])

    def serve(self, server):
        run_pb2_grpc.add_RunServiceServicer_to_server(self, server)
        operator_pb2_grpc.add_OperatorServiceServicer_to_server(self, server)


def tensor(name, array):
    from fake_training_service import frames
    return frames(name, array)


def safetensors(arrays, metadata=None):
    """A file as the format's description has it."""
    names = {"float64": "F64", "float32": "F32", "int64": "I64", "uint8": "U8"}
    header, data = {}, b""
    for name, array in arrays.items():
        end = len(data) + array.nbytes
        header[name] = {"dtype": names[array.dtype.name], "shape": array.shape, "data_offsets": [len(data), end]}
        data += array.tobytes()
    if metadata is not None:
        header["__metadata__"] = metadata
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data
