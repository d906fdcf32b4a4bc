/** Progress of a run on a terminal. */
import type { WriteStream } from 'node:tty';

import type { RunStatus } from './generated/koopmanmesh/run/v1/RunStatus.js';

const width = 24;

/**
 * What draws a run's progress, for `onStatus` of `wait` and `analyze`: a bar that is drawn over on a terminal, a line a
 * stage anywhere else.
 */
export function progressBar(stream: NodeJS.WritableStream = process.stderr): (status: RunStatus) => void {
  const terminal = (stream as Partial<WriteStream>).isTTY === true;
  let stage = '';
  return (status) => {
    const over = ['SUCCEEDED', 'FAILED', 'CANCELLED'].find((end) => status.state === `RUN_STATE_${end}`);
    if (terminal) stream.write(`\r\x1b[2K${progressLine(status)}${over === undefined ? '' : '\n'}`);
    else if (over !== undefined || status.stage !== stage) stream.write(`${progressLine(status)}\n`);
    stage = status.stage;
  };
}

/** One line: stage, bar, and how much is done of how much. */
export function progressLine(status: RunStatus): string {
  const [done, total, unit] = counts(status);
  const state = status.state.slice('RUN_STATE_'.length).toLowerCase();
  const fraction = state === 'succeeded' ? 1 : total > 0 ? Math.min(1, done / total) : 0;
  const filled = Math.round(fraction * width);
  const name = state === 'running' ? status.stage : state;
  const speed = status.stage === 'capture' && status.rowsPerSecond > 0
    ? `, ${Math.round(status.rowsPerSecond)} rows/s` : '';
  return `${name.padEnd(10)}${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done} of ${total} ${unit}${speed}`;
}

function counts(status: RunStatus): [number, number, string] {
  if (status.stepsTotal > 0) return [status.stepsDone, status.stepsTotal, 'steps'];
  if (status.stage === 'fit' || status.stage === 'credit') {
    return [status.componentsFitted, status.componentsTotal, 'components'];
  }
  if (status.stage === 'audit') return [status.interventionsDone, status.interventionsTotal, 'interventions'];
  return [status.rowsCaptured, status.rowsTotal, 'rows'];
}
