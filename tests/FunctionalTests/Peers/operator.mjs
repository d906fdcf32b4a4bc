// The official Node client fits an operator and predicts with it: node operator.mjs PROTOS HOST:PORT
// Prints one JSON object with what it saw.
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [protos, address] = process.argv.slice(2);
const definition = loader.loadSync(join(protos, 'koopmanmesh/operator/v1/operator.proto'), {
  includeDirs: [protos], longs: Number, enums: String, defaults: true, oneofs: true,
});
const { OperatorService } = grpc.loadPackageDefinition(definition).koopmanmesh.operator.v1;
const client = new OperatorService(address, grpc.credentials.createInsecure());

const bytes = (numbers) => Buffer.from(Float64Array.from(numbers).buffer);

// x' = [0.9 0.2; 0 0.5] x, thirty rows of two.
const rows = [1, 2];
for (let k = 1; k < 30; k++) {
  const [a, b] = rows.slice(-2);
  rows.push(0.9 * a + 0.2 * b, 0.5 * b);
}

const fit = await new Promise((resolve, reject) => {
  const stream = client.Fit((error, response) => (error ? reject(error) : resolve(response)));
  const data = { width: 2, elementType: 'ELEMENT_TYPE_FLOAT64' };
  stream.write({ header: { options: { method: 'dmd', rank: { fixed: 2 } }, data } });
  stream.write({ chunk: { rows: 30, states: bytes(rows) } });
  stream.end();
});

const states = await new Promise((resolve, reject) => {
  const parts = [];
  const stream = client.Predict();
  stream.on('data', ({ tensor }) => tensor.chunk && parts.push(tensor.chunk.data));
  stream.on('error', reject);
  stream.on('end', () => {
    const all = Buffer.concat(parts);
    resolve(Array.from({ length: all.length / 8 }, (_, i) => all.readDoubleLE(8 * i)));
  });
  const header = { name: 'history', elementType: 'ELEMENT_TYPE_FLOAT64', shape: [1, 2], byteLength: 16 };
  stream.write({ header: { operatorId: fit.operatorId, steps: 2 } });
  stream.write({ tensor: { header } });
  stream.write({ tensor: { chunk: { data: bytes([1, 2]) } } });
  stream.end();
});

const eigenvalues = fit.report.eigenpairs.map(({ value }) => [value.re, value.im]);
console.log(JSON.stringify({ eigenvalues, states }));
client.close();
