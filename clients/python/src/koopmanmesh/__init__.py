"""A client of KoopmanMesh (docs/python.md).

    client = koopmanmesh.connect("localhost:7070")
    analysis = client.analyze("model.onnx", "rows.npy")
    print(analysis.credits())

    operator = client.fit(trajectory)
    print(operator.eigenvalues, operator.predict(trajectory[-1], 10))

    with client.training(weights) as watch:
        for step in range(1000):
            ...
            watch.snapshot(step, weights, loss=loss)
    print(watch.report.verdict)

The same with await is in koopmanmesh.aio, for PyTorch see koopmanmesh.torch.KoopmanCallback. The messages of the
contract lie below this package as protoc names them, e.g. koopmanmesh.training.v1.report_pb2.TrainingReport.
"""
from ._safetensors import Matrices
from ._trainings import Forecast, Pruning
from .client import Client, connect
from .errors import (
    Aborted, AlreadyExists, Cancelled, DataLoss, DeadlineExceeded, FailedPrecondition, Internal, InvalidArgument,
    KoopmanMeshError, NotFound, OutOfRange, PermissionDenied, ResourceExhausted, RunCancelled, RunFailed,
    Unauthenticated, Unavailable, Unimplemented, UnknownError, Unreachable)
from .jumps import JumpAccounts
from .operator_of_data import Operator
from .reports import Analysis, ComponentOperator, Replacement
from .run_handle import Run
from .watch import Proposal, Watch

__all__ = [
    "Aborted", "AlreadyExists", "Analysis", "Cancelled", "Client", "ComponentOperator", "DataLoss", "DeadlineExceeded",
    "FailedPrecondition", "Forecast", "Internal", "InvalidArgument", "JumpAccounts", "KoopmanMeshError", "Matrices",
    "NotFound", "Operator", "OutOfRange", "PermissionDenied", "Proposal", "Pruning", "Replacement", "ResourceExhausted",
    "Run", "RunCancelled", "RunFailed", "Unauthenticated", "Unavailable", "Unimplemented", "UnknownError",
    "Unreachable", "Watch", "connect", "connect_async",
]


def connect_async(endpoint: str, credentials: object = None, **options: object) -> "aio.Client":
    """The same as connect, for asyncio: koopmanmesh.aio.connect."""
    from . import aio
    return aio.connect(endpoint, credentials, **options)
