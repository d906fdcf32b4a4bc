/** Watching a run from any trainer, jumps included. */
import type { Calls } from './calls.js';
import type { AlarmOptionsInput } from './generated/koopmanmesh/training/v1/AlarmOptions.js';
import type { ForecastOptionsInput } from './generated/koopmanmesh/training/v1/ForecastOptions.js';
import type { JumpOptionsInput } from './generated/koopmanmesh/training/v1/JumpOptions.js';
import type { Mark } from './generated/koopmanmesh/training/v1/Mark.js';
import type { SnapshotScalarsInput } from './generated/koopmanmesh/training/v1/SnapshotScalars.js';
import type { StopOptionsInput } from './generated/koopmanmesh/training/v1/StopOptions.js';
import type { TrainingHeaderInput } from './generated/koopmanmesh/training/v1/TrainingHeader.js';
import type { TrainingReport } from './generated/koopmanmesh/training/v1/TrainingReport.js';
import type { TrainingServiceClient } from './generated/koopmanmesh/training/v1/TrainingService.js';
import type { TrainingStarted } from './generated/koopmanmesh/training/v1/TrainingStarted.js';
import type { TrainingWarning } from './generated/koopmanmesh/training/v1/TrainingWarning.js';
import type { WatchTrainingRequestInput } from './generated/koopmanmesh/training/v1/WatchTrainingRequest.js';
import type { WatchTrainingResponse } from './generated/koopmanmesh/training/v1/WatchTrainingResponse.js';
import type { WindowOptionsInput } from './generated/koopmanmesh/training/v1/WindowOptions.js';
import type { Window } from './generated/koopmanmesh/training/v1/Window.js';
import { randomUUID } from 'node:crypto';

import { Layout, type Weights } from './layout.js';
import { defaultPatienceMs } from './patience.js';
import { checked } from './protos.js';
import { TrainingStream } from './stream.js';
import type { Floats, Tensor } from './tensors.js';

/** Something that came back while the run was watched. */
export type WatchEvent =
  | { kind: 'window'; window: Window }
  | { kind: 'mark'; mark: Mark }
  | { kind: 'warning'; warning: TrainingWarning };

export interface WatchOptions {
  /** Names the run; default a new name. */
  trainingId?: string;
  /** Go on with a run that is stored: see `lastStep`. */
  resume?: boolean;
  /** What is analysed; default "weights". */
  observable?: 'weights' | 'layers' | 'norms' | 'scalars';
  window?: WindowOptionsInput;
  stop?: StopOptionsInput;
  alarm?: AlarmOptionsInput;
  jump?: JumpOptionsInput;
  forecast?: ForecastOptionsInput;
  /** As in TrainingHeader of the contract. */
  plannedSnapshots?: number;
  history?: number;
  backtest?: number;
  onWindow?: (window: Window) => void;
  onMark?: (mark: Mark) => void;
  onWarning?: (warning: TrainingWarning) => void;
  /** Most bytes of snapshots that wait for their acknowledgement; beyond, `snapshot` waits. Default 256 MiB. */
  bufferBytes?: number;
  /** Milliseconds that the service may be unreachable before Unreachable is thrown; default 60,000. */
  patienceMs?: number;
  /** Aborts the watch, as `abort` does. */
  signal?: AbortSignal;
}

/** Weights ahead of the last snapshot; where there are none, `refusal` says why and `weights` is empty. */
export interface Proposal {
  number: number;
  /** Snapshots ahead; 0 for the limit. */
  horizon: number;
  refusal: string;
  weights: Record<string, Tensor<Floats>>;
  /** The service's seconds for fit and prediction. */
  seconds: number;
}

/** A run that is being watched. */
export class Watch {
  readonly windows: Window[] = [];
  readonly marks: Mark[] = [];
  readonly warnings: TrainingWarning[] = [];
  readonly #events: WatchEvent[] = [];
  readonly #stream: TrainingStream;
  #started!: TrainingStarted;
  #newest: number | undefined;
  #report: Promise<TrainingReport> | undefined;

  private constructor(
    stub: TrainingServiceClient, calls: Calls, private readonly layout: Layout,
    private readonly options: WatchOptions) {
    const { bufferBytes = 256 * 2 ** 20, patienceMs = defaultPatienceMs } = options;
    const deliver = (response: WatchTrainingResponse): void => this.#deliver(response);
    this.#stream = new TrainingStream(stub, calls, header(layout, options), { bufferBytes, patienceMs, deliver });
  }

  /** Begins to watch a run whose snapshots look like `weights`. */
  static async begin(
    stub: TrainingServiceClient, calls: Calls, weights: Weights, options: WatchOptions): Promise<Watch> {
    options.signal?.throwIfAborted();
    const watch = new Watch(stub, calls, new Layout(weights), options);
    options.signal?.addEventListener('abort', () => watch.#stream.abort(options.signal!.reason), { once: true });
    watch.#started = await watch.#stream.started();
    watch.#newest = watch.lastStep;
    return watch;
  }

  /** Names the run in every other call. */
  get trainingId(): string {
    return this.#started.trainingId;
  }

  /** Of a resumed run the last step that was stored when it was resumed: go on after it. */
  get lastStep(): number | undefined {
    return this.#started.lastStep;
  }

  /** Takes a copy of a snapshot; resolves when there is room for the next. Steps ascend. */
  async snapshot(step: number, weights: Weights, scalars: SnapshotScalarsInput = {}): Promise<void> {
    if (this.#newest !== undefined && step <= this.#newest) {
      throw new RangeError(`step ${step} came after step ${this.#newest}; the steps of a run ascend`);
    }
    const values = this.layout.pack(weights);
    this.#newest = step;
    await this.#stream.put({ step, scalars, values });
  }

  /** Resolves when everything that was sent is stored. */
  flush(): Promise<void> {
    return this.#stream.flush();
  }

  /** Windows, marks and warnings from the run's first on, until it ends. */
  async* events(): AsyncGenerator<WatchEvent, void, undefined> {
    for (let at = 0; ;) {
      const over = this.#stream.over;
      while (at < this.#events.length) yield this.#events[at++]!;
      if (over && at === this.#events.length) return;
      if (!this.#stream.over) await this.#stream.next();
    }
  }

  /** Weights ahead of the last snapshot. Say what became of them by `decide`. */
  propose(): Promise<Proposal> {
    return this.#ask({ proposeJump: {} });
  }

  /** The predicted limit of the training, to be looked at: it is no jump, and nothing is to be decided. */
  proposeLimit(): Promise<Proposal> {
    return this.#ask({ proposeLimit: {} });
  }

  /**
   * Tells the losses at the last snapshot and at the proposal, and the seconds that evaluating took. True: keep the
   * proposal; false: go back, also where the connection broke before the decision came.
   */
  async decide(proposal: Proposal, lossBefore: number, lossAfter: number, seconds = 0): Promise<boolean> {
    const outcome = { proposal: proposal.number, lossBefore, lossAfter, seconds };
    return (await this.#stream.ask({ outcome })).decision?.keep ?? false;
  }

  /** Ends the run; its report. */
  finish(): Promise<TrainingReport> {
    return this.#report ??= this.#stream.finish();
  }

  /** Ends the watch without a report; what was acknowledged stays stored, and can be resumed. */
  abort(): void {
    this.#stream.abort(new Error('the watch was closed before it was finished'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#stream.over) this.abort();
  }

  async #ask(command: WatchTrainingRequestInput): Promise<Proposal> {
    const { proposal, tensors = {} } = await this.#stream.ask(command);
    return {
      number: proposal?.proposal ?? 0,
      horizon: proposal?.horizon ?? 0,
      refusal: proposal?.refusal ?? 'the connection broke before the proposal came',
      weights: tensors as Record<string, Tensor<Floats>>,
      seconds: proposal?.seconds ?? 0,
    };
  }

  #deliver({ window, mark, warning }: WatchTrainingResponse): void {
    if (window) {
      this.windows.push(window);
      this.#events.push({ kind: 'window', window });
      this.options.onWindow?.(window);
    } else if (mark) {
      this.marks.push(mark);
      this.#events.push({ kind: 'mark', mark });
      this.options.onMark?.(mark);
    } else if (warning) {
      this.warnings.push(warning);
      this.#events.push({ kind: 'warning', warning });
      this.options.onWarning?.(warning);
    }
  }
}

const observables = {
  weights: 'OBSERVABLE_WEIGHTS', layers: 'OBSERVABLE_LAYERS', norms: 'OBSERVABLE_NORMS', scalars: 'OBSERVABLE_SCALARS',
} as const;

function header(layout: Layout, options: WatchOptions): TrainingHeaderInput {
  const { observable = 'weights', trainingId, resume = false } = options;
  if (!Object.hasOwn(observables, observable)) {
    throw new RangeError(`observable is "${observable}", expected one of ${Object.keys(observables).join(', ')}`);
  }
  const { window, stop, alarm, jump, forecast, plannedSnapshots = 0, history = 0, backtest = 0 } = options;
  return checked('koopmanmesh.training.v1.TrainingHeader', {
    // A name of our own, so that a run whose beginning we did not hear of can be resumed.
    trainingId: trainingId ?? `js-${randomUUID()}`,
    resume, tensors: layout.tensors, elementType: layout.elementType, observable: observables[observable],
    window: window ?? null, stop: stop ?? null, alarm: alarm ?? null, jump: jump ?? null, forecast: forecast ?? null,
    plannedSnapshots, history, backtest,
  });
}
