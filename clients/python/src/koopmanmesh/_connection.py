"""How a mesh is reached: address, encryption, who is calling, and how long a call may take."""
from __future__ import annotations

import ipaddress
import json
import os
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, List, Mapping, Optional, Tuple, Union

import grpc

from . import _methods

# A token, the file that holds it, or a function that returns it.
Token = Union[str, Path, Callable[[], Any]]
Pem = Union[bytes, str, Path]

DEADLINE = 60.0
LONG_DEADLINE = 3600.0
ATTEMPTS = 4
KEEPALIVE = 30.0
MAX_TENSOR_BYTES = 4 << 30

# What gRPC takes as a target, but with the port that it would guess.
_TARGET = re.compile(r"(dns:(//[^/]*/)?|ipv[46]:)?[^/\s]+:\d+|(unix|unix-abstract|vsock|xds):\S+")


@dataclass(frozen=True)
class Connection:
    """Everything that `koopmanmesh.connect` and `koopmanmesh.connect_async` take; see there."""

    endpoint: str
    credentials: Optional[grpc.ChannelCredentials] = None
    root_certificates: Optional[Pem] = None
    client_certificate: Optional[Pem] = None
    client_key: Optional[Pem] = field(default=None, repr=False)
    server_name: str = ""
    token: Optional[Token] = field(default=None, repr=False)
    deadline: Optional[float] = DEADLINE
    long_deadline: Optional[float] = LONG_DEADLINE
    attempts: int = ATTEMPTS
    wait_for_ready: bool = False
    keepalive: float = KEEPALIVE
    metadata: Mapping[str, Union[str, bytes]] = field(default_factory=dict, repr=False)
    max_tensor_bytes: int = MAX_TENSOR_BYTES

    def __post_init__(self) -> None:
        if not _TARGET.fullmatch(self.target):
            raise ValueError("an endpoint is host:port, got '%s'" % self.endpoint)
        if (self.client_certificate is None) != (self.client_key is None):
            raise ValueError("a client certificate and its key come together, got only one of them")
        if not 1 <= self.attempts <= 5:
            raise ValueError("attempts is %d, expected 1 (never again) to 5" % self.attempts)
        if self.endpoint.startswith("http://") and self.encrypted:
            raise ValueError("'%s' is not encrypted, but certificates were given; say https://" % self.endpoint)
        if self.token is not None and not self.encrypted and not _is_loopback(self.target):
            raise ValueError(
                "a token for '%s' would travel readable; use https:// or root_certificates" % self.endpoint)

    @property
    def target(self) -> str:
        """Host and port, or a name with gRPC's scheme such as dns:///."""
        target = self.endpoint
        for scheme in ("http://", "https://"):
            if target.startswith(scheme):
                return target[len(scheme):].rstrip("/")
        return target

    @property
    def encrypted(self) -> bool:
        """Whether the channel uses TLS."""
        return (self.credentials is not None or self.root_certificates is not None
                or self.client_certificate is not None or self.endpoint.startswith("https://"))

    def channel(self, library: Any) -> Any:
        """A channel of grpc or of grpc.aio."""
        if not self.encrypted:
            return library.insecure_channel(self.target, options=self._options())
        credentials = self.credentials or grpc.ssl_channel_credentials(
            _certificate(self.root_certificates, "root_certificates"), _pem(self.client_key),
            _certificate(self.client_certificate, "client_certificate"))
        return library.secure_channel(self.target, credentials, options=self._options())

    def time_for(self, method: _methods.Method, within: Optional[float]) -> Optional[float]:
        """Seconds that a call may take."""
        if within is not None:
            return within
        return self.deadline if method.quick else self.long_deadline

    def _options(self) -> List[Tuple[str, Any]]:
        options: List[Tuple[str, Any]] = [
            # A service that was restarted is found again within a second.
            ("grpc.initial_reconnect_backoff_ms", 100),
            ("grpc.max_reconnect_backoff_ms", 1000),
            # However it is named, this is how long one attempt to connect may take: a busy machine needs its time.
            ("grpc.min_reconnect_backoff_ms", 5_000),
            # A header with its layout, or a report's piece, is far below; this is gRPC's own default, said aloud.
            ("grpc.max_receive_message_length", 4 << 20),
            # All addresses of a name take part.
            ("grpc.service_config", json.dumps({"loadBalancingConfig": [{"round_robin": {}}]})),
            # grpcio 1.51 with retries of its own, which it has by default, waits for ever, past every deadline, for the
            # first response of a stream once a service that was there is gone. The client makes calls again itself.
            ("grpc.enable_retries", 0),
        ]
        if self.keepalive > 0:
            # A machine that vanished is noticed.
            options += [("grpc.keepalive_time_ms", int(1000 * self.keepalive)), ("grpc.keepalive_timeout_ms", 10_000)]
        if self.server_name:
            options += [("grpc.ssl_target_name_override", self.server_name),
                        ("grpc.default_authority", self.server_name)]
        return options


class Identity:
    """The metadata of every call: the caller's own, and its token. A token's file is read again when it has changed."""

    def __init__(self, connection: Connection) -> None:
        self._fixed: Tuple[Tuple[str, Union[str, bytes]], ...] = tuple(connection.metadata.items())
        self._token = connection.token
        self._lock = threading.Lock()
        self._stamp: Optional[Tuple[int, int]] = None
        self._read = ""

    @property
    def token(self) -> Any:
        """The token now; None without one; an awaitable where the caller's function returned one."""
        if isinstance(self._token, Path):
            return self._from_file(self._token)
        return self._token() if callable(self._token) else self._token

    def metadata(self, token: Optional[str]) -> Tuple[Tuple[str, Union[str, bytes]], ...]:
        """What a call carries."""
        return self._fixed if token is None else (*self._fixed, ("authorization", "Bearer " + token.strip()))

    def _from_file(self, path: Path) -> str:
        with self._lock:
            status = os.stat(path)
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp != self._stamp:
                self._read, self._stamp = path.read_text("ascii"), stamp
            return self._read


def _pem(given: Optional[Pem]) -> Optional[bytes]:
    """A certificate or key: its bytes, or the path of its file."""
    return given if given is None or isinstance(given, bytes) else Path(given).read_bytes()


def _certificate(given: Optional[Pem], option: str) -> Optional[bytes]:
    """Refuses what gRPC would take for no address that answers."""
    content = _pem(given)
    if content is not None and b"CERTIFICATE-----" not in content:
        raise ValueError("%s holds no PEM certificate" % option)
    return content


def _is_loopback(target: str) -> bool:
    host = target.rpartition("/")[2].rpartition(":")[0].strip("[]") or target
    if host == "localhost" or target.startswith("unix:"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
