// Fits an operator to a stream of rows: operator.mjs HOST:PORT. Prints what it got as JSON.
import { createHash } from 'node:crypto';
import { connect } from 'koopmanmesh';

const client = connect(process.argv[2]);

// x' = [0.9 0.2; 0 0.5] x, two trajectories of fifteen rows, a row at a time.
async function* rows() {
  for (const start of [[1, 2], [-1, 1]]) {
    for (let [k, a, b] = [0, ...start]; k < 15; k++) {
      yield { states: Float64Array.of(a, b), endOfTrajectory: k === 14 };
      [a, b] = [0.9 * a + 0.2 * b, 0.5 * b];
    }
  }
}

const operator = await client.fit(rows(), { width: 2, method: 'dmd', rank: '2', keepSummary: true });
const merged = await client.merge([operator.summaryId, operator.summaryId]);
const now = { shape: [1, 2], data: Float64Array.of(1, 2) };
const { bytes, metadata, tensors } = await operator.matrices();
console.log(JSON.stringify({
  id: operator.id,
  hash: createHash('sha256').update(bytes).digest('hex'),
  method: metadata.method,
  eigenvalues: operator.report.eigenpairs.map(({ value }) => [value.re, value.im]),
  merged: merged.report.eigenpairs.map(({ value }) => [value.re, value.im]),
  tensors: Object.fromEntries(Object.entries(tensors)
    .filter(([, { data }]) => data instanceof Float64Array)
    .map(([name, { shape, data }]) => [name, { shape, data: [...data] }])),
  states: [...(await operator.predict(now, { steps: 2 })).data],
  uploaded: [...(await client.predict(bytes, now, { steps: 2 })).data],
}));
client.close();
