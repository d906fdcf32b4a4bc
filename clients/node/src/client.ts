/** A client of a mesh: all services behind one connection. */
import type { Source, UploadOptions } from './artifacts.js';
import type { CallOptions } from './calls.js';
import { connection, type Connection, type ConnectOptions } from './connect.js';
import type { HealthClient } from './generated/grpc/health/v1/Health.js';
import type { ArtifactRef } from './generated/koopmanmesh/run/v1/ArtifactRef.js';
import type { CompareTrainingsResponse } from './generated/koopmanmesh/training/v1/CompareTrainingsResponse.js';
import type { DescribeModelResponse } from './generated/koopmanmesh/run/v1/DescribeModelResponse.js';
import type { EstimateRunResponse } from './generated/koopmanmesh/run/v1/EstimateRunResponse.js';
import type { Granularity } from './generated/koopmanmesh/run/v1/Granularity.js';
import type { ListMethodsResponse } from './generated/koopmanmesh/operator/v1/ListMethodsResponse.js';
import type { Report } from './generated/koopmanmesh/run/v1/Report.js';
import type { RunStatus } from './generated/koopmanmesh/run/v1/RunStatus.js';
import type { TrainingReport } from './generated/koopmanmesh/training/v1/TrainingReport.js';
import type { TrainingSummary } from './generated/koopmanmesh/training/v1/TrainingSummary.js';
import type { Weights } from './layout.js';
import { Operators, type FitData, type FitOptions, type Operator, type PredictOptions } from './operators.js';
import { Health, OperatorService, ReplacementService, RunService, TrainingService } from './protos.js';
import { Run, Runs, type Artifact, type RunRequest, type SubmitOptions } from './runs.js';
import type { Bytes, Floats, Tensor } from './tensors.js';
import {
  Trainings, type CompareOptions, type Forecast, type ForecastOptions, type PruneOptions, type Pruning,
} from './trainings.js';
import type { Watch, WatchOptions } from './watch.js';

/** A client of the mesh at "host:port"; "https://host:port", or a certificate, encrypts. Connects on the first call. */
export function connect(endpoint: string, options?: ConnectOptions): Client {
  return new Client(connection(endpoint, options));
}

/** The services of a mesh. Every failed call throws KoopmanMeshError; an aborted one its signal's reason. */
export class Client {
  readonly #connection: Connection;
  readonly #runs: Runs;
  readonly #operators: Operators;
  readonly #trainings: Trainings;
  readonly #health: HealthClient;

  constructor(to: Connection) {
    this.#connection = to;
    const { address, credentials, options, calls } = to;
    this.#health = new Health(address, credentials, options);
    const shared = { ...options, channelOverride: this.#health.getChannel() };
    this.#runs = new Runs(
      new RunService(address, credentials, shared), new ReplacementService(address, credentials, shared), calls);
    this.#operators = new Operators(new OperatorService(address, credentials, shared), calls);
    this.#trainings = new Trainings(new TrainingService(address, credentials, shared), calls);
  }

  /** Stores a file, bytes, an array (as NPY) or a stream under the SHA-256 of its content. */
  upload(source: Source, options?: UploadOptions): Promise<ArtifactRef> {
    return this.#runs.upload(source, options);
  }

  /** The component chain of a model, without running it. */
  describe(model: Artifact, options?: CallOptions & { granularity?: Granularity }): Promise<DescribeModelResponse> {
    return this.#runs.describe(model, options);
  }

  /** Rows, bytes and seconds of a run, from a short measured sample. */
  estimate(request: RunRequest, options?: CallOptions): Promise<EstimateRunResponse> {
    return this.#runs.estimate(request, options);
  }

  /** Starts a run; what is not uploaded yet is uploaded first. */
  submit(request: RunRequest, options?: SubmitOptions): Promise<Run> {
    return this.#runs.submit(request, options);
  }

  /** Submits, waits and fetches the report. Aborting cancels the run. */
  async analyze(
    request: RunRequest, { onStatus, ...options }: SubmitOptions & { onStatus?: (status: RunStatus) => void } = {},
  ): Promise<Report> {
    const run = await this.submit(request, options);
    try {
      await run.wait({ signal: options.signal, ...(onStatus && { onStatus }) });
    } catch (error) {
      if (options.signal?.aborted === true) await run.cancel();
      throw error;
    }
    return await run.report();
  }

  /** A run that was submitted before. */
  run(runId: string): Run {
    return new Run(this.#runs, runId);
  }

  /** Fits an operator to data, which is streamed as it comes. */
  fit(data: FitData, options: FitOptions): Promise<Operator> {
    return this.#operators.fit(data, options);
  }

  /** A stored operator. */
  operator(operatorId: string, options?: CallOptions): Promise<Operator> {
    return this.#operators.operator(operatorId, options);
  }

  /** Predicts with an operator file, or with the stored operator of an id. */
  predict(
    operator: string | Bytes, history: Tensor<Floats>, options: PredictOptions): Promise<Tensor<Float64Array>> {
    return this.#operators.predict(operator, history, options);
  }

  /** Fits an operator to all the data of kept summaries. */
  merge(summaryIds: readonly string[], options?: CallOptions & { keepSummary?: boolean }): Promise<Operator> {
    return this.#operators.merge(summaryIds, options);
  }

  /** Every method with its options and defaults. */
  methods(options?: CallOptions): Promise<ListMethodsResponse> {
    return this.#operators.methods(options);
  }

  /** Begins to watch a training run whose snapshots look like `weights`. */
  training(weights: Weights, options?: WatchOptions): Promise<Watch> {
    return this.#trainings.watch(weights, options);
  }

  /** The report of a stored training, so far. */
  report(trainingId: string, options?: CallOptions): Promise<TrainingReport> {
    return this.#trainings.report(trainingId, options);
  }

  /** The trainings that are stored, newest first; at most `limit`, default 100. */
  trainings(options?: CallOptions & { limit?: number }): Promise<TrainingSummary[]> {
    return this.#trainings.list(options);
  }

  /** Forgets a training. */
  delete(trainingId: string, options?: CallOptions): Promise<void> {
    return this.#trainings.delete(trainingId, options);
  }

  /** The weights so many snapshots after a training's last one. */
  forecast(trainingId: string, snapshots: number, options?: ForecastOptions): Promise<Forecast> {
    return this.#trainings.forecast(trainingId, snapshots, options);
  }

  /** Which fraction of its parameters a training does not need. */
  prune(trainingId: string, fraction: number, options?: PruneOptions): Promise<Pruning> {
    return this.#trainings.prune(trainingId, fraction, options);
  }

  /** How far apart the spectra of two trainings, or groups of them, are. */
  compare(
    first: string | string[], second: string | string[], options?: CompareOptions): Promise<CompareTrainingsResponse> {
    return this.#trainings.compare(first, second, options);
  }

  /** Whether a service, or with no name the mesh, takes calls: "SERVING" or "NOT_SERVING". */
  async health(service = '', options?: CallOptions): Promise<string> {
    const { status } = await this.#connection.calls.unary(
      this.#health, this.#health.check, { service }, options);
    return status;
  }

  /** Closes the connection; calls under way fail. */
  close(): void {
    this.#health.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
