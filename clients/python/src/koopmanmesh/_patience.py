"""How long a stream that breaks is begun again."""
from __future__ import annotations

import time
from typing import Optional

from .errors import Unreachable

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0


class Patience:
    """Counts from the moment that a connection is wanted and there is none."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: Optional[float] = None
        self._pause = _FIRST_PAUSE

    def heard(self) -> None:
        """The service answered."""
        self._since, self._pause = None, _FIRST_PAUSE

    def missed(self) -> None:
        """There is no connection."""
        if self._since is None:
            self._since = time.monotonic()

    def left(self) -> float:
        """Seconds until it is over."""
        return self._seconds - (0.0 if self._since is None else time.monotonic() - self._since)

    def pause(self) -> float:
        """Seconds to wait before the next attempt. Raises Unreachable when patience is over."""
        self.missed()
        if self.left() <= 0:
            raise Unreachable("UNAVAILABLE", "", "no service answered for %.3g seconds" % self._seconds)
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        return pause
