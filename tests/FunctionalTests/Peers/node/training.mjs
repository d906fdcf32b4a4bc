// Watches a training whose weights shrink by 0.9 a step: training.mjs HOST:PORT SNAPSHOTS HORIZON. Prints JSON.
import { connect } from 'koopmanmesh';

const [endpoint, snapshots, horizon] = process.argv.slice(2);
const client = connect(endpoint);
const weights = (step) => ({
  'layer.weight': { shape: [2, 3], data: Float64Array.from([1, 2, 3, 4, 5, 6], (w) => w * 0.9 ** step) },
  'layer.bias': Float64Array.from([7, 8], (w) => w * 0.8 ** step),
});
const watch = await client.training(weights(0), { plannedSnapshots: Number(snapshots), window: { length: 10 } });
const seen = [];
const listening = (async () => {
  for await (const { kind } of watch.events()) seen.push(kind);
})();
for (let step = 0; step < snapshots; step++) await watch.snapshot(step, weights(step), { loss: 0.5 ** step });
const finished = await watch.finish();
await listening;
const forecast = await client.forecast(watch.trainingId, Number(horizon));
const pruning = await client.prune(watch.trainingId, 0.5, { biases: true });

// As proto JSON has it.
const finite = (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);
console.log(JSON.stringify({
  trainingId: watch.trainingId,
  windows: seen.filter((kind) => kind === 'window').length,
  finished,
  report: await client.report(watch.trainingId),
  weights: Object.fromEntries(Object.entries(forecast.weights).map(([name, { data }]) => [name, [...data]])),
  toStep: forecast.report.toStep,
  kept: Object.values(pruning.masks).reduce((sum, { data }) => sum + data.reduce((a, b) => a + b, 0), 0),
}, finite));
client.close();
