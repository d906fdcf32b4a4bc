"""What runs found: the contract's messages, and their numbers as arrays."""
from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

import numpy as np
from google.protobuf import json_format

from koopmanmesh.koopman.v1 import koopman_pb2
from koopmanmesh.replacement.v1 import report_pb2 as replacement_pb2
from koopmanmesh.run.v1 import report_pb2

# What protobuf's own argument is called; 5.26 renamed it.
_DEFAULTS_TOO = next(name for name in inspect.signature(json_format.MessageToJson).parameters if name in (
    "including_default_value_fields", "always_print_fields_with_no_presence"))

_METRICS = ("canonical", "telescoped", "local", "qr_chained", "backward_det", "operator_det")
_INTERVALS = ("canonical", "telescoped")


@dataclass(frozen=True)
class Analysis:
    """What an analysis found. Arrays have one entry for each component, in the order data flows; NaN is undefined.

    report: the message; docs/report.md explains every number.
    """

    report: report_pb2.Report

    @property
    def components(self) -> List[str]:
        """Names."""
        return [component.name for component in self.report.components]

    def credits(self, metric: str = "canonical") -> np.ndarray:
        """Credits in nats: canonical, telescoped, local, qr_chained, backward_det or operator_det."""
        _require(metric, _METRICS)
        return np.array([_optional(component.credit, metric) for component in self.report.components])

    def intervals(self, metric: str = "canonical") -> np.ndarray:
        """Intervals of 90 % of the canonical or telescoped credits, [components, 2]."""
        _require(metric, _INTERVALS)
        found = np.full((len(self.report.components), 2), np.nan)
        for row, component in zip(found, self.report.components):
            if component.credit.HasField(metric + "_interval"):
                interval = getattr(component.credit, metric + "_interval")
                row[:] = interval.low, interval.high
        return found

    def shares(self, metric: str = "canonical") -> np.ndarray:
        """Shares of |credit|; dead components have none."""
        _require(metric, _INTERVALS)
        return np.array([getattr(component.credit, metric + "_share") for component in self.report.components])

    def ranking(self, metric: str = "canonical") -> List[str]:
        """Names by descending |credit|; dead components are left out."""
        _require(metric, _INTERVALS)
        ranked = [(getattr(c.credit, metric + "_rank"), c.name) for c in self.report.components]
        return [name for rank, name in sorted(ranked) if rank > 0]

    def eigenvalues(self, component: int) -> np.ndarray:
        """Eigenvalues of a component's spectrum fit, complex."""
        return np.array([complex(pair.value.re, pair.value.im)
                         for pair in self.report.components[component].spectrum.eigenpairs], np.complex128)

    def singular_values(self, component: int) -> np.ndarray:
        """Singular values of a component's inputs, descending."""
        return np.array(self.report.components[component].fit.singular_values)

    @property
    def verdicts(self) -> Dict[str, str]:
        """What the audit says of each metric and claim, e.g. {"canonical irreplaceability": "trusted"}."""
        return {"%s %s" % (said.metric, _short(report_pb2.Claim.Name(said.claim))):
                _short(report_pb2.Verdict.Name(said.verdict)) for said in self.report.audit.verdicts}

    @property
    def warnings(self) -> List[str]:
        """What must be known before a number is believed."""
        return list(self.report.warnings)

    def to_json(self) -> str:
        """The report in proto JSON, fields at their defaults included."""
        return str(json_format.MessageToJson(self.report, **{_DEFAULTS_TOO: True}))

    def __str__(self) -> str:
        rows = ["%-24s %10s %8s" % ("component", "credit", "share")]
        rows += ["%-24s %10.4g %7.1f%%" % (name, credit, 100 * share) for name, credit, share in zip(
            self.components, self.credits(), self.shares())]
        return "\n".join(rows)


@dataclass(frozen=True)
class Replacement:
    """What a replacement run found.

    report: the message; docs/replacement.md explains every number.
    """

    report: replacement_pb2.ReplacementReport

    @property
    def front(self) -> List[replacement_pb2.Hybrid]:
        """The hybrids that were exported, best score first."""
        return list(self.report.front)

    @property
    def chosen(self) -> Optional[replacement_pb2.Hybrid]:
        """What the budget chose; None: replace nothing."""
        return self.report.front[self.report.chosen] if self.report.chosen >= 0 else None

    @property
    def verdict(self) -> str:
        """Why, one sentence."""
        return str(self.report.verdict)

    @property
    def scores(self) -> np.ndarray:
        """Of the front, on rows that nothing was chosen on."""
        return np.array([hybrid.performance.score for hybrid in self.report.front])

    @property
    def operations(self) -> np.ndarray:
        """Multiplications and additions of one row, of the front."""
        return np.array([hybrid.costs.operations for hybrid in self.report.front], np.int64)


@dataclass(frozen=True)
class ComponentOperator:
    """The operator of one component of a run: docs/operators.md names its tensors."""

    summary: koopman_pb2.OperatorSummary
    matrices: Dict[str, np.ndarray]


def _optional(message: Any, name: str) -> float:
    return float(getattr(message, name)) if message.HasField(name) else float("nan")


def _require(metric: str, known: Any) -> None:
    if metric not in known:
        raise ValueError("metric is '%s', expected one of %s" % (metric, ", ".join(known)))


def _short(name: str) -> str:
    return name.partition("_")[2].replace("_", " ").lower()
