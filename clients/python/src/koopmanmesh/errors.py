"""What a service refused, as exceptions: one class for each kind of error, with the details that came with it."""
from __future__ import annotations

from typing import Dict, Mapping, Optional, Tuple, Type

import grpc

from . import _details
from ._details import Details, FieldViolation, Resource, Violation

__all__ = [
    "Aborted", "AlreadyExists", "Cancelled", "DataLoss", "DeadlineExceeded", "Details", "FailedPrecondition",
    "FieldViolation", "Internal", "InvalidArgument", "KoopmanMeshError", "NotFound", "OutOfRange", "PermissionDenied",
    "Resource", "ResourceExhausted", "RunCancelled", "RunFailed", "Unauthenticated", "Unavailable", "Unimplemented",
    "UnknownError", "Unreachable", "Violation", "from_rpc", "is_broken_connection",
]


class KoopmanMeshError(Exception):
    """A call failed.

    status: gRPC's name of the kind of error, e.g. "INVALID_ARGUMENT".
    reason: UPPER_SNAKE, e.g. "TRAINING_NOT_FOUND"; empty where the service gave none.
    message: one sentence.
    field: path of the request's field that is wrong, where one is.
    details: everything that came as google.rpc details; its parts are attributes here as well.
    """

    def __init__(
            self, status: str, reason: str, message: str, field: str = "", details: Optional[Details] = None) -> None:
        super().__init__("%s (%s)" % (message, ", ".join(part for part in (status, reason, field) if part)))
        self.status = status
        self.reason = reason
        self.message = message
        self.field = field
        self.details = Details(reason=reason) if details is None else details

    @property
    def domain(self) -> str:
        """Who gave the reason: "koopman.koopmanmesh"."""
        return self.details.domain

    @property
    def metadata(self) -> Mapping[str, str]:
        """What else came with the reason."""
        return self.details.metadata

    @property
    def field_violations(self) -> Tuple[FieldViolation, ...]:
        """Every field that is wrong; `field` is the first one's."""
        return self.details.field_violations

    @property
    def resource(self) -> Optional[Resource]:
        """What does not exist, or exists already."""
        return self.details.resource

    @property
    def retry_delay(self) -> Optional[float]:
        """Seconds after which it makes sense to try again; None where the service named none."""
        return self.details.retry_delay

    @property
    def precondition_violations(self) -> Tuple[Violation, ...]:
        """What must change first."""
        return self.details.precondition_violations

    @property
    def quota_violations(self) -> Tuple[Violation, ...]:
        """Which limits are used up."""
        return self.details.quota_violations


class Cancelled(KoopmanMeshError):
    """CANCELLED: someone gave the work up."""


class UnknownError(KoopmanMeshError):
    """UNKNOWN: the service failed without saying how."""


class InvalidArgument(KoopmanMeshError):
    """INVALID_ARGUMENT: the request is wrong whatever the state; see `field`."""


class DeadlineExceeded(KoopmanMeshError):
    """DEADLINE_EXCEEDED: no answer within the call's time."""


class NotFound(KoopmanMeshError):
    """NOT_FOUND: what the request names does not exist; see `resource`."""


class AlreadyExists(KoopmanMeshError):
    """ALREADY_EXISTS: the name stands for something else; see `resource`."""


class PermissionDenied(KoopmanMeshError):
    """PERMISSION_DENIED: the caller is known and may not."""


class ResourceExhausted(KoopmanMeshError):
    """RESOURCE_EXHAUSTED: a limit is used up; see `retry_delay`."""


class FailedPrecondition(KoopmanMeshError):
    """FAILED_PRECONDITION: right request, wrong state; see `precondition_violations`."""


class Aborted(KoopmanMeshError):
    """ABORTED: something else came in between."""


class OutOfRange(KoopmanMeshError):
    """OUT_OF_RANGE: past the end of what there is."""


class Unimplemented(KoopmanMeshError):
    """UNIMPLEMENTED: the service has no such call; is it an older one?"""


class Internal(KoopmanMeshError):
    """INTERNAL: a fault of the service."""


class Unavailable(KoopmanMeshError):
    """UNAVAILABLE: try again later."""


class Unreachable(Unavailable):
    """No service answered, or none for as long as the client was told to wait."""


class DataLoss(KoopmanMeshError):
    """DATA_LOSS: something that was stored is gone."""


class Unauthenticated(KoopmanMeshError):
    """UNAUTHENTICATED: no token, or one that is not valid (any more)."""


class RunFailed(KoopmanMeshError):
    """A run ended as FAILED; `reason` and `message` are the run's."""


class RunCancelled(KoopmanMeshError):
    """A run was cancelled, by whomever."""


_KINDS: Dict[str, Type[KoopmanMeshError]] = {
    "CANCELLED": Cancelled, "UNKNOWN": UnknownError, "INVALID_ARGUMENT": InvalidArgument,
    "DEADLINE_EXCEEDED": DeadlineExceeded, "NOT_FOUND": NotFound, "ALREADY_EXISTS": AlreadyExists,
    "PERMISSION_DENIED": PermissionDenied, "RESOURCE_EXHAUSTED": ResourceExhausted,
    "FAILED_PRECONDITION": FailedPrecondition, "ABORTED": Aborted, "OUT_OF_RANGE": OutOfRange,
    "UNIMPLEMENTED": Unimplemented, "INTERNAL": Internal, "UNAVAILABLE": Unavailable, "DATA_LOSS": DataLoss,
    "UNAUTHENTICATED": Unauthenticated,
}


def from_rpc(error: grpc.RpcError) -> KoopmanMeshError:
    """The exception for a failed call; reads google.rpc.Status where the service sent it."""
    details = Details()
    for key, value in error.trailing_metadata() or ():
        if key == _details.TRAILER:
            details = _details.read(value)
    status = error.code().name
    kind = _KINDS.get(status, KoopmanMeshError)
    if kind is Unavailable and not details.reason:
        kind = Unreachable
    field = details.field_violations[0].field if details.field_violations else ""
    message = error.details() or "the call failed without a message"
    if kind is Unreachable:
        message = "no service answered; %s (%s)" % (_advice(message), message)
    return kind(status, details.reason, message, field, details)


def _advice(said: str) -> str:
    """What to do about gRPC's words for a connection that there isn't."""
    if "certificate" in said:
        return "trust its authority by root_certificates, and call it by the name in its certificate"
    if "wrong version number" in said:
        return "it speaks no TLS, so call it without https:// and certificates"
    return "is 'koopmesh serve' running there, does it want https://, is its certificate trusted?"


def is_broken_connection(error: grpc.RpcError) -> bool:
    """Whether the stream broke, rather than being refused: then the same can be tried again.

    The services give a reason with every refusal; what comes without one was said by the transport.
    """
    if error.code() == grpc.StatusCode.UNAVAILABLE:
        return True
    transport = (
        grpc.StatusCode.ABORTED, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)
    return error.code() in transport and not from_rpc(error).reason
