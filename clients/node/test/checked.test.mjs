// Options that the contract doesn't have are refused before anything is sent: nothing listens at the endpoint.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'koopmanmesh';

const artifact = { digest: 'd', name: 'n' };
const rows = new Float64Array(4);

for (const [what, call, sentence] of [
  ['a run', (client) => client.submit({ model: artifact, data: artifact, optons: {} }),
    /^RunSpec has no field "optons"/],
  ['its data', (client) => client.submit({ model: artifact, data: artifact, dataOptions: { scal: 1 } }),
    /^DataOptions has no field "scal", expected one of .*\bscale\b/],
  ['an enum', (client) => client.describe(artifact, { granularity: 'huge' }),
    /^Granularity has no value "huge", which granularity was given, expected one of .*GRANULARITY_FINE/],
  ['a fit', (client) => client.fit(rows, { width: 2, methdo: 'dmd' }), /^FitOptions has no field "methdo"/],
  ['a forecast', (client) => client.forecast('t', 5, { partitoin: 'x' }), /^ForecastOptions has no field "partitoin"/],
  ['a pruning', (client) => client.prune('t', 0.5, { alfa: 1 }), /^PruneRequest has no field "alfa"/],
  ['a comparison', (client) => client.compare('a', 'b', { sed: 1 }), /^CompareTrainingsRequest has no field "sed"/],
  ['a training', (client) => client.training({ w: rows }, { window: { lenght: 1 } }),
    /^WindowOptions has no field "lenght"/],
]) {
  test(`an option that ${what} doesn't have is a TypeError that says which there are`, async () => {
    const client = connect('localhost:1');
    await assert.rejects(call(client), (error) => error instanceof TypeError && sentence.test(error.message));
    client.close();
  });
}
