// A watched run against an official grpc-js server in this process that breaks connections when a test tells it to.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { connect, Unreachable } from 'koopmanmesh';

import { TrainingService } from '../dist/protos.js';

/** Stores what it is sent, by step; `on` decides what else happens to a request of a connection. */
class FakeService {
  stored = new Map();
  connections = 0;
  #step = 0;

  constructor(on = () => false) {
    this.on = on;
  }

  async start(t) {
    const server = new Server();
    server.addService(TrainingService.service, { WatchTraining: (call) => this.#watch(call) });
    const port = await new Promise((resolve, reject) => server.bindAsync(
      '127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))));
    const client = connect(`127.0.0.1:${port}`);
    t.after(() => {
      client.close();
      server.forceShutdown();
    });
    return client;
  }

  #watch(call) {
    const connection = this.connections++;
    call.on('error', () => {});
    call.on('data', (request) => {
      if (this.on({ call, request, connection, service: this })) return;
      if (request.header) {
        this.header = request.header;
        const lastStep = [...this.stored.keys()].pop();
        call.write({ started: { trainingId: request.header.trainingId, ...(lastStep !== undefined && { lastStep }) } });
      } else if (request.snapshot) this.#step = request.snapshot.step;
      else if (request.data) {
        this.stored.set(this.#step, [...new Float32Array(Uint8Array.from(request.data).buffer)]);
        call.write({ stored: { step: this.#step, snapshots: this.stored.size } });
      }
    });
    call.on('end', () => {
      call.write({ report: { trainingId: 'x', snapshots: this.stored.size, windows: [{ lastStep: 1 }] } });
      call.write({ report: { windows: [{ lastStep: 2 }], verdict: 'healthy' } });
      call.end();
    });
  }
}

const broken = { code: status.UNAVAILABLE, details: 'the connection is gone' };

test('the report is its pieces put together', async (t) => {
  const client = await new FakeService().start(t);
  const watch = await client.training({ w: Float32Array.of(1, 2) });

  await watch.snapshot(0, { w: Float32Array.of(1, 2) }, { loss: 1 });
  const report = await watch.finish();

  assert.deepEqual(report.windows.map(({ lastStep }) => lastStep), [1, 2]);
  assert.equal(report.verdict, 'healthy');
  assert.equal(report.snapshots, 1);
});

test('snapshots are copied, so that a trainer may go on at once', async (t) => {
  const service = new FakeService();
  const client = await service.start(t);
  const w = Float32Array.of(0);
  const watch = await client.training({ w });

  for (let step = 0; step < 100; step++) {
    w[0] = step;
    const put = watch.snapshot(step, { w });
    w[0] = NaN;
    await put;
  }
  await watch.finish();

  assert.deepEqual([...service.stored.values()].flat(), Array.from({ length: 100 }, (_, step) => step));
});

test('after a broken connection exactly what is missing is sent again', async (t) => {
  const taken = [];
  const service = new FakeService(({ call, request, connection }) => {
    if (request.snapshot) taken.push(request.snapshot.step);
    if (connection < 2 && taken.length >= 10 * (connection + 1)) {
      call.emit('error', broken);
      return true;
    }
    return false;
  });
  const client = await service.start(t);
  const watch = await client.training({ w: Float32Array.of(0) });

  for (let step = 0; step < 50; step++) await watch.snapshot(step, { w: Float32Array.of(step) });
  await watch.finish();

  assert.equal(service.connections, 3);
  assert.equal(service.header.resume, true);
  assert.deepEqual([...service.stored.keys()], Array.from({ length: 50 }, (_, step) => step));
  assert.deepEqual([...service.stored.values()].flat(), Array.from({ length: 50 }, (_, step) => step));
});

test('a trainer waits while bufferBytes are not acknowledged', async (t) => {
  const held = [];
  const service = new FakeService(({ request, call }) => {
    if (!request.data) return false;
    held.push(() => call.write({ stored: { step: held.length, snapshots: 1 } }));
    return true;
  });
  const client = await service.start(t);
  const watch = await client.training({ w: new Float32Array(4) }, { bufferBytes: 32 });
  await watch.snapshot(0, { w: new Float32Array(4) });
  await watch.snapshot(1, { w: new Float32Array(4) });
  let room = false;

  const third = watch.snapshot(2, { w: new Float32Array(4) }).then(() => { room = true; });
  while (held.length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(room, false);
  held[0]();
  await third;

  watch.abort();
});

test('a refusal is not tried again', async (t) => {
  const service = new FakeService(({ call }) =>
    call.emit('error', { code: status.INVALID_ARGUMENT, details: 'too many' }));
  const client = await service.start(t);

  await assert.rejects(client.training({ w: new Float32Array(1) }), { code: 'INVALID_ARGUMENT', message: 'too many' });
  assert.equal(service.connections, 1);
});

test('patience ends with Unreachable', async () => {
  const client = connect('127.0.0.1:1');

  await assert.rejects(
    client.training({ w: new Float32Array(1) }, { patienceMs: 20 }),
    (error) => error instanceof Unreachable && error.message === 'no service answered for 0.02 seconds');
  client.close();
});

test('an abort reaches whoever waits', async (t) => {
  const controller = new AbortController();
  const client = await new FakeService(({ request }) => request.snapshot || request.data).start(t);
  const watch = await client.training({ w: new Float32Array(1) }, { signal: controller.signal });
  await watch.snapshot(0, { w: new Float32Array(1) });

  const flushing = watch.flush();
  controller.abort(new Error('enough'));

  await assert.rejects(flushing, /enough/);
});

test('windows, marks and warnings come in order, from the first on', async (t) => {
  const service = new FakeService(({ call, request }) => {
    if (request.snapshot) {
      call.write({ window: { lastStep: 7 } });
      call.write({ mark: { kind: 'MARK_KIND_STOP', step: 7, text: 'rests' } });
      call.write({ warning: { reason: 'NO_LOSSES' } });
    }
    return false;
  });
  const client = await service.start(t);
  const heard = [];
  const watch = await client.training({ w: new Float32Array(1) }, { onMark: (mark) => heard.push(mark.text) });

  await watch.snapshot(0, { w: new Float32Array(1) });
  await watch.finish();
  const kinds = [];
  for await (const { kind } of watch.events()) kinds.push(kind);

  assert.deepEqual(kinds, ['window', 'mark', 'warning']);
  assert.deepEqual(heard, ['rests']);
});

test('a proposal has its weights, and a decision its answer', async (t) => {
  const service = new FakeService(({ call, request }) => {
    if (request.proposeJump) {
      const bytes = Buffer.from(Float32Array.of(5, 6).buffer);
      call.write({ proposal: { proposal: 3, horizon: 10 } });
      call.write({ tensor: { header: {
        name: 'w', elementType: 'ELEMENT_TYPE_FLOAT32', shape: [2], byteLength: 8 } } });
      call.write({ tensor: { chunk: { data: bytes } } });
    }
    if (request.proposeLimit) call.write({ proposal: { refusal: 'too few snapshots' } });
    if (request.outcome) call.write({ decision: { proposal: 3, keep: request.outcome.lossAfter < 1 } });
    return false;
  });
  const client = await service.start(t);
  const watch = await client.training({ w: new Float32Array(2) });

  const proposal = await watch.propose();
  assert.deepEqual([proposal.number, proposal.horizon, [...proposal.weights.w.data]], [3, 10, [5, 6]]);
  assert.equal(await watch.decide(proposal, 1, 0.5), true);
  assert.equal((await watch.proposeLimit()).refusal, 'too few snapshots');
  await watch.finish();
});

for (const [what, weights, sentence] of [
  ['another shape', { w: new Float32Array(3) }, /"w" has shape \[3\], expected \[2\]/],
  ['another name', { v: new Float32Array(2) }, /the snapshot holds no "w"/],
  ['more tensors', { w: new Float32Array(2), v: new Float32Array(2) }, /holds 1 tensors, got 2/],
  ['more digits', { w: new Float64Array(2) }, /"w" is float64, the run began with float32/],
  ['whole numbers', { w: new Int32Array(2) }, /Float32Array or Float64Array, got Int32Array/],
]) {
  test(`a snapshot of ${what} than the first is refused`, async (t) => {
    const client = await new FakeService().start(t);
    const watch = await client.training({ w: new Float32Array(2) });

    await assert.rejects(watch.snapshot(0, weights), sentence);
    watch.abort();
  });
}

test('steps ascend', async (t) => {
  const client = await new FakeService().start(t);
  const watch = await client.training({ w: new Float32Array(1) });
  await watch.snapshot(5, { w: new Float32Array(1) });

  await assert.rejects(watch.snapshot(5, { w: new Float32Array(1) }), /step 5 came after step 5/);
  watch.abort();
});
