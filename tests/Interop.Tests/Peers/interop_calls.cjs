// What the interop client's cases make their calls with, and hold the answers against.
'use strict';
const assert = require('assert');
const fs = require('fs');
const stubs = require('./interop_stubs.cjs');

const { grpc, zeros } = stubs;
const flags = stubs.flags({
  host: '127.0.0.1', port: '0', case: '', tls: '', 'soak-iterations': '10', 'soak-max-latency-ms': '1000',
});

function connect(port, options = {}, Service = stubs.TestService) {
  const credentials = flags.tls
    ? grpc.credentials.createSsl(fs.readFileSync(flags.tls))
    : grpc.credentials.createInsecure();
  // Channels of a process share connections unless told otherwise.
  return new Service(`${flags.host}:${port}`, credentials, { 'grpc.use_local_subchannel_pool': 1, ...options });
}

const deadline = () => ({ deadline: Date.now() + 60000 });

function expectZeros(payload, size) {
  assert.strictEqual(payload.body.length, size, 'the size of the payload');
  assert.ok(payload.body.every((byte) => byte === 0), 'the payload is zeros');
}

// The response, headers and trailers of a call with one response; its error if it failed.
function unary(client, method, request, metadata = new grpc.Metadata(), options = deadline()) {
  return new Promise((resolve) => {
    const seen = {};
    const keep = (error, response) => Object.assign(seen, { error, response });
    const call = client[method](request, metadata, options, keep);
    call.on('metadata', (headers) => { seen.headers = headers; });
    call.on('status', (end) => { seen.trailers = end.metadata; setImmediate(() => resolve(seen)); });
  });
}

// The one response to a stream of requests, or the error.
function input(client, requests) {
  return new Promise((resolve) => {
    const call = client.StreamingInputCall(deadline(), (error, response) => resolve({ error, response }));
    for (const request of requests) call.write(request);
    call.end();
  });
}

// Collects what a call with a stream of responses brings, until it ends.
function collect(call, onResponse = () => {}) {
  return new Promise((resolve) => {
    const seen = { responses: [] };
    call.on('data', (response) => {
      seen.responses.push(response);
      onResponse(response, seen.responses.length);
    });
    call.on('metadata', (headers) => { seen.headers = headers; });
    call.on('error', (error) => { seen.error = error; });
    call.on('status', (end) => { seen.trailers = end.metadata; setImmediate(() => resolve(seen)); });
  });
}

function expectOk({ error }) {
  assert.ifError(error);
}

function expectStatus(code, { error }, message) {
  assert.ok(error, `the call succeeded; expected status ${code}`);
  assert.strictEqual(error.code, code, `the status ${error.code}: ${error.details}`);
  if (message !== undefined) assert.strictEqual(error.details, message, 'the status message');
}

function expectResponses({ responses }, sizes) {
  assert.strictEqual(responses.length, sizes.length, 'the number of responses');
  responses.forEach((response, i) => expectZeros(response.payload, sizes[i]));
}

const largeRequest = (more = {}) => (
  { response_size: stubs.largeResponse, payload: zeros(stubs.largeRequest), ...more });
const ask = (responseSize, requestSize) => (
  { response_parameters: [{ size: responseSize }], payload: zeros(requestSize) });

async function largeUnary(client, request = largeRequest()) {
  const seen = await unary(client, 'UnaryCall', request);
  expectOk(seen);
  expectZeros(seen.response.payload, stubs.largeResponse);
}

module.exports = {
  flags, connect, deadline, unary, input, collect, expectOk, expectStatus, expectZeros, expectResponses, largeRequest,
  largeUnary, ask,
};
