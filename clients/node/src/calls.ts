/** The four kinds of call, as promises and async iterators that an AbortSignal ends. */
import {
  Metadata, type CallOptions as GrpcOptions, type Client, type ClientDuplexStream, type ClientReadableStream,
  type ClientUnaryCall, type ClientWritableStream, type requestCallback,
} from '@grpc/grpc-js';
import { once } from 'node:events';

import { failure } from './errors.js';

/** What every call takes. */
export interface CallOptions {
  /** Cancels the call, on the server too; the call then fails with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds the call may take. Unary calls have the connection's by default, streams none. */
  deadlineMs?: number | undefined;
}

// A stub's methods are overloaded; types are inferred from the last overload, and these are the ones that are called.
type UnaryMethod<Q, S> =
  (request: Q, metadata: Metadata, options: GrpcOptions, done: requestCallback<S>) => ClientUnaryCall;
type StreamMethod<Q, S> =
  (metadata: Metadata, options: GrpcOptions, done: requestCallback<S>) => ClientWritableStream<Q>;

export type Messages<T> = Iterable<T> | AsyncIterable<T>;

export class Calls {
  constructor(
    private readonly token: (() => Promise<string>) | undefined,
    private readonly deadlineMs: number) {}

  async unary<Q, S>(
    stub: Client, method: (request: Q, done: requestCallback<S>) => ClientUnaryCall, request: Q,
    { signal, deadlineMs = this.deadlineMs }: CallOptions = {}): Promise<S> {
    const metadata = await this.#metadata({ signal });
    return await this.#guard({ signal }, (aborted) => new Promise<S>((resolve, reject) => {
      const call = (method as unknown as UnaryMethod<Q, S>).call(
        stub, request, metadata, deadline({ deadlineMs }), settle(resolve, reject));
      aborted(() => call.cancel());
    }));
  }

  /** Sends messages, no faster than the server takes them; ends when the server answers, however many were sent. */
  async send<Q, S>(
    stub: Client, method: (done: requestCallback<S>) => ClientWritableStream<Q>,
    messages: Messages<Q>, options: CallOptions = {}): Promise<S> {
    const metadata = await this.#metadata(options);
    return await this.#guard(options, async (aborted) => {
      let call!: ClientWritableStream<Q>;
      const answer = new Promise<S>((resolve, reject) => {
        call = (method as unknown as StreamMethod<Q, S>).call(
          stub, metadata, deadline(options), settle(resolve, reject));
      });
      aborted(() => call.cancel());
      await write(call, messages, new Ending(answer));
      return await answer;
    });
  }

  /** Reads messages, no faster than the caller takes them; leaving the loop cancels the call. */
  async* read<S>(
    start: (metadata: Metadata, options: GrpcOptions) => ClientReadableStream<S>,
    options: CallOptions = {}): AsyncGenerator<S, void, undefined> {
    const metadata = await this.#metadata(options);
    const call = start(metadata, deadline(options));
    yield* this.#responses(call, options);
  }

  /** Sends and reads at the same time. */
  async* exchange<Q, S>(
    start: (metadata: Metadata, options: GrpcOptions) => ClientDuplexStream<Q, S>, messages: Messages<Q>,
    options: CallOptions = {}): AsyncGenerator<S, void, undefined> {
    const metadata = await this.#metadata(options);
    const call = start(metadata, deadline(options));
    const broken: unknown[] = [];
    const source = noting(messages, broken);
    const writing = write(call, source, new Ending(once(call, 'status'))).catch(() => {});
    try {
      yield* this.#responses(call, options);
      await writing;
    } catch (error) {
      // What the messages' own source threw says more than the cancellation that followed.
      throw broken.length > 0 ? broken[0] : error;
    }
  }

  /** Starts a stream that its caller reads and writes by itself. */
  async open<T>(start: (metadata: Metadata) => T, options: { waitForReady: boolean }): Promise<T> {
    const metadata = await this.#metadata({});
    metadata.setOptions(options);
    return start(metadata);
  }

  async #metadata({ signal }: CallOptions): Promise<Metadata> {
    signal?.throwIfAborted();
    const metadata = new Metadata();
    if (this.token !== undefined) metadata.set('authorization', `Bearer ${await this.token()}`);
    signal?.throwIfAborted();
    return metadata;
  }

  async* #responses<S>(call: ClientReadableStream<S>, { signal }: CallOptions): AsyncGenerator<S, void, undefined> {
    const cancel = (): void => call.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    // The loop below hears of errors while it runs; what comes after it has nobody to hear it.
    call.on('error', () => {});
    try {
      yield* call as AsyncIterable<S>;
    } catch (error) {
      signal?.throwIfAborted();
      throw failure(error);
    } finally {
      signal?.removeEventListener('abort', cancel);
      call.cancel();
    }
  }

  async #guard<S>(
    { signal }: CallOptions, body: (aborted: (cancel: () => void) => void) => Promise<S>): Promise<S> {
    let cancel: (() => void) | undefined;
    try {
      return await body((cancelling) => {
        cancel = cancelling;
        signal?.addEventListener('abort', cancelling, { once: true });
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw failure(error);
    } finally {
      if (cancel !== undefined) signal?.removeEventListener('abort', cancel);
    }
  }
}

function settle<S>(resolve: (response: S) => void, reject: (error: unknown) => void): requestCallback<S> {
  return (error, response) => (error === null ? resolve(response as S) : reject(error));
}

/** The same messages; notes what their source throws. */
async function* noting<Q>(messages: Messages<Q>, thrown: unknown[]): AsyncGenerator<Q> {
  try {
    yield* messages;
  } catch (error) {
    thrown.push(error);
    throw error;
  }
}

/** A promise that is waited for again and again, beside others. Promise.race would keep a little of each. */
export class Ending {
  over = false;
  #wake: (() => void) | undefined;

  constructor(ended: Promise<unknown>) {
    const end = (): void => {
      this.over = true;
      this.#wake?.();
    };
    ended.then(end, end);
  }

  /** What a promise brings, or undefined once it is over. */
  before<T>(promise: Promise<T> | T): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      if (this.over) resolve(undefined);
      this.#wake = () => resolve(undefined);
      Promise.resolve(promise).then(resolve, reject);
    });
  }
}

/** Writes messages as the stream takes them, until it has ended; cancels it where their source throws. */
async function write<Q>(call: ClientWritableStream<Q>, messages: Messages<Q>, ending: Ending): Promise<void> {
  const source = Symbol.asyncIterator in messages ? messages[Symbol.asyncIterator]() : messages[Symbol.iterator]();
  try {
    for (;;) {
      const next = await ending.before(source.next());
      if (next === undefined) {
        // Its source may be waiting for what never comes: nobody waits for it.
        Promise.resolve(source.return?.()).catch(() => {});
        return;
      }
      if (next.done === true) break;
      await writeOne(call, next.value, ending);
    }
  } catch (error) {
    call.cancel();
    throw error;
  }
  call.end();
}

/** Writes one message, and waits until the stream takes more or has ended. */
export async function writeOne<Q>(call: ClientWritableStream<Q>, message: Q, ending: Ending): Promise<void> {
  if (ending.over || call.write(message)) return;
  const { promise, resolve } = deferred();
  call.once('drain', resolve);
  await ending.before(promise);
  call.off('drain', resolve);
}

/** A promise and what resolves it. */
export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => { resolve = done; });
  return { promise, resolve };
}

function deadline({ deadlineMs }: CallOptions): GrpcOptions {
  return deadlineMs === undefined || deadlineMs === Infinity ? {} : { deadline: new Date(Date.now() + deadlineMs) };
}
