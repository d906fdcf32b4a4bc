"""The accounts of jumps, as the trainer sees them."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass
class JumpAccounts:
    """What jumping brought and cost; times in seconds of wall clock."""

    kept: int = 0
    rejected: int = 0
    # Times that no weights were proposed.
    refused: int = 0
    # Snapshots that kept jumps stood for.
    snapshots_skipped: int = 0
    # Waiting for proposals and decisions, copying weights, and evaluating.
    proposal_seconds: float = 0.0
    evaluation_seconds: float = 0.0
    # Training between the snapshots that were sent.
    training_seconds: float = 0.0
    snapshots: int = 0

    @property
    def saved_seconds(self) -> float:
        """What the skipped snapshots would have taken, by the mean of those that came."""
        return self.snapshots_skipped * self.training_seconds / self.snapshots if self.snapshots else 0.0

    @property
    def net_seconds(self) -> float:
        """Saved less spent: negative where jumping cost more than it brought."""
        return self.saved_seconds - self.proposal_seconds - self.evaluation_seconds

    def __str__(self) -> str:
        return ("%d jumps kept, %d rejected, %d refused; %d snapshots skipped; %.2f s saved, %.2f s in proposals, "
                "%.2f s in evaluations: %+.2f s net" % (
                    self.kept, self.rejected, self.refused, self.snapshots_skipped, self.saved_seconds,
                    self.proposal_seconds, self.evaluation_seconds, self.net_seconds))
