"""The calls of the contract, as the client makes them: which may be tried again, and which are quick."""
from __future__ import annotations

import json
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Callable, Dict, List, Sequence, Tuple, Union

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
    idempotent: whether gRPC may try it again where the service was not there.
    quick: whether it is answered from what is known, within seconds.
    payload: path to the bulk bytes of a response; a response with nothing else comes as a memoryview of them.
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

    return Method(
        owner.full_name, name,
        "%s_%s" % ("stream" if told.client_streaming else "unary", "stream" if told.server_streaming else "unary"),
        _encode, decode if payload else parse, idempotent, quick)


UPLOAD = _method(run_pb2, "RunService", "UploadArtifact", idempotent=True)
DESCRIBE = _method(run_pb2, "RunService", "DescribeModel", idempotent=True, quick=True)
ESTIMATE = _method(run_pb2, "RunService", "EstimateRun", idempotent=True)
# The client gives every run an idempotency key.
SUBMIT = _method(run_pb2, "RunService", "SubmitRun", idempotent=True, quick=True)
GET_RUN = _method(run_pb2, "RunService", "GetRun", idempotent=True, quick=True)
WATCH_RUN = _method(run_pb2, "RunService", "WatchRun", idempotent=True)
CANCEL_RUN = _method(run_pb2, "RunService", "CancelRun", idempotent=True, quick=True)
GET_REPORT = _method(run_pb2, "RunService", "GetReport", idempotent=True, quick=True)

GET_COMPONENT = _method(koopman_pb2, "FitService", "GetOperator", idempotent=True, payload=(2, 2, 1))

GET_REPLACEMENT = _method(replacement_pb2, "ReplacementService", "GetReplacement", idempotent=True, quick=True)
DOWNLOAD_HYBRID = _method(replacement_pb2, "ReplacementService", "DownloadHybrid", idempotent=True, payload=(1,))

BOUND = _method(bounds_pb2, "BoundService", "BoundHybrid", idempotent=True)

FIT = _method(operator_pb2, "OperatorService", "Fit", idempotent=True)
PREDICT = _method(operator_pb2, "OperatorService", "Predict", idempotent=True, payload=(1, 2, 1))
GET_OPERATOR = _method(operator_pb2, "OperatorService", "GetOperator", idempotent=True, payload=(2,))
MERGE = _method(operator_pb2, "OperatorService", "Merge", idempotent=True)
LIST_METHODS = _method(operator_pb2, "OperatorService", "ListMethods", idempotent=True, quick=True)

WATCH_TRAINING = _method(training_pb2, "TrainingService", "WatchTraining", payload=(7, 2, 1))
GET_TRAINING = _method(training_pb2, "TrainingService", "GetTraining", idempotent=True, quick=True)
LIST_TRAININGS = _method(training_pb2, "TrainingService", "ListTrainings", idempotent=True, quick=True)
# A second attempt finds it deleted: NOT_FOUND would be said of a call that did what it should.
DELETE_TRAINING = _method(training_pb2, "TrainingService", "DeleteTraining", quick=True)
FORECAST = _method(training_pb2, "TrainingService", "Forecast", idempotent=True, payload=(2, 2, 1))
PRUNE = _method(training_pb2, "TrainingService", "Prune", idempotent=True, payload=(2, 2, 1))
COMPARE = _method(training_pb2, "TrainingService", "CompareTrainings", idempotent=True)

# grpc.health.v1: HealthCheckRequest.service = 1, HealthCheckResponse.status = 1.
HEALTH = Method(
    "grpc.health.v1.Health", "Check", "unary_unary",
    lambda service: _wire.nested((1,), service.encode()), lambda message: _wire.number(message, 1),
    idempotent=True, quick=True)

_ALL: Tuple[Method, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Method))


def service_config(attempts: int) -> str:
    """gRPC's service config: idempotent calls are tried again where the service is unavailable (gRFC A6)."""
    # All addresses of a name take part.
    config: Dict[str, Any] = {"loadBalancingConfig": [{"round_robin": {}}]}
    if attempts < 2:
        return json.dumps(config)
    names: List[Dict[str, str]] = [
        {"service": method.service, "method": method.name} for method in _ALL if method.idempotent]
    config["methodConfig"] = [{
        "name": names,
        "retryPolicy": {
            "maxAttempts": attempts, "initialBackoff": "0.1s", "maxBackoff": "2s", "backoffMultiplier": 2,
            "retryableStatusCodes": ["UNAVAILABLE"],
        },
    }]
    # Where most calls fail, trying again makes it worse.
    config["retryThrottling"] = {"maxTokens": 10, "tokenRatio": 0.1}
    return json.dumps(config)
