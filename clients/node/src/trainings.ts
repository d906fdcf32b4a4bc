/** Trainings that are stored: reports, forecasts, masks, comparisons. */
import type { CallOptions, Calls } from './calls.js';
import type { CompareTrainingsRequestInput } from './generated/koopmanmesh/training/v1/CompareTrainingsRequest.js';
import type { CompareTrainingsResponse } from './generated/koopmanmesh/training/v1/CompareTrainingsResponse.js';
import type { ForecastOptionsInput } from './generated/koopmanmesh/training/v1/ForecastOptions.js';
import type { ForecastReport } from './generated/koopmanmesh/training/v1/ForecastReport.js';
import type { PruneReport } from './generated/koopmanmesh/training/v1/PruneReport.js';
import type { PruneRequestInput } from './generated/koopmanmesh/training/v1/PruneRequest.js';
import type { TrainingReport } from './generated/koopmanmesh/training/v1/TrainingReport.js';
import type { TrainingServiceClient } from './generated/koopmanmesh/training/v1/TrainingService.js';
import type { TrainingSummary } from './generated/koopmanmesh/training/v1/TrainingSummary.js';
import type { TensorFrame } from './generated/koopmanmesh/tensor/v1/TensorFrame.js';
import type { Weights } from './layout.js';
import { checked } from './protos.js';
import { mergeReport } from './reports.js';
import { Assembler, type Floats, type Tensor } from './tensors.js';
import { Watch, type WatchOptions } from './watch.js';

/** Most bytes of an answer's tensors together. */
interface Bounded extends CallOptions {
  /** Most bytes of all tensors of the answer; default 1 GiB. */
  maxBytes?: number;
}

export interface ForecastOptions extends ForecastOptionsInput, Bounded {}

export interface PruneOptions extends Omit<PruneRequestInput, 'trainingId' | 'fraction'>, Bounded {}

export interface CompareOptions extends Omit<CompareTrainingsRequestInput, 'first' | 'second'>, CallOptions {}

/** Predicted weights by name, and what they were made of. */
export interface Forecast { report: ForecastReport; weights: Record<string, Tensor<Floats>> }

/** Masks by name, 1 keep and 0 prune, and where training can stop, 1 for frozen. */
export interface Pruning {
  report: PruneReport;
  masks: Record<string, Tensor<Uint8Array>>;
  frozen: Record<string, Tensor<Uint8Array>>;
}

export class Trainings {
  constructor(readonly stub: TrainingServiceClient, readonly calls: Calls) {}

  watch(weights: Weights, options: WatchOptions = {}): Promise<Watch> {
    return Watch.begin(this.stub, this.calls, weights, options);
  }

  async report(trainingId: string, options?: CallOptions): Promise<TrainingReport> {
    let whole: TrainingReport | undefined;
    for await (const { report } of this.calls.read((m, o) => this.stub.getTraining({ trainingId }, m, o), options)) {
      whole = mergeReport(whole, report!);
    }
    return whole!;
  }

  async list({ limit = 0, ...options }: CallOptions & { limit?: number } = {}): Promise<TrainingSummary[]> {
    const answer = await this.calls.unary(this.stub, this.stub.listTrainings, { limit }, options);
    return answer.trainings;
  }

  async delete(trainingId: string, options?: CallOptions): Promise<void> {
    await this.calls.unary(this.stub, this.stub.deleteTraining, { trainingId }, options);
  }

  async forecast(
    trainingId: string, snapshots: number, { signal, deadlineMs, maxBytes, ...options }: ForecastOptions = {},
  ): Promise<Forecast> {
    const request = checked('koopmanmesh.training.v1.ForecastRequest', { trainingId, snapshots, options });
    const responses = this.calls.read((m, o) => this.stub.forecast(request, m, o), { signal, deadlineMs });
    const { report, tensors } = await gather(responses, maxBytes);
    return { report, weights: tensors as Record<string, Tensor<Floats>> };
  }

  async prune(
    trainingId: string, fraction: number, { signal, deadlineMs, maxBytes, ...options }: PruneOptions = {},
  ): Promise<Pruning> {
    const request = checked('koopmanmesh.training.v1.PruneRequest', { ...options, trainingId, fraction });
    const responses = this.calls.read((m, o) => this.stub.prune(request, m, o), { signal, deadlineMs });
    const { report, tensors } = await gather(responses, maxBytes);
    const prefix = 'frozen:';
    const pruning: Pruning = { report, masks: {}, frozen: {} };
    for (const [name, mask] of Object.entries(tensors as Record<string, Tensor<Uint8Array>>)) {
      if (name.startsWith(prefix)) pruning.frozen[name.slice(prefix.length)] = mask;
      else pruning.masks[name] = mask;
    }
    return pruning;
  }

  async compare(
    first: string | string[], second: string | string[], { signal, deadlineMs, ...options }: CompareOptions = {},
  ): Promise<CompareTrainingsResponse> {
    const request = checked(
      'koopmanmesh.training.v1.CompareTrainingsRequest',
      { ...options, first: [first].flat(), second: [second].flat() });
    return await this.calls.unary(
      this.stub, this.stub.compareTrainings, request, { signal, deadlineMs });
  }
}

/** A report, then tensors. */
async function gather<R>(
  responses: AsyncIterable<{ report?: R | null; tensor?: TensorFrame | null }>,
  maxBytes: number | undefined): Promise<{ report: R; tensors: Record<string, Tensor> }> {
  const assembler = new Assembler(maxBytes);
  const tensors: Record<string, Tensor> = {};
  let report: R | null | undefined;
  for await (const response of responses) {
    report ??= response.report;
    const completed = response.tensor ? assembler.accept(response.tensor) : undefined;
    if (completed !== undefined) tensors[completed.name] = completed.tensor;
  }
  assembler.end();
  if (!report) throw new RangeError('an answer of tensors ended without its report');
  return { report, tensors };
}
