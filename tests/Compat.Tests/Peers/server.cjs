// The official Node server of the playground service: node server.cjs PROTO
// Prints its port, then one line for each call that the client cancelled; serves until its input ends.
'use strict';
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const { PlaygroundService } = grpc.loadPackageDefinition(
  loader.loadSync(process.argv[2], { keepCase: true, longs: Number, defaults: true })).koopmanmesh.playground.v1;

const why = new grpc.Metadata();
why.set('why-bin', Buffer.from([1, 2, 255]));
const failure = (request) => ({ code: request.fail_code, details: request.fail_message, metadata: why });

function pick(call, prefix) {
  const picked = new grpc.Metadata();
  for (const key of Object.keys(call.metadata.getMap())) {
    if (key.startsWith(prefix)) for (const value of call.metadata.get(key)) picked.add(key, value);
  }
  return picked;
}

const server = new grpc.Server();
server.addService(PlaygroundService.service, {
  Say(call, callback) {
    call.sendMetadata(pick(call, 'x-'));
    call.on('cancelled', () => console.log('cancelled'));
    if (call.request.wait) return;
    if (call.request.fail_code) callback(failure(call.request));
    else callback(null, { payload: call.request.payload }, pick(call, 't-'));
  },
  Collect(call, callback) {
    const response = { messages: 0, bytes: 0 };
    call.on('data', (request) => { response.messages++; response.bytes += request.payload.length; });
    call.on('end', () => callback(null, response));
  },
  Count(call) {
    call.on('cancelled', () => console.log('cancelled'));
    for (let number = 0; number < call.request.messages; number++) {
      call.write({ number, payload: Buffer.alloc(call.request.size) });
    }
    if (call.request.wait) return;
    if (call.request.fail_code) call.emit('error', failure(call.request));
    else call.end();
  },
  Chat(call) {
    call.on('data', (request) => call.write({ text: request.text }));
    call.on('end', () => { call.write({ text: 'bye' }); call.end(); });
  },
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.resume();
process.stdin.on('end', () => { server.forceShutdown(); process.exit(0); });
