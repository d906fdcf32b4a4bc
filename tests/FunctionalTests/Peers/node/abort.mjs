// Aborts an analysis as soon as it runs: abort.mjs HOST:PORT MODEL DATA. Prints the run's id.
import { connect } from 'koopmanmesh';

const [endpoint, model, data] = process.argv.slice(2);
const client = connect(endpoint);
const controller = new AbortController();
const onStatus = ({ runId }) => {
  console.log(runId);
  controller.abort(new Error('enough'));
};
const error = await client.analyze({ model, data }, { signal: controller.signal, onStatus }).catch((thrown) => thrown);
if (error?.message !== 'enough') throw new Error('the analysis was not aborted', { cause: error });
client.close();
