/** Runs: what is submitted, watched, waited for and reported. */
import { randomUUID } from 'node:crypto';

import { upload, type Source, type UploadOptions } from './artifacts.js';
import type { CallOptions, Calls } from './calls.js';
import { isBroken, KoopmanMeshError } from './errors.js';
import type { ArtifactRef } from './generated/koopmanmesh/run/v1/ArtifactRef.js';
import type { DescribeModelResponse } from './generated/koopmanmesh/run/v1/DescribeModelResponse.js';
import type { EstimateRunResponse } from './generated/koopmanmesh/run/v1/EstimateRunResponse.js';
import type { Granularity } from './generated/koopmanmesh/run/v1/Granularity.js';
import type { ReplacementReport } from './generated/koopmanmesh/replacement/v1/ReplacementReport.js';
import type { ReplacementServiceClient } from './generated/koopmanmesh/replacement/v1/ReplacementService.js';
import type { Report } from './generated/koopmanmesh/run/v1/Report.js';
import type { RunServiceClient } from './generated/koopmanmesh/run/v1/RunService.js';
import type { RunSpecInput } from './generated/koopmanmesh/run/v1/RunSpec.js';
import type { RunStatus } from './generated/koopmanmesh/run/v1/RunStatus.js';
import { defaultPatienceMs, Patience } from './patience.js';
import { checked } from './protos.js';

/** A file to be uploaded, or one that is. */
export type Artifact = Source | ArtifactRef;

/** What to analyse: RunSpec, with files where it has references to them. */
export interface RunRequest extends Omit<RunSpecInput, 'model' | 'data' | 'labels'> {
  model: Artifact;
  data: Artifact;
  labels?: Artifact;
}

export interface SubmitOptions extends CallOptions {
  /** The same key with the same request is the same run. Default a new one, which makes the call safe to retry. */
  idempotencyKey?: string;
}

export interface WatchRunOptions extends CallOptions {
  /** Milliseconds that the service may be unreachable before Unreachable is thrown; default 60,000. */
  patienceMs?: number | undefined;
}

/** A run that did not succeed: `reason` and `message` are the run's own. */
export class RunFailed extends KoopmanMeshError {
  override readonly name = 'RunFailed';

  constructor(readonly status: RunStatus) {
    const cancelled = status.state === 'RUN_STATE_CANCELLED';
    super(
      cancelled ? 'CANCELLED' : 'FAILED_PRECONDITION',
      status.error || `run ${status.runId} ${cancelled ? 'was cancelled' : 'failed without a message'}`,
      { reason: status.errorReason || (cancelled ? 'RUN_CANCELLED' : 'RUN_FAILED') });
  }
}

const ended = new Set(['RUN_STATE_SUCCEEDED', 'RUN_STATE_FAILED', 'RUN_STATE_CANCELLED']);

export class Runs {
  constructor(
    readonly stub: RunServiceClient,
    readonly replacements: ReplacementServiceClient,
    readonly calls: Calls) {}

  upload(source: Source, options?: UploadOptions): Promise<ArtifactRef> {
    return upload(this.stub, this.calls, source, options);
  }

  async describe(
    model: Artifact, { granularity, ...options }: CallOptions & { granularity?: Granularity } = {},
  ): Promise<DescribeModelResponse> {
    const request = {
      ...checked('koopmanmesh.run.v1.DescribeModelRequest', { ...(granularity && { granularity }) }),
      model: await this.#reference(model, options),
    };
    return await this.calls.unary(this.stub, this.stub.describeModel, request, options);
  }

  async estimate(request: RunRequest, options?: CallOptions): Promise<EstimateRunResponse> {
    const spec = await this.#spec(request, options);
    return await this.calls.unary(this.stub, this.stub.estimateRun, { spec }, options);
  }

  async submit(request: RunRequest, { idempotencyKey = randomUUID(), ...options }: SubmitOptions = {}): Promise<Run> {
    const spec = await this.#spec(request, options);
    const { status } = await this.calls.unary(
      this.stub, this.stub.submitRun, { spec, idempotencyKey }, options);
    return new Run(this, status!.runId);
  }

  async #spec({ model, data, labels, ...rest }: RunRequest, options?: CallOptions): Promise<RunSpecInput> {
    checked('koopmanmesh.run.v1.RunSpec', rest);
    return {
      ...rest,
      model: await this.#reference(model, options),
      data: await this.#reference(data, options),
      ...(labels !== undefined && { labels: await this.#reference(labels, options) }),
    };
  }

  async #reference(artifact: Artifact, options?: CallOptions): Promise<ArtifactRef> {
    return typeof artifact === 'object' && 'digest' in artifact ? artifact : await this.upload(artifact, options);
  }
}

/** One analysis, or one search for replacements. */
export class Run {
  constructor(private readonly runs: Runs, readonly id: string) {}

  /** The status now. */
  async status(options?: CallOptions): Promise<RunStatus> {
    const { calls, stub } = this.runs;
    const { status } = await calls.unary(stub, stub.getRun, { runId: this.id }, options);
    return status!;
  }

  /**
   * The status now, whenever it changes, and once when the run ends; a connection that breaks is made again. Leaving
   * the loop leaves the run alone.
   */
  async* watch({ patienceMs = defaultPatienceMs, ...options }: WatchRunOptions = {}):
  AsyncGenerator<RunStatus, void, undefined> {
    const { calls, stub } = this.runs;
    const patience = new Patience(patienceMs);
    for (;;) {
      try {
        for await (const { status } of calls.read((m, o) => stub.watchRun({ runId: this.id }, m, o), options)) {
          patience.heard();
          yield status!;
        }
        return;
      } catch (error) {
        if (!isBroken(error) || error.code === 'DEADLINE_EXCEEDED') throw error;
      }
      await patience.pause(options.signal);
    }
  }

  /** Waits for the run's end; a RunFailed where it did not succeed. Aborting stops the waiting, not the run. */
  async wait(
    { onStatus, ...options }: WatchRunOptions & { onStatus?: (status: RunStatus) => void } = {}): Promise<RunStatus> {
    let last: RunStatus | undefined;
    for await (const status of this.watch(options)) {
      onStatus?.(status);
      last = status;
    }
    if (last === undefined || !ended.has(last.state)) {
      throw new RangeError(`the watch of run ${this.id} ended before the run did`);
    }
    if (last.state !== 'RUN_STATE_SUCCEEDED') throw new RunFailed(last);
    return last;
  }

  /** Stops the run's work within a second; the status after it. */
  async cancel(options?: CallOptions): Promise<RunStatus> {
    const { calls, stub } = this.runs;
    const { status } = await calls.unary(stub, stub.cancelRun, { runId: this.id }, options);
    return status!;
  }

  /** What the analysis found; FAILED_PRECONDITION until the run has succeeded. */
  async report(options?: CallOptions): Promise<Report> {
    const { calls, stub } = this.runs;
    const { report } = await calls.unary(stub, stub.getReport, { runId: this.id }, options);
    return report!;
  }

  /** What a run with `replacement` found. */
  async replacement(options?: CallOptions): Promise<ReplacementReport> {
    const { calls, replacements } = this.runs;
    const { report } = await calls.unary(
      replacements, replacements.getReplacement, { runId: this.id }, options);
    return report!;
  }

  /** The bytes of a hybrid's ONNX file, as they come; without an id the chosen one's. */
  async* hybrid({ hybridId = '', ...options }: CallOptions & { hybridId?: string } = {}): AsyncGenerator<Buffer> {
    const { calls, replacements } = this.runs;
    const request = { runId: this.id, hybridId };
    for await (const { data } of calls.read((m, o) => replacements.downloadHybrid(request, m, o), options)) yield data;
  }
}
