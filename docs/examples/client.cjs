// Analyses a network on a running mesh: node docs/examples/client.cjs MODEL.onnx DATA.csv (label in the last column)
const fs = require('node:fs'), path = require('node:path'), grpc = require('@grpc/grpc-js');
const protos = require('@grpc/proto-loader').loadSync('koopmanmesh/run/v1/run.proto', { includeDirs: ['protos'], enums: String, arrays: true });
const { RunService } = grpc.loadPackageDefinition(protos).koopmanmesh.run.v1;
const runs = new RunService('127.0.0.1:7070', grpc.credentials.createInsecure());
const ask = (method, request) => new Promise((ok, no) => runs[method](request, (error, reply) => error ? no(error) : ok(reply)));
const upload = (file, name = path.basename(file)) => new Promise((ok, no) => {
  const call = runs.uploadArtifact((error, reply) => error ? no(error) : ok({ digest: reply.digest, name }));
  call.write({ header: { name } });
  fs.createReadStream(file).on('data', data => call.write({ data })).on('end', () => call.end());
});

(async ([model, data]) => {
  const spec = { model: await upload(model), data: await upload(data), dataOptions: { labelColumn: -1 } };
  const { status: { runId } } = await ask('submitRun', { spec });
  for await (const { status } of runs.watchRun({ runId })) console.log(status.state, status.stage, status.error);
  const { report } = await ask('getReport', { runId });
  for (const c of report.components) console.log(c.name, c.credit.canonical?.toFixed(3), c.flags.join(' '));
  for (const v of report.audit.verdicts) console.log(v.metric, v.claim, v.verdict);
  runs.close();
})(process.argv.slice(2));
