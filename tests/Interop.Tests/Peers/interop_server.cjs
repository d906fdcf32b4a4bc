// The server of gRPC's published interop test on the official Node library.
//
//     node interop_server.cjs --port 10000 [--host 127.0.0.1] [--tls CERT KEY]
//
// Prints its port and serves until its standard input ends. The library neither compresses responses nor tells a
// service whether a request was compressed, so response_compressed and expect_compressed are ignored.
'use strict';
const fs = require('fs');
const { setTimeout: sleep } = require('timers/promises');
const { grpc, flags, TestService, initialKey, trailingKey, zeros } = require('./interop_stubs.cjs');

// Sends the echoed header back; returns the trailers to end with.
function echoMetadata(call) {
  const initial = call.metadata.get(initialKey);
  if (initial.length > 0) {
    const headers = new grpc.Metadata();
    headers.set(initialKey, initial[0]);
    call.sendMetadata(headers);
  }
  const trailers = new grpc.Metadata();
  for (const value of call.metadata.get(trailingKey)) trailers.add(trailingKey, value);
  return trailers;
}

function failure(status, metadata) {
  return status && status.code !== 0 ? { code: status.code, details: status.message, metadata } : null;
}

async function answer(request, call) {
  for (const asked of request.response_parameters) {
    if (asked.interval_us > 0) await sleep(asked.interval_us / 1000);
    call.write({ payload: zeros(asked.size) });
  }
}

// Answers each request of a stream in turn, then ends the call.
function serveStream(call, respond) {
  const trailers = echoMetadata(call);
  let earlier = Promise.resolve();
  let failed = false;
  call.on('data', (request) => {
    const error = failure(request.response_status, trailers);
    earlier = earlier.then(async () => {
      if (failed) return;
      failed = error !== null;
      if (failed) call.emit('error', error);
      else await respond(request);
    });
  });
  call.on('end', () => earlier.then(() => { if (!failed) call.end(trailers); }));
}

const server = new grpc.Server();
server.addService(TestService.service, {
  EmptyCall: (call, callback) => callback(null, {}, echoMetadata(call)),
  UnaryCall(call, callback) {
    const trailers = echoMetadata(call);
    const error = failure(call.request.response_status, trailers);
    if (error) callback(error);
    else callback(null, { payload: zeros(call.request.response_size) }, trailers);
  },
  async StreamingOutputCall(call) {
    const trailers = echoMetadata(call);
    const error = failure(call.request.response_status, trailers);
    if (error) return call.emit('error', error);
    await answer(call.request, call);
    return call.end(trailers);
  },
  StreamingInputCall(call, callback) {
    const trailers = echoMetadata(call);
    let size = 0;
    call.on('data', (request) => { size += request.payload.body.length; });
    call.on('end', () => callback(null, { aggregated_payload_size: size }, trailers));
  },
  FullDuplexCall: (call) => serveStream(call, (request) => answer(request, call)),
});

const { host, port, tls: [certificate, key] } = flags({ host: '127.0.0.1', port: '0', tls: [] });
const credentials = certificate
  ? grpc.ServerCredentials.createSsl(
    null, [{ cert_chain: fs.readFileSync(certificate), private_key: fs.readFileSync(key) }])
  : grpc.ServerCredentials.createInsecure();
server.bindAsync(`${host}:${port}`, credentials, (error, bound) => {
  if (error) throw error;
  console.log(bound);
});
process.stdin.resume();
process.stdin.on('end', () => { server.forceShutdown(); process.exit(0); });
