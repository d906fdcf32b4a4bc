// The official Node client, calling a playground service: node client.cjs PROTO HOST:PORT
// Prints one JSON object with what it saw.
'use strict';
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protoPath, address] = process.argv.slice(2);
const { PlaygroundService } = grpc.loadPackageDefinition(
  loader.loadSync(protoPath, { keepCase: true, longs: Number, defaults: true })).koopmanmesh.playground.v1;
const client = new PlaygroundService(address, grpc.credentials.createInsecure());

const metadata = new grpc.Metadata();
metadata.set('x-text', 'some text');
metadata.set('x-bytes-bin', Buffer.from([0, 1, 254, 255]));
metadata.set('t-text', 'trailing text');
metadata.set('t-bytes-bin', Buffer.from([9, 8, 7]));

const describe = (error) => ({
  code: error.code,
  details: error.details,
  why: (error.metadata.get('why-bin')[0] || Buffer.alloc(0)).toString('hex'),
});

function unary(request, options) {
  return new Promise((resolve) => {
    const seen = {};
    const call = client.Say(request, metadata, options || {}, (error, response) => {
      seen.error = error && describe(error);
      seen.payload = response && response.payload.toString('utf8');
    });
    call.on('metadata', (headers) => {
      seen.headerText = headers.get('x-text')[0];
      seen.headerBytes = (headers.get('x-bytes-bin')[0] || Buffer.alloc(0)).toString('hex');
    });
    call.on('status', (status) => {
      seen.trailerText = status.metadata.get('t-text')[0];
      seen.trailerBytes = (status.metadata.get('t-bytes-bin')[0] || Buffer.alloc(0)).toString('hex');
      setImmediate(() => resolve(seen));
    });
  });
}

function collect(messages, size) {
  return new Promise((resolve, reject) => {
    const call = client.Collect((error, response) => (error ? reject(error) : resolve(response)));
    for (let i = 0; i < messages; i++) call.write({ payload: Buffer.alloc(size) });
    call.end();
  });
}

function count(request) {
  return new Promise((resolve) => {
    const call = client.Count(request);
    const seen = { numbers: [], bytes: 0, error: null };
    call.on('data', (response) => {
      seen.numbers.push(response.number);
      seen.bytes += response.payload.length;
    });
    call.on('error', (error) => { seen.error = describe(error); resolve(seen); });
    call.on('end', () => setImmediate(() => resolve(seen)));
  });
}

function chat(texts) {
  return new Promise((resolve, reject) => {
    const call = client.Chat();
    const seen = [];
    call.on('data', (response) => {
      seen.push(response.text);
      if (seen.length < texts.length) call.write({ text: texts[seen.length] });
      else if (seen.length === texts.length) call.end();
    });
    call.on('error', reject);
    call.on('end', () => resolve(seen));
    call.write({ text: texts[0] });
  });
}

function cancel() {
  return new Promise((resolve) => {
    const call = client.Count({ messages: 1, wait: true });
    call.on('data', () => call.cancel());
    call.on('error', (error) => resolve(error.code));
  });
}

async function main() {
  const result = {
    unary: await unary({ payload: Buffer.from('grüße') }),
    gzip: await unary({ payload: Buffer.from('a'.repeat(50000)) }, {}),
    error: await unary({ fail_code: 9, fail_message: '100 % größer 雪' }),
    deadline: (await unary({ wait: true }, { deadline: Date.now() + 200 })).error.code,
    collect: await collect(50, 100000),
    count: await count({ messages: 5, size: 100000 }),
    countError: await count({ messages: 2, fail_code: 14, fail_message: 'gone' }),
    chat: await chat(['one', 'two', 'three']),
    cancel: await cancel(),
  };
  result.gzip = result.gzip.payload.length;
  console.log(JSON.stringify(result));
  client.close();
}

main().catch((error) => { console.error(error); process.exit(1); });
