"""grpc.health.v1, whose messages are two fields."""
from __future__ import annotations

from . import _methods
from ._calls import Call

_STATES = ("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN")


def check(service: str) -> Call[str]:
    """Whether a service, or with an empty name the whole mesh, takes calls."""
    return Call(_methods.HEALTH, service, lambda state: _STATES[state])
