"""One run, as the blocking client sees it."""
from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any, BinaryIO, Iterator, Optional

from koopmanmesh.run.v1 import run_pb2

from . import _runs
from ._patience import Patience
from ._progress import progress as shown
from .errors import KoopmanMeshError, RunCancelled, RunFailed, Unavailable
from .reports import Analysis, ComponentOperator, Replacement

if TYPE_CHECKING:
    from .client import Client

PATIENCE = 60.0
CANCEL_WITHIN = 5.0


class Run:
    """A run that was submitted; `id` names it for good, `status` is the newest that was heard of."""

    def __init__(self, client: Client, status: run_pb2.RunStatus) -> None:
        self._client, self.status = client, status

    @property
    def id(self) -> str:
        """Names the run."""
        return str(self.status.run_id)

    def refresh(self) -> run_pb2.RunStatus:
        """The status now."""
        self.status = self._client._do(_runs.status(self.id))
        return self.status

    def watch(self, *, progress: bool = True, patience: float = PATIENCE) -> Iterator[run_pb2.RunStatus]:
        """Every status until the run has ended.

        progress: shows them on standard error: a bar on a terminal, a line for each stage elsewhere.
        patience: seconds that the service may be unreachable meanwhile, before Unreachable is raised.
        """
        left = Patience(patience)
        with shown(progress) as bar:
            while True:
                try:
                    for response in self._client._stream(_runs.watch(self.id)):
                        left.heard()
                        self.status = response.status
                        bar.show(self.status)
                        yield self.status
                    return
                except Unavailable:
                    time.sleep(left.pause())

    def wait(self, *, progress: bool = True, patience: float = PATIENCE) -> run_pb2.RunStatus:
        """Watches to the end; raises RunFailed or RunCancelled where it is no success."""
        for _ in self.watch(progress=progress, patience=patience):
            pass
        require_success(self.status)
        return self.status

    def wait_or_cancel(self, progress: bool) -> None:
        """The same of a run whose end nobody else waits for: interrupted, it is cancelled."""
        try:
            self.wait(progress=progress)
        except KeyboardInterrupt:
            try:
                self._client.within(CANCEL_WITHIN)._do(_runs.cancel(self.id))
            except KoopmanMeshError:
                pass  # The interrupt is what the caller asked for; a run that is not cancelled ends by itself.
            raise

    def cancel(self) -> run_pb2.RunStatus:
        """Stops the work; a run that has ended stays as it is."""
        self.status = self._client._do(_runs.cancel(self.id))
        return self.status

    def report(self) -> Analysis:
        """What an analysis found; FailedPrecondition until it has succeeded."""
        return self._client._do(_runs.report(self.id))

    def replacement(self) -> Replacement:
        """What a search for stand-ins found."""
        return self._client._do(_runs.replacement(self.id))

    def operator(self, component: int) -> ComponentOperator:
        """The operator of one component, its matrices as arrays that are copied once."""
        return self._client._do(_runs.component(self.id, component, self._client._connection.max_tensor_bytes))

    def download_hybrid(self, file: Optional[BinaryIO] = None, hybrid_id: str = "") -> Any:
        """Writes a hybrid's ONNX file and returns its length; without a file, returns its bytes. Empty: the chosen."""
        target = io.BytesIO() if file is None else file
        count = self._client._do(_runs.download(self.id, hybrid_id, target))
        return target.getvalue() if isinstance(target, io.BytesIO) and file is None else count


def require_success(status: run_pb2.RunStatus) -> None:
    """Raises what became of a run that did not succeed."""
    if status.state == run_pb2.RUN_STATE_FAILED:
        raise RunFailed("FAILED", status.error_reason, status.error)
    if status.state == run_pb2.RUN_STATE_CANCELLED:
        raise RunCancelled("CANCELLED", "RUN_CANCELLED", "run %s was cancelled" % status.run_id)
