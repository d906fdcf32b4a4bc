/**
 * A client of KoopmanMesh (docs/node.md): analyses networks, fits operators, watches training runs.
 *
 *     const client = connect('localhost:5000');
 *     const report = await client.analyze({ model: 'model.onnx', data: 'rows.npy' });
 */
export type { Artifact, RunRequest, SubmitOptions, WatchRunOptions } from './runs.js';
export { Run, RunFailed } from './runs.js';
export type { Source, UploadOptions } from './artifacts.js';
export type { CallOptions } from './calls.js';
export { Client, connect } from './client.js';
export type { ConnectOptions } from './connect.js';
export type { FieldViolation, PreconditionViolation, QuotaViolation, Resource } from './details.js';
export { KoopmanMeshError, Unreachable, type StatusName } from './errors.js';
export type { Weights } from './layout.js';
export { Operator, type FitData, type FitOptions, type PredictOptions, type Rows } from './operators.js';
export { progressBar, progressLine } from './progress.js';
export { readSafetensors, type TensorFile } from './safetensors.js';
export type { Floats, Tensor, TypedArray } from './tensors.js';
export type { CompareOptions, Forecast, ForecastOptions, PruneOptions, Pruning } from './trainings.js';
export { Watch, type Proposal, type WatchEvent, type WatchOptions } from './watch.js';

export type { CompareTrainingsResponse } from './generated/koopmanmesh/training/v1/CompareTrainingsResponse.js';
export type { DescribeModelResponse } from './generated/koopmanmesh/run/v1/DescribeModelResponse.js';
export type { EstimateRunResponse } from './generated/koopmanmesh/run/v1/EstimateRunResponse.js';
export type { ForecastReport } from './generated/koopmanmesh/training/v1/ForecastReport.js';
export type { ListMethodsResponse } from './generated/koopmanmesh/operator/v1/ListMethodsResponse.js';
export type { Mark } from './generated/koopmanmesh/training/v1/Mark.js';
export type { OperatorReport } from './generated/koopmanmesh/operator/v1/OperatorReport.js';
export type { PruneReport } from './generated/koopmanmesh/training/v1/PruneReport.js';
export type { ReplacementReport } from './generated/koopmanmesh/replacement/v1/ReplacementReport.js';
export type { Report } from './generated/koopmanmesh/run/v1/Report.js';
export type { RunStatus } from './generated/koopmanmesh/run/v1/RunStatus.js';
export type { TrainingReport } from './generated/koopmanmesh/training/v1/TrainingReport.js';
export type { TrainingSummary } from './generated/koopmanmesh/training/v1/TrainingSummary.js';
export type { TrainingWarning } from './generated/koopmanmesh/training/v1/TrainingWarning.js';
export type { Window } from './generated/koopmanmesh/training/v1/Window.js';
