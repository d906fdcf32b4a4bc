// Runs an analysis: analyze.mjs HOST:PORT MODEL DATA. Prints what it saw as JSON.
import { connect } from 'koopmanmesh';

const [endpoint, model, data] = process.argv.slice(2);
const client = connect(endpoint);
const described = await client.describe(model);
const request = { model: await client.upload(model), data, options: { bootstraps: 20 } };
const estimate = await client.estimate(request);
const run = await client.submit(request, { idempotencyKey: `key of ${model}` });
const again = await client.submit(request, { idempotencyKey: `key of ${model}` });
const states = [];
for await (const { state } of run.watch()) states.push(state);
await run.wait();
console.log(JSON.stringify({
  runId: run.id, again: again.id, states, rows: estimate.rows, components: described.components.length,
  report: await run.report(),
}));
client.close();
