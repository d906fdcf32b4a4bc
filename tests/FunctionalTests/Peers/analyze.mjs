// The official Node client runs an analysis: node analyze.mjs PROTOS HOST:PORT MODEL DATA
// Prints one JSON object with what it saw.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [protos, address, model, data] = process.argv.slice(2);
const definition = loader.loadSync(join(protos, 'koopmanmesh/run/v1/run.proto'), {
  includeDirs: [protos], longs: Number, enums: String, defaults: true,
});
const { RunService } = grpc.loadPackageDefinition(definition).koopmanmesh.run.v1;
const client = new RunService(address, grpc.credentials.createInsecure());

const call = (method, request) => new Promise((resolve, reject) => {
  client[method](request, (error, response) => (error ? reject(error) : resolve(response)));
});

const upload = (path) => new Promise((resolve, reject) => {
  const name = basename(path);
  const stream = client.UploadArtifact(
    (error, response) => (error ? reject(error) : resolve({ digest: response.digest, name })));
  stream.write({ header: { name } });
  const bytes = readFileSync(path);
  for (let i = 0; i < bytes.length; i += 65536) {
    stream.write({ data: bytes.subarray(i, i + 65536) });
  }
  stream.end();
});

const watch = (runId) => new Promise((resolve, reject) => {
  const states = [];
  const stream = client.WatchRun({ runId });
  stream.on('data', ({ status }) => states.push(status.state));
  stream.on('error', reject);
  stream.on('end', () => resolve(states));
});

const spec = { model: await upload(model), data: await upload(data), options: { bootstraps: 20 } };
const { status } = await call('SubmitRun', { spec });
const states = await watch(status.runId);
const { report } = await call('GetReport', { runId: status.runId });
console.log(JSON.stringify({ runId: status.runId, states, total: report.total }));
client.close();
