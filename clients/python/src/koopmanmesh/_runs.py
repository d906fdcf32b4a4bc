"""Calls about runs: what is uploaded, asked for and reported."""
from __future__ import annotations

import uuid
from typing import Any, BinaryIO, Dict, Mapping, Tuple, Union

import numpy as np

from koopmanmesh.credit.v1 import bounds_pb2
from koopmanmesh.koopman.v1 import koopman_pb2
from koopmanmesh.replacement.v1 import replacement_pb2
from koopmanmesh.run.v1 import options_pb2, run_pb2
from koopmanmesh.run.v1 import replacement_pb2 as replacement_options_pb2

from . import _methods
from ._calls import Call
from ._collect import Tensors, Written
from ._messages import build, enum_value
from .reports import Analysis, ComponentOperator, Replacement
from .sources import Source
from .tensors import frame_messages

_GRANULARITY = options_pb2.DESCRIPTOR.enum_types_by_name["Granularity"]

# Of the conformal bound; as the replacement runs have it.
_ALPHA = 0.01


def upload(source: Source, digest: str) -> Call[run_pb2.ArtifactRef]:
    return Call(_methods.UPLOAD, lambda: source.requests(digest),
                lambda response: run_pb2.ArtifactRef(digest=response.digest, name=source.name))


def describe(model: run_pb2.ArtifactRef, granularity: Union[str, int]) -> Call[run_pb2.DescribeModelResponse]:
    return Call(_methods.DESCRIBE, run_pb2.DescribeModelRequest(
        model=model, granularity=enum_value(_GRANULARITY, granularity)))


def analysis(options: Mapping[str, Any]) -> run_pb2.RunSpec:
    """An analysis, before it is said of which files: fields of DataOptions and of AnalysisOptions."""
    read, others = _read(options)
    return run_pb2.RunSpec(data_options=read, options=build(options_pb2.AnalysisOptions, others))


def search(options: Mapping[str, Any]) -> run_pb2.RunSpec:
    """The same of a search for stand-ins: fields of DataOptions and of ReplacementOptions, and the granularity."""
    read, others = _read(options)
    granularity = enum_value(_GRANULARITY, others.pop("granularity", 0))
    return run_pb2.RunSpec(
        data_options=read, options=options_pb2.AnalysisOptions(granularity=granularity),
        replacement=build(replacement_options_pb2.ReplacementOptions, others))


def _read(options: Mapping[str, Any]) -> Tuple[options_pb2.DataOptions, Dict[str, Any]]:
    known = options_pb2.DataOptions.DESCRIPTOR.fields_by_name
    read = build(options_pb2.DataOptions, {name: value for name, value in options.items() if name in known})
    return read, {name: value for name, value in options.items() if name not in known}


def estimate(asked: run_pb2.RunSpec) -> Call[run_pb2.EstimateRunResponse]:
    return Call(_methods.ESTIMATE, run_pb2.EstimateRunRequest(spec=asked))


def submit(asked: run_pb2.RunSpec, key: str) -> Call[run_pb2.RunStatus]:
    # With a key of our own a submission that is tried again is not a second run.
    return Call(_methods.SUBMIT, run_pb2.SubmitRunRequest(
        spec=asked, idempotency_key=key or "py-" + uuid.uuid4().hex), lambda response: response.status)


def status(run_id: str) -> Call[run_pb2.RunStatus]:
    return Call(_methods.GET_RUN, run_pb2.GetRunRequest(run_id=run_id), lambda response: response.status)


def watch(run_id: str) -> Call[None]:
    return Call(_methods.WATCH_RUN, run_pb2.WatchRunRequest(run_id=run_id))


def cancel(run_id: str) -> Call[run_pb2.RunStatus]:
    return Call(_methods.CANCEL_RUN, run_pb2.CancelRunRequest(run_id=run_id), lambda response: response.status)


def report(run_id: str) -> Call[Analysis]:
    return Call(_methods.GET_REPORT, run_pb2.GetReportRequest(run_id=run_id),
                lambda response: Analysis(response.report))


def replacement(run_id: str) -> Call[Replacement]:
    return Call(_methods.GET_REPLACEMENT, replacement_pb2.GetReplacementRequest(run_id=run_id),
                lambda response: Replacement(response.report))


def download(run_id: str, hybrid_id: str, file: BinaryIO) -> Call[int]:
    return Call(_methods.DOWNLOAD_HYBRID, replacement_pb2.DownloadHybridRequest(run_id=run_id, hybrid_id=hybrid_id),
                collect=lambda: Written(file, lambda response: response.data))


class _Component(Tensors):
    def result(self) -> Any:
        return ComponentOperator(*super().result())


def component(run_id: str, index: int, max_bytes: int) -> Call[ComponentOperator]:
    return Call(_methods.GET_COMPONENT, koopman_pb2.GetOperatorRequest(run_id=run_id, component=index),
                collect=lambda: _Component("summary", max_bytes))


def bound(original: run_pb2.ArtifactRef, hybrid: run_pb2.ArtifactRef, box: Tuple[np.ndarray, np.ndarray],
          options: Mapping[str, Any]) -> Call[bounds_pb2.BoundLadder]:
    header = build(
        bounds_pb2.BoundHeader, {"original": original, "hybrid": hybrid, "alpha": _ALPHA, **options})

    def requests() -> Any:
        yield bounds_pb2.BoundHybridRequest(header=header)
        for name, side in zip(("lower", "upper"), box):
            yield from frame_messages(
                (2,), bounds_pb2.BoundHybridRequest, name, np.atleast_1d(np.asarray(side, np.float64)))

    return Call(_methods.BOUND, requests(), lambda response: response.bounds)
