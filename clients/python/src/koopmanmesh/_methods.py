"""The calls of the contract, as the client makes them: which may be tried again, and which are quick."""
from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any, Callable, Sequence, Union

from google.protobuf import descriptor_pb2

from koopmanmesh.credit.v1 import bounds_pb2
from koopmanmesh.koopman.v1 import koopman_pb2
from koopmanmesh.operator.v1 import operator_pb2
from koopmanmesh.replacement.v1 import replacement_pb2
from koopmanmesh.run.v1 import run_pb2
from koopmanmesh.training.v1 import training_pb2

from . import _wire


@dataclass(frozen=True)
class Method:
    """One call of one service.

    service, name: as in the contract.
    kind: the method of a channel that begins it, e.g. "unary_stream".
    idempotent: whether it may be made again where the service was not there; as the contract's idempotency_level says.
    quick: whether it is answered from what is known, within seconds.
    decode: what makes a response of its bytes; a memoryview where it holds bulk bytes only.
    """

    service: str
    name: str
    kind: str
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes], Any]
    idempotent: bool
    quick: bool

    @property
    def path(self) -> str:
        """As it travels."""
        return "/%s/%s" % (self.service, self.name)

    @property
    def streams_responses(self) -> bool:
        """Whether more than one message may come back."""
        return self.kind.endswith("_stream")

    @property
    def streams_requests(self) -> bool:
        """Whether it takes an iterator of messages."""
        return self.kind.startswith("stream_")


def _encode(message: Any) -> bytes:
    """Messages with bulk bytes come as what travels already."""
    return message if isinstance(message, bytes) else message.SerializeToString()


def _method(module: ModuleType, service: str, name: str, *, idempotent: bool = False, quick: bool = False,
            payload: Sequence[int] = ()) -> Method:
    owner = module.DESCRIPTOR.services_by_name[service]
    told = descriptor_pb2.MethodDescriptorProto()
    owner.methods_by_name[name].CopyToProto(told)
    parse = getattr(module, owner.methods_by_name[name].output_type.name).FromString

    def decode(message: bytes) -> Union[memoryview, Any]:
        data = _wire.bytes_at(message, payload)
        return parse(message) if data is None else data

    unknown = descriptor_pb2.MethodOptions.IDEMPOTENCY_UNKNOWN
    return Method(
        owner.full_name, name,
        "%s_%s" % ("stream" if told.client_streaming else "unary", "stream" if told.server_streaming else "unary"),
        _encode, decode if payload else parse, idempotent or told.options.idempotency_level != unknown, quick)


UPLOAD = _method(run_pb2, "RunService", "UploadArtifact")
DESCRIBE = _method(run_pb2, "RunService", "DescribeModel", quick=True)
ESTIMATE = _method(run_pb2, "RunService", "EstimateRun")
# The client gives every run an idempotency key.
SUBMIT = _method(run_pb2, "RunService", "SubmitRun", idempotent=True, quick=True)
GET_RUN = _method(run_pb2, "RunService", "GetRun", quick=True)
WATCH_RUN = _method(run_pb2, "RunService", "WatchRun")
CANCEL_RUN = _method(run_pb2, "RunService", "CancelRun", quick=True)
GET_REPORT = _method(run_pb2, "RunService", "GetReport", quick=True)

GET_COMPONENT = _method(koopman_pb2, "FitService", "GetOperator", payload=(2, 2, 1))

GET_REPLACEMENT = _method(replacement_pb2, "ReplacementService", "GetReplacement", quick=True)
DOWNLOAD_HYBRID = _method(replacement_pb2, "ReplacementService", "DownloadHybrid", payload=(1,))

BOUND = _method(bounds_pb2, "BoundService", "BoundHybrid")

FIT = _method(operator_pb2, "OperatorService", "Fit")
PREDICT = _method(operator_pb2, "OperatorService", "Predict", payload=(1, 2, 1))
GET_OPERATOR = _method(operator_pb2, "OperatorService", "GetOperator", payload=(2,))
MERGE = _method(operator_pb2, "OperatorService", "Merge")
LIST_METHODS = _method(operator_pb2, "OperatorService", "ListMethods", quick=True)

WATCH_TRAINING = _method(training_pb2, "TrainingService", "WatchTraining", payload=(7, 2, 1))
GET_TRAINING = _method(training_pb2, "TrainingService", "GetTraining", quick=True)
LIST_TRAININGS = _method(training_pb2, "TrainingService", "ListTrainings", quick=True)
DELETE_TRAINING = _method(training_pb2, "TrainingService", "DeleteTraining", quick=True)
FORECAST = _method(training_pb2, "TrainingService", "Forecast", payload=(2, 2, 1))
PRUNE = _method(training_pb2, "TrainingService", "Prune", payload=(2, 2, 1))
COMPARE = _method(training_pb2, "TrainingService", "CompareTrainings")

# grpc.health.v1: HealthCheckRequest.service = 1, HealthCheckResponse.status = 1.
HEALTH = Method(
    "grpc.health.v1.Health", "Check", "unary_unary",
    lambda service: _wire.nested((1,), service.encode()), lambda message: _wire.number(message, 1),
    idempotent=True, quick=True)
