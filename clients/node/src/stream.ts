/** One watched run over as many connections as it takes. */
import { once } from 'node:events';

import { deferred, Ending, writeOne, type Calls } from './calls.js';
import { failure, isBroken, KoopmanMeshError } from './errors.js';
import type { JumpDecision } from './generated/koopmanmesh/training/v1/JumpDecision.js';
import type { Proposal as ProposalMessage } from './generated/koopmanmesh/training/v1/Proposal.js';
import type { SnapshotScalarsInput } from './generated/koopmanmesh/training/v1/SnapshotScalars.js';
import type { TrainingHeaderInput } from './generated/koopmanmesh/training/v1/TrainingHeader.js';
import type { TrainingReport } from './generated/koopmanmesh/training/v1/TrainingReport.js';
import type { TrainingServiceClient } from './generated/koopmanmesh/training/v1/TrainingService.js';
import type { TrainingStarted } from './generated/koopmanmesh/training/v1/TrainingStarted.js';
import type { WatchTrainingRequestInput } from './generated/koopmanmesh/training/v1/WatchTrainingRequest.js';
import type { WatchTrainingResponse } from './generated/koopmanmesh/training/v1/WatchTrainingResponse.js';
import { Patience } from './patience.js';
import { mergeReport } from './reports.js';
import { Assembler, pieces, type Tensor } from './tensors.js';
import { TrainingConnection, type TrainingCall } from './trainingConnection.js';

/** However small the snapshots are, no more of them wait for their acknowledgement. */
const mostWaiting = 4096;

/** Bytes of a snapshot in one message; the contract allows 1 MiB. */
const chunkBytes = 256 * 1024;

interface Snapshot { step: number; scalars: SnapshotScalarsInput; values: Uint8Array }

/** The answer to a command: a proposal with its tensors, or a decision; neither where the stream broke before. */
export interface Reply {
  proposal?: ProposalMessage;
  tensors?: Record<string, Tensor>;
  decision?: JumpDecision;
}

export interface StreamOptions {
  bufferBytes: number;
  patienceMs: number;
  /** Takes windows, marks and warnings. */
  deliver: (response: WatchTrainingResponse) => void;
}

/**
 * Sends snapshots, keeps what is not acknowledged, and after a broken connection sends that again. A connection that
 * stays broken beyond the patience ends the stream with Unreachable.
 */
export class TrainingStream {
  readonly #waiting: Snapshot[] = [];
  #waitingBytes = 0;
  #connection = new TrainingConnection();
  #change = deferred();
  #command: WatchTrainingRequestInput | undefined;
  #reply: Reply | undefined;
  #report: TrainingReport | undefined;
  #failure: { error: unknown } | undefined;
  #started: TrainingStarted | undefined;
  #lastStored: number | undefined;
  #closing = false;
  #done = false;
  readonly #patience: Patience;
  #attempts = 0;

  constructor(
    private readonly stub: TrainingServiceClient, private readonly calls: Calls,
    private readonly header: TrainingHeaderInput, private readonly options: StreamOptions) {
    this.#patience = new Patience(options.patienceMs);
    void this.#run();
  }

  get over(): boolean {
    return this.#done || this.#failure !== undefined;
  }

  /** What the service said when the run began. */
  async started(): Promise<TrainingStarted> {
    await this.#until(() => this.#started !== undefined);
    return this.#started!;
  }

  /** Takes a snapshot, which must not change afterwards; waits while too much is not acknowledged. */
  async put(snapshot: Snapshot): Promise<void> {
    if (this.#closing) throw new Error(`step ${snapshot.step} came after the watch was finished`);
    const room = this.options.bufferBytes - snapshot.values.length;
    await this.#until(() => this.#waiting.length === 0
      || (this.#waitingBytes <= room && this.#waiting.length < mostWaiting));
    this.#waiting.push(snapshot);
    this.#waitingBytes += snapshot.values.length;
    this.#wake();
  }

  /** Sends a command after all snapshots, and waits for its answer. */
  async ask(command: WatchTrainingRequestInput): Promise<Reply> {
    this.#throwIfFailed();
    // A connection knows only of the proposals that it made itself.
    if (command.outcome && (this.#connection.ended || this.#connection.proposal === undefined)) return {};
    this.#command = command;
    this.#reply = undefined;
    this.#wake();
    await this.#until(() => this.#reply !== undefined);
    return this.#reply!;
  }

  /** Waits until every snapshot is acknowledged. */
  async flush(): Promise<void> {
    await this.#until(() => this.#waiting.length === 0);
  }

  /** Waits for something to happen. */
  async next(): Promise<void> {
    await this.#change.promise;
  }

  /** Says that nothing more comes, and waits for the report. */
  async finish(): Promise<TrainingReport> {
    this.#closing = true;
    this.#wake();
    await this.#until(() => this.#done);
    return this.#report!;
  }

  /** Ends the stream where it is; what was acknowledged stays stored. */
  abort(reason: unknown): void {
    if (!this.over) this.#fail(reason);
    this.#connection.call?.cancel();
  }

  async #until(condition: () => boolean): Promise<void> {
    for (;;) {
      this.#throwIfFailed();
      if (condition()) return;
      await this.#change.promise;
    }
  }

  #wake(): void {
    this.#change.resolve();
    this.#change = deferred();
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  async #run(): Promise<void> {
    while (!this.over) {
      this.#patience.missed();
      try {
        await this.#converse();
      } catch (error) {
        if (!this.#canTryAgain(error)) this.#fail(error);
      }
      if (!this.over) await this.#patience.pause().catch((error: unknown) => this.#fail(error));
    }
  }

  #canTryAgain(error: unknown): boolean {
    if (isBroken(error)) return true;
    if (!(error instanceof KoopmanMeshError) || this.#attempts === 1) return false;
    // The connection before this one broke between the run's beginning and our hearing of it.
    if (this.#started === undefined && error.code === 'ALREADY_EXISTS') {
      this.header.resume = true;
      return true;
    }
    // The service has not noticed yet that the connection before this one broke.
    return error.reason === 'TRAINING_WATCHED' || error.reason === 'TRAININGS_OPEN';
  }

  /** One connection, from its header to its end. */
  async #converse(): Promise<void> {
    this.#attempts++;
    const connection = this.#connection = new TrainingConnection();
    const call = await this.calls.open((metadata) => this.stub.watchTraining(metadata), { waitForReady: true });
    connection.call = call;
    // The loop below hears of errors while it runs; what comes after it has nobody to hear it.
    call.on('error', () => {});
    if (this.over) call.cancel();
    const patience = setTimeout(() => call.cancel(), Math.max(0, this.#patience.leftMs));
    const sending = this.#send(connection, call).catch((error: unknown) => this.#fail(error));
    try {
      for await (const response of call as AsyncIterable<WatchTrainingResponse>) {
        clearTimeout(patience);
        this.#patience.heard();
        this.#receive(connection, response);
        this.#wake();
      }
      this.#done = this.#report !== undefined;
    } catch (error) {
      throw failure(error);
    } finally {
      clearTimeout(patience);
      call.cancel();
      connection.ended = true;
      if (this.#command !== undefined) this.#answer({});
      // The next connection sends all of it again.
      if (!this.#done) this.#report = undefined;
      this.#wake();
      await sending;
    }
  }

  async #send(connection: TrainingConnection, call: TrainingCall): Promise<void> {
    const ending = new Ending(once(call, 'status'));
    await writeOne(call, { header: this.header }, ending);
    for (;;) {
      const unsent = (): boolean => this.#command !== undefined && connection.command !== this.#command;
      while (!connection.ended && !this.over && !(connection.started
        && (connection.sent < this.#waiting.length || this.#closing || unsent()))) {
        await this.#change.promise;
      }
      if (connection.ended || this.over) return;
      if (connection.sent < this.#waiting.length) {
        const { step, scalars, values } = this.#waiting[connection.sent++]!;
        await writeOne(call, { snapshot: { step, scalars } }, ending);
        for (const data of pieces(values, chunkBytes)) await writeOne(call, { data }, ending);
      } else if (unsent()) {
        connection.command = this.#command;
        await writeOne(call, this.#command!, ending);
      } else {
        call.end();
        return;
      }
    }
  }

  #receive(connection: TrainingConnection, response: WatchTrainingResponse): void {
    if (response.started) this.#begin(connection, response.started);
    else if (response.stored) this.#acknowledge(connection, response.stored.step);
    else if (response.proposal) {
      connection.proposal = response.proposal;
      connection.tensors = {};
      connection.assembler = new Assembler();
      if (response.proposal.refusal !== '') this.#answer({ proposal: response.proposal });
    } else if (response.tensor) {
      const completed = connection.assembler.accept(response.tensor);
      if (completed !== undefined) connection.tensors[completed.name] = completed.tensor;
      if (Object.keys(connection.tensors).length === this.header.tensors!.length) {
        this.#answer({ proposal: connection.proposal!, tensors: connection.tensors });
      }
    } else if (response.decision) this.#answer({ decision: response.decision });
    else if (response.report) this.#report = mergeReport(this.#report, response.report);
    else this.options.deliver(response);
  }

  #answer(reply: Reply): void {
    this.#command = undefined;
    this.#reply = reply;
  }

  #begin(connection: TrainingConnection, started: TrainingStarted): void {
    const last = started.lastStep;
    if (this.#lastStored !== undefined && (last === undefined || last < this.#lastStored)) {
      throw new KoopmanMeshError(
        'DATA_LOSS',
        `step ${this.#lastStored} of "${started.trainingId}" was acknowledged, but after a broken connection the `
        + `service has ${last === undefined ? 'none' : `step ${last} as its last`}`,
        { reason: 'SNAPSHOTS_LOST' });
    }
    this.#started ??= started;
    if (last !== undefined) this.#acknowledge(connection, last);
    this.header.trainingId = started.trainingId;
    this.header.resume = true;
    connection.started = true;
  }

  #acknowledge(connection: TrainingConnection, step: number): void {
    this.#lastStored = step;
    while (this.#waiting.length > 0 && this.#waiting[0]!.step <= step) {
      this.#waitingBytes -= this.#waiting.shift()!.values.length;
      connection.sent = Math.max(0, connection.sent - 1);
    }
  }
}
