/** How long, and how often, what breaks is begun again. */
import { setTimeout as sleep } from 'node:timers/promises';

import { Unreachable } from './errors.js';

/** Default of every `patienceMs`. */
export const defaultPatienceMs = 60_000;

const firstPauseMs = 100;
const longestPauseMs = 2000;

/** Counts from the moment that a connection is wanted and there is none. */
export class Patience {
  #since: number | undefined;
  #pauseMs = firstPauseMs;

  constructor(private readonly patienceMs: number) {}

  /** Milliseconds until it is over. */
  get leftMs(): number {
    return this.patienceMs - (this.#since === undefined ? 0 : performance.now() - this.#since);
  }

  /** The service answered. */
  heard(): void {
    this.#since = undefined;
    this.#pauseMs = firstPauseMs;
  }

  /** There is no connection. */
  missed(): void {
    this.#since ??= performance.now();
  }

  /** Waits before the next attempt; Unreachable when patience is over. */
  async pause(signal?: AbortSignal): Promise<void> {
    this.missed();
    if (this.leftMs <= 0) {
      throw new Unreachable('UNAVAILABLE', `no service answered for ${this.patienceMs / 1000} seconds`);
    }
    await sleep(this.#pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
  }
}
