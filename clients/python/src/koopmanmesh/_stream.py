"""A watched run for a trainer that blocks: a thread of its own talks to the service."""
from __future__ import annotations

import threading
from typing import Any, Callable, Iterator, List, Tuple

import grpc
import numpy as np

from koopmanmesh.training.v1 import report_pb2, training_pb2

from ._session import Attempt, Reply, Session, messages


class Stream:
    """The caller's thread puts snapshots in and takes what came out; it waits when too much is not acknowledged.

    begin: begins a call with the requests that it is given.
    """

    def __init__(self, begin: Callable[[Iterator[Any]], Any], session: Session) -> None:
        self._begin, self._session = begin, session
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="koopmanmesh-watch", daemon=True).start()

    # What the caller's thread does.

    def wait_started(self) -> training_pb2.TrainingStarted:
        """What the service said when the run began."""
        with self._changed:
            self._wait(lambda: self._session.started is not None)
            return self._session.started

    def put(self, step: int, scalars: report_pb2.SnapshotScalars, values: np.ndarray) -> None:
        """Takes a snapshot, which must not change afterwards; waits while too much is not acknowledged."""
        with self._changed:
            self._wait(lambda: self._session.has_room(values))
            self._session.put(step, scalars, values)
            self._changed.notify_all()

    def ask(self, command: training_pb2.WatchTrainingRequest) -> Reply:
        """Sends a command after all snapshots, and waits for its answer."""
        with self._changed:
            self._session.ask(command)
            self._changed.notify_all()
            self._wait(lambda: self._session.reply is not None)
            assert self._session.reply is not None
            return self._session.reply

    def flush(self) -> None:
        """Waits until every snapshot is acknowledged."""
        with self._changed:
            self._wait(lambda: self._session.is_flushed)

    def take_events(self) -> List[Tuple[str, Any]]:
        """Windows, marks and warnings that came since the last call."""
        with self._changed:
            return self._session.take_events()

    def finish(self) -> report_pb2.TrainingReport:
        """Says that nothing more comes, and waits for the report."""
        with self._changed:
            self._session.closing = True
            self._changed.notify_all()
            self._wait(lambda: self._session.done)
            return self._session.report

    def abort(self) -> None:
        """Ends the stream where it is; what was acknowledged stays stored."""
        with self._changed:
            self._session.abort()
            self._changed.notify_all()

    def _wait(self, condition: Callable[[], bool]) -> None:
        self._changed.wait_for(lambda: self._session.failure is not None or condition())
        self._session.raise_failure()

    # What the stream's own thread does.

    def _run(self) -> None:
        while True:
            try:
                self._converse()
            except grpc.RpcError as error:
                with self._changed:
                    self._session.broken(error)
            except Exception as failure:  # Whatever it is, the caller's thread must hear of it.
                with self._changed:
                    self._session.fail(failure)
            with self._changed:
                pause = self._session.next_pause()
                self._changed.notify_all()
                if pause is None:
                    return
                self._changed.wait_for(lambda: self._session.failure is not None, pause)

    def _converse(self) -> None:
        """One connection, from its header to its end."""
        with self._changed:
            attempt = self._session.connect()
            # A call that waits drives the attempts to connect, which gRPC makes no progress with otherwise.
            call = attempt.call = self._begin(self._requests(attempt))
        patience = threading.Timer(max(0.0, self._session.patience.left()), call.cancel)
        patience.daemon = True
        patience.start()
        try:
            for response in call:
                patience.cancel()
                with self._changed:
                    self._session.receive(attempt, response)
                    self._changed.notify_all()
            with self._changed:
                self._session.finished()
        finally:
            patience.cancel()
            call.cancel()
            with self._changed:
                self._session.disconnected(attempt)
                self._changed.notify_all()

    def _requests(self, attempt: Attempt) -> Iterator[Any]:
        """What is sent over a connection; gRPC takes it on a thread of its own."""
        yield self._session.header
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._session.has_next(attempt))
                outgoing = self._session.take_next(attempt)
            if outgoing is None:
                return
            yield from messages(outgoing)
