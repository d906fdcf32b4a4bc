// gRPC's published interop cases, run by the official Node library against a server.
//
//     node interop_client.cjs --port 10000 --case all
//
// Prints a line of JSON for each case: its name, whether it passed, and what went wrong. The case "-" reads lines of
// "NAME PORT" from standard input and runs each as it comes. Exit status: 0 all passed, 1 one failed, 2 usage.
'use strict';
const assert = require('assert');
const readline = require('readline');
const {
  flags, connect, deadline, unary, input, collect, expectOk, expectStatus, expectResponses, expectZeros, largeRequest,
  largeUnary, ask,
} = require('./interop_calls.cjs');
const stubs = require('./interop_stubs.cjs');

const { grpc, zeros } = stubs;
const { status } = grpc;
const statusMessage = 'test status message';
const specialStatusMessage = '\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \u{1f608}\t\n';
const yes = { value: true };
const no = { value: false };
const gzip = { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip };

// A single message is kept from being compressed by its flags, which an interceptor can set.
const noCompress = 2;
function plainSecondMessage(options, nextCall) {
  const call = new grpc.InterceptingCall(nextCall(options));
  const send = call.sendMessageWithContext.bind(call);
  let count = 0;
  call.sendMessageWithContext = (context, message) => {
    count += 1;
    send(count === 2 ? { ...context, flags: noCompress } : context, message);
  };
  return call;
}

async function soak(call) {
  const failures = [];
  for (let i = 0; i < Number(flags['soak-iterations']); i++) {
    const begin = performance.now();
    try {
      await call();
      const latency = performance.now() - begin;
      if (latency > Number(flags['soak-max-latency-ms'])) failures.push(`call ${i} took ${latency.toFixed(0)} ms`);
    } catch (error) {
      failures.push(`call ${i}: ${error.message}`);
    }
  }
  assert.deepStrictEqual(failures, []);
}

const cases = {
  async empty_unary(client) {
    const seen = await unary(client, 'EmptyCall', {});
    expectOk(seen);
    assert.deepStrictEqual({ ...seen.response }, {});
  },

  large_unary: (client) => largeUnary(client),

  async client_streaming(client) {
    const seen = await input(client, stubs.requestSizes.map((size) => ({ payload: zeros(size) })));
    expectOk(seen);
    assert.strictEqual(seen.response.aggregated_payload_size, 74922);
  },

  async server_streaming(client) {
    const request = { response_parameters: stubs.responseSizes.map((size) => ({ size })) };
    const seen = await collect(client.StreamingOutputCall(request, deadline()));
    expectOk(seen);
    expectResponses(seen, stubs.responseSizes);
  },

  async ping_pong(client) {
    const call = client.FullDuplexCall(deadline());
    const write = (i) => call.write(ask(stubs.responseSizes[i], stubs.requestSizes[i]));
    const ended = collect(call, (_, count) => { if (count < 4) write(count); else call.end(); });
    write(0);
    const seen = await ended;
    expectOk(seen);
    expectResponses(seen, stubs.responseSizes);
  },

  async empty_stream(client) {
    const call = client.FullDuplexCall(deadline());
    call.end();
    const seen = await collect(call);
    expectOk(seen);
    expectResponses(seen, []);
  },

  async client_compressed_unary(client, port) {
    expectStatus(status.INVALID_ARGUMENT, await unary(client, 'UnaryCall', largeRequest({ expect_compressed: yes })));
    const compressing = connect(port, gzip);
    await largeUnary(compressing, largeRequest({ expect_compressed: yes }));
    compressing.close();
    await largeUnary(client, largeRequest({ expect_compressed: no }));
  },

  async client_compressed_streaming(client, port) {
    const compressed = { payload: zeros(27182), expect_compressed: yes };
    const plain = { payload: zeros(45904), expect_compressed: no };
    expectStatus(status.INVALID_ARGUMENT, await input(client, [compressed]));
    const compressing = connect(port, { ...gzip, interceptors: [plainSecondMessage] });
    const seen = await input(compressing, [compressed, plain]);
    compressing.close();
    expectOk(seen);
    assert.strictEqual(seen.response.aggregated_payload_size, 73086);
  },

  async server_compressed_unary(client) {
    await largeUnary(client, largeRequest({ response_compressed: yes }));
    await largeUnary(client, largeRequest({ response_compressed: no }));
  },

  async server_compressed_streaming(client) {
    const response_parameters = [{ size: 31415, compressed: yes }, { size: 92653, compressed: no }];
    const seen = await collect(client.StreamingOutputCall({ response_parameters }, deadline()));
    expectOk(seen);
    expectResponses(seen, [31415, 92653]);
  },

  cancel_after_begin: (client) => new Promise((resolve, reject) => {
    const call = client.StreamingInputCall(deadline(), (error) => {
      try {
        expectStatus(status.CANCELLED, { error });
        resolve();
      } catch (wrong) {
        reject(wrong);
      }
    });
    call.cancel();
  }),

  async cancel_after_first_response(client) {
    const call = client.FullDuplexCall(deadline());
    const ended = collect(call, () => call.cancel());
    call.write(ask(31415, 27182));
    const seen = await ended;
    expectStatus(status.CANCELLED, seen);
    expectResponses(seen, [31415]);
  },

  async timeout_on_sleeping_server(client) {
    const call = client.FullDuplexCall({ deadline: Date.now() + 1 });
    const ended = collect(call);
    call.write({ payload: zeros(27182) });
    expectStatus(status.DEADLINE_EXCEEDED, await ended);
  },

  async custom_metadata(client) {
    const metadata = new grpc.Metadata();
    metadata.set(stubs.initialKey, 'test_initial_metadata_value');
    metadata.set(stubs.trailingKey, Buffer.from('ababab', 'hex'));
    const once = await unary(client, 'UnaryCall', largeRequest(), metadata);
    expectOk(once);
    expectZeros(once.response.payload, stubs.largeResponse);
    const call = client.FullDuplexCall(metadata, deadline());
    call.write(ask(stubs.largeResponse, stubs.largeRequest));
    call.end();
    const streamed = await collect(call);
    expectOk(streamed);
    expectResponses(streamed, [stubs.largeResponse]);
    for (const { headers, trailers } of [once, streamed]) {
      assert.deepStrictEqual(headers.get(stubs.initialKey), ['test_initial_metadata_value'], 'the header');
      assert.strictEqual(Buffer.concat(trailers.get(stubs.trailingKey)).toString('hex'), 'ababab', 'the trailer');
    }
  },

  async status_code_and_message(client) {
    const request = { response_status: { code: status.UNKNOWN, message: statusMessage } };
    expectStatus(status.UNKNOWN, await unary(client, 'UnaryCall', request), statusMessage);
    const call = client.FullDuplexCall(deadline());
    call.write(request);
    call.end();
    expectStatus(status.UNKNOWN, await collect(call), statusMessage);
  },

  async special_status_message(client) {
    const request = { response_status: { code: status.UNKNOWN, message: specialStatusMessage } };
    expectStatus(status.UNKNOWN, await unary(client, 'UnaryCall', request), specialStatusMessage);
  },

  async unimplemented_method(client) {
    expectStatus(status.UNIMPLEMENTED, await unary(client, 'UnimplementedCall', {}));
  },

  async unimplemented_service(_, port) {
    const client = connect(port, {}, stubs.UnimplementedService);
    expectStatus(status.UNIMPLEMENTED, await unary(client, 'UnimplementedCall', {}));
    client.close();
  },

  rpc_soak: (client) => soak(() => largeUnary(client)),

  channel_soak: (_, port) => soak(async () => {
    const client = connect(port);
    await largeUnary(client);
    client.close();
  }),
};

async function run(name, port) {
  const client = connect(port);
  let detail = '';
  try {
    await cases[name](client, port);
  } catch (error) {
    detail = error.stack;
  }
  client.close();
  console.log(JSON.stringify({ case: name, passed: detail === '', detail }));
  return detail === '';
}

async function* orders() {
  if (flags.case !== '-') {
    for (const name of flags.case === 'all' ? Object.keys(cases) : [flags.case]) yield [name, flags.port];
    return;
  }
  for await (const line of readline.createInterface({ input: process.stdin })) yield line.split(' ');
}

async function main() {
  if (!['-', 'all', ...Object.keys(cases)].includes(flags.case)) {
    console.error(`--case is "${flags.case}"; it must be all or one of: ${Object.keys(cases).join(', ')}`);
    return 2;
  }
  let passed = true;
  for await (const [name, port] of orders()) passed = (await run(name, port)) && passed;
  return passed ? 0 : 1;
}

main().then((code) => { process.exitCode = code; });
