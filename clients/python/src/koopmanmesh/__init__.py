"""A client of KoopmanMesh (docs/python.md): streams a training run to it and brings back what its spectrum says.

    client = koopmanmesh.connect("localhost:5000")
    with client.training(weights) as watch:
        for step in range(1000):
            ...
            watch.snapshot(step, weights, loss=loss)
    print(watch.report.verdict)

For PyTorch see koopmanmesh.torch.KoopmanCallback. The messages of the contract lie below this package as protoc
names them, e.g. koopmanmesh.training.v1.report_pb2.TrainingReport.
"""
from .client import Client, Forecast, Pruning, connect
from .errors import KoopmanMeshError, Unreachable
from .jumps import JumpAccounts
from .watch import Proposal, Watch

__all__ = [
    "Client", "Forecast", "JumpAccounts", "KoopmanMeshError", "Proposal", "Pruning", "Unreachable", "Watch", "connect",
]
