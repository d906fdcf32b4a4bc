/** Operators: fitted to data, predicted with, fetched. */
import type { CallOptions, Calls } from './calls.js';
import type { FitHeaderInput } from './generated/koopmanmesh/operator/v1/FitHeader.js';
import type { FitOptionsInput } from './generated/koopmanmesh/operator/v1/FitOptions.js';
import type { FitRequestInput } from './generated/koopmanmesh/operator/v1/FitRequest.js';
import type { ListMethodsResponse } from './generated/koopmanmesh/operator/v1/ListMethodsResponse.js';
import type { OperatorReport } from './generated/koopmanmesh/operator/v1/OperatorReport.js';
import type { OperatorServiceClient } from './generated/koopmanmesh/operator/v1/OperatorService.js';
import type { PredictRequestInput } from './generated/koopmanmesh/operator/v1/PredictRequest.js';
import type { SummaryKind } from './generated/koopmanmesh/operator/v1/SummaryKind.js';
import { checked } from './protos.js';
import { SafetensorsAssembler, type TensorFile } from './safetensors.js';
import {
  Assembler, bytesOf, checkShape, defaultMaxBytes, elementType, frames, pieces, type Bytes,
  type Floats, type Tensor,
} from './tensors.js';

/** Some consecutive rows, each array row-major. */
export interface Rows {
  states: Floats;
  /** Row i the successor of row i of `states`: the data are pairs, whose order means nothing. */
  successors?: Floats;
  /** What acts from each row to the next. */
  inputs?: Floats;
  /** Times of the rows, for methods that fit in time. */
  times?: Float64Array;
  /** The trajectory ends with these rows. */
  endOfTrajectory?: boolean;
}

/** Data to fit: one trajectory, or rows as they come. */
export type FitData = Floats | Rows | Iterable<Floats | Rows> | AsyncIterable<Floats | Rows>;

/** FitOptions of the contract, and what describes the data. */
export interface FitOptions extends Omit<FitOptionsInput, 'rank'>, CallOptions {
  /** [rows, features] of data that is one array. */
  shape?: readonly [number, number];
  /** Features of a row, where there is no shape. */
  width?: number;
  /** Features of an input row; default 0, none. */
  inputWidth?: number;
  /** Time from one row to the next; default 1. */
  timeStep?: number;
  /** As text, e.g. "energy:0.99", or as the contract's RankRule. */
  rank?: string | NonNullable<FitOptionsInput['rank']>;
  summary?: SummaryKind;
  /** Keep the summary of the data, for `merge`. */
  keepSummary?: boolean;
  /** Summary of an earlier fit whose observables this one uses. */
  observablesOf?: string;
}

export interface PredictOptions extends CallOptions {
  /** Steps to predict. */
  steps: number;
  /** [steps, input width], for an operator with control. */
  inputs?: Tensor<Floats>;
  /** Most bytes of the answer; default 1 GiB. */
  maxBytes?: number;
}

/** Bytes of rows in one message; the contract allows 1 MiB. */
const chunkBytes = 256 * 1024;

export class Operators {
  constructor(readonly stub: OperatorServiceClient, readonly calls: Calls) {}

  async fit(data: FitData, { signal, deadlineMs, ...options }: FitOptions): Promise<Operator> {
    const answer = await this.calls.send(
      this.stub, this.stub.fit, fitMessages(data, options), { signal, deadlineMs });
    return new Operator(this, answer.operatorId, answer.report!, answer.summaryId);
  }

  async merge(
    summaryIds: readonly string[], { keepSummary = false, ...options }: CallOptions & { keepSummary?: boolean } = {},
  ): Promise<Operator> {
    const request = { summaryIds: [...summaryIds], keepSummary };
    const answer = await this.calls.unary(this.stub, this.stub.merge, request, options);
    return new Operator(this, answer.operatorId, answer.report!, answer.summaryId);
  }

  async operator(operatorId: string, options?: CallOptions): Promise<Operator> {
    for await (const { report } of this.calls.read((m, o) => this.stub.getOperator({ operatorId }, m, o), options)) {
      if (report) return new Operator(this, operatorId, report, '');
    }
    throw new RangeError(`the stream of operator ${operatorId} ended without a report`);
  }

  async methods(options?: CallOptions): Promise<ListMethodsResponse> {
    return await this.calls.unary(this.stub, this.stub.listMethods, {}, options);
  }

  async predict(
    operator: string | Bytes, history: Tensor<Floats>, { steps, inputs, maxBytes, ...options }: PredictOptions,
  ): Promise<Tensor<Float64Array>> {
    const messages = predictMessages(operator, history, steps, inputs);
    const assembler = new Assembler(maxBytes);
    let states: Tensor | undefined;
    for await (const { tensor } of this.calls.exchange((m, o) => this.stub.predict(m, o), messages, options)) {
      states = assembler.accept(tensor!)?.tensor ?? states;
    }
    assembler.end();
    if (states === undefined) throw new RangeError('a prediction ended without states');
    return states as Tensor<Float64Array>;
  }
}

/** A stored operator. */
export class Operator {
  constructor(
    private readonly operators: Operators,
    /** SHA-256 of its file. */
    readonly id: string,
    readonly report: OperatorReport,
    /** Names the kept summary of its data; empty when none was kept. */
    readonly summaryId: string) {}

  /** The states after a history, [rows, features], whose last row is the state now: [steps, features]. */
  predict(history: Tensor<Floats>, options: PredictOptions): Promise<Tensor<Float64Array>> {
    return this.operators.predict(this.id, history, options);
  }

  /** Its matrices by name, as docs/operators.md tells, and the file they lie in. */
  async matrices({ maxBytes = defaultMaxBytes, ...options }: CallOptions & { maxBytes?: number } = {}):
  Promise<TensorFile> {
    const { calls, stub } = this.operators;
    const file = new SafetensorsAssembler(maxBytes);
    for await (const part of calls.read((m, o) => stub.getOperator({ operatorId: this.id }, m, o), options)) {
      if (part.operatorFile) file.accept(part.operatorFile);
    }
    return file.end();
  }
}

type FitShape = Omit<FitOptions, keyof CallOptions>;

/** The messages of a fit: the header that the first rows ask for, then chunks, which are not copied. */
async function* fitMessages(data: FitData, options: FitShape): AsyncGenerator<FitRequestInput> {
  const width = options.width ?? options.shape?.[1];
  if (width === undefined || !Number.isInteger(width) || width < 1) {
    throw new TypeError(`a fit needs width, or shape [rows, width], got ${width}`);
  }
  let header: FitHeaderInput | undefined;
  for await (const part of parts(data)) {
    const rows = ArrayBuffer.isView(part) ? { states: part } : part;
    if (header === undefined) {
      if (options.shape !== undefined) checkShape('the data', options.shape, rows.states.length);
      header = fitHeader(rows, width, options);
      yield { header };
    }
    yield* chunks(rows, width, options.inputWidth ?? 0, header);
  }
  if (header === undefined) throw new TypeError('a fit needs data, got none');
}

function parts(data: FitData): Iterable<Floats | Rows> | AsyncIterable<Floats | Rows> {
  if (ArrayBuffer.isView(data)) return [data];
  return Symbol.iterator in data || Symbol.asyncIterator in data ? data : [data];
}

function fitHeader(
  rows: Rows, width: number,
  { shape: _, width: __, inputWidth = 0, timeStep = 0, summary, keepSummary, observablesOf, rank, ...fit }: FitShape,
): FitHeaderInput {
  return checked('koopmanmesh.operator.v1.FitHeader', {
    options: { ...fit, ...(rank !== undefined && { rank: typeof rank === 'string' ? { text: rank } : rank }) },
    data: {
      kind: rows.successors === undefined ? 'DATA_KIND_TRAJECTORIES' : 'DATA_KIND_PAIRS',
      width, inputWidth, timeStep, elementType: elementType(rows.states),
    },
    ...(summary !== undefined && { summary }),
    ...(keepSummary !== undefined && { keepSummary }),
    ...(observablesOf !== undefined && { observablesOf }),
  });
}

function* chunks(
  { states, successors, inputs, times, endOfTrajectory = false }: Rows, width: number, inputWidth: number,
  header: FitHeaderInput): Generator<FitRequestInput> {
  const rows = states.length / width;
  if (!Number.isInteger(rows)) throw new RangeError(`${states.length} values are no whole rows of ${width}`);
  const all: [string, Floats | undefined, number][] = [
    ['states', states, width], ['successors', successors, width], ['inputs', inputs, inputWidth], ['times', times, 1]];
  const fields = all.flatMap(([name, array, columns]) => (array === undefined ? [] : [{ name, array, columns }]));
  for (const { name, array, columns } of fields) {
    checkShape(name, [rows, columns], array.length);
    if (name !== 'times' && elementType(array) !== header.data!.elementType) {
      throw new TypeError(`${name} is ${elementType(array)}, the fit began with ${header.data!.elementType}`);
    }
  }
  const rowBytes = fields.reduce((sum, { array, columns }) => sum + columns * array.BYTES_PER_ELEMENT, 0);
  const step = Math.max(1, Math.floor(chunkBytes / rowBytes));
  if (rows === 0 && endOfTrajectory) yield { chunk: { rows, endOfTrajectory } };
  for (let at = 0; at < rows; at += step) {
    const end = Math.min(rows, at + step);
    const slices = fields.map(({ name, array, columns }) =>
      [name, bytesOf(array.subarray(at * columns, end * columns))]);
    const ends = endOfTrajectory && end === rows;
    yield { chunk: { rows: end - at, ...Object.fromEntries(slices), endOfTrajectory: ends } };
  }
}

function* predictMessages(
  operator: string | Bytes, history: Tensor<Floats>, steps: number,
  inputs: Tensor<Floats> | undefined): Generator<PredictRequestInput> {
  const source = typeof operator === 'string' ? { operatorId: operator } : { operatorBytes: operator.length };
  yield { header: { ...source, steps } };
  if (typeof operator !== 'string') {
    for (const operatorFile of pieces(operator, chunkBytes)) yield { operatorFile };
  }
  for (const tensor of frames('history', history)) yield { tensor };
  if (inputs !== undefined) for (const tensor of frames('inputs', inputs)) yield { tensor };
}
