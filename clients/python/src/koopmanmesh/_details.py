"""google.rpc.Status, as the services send it with every error, read without the package googleapis-common-protos."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Dict, Mapping, Optional, Tuple

from . import _wire

TRAILER = "grpc-status-details-bin"


@dataclass(frozen=True)
class FieldViolation:
    """A field of the request that is wrong."""

    # Path in the contract's names, e.g. "spec.options.hold_out".
    field: str
    description: str


@dataclass(frozen=True)
class Resource:
    """What an error is about."""

    # E.g. "run" or "artifact".
    type: str
    name: str
    description: str


@dataclass(frozen=True)
class Violation:
    """A precondition that does not hold, or a quota that is used up."""

    # Of a precondition UPPER_SNAKE; empty of a quota.
    type: str
    subject: str
    description: str


@dataclass(frozen=True)
class Details:
    """All of google.rpc that came with an error; what did not come is empty, or None."""

    reason: str = ""
    domain: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    field_violations: Tuple[FieldViolation, ...] = ()
    resource: Optional[Resource] = None
    # Seconds after which it makes sense to try again.
    retry_delay: Optional[float] = None
    precondition_violations: Tuple[Violation, ...] = ()
    quota_violations: Tuple[Violation, ...] = ()


def read(status: bytes) -> Details:
    """The details of a serialized google.rpc.Status; none where it is malformed: the status itself is still true."""
    found: Dict[str, object] = {}
    try:
        for detail in _wire.messages(status, 3):
            reader = _READERS.get(_wire.text(detail, 1).rpartition("/")[2])
            if reader is not None:
                found.update(reader(b"".join(_wire.messages(detail, 2)[-1:])))
    except ValueError:
        return Details()
    return Details(**found)  # type: ignore[arg-type]


def _error_info(content: bytes) -> Dict[str, object]:
    metadata = {_wire.text(entry, 1): _wire.text(entry, 2) for entry in _wire.messages(content, 3)}
    return {"reason": _wire.text(content, 1), "domain": _wire.text(content, 2), "metadata": metadata}


def _bad_request(content: bytes) -> Dict[str, object]:
    return {"field_violations": tuple(
        FieldViolation(_wire.text(one, 1), _wire.text(one, 2)) for one in _wire.messages(content, 1))}


def _resource_info(content: bytes) -> Dict[str, object]:
    return {"resource": Resource(_wire.text(content, 1), _wire.text(content, 2), _wire.text(content, 4))}


def _retry_info(content: bytes) -> Dict[str, object]:
    delay = b"".join(_wire.messages(content, 1)[-1:])
    return {"retry_delay": _wire.number(delay, 1) + _wire.number(delay, 2) / 1e9}


def _precondition_failure(content: bytes) -> Dict[str, object]:
    return {"precondition_violations": tuple(
        Violation(_wire.text(one, 1), _wire.text(one, 2), _wire.text(one, 3)) for one in _wire.messages(content, 1))}


def _quota_failure(content: bytes) -> Dict[str, object]:
    return {"quota_violations": tuple(
        Violation("", _wire.text(one, 1), _wire.text(one, 2)) for one in _wire.messages(content, 1))}


_READERS: Dict[str, Callable[[bytes], Dict[str, object]]] = {
    "google.rpc.ErrorInfo": _error_info,
    "google.rpc.BadRequest": _bad_request,
    "google.rpc.ResourceInfo": _resource_info,
    "google.rpc.RetryInfo": _retry_info,
    "google.rpc.PreconditionFailure": _precondition_failure,
    "google.rpc.QuotaFailure": _quota_failure,
}
