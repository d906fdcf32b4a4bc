// Asks for what is refused: errors.mjs HOST:PORT MODEL DATA. Prints each error as JSON.
import { connect } from 'koopmanmesh';

const [endpoint, model, data] = process.argv.slice(2);
const client = connect(endpoint);
const weights = { w: new Float32Array(4) };
const taken = await client.training(weights);
await taken.snapshot(0, weights);
await taken.flush();
const request = { model, data, options: { bootstraps: 20 } };
const run = await client.submit(request, { idempotencyKey: `key of ${model}` });
await run.cancel();

const refused = {
  method: () => client.fit(Float64Array.of(1, 2), { width: 1, method: 'no-such-method' }),
  operator: () => client.operator('0'.repeat(64)),
  report: () => run.report(),
  training: () => client.training(weights, { trainingId: taken.trainingId }),
  deadline: () => client.estimate(request, { deadlineMs: 1 }),
  cancelled: () => run.wait(),
};
const errors = {};
for (const [name, call] of Object.entries(refused)) {
  errors[name] = await call().then(() => 'nothing was refused', ({ name: type, message, code, ...error }) => {
    const { reason, domain, violations, resource, preconditions } = error;
    return { type, message, code, reason, domain, violations, resource, preconditions };
  });
}
console.log(JSON.stringify(errors));
taken.abort();
client.close();
