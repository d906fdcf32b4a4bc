// What a terminal, and what a file, sees of a run's progress.
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { progressBar, progressLine } from 'koopmanmesh';

const none = {
  rowsCaptured: 0, rowsTotal: 0, componentsFitted: 0, componentsTotal: 0, interventionsDone: 0, interventionsTotal: 0,
  rowsPerSecond: 0, stepsDone: 0, stepsTotal: 0, state: 'RUN_STATE_RUNNING', stage: 'capture',
};

const drawn = (stream, ...statuses) => {
  const draw = progressBar(stream);
  statuses.forEach((status) => draw({ ...none, ...status }));
  return stream.read()?.toString() ?? '';
};

test('half of the rows fill half of the bar', () => {
  const line = progressLine({ ...none, rowsCaptured: 50, rowsTotal: 100, rowsPerSecond: 25 });

  assert.equal(line, `capture   ${'█'.repeat(12)}${'░'.repeat(12)} 50 of 100 rows, 25 rows/s`);
});

test('a terminal is drawn over, and a line feed ends it', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true });

  const seen = drawn(stream, { rowsTotal: 10 }, { state: 'RUN_STATE_SUCCEEDED', stage: 'done' });

  assert.equal(seen.split('\r\x1b[2K').length, 3);
  assert.equal(seen.split('\n').length, 2);
  assert.match(seen, /succeeded █{24}/);
});

test('a file gets a line a stage', () => {
  const seen = drawn(
    new PassThrough(), {}, { rowsCaptured: 1 }, { stage: 'fit' }, { stage: 'done', state: 'RUN_STATE_FAILED' });

  assert.deepEqual(seen.trim().split('\n').map((line) => line.split(' ')[0]), ['capture', 'fit', 'failed']);
});
