"""A run's progress on standard error: a bar on a terminal, a line for each stage elsewhere."""
from __future__ import annotations

import shutil
import sys
from typing import Optional, TextIO, Tuple

from koopmanmesh.run.v1 import run_pb2

_STAGES = {
    "capture": "capturing {0.rows_total:,} rows of {0.components_total} components",
    "fit": "fitting {0.components_total} components",
    "credit": "scoring",
    "audit": "auditing with {0.interventions_total} interventions",
}


class Progress:
    """Shows statuses as they come; use it in a with statement, which ends the bar's line."""

    def __init__(self, stream: Optional[TextIO] = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._bar = self._stream.isatty()
        self._stage = ""
        self._shown = False

    def show(self, status: run_pb2.RunStatus) -> None:
        """The next status."""
        if self._bar:
            self._stream.write("\r\x1b[K" + bar(status, shutil.get_terminal_size().columns - 1))
            self._stream.flush()
            self._shown = True
        elif status.stage != self._stage:
            self._stage = status.stage
            print(_STAGES.get(status.stage, "{0.stage}").format(status), file=self._stream, flush=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            print(file=self._stream, flush=True)


class Silence(Progress):
    """Shows nothing."""

    def show(self, status: run_pb2.RunStatus) -> None:
        """Nothing."""


def progress(wanted: bool) -> Progress:
    """What shows a run's progress, or does not."""
    return Progress() if wanted else Silence()


def bar(status: run_pb2.RunStatus, width: int) -> str:
    """One line: the stage, a bar, what is done of how much, and how fast."""
    done, total, what = _counts(status)
    told = "%s %s of %s" % (what, format(done, ","), format(total, ","))
    if what == "rows" and status.rows_per_second > 0:
        told += ", %s/s" % format(int(status.rows_per_second), ",")
    room = min(40, width - len(told) - 14)
    if total == 0 or room < 5:
        return ("%-9s %s" % (status.stage, told if total else "")).rstrip()[:width]
    full = min(room, room * done // total)
    return "%-9s [%s%s] %s" % (status.stage, "#" * full, "-" * (room - full), told)


def _counts(status: run_pb2.RunStatus) -> Tuple[int, int, str]:
    if status.steps_total > 0:
        return status.steps_done, status.steps_total, "steps"
    if status.stage == "audit":
        return status.interventions_done, status.interventions_total, "interventions"
    if status.stage == "fit":
        return status.components_fitted, status.components_total, "components"
    return status.rows_captured, status.rows_total, "rows"
