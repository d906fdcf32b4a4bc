// Calls against official grpc-js servers in this process: what aborts, deadlines, tokens, early ends and restarts do.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { connect, KoopmanMeshError, Unreachable } from 'koopmanmesh';

import { OperatorService, RunService } from '../dist/protos.js';

/** A client of a server with some handlers, both closed when the test ends. */
async function serve(t, service, handlers, options = {}) {
  const server = new Server();
  server.addService(service.service, handlers);
  const port = await new Promise((resolve, reject) => server.bindAsync(
    '127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))));
  const client = connect(`127.0.0.1:${port}`, options);
  t.after(() => {
    client.close();
    server.forceShutdown();
  });
  return client;
}

const running = { status: { runId: 'r-1', state: 'RUN_STATE_RUNNING' } };

test('aborting a unary call cancels it on the server and throws the reason', async (t) => {
  const controller = new AbortController();
  let cancelled;
  const client = await serve(t, RunService, {
    GetRun: (call) => {
      cancelled = once(call, 'cancelled');
      controller.abort(new Error('enough'));
    },
  });

  await assert.rejects(client.run('r-1').status({ signal: controller.signal }), /enough/);
  await cancelled;
});

test('an aborted signal starts nothing', async (t) => {
  let calls = 0;
  const client = await serve(t, RunService, { GetRun: () => { calls++; } });

  await assert.rejects(client.run('r-1').status({ signal: AbortSignal.abort() }), { name: 'AbortError' });
  assert.equal(calls, 0);
});

test('leaving the loop of a watch cancels the call on the server', async (t) => {
  let cancelled;
  const client = await serve(t, RunService, {
    WatchRun: (call) => {
      cancelled = once(call, 'cancelled');
      call.write(running);
    },
  });

  for await (const seen of client.run('r-1').watch()) {
    assert.equal(seen.state, 'RUN_STATE_RUNNING');
    break;
  }
  await cancelled;
});

test('a watch whose connection breaks goes on over another', async (t) => {
  let calls = 0;
  const client = await serve(t, RunService, {
    WatchRun: (call) => {
      call.write(calls++ === 0 ? running : { status: { runId: 'r-1', state: 'RUN_STATE_SUCCEEDED' } });
      if (calls === 1) call.emit('error', { code: status.UNAVAILABLE, details: 'restarting' });
      else call.end();
    },
  });

  assert.equal((await client.run('r-1').wait()).state, 'RUN_STATE_SUCCEEDED');
  assert.equal(calls, 2);
});

test('a watch is not begun again after a refusal, nor beyond its patience', async (t) => {
  const errors = [{ code: status.NOT_FOUND, details: 'no run' }, { code: status.UNAVAILABLE, details: 'away' }];
  const client = await serve(t, RunService, { WatchRun: (call) => call.emit('error', errors.shift() ?? errors[0]) });

  await assert.rejects(client.run('r-1').wait(), { code: 'NOT_FOUND' });
  await assert.rejects(client.run('r-1').wait({ patienceMs: 0 }), (error) => error instanceof Unreachable);
});

test('a run that failed says why, as an error', async (t) => {
  const failed = { runId: 'r-1', state: 'RUN_STATE_FAILED', error: 'row 3 is NaN', errorReason: 'NON_FINITE' };
  const client = await serve(t, RunService, {
    WatchRun: (call) => {
      call.write({ status: failed });
      call.end();
    },
  });

  await assert.rejects(client.run('r-1').wait(), {
    name: 'RunFailed', message: 'row 3 is NaN', reason: 'NON_FINITE', code: 'FAILED_PRECONDITION' });
});

test('a call ends at its deadline', async (t) => {
  const client = await serve(t, RunService, { GetRun: () => {} }, { deadlineMs: 50 });

  await assert.rejects(client.run('r-1').status(), { name: 'KoopmanMeshError', code: 'DEADLINE_EXCEEDED' });
});

test('a fit whose data wait for ever ends when the server has answered', async (t) => {
  const client = await serve(t, OperatorService, {
    Fit: (call, done) => call.once('data', () => done({ code: status.INVALID_ARGUMENT, details: 'no such method' })),
  });
  async function* endless() {
    yield Float64Array.of(1, 2);
    await new Promise(() => {});
  }

  await assert.rejects(client.fit(endless(), { width: 2 }), { code: 'INVALID_ARGUMENT', message: 'no such method' });
});

test('what the source of the data throws reaches the caller, and cancels the call', async (t) => {
  let cancelled;
  const client = await serve(t, OperatorService, {
    Fit: (call) => {
      cancelled = once(call, 'cancelled');
      call.resume();
    },
  });
  async function* broken() {
    yield Float64Array.of(1, 2);
    throw new Error('the sensor is gone');
  }

  await assert.rejects(client.fit(broken(), { width: 2 }), /the sensor is gone/);
  await cancelled;
});

test('a token that changes is read again before every call', async (t) => {
  const seen = [];
  const folder = mkdtempSync(join(tmpdir(), 'koopmanmesh-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const tokenFile = join(folder, 'token');
  const client = await serve(t, RunService, {
    GetRun: (call, done) => {
      seen.push(...call.metadata.get('authorization'));
      done(null, running);
    },
  }, { tokenFile });

  for (const token of ['first\n', 'second\n']) {
    writeFileSync(tokenFile, token);
    await client.run('r-1').status();
  }

  assert.deepEqual(seen, ['Bearer first', 'Bearer second']);
});

test('an idempotent call is tried again when the server was unavailable', async (t) => {
  let calls = 0;
  const client = await serve(t, RunService, {
    GetRun: (_, done) => done(++calls < 3 ? { code: status.UNAVAILABLE, details: 'starting' } : null, running),
  });

  assert.equal((await client.run('r-1').status()).state, 'RUN_STATE_RUNNING');
  assert.equal(calls, 3);
});

test('submit makes a key, so that a retry is the same run', async (t) => {
  const keys = [];
  const client = await serve(t, RunService, {
    SubmitRun: ({ request }, done) => {
      keys.push(request.idempotencyKey);
      done(keys.length < 2 ? { code: status.UNAVAILABLE, details: 'starting' } : null, running);
    },
  });
  const file = { digest: '0'.repeat(64), name: 'x' };

  const run = await client.submit({ model: file, data: file });

  assert.equal(run.id, 'r-1');
  assert.equal(keys[0], keys[1]);
  assert.match(keys[0], /^[0-9a-f-]{36}$/);
});

test('nobody there is Unreachable', async () => {
  const client = connect('127.0.0.1:1');

  await assert.rejects(client.run('r-1').status(), (error) => error instanceof Unreachable);
  client.close();
});

test('rows become chunks of at most a megabyte, pairs beside each other', async (t) => {
  const chunks = [];
  const client = await serve(t, OperatorService, {
    Fit: (call, done) => {
      call.on('data', ({ chunk }) => chunk && chunks.push(chunk));
      call.on('end', () => done(null, { operatorId: 'x', report: {} }));
    },
  });
  const states = Float32Array.from({ length: 600_000 }, (_, i) => i);

  await client.fit({ states, successors: states, inputs: new Float32Array(200_000) }, { width: 3, inputWidth: 1 });

  assert.equal(chunks.reduce((rows, chunk) => rows + chunk.rows, 0), 200_000);
  const sizes = chunks.map((chunk) => chunk.states.length + chunk.successors.length + chunk.inputs.length);
  assert.ok(Math.max(...sizes) <= 2 ** 20);
  assert.deepEqual(Buffer.concat(chunks.map((chunk) => chunk.states)), Buffer.from(states.buffer));
});

test('rows that do not fit their width are refused before they are sent', async (t) => {
  const client = await serve(t, OperatorService, { Fit: (call) => call.resume() });

  await assert.rejects(client.fit(new Float64Array(7), { width: 2 }), /7 values are no whole rows of 2/);
  await assert.rejects(client.fit(new Float64Array(8), { shape: [3, 2] }), /has 8 values, its shape \[3, 2\] has 6/);
  await assert.rejects(client.fit([new Float64Array(2), new Float32Array(2)], { width: 2 }), /ELEMENT_TYPE_FLOAT32/);
});

test('an error keeps its cause', async (t) => {
  const client = await serve(t, RunService, { GetRun: (_, done) => done({ code: status.NOT_FOUND, details: 'no' }) });

  const error = await client.run('r-1').status().catch((thrown) => thrown);

  assert.ok(error instanceof KoopmanMeshError);
  assert.equal(error.cause.code, status.NOT_FOUND);
});
